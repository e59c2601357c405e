/** Holds a run where it is, and lets it go on: nothing of it changes what happens. */
export class Pause {
  #isHeld = false;
  readonly #onChange = new Set<(isHeld: boolean) => void>();

  get isHeld(): boolean {
    return this.#isHeld;
  }

  hold(): void {
    this.#change(true);
  }

  release(): void {
    this.#change(false);
  }

  /** Hears of every change; returns how to hear no more. */
  listen(hear: (isHeld: boolean) => void): () => void {
    this.#onChange.add(hear);
    return () => this.#onChange.delete(hear);
  }

  /** When it is not held, or the signal has come. */
  async passed(signal?: AbortSignal): Promise<void> {
    while (this.#isHeld && signal?.aborted !== true) {
      await new Promise<void>((goOn) => {
        const done = () => {
          forget();
          signal?.removeEventListener('abort', done);
          goOn();
        };
        const forget = this.listen(done);
        signal?.addEventListener('abort', done);
      });
    }
  }

  #change(isHeld: boolean): void {
    if (this.#isHeld === isHeld) return;
    this.#isHeld = isHeld;
    for (const hear of [...this.#onChange]) hear(isHeld);
  }
}
