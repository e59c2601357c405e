/** When each device's network goes and comes by itself: drawn before the run, passed one by one. */
export class Outages {
  readonly #instants: readonly (readonly number[])[];
  /** How many of its instants have passed, by device. */
  readonly #passed: Uint16Array;

  /** @param instants by device: the network goes, comes, goes, …; it is there before the first one */
  constructor(instants: readonly (readonly number[])[]) {
    this.#instants = instants;
    this.#passed = new Uint16Array(instants.length);
  }

  /** The next one; Infinity where none is left. */
  nextAt(index: number): number {
    return this.#instants[index]?.[this.#passed[index] as number] ?? Number.POSITIVE_INFINITY;
  }

  /** Takes the next one: whether the network is there from then on. */
  pass(index: number): boolean {
    const passed = this.#passed[index] as number;
    this.#passed[index] = passed + 1;
    return passed % 2 === 1;
  }
}
