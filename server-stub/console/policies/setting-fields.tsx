/** The settings of a policy as fields to fill in. */
import { Field } from '../ui/parts.tsx';
import type { SettingForm, SettingForms } from './setting-forms.ts';
import { hintOf, inSections, settingLabel, wordsOf } from './setting-labels.ts';

export type SettingValues = Readonly<Record<string, unknown>>;

interface SettingFieldsProps {
  settings: SettingForms;
  values: SettingValues;
  onChange: (name: string, value: unknown) => void;
}

export function SettingFields({ settings, values, onChange }: SettingFieldsProps) {
  return (
    <>
      {inSections(settings).map(([title, entries]) => (
        <fieldset key={title} class="settings">
          <legend>{title}</legend>
          {entries.map(([name, form]) => (
            <SettingField key={name} name={name} form={form} value={values[name]} onChange={(value) => onChange(name, value)} />
          ))}
        </fieldset>
      ))}
    </>
  );
}

interface SettingFieldProps {
  name: string;
  form: SettingForm;
  value: unknown;
  onChange: (value: unknown) => void;
}

function SettingField({ name, form, value, onChange }: SettingFieldProps) {
  const label = settingLabel(name);
  switch (form.kind) {
    case 'flag':
      return (
        <label class="tickbox" title={name}>
          <input type="checkbox" checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />
          {label}
        </label>
      );
    case 'list':
      return <Rows label={label} form={form} rows={(value ?? []) as Row[]} onChange={onChange} />;
    case 'structure':
      return <RowFields label={label} members={form.members} row={(value ?? {}) as Row} onChange={onChange} />;
    default: {
      const hint = hintOf(name, form);
      return (
        <Field label={label} {...(hint === undefined ? {} : { hint })}>
          {form.kind === 'choice' ? (
            <select value={String(value ?? form.values[0])} onChange={(event) => onChange(event.currentTarget.value)}>
              {form.values.map((one) => (
                <option key={one} value={one}>
                  {wordsOf(one)}
                </option>
              ))}
            </select>
          ) : form.kind === 'number' ? (
            <input
              type="number"
              min={form.min}
              max={form.max}
              value={value === null || value === undefined ? '' : String(value)}
              onInput={({ currentTarget: { value: text } }) => onChange(text === '' ? null : Number(text))}
            />
          ) : (
            <input value={String(value ?? '')} onInput={({ currentTarget: { value: text } }) => onChange(text === '' ? null : text)} />
          )}
        </Field>
      );
    }
  }
}

type Row = Readonly<Record<string, string | null>>;

interface RowsProps {
  label: string;
  form: SettingForm & { kind: 'list' };
  rows: readonly Row[];
  onChange: (rows: Row[]) => void;
}

function Rows({ label, form: { members, max }, rows, onChange }: RowsProps) {
  return (
    <div class="setting-rows">
      <strong>{label}</strong>
      {rows.map((row, index) => (
        <div key={index} class="setting-row">
          <RowFields
            label={`${label}, ${index + 1}`}
            members={members}
            row={row}
            onChange={(next) => onChange(rows.map((one, at) => (at === index ? next : one)))}
          />
          <button type="button" aria-label={`Remove ${label}, ${index + 1}`} onClick={() => onChange(rows.filter((_, at) => at !== index))}>
            Remove
          </button>
        </div>
      ))}
      <button type="button" disabled={rows.length >= max} aria-label={`Add to ${label}`} onClick={() => onChange([...rows, {}])}>
        Add
      </button>
    </div>
  );
}

interface RowFieldsProps {
  label: string;
  members: readonly string[];
  row: Row;
  onChange: (row: Row) => void;
}

function RowFields({ label, members, row, onChange }: RowFieldsProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: one row among the fields of a fieldset
    <div role="group" aria-label={label} class="row-fields">
      {members.map((member) => {
        const name = member.replace('?', '');
        return (
          <Field key={name} label={wordsOf(name)}>
            <input
              value={row[name] ?? ''}
              required={!member.endsWith('?')}
              onInput={({ currentTarget: { value } }) => {
                const { [name]: _, ...rest } = row;
                onChange(value === '' ? rest : { ...rest, [name]: value });
              }}
            />
          </Field>
        );
      })}
    </div>
  );
}
