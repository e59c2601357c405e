/** The device's one link: when it is opened, given up, lost and tried again. */
import { minuteMs, secondMs } from '../../runtime/duration.ts';
import { hashUnit } from '../../runtime/random.ts';
import type { DeviceOut } from './effects.ts';
import { informationLost } from './information.ts';
import type { DeviceState } from './state.ts';

const backoffFirstMs = secondMs;
const backoffMsMax = 5 * minuteMs;
/** Where the server is there and has too much to do: a fleet that comes back within a second would only be turned away again. */
const overloadedFirstMs = 8 * secondMs;
/** A link that held this long shows that the server is well again: pauses start from the shortest one. */
const steadyMsMin = minuteMs;

/** Whether anything outside of the device can be reached. */
export function canConnect(state: DeviceState): boolean {
  return state.network && state.power === 'on' && !state.beforeFirstUnlock;
}

/** Whether there is anyone to talk to in this phase. */
export function needsLink(state: DeviceState): boolean {
  return state.phase === 'enrolled' || state.phase === 'leaving' || (state.phase === 'enrolling' && state.csr !== null);
}

/** Opens the link that this phase needs. */
export function connect(state: DeviceState, now: number, out: DeviceOut): void {
  if (needsLink(state)) openLink(state, now, out);
}

export function openLink(state: DeviceState, now: number, out: DeviceOut): void {
  if (!canConnect(state) || state.link !== 'closed') return;
  state.link = 'opening';
  state.reconnectAt = null;
  state.replyBy = now + state.replyMs;
  out.openLink(state.phase === 'enrolling' ? 'none' : 'certificate');
}

/** Gives the link up by the device's own choice; no `link-closed` follows. */
export function giveUpLink(state: DeviceState, reason: string, out: DeviceOut): void {
  if (state.link === 'closed') return;
  forgetLink(state);
  out.closeLink(reason);
}

function forgetLink(state: DeviceState): void {
  // What was under way is begun again over the next link: a check-in by a new one, a renewal by the check-in after it.
  if (state.exchange === 'check-in' || state.exchange === 'renewal') state.wanted = 'retry';
  state.link = 'closed';
  state.asking = null;
  state.exchange = 'none';
  state.replyBy = null;
  // A command that takes its time is delivered again, from its beginning.
  state.slow = null;
  informationLost(state);
}

/** The link broke, or could not be opened: try again later, with doubling pauses. */
export function linkLost(state: DeviceState, reason: string, now: number, out: DeviceOut): void {
  if (state.link === 'closed') return;
  if (state.link === 'open' && now - state.linkSince >= steadyMsMin) state.attempts = 0;
  forgetLink(state);
  retryLater(state, reason, now, out);
}

/** Reasons of a server that has too much to do: its refusals, and what the driver says of attempts that took too long (connect-error.ts). */
const overloaded: readonly string[] = ['overloaded', 'too-many-connections', 'rate-limited', 'reads-too-slowly'];

/** A service that has too much to do says in how many seconds to come back: `throttled; retry-after=60`. */
function askedPauseMs(reason: string): number {
  return /^(throttled|overloaded);/.test(reason) ? Number(/retry-after=(\d{1,6})$/.exec(reason)?.[1] ?? 0) * secondMs : 0;
}

/** It is closed, and nobody is to be reached any more. */
export function linkEnded(state: DeviceState): void {
  if (state.link !== 'closed') forgetLink(state);
}

export function retryLater(state: DeviceState, reason: string, now: number, out: DeviceOut): void {
  if (!canConnect(state)) return;
  const isOverloaded = overloaded.includes(reason.split(';', 1)[0] as string);
  const pause = Math.min(backoffMsMax, (isOverloaded ? overloadedFirstMs : backoffFirstMs) * 2 ** state.attempts);
  state.attempts = Math.min(state.attempts + 1, 20);
  const drawn = hashUnit(state.key, state.attempts + (now % 1_000_003));
  // Between half of the pause and all of it, so that a fleet that lost its server does not come back in one beat. Towards a server that
  // cannot keep up, anywhere in it: there the width of what is drawn is all that helps.
  const own = Math.ceil(pause * (isOverloaded ? drawn : 0.5 + drawn / 2));
  state.reconnectAt = now + own + askedPauseMs(reason);
  out.note({ kind: 'link-lost', reason, retryAt: state.reconnectAt });
}
