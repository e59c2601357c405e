/**
 * A run whose shards are in a queue, as its coordinator sees it. Once a second, and whenever BullMQ tells of something, it looks after
 * what is still missing: takes what workers have handed over, and puts a shard that is neither there nor handed over into the queue
 * again. So whatever Redis or a worker loses is lived again, and what comes twice is taken once.
 */
import { randomBytes } from 'node:crypto';
import { serialize } from 'node:v8';
import { gzipSync } from 'node:zlib';
import type { Redis } from 'ioredis';
import { RunStopped } from '../run-progress.ts';
import type { ShardJob } from '../shards/live-shard.ts';
import { type RunnerWatch, ShardError } from '../shards/runner.ts';
import { endOf } from '../world/found.ts';
import { QueueError } from './errors.ts';
import { keysOf, type Outcome, runMs, version, type Wish } from './keys.ts';
import { ParcelLost, takeParcel } from './parcel.ts';
import { Roster } from './roster.ts';
import { ShardQueue } from './shard-queue.ts';
import { Wakeable } from './wakeable.ts';

const beatMs = 1_000;
const sayWaitingMs = 5_000;
/** A wish is told again every beat; the last one of a run is for workers that are still busy with it. */
const wishMs = 60_000;

export interface Surroundings {
  /** The queue's address, for people. */
  shown: string;
  say: (line: string) => void;
}

export class QueuedRun {
  readonly #id = randomBytes(6).toString('hex');
  readonly #keys = keysOf(this.#id);
  readonly #redis: Redis;
  readonly #watch: RunnerWatch;
  readonly #surroundings: Surroundings;
  readonly #queue: ShardQueue;
  readonly #roster: Roster;
  readonly #packedScenario: Buffer;
  readonly #end: number;
  /** What is not lived yet, by number of the shard. */
  readonly #missing: Map<number, ShardJob>;
  readonly #wakeable = new Wakeable();
  readonly #forgetPause: (() => void) | undefined;
  #isStopped = false;
  /** A shard was handed over before its end. */
  #isCutShort = false;
  #wasPut = false;
  #workers = 0;
  #saidWaitingAt = Number.NEGATIVE_INFINITY;

