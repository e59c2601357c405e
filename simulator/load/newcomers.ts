/** Devices that come: no more at once than may shake hands at once, because who has begun is to end before others begin. */
import type { LaneDevice } from './lane-device.ts';

export interface Newcomer {
  device: LaneDevice;
  /** When it is to come: its enrolment counts from here, whenever it can begin. */
  at: number;
}

export class Newcomers {
  readonly #atOnce: number;
  readonly #waiting: Newcomer[] = [];
  #under = 0;
  #isOver = false;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Nobody waits, and nobody is on the way. */
  get isEmpty(): boolean {
    return this.#under === 0 && this.#waiting.length === 0;
  }

  /** Its instant has come. */
  add(newcomer: Newcomer): void {
    this.#waiting.push(newcomer);
    this.#begin();
  }

  /** One of them is there, or was told to wait. */
  arrived(): void {
    this.#under -= 1;
    this.#begin();
  }

  /** Nobody begins any more. */
  end(): void {
    this.#isOver = true;
    this.#waiting.length = 0;
  }

  #begin(): void {
    while (this.#under < this.#atOnce && !this.#isOver) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#under += 1;
      next.device.arrive(next.at);
    }
  }
}
