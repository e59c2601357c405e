import { describe, expect, it } from 'vitest';
import { paints } from '../../report/terminal-parts.ts';
import type { LoadProgress } from '../load-options.ts';
import { measuresSoFar } from '../measures.ts';
import { judgedSoFar } from '../threshold.ts';
import { exampleLoadResult, exampleThreshold, exampleTimes } from './example-load.fixture.ts';
import { type LiveView, liveLine, liveScreen } from './live-text.ts';
import { prometheusText } from './prometheus.ts';

const sample = exampleLoadResult().samples[20];
if (sample === undefined) throw new Error('The example has too few seconds.');

const progress: LoadProgress = {
  figures: {
    ...{
      asked: 2000,
      enrolled: 1840,
      connected: 1838,
      alive: 1830,
      connectionsTried: 3700,
      connectionsOpened: 3680,
      connectionsResumed: 12,
    },
    ...{
      linksLost: 2,
      enrolments: 1840,
      roundTrips: 5100,
      checkIns: 5000,
      checkInsMissed: 1,
      commandsDelivered: 100,
      commandsExecuted: 99,
    },
    ...{
      commandsRedelivered: 1,
      commandsDoubled: 0,
      notifications: 3,
      bytesSent: 10,
      bytesReceived: 20,
      errors: { timeout: 3, 'bad"\\\n': 1 },
    },
    ...{ rampMs: 9000, rampConnections: 3680, isGathered: false, times: exampleTimes(5000) },
    generator: { cpuMs: 9000, wallMs: 12_000, rssBytes: 200 * 2 ** 20, rssBytesBefore: 50 * 2 ** 20, stallMsMax: 48, stallMsP99: 12 },
  },
  sample,
  elapsedMs: 20_000,
  durationMs: 60_000,
  doing: 'check-ins',
};
const before = { ...progress, figures: { ...progress.figures, generator: { ...progress.figures.generator, cpuMs: 8500, wallMs: 11_000 } } };
const thresholds = judgedSoFar(['errors=0', 'check-in.p99<10s', 'connected=100%'].map(exampleThreshold), measuresSoFar(progress.figures));
const view: LiveView = {
  ...{ shape: 'steady', server: 'wss://127.0.0.1:8443/devices', progress, before, thresholds },
  troubles: ['one', 'two', 'three', 'four \u001b[2J'],
};
const screen = (columns: number) => liveScreen(view, { columns, paint: paints(false) });

describe('the screen of a load run', () => {
  it('says where it is, how devices stand, what goes on, and what went wrong', () => {
    const text = screen(120).join('\n');
    expect(text).toContain('20 s of 60 s, 40 s left: check-ins');
    expect(text).toContain('2,000 asked, 1,840 enrolled, 1,838 connected, 1,830 alive');
    expect(text).toContain(`${sample.checkIns} check-ins/s, ${sample.roundTrips} round trips/s`);
    expect(text).toMatch(/check-in +12\.0 ms/);
    expect(text).toMatch(/ {2}last second +13\.\d ms/);
    expect(text).toContain('4: 3 timeout, 1 bad');
    // Of the last second, not of all: 500 ms of CPU in 1,000 ms.
    expect(text).toContain('50% of a core');
    expect(text).toContain('83.6 KiB a device');
    // That all are connected only the end knows.
    expect(text).toContain('1 of 2 hold; errors=0 is missed (4)');
    expect(text).not.toContain('WARNING');
    expect(text).not.toMatch(/\bone\b/);
  });

  it('fits every terminal, and nothing in it steers one', () => {
    for (const columns of [20, 40, 79, 200]) for (const line of screen(columns)) expect(line.length).toBeLessThanOrEqual(columns);
    expect(screen(120).join('')).not.toContain('\u001b');
  });

  it('warns when the load side stalls', () => {
    const generator = { ...progress.figures.generator, stallMsP99: 250 };
    const stalled = { ...view, progress: { ...progress, figures: { ...progress.figures, generator } } };
    expect(liveScreen(stalled, { columns: 120, paint: paints(false) }).join('\n')).toContain('WARNING: the load side stalls for 250 ms');
    expect(liveLine(stalled)).toContain('WARNING: the load side stalls');
  });

  it('is one line where there is no terminal', () => {
    expect(liveLine(view)).toMatch(
      /^20 s of 60 s, check-ins: 2,000 asked, .*; check-in p50 12\.0 ms, p99 48\.\d ms; errors 4: 3 timeout, 1 bad"\\ $/,
    );
  });
});

describe('the figures for Prometheus', () => {
  const identity = { shape: 'steady', server: 'wss://a"b', seed: '1' };
  const lines = prometheusText(identity, progress).split('\n');

  it('are in the text format: help and type before each, every label escaped', () => {
    const value = String.raw`(?:[0-9.e+-]+|\+Inf)`;
    const labels = String.raw`\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\}`;
    const known = new Set<string>();
    for (const line of lines.slice(0, -1)) {
      const [, name = '', type = ''] = /^# TYPE (\S+) (gauge|counter|histogram)$/.exec(line) ?? [];
      if (type !== '') known.add(name);
      if (line.startsWith('#')) continue;
      expect(line).toMatch(new RegExp(`^mockfleet_load_[a-z0-9_]+(?:${labels})? ${value}$`));
      const metric = /^[a-z0-9_]+/.exec(line)?.[0] ?? '';
      expect(known.has(metric) || known.has(metric.replace(/_(bucket|sum|count)$/, '')), line).toBe(true);
    }
    expect(lines).toContain('mockfleet_load_info{shape="steady",server="wss://a\\"b",seed="1"} 1');
    expect(lines).toContain('mockfleet_load_errors_total{reason="bad\\"\\\\\\n"} 1');
    expect(lines).toContain('mockfleet_load_devices{state="connected"} 1838');
    expect(lines.at(-1)).toBe('');
  });

  it('have histograms whose buckets rise up to the count', () => {
    const buckets = lines.filter((line) => line.startsWith('mockfleet_load_duration_seconds_bucket{of="check-in"'));
    const counts = buckets.map((line) => Number(line.split(' ')[1]));
    const ends = buckets.map((line) => Number((/le="([^"]*)"/.exec(line)?.[1] ?? '').replace('+Inf', 'Infinity')));
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    expect(ends.at(-1)).toBe(Number.POSITIVE_INFINITY);
    expect(counts.at(-1)).toBe(5000);
    expect(lines).toContain('mockfleet_load_duration_seconds_count{of="check-in"} 5000');
  });

  it('say what runs before anything has come', () => {
    expect(prometheusText(identity, null).split('\n')).toHaveLength(4);
  });
});
