import { errorCodes } from './error-codes.ts';
import { acknowledged, type Execute } from './outcome.ts';

/**
 * Remote lock: the screen asks for the passcode until the user has typed it; without one it just turns off. A Mac gets a PIN, and fails a
 * second lock until that was typed (reference §8.5).
 */
export const remoteLock: Execute<'remoteLock'> = (state, { pin }) => {
  if (pin === undefined) state.locked = true;
  else if (state.recoveryPin !== null) return { status: 'failed', errorCode: errorCodes.lockedAlready };
  else state.recoveryPin = pin;
  return acknowledged;
};
