import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { enrollmentTypesOf, platforms } from '../../protocol/platforms.ts';
import { dayMs } from '../../runtime/duration.ts';
import { parseScenario } from './load.ts';
import { scenarioJsonSchema } from './schema.ts';

const head = 'name: small\ntitle: A small one\ndays: 30\ndevices: 10\n';
const fleet = 'fleet: [{ name: phones, weight: 1, platform: ios }]\n';
const parse = (rest: string) => parseScenario(`${head}${rest}`, 'f.yaml');

describe('the compiled model', () => {
  test('defaults', () => {
    const scenario = parse(fleet);
    const { models, ...group } = scenario.fleet[0] ?? { models: [] };
    expect({ ...scenario, fleet: [] }).toEqual({
      name: 'small',
      title: 'A small one',
      question: null,
      description: null,
      requirements: [],
      seed: '1',
      startAt: Date.UTC(2026, 0),
      days: 30,
      devices: 10,
      tenant: {
        renewalWindowMs: 30 * dayMs,
        push: { lost: 0.01, latency: { kind: 'uniform', fromMs: 1000, untilMs: 10_000 }, keptForMs: dayMs },
      },
      fleet: [],
      timeline: [],
      expectations: [],
    });
    expect(group).toEqual({
      name: 'phones',
      weight: 1,
      platform: 'ios',
      enrollment: 'device',
      enrolledWithinMs: 14 * dayMs,
      wipesSilently: 0,
      absences: null,
      lostForEver: null,
    });
    expect(models.length).toBeGreaterThan(0);
  });

  test.each(platforms)('%s: the first enrollment type is the default, models are given', (platform) => {
    const group = parse(`fleet: [{ name: a, weight: 1, platform: ${platform} }]`).fleet[0];
    expect(group?.enrollment).toBe(enrollmentTypesOf[platform][0]);
    expect(group?.models.every((model) => model.weight > 0)).toBe(true);
  });

  test('absences, losses and the three kinds of distribution', () => {
    const of = (length: string) =>
      parse(
        `fleet: [{ name: a, weight: 1, platform: ios, absences: { share: 0.5, count: [0, 3], between: [1d, 2d], length: ${length} }, lostForEver: { share: 5%, between: [0s, 1d] } }]`,
      ).fleet[0];
    expect(of('1d')).toMatchObject({
      absences: {
        share: 0.5,
        count: { from: 0, until: 3 },
        between: { fromMs: dayMs, untilMs: 2 * dayMs },
        length: { kind: 'constant', ms: dayMs },
      },
      lostForEver: { share: 0.05, between: { fromMs: 0, untilMs: dayMs } },
    });
    expect(of('{uniform: [1d, 2d]}')?.absences?.length).toEqual({ kind: 'uniform', fromMs: dayMs, untilMs: 2 * dayMs });
    expect(of('{exponential: 2d}')?.absences?.length).toEqual({ kind: 'exponential', meanMs: 2 * dayMs });
  });

  test('a timeline becomes instants in the order of time', () => {
    const { timeline, startAt } = parse(
      `${fleet}timeline:\n  - every: { from: 1d, until: 5d, each: 2d }\n    do: syncDevice\n  - { at: 3d, do: delete, by: a@b, to: { network: offline } }\n  - { at: 0d, do: wipe }\n`,
    );
    expect(timeline.map(({ at, entry, repetition }) => [(at - startAt) / dayMs, entry, repetition])).toEqual([
      [0, 2, 0],
      [1, 0, 0],
      [3, 0, 1],
      [3, 1, 0],
      [5, 0, 2],
    ]);
    expect(timeline[0]?.to).toEqual({ share: 1, platforms: null, enrollments: null, groups: null, network: 'any' });
    expect(timeline[3]).toMatchObject({ do: 'delete', by: 'a@b', to: { network: 'offline' } });
  });

  test('ten thousand instants are allowed', () => {
    expect(parse(`${fleet}timeline: [{ every: { from: 1m, until: 10000m, each: 1m }, do: wipe }]`).timeline).toHaveLength(10_000);
  });

  test.each([
    ['seed: 42', { seed: '42' }],
    ['seed: some text', { seed: 'some text' }],
    ['start: 2026-06-01T02:00:00+02:00', { startAt: Date.UTC(2026, 5) }],
    ['expectations: [{ name: a, figure: states.managed, equals: 3 }]', { expectations: [{ equals: 3, atLeast: null, atMost: null }] }],
    ['requirements: [M-09, TD-12]', { requirements: ['M-09', 'TD-12'] }],
  ])('%s', (line, expected) => expect(parse(`${fleet}${line}\n`)).toMatchObject(expected));

  test('an action that its devices can never do is no mistake: refusing it is part of the simulation', () => {
    expect(parse(`fleet: [{ name: a, weight: 1, platform: windows }]\ntimeline: [{ at: 1d, do: remoteLock }]`).timeline).toHaveLength(1);
  });
});

describe('the JSON Schema for editors', () => {
  test('the file is current (else: node_modules/.bin/tsx scripts/write-scenario-schema.ts)', () => {
    expect(JSON.parse(readFileSync(new URL('scenario.schema.json', import.meta.url), 'utf8'))).toEqual(scenarioJsonSchema());
  });

  test('every key has help, and no mapping takes unknown keys', () => {
    const mappings: { properties: Record<string, { description?: string }>; additionalProperties?: unknown }[] = [];
    JSON.stringify(scenarioJsonSchema(), (_, value) => {
      if (value?.type === 'object' && value.properties !== undefined) mappings.push(value);
      return value;
    });
    expect(mappings.length).toBeGreaterThan(8);
    for (const { properties, additionalProperties } of mappings) {
      expect(additionalProperties).toBe(false);
      for (const [key, property] of Object.entries(properties)) {
        // The two kinds of distribution are explained where a distribution stands.
        if (key !== 'uniform' && key !== 'exponential') expect(property.description, key).toMatch(/\w/);
      }
    }
  });
});
