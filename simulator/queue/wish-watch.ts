/** What a coordinator wishes for a shard that is lived here. It is asked for: nobody loses a message that way, wherever Redis was meanwhile. */
import type { Redis } from 'ioredis';
import { Pause } from '../shards/pause.ts';
import { keysOf, type Wish } from './keys.ts';

const everyMs = 400;
/** Longer than a coordinator needs to write its run down again in a Redis that came back empty. */
const goneMs = 15_000;

export class WishWatch {
  readonly pause = new Pause();
  readonly #stopped = new AbortController();
  readonly #redis: Redis;
  readonly #keys: ReturnType<typeof keysOf>;
  readonly #timer: NodeJS.Timeout;
  #isAsking = false;
  #missingSince: number | null = null;
  /** The shard is of no use to anybody any more. */
  isForgotten = false;

  constructor(redis: Redis, run: string) {
    this.#redis = redis;
    this.#keys = keysOf(run);
    this.#timer = setInterval(() => void this.#ask(), everyMs);
  }

  /** The shard shall stop where it is. */
  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      const [wish, isThere] = await Promise.all([
        this.#redis.get(this.#keys.wish) as Promise<Wish | null>,
        this.#redis.exists(this.#keys.scenario),
      ]);
      this.#missingSince = isThere === 1 ? null : (this.#missingSince ?? performance.now());
      if (wish === 'pause') this.pause.hold();
      else this.pause.release();
      const isGone = this.#missingSince !== null && performance.now() - this.#missingSince > goneMs;
      if (wish === 'forget' || (isGone && wish !== 'stop')) this.isForgotten = true;
      if (wish === 'stop' || this.isForgotten) this.#stopped.abort();
    } catch {
      // The connection ends under us when the worker leaves; while it is only lost, the answer is waited for.
    } finally {
      this.#isAsking = false;
    }
  }
}
