/** When each device's network goes and comes by itself: drawn before the run, passed one by one. */
export class Outages {
  readonly #instants: (readonly number[])[] = [];
  /** How many of its instants have passed, by device. */
  readonly #passed: number[] = [];

  /** One more device. @param instants at which its network goes, comes, goes, …; it is there before the first one */
  addDevice(instants: readonly number[]): void {
    this.#instants.push(instants);
    this.#passed.push(0);
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
