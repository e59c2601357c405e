/**
 * The device's Office apps sign in by themselves every so often, as long as they have a network: as the managed device that this is, or with
 * the token that they have left of it (TD-10). Attempt n has an instant that depends on the device and on n alone, as check-ins have
 * (cadence.ts), so that a driver can skip those that are answered as before: they change nothing on either side.
 */
import type { OfficeApp, OutsideAnswer } from '../../protocol/outside.ts';
import { hashUnit } from '../../runtime/random.ts';
import type { DeviceOut } from './effects.ts';
import { canConnect } from './link.ts';
import { outsideAnswered, signIn } from './outside.ts';
import type { DeviceState, SignInPlan } from './state.ts';

/** Labels of the stateless draws. */
const phaseLabel = 0x73696770;
const jitterLabel = 0x7369676a;
/** An attempt comes up to this share of the pause late. */
const jitterShare = 0.1;

/** Instant of attempt `slot`, counted from 1970; strictly increasing. */
function attemptTime({ everyMs }: SignInPlan, key: number, slot: number): number {
  const phase = Math.floor(hashUnit(key, phaseLabel) * everyMs);
  return slot * everyMs + phase + Math.floor(hashUnit(key ^ jitterLabel, slot) * everyMs * jitterShare);
}

/** The first attempt at or after `instant`. */
function firstAttemptAt(plan: SignInPlan, key: number, instant: number): number {
  // Two pauses back: phase and jitter together are below that.
  let slot = Math.floor(instant / plan.everyMs) - 2;
  while (attemptTime(plan, key, slot) < instant) slot++;
  return attemptTime(plan, key, slot);
}

/** Whether an app can try: it has somebody's account, a network, and a management or a token. */
function canTry(state: DeviceState): boolean {
  const { signIns } = state;
  if (signIns === null || !canConnect(state) || state.inventory.userPrincipalName === '') return false;
  return signIns.plan.apps.some((app) => canSignIn(state, app));
}

function canSignIn({ phase, has }: DeviceState, app: OfficeApp): boolean {
  return phase === 'enrolled' || has.tokens[app] !== undefined;
}

/** When the next attempt is; Infinity for none. */
export function nextSignIn({ signIns }: DeviceState): number {
  return signIns?.at ?? Number.POSITIVE_INFINITY;
}

/** The next one that may change something. @param accessWaiting whether an app would be told something else than last time */
export function nextNoteworthySignIn({ signIns, access }: DeviceState, accessWaiting: boolean): number {
  if (signIns === null || signIns.at === null) return Number.POSITIVE_INFINITY;
  // A person who tried without a connection sees that on the screen until the app gets through.
  const isSeenOff = signIns.plan.apps.some((app) => access[app] === 'no-network' || access[app] === 'unreachable');
  return signIns.isSettled && !accessWaiting && !isSeenOff ? Number.POSITIVE_INFINITY : signIns.at;
}

/** `deadline` has come: of attempts that were missed, one is made up for. */
export function signInsDue(state: DeviceState, now: number, out: DeviceOut): void {
  const { signIns } = state;
  if (signIns === null || signIns.at === null || signIns.at > now) return;
  const { plan } = signIns;
  state.signIns = { ...signIns, at: firstAttemptAt(plan, state.key, now + 1), left: plan.apps.filter((app) => canSignIn(state, app)) };
  signInNext(state, out);
}

/** Asks for the app whose turn it is, unless a question is under way. */
function signInNext(state: DeviceState, out: DeviceOut): void {
  const app = state.signIns?.left[0];
  if (app !== undefined && state.asked === null) signIn(state, app, out, true);
}

/** An answer came, to an app that asked by itself or to any other question: whoever's turn is next can ask. */
export function answerCame(state: DeviceState, id: number, answer: OutsideAnswer, out: DeviceOut): void {
  const asked = state.asked?.id === id ? state.asked.request : null;
  outsideAnswered(state, id, answer, out);
  if (asked?.service === 'sign-in' && asked.background === true) {
    answered(state, asked.app, answer.allowed || (answer.reason !== 'no-network' && answer.reason !== 'unreachable'));
  }
  signInNext(state, out);
}

/** @param isReal by the directory */
function answered(state: DeviceState, app: OfficeApp, isReal: boolean): void {
  const { signIns } = state;
  if (signIns === null || signIns.left[0] !== app) return;
  const left = signIns.left.slice(1);
  state.signIns = { ...signIns, left, isSettled: isReal && left.length === 0 };
}

/** Attempts before that instant were not lived by the driver: they would have been answered as before. */
export function signInsSkipped(state: DeviceState, before: number): void {
  const { signIns } = state;
  if (signIns === null || signIns.at === null || signIns.at >= before) return;
  state.signIns = { ...signIns, at: firstAttemptAt(signIns.plan, state.key, before) };
}

/** The tenant's clock was set back. */
export function signInsAgain(state: DeviceState, now: number): void {
  const { signIns } = state;
  if (signIns !== null && signIns.at !== null) state.signIns = { ...signIns, at: firstAttemptAt(signIns.plan, state.key, now) };
}

/**
 * After each step: attempts stop and begin again with what they need, and count again once the device is another one for the directory.
 * @param isOther it may be another one than before the step
 */
export function followSignIns(state: DeviceState, isOther: boolean, now: number): void {
  const { signIns } = state;
  if (signIns === null) return;
  const can = canTry(state);
  if (can === (signIns.at !== null) && !(isOther && signIns.isSettled)) return;
  state.signIns = {
    ...signIns,
    at: can ? (signIns.at ?? firstAttemptAt(signIns.plan, state.key, now)) : null,
    left: can ? signIns.left : [],
    isSettled: signIns.isSettled && !isOther,
  };
}
