/**
 * When a device that keeps working hours has a network: from day to day, by the clocks of its time zone. Two instants a day would be a
 * thousand numbers a device; so each day is worked out when it is asked for, from the device's key and the day alone.
 */
import { dayMs } from '../../../runtime/duration.ts';
import { hashUnit } from '../../../runtime/random.ts';
import type { TimeZone } from '../../../runtime/time-zone.ts';
import type { Shift } from '../../scenarios/scenario.ts';
import type { OffDays } from './off-days.ts';

/** Labels of the stateless draws: the beginning and the end of a day. */
const fromLabel = 0x66726f6d;
const untilLabel = 0x756e7469;
/** Without a working day within so many, there is none to come. */
const lookAheadDays = 1_000;

export class WorkTime {
  readonly #shift: Shift;
  readonly #zone: TimeZone;
  readonly #offDays: OffDays;
  readonly #key: number;
  /** The day that was looked at last, and its hours. */
  #day = Number.NaN;
  #from = 0;
  #until = 0;

  /** @param key the device's own 32-bit seed */
  constructor(shift: Shift, zone: TimeZone, offDays: OffDays, key: number) {
    this.#shift = shift;
    this.#zone = zone;
    this.#offDays = offDays;
    this.#key = key;
  }

  /** Whether it is within its hours: until when; else 0. Infinity: for ever. */
  endAt(instant: number): number {
    const today = this.#dayOf(instant);
    // A night's shift began yesterday.
    for (let day = today - 1; day <= today; day++) {
      if (this.#look(day) && instant >= this.#from && instant < this.#until) return this.#until;
    }
    return 0;
  }

  /** When its hours begin next, at that instant or later and outside of them; Infinity for never. */
  beginAfter(instant: number): number {
    const today = this.#dayOf(instant);
    for (let day = today - 1; day < today + lookAheadDays; day++) if (this.#look(day) && this.#from >= instant) return this.#from;
    return Number.POSITIVE_INFINITY;
  }

  #dayOf(instant: number): number {
    return Math.floor((instant + this.#zone.offsetAt(instant)) / dayMs);
  }

  /** Works out the hours of a day; false: nobody works on it. */
  #look(day: number): boolean {
    if (day === this.#day) return true;
    // The first of January 1970 was a Thursday.
    const weekday = (((day + 4) % 7) + 7) % 7;
    if (!this.#shift.days.includes(weekday) || this.#offDays.has(day)) return false;
    const { fromMs, untilMs, jitterMs } = this.#shift;
    const length = untilMs > fromMs ? untilMs - fromMs : untilMs + dayMs - fromMs;
    const midnight = day * dayMs;
    this.#day = day;
    this.#from = this.#zone.instantOf(midnight + fromMs) + this.#late(fromLabel, day, jitterMs);
    this.#until = this.#zone.instantOf(midnight + fromMs + length) + this.#late(untilLabel, day, jitterMs);
    return true;
  }

  #late(label: number, day: number, jitterMs: number): number {
    return jitterMs === 0 ? 0 : Math.floor(hashUnit(this.#key ^ label, day) * jitterMs);
  }
}
