/** What is going to happen next, and a jump to each. */
import { useRemote } from '../live/use-remote.ts';
import { href } from '../router.ts';
import { Empty, Loading, Trouble } from '../ui/parts.tsx';
import { Instant, instantText } from '../ui/time.tsx';
import { jump, jumpTo, loadHappenings } from './moves.ts';
import { happeningText, happeningTitle } from './words.ts';

/** Which of each kind is next changes with the records, and with policies. */
const topics = ['devices', 'tenant', 'mails', 'history'] as const;

export function NextHappenings({ onJump }: { onJump?: () => void }) {
  const { data, error, reload } = useRemote('/mockfleet/clock/next', loadHappenings, topics);
  if (error !== undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Loading />;
  if (data.length === 0)
    return <Empty>Nothing is due: there are no certificates, no actions for noncompliance and no mails that wait. Enrol a device.</Empty>;
  return (
    <ol class="happenings">
      {data.map((happening) => (
        <li key={happening.kind}>
          <div>
            <strong>{happeningTitle(happening)}</strong>{' '}
            <span class="quiet">
              <Instant at={happening.at} />, <Instant at={happening.at} relative />
            </span>
            <p>{happeningText(happening)}</p>
          </div>
          <div class="row">
            {happening.deviceId === null ? null : (
              <a href={href(['devices', happening.deviceId])} aria-label={`Device of: ${happeningTitle(happening)}`}>
                Device
              </a>
            )}
            <button
              type="button"
              aria-disabled={jump.value !== null}
              aria-label={`Jump there: ${happeningTitle(happening)}, ${instantText(happening.at)}`}
              onClick={() => {
                void jumpTo(happening.at);
                onJump?.();
              }}
            >
              Jump there
            </button>
          </div>
        </li>
      ))}
    </ol>
  );
}
