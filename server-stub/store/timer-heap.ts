/**
 * Every timer of a fleet, earliest first: an indexed 4-ary heap in typed arrays.
 *
 * A device with timers owns a slot; a slot has one entry (slot * kinds + rank of the kind) per kind of timer, so an entry is a
 * plain number and a fleet's timers are a few arrays instead of an object each. `placeOf` finds an entry in the heap, hence a timer
 * is moved or cleared where it stands and nothing stale is left to skip. Setting costs O(log n), looking at the first one O(1).
 * Slots are used again once their device has no timer; the arrays never shrink.
 */
import type { Timer, TimerKind } from '../core/records.ts';

export interface TimerHeap {
  /** Sets, moves, or (null) clears. `at`: whole milliseconds, else it throws. */
  set(deviceId: string, kind: TimerKind, at: number | null): void;
  clearDevice(deviceId: string): void;
  /** By instant, then device id, then kind. Belongs to the heap: not to be changed. */
  first(): Timer | undefined;
  /** Those of one kind that are not before `from`, by instant, then by device id, as they are now. Looks at every timer. */
  of(kind: TimerKind, from: number): Timer[];
}

/** In code-unit order, so that a kind's rank is its order. */
const rankOf: Record<TimerKind, number> = {
  compliance: 0,
  departure: 1,
  expiry: 2,
  inactivity: 3,
  mail: 4,
  push: 5,
  removal: 6,
  validity: 7,
};
const kinds = Object.keys(rankOf) as TimerKind[];
const width = kinds.length;
const arity = 4;
const absent = -1;

export function createTimerHeap(): TimerHeap {
  let slotsMax = 64;
  let instantOf = new Float64Array(slotsMax * width);
  let placeOf = new Int32Array(slotsMax * width).fill(absent);
  let heap = new Int32Array(slotsMax * width);
  let size = 0;
  const slotOf = new Map<string, number>();
  /** By slot; an empty string where the slot is free. */
  const deviceIds: string[] = [];
  const freeSlots: number[] = [];
  let head: { entry: number; timer: Timer } | undefined;

  const instant = (entry: number) => instantOf[entry] as number;
  const deviceOf = (entry: number) => deviceIds[Math.trunc(entry / width)] as string;

  function isBefore(a: number, b: number): boolean {
    if (instant(a) !== instant(b)) return instant(a) < instant(b);
    const [deviceA, deviceB] = [deviceOf(a), deviceOf(b)];
    // Within one slot the numbers of the entries are in the order of their kinds.
    return deviceA === deviceB ? a < b : deviceA < deviceB;
  }

  function put(entry: number, place: number): void {
    heap[place] = entry;
    placeOf[entry] = place;
  }

  function rise(entry: number, from: number): void {
    let place = from;
    while (place > 0) {
      const parentPlace = Math.trunc((place - 1) / arity);
      const parent = heap[parentPlace] as number;
      if (!isBefore(entry, parent)) break;
      put(parent, place);
      place = parentPlace;
    }
    put(entry, place);
  }

  function sink(entry: number, from: number): void {
    let place = from;
    for (;;) {
      const firstChild = place * arity + 1;
      if (firstChild >= size) break;
      let bestPlace = firstChild;
      for (let child = firstChild + 1; child < Math.min(firstChild + arity, size); child++) {
        if (isBefore(heap[child] as number, heap[bestPlace] as number)) bestPlace = child;
      }
      const best = heap[bestPlace] as number;
      if (!isBefore(best, entry)) break;
      put(best, place);
      place = bestPlace;
    }
    put(entry, place);
  }

  /** Finds the right place for an entry that stands (or shall stand) at `place`. */
  function settle(entry: number, place: number): void {
    const parent = heap[Math.trunc((place - 1) / arity)] as number;
    if (place > 0 && isBefore(entry, parent)) rise(entry, place);
    else sink(entry, place);
  }

  function remove(entry: number): void {
    const place = placeOf[entry] as number;
    placeOf[entry] = absent;
    size--;
    if (place < size) settle(heap[size] as number, place);
  }

  function slotFor(deviceId: string): number {
    const known = slotOf.get(deviceId);
    if (known !== undefined) return known;
    const slot = freeSlots.pop() ?? deviceIds.length;
    if (slot === slotsMax) grow();
    deviceIds[slot] = deviceId;
    slotOf.set(deviceId, slot);
    return slot;
  }

  function grow(): void {
    slotsMax *= 2;
    const before = { instantOf, placeOf, heap };
    instantOf = new Float64Array(slotsMax * width);
    placeOf = new Int32Array(slotsMax * width).fill(absent);
    heap = new Int32Array(slotsMax * width);
    instantOf.set(before.instantOf);
    placeOf.set(before.placeOf);
    heap.set(before.heap);
  }

  function freeIfIdle(deviceId: string, slot: number): void {
    for (let rank = 0; rank < width; rank++) if (placeOf[slot * width + rank] !== absent) return;
    slotOf.delete(deviceId);
    deviceIds[slot] = '';
    freeSlots.push(slot);
  }

  function clear(deviceId: string, kind: TimerKind): void {
    const slot = slotOf.get(deviceId);
    if (slot === undefined) return;
    const entry = slot * width + rankOf[kind];
    if (placeOf[entry] === absent) return;
    remove(entry);
    freeIfIdle(deviceId, slot);
  }

  return {
    set(deviceId, kind, at) {
      if (at === null) return clear(deviceId, kind);
      // One NaN would quietly disorder the whole heap.
      if (!Number.isSafeInteger(at)) throw new RangeError(`timer ${kind} of ${deviceId}: ${at} is no instant`);
      const entry = slotFor(deviceId) * width + rankOf[kind];
      instantOf[entry] = at;
      const place = placeOf[entry] as number;
      settle(entry, place === absent ? size++ : place);
    },
    clearDevice(deviceId) {
      for (const kind of kinds) clear(deviceId, kind);
    },
    first() {
      if (size === 0) return undefined;
      const entry = heap[0] as number;
      // Asked before every event, changed rarely: the answer is kept as long as it is true.
      if (head?.entry === entry && head.timer.at === instant(entry) && head.timer.deviceId === deviceOf(entry)) return head.timer;
      const timer = { at: instant(entry), deviceId: deviceOf(entry), kind: kinds[entry % width] as TimerKind };
      head = { entry, timer };
      return timer;
    },
    of(kind, from) {
      const entries = heap.subarray(0, size).filter((entry) => entry % width === rankOf[kind] && instant(entry) >= from);
      entries.sort((one, other) => (isBefore(one, other) ? -1 : 1));
      return Array.from(entries, (entry) => ({ at: instant(entry), deviceId: deviceOf(entry), kind }));
    },
  };
}
