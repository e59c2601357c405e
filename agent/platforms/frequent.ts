import { hourMs, minuteMs } from '../../runtime/duration.ts';
import type { CadencePlan } from './cadence.ts';

/** Android and Windows: every 3 minutes for 15 minutes, every 15 minutes for 2 hours, then about every 8 hours (reference §7.1). */
export const frequentCadence: CadencePlan = {
  bursts: [
    { everyMs: 3 * minuteMs, forMs: 15 * minuteMs },
    { everyMs: 15 * minuteMs, forMs: 2 * hourMs },
  ],
  thenEveryMs: 8 * hourMs,
  jitterMs: 15 * minuteMs,
};
