import type { FleetGroup } from '../../scenarios/scenario.ts';

/** When a device comes, since the start. @param unit a draw in [0, 1) */
export function drawEnrollment({ enrolls, enrolledWithinMs }: FleetGroup, unit: number): number {
  if (enrolls === null) return Math.floor(unit * enrolledWithinMs);
  let left = unit;
  for (const { share, fromMs, untilMs } of enrolls) {
    if (left < share) return fromMs + Math.floor((left / share) * (untilMs - fromMs));
    left -= share;
  }
  return enrolls.at(-1)?.untilMs ?? 0;
}
