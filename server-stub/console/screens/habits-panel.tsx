/** What a device does with actions instead of simply carrying them out. The first habit that fits decides. */
import { useState } from 'preact/hooks';
import { Field } from '../ui/parts.tsx';
import { habitKinds, habitSubjects } from './device-tables.ts';
import type { Behavior } from './device-view.ts';
import type { ShownDevice } from './held-device.ts';

const secondMs = 1000;
const slowSecondsDefault = '60';

export function HabitsPanel({ device: { view, change } }: { device: ShownDevice }) {
  const habits = view.condition?.behaviors ?? [];
  const replace = (behaviors: Behavior[], done: string) => change({ change: { behaviors } }, done);
  return (
    <div class="controls">
      {habits.length === 0 ? <p class="quiet">It does what it is told.</p> : null}
      <ol class="different" aria-label="Habits, the first that fits decides">
        {habits.map((habit, index) => (
          <li key={index}>
            <span>{habitText(habit)}</span>
            <button
              type="button"
              aria-label={`Remove habit ${index + 1}`}
              onClick={() => void replace(habits.toSpliced(index, 1), 'The habit is gone.')}
            >
              Remove
            </button>
          </li>
        ))}
      </ol>
      <HabitForm onAdd={(behavior) => change({ change: { behavior } }, 'It has a new habit, before the others.')} />
    </div>
  );
}

function habitText({ on, then, chance, times, errorCode, delayMs }: Behavior): string {
  const more = [
    ...(errorCode === undefined ? [] : [`error ${errorCode}`]),
    ...(delayMs === undefined ? [] : [`${delayMs / secondMs} s`]),
    ...(chance === undefined ? [] : [`${Math.round(chance * 1000) / 10}% of the time`]),
    ...(times === undefined ? [] : [times === 1 ? 'once' : `${times} times`]),
  ];
  return `${habitSubjects[on] ?? on}: ${habitKinds[then] ?? then}${more.length === 0 ? '' : `, ${more.join(', ')}`}`;
}

function HabitForm({ onAdd }: { onAdd: (behavior: Behavior) => Promise<boolean> }) {
  const [on, setOn] = useState('wipe');
  const [kind, setKind] = useState('fail');
  const [seconds, setSeconds] = useState(slowSecondsDefault);
  const [times, setTimes] = useState('');
  const [percent, setPercent] = useState('');

  function submitted(event: Event): void {
    event.preventDefault();
    void onAdd({
      on,
      // What begins before it is reported can only be a wipe.
      then: kind,
      ...(kind === 'slow' ? { delayMs: Math.round(Number(seconds) * secondMs) } : {}),
      ...(times === '' ? {} : { times: Number(times) }),
      ...(percent === '' ? {} : { chance: Number(percent) / 100 }),
    });
  }

  return (
    <form class="habit-form" onSubmit={submitted}>
      <Field label="When asked to">
        <select value={on} onChange={(event) => setOn(event.currentTarget.value)}>
          {Object.entries(habitSubjects).map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </Field>
      <Field label="What it does">
        <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
          {Object.entries(habitKinds).map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </Field>
      {kind === 'slow' ? (
        <Field label="Seconds">
          <input type="number" required min={0.001} step="any" value={seconds} onInput={(event) => setSeconds(event.currentTarget.value)} />
        </Field>
      ) : null}
      <Field label="How many times" hint="empty: always">
        <input type="number" min={1} step={1} value={times} onInput={(event) => setTimes(event.currentTarget.value)} />
      </Field>
      <Field label="In % of cases" hint="empty: all">
        <input type="number" min={0} max={100} step="any" value={percent} onInput={(event) => setPercent(event.currentTarget.value)} />
      </Field>
      <button type="submit">Add habit</button>
    </form>
  );
}
