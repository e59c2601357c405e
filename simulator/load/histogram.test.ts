import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';

/** Microseconds from none to eleven days, in every order of magnitude. */
const times = fc.array(
  fc.double({ min: 0, max: 40, noNaN: true }).map((power) => Math.round(2 ** power)),
  { minLength: 1, maxLength: 300 },
);

function of(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** Of sorted values, the one that this share of all is not above. */
function exact(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] as number;
}

describe('a histogram of times', () => {
  it('gives every quantile to 1.6 %', () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const wanted = exact(values, share);
        expect(Math.abs(of(values).quantile(share) - wanted)).toBeLessThanOrEqual(wanted * 0.016);
      }),
    );
  });

  it('knows how many there were, their sum and their extremes exactly', () => {
    fc.assert(
      fc.property(times, (values) => {
        const { count, sumUs, minUs, maxUs } = of(values).found();
        expect({ count, sumUs, minUs, maxUs }).toEqual({
          count: values.length,
          sumUs: values.reduce((sum, value) => sum + value, 0),
          minUs: Math.min(...values),
          maxUs: Math.max(...values),
        });
        expect(of(values).quantile(0)).toBeGreaterThanOrEqual(Math.min(...values));
        expect(of(values).quantile(1)).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });

  it('is the same added up from parts as recorded at once, also over JSON', () => {
    fc.assert(
      fc.property(fc.array(times, { minLength: 1, maxLength: 4 }), (parts) => {
        const sum = new Histogram();
        for (const part of parts) sum.add(JSON.parse(JSON.stringify(of(part).found())));
        expect(sum.found()).toEqual(of(parts.flat()).found());
      }),
    );
  });

  it('stays as it was when an empty one is added, and says 0 while it is empty', () => {
    const empty = new Histogram();
    expect([empty.quantile(0.99), empty.count, empty.found()]).toEqual([0, 0, { counts: [], count: 0, sumUs: 0, minUs: 0, maxUs: 0 }]);
    const some = of([5, 900]);
    some.add(empty.found());
    expect(some.found()).toEqual(of([5, 900]).found());
  });

  it('takes what is below nothing (two clocks) for nothing, and what is beyond all bounds for its longest', () => {
    const histogram = of([-20, 2 ** 60]);
    expect(histogram.found()).toMatchObject({ count: 2, minUs: 0, maxUs: 2 ** 60 });
    expect(histogram.quantile(0.1)).toBe(0);
    expect(histogram.quantile(1)).toBeGreaterThan(2 ** 39);
  });
});
