import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, secondMs } from '../../runtime/duration.ts';
import { bucketOf, countOf, percentile, spanBoundsMs, spanCounts, type TimeCounts } from './time-buckets.ts';

function counted(times: readonly number[]): TimeCounts {
  const counts: TimeCounts = {};
  for (const ms of times) counts[bucketOf(ms)] = (counts[bucketOf(ms)] ?? 0) + 1;
  return counts;
}

const longest = spanBoundsMs.at(-1) as number;
/** Evenly on a scale of powers, as times are. */
const time = fc.double({ min: 0, max: Math.log10(longest), noNaN: true }).map((power) => Math.floor(10 ** power));

describe('how long something took', () => {
  it('counts each time once, in the first span that holds it', () => {
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 60 }), (times) => {
        const spans = spanCounts(counted(times));
        const expected = spans.map((_, span) => {
          const holds = (ms: number) => spanBoundsMs.findIndex((bound) => ms <= bound) === span;
          return times.filter(holds).length;
        });
        expect(spans).toEqual(expected);
        expect(countOf(counted(times))).toBe(times.length);
      }),
    );
  });

  it('finds percentiles to within a bucket', () => {
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 60 }), fc.constantFrom(0.5, 0.9, 0.99), (times, share) => {
        const sorted = times.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(share * times.length) - 1)] as number;
        const found = percentile(counted(times), share);
        if (exact <= secondMs) expect(found).toBe(0);
        // A bucket is a twentieth of its span, and what is next to the exact one may be meant as well.
        else expect(bucketOf(found as number)).toBe(bucketOf(exact));
      }),
    );
  });

  it('has whole hours and days as bounds, and a word for what is longer than all', () => {
    for (const ms of [secondMs, hourMs, 4 * hourMs, dayMs, 7 * dayMs]) {
      expect(bucketOf(ms + 1)).toBe(bucketOf(ms) + 1);
      expect(percentile(counted([ms, ms]), 1)).toBe(ms === secondMs ? 0 : ms);
    }
    const spans = spanCounts(counted([longest, longest + 1]));
    expect(spans.slice(-2)).toEqual([1, 1]);
    expect(percentile(counted([longest + 1]), 0.5)).toBeNull();
    expect(percentile({}, 0.5)).toBeNull();
  });
});
