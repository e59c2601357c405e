/**
 * The lanes of a load run in a queue: each is ordered like a shard, and taken by a worker. But a lane lives in real time with all others, so
 * none begins before each has its worker, and none is lived again: a worker that goes later takes its lane's devices with it, and that is
 * told. Once or a few times a second the queue says what it wishes, hears what the lanes say, and orders again what nobody has.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { serialize } from 'node:v8';
import { gzipSync } from 'node:zlib';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { AcceptedAction, LoadLane } from '../load/load-lane.ts';
import { RunStopped } from '../run-progress.ts';
import { connectRedis } from './connection.ts';
import { keysOf, prefix, queueName, runMs, version, type Wish } from './keys.ts';
import { type DownWord, type LaneOrder, StreamReader, say as sayInto, type UpWord } from './lane-words.ts';
import { readQueueUrl } from './queue-url.ts';
import { type LaneDesk, QueuedLane } from './queued-lane.ts';
import { Roster } from './roster.ts';
import { SharedClock } from './shared-clock.ts';
import { keepQueue } from './upkeep.ts';
import { Wakeable } from './wakeable.ts';

const beatMs = 200;
const tellMs = 1_000;
const sayWaitingMs = 5_000;
/** For the word to reach every worker before the instant that it names. */
const beginInMs = 1_000;
/** The last wish of a run is for workers that are still busy with it. */
const wishMs = 60_000;
const closeMs = 3_000;
const failedSeconds = 3_600;

export interface LaneQueueOptions {
  url: string;
  /** Absent: as many as the workers that are there can take. */
  lanes: number | undefined;
  /** Hears what people should know, one line each. */
  say: (line: string) => void;
  /** Ends the waiting for workers, and then the lanes. */
  signal?: AbortSignal | undefined;
}

export interface LaneQueue {
  readonly count: number;
  lane(number: number): LoadLane;
  close(): Promise<void>;
}

/**
 * Waits for at least one worker, as long as it takes; each lane's `open` then waits for its own.
 * @throws QueueError (rejects) for an address that is none, and when no Redis answers there; RunStopped by the signal
 */
