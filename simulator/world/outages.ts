/**
 * When each device's network goes and comes by itself: absences are drawn before the run, working hours are worked out from day to day.
 * What holds for all of them: it is there while the device is within its hours (or has none) and in no absence.
 */
import type { WorkTime } from './population/work-time.ts';

export class Outages {
  /** The next one of each device. */
  readonly #nextAt: number[] = [];
  readonly #isThere: boolean[] = [];
  /** Instants at which an absence begins, ends, begins, … */
  readonly #instants: (readonly number[])[] = [];
  /** How many of these have passed, by device. */
  readonly #passed: number[] = [];
  readonly #hours: (WorkTime | null)[] = [];

  /**
   * One more device.
   * @param instants at which its network goes, comes, goes, …; it is there before the first one
   * @param hours outside of which it has none either; null: it is always at work
   * @param startAt from when on they count
   */
  addDevice(instants: readonly number[], hours: WorkTime | null = null, startAt = 0): void {
    const index = this.#instants.push(instants) - 1;
    this.#passed.push(0);
    this.#isThere.push(true);
    this.#hours.push(hours);
    this.#nextAt.push(hours === null ? (instants[0] ?? Number.POSITIVE_INFINITY) : this.#goesAt(index, hours, startAt));
  }

  /** The next one; Infinity where none is left. */
  nextAt(index: number): number {
    return this.#nextAt[index] as number;
  }

  /** Takes the next one: whether the network is there from then on. */
  pass(index: number): boolean {
    const at = this.#nextAt[index] as number;
    const isThere = this.#isThere[index] !== true;
    this.#isThere[index] = isThere;
    const hours = this.#hours[index] as WorkTime | null;
    if (hours !== null) this.#nextAt[index] = isThere ? this.#goesAt(index, hours, at) : this.#comesAt(index, hours, at);
    else {
      const passed = (this.#passed[index] as number) + 1;
      this.#passed[index] = passed;
      this.#nextAt[index] = this.#instants[index]?.[passed] ?? Number.POSITIVE_INFINITY;
    }
    return isThere;
  }

  /** When the network goes that is there at `at`: at the end of the hours, or when an absence begins. */
  #goesAt(index: number, hours: WorkTime, at: number): number {
    // Outside of the hours at the very start.
    const endOfHours = hours.endAt(at);
    if (endOfHours === 0) return at;
    const passed = this.#skipTo(index, at);
    const away = passed % 2 === 1 ? at : (this.#instants[index]?.[passed] ?? Number.POSITIVE_INFINITY);
    return Math.min(endOfHours, away);
  }

  /** When it is there again: within the hours, and in no absence. */
  #comesAt(index: number, hours: WorkTime, at: number): number {
    for (let from = at; ; ) {
      const passed = this.#skipTo(index, from);
      if (passed % 2 === 1) from = this.#instants[index]?.[passed] ?? Number.POSITIVE_INFINITY;
      if (from === Number.POSITIVE_INFINITY || hours.endAt(from) > 0) return from;
      from = hours.beginAfter(from);
    }
  }

  /** How many instants of absences are not after `at`. */
  #skipTo(index: number, at: number): number {
    const instants = this.#instants[index] as readonly number[];
    let passed = this.#passed[index] as number;
    while (passed < instants.length && (instants[passed] as number) <= at) passed++;
    this.#passed[index] = passed;
    return passed;
  }
}
