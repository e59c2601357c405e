/**
 * How long something took, counted: fine enough for percentiles, of the same bounds in every run and version, so that counts add up and
 * runs can be compared. Each step between two spans that people name is cut into equal pieces.
 */
import { dayMs, hourMs, minuteMs, secondMs } from '../../runtime/duration.ts';

/** Upper bounds, themselves included, as charts and tables show them; what is longer than all comes after the last. */
export const spanBoundsMs = [
  secondMs,
  10 * secondMs,
  minuteMs,
  15 * minuteMs,
  hourMs,
  4 * hourMs,
  8 * hourMs,
  dayMs,
  3 * dayMs,
  7 * dayMs,
  14 * dayMs,
  30 * dayMs,
  90 * dayMs,
  180 * dayMs,
  360 * dayMs,
  720 * dayMs,
] as const;

const pieces = 20;
const first = spanBoundsMs[0];

/** Upper bounds of all buckets but the last, which has none. */
const fineBounds: readonly number[] = spanBoundsMs.flatMap((until, index) => {
  if (index === 0) return [until];
  const from = spanBoundsMs[index - 1] as number;
  return Array.from({ length: pieces }, (_, piece) => from + ((until - from) * (piece + 1)) / pieces);
});

/** Number of the bucket → how many fell into it. */
export type TimeCounts = Record<string, number>;

/** The first bucket whose bound holds it. */
export function bucketOf(ms: number): number {
  if (ms <= first) return 0;
  let low = 1;
  let high = fineBounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((fineBounds[middle] as number) >= ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Counts per span of `spanBoundsMs`, and of what is longer. */
export function spanCounts(counts: TimeCounts): number[] {
  const spans = new Array<number>(spanBoundsMs.length + 1).fill(0);
  for (const [bucket, count] of Object.entries(counts)) {
    const span = Math.ceil(Number(bucket) / pieces);
    spans[span] = (spans[span] as number) + count;
  }
  return spans;
}

/**
 * So many did not take longer, in whole milliseconds: drawn evenly within its bucket, which is off by a tenth at most, and mostly by a
 * hundredth. At once (within the first second) is 0. null: nothing was counted, or it took longer than any bound says.
 * @param share 0 to 1
 */
export function percentile(counts: TimeCounts, share: number): number | null {
  const buckets = Object.entries(counts)
    .map(([bucket, count]) => [Number(bucket), count] as const)
    .sort(([a], [b]) => a - b);
  const all = countOf(counts);
  if (all === 0) return null;
  const wanted = Math.max(1, share * all);
  let before = 0;
  for (const [bucket, count] of buckets) {
    if (before + count >= wanted) {
      const until = fineBounds[bucket];
      if (bucket === 0) return 0;
      if (until === undefined) return null;
      const from = fineBounds[bucket - 1] as number;
      return Math.round(from + ((until - from) * (wanted - before)) / count);
    }
    before += count;
  }
  return null;
}

export function countOf(counts: TimeCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
