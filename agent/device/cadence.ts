/**
 * When a device checks in by itself, in closed form: check-in n has a time that depends on the device and on n alone.
 * That is what makes quiet time free: a world that skips check-ins at which nothing waits can say afterwards
 * which ones there were and when the last one was, to the millisecond, without having lived them.
 */
import { type Platform, platforms } from '../../protocol/platforms.ts';
import { hashUnit } from '../../runtime/random.ts';
import { type PlatformTraits, platformTraits } from '../platforms.ts';
import { burstOffsets } from './cadence-plan.ts';

/** Labels of the stateless draws, so that phase and jitter do not move together. */
const phaseLabel = 0x70686173;
const jitterLabel = 0x6a697474;

interface Grid {
  bursts: readonly number[];
  burstEnd: number;
  everyMs: number;
  jitterMs: number;
}

function gridOf({ cadence }: PlatformTraits): Grid {
  const bursts = burstOffsets(cadence);
  return { bursts, burstEnd: bursts.at(-1) ?? 0, everyMs: cadence.thenEveryMs, jitterMs: cadence.jitterMs };
}

const grids = Object.fromEntries(platforms.map((platform) => [platform, gridOf(platformTraits[platform])])) as Record<Platform, Grid>;

/** What a device's schedule depends on. `key`: the device's own 32-bit seed. */
export interface Schedule {
  platform: Platform;
  key: number;
  enrolledAt: number;
}

/** Instant of scheduled check-in `slot` (0, 1, 2, …); strictly increasing. */
export function slotTime(schedule: Schedule, slot: number): number {
  const grid = grids[schedule.platform];
  const burst = grid.bursts[slot];
  if (burst !== undefined) return schedule.enrolledAt + burst;
  const n = slot - grid.bursts.length;
  return steadyStart(schedule, grid) + n * grid.everyMs + Math.floor(hashUnit(schedule.key ^ jitterLabel, n) * grid.jitterMs);
}

/** The last slot at or before `instant`; -1 when there is none yet. */
export function lastSlotAt(schedule: Schedule, instant: number): number {
  const grid = grids[schedule.platform];
  const steady = Math.floor((instant - steadyStart(schedule, grid)) / grid.everyMs);
  if (steady >= 0) {
    const slot = steady + grid.bursts.length;
    return slotTime(schedule, slot) <= instant ? slot : slot - 1;
  }
  const offset = instant - schedule.enrolledAt;
  let slot = grid.bursts.length - 1;
  while (slot >= 0 && (grid.bursts[slot] as number) > offset) slot--;
  return slot;
}

/** The first slot at or after `instant`. */
export function firstSlotAt(schedule: Schedule, instant: number): number {
  const slot = lastSlotAt(schedule, instant);
  return slot >= 0 && slotTime(schedule, slot) === instant ? slot : slot + 1;
}

/** Where the steady grid begins: after the bursts, shifted by the device's own phase (1 ms at least, so that order is strict). */
function steadyStart(schedule: Schedule, grid: Grid): number {
  return schedule.enrolledAt + grid.burstEnd + 1 + Math.floor(hashUnit(schedule.key, phaseLabel) * grid.everyMs);
}
