/** How pushes come through, as a form; how many notifications are on their way stands above it. */
import { useEffect, useState } from 'preact/hooks';
import { ApiError, get, post } from '../api.ts';
import { versions } from '../live/events.ts';
import { useRemote } from '../live/use-remote.ts';
import { Card, Facts, Field, Loading, Trouble } from '../ui/parts.tsx';
import { say } from '../ui/toast.tsx';
import { changeOf, type PushText, type PushView, textOf } from './weather.ts';

/** The counts change by themselves, and nobody tells. */
const countsEveryMs = 2000;

const duration = 'Such as 5s, 1s..10s, exponential:20s.';
const fields: readonly [keyof PushText, string, string][] = [
  ['lost', 'Lost', 'Share of the pushes that never arrive: 5%.'],
  ['latency', 'Latency', `How long a push takes. ${duration}`],
  ['lateShare', 'Late', 'Share of those that arrive that is held up on the way.'],
  ['lateBy', 'Late by', `For how long, beside the latency. ${duration}`],
  ['notificationsKeptFor', 'Notifications kept for', 'Each one, for a device that is away: 28d.'],
  ['keptFor', 'Nudges kept for', 'The newest one, for a device that is away: 1d.'],
  ['membershipLag', 'Membership lag', 'How late notifications see who left or joined a group, or is not enrolled any more.'],
];

export function PushCard() {
  const { data, error, reload } = useRemote('push', (signal) => get<PushView>('/mockfleet/push', { signal }), ['faults']);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, countsEveryMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <Card title="The push service">
      {error === undefined ? null : <Trouble error={error} onRetry={reload} />}
      {data === undefined ? (
        error === undefined && <Loading />
      ) : (
        <div class="stack">
          <Facts
            rows={[
              ['On their way', data.notifications.underWay],
              ['Kept for devices that are away', data.notifications.kept],
            ]}
          />
          <PushForm view={data} />
        </div>
      )}
    </Card>
  );
}

function PushForm({ view }: { view: PushView }) {
  const [written, setWritten] = useState<Partial<PushText>>({});
  const [refused, setRefused] = useState<ApiError | null>(null);
  const shown = textOf(view);
  const text: PushText = { ...shown, ...written };

  async function change(body: object, done: string): Promise<void> {
    setRefused(null);
    try {
      await post('/mockfleet/push', body);
      setWritten({});
      versions.faults.value += 1;
      say(done);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setRefused(error);
    }
  }

  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void change(changeOf(shown, written), 'Pushes come through like that from now on.');
      }}
    >
      <div class="push-fields">
        {fields.map(([name, label, hint]) => (
          <Field key={name} label={label} hint={hint}>
            <input
              autocomplete="off"
              value={text[name]}
              onInput={(event) => setWritten({ ...written, [name]: event.currentTarget.value })}
            />
          </Field>
        ))}
      </div>
      {refused === null ? null : <Trouble error={refused} />}
      <div class="row">
        <button type="submit" class="primary" disabled={Object.keys(written).length === 0}>
          Change
        </button>
        <button type="button" onClick={() => void change({ reset: true }, 'As the stub was started.')}>
          As the stub was started
        </button>
      </div>
    </form>
  );
}
