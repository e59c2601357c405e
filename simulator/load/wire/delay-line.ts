/** What is on its way, one way of a link: everything arrives in the order in which it was sent. */
import type { Clock } from '../../../runtime/clock.ts';

export class DelayLine {
  readonly #real: Clock;
  readonly #waiting: { at: number; run: () => void }[] = [];
  /** When the last one arrives. */
  #latest = 0;
  #cancel: (() => void) | undefined;

  constructor(real: Clock) {
    this.#real = real;
  }

  /** @param delayMs real time; what takes none, and has nothing before it, arrives at once */
  push(delayMs: number, run: () => void): void {
    if (delayMs <= 0 && this.#waiting.length === 0) return run();
    this.#latest = Math.max(this.#latest, this.#real.now() + delayMs);
    this.#waiting.push({ at: this.#latest, run });
    if (this.#cancel === undefined) this.#wait();
  }

  /** Nothing of it arrives. */
  clear(): void {
    this.#waiting.length = 0;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #wait(): void {
    const first = this.#waiting[0];
    if (first === undefined) return;
    this.#cancel = this.#real.at(first.at, () => {
      this.#cancel = undefined;
      const now = this.#real.now();
      while (this.#waiting[0] !== undefined && this.#waiting[0].at <= now) this.#waiting.shift()?.run();
      if (this.#cancel === undefined) this.#wait();
    });
  }
}
