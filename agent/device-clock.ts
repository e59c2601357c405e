/**
 * The device's clock: it follows the stub's test clock while there is a link, and runs at real speed while there is none,
 * so that a device away from a frozen stub still tries to come back. By itself it never goes back; only the stub can set it back.
 */
import { type Clock, ScaledClock, systemClock } from '../runtime/clock.ts';

export class DeviceClock implements Clock {
  readonly #clock: ScaledClock;
  #latest: number;

  constructor(now: number, real: Clock = systemClock) {
    this.#clock = new ScaledClock({ anchorReal: real.now(), anchor: now, speed: 1 }, real);
    this.#latest = now;
  }

  now(): number {
    this.#latest = Math.max(this.#latest, this.#clock.now());
    return this.#latest;
  }

  at(instant: number, task: () => void): () => void {
    return this.#clock.at(instant, task);
  }

  /** The stub says what time it is and how fast time runs. A clock that was set back is followed, too: the tenant's time is the only one. */
  follow(now: number, speed: number): void {
    this.#latest = now;
    this.#clock.set({ now, speed });
  }

  /** No link: real speed from here on. */
  drift(): void {
    this.#clock.set({ speed: 1 });
  }
}
