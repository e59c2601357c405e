/** What has happened in the tenant since this page was opened, newest first. */
import { notes } from '../live/events.ts';
import { href } from '../router.ts';
import { Empty } from '../ui/parts.tsx';
import { Instant } from '../ui/time.tsx';

const shownMax = 100;

export function Activity() {
  const latest = notes.value.slice(0, shownMax);
  if (latest.length === 0)
    return <Empty>Nothing has happened since this page was opened. Let time pass, or do something to a device.</Empty>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is too long is scrolled by keyboard, too
    <ol class="activity" aria-label="Activity" tabIndex={0}>
      {latest.map((note, index) => (
        <li key={`${note.at} ${note.kind} ${note.deviceId ?? ''} ${latest.length - index}`}>
          <span class="quiet">
            <Instant at={note.at} />
          </span>
          <span>
            {note.deviceId === null ? null : <a href={href(['devices', note.deviceId])}>{note.deviceName ?? 'A device that is gone'}</a>}{' '}
            {note.text}
          </span>
        </li>
      ))}
    </ol>
  );
}
