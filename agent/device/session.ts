/** What a device says when a link opens, and what it does when a deadline comes. */
import { firstSlotAt, lastSlotAt } from './cadence.ts';
import { beginCheckIn, checkInIfDue, scheduleOf, setNextSlot } from './check-in.ts';
import type { DeviceOut } from './effects.ts';
import { sendEnrollment } from './enrollment.ts';
import { sendReport, slowDone } from './execution.ts';
import { informationLost } from './information.ts';
import { connect, giveUpLink, needsLink, openLink, retryLater } from './link.ts';
import { tellApple } from './outside.ts';
import { powerDown, restartDue, restartMsMax } from './power.ts';
import { signInsAgain, signInsDue } from './sign-ins.ts';
import { type DeviceState, replyMsDefault } from './state.ts';

/** Switched on: what was under way is gone, what it was for is begun again. */
export function started(state: DeviceState, now: number, out: DeviceOut): void {
  state.link = 'closed';
  state.asking = null;
  state.exchange = 'none';
  state.replyBy = null;
  state.reconnectAt = null;
  if (state.signIns !== null) state.signIns = { ...state.signIns, left: [], isSettled: false };
  state.attempts = 0;
  state.replyMs = replyMsDefault;
  state.asked = null;
  state.slow = null;
  informationLost(state);
  // The result of a restart may have been taken: a report that comes again is answered again, but the restart would never come.
  if (state.afterReport !== null) powerDown(state, state.afterReport.goesDown, now, out);
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
    connect(state, now, out);
    tellApple(state, out);
  } else {
    giveUpLink(state, 'network-lost', out);
    state.reconnectAt = null;
  }
}

export function linkOpened(state: DeviceState, now: number, out: DeviceOut): void {
  state.link = 'open';
  state.linkSince = now;
  state.replyBy = null;
  tellApple(state, out);
  if (state.phase === 'enrolling') sendEnrollment(state, now, out);
  else if (state.phase === 'leaving') sendReport(state, now, out);
  else checkInIfDue(state, 'connect', now, out);
}

/** What was due at `now`: a restart is over, a missing answer breaks the link, a pause ends, slow work is done, a check-in comes. */
export function deadlineCame(state: DeviceState, now: number, out: DeviceOut): void {
  restartDue(state, now, out);
  if (state.replyBy !== null && state.replyBy <= now) {
    giveUpLink(state, 'no-answer', out);
    retryLater(state, 'no-answer', now, out);
  }
  if (state.reconnectAt !== null && state.reconnectAt <= now) {
    state.reconnectAt = null;
    connect(state, now, out);
  }
  if (state.slow !== null) slowDone(state, now, out);
  else if (state.phase === 'enrolled' && state.link === 'open' && state.exchange === 'none') checkInIfDue(state, 'schedule', now, out);
  signInsDue(state, now, out);
}

/** Deadlines of a time that is to come again are counted from now; scheduled check-ins begin with the first one ahead. */
export function clockSetBack(state: DeviceState, now: number): void {
  if (state.replyBy !== null) state.replyBy = now + state.replyMs;
  if (state.reconnectAt !== null) state.reconnectAt = now;
  if (state.restartedAt !== null) state.restartedAt = Math.min(state.restartedAt, now + restartMsMax);
  if (state.slow !== null) state.slow = { ...state.slow, until: now };
  state.linkSince = Math.min(state.linkSince, now);
  signInsAgain(state, now);
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
