/** A factory reset: what is left of a device. */
import { noteApps } from './apps.ts';
import type { DeviceOut } from './effects.ts';
import { change, hasActivationLock } from './information.ts';
import { forgetNotifications } from './notifications.ts';
import { type DeviceState, newPossessions } from './state.ts';

export interface Kept {
  esim: boolean;
  userData: boolean;
}

/**
 * Takes everything away but what is to be kept. A device that is bound to its owner's Apple Account stops at its Activation Lock
 * (TD-03): Find My is Apple's to turn off, not the device's.
 */
export function erase(state: DeviceState, keep: Kept, out: DeviceOut): void {
  const { has, inventory } = state;
  state.activationLocked = hasActivationLock(state);
  const fresh = newPossessions(inventory);
  change(state, {
    configuration: null,
    lostMode: null,
    has: {
      ...fresh,
      workProfile: null,
      esim: has.esim && keep.esim,
      userData: has.userData && keep.userData,
      findMy: state.activationLocked,
      // What its owner remembers.
      accountPassword: has.accountPassword,
    },
  });
  noteApps(has.apps, [], out);
  state.locked = false;
  state.beforeFirstUnlock = false;
  state.recoveryPin = null;
  state.consentDeclined = false;
  state.open = null;
  state.setUpDone = false;
  state.asked = null;
  state.access = {};
  forgetNotifications(state);
  state.read = [];
}
