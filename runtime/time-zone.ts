/**
 * Local time by rules that stand here, so that a run is the same on every machine: what Node knows of time zones comes with its version
 * and its build. Each zone has its offset of today and its rule of daylight saving time, for all years.
 */
import { dayMs, hourMs, minuteMs } from './duration.ts';

/** When clocks go forward and back, in a year. */
type Rule = 'none' | 'europe' | 'america' | 'australia' | 'new-zealand';

/** Offset in hours, and the rule. */
const zones: Readonly<Record<string, readonly [offset: number, rule: Rule]>> = {
  UTC: [0, 'none'],
  'Africa/Johannesburg': [2, 'none'],
  'Africa/Lagos': [1, 'none'],
  'Africa/Nairobi': [3, 'none'],
  'America/Bogota': [-5, 'none'],
  'America/Chicago': [-6, 'america'],
  'America/Denver': [-7, 'america'],
  'America/Halifax': [-4, 'america'],
  'America/Lima': [-5, 'none'],
  'America/Los_Angeles': [-8, 'america'],
  'America/Mexico_City': [-6, 'none'],
  'America/New_York': [-5, 'america'],
  'America/Phoenix': [-7, 'none'],
  'America/Sao_Paulo': [-3, 'none'],
  'America/Toronto': [-5, 'america'],
  'Asia/Bangkok': [7, 'none'],
  'Asia/Dhaka': [6, 'none'],
  'Asia/Dubai': [4, 'none'],
  'Asia/Hong_Kong': [8, 'none'],
  'Asia/Jakarta': [7, 'none'],
  'Asia/Karachi': [5, 'none'],
  'Asia/Kolkata': [5.5, 'none'],
  'Asia/Manila': [8, 'none'],
  'Asia/Seoul': [9, 'none'],
  'Asia/Shanghai': [8, 'none'],
  'Asia/Singapore': [8, 'none'],
  'Asia/Tokyo': [9, 'none'],
  'Australia/Adelaide': [9.5, 'australia'],
  'Australia/Brisbane': [10, 'none'],
  'Australia/Perth': [8, 'none'],
  'Australia/Sydney': [10, 'australia'],
  'Europe/Amsterdam': [1, 'europe'],
  'Europe/Athens': [2, 'europe'],
  'Europe/Berlin': [1, 'europe'],
  'Europe/Brussels': [1, 'europe'],
  'Europe/Bucharest': [2, 'europe'],
  'Europe/Budapest': [1, 'europe'],
  'Europe/Copenhagen': [1, 'europe'],
  'Europe/Dublin': [0, 'europe'],
  'Europe/Helsinki': [2, 'europe'],
  'Europe/Istanbul': [3, 'none'],
  'Europe/Lisbon': [0, 'europe'],
  'Europe/London': [0, 'europe'],
  'Europe/Madrid': [1, 'europe'],
  'Europe/Oslo': [1, 'europe'],
  'Europe/Paris': [1, 'europe'],
  'Europe/Prague': [1, 'europe'],
  'Europe/Rome': [1, 'europe'],
  'Europe/Stockholm': [1, 'europe'],
  'Europe/Vienna': [1, 'europe'],
  'Europe/Warsaw': [1, 'europe'],
  'Europe/Zurich': [1, 'europe'],
  'Pacific/Auckland': [12, 'new-zealand'],
  'Pacific/Honolulu': [-10, 'none'],
};

export const timeZoneNames: readonly string[] = Object.keys(zones);

const fixed = /^UTC([+-])(\d\d):(\d\d)$/;

/** Of a known name, or of a fixed offset such as `UTC+05:30`. */
export function isTimeZone(name: string): boolean {
  if (Object.hasOwn(zones, name)) return true;
  const [, , hours, minutes] = fixed.exec(name) ?? [];
  return hours !== undefined && Number(hours) * 60 + Number(minutes) <= 14 * 60 && Number(minutes) < 60;
}

export class TimeZone {
  readonly #offsetMs: number;
  readonly #rule: Rule;
  /** The year that was asked for last, and when its summer begins and ends. */
  #yearFrom = 0;
  #yearUntil = 0;
  #beginsAt = 0;
  #endsAt = 0;

  /** @throws Error for a name that is none: see `isTimeZone` */
  constructor(name: string) {
    if (!isTimeZone(name)) throw new Error(`There is no time zone "${name}".`);
    const [, sign, hours, minutes] = fixed.exec(name) ?? [];
    const [offset, rule] = zones[name] ?? [(sign === '-' ? -1 : 1) * (Number(hours) + Number(minutes) / 60), 'none'];
    this.#offsetMs = Math.round(offset * 60) * minuteMs;
    this.#rule = rule;
  }

  /** Milliseconds by which local clocks are ahead of UTC at that instant. */
  offsetAt(instant: number): number {
    if (this.#rule === 'none') return this.#offsetMs;
    if (instant < this.#yearFrom || instant >= this.#yearUntil) this.#look(new Date(instant).getUTCFullYear(), this.#rule);
    // South of the equator summer goes over the turn of the year: it ends before it begins.
    const isSummer =
      this.#beginsAt < this.#endsAt
        ? instant >= this.#beginsAt && instant < this.#endsAt
        : instant >= this.#beginsAt || instant < this.#endsAt;
    return this.#offsetMs + (isSummer ? hourMs : 0);
  }

  /** The instant at which local clocks show that time, milliseconds since 1970 as if it were UTC. One that they skip is an hour earlier. */
  instantOf(local: number): number {
    return local - this.offsetAt(local - this.#offsetMs);
  }

  #look(year: number, rule: Exclude<Rule, 'none'>): void {
    this.#yearFrom = Date.UTC(year, 0);
    this.#yearUntil = Date.UTC(year + 1, 0);
    const standard = this.#offsetMs;
    switch (rule) {
      case 'europe':
        this.#beginsAt = sunday(year, 3, -1) + hourMs;
        this.#endsAt = sunday(year, 10, -1) + hourMs;
        return;
      case 'america':
        this.#beginsAt = sunday(year, 3, 2) + 2 * hourMs - standard;
        this.#endsAt = sunday(year, 11, 1) + hourMs - standard;
        return;
      case 'australia':
        this.#beginsAt = sunday(year, 10, 1) + 2 * hourMs - standard;
        this.#endsAt = sunday(year, 4, 1) + 2 * hourMs - standard;
        return;
      case 'new-zealand':
        this.#beginsAt = sunday(year, 9, -1) + 2 * hourMs - standard;
        this.#endsAt = sunday(year, 4, 1) + 2 * hourMs - standard;
        return;
    }
  }
}

/** Midnight of the nth Sunday of a month (1 to 12); -1: of the last one. */
function sunday(year: number, month: number, nth: number): number {
  if (nth < 0) {
    const last = Date.UTC(year, month, 0);
    return last - new Date(last).getUTCDay() * dayMs;
  }
  const first = Date.UTC(year, month - 1, 1);
  return first + (((7 - new Date(first).getUTCDay()) % 7) + 7 * (nth - 1)) * dayMs;
}
