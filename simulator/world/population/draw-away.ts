/** Draws when a device of a group is away: spans without a network, each plan from a label of its own. */
import { drawDuration } from '../../../runtime/distribution.ts';
import { dayMs } from '../../../runtime/duration.ts';
import type { Random } from '../../../runtime/random.ts';
import type { TimeZone } from '../../../runtime/time-zone.ts';
import type { FleetGroup, Leave } from '../../scenarios/scenario.ts';
import type { OffDays } from './off-days.ts';
import type { WorkTime } from './work-time.ts';

type Span = readonly [from: number, until: number];

const never: readonly number[] = [];

/** What of a scenario the draws depend on, and where the device is. */
interface Place {
  startAt: number;
  /** Nothing that is drawn year by year begins at or after this instant. */
  until: number;
  zone: TimeZone;
  offDays: OffDays;
  /** Working hours know the holidays. */
  hours: WorkTime | null;
}

/** Instants at which its network goes, comes, goes, …: it is there before the first one. */
export function drawOutages(group: FleetGroup, place: Place, random: Random): readonly number[] {
  const spans: Span[] = [];
  if (group.absences !== null || group.lostForEver !== null) addAbsences(spans, group, place.startAt, random.fork('network'));
  addStorms(spans, group, place.startAt, random);
  group.leaves.forEach((leave, entry) => {
    addLeaves(spans, leave, place, random.fork(`leaves/${entry}`));
  });
  if (place.hours === null && group.holidays.length > 0) addHolidays(spans, place);
  return merged(spans);
}

function addAbsences(spans: Span[], { absences, lostForEver }: FleetGroup, startAt: number, random: Random): void {
  if (absences !== null && random.fork('absent').chance(absences.share)) {
    const draw = random.fork('absences');
    for (let left = draw.integer(absences.count.from, absences.count.until); left > 0; left--) {
      const from = startAt + draw.integer(absences.between.fromMs, absences.between.untilMs);
      spans.push([from, from + Math.max(1, drawDuration(absences.length, draw.unit()))]);
    }
  }
  if (lostForEver !== null && random.fork('lost').chance(lostForEver.share)) {
    const from = startAt + random.fork('lost-at').integer(lostForEver.between.fromMs, lostForEver.between.untilMs);
    spans.push([from, Number.POSITIVE_INFINITY]);
  }
}

function addStorms(spans: Span[], { storms }: FleetGroup, startAt: number, random: Random): void {
  storms.forEach(({ share, atMs, awayMs, backWithinMs }, entry) => {
    const draw = random.fork(`storms/${entry}`);
    if (!draw.chance(share)) return;
    const from = startAt + atMs;
    spans.push([from, from + awayMs + Math.floor(draw.unit() * backWithinMs)]);
  });
}

/** Each year is drawn for itself, so that a longer run has the same leaves and more; the first one may have begun before the start. */
function addLeaves(spans: Span[], { share, season, length }: Leave, { startAt, until }: Place, random: Random): void {
  const firstYear = new Date(startAt).getUTCFullYear() - 1;
  for (let year = firstYear; Date.UTC(year, 0, 1) < until; year++) {
    const draw = random.fork(String(year));
    if (!draw.chance(share)) continue;
    const begin = season === null ? Date.UTC(year, 0, 1) : instantOf(year, season.from);
    const isOver = season !== null && season.until < season.from;
    const end = season === null ? Date.UTC(year + 1, 0, 1) : instantOf(isOver ? year + 1 : year, season.until) + dayMs;
    const from = begin + Math.floor(draw.unit() * (end - begin));
    const back = from + Math.max(1, drawDuration(length, draw.unit()));
    if (from < until && back > startAt) spans.push([Math.max(startAt, from), back]);
  }
}

function instantOf(year: number, dayOfYear: number): number {
  return Date.UTC(year, Math.floor(dayOfYear / 100) - 1, dayOfYear % 100);
}

function addHolidays(spans: Span[], { startAt, until, zone, offDays }: Place): void {
  const midnight = (day: number) => zone.instantOf(day * dayMs);
  let day = Math.floor((startAt + zone.offsetAt(startAt)) / dayMs);
  if (!offDays.has(day)) day = offDays.nextChange(day);
  while (Number.isFinite(day) && midnight(day) < until) {
    const end = offDays.nextChange(day);
    spans.push([Math.max(startAt, midnight(day)), Number.isFinite(end) ? midnight(end) : Number.POSITIVE_INFINITY]);
    day = Number.isFinite(end) ? offDays.nextChange(end) : end;
  }
}

function merged(spans: Span[]): readonly number[] {
  if (spans.length === 0) return never;
  spans.sort((a, b) => a[0] - b[0]);
  const outages: number[] = [];
  let [from, until] = spans[0] as Span;
  for (const span of spans) {
    if (span[0] > until) {
      outages.push(from, until);
      [from, until] = span;
    } else until = Math.max(until, span[1]);
  }
  outages.push(from);
  if (until !== Number.POSITIVE_INFINITY) outages.push(until);
  return outages;
}
