/** What a device says when a link opens, and what it does when a deadline comes. */
import { firstSlotAt, lastSlotAt } from './cadence.ts';
import { beginCheckIn, checkInIfDue, scheduleOf, setNextSlot } from './check-in.ts';
import type { DeviceOut } from './effects.ts';
import { sendEnrollment } from './enrollment.ts';
import { sendReport } from './execution.ts';
import { giveUpLink, openLink, retryLater } from './link.ts';
import { type DeviceState, replyMsDefault } from './state.ts';

/** Whether there is anyone to talk to in this phase. */
function needsLink(state: DeviceState): boolean {
  return state.phase === 'enrolled' || state.phase === 'leaving' || (state.phase === 'enrolling' && state.csr !== null);
}

/** Switched on: what was under way is gone, what it was for is begun again. */
export function started(state: DeviceState, now: number, out: DeviceOut): void {
  state.link = 'closed';
  state.asking = null;
  state.exchange = 'none';
  state.replyBy = null;
  state.reconnectAt = null;
  state.attempts = 0;
  state.replyMs = replyMsDefault;
  if (state.phase === 'enrolling') {
    state.csr = null;
    out.createCsr(state.requestId as string);
  } else if (needsLink(state)) {
    state.wanted = 'connect';
    openLink(state, now, out);
  }
}

export function networkChanged(state: DeviceState, available: boolean, now: number, out: DeviceOut): void {
  if (state.network === available) return;
  state.network = available;
  if (available) {
    if (needsLink(state)) openLink(state, now, out);
  } else {
    giveUpLink(state, 'network-lost', out);
    state.reconnectAt = null;
  }
}

export function linkOpened(state: DeviceState, now: number, out: DeviceOut): void {
  state.link = 'open';
  state.linkSince = now;
  state.replyBy = null;
  if (state.phase === 'enrolling') sendEnrollment(state, now, out);
  else if (state.phase === 'leaving') sendReport(state, now, out);
  else checkInIfDue(state, 'connect', now, out);
}

/** What was due at `now`: a missing answer breaks the link, a pause ends, a scheduled check-in comes. */
export function deadlineCame(state: DeviceState, now: number, out: DeviceOut): void {
  if (state.replyBy !== null && state.replyBy <= now) {
    giveUpLink(state, 'no-answer', out);
    retryLater(state, 'no-answer', now, out);
  }
  if (state.reconnectAt !== null && state.reconnectAt <= now) {
    state.reconnectAt = null;
    if (needsLink(state)) openLink(state, now, out);
  }
  if (state.phase === 'enrolled' && state.link === 'open' && state.exchange === 'none') checkInIfDue(state, 'schedule', now, out);
}

/** Deadlines of a time that is to come again are counted from now; scheduled check-ins begin with the first one ahead. */
export function clockSetBack(state: DeviceState, now: number): void {
  if (state.replyBy !== null) state.replyBy = now + state.replyMs;
  if (state.reconnectAt !== null) state.reconnectAt = now;
  state.linkSince = Math.min(state.linkSince, now);
  if (state.phase !== 'enrolled') return;
  // A device that was on its own clock for a moment (it came back with a new certificate) is set back to the instant that it has lived.
  const schedule = scheduleOf(state);
  const ahead = state.lastCheckInAt === now ? lastSlotAt(schedule, now) + 1 : firstSlotAt(schedule, now);
  setNextSlot(state, Math.min(state.nextSlot, ahead));
}

export function userSynced(state: DeviceState, now: number, out: DeviceOut): void {
  if (state.link === 'open' && state.exchange === 'none') beginCheckIn(state, 'user', now, out);
  else state.wanted = 'user';
}
