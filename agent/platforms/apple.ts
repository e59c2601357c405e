import { hourMs, minuteMs } from '../../runtime/duration.ts';
import type { CadencePlan } from './cadence.ts';

/** iOS, iPadOS and macOS: every 15 minutes for an hour, then about every 8 hours (reference §7.1). */
export const appleCadence: CadencePlan = {
  bursts: [{ everyMs: 15 * minuteMs, forMs: hourMs }],
  thenEveryMs: 8 * hourMs,
  jitterMs: 15 * minuteMs,
};
