import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { enrollmentTypesOf, platforms } from '../../protocol/platforms.ts';
import { dayMs, hourMs } from '../../runtime/duration.ts';
import { nothingPlanted } from '../tenant/seed.ts';
import { nothingMore } from '../world/scenario.fixture.ts';
import { parseScenario } from './load.ts';
import { nothingPlanned } from './scenario.ts';
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
      answer: null,
      seed: '1',
      startAt: Date.UTC(2026, 0),
      days: 30,
      devices: 10,
      tenant: {
        renewalWindowMs: 30 * dayMs,
        push: {
          lost: 0.01,
          latency: { kind: 'uniform', fromMs: 1000, untilMs: 10_000 },
          late: { share: 0, by: { kind: 'constant', ms: 0 } },
          keptForMs: dayMs,
          notificationsKeptForMs: 28 * dayMs,
          membershipLag: { kind: 'constant', ms: 0 },
        },
        configuration: {},
        planted: nothingPlanted,
      },
      fleet: [],
      thresholds: [],
      timeline: [],
      faults: [],
      expectations: [],
    });
    expect(group).toEqual({
      name: 'phones',
      count: null,
      weight: 1,
      user: null,
      has: nothingMore,
      behaviors: [],
      platform: 'ios',
      enrollment: 'device',
      enrolledWithinMs: 14 * dayMs,
      wipesSilently: 0,
      absences: null,
      lostForEver: null,
      signIns: null,
      lapses: null,
      ...nothingPlanned,
    });
    expect(models.length).toBeGreaterThan(0);
  });

  test.each(platforms)('%s: the first enrollment type is the default, models are given', (platform) => {
    const group = parse(`fleet: [{ name: a, weight: 1, platform: ${platform} }]`).fleet[0];
    expect(group?.enrollment).toBe(enrollmentTypesOf[platform][0]);
    expect(group?.models.every((model) => model.weight > 0)).toBe(true);
  });

  test('sign-ins and lapses', () => {
    const of = (rest: string) => parse(`fleet: [{ name: a, weight: 1, platform: ios, ${rest} }]`).fleet[0];
    expect(of('signIns: { apps: [outlook, teams, outlook], every: 4h }')?.signIns).toEqual({
      apps: ['outlook', 'teams'],
      everyMs: 4 * hourMs,
    });
    expect(of('lapses: { perMonth: 5%, lasts: { uniform: [2d, 20d] } }')?.lapses).toEqual({
      perMonth: 0.05,
      lasts: { kind: 'uniform', fromMs: 2 * dayMs, untilMs: 20 * dayMs },
      of: ['passcode', 'encryption', 'jailbreak', 'osVersion', 'threat'],
    });
    expect(of('lapses: { perMonth: 1, lasts: 3d, of: [threat] }')?.lapses?.of).toEqual(['threat']);
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

  test('CN-13 CN-17 the push service, as it is said to be', () => {
    const push =
      '{ lost: 5%, latency: 0s, late: { share: 10%, by: { uniform: [1h, 8h] } }, keptFor: 2h, notificationsKeptFor: 3d, membershipLag: { exponential: 15m } }';
    expect(parse(`${fleet}tenant: { push: ${push} }`).tenant.push).toEqual({
      lost: 0.05,
      latency: { kind: 'constant', ms: 0 },
      late: { share: 0.1, by: { kind: 'uniform', fromMs: hourMs, untilMs: 8 * hourMs } },
      keptForMs: 2 * hourMs,
      notificationsKeptForMs: 3 * dayMs,
      membershipLag: { kind: 'exponential', meanMs: 15 * 60_000 },
    });
  });

  test('CN-03 CN-15 CN-16 what a group has of Company Portal', () => {
    const of = (has: string) => parse(`fleet: [{ name: a, weight: 1, platform: android, has: { ${has} } }]`).fleet[0]?.has;
    expect(of('companyPortal: false, notifications: denied')).toMatchObject({
      companyPortal: 0,
      notifications: { allowed: 0, notAsked: 0 },
    });
    expect(of('companyPortal: 90%, notifications: not-asked')).toMatchObject({
      companyPortal: 0.9,
      notifications: { allowed: 0, notAsked: 1 },
    });
    expect(of('notifications: { notAsked: 20% }')?.notifications).toEqual({ allowed: 0.8, notAsked: 0.2 });
    expect(of('notifications: { allowed: 70%, notAsked: 30% }')?.notifications).toEqual({ allowed: 0.7, notAsked: 0.3 });
    expect(of('notifications: { allowed: 70% }')?.notifications).toEqual({ allowed: 0.7, notAsked: 0 });
    expect(of('notificationReader: Diary, lockScreenNotifications: hidden')).toMatchObject({
      notificationReader: { app: 'Diary', share: 1 },
      lockScreenNotifications: 'hidden',
    });
    expect(of('notificationReader: { app: Diary, share: 10% }')?.notificationReader).toEqual({ app: 'Diary', share: 0.1 });
  });

  test('CN-02 CN-09 a notification to groups: texts as a person counts them, each group once', () => {
    const family = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}\u200D\u{1F466}';
    const step = (notify: object) =>
      parse(
        `${fleet}tenant: { groups: [{ displayName: Sales }] }\ntimeline: [{ at: 1d, by: erin@contoso.example, notify: ${JSON.stringify(notify)} }]`,
      ).timeline[0];
    const title = family.repeat(50);
    expect(step({ title, body: 'a\nb', groups: ['sales', 'Sales'] })).toMatchObject({
      step: { kind: 'notify', text: { title, body: 'a\nb' }, groups: ['sales', 'Sales'] },
      by: 'erin@contoso.example',
    });
    expect(step({ title: 'x'.repeat(51), groups: ['Sales'], unchecked: true })).toMatchObject({
      step: { kind: 'notify', text: { title: 'x'.repeat(51), body: '' }, groups: ['Sales'] },
    });
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
    expect(timeline[3]).toMatchObject({ step: { kind: 'action', do: 'delete' }, by: 'a@b', to: { network: 'offline' } });
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

  test('a story: counted groups, what they have, and every kind of step', () => {
    const scenario = parseScenario(
      `name: story
title: A story
days: 3
answer: { administrator: a, device: b, why: c, whatToDo: d }
tenant:
  policy: { passcodeRequired: true }
  apps: [{ id: mail, name: Mail, intent: required, platforms: [ios] }]
fleet:
  - name: phone
    count: 2
    platform: ios
    user: ''
    has: { passcode: "246810", findMy: true, jailBroken: 2%, encrypted: false, apps: [Chess] }
    behaviors: [{ on: any, then: slow, delay: 10m, chance: 5%, times: 2 }]
timeline:
  - { at: 1d, do: wipe, with: { keepUserData: true } }
  - { at: 1d, cancel: wipe }
  - { at: 1d, user: { press: unlock, values: { passcode: "1" } } }
  - { at: 1d, user: { type: "{bypassCode:plain}" } }
  - { at: 1d, portal: { do: retire } }
  - { at: 1d, portal: { install: mail } }
  - { at: 1d, device: { network: off, power: on, passcode: null, enroll: true } }
  - { at: 1d, tenant: { requireManagedDevice: true, passcodeLengthMin: 8 } }
  - { at: 1d, copy: unlockPin }
  - { at: 1d, expect: [{ name: e, graph: { a: null }, audit: { cancel wipe: 0 }, greyedOut: { wipe: false } }] }
`,
      'f.yaml',
    );
    expect(scenario).toMatchObject({
      devices: 2,
      answer: { administrator: 'a', device: 'b', why: 'c', whatToDo: 'd' },
      tenant: { configuration: { passcodeRequired: true, apps: [{ id: 'mail', name: 'Mail', intent: 'required', platforms: ['ios'] }] } },
    });
    expect(scenario.fleet[0]).toMatchObject({
      count: 2,
      user: '',
      enrolledWithinMs: 0,
      has: { passcode: { text: '246810' }, findMy: 1, jailBroken: 0.02, encrypted: 0, apps: [{ name: 'Chess', source: 'user' }] },
      behaviors: [{ on: 'any', then: 'slow', delayMs: 600_000, chance: 0.05, times: 2 }],
    });
    expect(scenario.timeline.map(({ step }) => step)).toEqual([
      { kind: 'action', do: 'wipe', parameters: { keepUserData: true } },
      { kind: 'cancel', action: 'wipe' },
      { kind: 'user', input: { press: 'unlock', values: { passcode: '1' } } },
      { kind: 'user', input: { type: '{bypassCode:plain}' } },
      { kind: 'portal', do: 'retire' },
      { kind: 'install', appId: 'mail' },
      { kind: 'device', acts: [{ power: true }, { network: false }, { change: { passcode: null } }, { enroll: true }] },
      { kind: 'tenant', change: { requireManagedDevice: true, passcodeLengthMin: 8 }, seed: null },
      { kind: 'copy', what: 'unlockPin' },
      { kind: 'expect', all: [{ name: 'e', graph: { a: null }, audit: { 'cancel wipe': 0 }, greyedOut: { wipe: false } }] },
    ]);
  });

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
        // The kinds of distribution are explained where a distribution stands.
        if (!/^(uniform|exponential|normal|lognormal|steps|weighted)$/.test(key)) expect(property.description, key).toMatch(/\w/);
      }
    }
  });
});
