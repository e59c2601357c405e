/** How far all shards of a run are, together. */
import type { FleetProgress, RunProgress } from '../run-progress.ts';
import { endOf, type ShardFound } from '../world/found.ts';
import type { ShardJob } from './live-shard.ts';

/** @param jobs of the whole run, at least one */
export function fleetProgress(jobs: readonly ShardJob[]) {
  const { startAt, days, devices } = (jobs[0] as ShardJob).scenario;
  const end = endOf({ startAt, days });
  const of = new Map<number, RunProgress>();
  let shardsLived = 0;
  return {
    tell(shard: number, progress: RunProgress): void {
      of.set(shard, progress);
    },
    over({ slice, until, eventsExecuted, tally }: ShardFound): void {
      if (until >= end) shardsLived += 1;
      const share = (until - startAt) / (end - startAt);
      of.set(slice.number, { at: until, daysLived: share * days, share, eventsExecuted, checkInsLived: tally.figures.checkInsLived });
    },
    now(): FleetProgress {
      let [lived, eventsExecuted, checkInsLived] = [0, 0, 0];
      for (const { slice } of jobs) {
        const one = of.get(slice.number);
        if (one === undefined) continue;
        lived += one.share * slice.count;
        eventsExecuted += one.eventsExecuted;
        checkInsLived += one.checkInsLived;
      }
      const share = lived / devices;
      const at = Math.floor(startAt + share * (end - startAt));
      return { at, daysLived: share * days, share, eventsExecuted, checkInsLived, shards: jobs.length, shardsLived };
    },
  };
}
