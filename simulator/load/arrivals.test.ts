import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handOut, instantsOf, type Rate } from './arrivals.ts';

const rates = fc.record({
  from: fc.integer({ min: 0, max: 100_000 }),
  seconds: fc.integer({ min: 1, max: 60 }),
  perSecondFrom: fc.integer({ min: 0, max: 50 }),
  perSecondTo: fc.integer({ min: 1, max: 50 }),
  seed: fc.integer(),
});

const rateOf = ({ seconds, ...rate }: typeof rates extends fc.Arbitrary<infer Value> ? Value : never, number = 0, of = 1): Rate => ({
  ...rate,
  until: rate.from + seconds * 1000,
  number,
  of,
});

describe('instants of a rate', () => {
  it('are as many as were asked for, in order, and within the while', () => {
    fc.assert(
      fc.property(rates, (drawn) => {
        const rate = rateOf(drawn);
        const instants = [...instantsOf(rate)];
        expect(instants).toHaveLength(Math.round(((drawn.perSecondFrom + drawn.perSecondTo) / 2) * drawn.seconds));
        expect(instants).toEqual([...instants].sort((a, b) => a - b));
        const latest = rate.until + 1000 / drawn.perSecondTo;
        expect(instants.filter((instant) => instant < rate.from - 1e-6 || instant > latest + 1e-6)).toEqual([]);
      }),
    );
  });

  it('are the same ones, whatever number of processes deals them out', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 5 }), (drawn, of) => {
        const dealt = Array.from({ length: of }, (_, number) => [...instantsOf(rateOf(drawn, number, of))]).flat();
        expect(dealt.sort((a, b) => a - b)).toEqual([...instantsOf(rateOf(drawn))]);
      }),
    );
  });

  it('of a rate that grows are half way when a quarter of them has begun', () => {
    const rate: Rate = { from: 0, until: 10_000, perSecondFrom: 0, perSecondTo: 100, number: 0, of: 1, seed: 1 };
    const early = [...instantsOf(rate)].filter((instant) => instant < 5000).length;
    expect(Math.abs(early - 125)).toBeLessThanOrEqual(1);
  });
});

it('what could not be handed out in time is handed out as soon as it can be, with the instant that it was to have', async () => {
  let now = 0;
  const due: [instant: number, at: number][] = [];
  await new Promise<void>((resolve) => {
    // Each look at the clock finds it 100 ms on.
    const clock = () => {
      now += 100;
      return now;
    };
    handOut([10, 20, 150, 400].values(), clock, (instant) => due.push([instant, now]), resolve);
  });
  expect(due.map(([instant]) => instant)).toEqual([10, 20, 150, 400]);
  for (const [instant, at] of due) expect(at).toBeGreaterThanOrEqual(instant);
});