  /** @param jobs of one scenario */
  constructor(redis: Redis, jobs: readonly [ShardJob, ...ShardJob[]], watch: RunnerWatch, surroundings: Surroundings) {
    const [{ scenario }] = jobs;
    this.#redis = redis;
    this.#watch = watch;
    this.#surroundings = surroundings;
    this.#end = endOf(scenario);
    this.#packedScenario = gzipSync(serialize(scenario));
    this.#missing = new Map(jobs.map((job) => [job.slice.number, job]));
    this.#roster = new Roster(redis, 'runs', this.#id);
    this.#queue = new ShardQueue(redis, this.#id, {
      progress: (shard, progress) => {
        if (this.#missing.has(shard)) watch.onProgress?.(shard, progress);
      },
      over: () => this.#wakeable.wake(),
      stalled: (shard) => surroundings.say(`shard ${shard}: nothing is heard of its worker any more, another one lives it`),
    });
    this.#forgetPause = watch.pause?.listen(() => this.#wakeable.wake());
  }

  /** Until every shard is lived. @throws RunStopped, ShardError, QueueError (rejects) */
  async live(): Promise<void> {
    try {
      for (;;) {
        await this.#tellWorkers();
        await this.#takeOutcomes();
        const isUnderWay = await this.#lookAfterMissing();
        if (!isUnderWay) break;
        await this.#lookForWorkers();
        await this.#wakeable.wait(beatMs);
      }
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ReplyError') throw error;
      throw new QueueError('queue-refused', `Redis at ${this.#surroundings.shown} does not do what the run needs: ${error.message}`);
    }
    if (this.#missing.size > 0 || this.#isCutShort) throw new RunStopped();
  }

  /** Shards that nobody has begun are taken out; those under way hand over what they came to so far. */
  stop(): void {
    this.#isStopped = true;
    this.#wakeable.wake();
  }

  /** Removes what there is of the run in Redis; what that does not take is gone when its time is over. */
  async leave(say: (line: string) => void): Promise<void> {
    this.#forgetPause?.();
    try {
      await this.#removeAll();
    } catch (error) {
      say(`some of the run is left in Redis for a while: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** At once, whatever the connections wait for. */
  disconnect(): void {
    this.#queue.disconnect();
  }

  async #removeAll(): Promise<void> {
    const { scenario, wish, outcomes } = this.#keys;
    await this.#roster.leaves();
    const parcels = Object.values(await this.#redis.hgetall(outcomes)).map((text) => parcelOf(JSON.parse(text) as Outcome));
    await this.#redis.del(scenario, wish, outcomes, ...parcels.flatMap((parcel) => parcel ?? []));
    if (this.#missing.size > 0) await this.#redis.set(wish, 'forget' satisfies Wish, 'PX', wishMs);
    await this.#queue.remove([...this.#missing.keys()]);
    await this.#queue.close();
  }

  /** That this run is there, and what is to be done with its shards. */
  async #tellWorkers(): Promise<void> {
    const { scenario, wish } = this.#keys;
    if ((await this.#redis.pexpire(scenario, runMs)) === 0) await this.#redis.set(scenario, this.#packedScenario, 'PX', runMs);
    const wanted: Wish | null = this.#isStopped ? 'stop' : this.#watch.pause?.isHeld === true ? 'pause' : null;
    if (wanted === null) await this.#redis.del(wish);
    else await this.#redis.set(wish, wanted, 'PX', wishMs);
    await this.#roster.isHere();
  }

  async #takeOutcomes(): Promise<void> {
    for (const [field, text] of Object.entries(await this.#redis.hgetall(this.#keys.outcomes))) {
      const outcome = JSON.parse(text) as Outcome;
      const parcel = parcelOf(outcome);
      const job = this.#missing.get(Number(field));
      if (job !== undefined) {
        if ('error' in outcome) throw new ShardError(job, `on worker ${outcome.worker}`, errorOf(outcome.error));
        await this.#take(job, outcome.parcel);
      }
      await this.#redis.hdel(this.#keys.outcomes, field);
      if (parcel !== null) await this.#redis.del(parcel);
    }
  }

  async #take(job: ShardJob, parcel: string): Promise<void> {
    try {
      const found = await takeParcel(this.#redis, parcel, job.part);
      const isWhole = found.until >= this.#end;
      // Stopped by a wish that is not ours any more.
      if (!isWhole && !this.#isStopped) return;
      if (!isWhole) this.#isCutShort = true;
      this.#missing.delete(job.slice.number);
      this.#watch.onFound(found);
    } catch (error) {
      if (!(error instanceof ParcelLost)) throw error;
      this.#surroundings.say(`Redis has lost what shard ${job.slice.number} came to: it is lived again`);
    }
  }

  /** @returns false when no more shards are to be waited for */
  async #lookAfterMissing(): Promise<boolean> {
    const shards = [...this.#missing.keys()];
    if (shards.length === 0) return false;
    if (this.#isStopped) await this.#queue.remove(shards);
    const whereabouts = await this.#queue.whereabouts(shards);
    // What was handed over while we looked is gone from the queue.
    const handedOver = new Set(await this.#redis.hkeys(this.#keys.outcomes));
    const lost: ShardJob[] = [];
    for (const [place, shard] of shards.entries()) {
      const job = this.#missing.get(shard) as ShardJob;
      const where = whereabouts[place];
      if (typeof where === 'object') throw new ShardError(job, 'on every worker that took it', new Error(where.failed));
      if (where === 'lost' && !handedOver.has(String(shard))) lost.push(job);
    }
    if (this.#isStopped) return lost.length < shards.length;
    await this.#put(lost);
    await this.#queue.keep(shards);
    return true;
  }

  async #put(jobs: readonly ShardJob[]): Promise<void> {
    if (jobs.length === 0) return;
    if (this.#wasPut) this.#surroundings.say(`${formatShards(jobs.length)} no longer in the queue: put there again`);
    await this.#queue.put(jobs);
    this.#wasPut = true;
  }

  async #lookForWorkers(): Promise<void> {
    const { shown, say } = this.#surroundings;
    const { ours, others } = await Roster.of(this.#redis, 'workers');
    if (ours.length !== this.#workers && ours.length > 0) say(`${ours.length === 1 ? '1 worker' : `${ours.length} workers`} at ${shown}`);
    this.#workers = ours.length;
    if (ours.length > 0 || performance.now() - this.#saidWaitingAt < sayWaitingMs) return;
    this.#saidWaitingAt = performance.now();
    const versions = [...new Set(others.map((other) => other.version))].sort().join(', ');
    const whose = others.length === 0 ? '' : ` (${others.length} there, of version ${versions})`;
    say(`waiting for workers of version ${version}${whose}: mockfleet worker --queue ${shown}`);
  }
}

function parcelOf(outcome: Outcome): string | null {
  return 'parcel' in outcome ? outcome.parcel : null;
}

function errorOf({ message, stack }: { message: string; stack: string | undefined }): Error {
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

function formatShards(count: number): string {
  return count === 1 ? '1 shard is' : `${count} shards are`;
}
