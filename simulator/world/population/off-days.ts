/** Which days of a group are holidays, by their number since 1970 in local time. */
import { dayMs } from '../../../runtime/duration.ts';
import type { Holiday } from '../../scenarios/scenario.ts';

export class OffDays {
  readonly #dates: readonly Holiday[];
  readonly #yearly: readonly Holiday[];
  /** Answers so far. */
  readonly #known = new Map<number, boolean>();

  constructor(holidays: readonly Holiday[]) {
    this.#dates = holidays.filter(({ isYearly }) => !isYearly);
    this.#yearly = holidays.filter(({ isYearly }) => isYearly);
  }

  has(day: number): boolean {
    if (this.#dates.length === 0 && this.#yearly.length === 0) return false;
    const known = this.#known.get(day);
    if (known !== undefined) return known;
    const date = new Date(day * dayMs);
    const ofYear = (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
    const isOff =
      this.#dates.some(({ from, until }) => day >= from && day <= until) ||
      this.#yearly.some(({ from, until }) => isWithin(ofYear, from, until));
    this.#known.set(day, isOff);
    return isOff;
  }

  /** The first day after `day` that is another kind of day than it; Infinity where none is within ten years. */
  nextChange(day: number): number {
    const isOff = this.has(day);
    for (let next = day + 1; next < day + 3_660; next++) if (this.has(next) !== isOff) return next;
    return Number.POSITIVE_INFINITY;
  }
}

function isWithin(ofYear: number, from: number, until: number): boolean {
  return from <= until ? ofYear >= from && ofYear <= until : ofYear >= from || ofYear <= until;
}
