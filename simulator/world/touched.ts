/** The devices that changed, or may have, within one instant: each once, in the order in which they were first touched. */
export class Touched {
  readonly #list: number[] = [];
  readonly #isIn: boolean[] = [];

  add(index: number): void {
    if (this.#isIn[index] === true) return;
    this.#isIn[index] = true;
    this.#list.push(index);
  }

  /** Looks at every one of them, those that are touched on the way included, and forgets them. */
  drain(look: (index: number) => void): void {
    for (const index of this.#list) {
      this.#isIn[index] = false;
      look(index);
    }
    this.#list.length = 0;
  }
}
