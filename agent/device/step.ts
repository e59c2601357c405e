/**
 * The device machine: facts and the time in, wishes out. It never waits, reads a clock or opens anything; a step owns its state and
 * changes it in place. The same machine runs alone over a WebSocket, by the thousand, and by the hundred thousand in virtual time.
 */
import { refreshScreen } from '../screens/index.ts';
import { firstSlotAt, slotTime } from './cadence.ts';
import { idle, scheduleOf } from './check-in.ts';
import type { DeviceInput, DeviceOut } from './effects.ts';
import { isUntold } from './information.ts';
import { powerDown } from './power.ts';
import { followSignIns, nextNoteworthySignIn, nextSignIn } from './sign-ins.ts';
import type { DeviceState } from './state.ts';
import { facts } from './transitions.ts';

/**
 * Takes one fact in. @param now milliseconds on the tenant's clock; never earlier than at the step before.
 * @throws Error when this fact cannot happen in this phase: a mistake of the driver.
 */
export function step(state: DeviceState, input: DeviceInput, now: number, out: DeviceOut): void {
  const handle = facts[state.phase][input.type] as ((s: DeviceState, i: DeviceInput, n: number, o: DeviceOut) => void) | undefined;
  if (handle === undefined) throw new Error(`A device in phase ${state.phase} cannot be told "${input.type}".`);
  const { notice, screenNumber, phase, deviceId } = state;
  const { tokens } = state.has;
  handle(state, input, now, out);
  // A restart waits for the report to be taken, not for ever: without a link the report comes after it.
  if (state.afterReport !== null && state.link !== 'open') powerDown(state, state.afterReport.goesDown, now, out);
  if (state.signIns !== null) {
    // What an app is answered follows from these, as far as the device goes.
    followSignIns(state, phase !== state.phase || deviceId !== state.deviceId || tokens !== state.has.tokens, now);
  }
  refreshScreen(state, out);
  // What was said of an input goes with the screen that it was typed into.
  if (state.screenNumber !== screenNumber && state.notice === notice) state.notice = null;
}

/** When the device wants to be told `deadline`; Infinity while it only waits for others. */
export function nextDeadline(state: DeviceState): number {
  return Math.min(nextOfManagement(state), nextSignIn(state));
}

/** The same, without what its apps do by themselves. */
export function nextOfManagement(state: DeviceState): number {
  return Math.min(waits(state), idle(state) ? state.nextSlotAt : Number.POSITIVE_INFINITY);
}

/**
 * The next deadline at which more can happen than a check-in that finds nothing: what a driver waits for that skips quiet time.
 * @param workWaiting whether the server has something for this device: then the very next check-in counts
 * @param accessWaiting whether an app of it would be told something else than last time: then its next sign-in counts
 */
export function nextNoteworthy(state: DeviceState, workWaiting: boolean, accessWaiting: boolean): number {
  return Math.min(nextNoteworthyOfManagement(state, workWaiting), nextNoteworthySignIn(state, accessWaiting));
}

function nextNoteworthyOfManagement(state: DeviceState, workWaiting: boolean): number {
  if (!idle(state)) return waits(state);
  const next = state.nextSlotAt;
  const renewFrom = state.certificate?.renewFrom ?? Number.POSITIVE_INFINITY;
  // What the server does not know yet, and a question that the user put off, make the next one count.
  if (workWaiting || renewFrom <= next || isUntold(state) || state.consentDeclined) return Math.min(waits(state), next);
  const schedule = scheduleOf(state);
  return Math.min(waits(state), slotTime(schedule, firstSlotAt(schedule, renewFrom)));
}

function waits(state: DeviceState): number {
  return Math.min(
    state.replyBy ?? Number.POSITIVE_INFINITY,
    state.reconnectAt ?? Number.POSITIVE_INFINITY,
    state.restartedAt ?? Number.POSITIVE_INFINITY,
    state.slow?.until ?? Number.POSITIVE_INFINITY,
  );
}
