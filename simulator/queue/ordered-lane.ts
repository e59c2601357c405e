/** One lane of a load run that a worker was given: lives it in a process of its own, and says what becomes of it. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deserialize } from 'node:v8';
import type { Job } from 'bullmq';
import { createLaneProcess } from '../load/lane-process.ts';
import type { LoadJob } from '../load/load-job.ts';
import type { LoadLane } from '../load/load-lane.ts';
import { keysOf, leftMs, runMs } from './keys.ts';
import { type DownWord, type LaneOrder, type LaneWord, StreamReader, say, type UpWord } from './lane-words.ts';
import { scenarioOf, type Workplace } from './ordered-shard.ts';
import { ownName } from './roster.ts';
import { SharedClock } from './shared-clock.ts';
import { WishWatch } from './wish-watch.ts';

const listenMs = 200;
const hereMs = 1_000;

/** BullMQ forgets the job when this is over. It never rejects for what goes wrong in the lane: its run hears that. */
export async function liveLane(place: Workplace, { data: order }: Job<LaneOrder>): Promise<void> {
  const { run, title, lane: number, devices } = order;
  const name = { run, title, lane: number, devices };
  const scenario = await scenarioOf(place, run);
  if (scenario === null || !(await isOurs(place, order))) return place.tell({ kind: 'lane-forgotten', ...name });
  place.tell({ kind: 'lane-taken', ...name });
  const job = {
    ...(deserialize(Buffer.from(order.job, 'base64')) as Omit<LoadJob, 'scenario'>),
    scenario,
    // Its coordinator's folders are on another machine.
    keys: join(place.folder, 'keys'),
    folder: null,
  } satisfies LoadJob;
  const wish = new WishWatch(place.redis, run);
  const voice = new Voice(place, order);
  const lane = createLaneProcess(number);
  const ear = new Ear(place, run, number, lane, await SharedClock.of(place.redis));
  const stop = AbortSignal.any([wish.signal, place.signal]);
  const onStop = () => lane.stop();
  stop.addEventListener('abort', onStop);
  try {
    await lane.open(job, {
      onFigures: (figures) => voice.say({ kind: 'figures', figures }),
      onRecords: (changes) => voice.say({ kind: 'records', changes: [...changes] }),
      onTrouble: (sentence) => voice.say({ kind: 'trouble', sentence }),
    });
    voice.say({ kind: 'ready' });
    await ear.begin(stop);
    if (place.signal.aborted && !ear.hasBegun) {
      voice.say({ kind: 'given-back' });
      return place.tell({ kind: 'lane-given-back', ...name });
    }
    if (!stop.aborted) await lane.run();
    const isStopped = stop.aborted;
    if (place.signal.aborted) voice.say({ kind: 'failed', error: 'the worker was stopped' });
    else {
      voice.say({ kind: 'over' });
      await ear.dismissed(wish, place.signal);
    }
    place.tell({ kind: isStopped ? 'lane-stopped' : 'lane-done', ...name });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    voice.say({ kind: 'failed', error: message });
    place.tell({ kind: 'lane-failed', ...name, error: message });
  } finally {
    stop.removeEventListener('abort', onStop);
    ear.close();
    wish.close();
    await voice.close();
    await lane.close();
  }
}

/** A job whose worker went away is given to another one; of a lane there can be no second life. */
async function isOurs({ redis }: Workplace, { run, lane, attempt }: LaneOrder): Promise<boolean> {
  const { lanes } = keysOf(run);
  const isFirst = await redis.hsetnx(lanes, `${lane}:${attempt}`, ownName);
  await redis.pexpire(lanes, leftMs);
  return isFirst === 1;
}

/** What a lane says, in order; and that it is there, once a second. */
class Voice {
  readonly #place: Workplace;
  readonly #stream: string;
  readonly #name: Pick<UpWord, 'lane' | 'attempt' | 'worker'>;
  readonly #timer: NodeJS.Timeout;
  #said: Promise<void> = Promise.resolve();

  constructor(place: Workplace, { run, lane, attempt }: LaneOrder) {
    this.#place = place;
    this.#stream = keysOf(run).up;
    this.#name = { lane, attempt, worker: ownName };
    this.say({ kind: 'here' });
    this.#timer = setInterval(() => this.say({ kind: 'here' }), hereMs);
  }

  say(word: LaneWord): void {
    const { redis, tell } = this.#place;
    this.#said = this.#said.then(() =>
      say(redis, this.#stream, { ...this.#name, ...word }, runMs).catch((error: Error) => tell({ kind: 'warning', what: error.message })),
    );
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    return this.#said;
  }
}

/** What is said to a lane. */
class Ear {
  hasBegun = false;
  readonly #lane: LoadLane;
  readonly #number: number;
  readonly #clock: SharedClock;
  readonly #reader: StreamReader<DownWord>;
  readonly #timer: NodeJS.Timeout;
  #turn = 0;
  #isReading = false;
  #beginAt: (at: number) => void = () => {};
  readonly #begins: Promise<number>;

  constructor({ redis }: Workplace, run: string, number: number, lane: LoadLane, clock: SharedClock) {
    this.#lane = lane;
    this.#number = number;
    this.#clock = clock;
    this.#reader = new StreamReader(redis, keysOf(run).down);
    this.#begins = new Promise((resolve) => {
      this.#beginAt = resolve;
    });
    this.#timer = setInterval(() => void this.#listen(), listenMs);
  }

  /** Resolves at the instant at which all lanes begin, or when it is stopped before. */
  async begin(stop: AbortSignal): Promise<void> {
    const stopped = new Promise<null>((resolve) => {
      if (stop.aborted) resolve(null);
      else stop.addEventListener('abort', () => resolve(null), { once: true });
    });
    const at = await Promise.race([this.#begins, stopped]);
    if (at === null) return;
    this.hasBegun = true;
    await Promise.race([sleep(Math.max(0, this.#clock.toOwn(at) - Date.now())), stopped]);
  }

  /** The lane's devices are there until its run needs them no more. */
  async dismissed(wish: WishWatch, signal: AbortSignal): Promise<void> {
    while (!wish.isForgotten && !signal.aborted) await sleep(listenMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #listen(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      for (const word of await this.#reader.read()) this.#hear(word);
    } catch {
      // The connection ends under us when the worker leaves; while it is only lost, the answer is waited for.
    } finally {
      this.#isReading = false;
    }
  }

  #hear(word: DownWord): void {
    if (word.turn <= this.#turn) return;
    this.#turn = word.turn;
    if (word.kind === 'begin') this.#beginAt(word.at);
    else if (word.lane !== this.#number) return;
    else if (word.kind === 'go-on') this.#lane.goOn();
    else this.#lane.accepted(word.actions.map((action) => ({ ...action, at: this.#clock.toOwn(action.at) })));
  }
}
