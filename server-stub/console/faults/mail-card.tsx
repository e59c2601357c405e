/** What the tenant's own mailbox refuses. */
import { useState } from 'preact/hooks';
import { Field } from '../ui/parts.tsx';
import { FaultForm, NumberField } from './fault-form.tsx';
import { type FaultsNow, faultsOf } from './faults-now.ts';

const kinds = {
  later: ['Refuse the next mails for now', '451 4.3.0 Not now, as you asked.'],
  never: ['Refuse the next mails for good', '550 5.1.1 Nobody here, as you asked.'],
  lost: ['Take the next mails and lose the answer', ''],
  down: ['Let nobody in', ''],
} as const;
type Kind = keyof typeof kinds;

export function MailCard({ now }: { now: FaultsNow }) {
  const [kind, setKind] = useState<Kind>('later');
  const [count, setCount] = useState(3);
  const [to, setTo] = useState('');
  const isRefusal = kind === 'later' || kind === 'never';
  const change = () => {
    if (kind === 'down') return { down: true };
    if (kind === 'lost') return { lost: count };
    return { next: count, answer: kinds[kind][1], ...(to.trim() !== '' && { to: to.trim() }) };
  };
  return (
    <FaultForm title="Mailbox" part="mail" isOn={faultsOf(now).some(({ part }) => part === 'mail')} change={change}>
      <div class="fault-fields">
        <Field label="What">
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value as Kind)}>
            {Object.entries(kinds).map(([name, [label]]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </Field>
        {kind === 'down' ? null : <NumberField label="How many" value={count} onValue={setCount} />}
        {isRefusal ? (
          <Field label="Only for the address" hint="Empty: for everybody.">
            <input autocomplete="off" value={to} onInput={(event) => setTo(event.currentTarget.value)} />
          </Field>
        ) : null}
      </div>
    </FaultForm>
  );
}
