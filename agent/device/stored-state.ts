/** States of earlier versions, read by this one. */
import { unitsOf } from './notifications.ts';
import { type DeviceNotification, type DeviceState, newPossessions } from './state.ts';

/** As some version wrote it. One had notices of noncompliance alone, all of them shown. */
type StoredState = Partial<DeviceState> & { notices?: readonly Pick<DeviceNotification, 'id' | 'at' | 'title' | 'body'>[] };

/**
 * A stored state, with what its version did not have yet taken from a device as it comes out of its box.
 * @param stored as it was written: members may be missing
 */
export function revived(fresh: DeviceState, { notices = [], ...stored }: StoredState): DeviceState {
  const state: DeviceState = {
    ...fresh,
    notifications: notices.map((notice) => ({ ...notice, from: 'compliance', shown: 'banner' })),
    ...stored,
    traits: { ...fresh.traits, ...stored.traits },
    has: { ...(stored.inventory === undefined ? fresh.has : newPossessions(stored.inventory)), ...stored.has },
    information: { ...fresh.information, ...stored.information },
  };
  if (stored.notificationUnits === undefined) state.notificationUnits = unitsOf(state.notifications);
  // The first version had no set-up of its own: whoever was enrolled was set up, and its only lock was the screen's.
  if (stored.setUpDone === undefined) {
    const { phase, leaving } = state;
    state.setUpDone = phase === 'enrolled' || phase === 'retired' || phase === 'refused' || leaving?.by === 'retire';
  }
  if (stored.locked === undefined) state.locked = stored.screen === 'locked';
  // What its passcode is made of, no service was told by that version: the next check-in tells.
  if (stored.has !== undefined && !Object.hasOwn(stored.has, 'security')) state.information.version += 1;
  return state;
}
