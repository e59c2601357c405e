/** A device's power button, and its network. */
import { say } from '../ui/toast.tsx';
import type { ShownDevice } from './held-device.ts';
import { Switch } from './holder-controls.tsx';

/** Phases in which a device can be enrolled by whoever holds it. */
const unmanaged: readonly string[] = ['set-up', 'retired', 'wiped', 'refused'];

export function PowerAndNetwork({ device }: { device: ShownDevice }) {
  const { view, act, change } = device;
  const { power, network, phase } = view;
  async function restart(): Promise<void> {
    if ((await act({ power: false })) === null) return;
    if ((await act({ power: true })) !== null) say('The device was switched off and on.');
  }
  return (
    <div class="controls">
      <Switch
        label="Power"
        on={power !== 'off'}
        onChange={(on) => change({ power: on }, on ? 'It is switched on.' : 'It is switched off.')}
      />
      <Switch
        label="Network"
        on={network}
        onChange={(on) => change({ network: on }, on ? 'It has a network again.' : 'It has no network now.')}
      />
      <div class="row">
        <button type="button" disabled={power === 'off'} onClick={restart}>
          Restart
        </button>
        {unmanaged.includes(phase) && power === 'on' ? (
          <button type="button" onClick={() => change({ enroll: true }, 'It is being enrolled.')}>
            Enrol it
          </button>
        ) : null}
      </div>
    </div>
  );
}
