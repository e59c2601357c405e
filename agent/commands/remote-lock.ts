import { show } from '../device/screen.ts';
import type { Execute } from './outcome.ts';

/** Remote lock: the screen asks for the passcode until the user has typed it (reference §8.5). */
export const remoteLock: Execute<'remoteLock'> = (state, _parameters, out) => {
  show(state, 'locked', out);
  return { status: 'acknowledged' };
};
