/** Waits that somebody can cut short. */
export class Wakeable {
  #wake: (() => void) | null = null;
  #isAwake = false;

  /** Also the next wait, when nobody waits now. */
  wake(): void {
    this.#isAwake = true;
    this.#wake?.();
  }

  async wait(ms: number): Promise<void> {
    if (!this.#isAwake) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
    this.#isAwake = false;
  }
}
