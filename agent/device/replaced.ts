/** Another device in the same hands: what was enrolled is gone, without a word to anybody, and its user holds one out of its box. */
import type { Inventory } from '../../protocol/messages.ts';
import type { DeviceOut } from './effects.ts';
import { giveUpLink } from './link.ts';
import { type DeviceState, newDevice, type Possessions } from './state.ts';

/**
 * The new one has what new devices of this user have, and nothing of the old one's but its habits. Counters go on, so that no answer to the
 * old one, which may be on its way, is taken for one to the new one.
 */
export function replaced(state: DeviceState, inventory: Inventory, has: Readonly<Possessions>, out: DeviceOut): void {
  giveUpLink(state, 'replaced', out);
  out.eraseIdentity();
  const { key, traits, behaviors, signIns, network, replyMs, screen, screenNumber, asks, enrollments, renewals } = state;
  const information = { version: state.information.version + 1, sent: 0, known: 0 };
  Object.assign(state, newDevice(inventory, key, traits, has, behaviors, signIns?.plan ?? null), {
    ...{ network, replyMs, screen, screenNumber, asks, enrollments, renewals, information },
  });
  out.note({ kind: 'replaced', serialNumber: inventory.serialNumber });
}
