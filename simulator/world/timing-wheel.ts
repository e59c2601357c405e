/**
 * A timing wheel over typed arrays: time is cut into slots, each slot is a linked list of indices, and scheduling is two writes.
 * Only the slot that time stands in is kept in order (a small heap). The wheel turns: an entry further away than one turn stays in
 * its slot until its turn comes. A bitmap of occupied slots lets empty time be skipped 32 slots at a step.
 */
import { type EventQueue, inLarger } from './event-queue.ts';
import { HeapQueue } from './heap-queue.ts';

const none = -1;
/** 2^14 slots of a minute: one turn is 11 days, so that an 8-hour cadence is always within one. */
const slotCount = 16_384;
const slotMsDefault = 60_000;

export class TimingWheel implements EventQueue {
  readonly #slotMs: number;
  #at: Float64Array;
  #next: Int32Array;
  #previous: Int32Array;
  /** The slot (0 to slotCount - 1) whose list holds the index; none when it is in the heap or nowhere. */
  #slotOf: Int32Array;
  readonly #head = new Int32Array(slotCount).fill(none);
  readonly #occupied = new Uint32Array(slotCount / 32);
  /** Entries of the current slot and before. */
  readonly #due: HeapQueue;
  /** Number of the current slot since time began, and the instant at which it ends. */
  #cursor = 0;
  #cursorEnd: number;
  /** Entries in lists. */
  #listed = 0;

  /** @param start no entry is earlier than this instant */
  constructor(capacity: number, start: number, slotMs: number = slotMsDefault) {
    this.#slotMs = slotMs;
    this.#at = new Float64Array(capacity);
    this.#next = new Int32Array(capacity);
    this.#previous = new Int32Array(capacity);
    this.#slotOf = new Int32Array(capacity).fill(none);
    this.#due = new HeapQueue(capacity);
    this.#cursor = Math.floor(start / slotMs);
    this.#cursorEnd = (this.#cursor + 1) * slotMs;
  }

  grow(devices: number): void {
    if (devices <= this.#at.length) return;
    const capacity = Math.max(devices, 2 * this.#at.length);
    this.#at = inLarger(new Float64Array(capacity), this.#at);
    this.#next = inLarger(new Int32Array(capacity), this.#next);
    this.#previous = inLarger(new Int32Array(capacity), this.#previous);
    this.#slotOf = inLarger(new Int32Array(capacity).fill(none), this.#slotOf);
    this.#due.grow(capacity);
  }

  set(index: number, at: number): void {
    if (this.#slotOf[index] !== none) this.#unlink(index);
    if (at < this.#cursorEnd || at === Number.POSITIVE_INFINITY) {
      this.#due.set(index, at);
      return;
    }
    this.#due.set(index, Number.POSITIVE_INFINITY);
    this.#link(index, at);
  }

  nextAt(): number {
    let at = this.#due.nextAt();
    while (at === Number.POSITIVE_INFINITY && this.#listed > 0) {
      this.#turn();
      at = this.#due.nextAt();
    }
    return at;
  }

  take(): number {
    return this.#due.take();
  }

  /** Goes to the next occupied slot and puts what is due in it in order. */
  #turn(): void {
    do this.#cursor += 1;
    while (!this.#isOccupied(this.#cursor % slotCount) && this.#skipWord());
    this.#cursorEnd = (this.#cursor + 1) * this.#slotMs;
    const slot = this.#cursor % slotCount;
    for (let index = this.#head[slot] as number; index !== none; ) {
      const following = this.#next[index] as number;
      const at = this.#at[index] as number;
      if (at < this.#cursorEnd) {
        this.#unlink(index);
        this.#due.set(index, at);
      }
      index = following;
    }
  }

  #isOccupied(slot: number): boolean {
    return ((this.#occupied[slot >>> 5] as number) & (1 << (slot & 31))) !== 0;
  }

  /** Steps to the last slot of an empty word of the bitmap, if the cursor is at the first one. Always true: go on looking. */
  #skipWord(): true {
    const slot = this.#cursor % slotCount;
    if ((slot & 31) === 0 && this.#occupied[slot >>> 5] === 0) this.#cursor += 31;
    return true;
  }

  #link(index: number, at: number): void {
    const slot = Math.floor(at / this.#slotMs) % slotCount;
    const head = this.#head[slot] as number;
    this.#at[index] = at;
    this.#slotOf[index] = slot;
    this.#next[index] = head;
    this.#previous[index] = none;
    if (head !== none) this.#previous[head] = index;
    this.#head[slot] = index;
    this.#occupied[slot >>> 5] = (this.#occupied[slot >>> 5] as number) | (1 << (slot & 31));
    this.#listed += 1;
  }

  #unlink(index: number): void {
    const slot = this.#slotOf[index] as number;
    const next = this.#next[index] as number;
    const previous = this.#previous[index] as number;
    if (next !== none) this.#previous[next] = previous;
    if (previous !== none) this.#next[previous] = next;
    else this.#head[slot] = next;
    if (this.#head[slot] === none) this.#occupied[slot >>> 5] = (this.#occupied[slot >>> 5] as number) & ~(1 << (slot & 31));
    this.#slotOf[index] = none;
    this.#listed -= 1;
  }
}
