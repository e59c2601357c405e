/** One shard that a worker was given: lives it, and sends what it came to. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import { gunzipSync } from 'node:zlib';
import { type Job, WaitingError } from 'bullmq';
import type { Redis } from 'ioredis';
import type { RunProgress } from '../run-progress.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { ShardJob } from '../shards/live-shard.ts';
import { endOf, type ShardFound } from '../world/found.ts';
import { keysOf, type Outcome, parcelMs, type ShardOrder } from './keys.ts';
import { sendParcel } from './parcel.ts';
import { ownName } from './roster.ts';
import type { ThreadPool } from './thread-pool.ts';
import { WishWatch } from './wish-watch.ts';
import type { WorkerNews } from './worker-news.ts';

/** What shards of a worker share. */
export interface Workplace {
  redis: Redis;
  threads: ThreadPool;
  /** For parts, until they are sent. */
  folder: string;
  /** By run; the newest last. */
  scenarios: Map<string, Scenario>;
  /** The worker leaves. */
  signal: AbortSignal;
  tell: (news: WorkerNews) => void;
}

/** What a worker says of a shard under way. */
export interface ShardProgress extends RunProgress {
  worker: string;
}

const progressEveryMs = 400;
const scenariosMax = 4;
const fullEveryMs = 1_000;

/**
 * BullMQ forgets the job when this is over: what became of it is among the run's outcomes then.
 * @throws WaitingError (rejects) when the worker leaves, and the shard is given back
 */
export async function liveOrder(place: Workplace, job: Job<ShardOrder>, token: string): Promise<void> {
  const { run, title, shard, devices } = job.data;
  const name = { run, title, shard, devices };
  const scenario = await scenarioOf(place, run);
  if (scenario === null) return place.tell({ kind: 'shard-forgotten', ...name });
  place.tell({ kind: 'shard-taken', ...name });
  const begunAt = performance.now();
  const seconds = () => Math.round(performance.now() - begunAt) / 1000;
  const wish = new WishWatch(place.redis, run);
  const part = job.data.hasPart ? join(place.folder, `${randomUUID()}.sqlite`) : null;
  try {
    const found = await live(place, job, { ...unpacked(job.data), scenario, part }, wish);
    if (wish.isForgotten) return place.tell({ kind: 'shard-forgotten', ...name });
    if (found === null) {
      await job.moveToWait(token);
      place.tell({ kind: 'shard-given-back', ...name });
      throw new WaitingError();
    }
    const isWhole = found.until >= endOf(scenario);
    const bytes = await handOver(place, name, wish, found, part);
    place.tell({ kind: isWhole ? 'shard-done' : 'shard-stopped', ...name, seconds: seconds(), bytes });
  } catch (error) {
    if (error instanceof WaitingError || place.signal.aborted) throw error;
    // What went wrong in the thread, rather than that something did.
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const [message, stack] = cause instanceof Error ? [cause.message, cause.stack] : [String(cause), undefined];
    await writeDown(place.redis, run, shard, { worker: ownName, error: { message, stack } });
    place.tell({ kind: 'shard-failed', ...name, seconds: seconds(), error: message });
  } finally {
    wish.close();
    if (part !== null) rmSync(part, { force: true });
  }
}

/** null: the worker leaves, and does not wait for the thread to notice. */
async function live(place: Workplace, job: Job<ShardOrder>, shardJob: ShardJob, wish: WishWatch): Promise<ShardFound | null> {
  let toldAt = Number.NEGATIVE_INFINITY;
  const onProgress = (progress: RunProgress) => {
    if (performance.now() - toldAt < progressEveryMs) return;
    toldAt = performance.now();
    // A job that is gone cannot be told of; whether it is still wanted, the wish says.
    job.updateProgress({ worker: ownName, ...progress } satisfies ShardProgress).catch(() => undefined);
  };
  const heard = new AbortController();
  const leaves = new Promise<null>((resolve) => {
    if (place.signal.aborted) resolve(null);
    else place.signal.addEventListener('abort', () => resolve(null), { signal: heard.signal });
  });
  const lived = place.threads.lend((thread) => thread.live(shardJob, { signal: wish.signal, pause: wish.pause, onProgress }));
  try {
    return await Promise.race([lived, leaves]);
  } finally {
    heard.abort();
  }
}

/** null: its coordinator is gone. */
export async function scenarioOf({ redis, scenarios }: Workplace, run: string): Promise<Scenario | null> {
  const keys = keysOf(run);
  const [packed, wish] = await Promise.all([
    scenarios.has(run) ? redis.exists(keys.scenario) : redis.getBuffer(keys.scenario),
    redis.get(keys.wish),
  ]);
  if (packed === null || packed === 0 || wish === 'forget' || wish === 'stop') return null;
  const scenario = scenarios.get(run) ?? (deserialize(gunzipSync(packed as Buffer)) as Scenario);
  scenarios.delete(run);
  scenarios.set(run, scenario);
  for (const oldest of scenarios.keys()) if (scenarios.size > scenariosMax) scenarios.delete(oldest);
  return scenario;
}

function unpacked({ job }: ShardOrder): Omit<ShardJob, 'scenario' | 'part'> {
  return deserialize(Buffer.from(job, 'base64'));
}

/** @returns bytes sent */
async function handOver(
  { redis, tell }: Workplace,
  { run, shard }: { run: string; shard: number },
  wish: WishWatch,
  found: ShardFound,
  part: string | null,
) {
  const parcel = keysOf(run).parcel(shard, randomUUID());
  for (;;) {
    try {
      const bytes = await sendParcel(redis, parcel, found, part);
      if (!(await writeDown(redis, run, shard, { worker: ownName, parcel }))) await redis.del(parcel);
      return bytes;
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('OOM')) || wish.isForgotten) throw error;
      tell({ kind: 'warning', what: `Redis is full: shard ${shard} waits until there is room for what it came to.` });
      await redis.del(parcel);
      await new Promise((resolve) => setTimeout(resolve, fullEveryMs));
    }
  }
}

/** false: somebody else was first. */
async function writeDown(redis: Redis, run: string, shard: number, outcome: Outcome): Promise<boolean> {
  const { outcomes } = keysOf(run);
  const text = JSON.stringify(outcome);
  await redis.hsetnx(outcomes, String(shard), text);
  await redis.pexpire(outcomes, parcelMs);
  return (await redis.hget(outcomes, String(shard))) === text;
}
