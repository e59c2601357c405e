/** The dock's device: chosen from those that somebody holds, pinned to come back to it, and typed into. */
import { useEffect, useState } from 'preact/hooks';
import { useRemote } from '../live/use-remote.ts';
import { href } from '../router.ts';
import { DeviceScreen } from '../screens/device-screen.tsx';
import { stateOf } from '../screens/device-view.ts';
import { useHeldDevice } from '../screens/held-device.ts';
import { heldDevices } from '../screens/held-devices.ts';
import { NotHeld } from '../screens/not-held.tsx';
import { PowerAndNetwork } from '../screens/power-and-network.tsx';
import { Badge, Loading } from '../ui/parts.tsx';
import { device as chosen, isPinnedNow, pin, pins, unpin } from './dock-state.ts';

export function DockScreen() {
  const [isPicking, setPicking] = useState(false);
  const ref = chosen.value;
  return (
    <>
      <Pins />
      {isPicking || ref === null ? (
        <Picker
          onPick={(serialNumber) => {
            chosen.value = serialNumber;
            setPicking(false);
          }}
          {...(ref === null ? {} : { onCancel: () => setPicking(false) })}
        />
      ) : (
        <button type="button" onClick={() => setPicking(true)}>
          Another device …
        </button>
      )}
      {ref === null ? null : <ChosenDevice key={ref} of={ref} />}
    </>
  );
}

function Pins() {
  if (pins.value.length === 0) return null;
  return (
    <ul class="dock-pins" aria-label="Pinned devices">
      {pins.value.map(({ serialNumber, name }) => (
        <li key={serialNumber}>
          <button type="button" aria-pressed={serialNumber === chosen.value} title={name} onClick={() => (chosen.value = serialNumber)}>
            {name}
          </button>
          <button type="button" class="icon" aria-label={`Unpin ${name}`} onClick={() => unpin(serialNumber)}>
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}

const offeredMax = 6;

function Picker({ onPick, onCancel }: { onPick: (serialNumber: string) => void; onCancel?: () => void }) {
  const [typed, setTyped] = useState('');
  const { data, error } = useRemote(`pick ${typed}`, (stop) => heldDevices(typed, 0, offeredMax, stop), ['hands']);
  return (
    <div class="dock-picker">
      <div class="row">
        <input
          type="search"
          aria-label="Find a device by name, user or serial number"
          placeholder="Name, user, serial number"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        {onCancel === undefined ? null : (
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
        )}
      </div>
      {error === undefined ? null : <p class="trouble">{error.message}</p>}
      <ul>
        {data?.value.map((device) => (
          <li key={device.serialNumber}>
            <button type="button" onClick={() => onPick(device.serialNumber)}>
              <span class="one-line">{device.deviceName}</span>
              <small>
                {device.model}, {stateOf(device).text.toLowerCase()}
              </small>
            </button>
          </li>
        ))}
      </ul>
      {data === undefined || data.count > 0 ? null : (
        <p class="quiet">
          {typed === '' ? 'Nobody holds a device here. ' : 'None that somebody holds. '}
          <a href={href(['screens'])}>How to start one</a>
        </p>
      )}
      {data !== undefined && data.count > data.value.length ? (
        <p class="quiet">and {data.count - data.value.length} more: type to find one</p>
      ) : null}
    </div>
  );
}

function ChosenDevice({ of: ref }: { of: string }) {
  const device = useHeldDevice(ref);
  const { view, error, reload, act } = device;
  const serialNumber = view?.serialNumber;
  // Its record may end, and its name change: the serial number stays.
  useEffect(() => {
    if (serialNumber !== undefined && chosen.value === ref) chosen.value = serialNumber;
  }, [serialNumber]);
  if (view === undefined) return error === undefined ? <Loading /> : <NotHeld error={error} onRetry={reload} />;
  const state = stateOf(view);
  const isPinned = isPinnedNow(view.serialNumber);
  return (
    <section class="dock-device" aria-label={view.deviceName}>
      <header class="row">
        <a class="one-line" href={href(['screens', view.serialNumber])} title={view.deviceName}>
          {view.deviceName}
        </a>
        <Badge tone={state.tone}>{state.text}</Badge>
        <button
          type="button"
          aria-pressed={isPinned}
          onClick={() => (isPinned ? unpin(view.serialNumber) : pin({ serialNumber: view.serialNumber, name: view.deviceName }))}
        >
          {isPinned ? 'Unpin' : 'Pin'}
        </button>
      </header>
      {error === undefined ? null : <p class="trouble">{error.message}</p>}
      <DeviceScreen view={view} act={act} />
      <PowerAndNetwork device={{ ...device, view }} />
    </section>
  );
}