export async function openLaneQueue({ url, lanes, say, signal }: LaneQueueOptions): Promise<LaneQueue> {
  const queueUrl = readQueueUrl(url);
  let reachedAt = performance.now();
  const redis = await connectRedis(queueUrl, {
    warn: say,
    lost: () => say(`the connection to ${queueUrl.shown} is lost: trying again`),
    back: () => {
      reachedAt = performance.now();
      say(`connected to ${queueUrl.shown} again`);
    },
  });
  try {
    const slots = await slotsThere(redis, { shown: queueUrl.shown, say, signal });
    const clock = await SharedClock.of(redis);
    return new RunningLanes({ redis, clock, count: lanes ?? slots, shown: queueUrl.shown, say, reachedAt: () => reachedAt, signal });
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}

interface Place {
  redis: Redis;
  clock: SharedClock;
  count: number;
  shown: string;
  say: (line: string) => void;
  /** When Redis was reached last, by `performance.now`. */
  reachedAt: () => number;
  signal: AbortSignal | undefined;
}

class RunningLanes implements LaneQueue {
  readonly count: number;
  readonly #id = randomBytes(6).toString('hex');
  readonly #keys = keysOf(this.#id);
  readonly #place: Place;
  readonly #queue: Queue<LaneOrder>;
  readonly #roster: Roster;
  readonly #up: StreamReader<UpWord>;
  readonly #lanes = new Map<number, QueuedLane>();
  readonly #ordered = new Set<string>();
  readonly #wakeable = new Wakeable();
  #packedScenario: Buffer | null = null;
  #turn = 0;
  #areAdmitted = false;
  #hasBegun = false;
  #isStopped = false;
  #isClosed = false;
  #toldAt = Number.NEGATIVE_INFINITY;
  #saidWaitingAt = performance.now();
  #beats: Promise<void> | null = null;

  constructor(place: Place) {
    this.count = place.count;
    this.#place = place;
    this.#up = new StreamReader(place.redis, this.#keys.up);
    this.#roster = new Roster(place.redis, 'runs', this.#id);
    this.#queue = new Queue(queueName, { connection: place.redis, prefix, skipVersionCheck: true });
    // That the connection is lost is told; whatever else goes wrong is looked after at the next beat.
    this.#queue.on('error', () => undefined);
    place.signal?.addEventListener('abort', this.#stop);
  }

  lane(number: number): LoadLane {
    const desk: LaneDesk = {
      opened: () => {
        this.#beats ??= this.#beat();
        this.#hurry();
      },
      begin: () => {
        if (this.#hasBegun) return;
        this.#hasBegun = true;
        this.#sayDown({ kind: 'begin', at: this.#place.clock.toShared(Date.now()) + beginInMs });
      },
      goOn: (lane) => this.#sayDown({ kind: 'go-on', lane }),
      accepted: (lane, actions) => this.#sayDown({ kind: 'accepted', lane, actions: actions.map((action) => this.#shared(action)) }),
      stop: () => {
        this.#isStopped = true;
        this.#hurry();
      },
      closed: () => this.#hurry(),
      say: this.#place.say,
    };
    const lane = new QueuedLane(number, desk);
    this.#lanes.set(number, lane);
    return lane;
  }

  async close(): Promise<void> {
    this.#place.signal?.removeEventListener('abort', this.#stop);
    this.#isClosed = true;
    this.#hurry();
    const late = sleep(closeMs, undefined, { ref: false });
    await Promise.race([
      this.#leave().catch((error: Error) => this.#place.say(`some of the run is left in Redis: ${error.message}`)),
      late,
    ]);
    this.#place.redis.disconnect();
  }

  /** While they wait for workers nobody else stops them. */
  readonly #stop = (): void => {
    for (const lane of this.#lanes.values()) lane.stop();
  };

  async #leave(): Promise<void> {
    await this.#beats;
    const { scenario, wish, lanes, up, down } = this.#keys;
    const { redis } = this.#place;
    await this.#roster.leaves();
    // Whoever still has a lane of this run lets go of it.
    await redis.set(wish, 'forget' satisfies Wish, 'PX', wishMs);
    await redis.del(scenario, lanes, up, down);
    // What a worker is still at ends with it.
    await Promise.allSettled([...this.#ordered].map((jobId) => this.#queue.remove(jobId)));
    await this.#queue.close();
  }

  /** Their devices live until then. */
  get #areClosed(): boolean {
    return this.#lanes.size > 0 && [...this.#lanes.values()].every((lane) => lane.isClosed);
  }

  #hurry(): void {
    this.#toldAt = Number.NEGATIVE_INFINITY;
    this.#wakeable.wake();
  }

  async #beat(): Promise<void> {
    while (!this.#isClosed) {
      try {
        for (const word of await this.#up.read()) this.#lanes.get(word.lane)?.hear(word);
        if (performance.now() - this.#toldAt >= tellMs) await this.#tell();
        for (const lane of this.#lanes.values()) lane.lookAfter(this.#place.reachedAt());
        this.#admit();
        this.#sayWaiting();
      } catch (error) {
        // Redis refuses something, or is full: told, and tried again.
        this.#place.say(`Redis at ${this.#place.shown}: ${error instanceof Error ? error.message : String(error)}`);
        await this.#wakeable.wait(tellMs);
      }
      await this.#wakeable.wait(beatMs);
    }
  }

  #admit(): void {
    const lanes = [...this.#lanes.values()];
    if (this.#areAdmitted || lanes.length === 0 || !lanes.every((lane) => lane.canBegin)) return;
    this.#areAdmitted = true;
    for (const lane of lanes) lane.admit();
  }

  /** That this run is there, what it wishes, and which lanes it has to give away. */
  async #tell(): Promise<void> {
    this.#toldAt = performance.now();
    const { redis } = this.#place;
    const { scenario, wish, lanes, down } = this.#keys;
    await this.#up.forget();
    if ((await redis.pexpire(scenario, runMs)) === 0 && this.#packedScenario !== null) {
      await redis.set(scenario, this.#packedScenario, 'PX', runMs);
    }
    const wanted: Wish | null = this.#areClosed ? 'forget' : this.#isStopped ? 'stop' : null;
    if (wanted !== null) await redis.set(wish, wanted, 'PX', wishMs);
    await redis.pexpire(lanes, runMs);
    await redis.pexpire(down, runMs);
    await this.#roster.isHere();
    // One that is there already is not put a second time.
    for (const lane of this.#lanes.values()) if (lane.order !== null) await this.#put(lane);
    await keepQueue(redis, this.#queue);
  }

  async #put(lane: QueuedLane): Promise<void> {
    if (lane.order === null) return;
    const { job, attempt } = lane.order;
    const { scenario, ...rest } = job;
    if (this.#packedScenario === null) {
      this.#packedScenario = gzipSync(serialize(scenario));
      await this.#place.redis.set(this.#keys.scenario, this.#packedScenario, 'PX', runMs);
    }
    const order: LaneOrder = {
      run: this.#id,
      title: `load ${scenario.name} (seed ${scenario.seed})`,
      lane: lane.number,
      attempt,
      devices: job.slice.count,
      job: serialize(rest).toString('base64'),
    };
    const jobId = `${this.#id}-lane-${lane.number}-${attempt}`;
    this.#ordered.add(jobId);
    await this.#queue.add('lane', order, { jobId, removeOnComplete: true, removeOnFail: { age: failedSeconds } });
  }

  #shared(action: AcceptedAction): AcceptedAction {
    return { ...action, at: this.#place.clock.toShared(action.at) };
  }

  #sayDown(word: DistributiveOmit<DownWord, 'turn'>): void {
    this.#turn += 1;
    sayInto(this.#place.redis, this.#keys.down, { turn: this.#turn, ...word } as DownWord, runMs).catch((error: Error) =>
      this.#place.say(`Redis at ${this.#place.shown}: ${error.message}`),
    );
  }

  #sayWaiting(): void {
    const waiting = [...this.#lanes.values()].filter((lane) => !lane.isReady && !lane.isClosed).length;
    if (this.#areAdmitted || this.#isStopped || waiting === 0 || performance.now() - this.#saidWaitingAt < sayWaitingMs) return;
    this.#saidWaitingAt = performance.now();
    const there = this.#lanes.size - waiting;
    this.#place.say(
      `${there} of ${this.#lanes.size} lanes are ready; for the others workers are awaited: mockfleet worker --queue ${this.#place.shown}`,
    );
  }
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

/** How many lanes the workers there can take. They are counted when two looks find the same ones: they tend to be started together. */
async function slotsThere(
  redis: Redis,
  { shown, say, signal }: Pick<LaneQueueOptions, 'say' | 'signal'> & { shown: string },
): Promise<number> {
  let saidAt = Number.NEGATIVE_INFINITY;
  let before = '';
  for (;;) {
    const { ours } = await Roster.of(redis, 'workers');
    const ids = ours.map(({ id }) => id).join();
    const slots = ours.reduce((sum, worker) => sum + worker.slots, 0);
    if (slots > 0 && ids === before) {
      say(`${slots === 1 ? '1 lane' : `${slots} lanes`} on ${ours.length === 1 ? '1 worker' : `${ours.length} workers`} at ${shown}`);
      return slots;
    }
    before = ids;
    if (slots === 0 && performance.now() - saidAt >= sayWaitingMs) {
      saidAt = performance.now();
      say(`waiting for workers of version ${version}: mockfleet worker --queue ${shown}`);
    }
    try {
      await sleep(tellMs, undefined, { ...(signal === undefined ? {} : { signal }) });
    } catch {
      throw new RunStopped();
    }
  }
}
