/** What a person or a simulation does to a device, as the fact that its machine is told. The same for every driver. */
import type { HandsAct } from '../../protocol/hands.ts';
import type { DeviceInput } from './effects.ts';
import { canEnroll } from './enrollment.ts';
import type { DeviceState } from './state.ts';

/**
 * The fact to tell; null: the device is in no state for it, and nothing may be told. What came of an input is in the note `user-input` of
 * that step; every other fact is done.
 * @param token the tenant's enrollment token, if the driver knows it
 */
export function inputOfAct(state: DeviceState, act: HandsAct, token: string | undefined): DeviceInput | null {
  if ('input' in act) return { type: 'user-input', input: act.input, token };
  if ('change' in act) return { type: 'changed', change: act.change };
  if ('network' in act) return { type: 'network', available: act.network };
  if ('power' in act) return { type: 'power', on: act.power };
  return token !== undefined && canEnroll(state) ? { type: 'enroll', token } : null;
}
