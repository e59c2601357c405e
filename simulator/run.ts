/**
 * Lives a scenario, in virtual time or live, and gathers what came of it. The world is lived in slices, so that whoever waits can say how far
 * it is, and can stop it.
 */
import { dayMs } from '../runtime/duration.ts';
import { createMemoryStore } from '../server-stub/store/memory-store.ts';
import { openSqliteStore } from '../server-stub/store/sqlite-store.ts';
import { liveScenario } from './live-run.ts';
import { type Run, type RunOptions, type RunProgress, RunStopped } from './run-options.ts';
import { overridden, resultOf } from './run-result.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { World } from './world/world.ts';

export { type Run, type RunOptions, type RunProgress, RunStopped, type StoreKind, storeKinds } from './run-options.ts';

const eventsPerSlice = 10_000;

/** @param text the scenario file as it was read */
export async function runScenario({ scenario, text }: { scenario: Scenario; text: string }, options: RunOptions = {}): Promise<Run> {
  if (options.live === true) return liveScenario({ scenario, text }, options);
  const { everyCheckIn = false, codec = false, replay = '' } = options;
  const asked = overridden(scenario, options);
  const store = options.store === 'sqlite' ? openSqliteStore(':memory:') : createMemoryStore();
  try {
    const begunAt = performance.now();
    const world = new World(asked, { store, everyCheckIn, codec });
    await live(world, options);
    return {
      result: resultOf(
        {
          live: false,
          digest: world.digest(),
          eventsExecuted: world.eventsExecuted,
          wallMs: Math.round(performance.now() - begunAt),
          tally: world.tally,
          checkers: world.verdicts(),
          story: world.happenings.verdicts,
          timeline: world.tale.entries,
        },
        asked,
        scenario,
        options,
      ),
      scenarioText: text,
      replay,
      from: world.startAt,
      until: world.until,
      series: world.series(),
      compliance: world.complianceSeries(),
      devices: () => world.outcomes(),
      commands: () => store.allCommands(),
      mails: () => store.mails(),
      signIns: () => store.signIns(),
      notifications: () => world.tally.notifications.messages(),
      close: () => store.close(),
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

async function live(world: World, { signal, onProgress }: RunOptions): Promise<void> {
  for (let isOver = false; !isOver; ) {
    isOver = world.advance(eventsPerSlice);
    const progress = progressOf(world);
    onProgress?.(progress);
    await new Promise(setImmediate);
    if (signal?.aborted) throw new RunStopped(progress);
  }
}

function progressOf(world: World): RunProgress {
  const lived = world.now - world.startAt;
  return {
    at: world.now,
    daysLived: lived / dayMs,
    share: lived / (world.until - world.startAt),
    eventsExecuted: world.eventsExecuted,
    checkInsLived: world.tally.checkInsLived,
  };
}
