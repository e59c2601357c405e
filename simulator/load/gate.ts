/** So many handshakes at once, and no more: the others wait for their turn, in their order. */
export class Gate {
  readonly #limit: number;
  #inside = 0;
  readonly #waiting: (() => void)[] = [];
  /** Where the next in turn stands: a fleet that comes back at once is a long line, and shifting it is slow. */
  #first = 0;

  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  async enter(): Promise<void> {
    if (this.#inside < this.#limit) this.#inside += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The place goes to the next in turn. */
  leave(): void {
    const next = this.#waiting[this.#first];
    if (next === undefined) {
      this.#inside -= 1;
      this.#waiting.length = 0;
      this.#first = 0;
      return;
    }
    this.#first += 1;
    if (this.#first > 1000) {
      this.#waiting.splice(0, this.#first);
      this.#first = 0;
    }
    next();
  }
}
