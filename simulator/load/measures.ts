/** What a threshold can be about: the figures of a load run by their names, while it runs and at its end. */
import { latenciesOf } from './latency.ts';
import { type LoadFigures, timedThings } from './load-figures.ts';
import type { Latency, LoadResult } from './load-result.ts';

/** `share`: 0 to 1 of what the table below says; `perSecond`; `ms`; `bytes`; `count`: a plain number. */
export type MeasureKind = 'count' | 'share' | 'perSecond' | 'ms' | 'bytes';

/** One figure in each form that it has; null: nothing was measured. What is not known yet has none. */
export type Measure = Partial<Record<MeasureKind, number | null>>;
export type Measures = ReadonlyMap<string, Measure>;

export const percentileNames = ['min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const satisfies readonly (keyof Latency)[];

const timeMeasures = Object.fromEntries(
  timedThings.flatMap((thing) => [...percentileNames.map((name) => [`${thing}.${name}`, ['ms']]), [`${thing}.count`, ['count']]]),
) as Record<string, readonly MeasureKind[]>;

/** Name → in which forms; `errors.REASON` is there for each reason, too. */
export const measureKinds: Readonly<Record<string, readonly MeasureKind[]>> = {
  errors: ['count', 'share'],
  asked: ['count'],
  enrolled: ['count', 'share'],
  connected: ['count', 'share'],
  alive: ['count', 'share'],
  ramp: ['ms'],
  connections: ['count', 'perSecond'],
  'connections.tried': ['count'],
  'connections.resumed': ['count', 'share'],
  'connections.lost': ['count'],
  'check-ins': ['count', 'perSecond'],
  'check-ins.missed': ['count', 'share'],
  'round-trips': ['count', 'perSecond'],
  'commands.accepted': ['count'],
  'commands.delivered': ['count', 'share'],
  'commands.executed': ['count', 'share'],
  'commands.redelivered': ['count'],
  'commands.lost': ['count', 'share'],
  'commands.doubled': ['count'],
  notifications: ['count'],
  'bytes-sent': ['bytes'],
  'bytes-received': ['bytes'],
  'bytes-per-device': ['bytes'],
  'generator.cpu': ['share'],
  'generator.rss': ['bytes'],
  'generator.stall-p99': ['ms'],
  'generator.stall-max': ['ms'],
  ...timeMeasures,
};

/** At the end everything is known. */
export function measuresOf(result: LoadResult): Measures {
  const { asked, connections, commands, generator } = result;
  const seconds = result.durationMs / 1000;
  const ofAsked = (count: number): Measure => ({ count, share: shareOf(count, asked) });
  const ofAccepted = (count: number): Measure => ({ count, share: shareOf(count, commands.accepted) });
  return new Map<string, Measure>([
    ...errorMeasures(result.errorsByReason, connections.tried + result.roundTrips + result.checkInsMissed),
    ['asked', { count: asked }],
    ['enrolled', ofAsked(result.enrolled)],
    ['connected', ofAsked(result.connected)],
    ['alive', ofAsked(result.alive)],
    ['ramp', { ms: result.rampMs }],
    ['connections', { count: connections.opened, perSecond: result.connectionsPerSecond }],
    ['connections.tried', { count: connections.tried }],
    ['connections.resumed', { count: connections.resumed, share: shareOf(connections.resumed, connections.opened) }],
    ['connections.lost', { count: connections.lost }],
    ['check-ins', { count: result.checkIns, perSecond: seconds === 0 ? null : result.checkIns / seconds }],
    ['check-ins.missed', missedMeasure(result)],
    ['round-trips', { count: result.roundTrips, perSecond: result.roundTripsPerSecond }],
    ['commands.accepted', { count: commands.accepted }],
    ['commands.delivered', ofAccepted(commands.delivered)],
    ['commands.executed', ofAccepted(commands.executed)],
    ['commands.redelivered', { count: commands.redelivered }],
    ['commands.lost', ofAccepted(commands.lost)],
    ['commands.doubled', { count: commands.doubled }],
    ['notifications', { count: result.notifications }],
    ['bytes-sent', { bytes: result.bytesSent }],
    ['bytes-received', { bytes: result.bytesReceived }],
    ['bytes-per-device', { bytes: result.connected === 0 && result.bytesPerDevice === 0 ? null : result.bytesPerDevice }],
    ['generator.cpu', { share: generator.cpu }],
    ['generator.rss', { bytes: generator.rssBytes }],
    ['generator.stall-p99', { ms: generator.stallMsP99 }],
    ['generator.stall-max', { ms: generator.stallMsMax }],
    ...timesMeasures(result.latencyMs),
  ]);
}

/** While it runs: what an upper limit can be exceeded by already. */
export function measuresSoFar(figures: LoadFigures): Measures {
  const { generator } = figures;
  return new Map<string, Measure>([
    ...errorMeasures(figures.errors, figures.connectionsTried + figures.roundTrips + figures.checkInsMissed),
    ['connections.tried', { count: figures.connectionsTried }],
    ['connections.lost', { count: figures.linksLost }],
    ['check-ins.missed', missedMeasure(figures)],
    ['commands.redelivered', { count: figures.commandsRedelivered }],
    ['commands.doubled', { count: figures.commandsDoubled }],
    ['bytes-sent', { bytes: figures.bytesSent }],
    ['bytes-received', { bytes: figures.bytesReceived }],
    ['generator.rss', { bytes: generator.rssBytes }],
    ['generator.stall-p99', { ms: generator.stallMsP99 }],
    ['generator.stall-max', { ms: generator.stallMsMax }],
    ...timesMeasures(latenciesOf(figures.times).latencyMs),
  ]);
}

/** @param tried connections, round trips, and check-ins that were not begun; each of them can be an error, once */
function errorMeasures(errors: Readonly<Record<string, number>>, tried: number): [string, Measure][] {
  const all = Object.values(errors).reduce((sum, count) => sum + count, 0);
  const of = Math.max(tried, all);
  const measure = (count: number): Measure => ({ count, share: of === 0 ? null : count / of });
  return [
    ['errors', measure(all)],
    ...Object.entries(errors).map(([reason, count]): [string, Measure] => [`errors.${reason}`, measure(count)]),
  ];
}

function missedMeasure({ checkIns, checkInsMissed }: { checkIns: number; checkInsMissed: number }): Measure {
  return { count: checkInsMissed, share: shareOf(checkInsMissed, checkIns + checkInsMissed) };
}

function timesMeasures(latencies: LoadResult['latencyMs']): [string, Measure][] {
  return timedThings.flatMap((thing) => {
    const latency = latencies[thing];
    const times = percentileNames.map((name): [string, Measure] => [
      `${thing}.${name}`,
      { ms: latency.count === 0 ? null : latency[name] },
    ]);
    return [...times, [`${thing}.count`, { count: latency.count }]];
  });
}

function shareOf(count: number, of: number): number | null {
  return of === 0 ? null : count / of;
}
