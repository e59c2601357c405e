/** What every kind of report says of how long things took, in the same words. */
import { dayMs, formatDuration, hourMs, minuteMs, secondMs } from '../../runtime/duration.ts';
import { certificateStepDays, type MeasuresFound, type RunResult, type TimeToDone } from '../result.ts';
import { addUp } from '../world/add-up.ts';
import { percentilesOf } from '../world/measure-figures.ts';
import { onlineBehaviors } from '../world/online-behavior.ts';
import { spanBoundsMs, spanCounts, type TimeCounts } from '../world/time-buckets.ts';
import { formatCount, inOrderOf, type StateShare } from './figures.ts';

/** How long an action, or what devices of a kind were asked for, took to be done. */
export interface TimeRow {
  name: string;
  figures: TimeToDone;
  /** Per span of `spanNames`. */
  spans: number[];
}

const tenths = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** About so long, in one unit: `at once`, `6.2 s`, `45 min`, `8 h`, `16.5 d`. @param ms null: longer than is measured */
export function formatSpan(ms: number | null): string {
  if (ms === null) return `over ${formatDuration(spanBoundsMs.at(-1) ?? 0)}`;
  if (ms < secondMs) return 'at once';
  for (const [unitMs, unit] of [
    [dayMs, 'd'],
    [hourMs, 'h'],
    [minuteMs, 'min'],
  ] as const) {
    if (ms >= unitMs) return `${tenths.format(ms / unitMs)} ${unit}`;
  }
  return `${tenths.format(ms / secondMs)} s`;
}

/** `1 s` for up to a second, `10 s`, … and `longer`: the heads of a distribution. */
export const spanNames: readonly string[] = [...spanBoundsMs.map((ms) => formatDuration(ms)), 'longer'];

/** From asked to done by action, by platform, and by online behaviour; rows that never came are left out. */
export function timeRows({ timeToDone }: MeasuresFound): { byAction: TimeRow[]; byPlatform: TimeRow[]; byOnline: TimeRow[] } {
  const cells = Object.entries(timeToDone).flatMap(([action, byPlatform]) =>
    Object.entries(byPlatform).flatMap(([platform, byOnline]) =>
      Object.entries(byOnline).map(([online, counts]) => ({ action, platform, online, counts })),
    ),
  );
  const by = (key: 'action' | 'platform' | 'online') => {
    const sums = new Map<string, TimeCounts>();
    for (const cell of cells) sums.set(cell[key], addUp(sums.get(cell[key]) ?? {}, cell.counts));
    return Array.from(sums, ([name, counts]): TimeRow => ({ name, figures: percentilesOf(counts), spans: spanCounts(counts) }));
  };
  const byName = (rows: TimeRow[]) => rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    byAction: by('action').toSorted((a, b) => b.figures.count - a.figures.count || (a.name < b.name ? -1 : 1)),
    byPlatform: byName(by('platform')),
    byOnline: inOrderOf(by('online'), onlineBehaviors, ({ name }) => name),
  };
}

/** Actions by how long they took, from the most frequent to the rarest. */
export function actionTimes({ timeToDone }: RunResult): (TimeToDone & { action: string })[] {
  return Object.entries(timeToDone)
    .map(([action, figures]) => ({ action, ...figures }))
    .toSorted((a, b) => b.count - a.count);
}

export interface PendingShare extends StateShare {
  queued: number;
  delivered: number;
}

/** Commands that wait at the end by how long they have done so; from the shortest span that has one to the longest. */
export function pendingShares({ pendingByAge }: RunResult): PendingShare[] {
  const all = pendingByAge.reduce((sum, { queued, delivered }) => sum + queued + delivered, 0);
  const rows = pendingByAge.map(({ upToMs, queued, delivered }, index) => {
    const before = pendingByAge[index - 1]?.upToMs ?? null;
    const name = upToMs === null ? `over ${formatDuration(before ?? 0)}` : `up to ${formatDuration(upToMs)}`;
    return { name, queued, delivered, count: queued + delivered, share: (queued + delivered) / all };
  });
  return trimmed(rows);
}

/** Certificates by what is left of them: those that have ended first. */
export function certificateShares({ certificatesLeft: { ended, current } }: RunResult): StateShare[] {
  const all = current.reduce((sum, { count }) => sum + count, ended);
  if (all === 0) return [];
  const rows = current.map(({ fromDays, untilDays, count }) => ({ name: `${fromDays} to ${untilDays} days`, count, share: count / all }));
  return [...(ended === 0 ? [] : [{ name: 'ended', count: ended, share: ended / all }]), ...trimmed(rows)];
}

/** `12 ended, 340 end within 30 days`; empty where there is nothing to say. */
export function certificatesSoon({ certificatesLeft: { ended, current } }: RunResult): string {
  const soon = current[0]?.count ?? 0;
  return [
    ...(ended === 0 ? [] : [`${formatCount(ended)} ended`]),
    ...(soon === 0 ? [] : [`${formatCount(soon)} ${soon === 1 ? 'ends' : 'end'} within ${certificateStepDays} days`]),
  ].join(', ');
}

function trimmed<Row extends StateShare>(rows: readonly Row[]): Row[] {
  const isThere = ({ count }: Row) => count > 0;
  return rows.slice(Math.max(0, rows.findIndex(isThere)), rows.findLastIndex(isThere) + 1);
}
