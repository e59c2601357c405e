/** What the core has to do that no store remembers: notifications on their way, and what is seen late. */
import type { ServerOut } from '../effects.ts';
import type { Core } from '../sessions.ts';
import { arrive, expire } from './deliver.ts';
import { proceed } from './fan-out.ts';

/** So many pushes arrive, or are let go, in one input. */
const pushesPerInput = 64;

/** Infinity for never. */
export function nextVolatileAt({ pushes, fanOuts, left }: Core): number {
  return Math.min(pushes.nextArrivalAt(), pushes.nextSweepAt(), fanOuts.nextAt(), left.nextAt());
}

/**
 * Does a piece of what is due, if anything is. What has its instant (arrivals, timers) is done in the order of the instants; what takes
 * long (sending to groups) and what nobody waits for goes on when none of it is due.
 * @param timerAt when the next timer of the store is due @returns whether it is that timer's turn
 */
export function volatileDue(core: Core, timerAt: number, now: number, out: ServerOut): boolean {
  const { pushes, fanOuts, left } = core;
  const areThere = () => pushes.nextArrivalAt() <= now && pushes.nextArrivalAt() < timerAt;
  for (let count = 0; count < pushesPerInput && areThere(); count++) {
    const arrived = pushes.take();
    if (arrived !== undefined) arrive(core, arrived, false, now, out);
  }
  if (areThere()) return false;
  // Not in an input of its own: while it waits for one, on a clock that runs, the next pushes arrive, and it would never have its turn.
  if (timerAt <= now) return true;
  if (fanOuts.nextAt() <= now) proceed(core, now, out);
  else if (left.nextAt() <= now) left.due(now, out);
  else if (pushes.nextSweepAt() <= now) expire(pushes.sweep(now, pushesPerInput), out);
  return false;
}
