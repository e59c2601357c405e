import { type EventQueue, inLarger } from './event-queue.ts';

/** A 4-ary heap over typed arrays with a place for every index, so that moving an entry costs no search. */
export class HeapQueue implements EventQueue {
  #at: Float64Array;
  #heap: Int32Array;
  /** Place in the heap plus one; 0: not in it. */
  #place: Int32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#at = new Float64Array(capacity);
    this.#heap = new Int32Array(capacity);
    this.#place = new Int32Array(capacity);
  }

  grow(devices: number): void {
    if (devices <= this.#at.length) return;
    const capacity = Math.max(devices, 2 * this.#at.length);
    this.#at = inLarger(new Float64Array(capacity), this.#at);
    this.#heap = inLarger(new Int32Array(capacity), this.#heap);
    this.#place = inLarger(new Int32Array(capacity), this.#place);
  }

  set(index: number, at: number): void {
    const place = (this.#place[index] as number) - 1;
    if (at === Number.POSITIVE_INFINITY) {
      if (place >= 0) this.#removeAt(place);
      return;
    }
    this.#at[index] = at;
    if (place < 0) this.#up(this.#size++, index);
    else if (place > 0 && this.#before(index, this.#heap[(place - 1) >> 2] as number)) this.#up(place, index);
    else this.#down(place, index);
  }

  nextAt(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#at[this.#heap[0] as number] as number);
  }

  take(): number {
    const first = this.#heap[0] as number;
    this.#removeAt(0);
    return first;
  }

  #before(a: number, b: number): boolean {
    const atA = this.#at[a] as number;
    const atB = this.#at[b] as number;
    return atA < atB || (atA === atB && a < b);
  }

  #put(place: number, index: number): void {
    this.#heap[place] = index;
    this.#place[index] = place + 1;
  }

  #removeAt(place: number): void {
    this.#place[this.#heap[place] as number] = 0;
    const last = this.#heap[--this.#size] as number;
    if (place === this.#size) return;
    if (place > 0 && this.#before(last, this.#heap[(place - 1) >> 2] as number)) this.#up(place, last);
    else this.#down(place, last);
  }

  #up(start: number, index: number): void {
    let place = start;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      const other = this.#heap[parent] as number;
      if (!this.#before(index, other)) break;
      this.#put(place, other);
      place = parent;
    }
    this.#put(place, index);
  }

  #down(start: number, index: number): void {
    let place = start;
    for (;;) {
      const first = place * 4 + 1;
      if (first >= this.#size) break;
      let best = first;
      const end = Math.min(first + 4, this.#size);
      for (let child = first + 1; child < end; child++) {
        if (this.#before(this.#heap[child] as number, this.#heap[best] as number)) best = child;
      }
      const other = this.#heap[best] as number;
      if (!this.#before(other, index)) break;
      this.#put(place, other);
      place = best;
    }
    this.#put(place, index);
  }
}
