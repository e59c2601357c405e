import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Distribution, drawDuration, longestDuration } from './distribution.ts';
import { distributionWords, readDistribution } from './distribution-words.ts';
import { dayMs, hourMs, minuteMs } from './duration.ts';

/** As files write them: with up to nine digits. */
const ms = fc.integer({ min: 0, max: 400 * 1440 }).map((minutes) => minutes * minuteMs);
const positive = fc.integer({ min: 1, max: 400 * 1440 }).map((minutes) => minutes * minuteMs);

const simple: fc.Arbitrary<Distribution> = fc.oneof(
  ms.map((one) => ({ kind: 'constant' as const, ms: one })),
  fc.tuple(ms, ms).map(([a, b]) => ({ kind: 'uniform' as const, fromMs: Math.min(a, b), untilMs: Math.max(a, b) })),
  positive.map((meanMs) => ({ kind: 'exponential' as const, meanMs })),
  fc.record({ kind: fc.constant('normal' as const), meanMs: ms, deviationMs: ms }),
  fc.tuple(positive, positive).map(([a, b]) => ({ kind: 'lognormal' as const, medianMs: Math.min(a, b), p90Ms: Math.max(a, b) })),
  fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 99 }), ms), { maxLength: 5, selector: ([share]) => share }).map((points) => {
    const lengths = [...points.map(([, length]) => length), 400 * dayMs].sort((a, b) => a - b);
    const shares = [...points.map(([share]) => share / 100).sort((a, b) => a - b), 1];
    return { kind: 'steps' as const, points: shares.map((share, place) => ({ share, ms: lengths[place] as number })) };
  }),
);
const any: fc.Arbitrary<Distribution> = fc.oneof(
  simple,
  fc
    .array(fc.record({ weight: fc.double({ min: 0.01, max: 100, noNaN: true }), of: simple }), { minLength: 1, maxLength: 4 })
    .map((choices) => ({ kind: 'weighted' as const, choices })),
);
const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** What such a share of 20,000 draws is no longer than. */
function quantile(distribution: Distribution, share: number): number {
  const draws = Array.from({ length: 20_000 }, (_, n) => drawDuration(distribution, (n + 0.5) / 20_000)).sort((a, b) => a - b);
  return draws[Math.floor(share * draws.length)] as number;
}

describe('a distribution', () => {
  it('draws whole milliseconds, none below 0, none above its bound or a hundred years', () => {
    fc.assert(
      fc.property(any, unit, (distribution, one) => {
        const drawn = drawDuration(distribution, one);
        expect(Number.isInteger(drawn)).toBe(true);
        expect(drawn).toBeGreaterThanOrEqual(0);
        expect(drawn).toBeLessThanOrEqual(
          Math.max(longestDuration(distribution) === Number.POSITIVE_INFINITY ? 36_500 * dayMs : longestDuration(distribution), 0),
        );
      }),
      { numRuns: 3_000 },
    );
  });

  it('means the same in words', () => {
    fc.assert(
      fc.property(any, (distribution) => {
        expect(readDistribution(JSON.parse(JSON.stringify(distributionWords(distribution))))).toEqual(distribution);
      }),
      { numRuns: 1_000 },
    );
  });

  it('of each kind is what its parameters say', () => {
    const lognormal: Distribution = { kind: 'lognormal', medianMs: 3 * dayMs, p90Ms: 20 * dayMs };
    expect(quantile(lognormal, 0.5) / dayMs).toBeCloseTo(3, 1);
    expect(quantile(lognormal, 0.9) / dayMs).toBeCloseTo(20, 1);
    const normal: Distribution = { kind: 'normal', meanMs: 8 * hourMs, deviationMs: 2 * hourMs };
    expect(quantile(normal, 0.5) / hourMs).toBeCloseTo(8, 1);
    expect(quantile(normal, 0.8413) / hourMs).toBeCloseTo(10, 1);
    expect(quantile({ kind: 'normal', meanMs: 0, deviationMs: hourMs }, 0.4)).toBe(0);
    const steps: Distribution = {
      kind: 'steps',
      points: [
        { share: 0.5, ms: 4 * hourMs },
        { share: 1, ms: 30 * dayMs },
      ],
    };
    expect(quantile(steps, 0.25) / hourMs).toBeCloseTo(2, 1);
    expect(quantile(steps, 0.5) / hourMs).toBeCloseTo(4, 0);
    expect(quantile(steps, 0.75) / dayMs).toBeCloseTo(15.08, 1);
    const weighted: Distribution = {
      kind: 'weighted',
      choices: [
        { weight: 3, of: { kind: 'constant', ms: minuteMs } },
        { weight: 1, of: { kind: 'uniform', fromMs: dayMs, untilMs: 2 * dayMs } },
      ],
    };
    expect(quantile(weighted, 0.74)).toBe(minuteMs);
    expect(quantile(weighted, 0.875) / dayMs).toBeCloseTo(1.5, 1);
  });

  it.each([
    [{}],
    [{ gamma: '2d' }],
    [{ uniform: ['2d', '1d'] }],
    [{ uniform: ['1d', '2d'], exponential: '1d' }],
    [{ normal: { mean: '1d' } }],
    [{ normal: { mean: '1d', deviation: '1h', median: '1h' } }],
    [{ lognormal: { median: '2d', p90: '1d' } }],
    [{ lognormal: { median: '0s', p90: '1d' } }],
    [{ steps: [['50%', '1d']] }],
    [
      {
        steps: [
          ['60%', '1d'],
          ['50%', '2d'],
          ['100%', '3d'],
        ],
      },
    ],
    [
      {
        steps: [
          ['50%', '2d'],
          ['100%', '1d'],
        ],
      },
    ],
    [{ weighted: [] }],
    [{ weighted: [{ weight: 0, of: '1d' }] }],
    [{ weighted: [{ weight: 1, of: '1' }] }],
  ])('is not in the words %j', (words) => {
    expect(readDistribution(words)).toBeUndefined();
  });
});
