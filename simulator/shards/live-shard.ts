/** Lives one shard of a run in virtual time: in this thread, another one, or on another machine. */
import { dayMs } from '../../runtime/duration.ts';
import { createMemoryStore } from '../../server-stub/store/memory-store.ts';
import { openSqliteStore } from '../../server-stub/store/sqlite-store.ts';
import { writePart } from '../report/run-part.ts';
import type { RunRows } from '../result.ts';
import type { RunProgress } from '../run-progress.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { StoreKind } from '../store-kind.ts';
import type { ShardFound } from '../world/found.ts';
import { Recorder } from '../world/recorder.ts';
import type { Slice } from '../world/slice.ts';
import { World } from '../world/world.ts';
import { rowsOf } from './rows.ts';

/** All that a thread or a machine has to know: plain data (v8.serialize keeps it). */
export interface ShardJob {
  /** As it is lived: with the devices, days and seed that were asked for. */
  scenario: Scenario;
  slice: Slice;
  everyCheckIn: boolean;
  codec: boolean;
  store: StoreKind;
  /** Where its part of the run's file goes; null: nowhere. */
  part: string | null;
  /** Whether each event of each device is in it. */
  events: boolean;
}

export interface ShardWatch {
  /** Stops it where it is: what it came to up to there is handed over. */
  signal?: Pick<AbortSignal, 'aborted'> | undefined;
  /** After each slice of a few milliseconds, the last one too. */
  onProgress?: ((progress: RunProgress) => void) | undefined;
  /** Waited for between two slices. */
  between?: (() => Promise<void>) | undefined;
}

/** A shard that was lived. `rows` read its store: close it when they are no longer needed. */
export interface LivedShard {
  found: ShardFound;
  rows: RunRows;
  close(): void;
}

const eventsPerSlice = 2_000;

/** To its end, or to where its signal stops it: `found.until` says which. */
export async function liveShard(job: ShardJob, { signal, onProgress, between }: ShardWatch = {}): Promise<LivedShard> {
  const { scenario, slice, everyCheckIn, codec } = job;
  const store = job.store === 'sqlite' ? openSqliteStore(':memory:') : createMemoryStore();
  try {
    const recorder = job.part === null ? null : new Recorder(slice, scenario.startAt, job);
    const heard = recorder === null ? {} : { listener: recorder, steps: recorder };
    const world = new World(scenario, { store, everyCheckIn, codec, slice, ...heard });
    for (let isOver = false; !isOver; ) {
      isOver = world.advance(eventsPerSlice);
      onProgress?.(progressOf(world));
      await new Promise(setImmediate);
      await between?.();
      if (!isOver && signal?.aborted === true) {
        world.stop();
        break;
      }
    }
    const rows = rowsOf(store, () => world.outcomes(), world.tally, recorder);
    const found = world.found();
    if (job.part !== null) writeTo(job.part, rows, found);
    return { found, rows, close: () => store.close() };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** @throws Error that names the file: a disk may be full */
function writeTo(part: string, rows: RunRows, found: ShardFound): void {
  try {
    writePart(part, rows, found);
  } catch (error) {
    throw new Error(`cannot write ${part}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
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
