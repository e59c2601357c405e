import { describe, expect, it } from 'vitest';
import { dayMs, hourMs } from '../../runtime/duration.ts';
import { ScenarioError } from './errors.ts';
import type { Fault } from './fault.ts';
import { parseScenario } from './load.ts';

function faults(...written: string[]): Fault[] {
  const text = `name: f\ntitle: F\ndays: 10\nfleet:\n  - { name: phones, count: 1, platform: ios, enrollment: device }\nfaults:\n`;
  return parseScenario(`${text}${written.map((one) => `  - { ${one} }`).join('\n')}\n`, 'f.yaml').faults;
}

function refusal(...written: string[]): string {
  try {
    faults(...written);
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('faults of a scenario file', () => {
  const startAt = Date.UTC(2026, 0);

  it('are named after their kind, begin at the start and do not end, concern everybody, both ways', () => {
    const [one, two] = faults('loss: 1%', 'loss: 2%');
    expect(one).toEqual({
      name: 'loss',
      to: { share: 1, platforms: null, enrollments: null, groups: null },
      windows: [{ from: startAt, until: startAt + 36_500 * dayMs }],
      what: { kind: 'loss', share: 0.01, direction: 'both', on: null },
    });
    expect(two?.name).toBe('loss-2');
  });

  it('are at work again and again', () => {
    const [one] = faults('mail: down, every: { from: 1d, until: 3d, each: 1d, lasts: 2h }');
    expect(one?.windows).toEqual([1, 2, 3].map((day) => ({ from: startAt + day * dayMs, until: startAt + day * dayMs + 2 * hourMs })));
  });

  it.each([
    ['clockSkew: -3d', { kind: 'clockSkew', fromMs: -3 * dayMs, untilMs: -3 * dayMs }],
    ['clockSkew: { uniform: [-1d, 2d] }', { kind: 'clockSkew', fromMs: -dayMs, untilMs: 2 * dayMs }],
    ['reset: 2%, on: [wipe]', { kind: 'reset', share: 0.02, on: ['wipe'] }],
    ['halfOpen: true', { kind: 'halfOpen' }],
    ['slowReader: 2000', { kind: 'slowReader', bytesPerSecond: 2000 }],
    ['slowWriter: 1', { kind: 'slowWriter', bytesPerSecond: 1 }],
    ['interruptedWipe: true', { kind: 'interruptedWipe', unreported: 0.5 }],
    ['throttled: { perMinute: 2 }', { kind: 'throttled', perMinute: 2, refused: 0, retryAfterMs: 60_000 }],
    ['push: { lost: 50% }', { kind: 'push', lost: 0.5, late: null }],
    ['failedRenewal: true', { kind: 'failedRenewal', share: 1 }],
    ['slow: 5s, on: [wipe]', { kind: 'slow', on: ['wipe'] }],
  ])('%s', (written, what) => expect(faults(written)[0]?.what).toMatchObject(what));

  it.each([
    ['from: 1d', 'it does not say what is wrong; allowed: exactly one of latency'],
    ['loss: 1%, mail: down', '"loss" and "mail" are given; allowed: exactly one of'],
    ['loss: 1%, from: 2d, until: 1d', 'it is over before it begins'],
    ['loss: 1%, from: 2d, every: { each: 1d, lasts: 1h }', 'either "every", or "from" and "until"'],
    ['loss: 1%, every: { each: 1h, lasts: 2h }', 'shorter than each (1h)'],
    ['partition: true, direction: up', '"direction" does not go with "partition"'],
    ['mail: down, on: [wipe]', '"on" does not go with "mail"'],
    ['partition: false', 'allowed: true'],
    ['reset: 2%, direction: up', '"direction" does not go with "reset"; allowed with latency, jitter, loss'],
    ['halfOpen: true, on: [wipe]', '"on" does not go with "halfOpen"; allowed with latency, jitter, loss, reset, slow'],
    ['slowReader: 0', 'allowed: a whole number from 1'],
    ['slowWriter: 2KiB', 'allowed: a whole number from 1'],
    ['loss: 1%, to: { groups: [tablets] }', 'the fleet has no group "tablets"; allowed: phones'],
    ['clockSkew: sometimes', 'a duration with its sign'],
    ['clockSkew: { uniform: [3d, -3d] }', 'a duration with its sign'],
    ['throttled: {}', 'it refuses nothing'],
    ['push: {}', 'it does nothing'],
    ['latencies: 1s', 'latency'],
    ['loss: 1%, to: { network: online }', 'network'],
  ])('%s is refused', (written, sentence) => expect(refusal(written)).toContain(sentence));

  it('two of one name are refused', () => {
    expect(refusal('name: x, loss: 1%', 'name: x, mail: down')).toContain('"x" is already the name of another fault');
  });
});
