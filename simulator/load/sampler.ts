/** From counts since the beginning to what there was in each second. */
import { Histogram, type HistogramFound } from './histogram.ts';
import type { LoadFigures, ReasonCounts } from './load-figures.ts';
import type { LoadSample } from './load-result.ts';

type Counted = Pick<LoadFigures, 'connected' | 'alive' | 'connectionsOpened' | 'checkIns' | 'roundTrips' | 'errors' | 'times'>;

export class Sampler {
  #before: Counted | null = null;

  /** @param figures of all processes together; what they have counted since the last sample is this second's */
  take(second: number, figures: Counted): LoadSample {
    const before = this.#before;
    this.#before = figures;
    const since = (counter: 'connectionsOpened' | 'checkIns' | 'roundTrips') => figures[counter] - (before?.[counter] ?? 0);
    const errorsByReason = reasonsSince(figures.errors, before?.errors ?? {});
    const checkIns = new Histogram();
    checkIns.add(timesSince(figures.times['check-in'], before?.times['check-in']));
    const quantile = (share: number) => (checkIns.count === 0 ? null : Math.round(checkIns.quantile(share)) / 1000);
    return {
      second,
      connected: figures.connected,
      alive: figures.alive,
      connections: since('connectionsOpened'),
      checkIns: since('checkIns'),
      roundTrips: since('roundTrips'),
      errors: Object.values(errorsByReason).reduce((sum, count) => sum + count, 0),
      errorsByReason,
      checkInP50: quantile(0.5),
      checkInP99: quantile(0.99),
    };
  }
}

function reasonsSince(now: ReasonCounts, before: ReasonCounts): ReasonCounts {
  const more = Object.entries(now).map(([reason, count]): [string, number] => [reason, count - (before[reason] ?? 0)]);
  return Object.fromEntries(more.filter(([, count]) => count > 0));
}

/** The extremes of a while are not known: those of the whole stand for them. */
function timesSince(now: HistogramFound, before: HistogramFound | undefined): HistogramFound {
  if (before === undefined) return now;
  const earlier = new Map(before.counts);
  const counts = now.counts
    .map(([bucket, count]): [number, number] => [bucket, count - (earlier.get(bucket) ?? 0)])
    .filter(([, count]) => count > 0);
  return { ...now, counts, count: now.count - before.count, sumUs: now.sumUs - before.sumUs };
}

/** At most so many: each stands for as many seconds as needed then. Counts become those of a second on average; times the longest of them. */
export function thinned(samples: readonly LoadSample[], max: number): readonly LoadSample[] {
  const step = Math.ceil(samples.length / max);
  if (step <= 1) return samples;
  return Array.from({ length: Math.ceil(samples.length / step) }, (_, index) => together(samples.slice(index * step, (index + 1) * step)));
}

/** @param some at least one. How devices stand is how they stood at the end of them. */
function together(some: readonly LoadSample[]): LoadSample {
  const last = some.at(-1) as LoadSample;
  const mean = (read: (sample: LoadSample) => number) => Math.round(some.reduce((sum, sample) => sum + read(sample), 0) / some.length);
  const longest = (read: (sample: LoadSample) => number | null) =>
    some.map(read).reduce((most, value) => (value === null || (most !== null && most > value) ? most : value), null);
  const reasons = new Set(some.flatMap(({ errorsByReason }) => Object.keys(errorsByReason)));
  // An error is never averaged away.
  const errorsByReason = Object.fromEntries(
    [...reasons].map((reason) => [
      reason,
      Math.ceil(some.reduce((sum, sample) => sum + (sample.errorsByReason[reason] ?? 0), 0) / some.length),
    ]),
  );
  return {
    ...last,
    connections: mean(({ connections }) => connections),
    checkIns: mean(({ checkIns }) => checkIns),
    roundTrips: mean(({ roundTrips }) => roundTrips),
    errors: Object.values(errorsByReason).reduce((sum, count) => sum + count, 0),
    errorsByReason,
    checkInP50: longest(({ checkInP50 }) => checkInP50),
    checkInP99: longest(({ checkInP99 }) => checkInP99),
  };
}
