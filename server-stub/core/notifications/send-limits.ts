/** How often custom notifications may be sent, within any hour of the stub's clock; it slides (CN-07, CN-08; reference §8.8). */
import { hourMs } from '../../../runtime/duration.ts';
import type { Core } from '../sessions.ts';

/** Of the whole tenant, to groups. */
export const sendsToGroupsMax = 25;
/** To one device. */
export const sendsToDeviceMax = 10;

/** All of the tenant's groups together. */
export const toGroups = '';

const windowMs = hourMs;

/** When it is possible again to send; null: now. @param to id of a device, or `toGroups` */
export function possibleAgainAt({ store }: Core, to: string, now: number): number | null {
  // One that is later than now was sent before the clock was set back: no hour of this time holds it.
  const sent = store.sendsAfter(to, now - windowMs).filter((at) => at <= now);
  const max = to === toGroups ? sendsToGroupsMax : sendsToDeviceMax;
  const leaving = sent.at(-max);
  return leaving === undefined ? null : leaving + windowMs;
}

/** It was sent. What no hour can hold any more is forgotten. */
export function countSend({ store }: Core, to: string, now: number): void {
  store.forgetSends(now - windowMs, now);
  store.addSend(to, now);
}
