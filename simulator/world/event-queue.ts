/**
 * Who is next: every device has exactly one next deadline, so a queue holds device indices, not closures or records.
 * Order is time, then index: it never depends on how the queue came to hold what it holds. The contract suite runs on both
 * implementations; the wheel wins when every check-in is an event, the heap when happenings are sparse.
 */
export interface EventQueue {
  /** Schedules, moves, or (Infinity) unschedules a device. `at` in milliseconds. */
  set(index: number, at: number): void;
  /** Time of the earliest entry; Infinity when there is none. */
  nextAt(): number;
  /** Removes and returns the earliest entry's index. Only after `nextAt` gave a finite time. */
  take(): number;
}
