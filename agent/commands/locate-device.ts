import { hashUnit } from '../../runtime/random.ts';
import { platformTraits } from '../platforms.ts';
import { errorCodes } from './error-codes.ts';
import type { Execute } from './outcome.ts';

const label = 0x6c6f6361;

/** Locate: where a device is follows from its key, so that it is found there again. Apple's have to be in lost mode (reference §2.5). */
export const locateDevice: Execute<'locateDevice'> = (state, _parameters, now) => {
  if (platformTraits[state.inventory.platform].locatedOnlyInLostMode && state.lostMode === null) {
    return { status: 'failed', errorCode: errorCodes.notLost };
  }
  const draw = (n: number, from: number, until: number, digits: number) => {
    const scale = 10 ** digits;
    return Math.round((from + hashUnit(state.key ^ label, n) * (until - from)) * scale) / scale;
  };
  return {
    status: 'acknowledged',
    location: {
      collectedAt: now,
      // Where people live, by and large.
      latitude: draw(0, -40, 60, 5),
      longitude: draw(1, -120, 150, 5),
      altitude: draw(2, 0, 400, 1),
      horizontalAccuracy: draw(3, 5, 65, 1),
      verticalAccuracy: draw(4, 5, 30, 1),
      heading: 0,
      speed: 0,
    },
  };
};
