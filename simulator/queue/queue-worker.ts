/**
 * A worker: takes shards and lanes out of the queue and lives each in a thread, or in a process, of its own. Its own thread only talks with Redis, so that the locks of
 * its shards are renewed however busy the others are; those of a worker that was killed run out within seconds, and BullMQ gives its
 * shards to somebody else.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Job, Queue, Worker } from 'bullmq';
import { connectRedis } from './connection.ts';
import { prefix, queueName, type ShardOrder, version } from './keys.ts';
import type { LaneOrder } from './lane-words.ts';
import { liveLane } from './ordered-lane.ts';
import { liveOrder, type Workplace } from './ordered-shard.ts';
import { readQueueUrl } from './queue-url.ts';
import { ownName, Roster } from './roster.ts';
import { ThreadPool } from './thread-pool.ts';
import { keepQueue } from './upkeep.ts';
import { Wakeable } from './wakeable.ts';
import type { WorkerNews } from './worker-news.ts';

export interface QueueWorkerOptions {
  url: string;
  threads: number;
  /** Gives back what is under way, and ends. */
  signal: AbortSignal;
  tell: (news: WorkerNews) => void;
}

const upkeepMs = 1_000;
/** A worker that has not renewed a lock for so long is gone. */
const lockMs = 5_000;
const lockRenewMs = 1_250;
const stalledEveryMs = 1_000;
/** A shard whose worker went away so often is likely to be why. */
const stalledMax = 10;
/** Redis may be away when we leave: what is not given back then is missed when its lock runs out. */
const leaveMs = 3_000;
const lockLost = 'Redis does not know any more who lives which shard: one that is lived twice counts once.';

/** Ends by its signal alone. @throws QueueError (rejects) when there is no queue to begin with */
export async function workQueue({ url, threads, signal, tell }: QueueWorkerOptions): Promise<void> {
  const queueUrl = readQueueUrl(url);
  const redis = await connectRedis(queueUrl, {
    warn: (what) => tell({ kind: 'warning', what }),
    lost: () => tell({ kind: 'connection-lost' }),
    back: () => tell({ kind: 'connected-again' }),
  });
  const folder = mkdtempSync(join(tmpdir(), 'mockfleet-worker-'));
  const pool = new ThreadPool();
  const worker = new QueueWorker({ redis, threads: pool, folder, scenarios: new Map(), signal, tell }, threads);
  tell({ kind: 'ready', worker: ownName, version, threads, queue: queueUrl.shown });
  try {
    await worker.work();
  } finally {
    tell({ kind: 'leaving' });
    await worker.leave();
    redis.disconnect();
    await pool.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

class QueueWorker {
  readonly #place: Workplace;
  readonly #roster: Roster;
  readonly #queue: Queue<ShardOrder | LaneOrder>;
  readonly #worker: Worker<ShardOrder | LaneOrder>;
  /** Runs of other versions, and warnings. */
  readonly #told = new Set<string>();

  constructor(place: Workplace, threads: number) {
    this.#place = place;
    this.#roster = new Roster(place.redis, 'workers', randomUUID(), threads);
    const options = { connection: place.redis, prefix, skipVersionCheck: true };
    this.#queue = new Queue(queueName, { ...options, skipMetasUpdate: true });
    this.#worker = new Worker(
      queueName,
      (job, token = '') => (isLane(job) ? liveLane(place, job) : liveOrder(place, job as Job<ShardOrder>, token)),
      {
        ...options,
        name: ownName,
        concurrency: threads,
        lockDuration: lockMs,
        lockRenewTime: lockRenewMs,
        stalledInterval: stalledEveryMs,
        maxStalledCount: stalledMax,
        // How soon it asks again after the connection was lost.
        runRetryDelay: upkeepMs,
      },
    );
    this.#queue.on('error', (error) => this.#warn(error));
    this.#worker.on('error', (error) => this.#warn(error));
  }

  /** Until the signal comes. */
  async work(): Promise<void> {
    const { signal } = this.#place;
    const pause = new Wakeable();
    const stopped = new Promise<void>((resolve) => {
      const stop = () => {
        pause.wake();
        resolve();
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop);
    });
    const upkeep = async () => {
      // A Redis that is full takes nothing for a while.
      for (; !signal.aborted; await pause.wait(upkeepMs)) await this.#keepUp().catch((error: Error) => this.#warn(error));
    };
    // Redis may be away when the signal comes.
    await Promise.race([stopped, upkeep()]);
  }

  async leave(): Promise<void> {
    const late = new Promise((resolve) => setTimeout(resolve, leaveMs).unref());
    const left = Promise.allSettled([this.#worker.close(), this.#queue.close(), this.#roster.leaves()]);
    await Promise.race([left, late]);
  }

  async #keepUp(): Promise<void> {
    const { redis, tell } = this.#place;
    await this.#roster.isHere();
    await keepQueue(redis, this.#queue);
    const { others } = await Roster.of(redis, 'runs');
    for (const { id, name, version: theirs } of others) {
      if (this.#told.has(id)) continue;
      this.#told.add(id);
      tell({ kind: 'other-version', run: name, version: theirs });
    }
  }

  /** That the connection is lost was told; what else is wrong is told once. */
  #warn({ message }: Error): void {
    const what = /\block\b|Missing key/i.test(message) ? lockLost : message;
    if (this.#place.redis.status !== 'ready' || this.#place.signal.aborted || this.#told.has(what)) return;
    this.#told.add(what);
    this.#place.tell({ kind: 'warning', what });
  }
}

function isLane(job: Job<ShardOrder | LaneOrder>): job is Job<LaneOrder> {
  return 'lane' in job.data;
}
