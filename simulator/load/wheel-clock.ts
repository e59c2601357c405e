/**
 * Real time for thousands of devices with one timer between them: what they wait for lies in buckets of 10 ms, and one tick goes through
 * those that have passed. A device sets and drops a deadline with every frame, so both are cheap, and nothing is left of a dropped one.
 */
import type { Clock } from '../../runtime/clock.ts';

const tickMs = 10;

interface Waiting {
  instant: number;
  task: () => void;
}

export class WheelClock implements Clock {
  readonly #buckets = new Map<number, Set<Waiting>>();
  /** The last bucket that was gone through. */
  #passed = bucketOf(Date.now());
  readonly #timer: ReturnType<typeof setInterval>;

  constructor() {
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  now(): number {
    return Date.now();
  }

  at(instant: number, task: () => void): () => void {
    if (instant === Number.POSITIVE_INFINITY) return () => {};
    // In the bucket after it: it has passed when its bucket is gone through.
    const number = Math.max(this.#passed + 1, bucketOf(instant) + 1);
    const bucket = this.#buckets.get(number) ?? new Set();
    this.#buckets.set(number, bucket);
    const waiting: Waiting = { instant, task };
    bucket.add(waiting);
    return () => {
      // A bucket that was emptied is gone, and another one may stand in its place.
      if (bucket.delete(waiting) && bucket.size === 0 && this.#buckets.get(number) === bucket) this.#buckets.delete(number);
    };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#buckets.clear();
  }

  #tick(): void {
    const last = bucketOf(Date.now());
    // After a sleep of the machine there may be more empty buckets than full ones.
    const due =
      last - this.#passed > this.#buckets.size
        ? [...this.#buckets.keys()].filter((number) => number <= last).sort((a, b) => a - b)
        : Array.from({ length: Math.max(0, last - this.#passed) }, (_, number) => this.#passed + 1 + number);
    for (const number of due) {
      this.#passed = number;
      const bucket = this.#buckets.get(number);
      if (bucket === undefined) continue;
      this.#buckets.delete(number);
      // What one of them drops does not run.
      for (const waiting of [...bucket].sort((a, b) => a.instant - b.instant)) {
        if (bucket.delete(waiting)) waiting.task();
      }
    }
    this.#passed = Math.max(this.#passed, last);
  }
}

function bucketOf(instant: number): number {
  return Math.floor(instant / tickMs);
}
