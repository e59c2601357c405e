/** What comes later, earliest first; of the same instant in the order in which it was added. */
interface Entry<T> {
  at: number;
  place: number;
  load: T;
}

export class InstantHeap<T> {
  readonly #entries: Entry<T>[] = [];
  #added = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** Infinity: it is empty. */
  nextAt(): number {
    return this.#entries[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  add(at: number, load: T): void {
    const entry = { at, place: this.#added++, load };
    const entries = this.#entries;
    let index = entries.length;
    entries.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isBefore(entries[parent] as Entry<T>, entry)) break;
      entries[index] = entries[parent] as Entry<T>;
      index = parent;
    }
    entries[index] = entry;
  }

  take(): T | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (first === undefined || last === undefined) return undefined;
    if (entries.length > 0) this.#sink(last);
    return first.load;
  }

  #sink(entry: Entry<T>): void {
    const entries = this.#entries;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && isBefore(entries[child + 1] as Entry<T>, entries[child] as Entry<T>)) child += 1;
      if (isBefore(entry, entries[child] as Entry<T>)) break;
      entries[index] = entries[child] as Entry<T>;
      index = child;
    }
    entries[index] = entry;
  }
}

function isBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.at === b.at ? a.place < b.place : a.at < b.at;
}
