/**
 * Who is next: every device has exactly one next deadline, so a queue holds device indices, not closures or records.
 * Order is time, then index: it never depends on how the queue came to hold what it holds. The contract suite runs on both
 * implementations; the wheel wins when every check-in is an event, the heap when happenings are sparse.
 */
export interface EventQueue {
  /** Makes room for so many devices; what is scheduled stays. Fewer than there is room for changes nothing. */
  grow(devices: number): void;
  /** Schedules, moves, or (Infinity) unschedules a device. `at` in milliseconds. */
  set(index: number, at: number): void;
  /** Time of the earliest entry; Infinity when there is none. */
  nextAt(): number;
  /** Removes and returns the earliest entry's index. Only after `nextAt` gave a finite time. */
  take(): number;
}

/** What a queue keeps by index, in an array with more room. */
export function inLarger<Kept extends { set(values: ArrayLike<number>): void }>(larger: Kept, kept: ArrayLike<number>): Kept {
  larger.set(kept);
  return larger;
}
