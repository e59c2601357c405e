/** A form that changes what goes wrong in one part, and says why where that is refused. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { Card, Trouble } from '../ui/parts.tsx';
import { changeFault, type FaultsNow } from './faults-now.ts';

export interface FaultFormProps {
  title: string;
  part: keyof FaultsNow;
  /** What the form asks for. */
  change: () => object;
  isOn: boolean;
  /** It was accepted. */
  onDone?: () => void;
  button?: string;
  children: ComponentChildren;
}

export function FaultForm({ title, part, change, isOn, onDone, button = 'Switch on', children }: FaultFormProps) {
  const { refused, send } = useChange(part);
  return (
    <Card title={title} actions={isOn ? <OffButton part={part} title={title} /> : undefined}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send(change(), onDone);
        }}
      >
        {children}
        {refused === null ? null : <Trouble error={refused} />}
        <div class="row">
          <button type="submit" class="primary">
            {button}
          </button>
        </div>
      </form>
    </Card>
  );
}

export function OffButton({ part, title }: { part: keyof FaultsNow; title: string }) {
  const { send } = useChange(part);
  return (
    <button type="button" aria-label={`${title}: off`} onClick={() => void send(part === 'push' ? { reset: true } : { off: true })}>
      Off
    </button>
  );
}

/** What is refused is the person's to mend; anything else is a fault of ours. */
function useChange(part: keyof FaultsNow): { refused: ApiError | null; send: (change: object, onDone?: () => void) => Promise<void> } {
  const [refused, setRefused] = useState<ApiError | null>(null);
  return {
    refused,
    async send(change, onDone) {
      setRefused(null);
      try {
        await changeFault(part, change);
        onDone?.();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        setRefused(error);
      }
    },
  };
}

interface NumberFieldProps {
  label: string;
  hint?: string;
  /** NaN: what is written is no number. */
  value: number;
  onValue: (value: number) => void;
}

/** What is allowed, the stub says. */
export function NumberField({ label, hint, value, onValue }: NumberFieldProps) {
  // As it is written: `1.` on the way to 1.5.
  const [text, setText] = useState('');
  const isWritten = Number.isNaN(value) || (text !== '' && Number(text) === value);
  return (
    <label class="field">
      <span>{label}</span>
      <input
        inputMode="decimal"
        autocomplete="off"
        value={isWritten ? text : String(value)}
        onInput={({ currentTarget: { value: written } }) => {
          setText(written);
          onValue(written.trim() === '' ? Number.NaN : Number(written));
        }}
      />
      {hint === undefined ? null : <small>{hint}</small>}
    </label>
  );
}
