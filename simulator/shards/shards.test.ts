import { describe, expect, it } from 'vitest';
import { runScenario } from '../run.ts';
import { findScenario } from '../scenarios/catalogue.ts';

const lifecycle = findScenario('fleet-lifecycle');

/** All of a result that does not say how it was come by. */
async function outcome(shards: number, seed: string) {
  const run = await runScenario(lifecycle, { devices: 350, days: 600, seed, shards });
  run.close();
  const { wallMs: _, peakRssBytes: __, lived, ...result } = run.result;
  return {
    result: { ...result, lived: lived.devices },
    measures: run.measures,
    series: run.series,
    compliance: run.compliance,
    notifications: run.notificationsToGroups,
  };
}

describe('shards', () => {
  it.each(['1', 'two'])('M-09 any number of them comes to the same: seed %s', async (seed) => {
    const whole = await outcome(1, seed);
    for (const shards of [2, 7]) {
      const found = await outcome(shards, seed);
      expect(found.result.digest).toBe(whole.result.digest);
      expect(found.result).toEqual(whole.result);
      expect(found.measures).toEqual(whole.measures);
      const byName = ({ states }: typeof whole.series) => Object.fromEntries(states.map(({ name, counts }) => [name, counts]));
      expect(byName(found.series)).toEqual(byName(whole.series));
      expect(byName(found.compliance)).toEqual(byName(whole.compliance));
      expect(found.notifications).toEqual(whole.notifications);
    }
  });
});
