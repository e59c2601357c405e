/** Redis's clock: the one that the machines of a run share. Each knows how far its own is off, to half of a round trip. */
import type { Redis } from 'ioredis';

const questions = 5;

export class SharedClock {
  readonly #offsetMs: number;

  private constructor(offsetMs: number) {
    this.#offsetMs = offsetMs;
  }

  /** By the quickest of a few answers. */
  static async of(redis: Redis): Promise<SharedClock> {
    let quickestMs = Number.POSITIVE_INFINITY;
    let offsetMs = 0;
    for (let question = 0; question < questions; question++) {
      const asked = performance.now();
      const [seconds = 0, microseconds = 0] = await redis.time();
      const tookMs = performance.now() - asked;
      if (tookMs >= quickestMs) continue;
      quickestMs = tookMs;
      offsetMs = Number(seconds) * 1000 + Number(microseconds) / 1000 - (Date.now() - tookMs / 2);
    }
    return new SharedClock(offsetMs);
  }

  /** @param at an instant by this machine's clock (ms since 1970) */
  toShared(at: number): number {
    return at + this.#offsetMs;
  }

  toOwn(at: number): number {
    return at - this.#offsetMs;
  }
}
