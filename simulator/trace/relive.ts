/**
 * Lives one device of a run again, alone: its life depends on the seed and its number, and on nobody else. Its hash says whether it is
 * the same life as in the run.
 */
import { createMemoryStore } from '../../server-stub/store/memory-store.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { World } from '../world/world.ts';
import { type LifeEntry, LifeListener, type LifeOptions } from './life-listener.ts';

export interface RelivedLife {
  entries: readonly LifeEntry[];
  /** As in the run's file. */
  life: string;
}

/**
 * @param scenario as it was lived: with the devices, days and seed that were asked for
 * @param until where its shard was stopped; absent: to the end
 * @param life what it was in the run: a shard may have been stopped in the middle of an instant
 */
export function relive(scenario: Scenario, index: number, options: LifeOptions, until: number | null, life: string | null): RelivedLife {
  const lived = liveOne(scenario, index, options, until, true);
  return until === null || lived.life === life ? lived : liveOne(scenario, index, options, until, false);
}

function liveOne(scenario: Scenario, index: number, options: LifeOptions, until: number | null, whole: boolean): RelivedLife {
  const store = createMemoryStore();
  const listener = new LifeListener(scenario.startAt, options);
  const slice = { number: 0, first: index, count: 1 };
  const world = new World(scenario, { store, everyCheckIn: options.checkIns, codec: false, slice, listener, steps: listener });
  try {
    if (until === null) while (!world.advance(Number.POSITIVE_INFINITY));
    else world.stopAt(until, whole);
    const [outcome] = world.outcomes();
    return { entries: listener.entries, life: outcome?.life ?? '' };
  } finally {
    store.close();
  }
}
