/**
 * Lives a scenario, in virtual time or live, and gathers what came of it. In virtual time the fleet is dealt out to shards; what they find
 * adds up to the same result for any number of them.
 */
import { hasEventsByDefault } from './report/run-events.ts';
import { partPath } from './report/run-part.ts';
import type { Run, RunOptions } from './run-options.ts';
import { RunStopped } from './run-progress.ts';
import { overridden, resultOf } from './run-result.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { fleetProgress } from './shards/fleet-progress.ts';
import type { LivedShard, ShardJob } from './shards/live-shard.ts';
import { planOf } from './shards/plan.ts';
import { inlineRunner } from './shards/runner.ts';
import { threadRunner } from './shards/thread-runner.ts';
import { endOf, fleetFound, type ShardFound } from './world/found.ts';
import { slicesOf } from './world/slice.ts';

export { type Run, type RunOptions, seedMax } from './run-options.ts';
export { type FleetProgress, RunStopped } from './run-progress.ts';
export { type StoreKind, storeKinds } from './store-kind.ts';

/**
 * Stopped by its signal it comes to what was lived up to there; `result.stopped` says so.
 * @param text the scenario file as it was read
 * @throws RunStopped (rejects) where nothing was lived yet; ShardError; LiveError
 */
export async function runScenario({ scenario, text }: { scenario: Scenario; text: string }, options: RunOptions = {}): Promise<Run> {
  // A whole stub and its servers: loaded where somebody wants them.
  if (options.live === true) return (await import('./live-run.ts')).liveScenario({ scenario, text }, options);
  const { everyCheckIn = false, codec = false, store = 'memory', replay = '', parts, kept, pause, signal, onProgress } = options;
  const asked = overridden(scenario, options);
  const { events = hasEventsByDefault(asked.devices) } = options;
  const begunAt = performance.now() - (kept?.wallMs ?? 0);
  const wallMs = () => Math.round(performance.now() - begunAt);
  const plan = planOf(asked.devices, options);
  const jobs = slicesOf(asked.devices, plan.shards).map((slice): ShardJob => {
    return { scenario: asked, slice, everyCheckIn, codec, store, part: parts === undefined ? null : partPath(parts, slice.number), events };
  });
  const progress = fleetProgress(jobs);
  const founds = new Map<number, ShardFound>();
  const take = (found: ShardFound) => {
    founds.set(found.slice.number, found);
    progress.over(found);
  };
  kept?.found.forEach(take);
  let rows: LivedShard | null = null;
  const onlyOne = (lived: LivedShard) => {
    rows = lived;
  };
  const runner =
    options.runner ?? (plan.workers === 1 ? inlineRunner(jobs.length === 1 ? onlyOne : undefined) : threadRunner(plan.workers));
  const missing = jobs.filter(({ slice }) => !founds.has(slice.number));
  try {
    await runner.run(missing, {
      signal,
      pause,
      onProgress: (shard, one) => {
        progress.tell(shard, one);
        onProgress?.(progress.now());
      },
      onFound: (found) => {
        if (found.until >= endOf(asked)) kept?.keep(found, wallMs());
        take(found);
        onProgress?.(progress.now());
      },
    });
  } catch (error) {
    if (!(error instanceof RunStopped)) throw error;
    if (founds.size === 0) throw new RunStopped(progress.now());
  }
  const lived = [...founds.values()];
  const found = fleetFound(lived);
  const fleet = {
    live: false,
    wallMs: wallMs(),
    livedUntil: Math.min(...lived.map(({ until }) => until)),
    devicesLived: lived.reduce((sum, { slice }) => sum + slice.count, 0),
  };
  // A closure has set it.
  const open = rows as LivedShard | null;
  return {
    result: resultOf({ ...found, ...fleet }, asked, scenario, options),
    scenarioText: text,
    replay,
    from: asked.startAt,
    until: endOf(asked),
    series: found.tally.series,
    compliance: found.tally.complianceSeries,
    measures: found.measures,
    notificationsToGroups: found.tally.notifications.toGroups,
    rows: open?.rows ?? null,
    parts: jobs.flatMap(({ slice, part }) => (part !== null && founds.has(slice.number) ? part : [])),
    close: () => open?.close(),
  };
}
