/** How many devices are in which state, now and at each sample. */
import type { StateSeries } from '../result.ts';

export class StateCount {
  /** Of each device, as an index into `states`. */
  readonly #stateOf: Uint8Array;
  readonly #states: string[];
  readonly #counts: number[];
  readonly #samples: number[][] = [];

  /** @param initial the state of each of them at first */
  constructor(devices: number, initial: string) {
    this.#stateOf = new Uint8Array(devices);
    this.#states = [initial];
    this.#counts = [devices];
  }

  /** Device `index` is in this state now. */
  set(index: number, state: string): void {
    let code = this.#states.indexOf(state);
    if (code < 0) {
      code = this.#states.push(state) - 1;
      this.#counts.push(0);
    }
    const before = this.#stateOf[index] as number;
    if (before === code) return;
    this.#counts[before] = (this.#counts[before] as number) - 1;
    this.#counts[code] = (this.#counts[code] as number) + 1;
    this.#stateOf[index] = code;
  }

  /** Takes a sample for the chart. */
  sample(): void {
    this.#samples.push([...this.#counts]);
  }

  /** State → devices, now. States that no device is in are left out. */
  now(): Record<string, number> {
    const entries = this.#states.map((name, code) => [name, this.#counts[code] as number] as const);
    return Object.fromEntries(entries.filter(([, count]) => count > 0));
  }

  series(startAt: number, stepMs: number): StateSeries {
    const states = this.#states.map((name, code) => ({ name, counts: this.#samples.map((sample) => sample[code] ?? 0) }));
    return { startAt, stepMs, states };
  }
}
