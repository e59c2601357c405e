/** A load run that was never carried out, for the tests of its reports: the same figures each time. */
import { Histogram, type HistogramFound } from '../histogram.ts';
import { latenciesOf } from '../latency.ts';
import { type TimedThing, timedThings } from '../load-figures.ts';
import type { LoadResult, LoadSample } from '../load-result.ts';
import { parseThreshold, type Threshold } from '../threshold.ts';
import { judgeLoad, type LoadReport } from './load-report.ts';

export interface ExampleLoadOptions {
  devices?: number;
  seconds?: number;
  /** Some connections are refused, and some check-ins time out. */
  failing?: boolean;
  /** The load side is the limit. */
  limited?: boolean;
  thresholds?: readonly string[];
}

/** Hostile where a server or a file decides what it says. */
export const loadMarkup = '</script><img src=x onerror=alert(1)>';

export function exampleThreshold(text: string): Threshold {
  const parsed = parseThreshold(text);
  if ('problem' in parsed) throw new Error(`${text} ${parsed.problem}`);
  return parsed;
}

export function exampleLoad(options: ExampleLoadOptions = {}): LoadReport {
  const result = exampleLoadResult(options);
  return judgeLoad(result, {
    requested: {
      scenario: 'fleet-lifecycle',
      devices: result.asked,
      durationMs: result.durationMs,
      connectionsPerSecond: 200,
      concurrency: null,
      jitterMs: 2000,
      checkInsPerSecond: 500,
      processes: null,
    },
    thresholds: (options.thresholds ?? []).map(exampleThreshold),
    abortedBy: null,
    replay: `mockfleet load --devices ${result.asked} --seed 1`,
    report: null,
  });
}

export function exampleLoadResult({ devices = 2000, seconds = 60, failing = false, limited = false }: ExampleLoadOptions = {}): LoadResult {
  const errorsByReason = failing ? { 'connection-refused': 31, timeout: 7, [loadMarkup]: 2 } : {};
  const samples = Array.from({ length: seconds }, (_, index) => sampleAt(index, devices, failing));
  const checkIns = samples.reduce((sum, sample) => sum + sample.checkIns, 0);
  const connected = failing ? devices - 2 : devices;
  return {
    schema: 'mockfleet/load-result/1',
    shape: 'steady',
    server: 'wss://127.0.0.1:8443/devices',
    seed: '1',
    startedAt: '2026-11-22T05:00:00.000Z',
    durationMs: seconds * 1000,
    stopped: false,
    asked: devices,
    enrolled: devices,
    connected,
    alive: connected,
    errors: Object.values(errorsByReason).reduce((sum, count) => sum + count, 0),
    errorsByReason,
    rampMs: 9800,
    connectionsPerSecond: 204.1,
    connections: { tried: failing ? devices + 40 : devices, opened: devices, resumed: 12, lost: failing ? 12 : 0 },
    checkIns,
    checkInsMissed: failing ? 3 : 0,
    roundTrips: checkIns + 500,
    roundTripsPerSecond: Math.round((checkIns + 500) / seconds),
    commands: { accepted: 500, delivered: 500, executed: 500, redelivered: 3, lost: 0, doubled: 0, confirmed: 500, open: 0 },
    notifications: 0,
    ...latenciesOf(exampleTimes(checkIns)),
    bytesSent: 12_345_678,
    bytesReceived: 23_456_789,
    bytesPerDevice: 78_000,
    generator: {
      processes: 2,
      cpu: limited ? 0.97 : 0.61,
      stallMsMax: 48.2,
      stallMsP99: 11.9,
      rssBytes: 240_000_000,
      limit: limited ? 'The load side used 97 % of a core: the figures may be its own limit, and not the server\u2019s.' : null,
    },
    samples,
    thresholds: [],
    passed: true,
  };
}

function sampleAt(second: number, devices: number, failing: boolean): LoadSample {
  const connected = Math.min(devices, second * 200);
  const checkIns = Math.round(connected / 4 + 20 * Math.sin(second));
  const errorsByReason = failing && second % 9 === 8 ? { 'connection-refused': 5, timeout: 1 } : {};
  return {
    second,
    connected,
    alive: Math.max(0, connected - 10),
    connections: second > 0 && connected < devices ? 200 : 0,
    checkIns: Math.max(0, checkIns),
    roundTrips: Math.max(0, checkIns) + 8,
    errors: Object.keys(errorsByReason).length === 0 ? 0 : 6,
    errorsByReason,
    checkInP50: second === 0 ? null : 12 + 3 * Math.sin(second / 3),
    checkInP99: second === 0 ? null : 90 + 40 * Math.cos(second / 5),
  };
}

/** Long to the right, as times are. Actions that were asked for by nobody are timed by nobody. */
export function exampleTimes(checkIns: number): Record<TimedThing, HistogramFound> {
  const of = (count: number, us: number) => {
    const histogram = new Histogram();
    for (let n = 0; n < count; n++) histogram.record(us * Math.exp(Math.sin(n * 12.9898) * 1.4));
    return histogram.found();
  };
  const figures: Partial<Record<TimedThing, HistogramFound>> = {
    connect: of(2000, 60_000),
    enrolment: of(2000, 140_000),
    'check-in': of(checkIns, 12_000),
    delivered: of(500, 20_000),
    acknowledged: of(500, 45_000),
  };
  return Object.fromEntries(timedThings.map((thing) => [thing, figures[thing] ?? of(0, 0)])) as Record<TimedThing, HistogramFound>;
}
