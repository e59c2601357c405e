/** What a scenario can expect of figures that have a unit, or belong to one of its faults. */
import { describe, expect, it } from 'vitest';
import { runScenario } from '../run.ts';
import type { ScenarioError } from './errors.ts';
import { parseScenario } from './load.ts';

const file = (...expectations: string[]) => `
name: own
title: Phones that are locked while the service is away
days: 20
devices: 20
fleet: [{ name: phones, weight: 1, platform: ios, enrollment: automated, enrolledWithin: 1h }]
tenant: { push: { lost: 0%, latency: 1s } }
timeline:
  - { at: 5d, do: remoteLock }
faults:
  - { name: away, unavailable: true, from: 4d, until: 6d }
expectations:
${expectations.map((one, index) => `  - { name: number ${index}, ${one} }`).join('\n')}
`;

const verdicts = async (...expectations: string[]) => {
  const text = file(...expectations);
  const run = await runScenario({ scenario: parseScenario(text, 'own.yaml'), text });
  run.close();
  return run.result.expectations.map(({ passed, detail }) => ({ passed, detail }));
};

const refusal = (expectation: string) => {
  try {
    parseScenario(file(expectation), 'own.yaml');
  } catch (error) {
    return (error as ScenarioError).issues.map(({ path, code, message }) => `${path} ${code}: ${message}`).join('\n');
  }
  return 'it was taken';
};

describe('expectations', () => {
  it('M-09 of how long actions took, in durations', async () => {
    const [late, soon, count, never] = await verdicts(
      'figure: timeToDone.remoteLock.p50Ms, atLeast: 1d, atMost: 9d',
      'figure: timeToDone.remoteLock.p99Ms, atMost: 90m',
      'figure: timeToDone.remoteLock.count, equals: 20',
      'figure: timeToDone.wipe.p90Ms, atMost: 8h',
    );
    expect(late).toEqual({
      passed: true,
      detail: expect.stringMatching(/^timeToDone\.remoteLock\.p50Ms is \d+(ms|s|m|h), expected at least 1d and at most 9d$/),
    });
    expect(soon).toMatchObject({ passed: false, detail: expect.stringContaining('expected at most 90m') });
    expect(count).toEqual({ passed: true, detail: 'timeToDone.remoteLock.count is 20, expected exactly 20' });
    expect(never).toMatchObject({ passed: false, detail: expect.stringContaining('timeToDone.wipe.p90Ms is not there: nothing was done') });
  });

  it('M-09 of what a fault did, by its name', async () => {
    expect(
      await verdicts(
        'figure: faults.away.devices, equals: 20',
        'figure: faults.away.touched, equals: 20',
        'figure: faults.away.effects.refused, atMost: 1',
        'figure: faults.away.effects.pushLost, equals: 0',
      ),
    ).toEqual([
      { passed: true, detail: 'faults.away.devices is 20, expected exactly 20' },
      { passed: true, detail: 'faults.away.touched is 20, expected exactly 20' },
      { passed: false, detail: expect.stringMatching(/^faults\.away\.effects\.refused is \d{2,}, expected at most 1$/) },
      { passed: true, detail: 'faults.away.effects.pushLost is 0, expected exactly 0' },
    ]);
  });

  it.each([
    ['figure: timeToDone.wipe.p90Ms, atMost: 28800000', 'atMost scenario-value: ', 'allowed: a duration, a number with its unit'],
    ['figure: timeToDone.wipe.p90Ms, atMost: soon', 'atMost scenario-type: ', 'allowed: a duration'],
    ['figure: timeToDone.wipe.count, atMost: 8h', 'atMost scenario-type: ', 'is not compared with "8h"; allowed: a number'],
    ['figure: timeToDone.wipe.p95Ms, atMost: 8h', 'figure scenario-value: ', 'did you mean timeToDone.wipe.p90Ms?'],
    ['figure: timeToDone.wipe.p50Ms, atLeast: 2d, atMost: 1d', 'atMost scenario-range: ', 'no number is at least 2d and at most 1d'],
    ['figure: faults.gone.touched, equals: 1', 'figure scenario-value: ', 'the file has no fault "gone"; allowed: away'],
    ['figure: faults.away.effects.refuse, equals: 1', 'figure scenario-value: ', 'did you mean faults.away.effects.refused?'],
    ['figure: faults.away, equals: 1', 'figure scenario-value: ', 'is not a figure of the result'],
  ])('%s is refused', (expectation, where, why) => {
    const said = refusal(expectation);
    expect(said).toContain(`expectations[0].${where}`);
    expect(said).toContain(why);
  });
});
