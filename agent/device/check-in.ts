/** A check-in, from the device's first word to the server's `check-in-done`. */

import type { CheckInTrigger } from '../../protocol/messages.ts';
import { firstSlotAt, lastSlotAt, type Schedule, slotTime } from './cadence.ts';
import { beginRenewal, renewalDue } from './certificate.ts';
import type { DeviceOut } from './effects.ts';
import { informationTaken, tellInformation } from './information.ts';
import type { DeviceState } from './state.ts';

/** Enrolled, in touch, and doing nothing: the state in which scheduled check-ins come. */
export function idle(state: DeviceState): boolean {
  return state.phase === 'enrolled' && state.link === 'open' && state.exchange === 'none' && state.slow === null;
}

export function scheduleOf(state: DeviceState): Schedule {
  return { platform: state.inventory.platform, key: state.key, enrolledAt: state.enrolledAt };
}

/** Makes `slot` the next scheduled check-in. Its instant is kept, because it is asked for several times between two of them. */
export function setNextSlot(state: DeviceState, slot: number): void {
  state.nextSlot = slot;
  state.nextSlotAt = slotTime(scheduleOf(state), slot);
}

/**
 * Checks in if that is wanted, or if a scheduled check-in has come or was missed.
 * @param trigger what to say of a scheduled one: `schedule` on an open link, `connect` on one that just opened
 */
export function checkInIfDue(state: DeviceState, trigger: 'schedule' | 'connect', now: number, out: DeviceOut): void {
  if (state.wanted !== null) beginCheckIn(state, state.wanted, now, out);
  else if (state.nextSlotAt <= now) beginCheckIn(state, trigger, now, out);
}

export function beginCheckIn(state: DeviceState, trigger: CheckInTrigger, now: number, out: DeviceOut): void {
  state.wanted = null;
  state.exchange = 'check-in';
  state.replyBy = now + state.replyMs;
  if (state.nextSlotAt === now) setNextSlot(state, state.nextSlot + 1);
  else if (state.nextSlotAt < now) setNextSlot(state, lastSlotAt(scheduleOf(state), now) + 1);
  state.asking = trigger;
  tellInformation(state, out);
  out.send({
    type: 'check-in',
    deviceId: state.deviceId as string,
    trigger,
    osVersion: state.inventory.osVersion,
    ...(state.configuration === null ? {} : { configuration: state.configuration.version }),
  });
}

/** The server answers: only now has the device checked in. One that is refused instead has not. */
export function checkInAnswered(state: DeviceState, now: number, out: DeviceOut): void {
  if (state.asking === null) return;
  out.note({ kind: 'check-in', trigger: state.asking });
  state.asking = null;
  state.lastCheckInAt = now;
  state.checkIns += 1;
  state.consentDeclined = false;
  informationTaken(state);
}

/** The server has nothing more. A device whose certificate nears its end asks for the next one now. */
export function checkInDone(state: DeviceState, now: number, out: DeviceOut): void {
  checkInAnswered(state, now, out);
  // What a configuration changed was told within this check-in, too.
  informationTaken(state);
  state.exchange = 'none';
  state.replyBy = null;
  state.attempts = 0;
  // Scheduled ones that passed within it (a command took its time) pass unlived, whether or not a driver would skip them.
  if (state.nextSlotAt < now) setNextSlot(state, firstSlotAt(scheduleOf(state), now));
  if (renewalDue(state, now)) beginRenewal(state, now, out);
  else if (state.wanted !== null) beginCheckIn(state, state.wanted, now, out);
}

/** The service could not sign it now: the next check-in asks again. */
export function renewalFailed(state: DeviceState, requestId: string, now: number, out: DeviceOut): void {
  if (state.exchange !== 'renewal' || requestId !== state.requestId) return;
  state.exchange = 'none';
  state.replyBy = null;
  state.requestId = null;
  if (state.wanted !== null) beginCheckIn(state, state.wanted, now, out);
}

/** A push came: check in at once, or right after what is under way. */
export function nudged(state: DeviceState, now: number, out: DeviceOut): void {
  if (state.exchange === 'none') beginCheckIn(state, 'push', now, out);
  else state.wanted = 'push';
}

/** Takes over scheduled check-ins that a driver did not have to live one by one. */
export function livedQuietly(state: DeviceState, before: number, out: DeviceOut): void {
  if (state.nextSlotAt >= before || !idle(state)) return;
  const schedule = scheduleOf(state);
  const end = firstSlotAt(schedule, before);
  const count = end - state.nextSlot;
  const last = slotTime(schedule, end - 1);
  setNextSlot(state, end);
  state.checkIns += count;
  state.attempts = 0;
  state.consentDeclined = false;
  state.lastCheckInAt = last;
  out.note({ kind: 'quiet-check-ins', count, last });
}
