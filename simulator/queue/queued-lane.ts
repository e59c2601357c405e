/** A lane of a load run that a worker lives, as its coordinator sees it. */
import type { LoadJob } from '../load/load-job.ts';
import type { AcceptedAction, LaneWatch, LoadLane } from '../load/load-lane.ts';
import type { UpWord } from './lane-words.ts';

/** What is said to a lane: what the queue (lane-queue.ts) does for all of them. */
export interface LaneDesk {
  /** The lane has a job, and shall be ordered. */
  opened(): void;
  begin(): void;
  goOn(lane: number): void;
  accepted(lane: number, actions: readonly AcceptedAction[]): void;
  /** Of all lanes: a run is stopped as a whole. */
  stop(): void;
  closed(): void;
  say(line: string): void;
}

/** Ordered: nobody has it. Taken: a worker gets it ready. Lived: its script is over, its devices are there until it is closed. Over: it is gone. */
type Place = 'closed' | 'ordered' | 'taken' | 'ready' | 'lived' | 'over';

/** A worker that says nothing for so long is gone. */
const silentMs = 6_000;
/** They speak once a second: before that none is taken for gone, and after it nobody counts on one. */
const freshMs = 2_500;

export class QueuedLane implements LoadLane {
  readonly number: number;
  readonly #desk: LaneDesk;
  #job: LoadJob | null = null;
  #watch: LaneWatch | null = null;
  #place: Place = 'closed';
  #attempt = 0;
  #worker = '';
  #heardAt = 0;
  #hasBegun = false;
  #isStopped = false;
  #isClosed = false;
  readonly #ready = new Settled();
  readonly #ended = new Settled();

  constructor(number: number, desk: LaneDesk) {
    this.number = number;
    this.#desk = desk;
  }

  /** What nobody has taken yet. */
  get order(): { job: LoadJob; attempt: number } | null {
    return this.#place === 'ordered' && this.#job !== null && !this.#isStopped ? { job: this.#job, attempt: this.#attempt } : null;
  }

  get isReady(): boolean {
    return this.#place === 'ready';
  }

  /** Ready, and its worker was there a moment ago. */
  get canBegin(): boolean {
    return this.#place === 'ready' && performance.now() - this.#heardAt < freshMs;
  }

  /** So are all others: `open` is over. */
  admit(): void {
    this.#ready.resolve();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  open(job: LoadJob, watch: LaneWatch): Promise<void> {
    this.#job = job;
    this.#watch = watch;
    this.#place = 'ordered';
    this.#desk.opened();
    return this.#ready.promise;
  }

  run(): Promise<void> {
    this.#hasBegun = true;
    if (this.#place === 'ready') this.#desk.begin();
    else if (this.#isStopped) this.#ended.resolve();
    return this.#ended.promise;
  }

  goOn(): void {
    this.#desk.goOn(this.number);
  }

  accepted(actions: readonly AcceptedAction[]): void {
    this.#desk.accepted(this.number, actions);
  }

  stop(): void {
    this.#isStopped = true;
    this.#desk.stop();
    this.#ready.resolve();
  }

  async close(): Promise<void> {
    this.#place = 'over';
    this.#isClosed = true;
    this.#desk.closed();
  }

  hear(word: UpWord): void {
    if (word.attempt !== this.#attempt || this.#place === 'over' || this.#place === 'closed') return;
    this.#heardAt = performance.now();
    this.#worker = word.worker;
    if (this.#place === 'ordered') this.#place = 'taken';
    switch (word.kind) {
      case 'here':
        break;
      case 'ready':
        this.#place = 'ready';
        break;
      case 'figures':
        this.#watch?.onFigures(word.figures);
        break;
      case 'records':
        this.#watch?.onRecords(word.changes);
        break;
      case 'trouble':
        this.#watch?.onTrouble(word.sentence);
        break;
      case 'given-back':
        this.#orderAgain(`Worker ${this.#worker} has given lane ${this.number} back`);
        break;
      case 'over':
        this.#place = 'lived';
        this.#settle(null);
        break;
      case 'failed':
        this.#fail(`Lane ${this.number} of worker ${this.#worker} failed: ${word.error}`);
        break;
    }
  }

  /** @param since when it could have been heard: not while Redis was away */
  lookAfter(since: number): void {
    if (this.#place !== 'taken' && this.#place !== 'ready' && this.#place !== 'lived') return;
    if (performance.now() - Math.max(this.#heardAt, since) < silentMs) return;
    const gone = `Nothing is heard any more of worker ${this.#worker}, which had lane ${this.number}`;
    if (this.#hasBegun) this.#fail(`${gone}: its devices are gone, what it had counted stays.`);
    else this.#orderAgain(gone);
  }

  #orderAgain(why: string): void {
    // Once the others have begun, nobody can catch up with them.
    if (this.#hasBegun) return this.#fail(`${why}.`);
    this.#desk.say(`${why}: another one may take it`);
    this.#attempt += 1;
    this.#place = 'ordered';
  }

  #fail(sentence: string): void {
    if (this.#place === 'lived') this.#watch?.onTrouble(sentence);
    this.#place = 'over';
    this.#settle(new Error(sentence));
  }

  /** Both, whichever is waited for: what was settled before stays so. */
  #settle(error: Error | null): void {
    for (const waited of [this.#ready, this.#ended]) {
      if (error === null) waited.resolve();
      else waited.reject(error);
    }
  }
}

/** A promise, and its two ends. */
class Settled {
  readonly promise: Promise<void>;
  resolve: () => void = () => {};
  reject: (error: Error) => void = () => {};

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever waits for it hears of it; nobody may wait yet.
    this.promise.catch(() => undefined);
  }
}
