import { hourMs, minuteMs } from '../../runtime/duration.ts';
import type { PlatformTraits } from './traits.ts';

/** Every 3 minutes for 15 minutes, every 15 minutes for 2 hours, then about every 8 hours (reference §7.1). */
export const windows: PlatformTraits = {
  cadence: {
    bursts: [
      { everyMs: 3 * minuteMs, forMs: 15 * minuteMs },
      { everyMs: 15 * minuteMs, forMs: 2 * hourMs },
    ],
    thenEveryMs: 8 * hourMs,
    jitterMs: 15 * minuteMs,
  },
  keepsEnrollmentOnWipe: true,
};
