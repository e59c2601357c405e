/** Small forms about a device: a switch, a text that is set, a choice. Each sends one change and says what came of it. */
import './controls.css';
import { useId, useState } from 'preact/hooks';

export function Switch({ label, on, onChange, hint }: { label: string; on: boolean; onChange: (on: boolean) => void; hint?: string }) {
  return (
    <div class="control">
      <span>
        {label}
        {hint === undefined ? null : <small>{hint}</small>}
      </span>
      {/* Not a checkbox: it shows what the device is, and moves when the device has changed. */}
      <button type="button" role="switch" aria-checked={on} aria-label={label} class="switch" onClick={() => onChange(!on)}>
        <span aria-hidden="true">{on ? 'On' : 'Off'}</span>
      </button>
    </div>
  );
}

export interface SetterProps {
  label: string;
  button: string;
  /** @returns whether it was done: then the field is emptied */
  onSet: (value: string) => Promise<boolean>;
  placeholder?: string;
  type?: 'text' | 'password' | 'number';
  maxLength: number;
  max?: number;
  /** Beside it, for what takes it away. */
  clear?: { label: string; onClear: () => void };
}

/** A text that takes the place of what there was. */
export function Setter({ label, button, onSet, placeholder, type = 'text', maxLength, max, clear }: SetterProps) {
  const [typed, setTyped] = useState('');
  async function submitted(event: Event): Promise<void> {
    event.preventDefault();
    if (typed !== '' && (await onSet(typed))) setTyped('');
  }
  return (
    <form class="control" onSubmit={submitted}>
      <label>
        {label}
        <input
          // The types know one kind of input at a time.
          type={type as 'text'}
          value={typed}
          maxLength={maxLength}
          autocomplete="off"
          {...(placeholder === undefined ? {} : { placeholder })}
          {...(max === undefined ? {} : { min: 0, max, step: 1 })}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <span class="row">
        <button type="submit" disabled={typed === ''} aria-label={`${button}: ${label}`}>
          {button}
        </button>
        {clear === undefined ? null : (
          <button type="button" aria-label={`${clear.label}: ${label}`} onClick={clear.onClear}>
            {clear.label}
          </button>
        )}
      </span>
    </form>
  );
}

export interface ChoiceProps {
  label: string;
  /** null: none of them, as far as is known. */
  value: string | null;
  options: readonly (readonly [value: string, text: string])[];
  onChange: (value: string) => void;
}

export function Choice({ label, value, options, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div class="control">
      <label for={id}>{label}</label>
      <select id={id} value={value ?? ''} onChange={(event) => onChange(event.currentTarget.value)}>
        {value === null ? <option value="">Choose …</option> : null}
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
