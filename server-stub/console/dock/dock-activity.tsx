/** What happens in the tenant and to its devices, newest first, since this page was opened. */
import { notes } from '../live/events.ts';
import { instantText } from '../ui/time.tsx';
import { showInDock } from './dock-state.ts';

const shownMax = 60;

export function DockActivity() {
  const shown = notes.value.slice(0, shownMax);
  if (shown.length === 0) return <p class="quiet">Nothing has happened since this page was opened.</p>;
  return (
    <ol class="dock-list">
      {shown.map(({ at, deviceId, deviceName, text }, index) => (
        <li class="dock-entry" key={notes.value.length - index}>
          <small class="quiet">{instantText(at, true)}</small>
          <span class="cut">{text}</span>
          {deviceId === null || deviceName === null ? null : (
            <button type="button" class="link one-line" onClick={() => showInDock(deviceId)}>
              {deviceName}
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}
