/** What the devices of a shard came to, as plain data: it goes from thread to thread, and from machine to machine. */
import { dayMs } from '../../runtime/duration.ts';
import type { MeasuresFound, TimelineEntry } from '../result.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { mergedRows, type StoryRow } from '../story/verdicts.ts';
import { addUp } from './add-up.ts';
import type { FaultsFound } from './faults/fault-tally.ts';
import { type CheckerFound, mergedFound } from './findings.ts';
import type { Slice } from './slice.ts';
import { mergedTallies, type TallyFound } from './tally.ts';
import { digestOf } from './trace.ts';

export interface ShardFound {
  slice: Slice;
  /** Up to which instant it was lived: the end of the run, unless it was stopped before. */
  until: number;
  /** Of the digest (world/trace.ts). */
  lanes: readonly number[];
  eventsExecuted: number;
  tally: TallyFound;
  measures: MeasuresFound;
  /** Always the same ones in the same order. Devices by their number in the fleet. */
  checkers: readonly CheckerFound[];
  story: readonly StoryRow[];
  /** Of small fleets, which are one shard. */
  timeline: readonly TimelineEntry[];
  /** By the name of the fault; empty where the scenario has none. */
  faults: FaultsFound;
}

/** The instant at which a run of this scenario is over. */
export function endOf({ startAt, days }: Pick<Scenario, 'startAt' | 'days'>): number {
  return startAt + days * dayMs;
}

/** What the whole fleet came to, or as much of it as was lived. */
export interface FleetFound extends Omit<ShardFound, 'slice' | 'until' | 'lanes'> {
  digest: string;
}

/** The same for any number of shards, in whatever order they are. @param shards at least one; together the whole fleet, unless the run was stopped */
export function fleetFound(shards: readonly ShardFound[]): FleetFound {
  const inOrder = [...shards].sort((a, b) => a.slice.number - b.slice.number);
  const first = inOrder[0] as ShardFound;
  return {
    digest: digestOf(inOrder.map(({ lanes }) => lanes)),
    eventsExecuted: inOrder.reduce((sum, { eventsExecuted }) => sum + eventsExecuted, 0),
    tally: inOrder.map(({ tally }) => tally).reduce(mergedTallies),
    measures: inOrder.map(({ measures }) => measures).reduce(addUp),
    checkers: first.checkers.map((_, place) => mergedFound(inOrder.map(({ checkers }) => checkers[place] as CheckerFound))),
    story: mergedRows(inOrder.map(({ story }) => story)),
    timeline: inOrder.flatMap(({ timeline }) => timeline),
    faults: inOrder.map(({ faults }) => faults).reduce(addUp),
  };
}
