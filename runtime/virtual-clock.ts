import type { Clock } from './clock.ts';

interface Waiting {
  instant: number;
  order: number;
  task: () => void;
}

/** A clock that only moves when it is told to; tasks run in order of their instants, then of their making. */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #waiting = new Set<Waiting>();

  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  at(instant: number, task: () => void): () => void {
    const entry = { instant, order: this.#order++, task };
    this.#waiting.add(entry);
    return () => {
      this.#waiting.delete(entry);
    };
  }

  /** Moves to `instant`, running on the way every task that falls due, at its own time. Time never goes back. */
  advanceTo(instant: number): void {
    for (let next = this.#earliest(); next !== undefined && next.instant <= instant; next = this.#earliest()) {
      this.#waiting.delete(next);
      this.#now = Math.max(this.#now, next.instant);
      next.task();
    }
    this.#now = Math.max(this.#now, instant);
  }

  #earliest(): Waiting | undefined {
    let first: Waiting | undefined;
    for (const entry of this.#waiting) {
      if (first === undefined || entry.instant < first.instant || (entry.instant === first.instant && entry.order < first.order))
        first = entry;
    }
    return first;
  }
}
