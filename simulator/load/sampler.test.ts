import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';
import { latencyOf, spanEndsMs, spansOf } from './latency.ts';
import type { LoadFigures } from './load-figures.ts';
import type { LoadSample } from './load-result.ts';
import { exampleTimes } from './report/example-load.fixture.ts';
import { Sampler, thinned } from './sampler.ts';

function foundOf(ms: readonly number[]) {
  const histogram = new Histogram();
  for (const one of ms) histogram.record(one * 1000);
  return histogram.found();
}

describe('from counts since the beginning', () => {
  it('come the figures of each second', () => {
    const sampler = new Sampler();
    const counted = (checkIns: number[], errors: LoadFigures['errors']) => ({
      ...{
        connected: 5,
        alive: 4,
        connectionsOpened: checkIns.length * 2,
        checkIns: checkIns.length,
        roundTrips: checkIns.length + 1,
        errors,
      },
      times: { ...exampleTimes(0), 'check-in': foundOf(checkIns) },
    });
    expect(sampler.take(1, counted([], {}))).toMatchObject({ checkIns: 0, roundTrips: 1, checkInP50: null, errors: 0 });
    expect(sampler.take(2, counted([10, 10, 400], { timeout: 2 }))).toMatchObject({
      connections: 6,
      checkIns: 3,
      roundTrips: 3,
      errors: 2,
    });
    const third = sampler.take(3, counted([10, 10, 400, 50], { timeout: 2, reset: 1 }));
    expect(third).toMatchObject({ second: 3, connections: 2, checkIns: 1, errors: 1, errorsByReason: { reset: 1 } });
    // Only the one of this second counts: neither the quick ones nor the slow one before it.
    expect(third.checkInP50).toBeCloseTo(50, 0);
    expect(third.checkInP99).toBeCloseTo(50, 0);
  });

  it('come percentiles in ms, and how many took how long', () => {
    const found = foundOf([...Array.from({ length: 98 }, () => 4), 90, 200_000]);
    const latency = latencyOf(found);
    expect(latency).toMatchObject({ count: 100, min: 4, max: 200_000 });
    expect(latency.p50).toBeCloseTo(4, 1);
    expect(Math.abs(latency.p99 - 90)).toBeLessThan(90 * 0.016);
    const spans = spansOf(found);
    expect(spans.reduce((sum, { count }) => sum + count, 0)).toBe(100);
    expect(spans.filter(({ count }) => count > 0)).toEqual([
      { upToMs: 5, count: 98 },
      { upToMs: 100, count: 1 },
      { upToMs: null, count: 1 },
    ]);
    expect(spansOf(foundOf([]))).toEqual([]);
    expect(spanEndsMs).toEqual(spanEndsMs.toSorted((a, b) => a - b));
  });

  it('of a long run come fewer samples, in which no error and no slow second is lost', () => {
    const samples = Array.from({ length: 1000 }, (_, second): LoadSample => {
      const errorsByReason: Record<string, number> = second === 500 ? { timeout: 1 } : {};
      const counts = { connected: second, alive: second, connections: 2, checkIns: 4, roundTrips: 5 };
      return {
        second,
        ...counts,
        errors: second === 500 ? 1 : 0,
        errorsByReason,
        checkInP50: second < 3 ? null : 5,
        checkInP99: second === 7 ? 900 : 9,
      };
    });
    expect(thinned(samples, 1000)).toBe(samples);
    const fewer = thinned(samples, 300);
    expect(fewer).toHaveLength(250);
    expect(fewer[0]).toMatchObject({ second: 3, connected: 3, checkIns: 4, checkInP50: 5, checkInP99: 9 });
    expect(fewer.at(-1)?.second).toBe(999);
    expect(fewer.map(({ checkInP99 }) => checkInP99).filter((ms) => ms === 900)).toHaveLength(1);
    expect(fewer.filter(({ errors }) => errors > 0)).toMatchObject([{ errors: 1, errorsByReason: { timeout: 1 } }]);
    expect(thinned(samples.slice(0, 2), 1)[0]).toMatchObject({ checkInP50: null });
  });
});
