/** Times of a load run as people and programs read them: percentiles in ms, and how many took how long. */
import { Histogram, type HistogramFound } from './histogram.ts';
import { type TimedThing, timedThings } from './load-figures.ts';
import type { Latency, LatencySpan } from './load-result.ts';

/** Upper ends of the spans, in ms: 0.1 to 100,000, six in each power of ten; what took longer is in a last span without an end. */
export const spanEndsMs: readonly number[] = [0.1, 1, 10, 100, 1000, 10_000].flatMap((power) =>
  [1, 1.5, 2, 3, 5, 7].map((factor) => Number((power * factor).toPrecision(2))),
);

export function latencyOf(found: HistogramFound): Latency {
  const histogram = new Histogram();
  histogram.add(found);
  const at = (share: number) => inMs(histogram.quantile(share));
  return {
    count: found.count,
    min: inMs(found.minUs),
    mean: found.count === 0 ? 0 : inMs(found.sumUs / found.count),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: inMs(found.maxUs),
  };
}

/** From the first span that holds anything to the last one that does. */
export function spansOf(found: HistogramFound): LatencySpan[] {
  const spans: LatencySpan[] = [...spanEndsMs, null].map((upToMs) => ({ upToMs, count: 0 }));
  for (const [lowUs, count] of Histogram.timesOf(found)) {
    const index = spanEndsMs.findIndex((end) => lowUs <= end * 1000);
    (spans[index < 0 ? spans.length - 1 : index] as LatencySpan).count += count;
  }
  const used = spans.flatMap(({ count }, index) => (count > 0 ? [index] : []));
  return spans.slice(used[0] ?? 0, used.length === 0 ? 0 : (used.at(-1) as number) + 1);
}

/** What a result has of its times. */
export function latenciesOf(times: Readonly<Record<TimedThing, HistogramFound>>): {
  latencyMs: Record<TimedThing, Latency>;
  latencySpans: Record<TimedThing, LatencySpan[]>;
} {
  const each = <Value>(make: (found: HistogramFound) => Value) =>
    Object.fromEntries(timedThings.map((thing) => [thing, make(times[thing])])) as Record<TimedThing, Value>;
  return { latencyMs: each(latencyOf), latencySpans: each(spansOf) };
}

function inMs(us: number): number {
  return Math.round(us) / 1000;
}
