/** Asks for what an action takes, and says first what it takes away. */
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/parts.tsx';
import { actionForms, bodyOf, type Parameter } from './action-forms.ts';

interface ActionDialogProps {
  action: string;
  /** As consoles label it: `Wipe`. */
  title: string;
  /** The device's name, or how many there are. */
  target: ComponentChildren;
  loses: string | undefined;
  parameters: readonly Parameter[];
  /** What has to be typed first: of bulk actions that destroy. */
  typed?: string;
  /** @returns whether it was done: then the dialog goes */
  onSend: (body: Record<string, unknown>) => Promise<boolean>;
  onClose: () => void;
}

export function ActionDialog({ action, title, target, loses, parameters, typed, onSend, onClose }: ActionDialogProps) {
  const [values, setValues] = useState<Record<string, string | boolean>>({});
  const [word, setWord] = useState('');
  const [isSending, setSending] = useState(false);
  const sending = useRef(false);
  const isDanger = actionForms[action]?.danger === true;
  const send = async (event: Event) => {
    event.preventDefault();
    // A second click may come before the button is drawn anew.
    if (sending.current) return;
    sending.current = true;
    setSending(true);
    if (await onSend(bodyOf(parameters, values))) return onClose();
    sending.current = false;
    setSending(false);
  };
  const set = (name: string) => (value: string | boolean) => setValues((old) => ({ ...old, [name]: value }));
  return (
    <Dialog
      title={`${title}?`}
      onClose={onClose}
      actions={
        <>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            form="action-form"
            class={isDanger ? 'danger' : 'primary'}
            disabled={isSending || (typed !== undefined && word !== typed)}
          >
            {isSending ? 'Sending …' : title}
          </button>
        </>
      }
    >
      <form id="action-form" class="stack" onSubmit={send}>
        <p class="action-target">
          {title}: <strong>{target}</strong>
        </p>
        {loses === undefined ? null : <p>{loses}</p>}
        {parameters.map((parameter) => (
          <ParameterField
            key={`${parameter.name} ${parameter.on}`}
            parameter={parameter}
            value={values[parameter.name]}
            onChange={set(parameter.name)}
          />
        ))}
        {typed === undefined ? null : (
          <Field label={`Type ${typed} to go on`}>
            <input autocomplete="off" value={word} onInput={(event) => setWord(event.currentTarget.value)} />
          </Field>
        )}
      </form>
    </Dialog>
  );
}

function ParameterField({
  parameter: { kind, label, hint, required = false, max },
  value,
  onChange,
}: {
  parameter: Parameter;
  value: string | boolean | undefined;
  onChange: (value: string | boolean) => void;
}) {
  if (kind === 'flag') {
    return (
      <label class="flag">
        <input type="checkbox" checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} /> {label}
      </label>
    );
  }
  const text = typeof value === 'string' ? value : '';
  const shared = { value: text, required, ...(max !== undefined && { maxLength: max }) };
  return (
    <Field label={label} {...(hint !== undefined && { hint })}>
      {kind === 'long' ? (
        <textarea rows={4} {...shared} onInput={(event) => onChange(event.currentTarget.value)} />
      ) : (
        <input
          {...shared}
          {...(kind === 'pin' && { inputMode: 'numeric', pattern: '\\d{6}', maxLength: 6, title: 'six digits' })}
          {...(kind === 'number' && { inputMode: 'numeric', pattern: '\\d{1,3}', title: 'whole minutes' })}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
