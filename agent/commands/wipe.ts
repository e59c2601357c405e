import { endOfManagement } from '../../protocol/commands.ts';
import { noteApps } from '../device/apps.ts';
import { erase } from '../device/erase.ts';
import { change } from '../device/information.ts';
import { platformTraits } from '../platforms.ts';
import { acknowledged, type Execute } from './outcome.ts';

/**
 * Wipe: back to the set-up assistant, past Apple's Activation Lock where that is on, and a Mac past the PIN that came with it
 * (reference §2.3, §8.2). A Windows device that stays enrolled loses its apps alone; required ones come again with the next check-in.
 * obliterationBehavior and useProtectedWipe are about erasures that fail: ours do not.
 */
export const wipe: Execute<'wipe'> = (state, parameters, _now, out) => {
  const { keepsOnWipe, wipesWithPin } = platformTraits[state.inventory.platform];
  if (endOfManagement({ type: 'wipe', parameters }, state.inventory) === null) {
    const { has } = state;
    change(state, { configuration: null, has: { ...has, apps: [], companyData: false, tokens: {} } });
    noteApps(has.apps, [], out);
    state.locked = false;
    state.open = null;
    // It comes back by itself, and is told anew what its tenant wants.
    state.wanted = 'connect';
    return acknowledged;
  }
  erase(state, { esim: parameters.persistEsimDataPlan === true, userData: keepsOnWipe && parameters.keepUserData === true }, out);
  if (wipesWithPin && parameters.macOsUnlockCode) state.recoveryPin = parameters.macOsUnlockCode;
  return acknowledged;
};
