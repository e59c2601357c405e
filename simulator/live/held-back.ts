/** What is on its way in a live run and was held up: by device, in the order of time, and within an instant as it was sent. */

export interface Held {
  at: number;
  /** null: nothing of a link. */
  link: object | null;
  way: 'up' | 'down';
  run: () => void;
}

export class HeldBack {
  readonly #of = new Map<number, Held[]>();

  add(index: number, one: Held): void {
    const held = this.#of.get(index) ?? [];
    const place = held.findIndex(({ at }) => at > one.at);
    held.splice(place < 0 ? held.length : place, 0, one);
    this.#of.set(index, held);
  }

  /** When the next comes through; Infinity for none. */
  nextAt(index: number): number {
    return this.#of.get(index)?.[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  some(index: number, which: (held: Held) => boolean): boolean {
    return this.#of.get(index)?.some(which) === true;
  }

  forget(index: number, which: (held: Held) => boolean): void {
    const left = (this.#of.get(index) ?? []).filter((held) => !which(held));
    if (left.length === 0) this.#of.delete(index);
    else this.#of.set(index, left);
  }

  /** Lets through what is due by then. Returns whether anything was. */
  release(index: number, now: number): boolean {
    let any = false;
    for (let held = this.#of.get(index); held?.[0] !== undefined && held[0].at <= now; held = this.#of.get(index)) {
      const [first] = held.splice(0, 1);
      if (held.length === 0) this.#of.delete(index);
      first?.run();
      any = true;
    }
    return any;
  }
}
