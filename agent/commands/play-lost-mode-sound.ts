import { platformTraits } from '../platforms.ts';
import { acknowledged, type Execute, notSupported } from './outcome.ts';

/** How long it is played when nobody says. */
const minutesDefault = '5';

/** The sound of a lost device: Apple's have to be in lost mode, Android's always play it (reference §2.2). */
export const playLostModeSound: Execute<'playLostModeSound'> = (state, { durationInMinutes = minutesDefault }, _now, out) => {
  if (platformTraits[state.inventory.platform].locatedOnlyInLostMode && state.lostMode === null) return notSupported;
  out.note({ kind: 'sound', minutes: Number(durationInMinutes) });
  return acknowledged;
};
