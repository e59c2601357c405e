/**
 * On, off, and restarts. A device that goes down keeps its scheduled check-ins, which pass unlived; the first one after is `connect`.
 * Some wait for their user first: without the passcode there is no network (reference §2.5).
 */
import { secondMs } from '../../runtime/duration.ts';
import { hashUnit } from '../../runtime/random.ts';
import { platformTraits } from '../platforms.ts';
import type { DeviceOut } from './effects.ts';
import { changeHas } from './information.ts';
import { connect, giveUpLink } from './link.ts';
import type { DeviceState } from './state.ts';

const restartMsMin = 75 * secondMs;
export const restartMsMax = 105 * secondMs;
const restartLabel = 0x72657374;

/** Goes down: to come back by itself, or when somebody presses the power button. */
export function powerDown(state: DeviceState, how: 'restart' | 'shut-down', now: number, out: DeviceOut): void {
  giveUpLink(state, how === 'restart' ? 'restarting' : 'switched-off', out);
  state.afterReport = null;
  state.reconnectAt = null;
  state.attempts = 0;
  state.wanted = null;
  state.asked = null;
  state.open = null;
  const restart = restartMsMin + Math.floor(hashUnit(state.key, restartLabel) * (restartMsMax - restartMsMin));
  state.restartedAt = how === 'restart' ? now + restart : null;
  setPower(state, how === 'restart' ? 'restarting' : 'off', out);
}

/** The power button; also cuts a restart short. */
export function powerPressed(state: DeviceState, on: boolean, now: number, out: DeviceOut): void {
  if (on && state.power !== 'on') powerUp(state, now, out);
  else if (!on && state.power !== 'off') powerDown(state, 'shut-down', now, out);
}

/** Comes back when its restart is over. */
export function restartDue(state: DeviceState, now: number, out: DeviceOut): void {
  if (state.restartedAt !== null && state.restartedAt <= now) powerUp(state, now, out);
}

/** The user has typed the passcode, or there is none to type. */
export function unlock(state: DeviceState, now: number, out: DeviceOut): void {
  state.locked = false;
  if (!state.beforeFirstUnlock) return;
  state.beforeFirstUnlock = false;
  comeBack(state, now, out);
}

function powerUp(state: DeviceState, now: number, out: DeviceOut): void {
  const hasPasscode = state.has.passcode !== null;
  if (state.has.atBoot !== null) changeHas(state, { atBoot: null });
  state.restartedAt = null;
  state.locked = hasPasscode;
  // A device in lost mode shows no passcode prompt: it stays in reach, or nobody could ever end its lost mode.
  state.beforeFirstUnlock = hasPasscode && state.lostMode === null && platformTraits[state.inventory.platform].offlineUntilUnlocked;
  setPower(state, 'on', out);
  comeBack(state, now, out);
}

function comeBack(state: DeviceState, now: number, out: DeviceOut): void {
  if (state.phase === 'enrolled') state.wanted = 'connect';
  connect(state, now, out);
}

function setPower(state: DeviceState, power: DeviceState['power'], out: DeviceOut): void {
  state.power = power;
  out.note({ kind: 'power', power });
}
