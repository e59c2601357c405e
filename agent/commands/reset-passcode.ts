import { hasWorkProfile } from '../../protocol/platforms.ts';
import { changeHas } from '../device/information.ts';
import { resetTokenOf } from '../device/passcode.ts';
import { unlock } from '../device/power.ts';
import { platformTraits } from '../platforms.ts';
import { errorCodes } from './error-codes.ts';
import { acknowledged, type Execute, notSupported } from './outcome.ts';

/**
 * Reset passcode (reference §8.6): iPhones and iPads lose theirs, and a policy that requires one asks for another at once (TD-19). Android
 * gets the one that came with the command: for the work profile where there is one, which takes an active reset token (TD-18), else for
 * the device.
 */
export const resetPasscode: Execute<'resetPasscode'> = (state, { passcode }, now, out) => {
  if (platformTraits[state.inventory.platform].removesPasscode) {
    changeHas(state, { passcode: null, passcodeSetAt: now });
    unlock(state, now, out);
    return acknowledged;
  }
  if (hasWorkProfile(state.inventory) && resetTokenOf(state) !== 'active') return notSupported;
  if (passcode === undefined) return { status: 'failed', errorCode: errorCodes.passcodeMissing };
  const { workProfile } = state.has;
  if (workProfile !== null) changeHas(state, { workProfile: { ...workProfile, passcode, setAt: now } });
  else {
    changeHas(state, { passcode, passcodeSetAt: now });
    state.locked = true;
  }
  return acknowledged;
};
