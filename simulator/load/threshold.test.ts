import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoadFigures } from './load-figures.ts';
import { measureKinds, measuresOf, measuresSoFar } from './measures.ts';
import { exampleLoadResult, exampleThreshold, exampleTimes } from './report/example-load.fixture.ts';
import { firstExceeded, judgedSoFar, judgeThreshold, parseThreshold, splitThresholds } from './threshold.ts';

const result = exampleLoadResult({ devices: 1000, failing: true });
const measures = measuresOf(result);
const judged = (text: string) => judgeThreshold(exampleThreshold(text), measures);
const problem = (text: string) => {
  const parsed = parseThreshold(text);
  return 'problem' in parsed ? parsed.problem : 'none';
};

function figures(change: Partial<LoadFigures> = {}): LoadFigures {
  return {
    ...{ asked: 100, enrolled: 100, connected: 100, alive: 100, connectionsTried: 200, connectionsOpened: 200, connectionsResumed: 0 },
    ...{ linksLost: 0, enrolments: 100, roundTrips: 800, checkIns: 800, checkInsMissed: 0, commandsDelivered: 0, commandsExecuted: 0 },
    ...{ commandsRedelivered: 0, commandsDoubled: 0, notifications: 0, bytesSent: 1, bytesReceived: 1, errors: {}, rampMs: 1000 },
    ...{ rampConnections: 200, isGathered: true, times: exampleTimes(0) },
    generator: { cpuMs: 1, wallMs: 1000, rssBytes: 1, rssBytesBefore: 1, stallMsMax: 1, stallMsP99: 1 },
    ...change,
  };
}

describe('a threshold', () => {
  it.each([
    ['errors<0.1%', false, (40 / (1040 + result.roundTrips + 3)) * 100],
    ['errors=0', false, 40],
    ['errors.timeout<=7', true, 7],
    ['errors.never-seen=0', true, 0],
    ['connected=100%', false, 99.8],
    ['connected>=99.8%', true, 99.8],
    ['enrolled=100%', true, 100],
    ['connections>=200/s', true, 204.1],
    ['round-trips>=1/s', true, result.roundTripsPerSecond],
    ['commands.lost=0', true, 0],
    ['commands.executed=100%', true, 100],
    ['bytes-per-device<100KiB', true, 78_000 / 1024],
    ['bytes-per-device<78KB', false, 78],
    ['ramp<=9.8s', true, 9.8],
    ['generator.cpu<90%', true, 61],
    ['check-ins.missed=0', false, 3],
  ])('%s is judged by its own figure, in its own unit: %s', (text, passed, value) => {
    const verdict = judged(text);
    expect(verdict).toMatchObject({ name: text, passed });
    expect(verdict.value).toBeCloseTo(value, 9);
  });

  it('may be asked of every percentile of everything that is timed, in any unit of time', () => {
    const { p99, p999, mean } = result.latencyMs['check-in'];
    expect(judged('check-in.p99<1s').value).toBeCloseTo(p99 / 1000, 9);
    expect(judged('check-in.p99.9<1s').value).toBeCloseTo(p999 / 1000, 9);
    expect(judged('check-in.avg<1us').value).toBeCloseTo(mean * 1000, 6);
    expect(judged('enrolment.p50<=2s').passed).toBe(true);
  });

  it('is missed where nothing was measured, whatever its limit', () => {
    expect(judged('reconnect.p99<1m')).toMatchObject({ passed: false, value: null });
    expect(judged('reconnect.p99>=0ms')).toMatchObject({ passed: false, value: null });
  });

  it('says with each wrong one what is wrong and what is allowed', () => {
    expect(problem('check-in.p99')).toContain('is not a threshold; allowed:');
    expect(problem('p99<')).toContain('is not a threshold');
    expect(problem('chekin.p99<1s')).toMatch(
      /"chekin\.p99", which is no figure \(did you mean check-in\.p99\?\); allowed: errors, .*errors\.REASON/,
    );
    expect(problem('check-in.p98<1s')).toMatch(/allowed: check-in\.min, .*check-in\.p999/);
    expect(problem('check-in.p99<250')).toBe('has no unit; allowed for check-in.p99: a time with its unit us, ms, s or m (250ms)');
    expect(problem('errors<1ms')).toBe('has the unit ms; allowed for errors: a plain number (0), or a share (0.1%)');
    expect(problem('connections<5%')).toContain('a plain number (0), or a rate (500/s)');
    expect(problem('errors<-1')).toContain('is not a threshold');
    expect(problem('__proto__<1')).toContain('is no figure');
    expect(problem('constructor<1')).toContain('is no figure');
  });

  it('is read however it is spaced, and several from one text', () => {
    expect(splitThresholds('check-in.p99 < 250ms  errors<0.1%,connected >= 99%')).toEqual([
      'check-in.p99<250ms',
      'errors<0.1%',
      'connected>=99%',
    ]);
    expect(parseThreshold(' check-in.p99 <= 250 MS ')).toMatchObject({
      name: 'check-in.p99<=250MS',
      comparison: '<=',
      limit: 250,
      unit: 'ms',
    });
    expect(parseThreshold('errors==0')).toMatchObject({ comparison: '=', limit: 0 });
  });

  it('takes any text without failing, and keeps what it takes', () => {
    const units = { count: '', share: '%', perSecond: '/s', ms: 'ms', bytes: 'KiB' };
    const good = fc
      .tuple(fc.constantFrom(...Object.entries(measureKinds)), fc.constantFrom('<', '<=', '>', '>=', '='), fc.nat(9999))
      .map(([[name, kinds], sign, limit]) => `${name}${sign}${limit}${units[kinds[0] ?? 'count']}`);
    fc.assert(fc.property(good, (text) => void expect(parseThreshold(text)).toMatchObject({ name: text })));
    fc.assert(fc.property(fc.string(), (text) => typeof parseThreshold(text) === 'object'));
  });

  it('that holds at a limit is missed beyond it, and the other way round', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (limit) => {
        const p99 = result.latencyMs['check-in'].p99;
        expect(judged(`check-in.p99<${limit}ms`).passed).toBe(p99 < limit);
        expect(judged(`check-in.p99>=${limit}ms`).passed).toBe(p99 >= limit);
      }),
    );
  });
});

describe('while a run goes on', () => {
  const asked = ['errors<1%', 'check-in.p99<5ms', 'connected=100%', 'round-trips>=5000/s', 'errors.timeout=0'].map(exampleThreshold);

  it('only an upper limit that is exceeded ends it', () => {
    expect(firstExceeded(asked, measuresSoFar(figures()))).toBeUndefined();
    expect(firstExceeded(asked, measuresSoFar(figures({ connected: 3 })))).toBeUndefined();
    expect(firstExceeded(asked, measuresSoFar(figures({ errors: { refused: 11 } })))).toMatchObject({ name: 'errors<1%', value: 1.1 });
    expect(firstExceeded(asked, measuresSoFar(figures({ errors: { timeout: 1 } })))).toMatchObject({ name: 'errors.timeout=0', value: 1 });
    expect(firstExceeded(asked, measuresSoFar(figures({ times: exampleTimes(50) })))).toMatchObject({ name: 'check-in.p99<5ms' });
  });

  it('those whose figures only the end has are not told yet', () => {
    expect(judgedSoFar(asked, measuresSoFar(figures())).map(({ name }) => name)).toEqual(['errors<1%', 'errors.timeout=0']);
  });
});
