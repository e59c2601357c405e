import { show } from '../device/screen.ts';
import { platformTraits } from '../platforms/index.ts';
import type { Execute } from './outcome.ts';

/** Wipe: back to the set-up assistant; on Windows it can be told to stay enrolled (reference §2.3, §8.2). */
export const wipe: Execute<'wipe'> = (state, parameters, out) => {
  if (parameters.keepEnrollmentData === true && platformTraits[state.inventory.platform].keepsEnrollmentOnWipe) {
    show(state, 'home', out);
    return { status: 'acknowledged' };
  }
  return { leaves: 'wipe' };
};
