/** Presets: each is written out in the scenario of its name, fills in what a file does not say, and lives the same in every mode. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type RunOptions, runScenario } from '../run.ts';
import { findScenario } from './catalogue.ts';
import type { ScenarioError } from './errors.ts';
import { parseScenario } from './load.ts';
import { platformsOf, presetNames } from './presets.ts';
import { withPresetsWritten } from './presets-written.ts';

const head = 'name: mine\ntitle: Mine\ndays: 365\n';

/** All of the fleet but what a file that is not this one says itself. */
const fleetOf = (text: string) => parseScenario(text, 'mine.yaml').fleet;

describe.each(presetNames)('the preset %s', (name) => {
  const { scenario, text } = findScenario(name);

  it('M-09 is what the built-in scenario of its name has written out, parameter by parameter', () => {
    expect(scenario.answer).toBeNull();
    expect(fleetOf(`${head}preset: ${name}\n`)).toEqual(scenario.fleet);
    expect(parseScenario(`${head}preset: ${name}\n`, 'mine.yaml').devices).toBe(scenario.devices);
    // With its units: no bare number is a duration.
    expect(withPresetsWritten(text)).toBe(text);
    const written = parse(withPresetsWritten(`${head}preset: ${name}\n`)) as Record<string, unknown>;
    const { fleet, holidays, storms = [], osUpdates } = parse(text) as Record<string, unknown>;
    expect(written).toMatchObject({ name: 'mine', fleet, holidays, storms, osUpdates });
    expect(written).not.toHaveProperty('preset');
  });

  it('M-09 fills in a group what it does not say itself, by its platform', () => {
    for (const platform of platformsOf(name)) {
      const like = scenario.fleet.find((group) => group.platform === platform);
      const [group] = fleetOf(`${head}devices: 5\nfleet: [{ name: mine, weight: 1, platform: ${platform}, preset: ${name} }]\n`);
      // Holidays and versions of the whole file are not the group's.
      const { holidays: _, storms: __, osUpdates: ___, ...own } = like ?? expect.fail();
      expect(group).toMatchObject({ ...own, name: 'mine', weight: 1 });
    }
    const [own] = fleetOf(`${head}fleet: [{ name: mine, count: 2, preset: ${name}, leaves: [], has: { esim: 7% }, enrolledWithin: 3d }]\n`);
    expect(own).toMatchObject({ platform: scenario.fleet[0]?.platform, leaves: [], enrolls: null, enrolledWithinMs: 3 * 86_400_000 });
    expect(own?.has).toEqual({ ...scenario.fleet[0]?.has, esim: 0.07 });
  });

  it.each(['1', 'another'])('M-04 M-09 is the same in 1, 2 and 7 shards, quiet and with every check-in: seed %s', async (seed) => {
    const live = async (options: RunOptions) => {
      const run = await runScenario({ scenario, text }, { devices: 30, days: 75, seed, workers: 1, ...options });
      run.close();
      const { digest, states, actions, certificates, checkInsLived, checkers } = run.result;
      return { digest, states, actions, certificates, checkInsLived, failed: checkers.filter(({ passed }) => !passed) };
    };
    const whole = await live({});
    expect(whole.failed).toEqual([]);
    expect(whole.certificates.issued).toBeGreaterThan(10);
    for (const options of [{ shards: 2 }, { shards: 7 }, { everyCheckIn: true }, { store: 'sqlite', codec: true, shards: 3 }] as const) {
      expect(await live(options), JSON.stringify(options)).toEqual(whole);
    }
  });
});

describe('a preset', () => {
  const issues = (text: string) => {
    try {
      return parseScenario(text, 'mine.yaml') && [];
    } catch (error) {
      return (error as ScenarioError).issues.map(({ path, message }) => `${path}: ${message}`);
    }
  };

  it('that nobody knows, and one that has no such devices, are said to be so', () => {
    const of = (group: string) => issues(`${head}devices: 5\nfleet: [{ name: a, weight: 1, ${group} }]\n`);
    expect(of('platform: ios, preset: offise')).toEqual([
      'fleet[0].preset: "offise" is not allowed here; allowed: office, field-service, school, retail-kiosks',
    ]);
    expect(of('platform: macos, preset: school')).toEqual([
      'fleet[0].platform: the preset "school" has no devices of macos; allowed: ios, windows',
    ]);
    expect(of('preset: office')).toEqual([]);
    expect(issues(`${head}preset: 7\n`)).toContainEqual(
      expect.stringMatching(/^preset: 7 .*allowed: office, field-service, school, retail-kiosks$/),
    );
  });
});
