/** The shards of one run in BullMQ's queue, among those of others. */
import { serialize } from 'node:v8';
import { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ShardJob } from '../shards/live-shard.ts';
import { jobIdOf, prefix, queueName, type ShardOrder } from './keys.ts';
import type { ShardProgress } from './ordered-shard.ts';
import { keepQueue } from './upkeep.ts';

/** Failed jobs of a coordinator that never came back. */
const failedSeconds = 3_600;

export interface QueueHears {
  progress: (shard: number, progress: ShardProgress) => void;
  /** Some shard of this run is over. */
  over: () => void;
  /** Nothing is heard of the worker that had it: it waits for another one. */
  stalled: (shard: number) => void;
}

/** Where a shard is in the queue: waiting or under way, given up by BullMQ, or not there. */
export type Whereabouts = 'there' | 'lost' | { failed: string };

export class ShardQueue {
  readonly #redis: Redis;
  readonly #eventsRedis: Redis;
  readonly #run: string;
  readonly #queue: Queue<ShardOrder>;
  readonly #events: QueueEvents;

  constructor(redis: Redis, run: string, hears: QueueHears) {
    this.#redis = redis;
    this.#run = run;
    this.#queue = new Queue(queueName, { connection: redis, prefix, skipVersionCheck: true });
    // Waiting for events blocks a connection.
    this.#eventsRedis = redis.duplicate();
    this.#events = new QueueEvents(queueName, { connection: this.#eventsRedis, prefix, skipVersionCheck: true });
    // Connections tell themselves that they are lost (connection.ts), and whatever else goes wrong here is looked after every second.
    const unheard = () => undefined;
    this.#queue.on('error', unheard);
    this.#events.on('error', unheard);
    this.#eventsRedis.on('error', unheard);
    this.#events.on('progress', ({ jobId, data }) =>
      this.#ofRun(jobId, (shard) => hears.progress(shard, data as unknown as ShardProgress)),
    );
    this.#events.on('completed', ({ jobId }) => this.#ofRun(jobId, hears.over));
    this.#events.on('failed', ({ jobId }) => this.#ofRun(jobId, hears.over));
    this.#events.on('stalled', ({ jobId }) => this.#ofRun(jobId, hears.stalled));
  }

  /** One that is there already is not put a second time. */
  async put(jobs: readonly ShardJob[]): Promise<void> {
    await this.#queue.addBulk(
      jobs.map(({ scenario, part, ...job }) => ({
        name: 'shard',
        data: {
          run: this.#run,
          title: `${scenario.name} (seed ${scenario.seed})`,
          shard: job.slice.number,
          devices: job.slice.count,
          job: serialize(job).toString('base64'),
          hasPart: part !== null,
        },
        opts: { jobId: jobIdOf(this.#run, job.slice.number), removeOnComplete: true, removeOnFail: { age: failedSeconds } },
      })),
    );
  }

  async whereabouts(shards: readonly number[]): Promise<Whereabouts[]> {
    const pipeline = this.#redis.pipeline();
    for (const shard of shards) {
      const id = jobIdOf(this.#run, shard);
      pipeline.exists(this.#queue.toKey(id));
      pipeline.zscore(this.#queue.keys.failed as string, id);
      pipeline.hget(this.#queue.toKey(id), 'failedReason');
    }
    const answers = (await pipeline.exec()) ?? [];
    return shards.map((_, place) => {
      const [isThere, failedAt, reason] = answers.slice(place * 3, place * 3 + 3).map(([error, answer]) => {
        if (error !== null) throw error;
        return answer;
      });
      if (failedAt !== null) return { failed: String(reason) };
      return isThere === 1 ? 'there' : 'lost';
    });
  }

  /** So that they do not end before their run does. */
  keep(shards: readonly number[]): Promise<void> {
    return keepQueue(
      this.#redis,
      this.#queue,
      shards.map((shard) => jobIdOf(this.#run, shard)),
    );
  }

  /** Those that nobody lives. */
  async remove(shards: readonly number[]): Promise<void> {
    await Promise.all(shards.map((shard) => this.#queue.remove(jobIdOf(this.#run, shard))));
  }

  async close(): Promise<void> {
    await this.#events.close();
    await this.#queue.close();
  }

  disconnect(): void {
    this.#eventsRedis.disconnect();
  }

  #ofRun(jobId: string, hear: (shard: number) => void): void {
    const [run, shard] = jobId.split('-');
    if (run === this.#run) hear(Number(shard));
  }
}
