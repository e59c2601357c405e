/**
 * Custom notifications that are lost, late, kept, seen late, and not let in by some, once in virtual time (its two ways) and once by real
 * agents against a stub whose clock hops: the same texts on the same devices at the same instants, and the same end of every push.
 */
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { DeviceView } from '../protocol/hands.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../runtime/duration.ts';
import { createMemoryStore } from '../server-stub/store/memory-store.ts';
import { liveScenario } from '../simulator/live-run.ts';
import { LiveStory } from '../simulator/live-story.ts';
import { type Run, runScenario } from '../simulator/run.ts';
import type { Scenario, Step, TimelineEvent } from '../simulator/scenarios/scenario.ts';
import { nothingPlanted, type SeedGroup } from '../simulator/tenant/seed.ts';
import { eventOf, groupOf, nothingMore, scenarioOf, scenarioStart, stepOf } from '../simulator/world/scenario.fixture.ts';
import { coreSettings } from '../simulator/world/settings.ts';
import { World } from '../simulator/world/world.ts';
import { told } from './support/lived-story.ts';
import { root } from './support/program.ts';
import { enrollmentToken, openTenant, type Tenant } from './support/tenant.ts';

const keys = join(root, 'node_modules/.cache/mockfleet/live-keys');
/** Somewhere within a minute, so that nothing else falls on it by chance. */
const at = (ms: number) => scenarioStart + ms + 12_345;

const group = (displayName: string, members: SeedGroup['members'], leave?: SeedGroup['members']): SeedGroup => ({
  displayName,
  id: undefined,
  description: undefined,
  mailNickname: undefined,
  members,
  leave,
});
const usersOf = (name: string) => ({ kind: 'usersOf', name }) as const;

const toGroup = (title: string, name = 'Everybody'): Step => ({ kind: 'notify', text: { title, body: 'To all.' }, groups: [name] });
const toOne = (title: string): Step => {
  return {
    kind: 'action',
    do: 'sendCustomNotificationToCompanyPortal',
    parameters: { notificationTitle: title, notificationBody: 'To you.' },
  };
};

const has = { ...nothingMore, companyPortal: 0.8, notifications: { allowed: 0.7, notAsked: 0.2 } };
const absences = {
  share: 1,
  count: { from: 1, until: 2 },
  between: { fromMs: dayMs, untilMs: 9 * dayMs },
  length: { kind: 'uniform', fromMs: 5 * hourMs, untilMs: 60 * hourMs },
} as const;

function timeline(): TimelineEvent[] {
  let entry = 0;
  const step = (ms: number, what: Step, to: Partial<TimelineEvent['to']> = {}) => stepOf(at(ms), what, entry++, to);
  const daily = Array.from({ length: 10 }, (_, day) => [
    step(day * dayMs + 9 * hourMs, toGroup(`Day ${day}`)),
    step(day * dayMs + 15 * hourMs, toOne(`Reminder ${day}`), { share: 0.4 }),
  ]).flat();
  return [
    ...daily,
    step(2 * dayMs, { kind: 'device', acts: [{ change: { notificationsAllowed: 'denied' } }] }, { groups: ['androids'], share: 0.5 }),
    step(
      5 * dayMs,
      { kind: 'device', acts: [{ change: { companyPortal: true, notificationsAllowed: 'allowed' } }] },
      { groups: ['androids'] },
    ),
    step(3 * dayMs, { kind: 'device', acts: [{ power: false }] }, { groups: ['iphones'], share: 0.4 }),
    step(4 * dayMs, { kind: 'device', acts: [{ power: true }] }, { groups: ['iphones'] }),
    step(dayMs, { kind: 'user', input: { press: 'company-portal' } }, { groups: ['iphones'] }),
    step(2 * dayMs + hourMs, { kind: 'user', input: { press: 'home' } }, { groups: ['iphones'] }),
    step(2 * dayMs + 2 * hourMs, { kind: 'user', input: { press: 'lock' } }, { groups: ['iphones', 'leavers'], share: 0.7 }),
    step(4 * dayMs + hourMs, { kind: 'user', input: { press: 'notifications' } }, { groups: ['absentees'] }),
    step(4 * dayMs + 2 * hourMs, { kind: 'user', input: { press: 'dismiss-1' } }, { groups: ['absentees'] }),
    step(6 * dayMs, { kind: 'tenant', change: {}, seed: { ...nothingPlanted, groups: [group('Phones', [], [usersOf('androids')])] } }),
    step(6 * dayMs + 4 * minuteMs, toGroup('Just left')),
    step(6 * dayMs + 10 * minuteMs, {
      kind: 'tenant',
      change: {},
      seed: { ...nothingPlanted, groups: [group('Phones', [usersOf('androids')])] },
    }),
    eventOf(at(7 * dayMs), 'retire', entry++, { groups: ['leavers'] }),
    step(7 * dayMs + 3 * minuteMs, toGroup('Just retired')),
    step(7 * dayMs + 5 * minuteMs, { kind: 'device', acts: [{ network: false }] }, { groups: ['leavers'], share: 0.5 }),
    step(8 * dayMs, { kind: 'device', acts: [{ network: true }, { enroll: true }] }, { groups: ['leavers'] }),
    eventOf(at(8 * dayMs + 9 * hourMs + secondMs), 'wipe', entry++, { groups: ['absentees'], share: 0.5 }),
  ].sort((a, b) => a.at - b.at);
}

/** On each of its devices something of it goes another way with another seed. */
function story(seed: string): Scenario {
  return scenarioOf({
    name: 'parity-notifications',
    seed,
    days: 12,
    devices: 11,
    tenant: {
      renewalWindowMs: 30 * dayMs,
      push: {
        lost: 0.15,
        latency: { kind: 'uniform', fromMs: secondMs, untilMs: 90 * secondMs },
        late: { share: 0.3, by: { kind: 'uniform', fromMs: hourMs, untilMs: 9 * hourMs } },
        keptForMs: dayMs,
        notificationsKeptForMs: dayMs,
        membershipLag: { kind: 'uniform', fromMs: minuteMs, untilMs: 20 * minuteMs },
      },
      configuration: {},
      planted: {
        ...nothingPlanted,
        groups: [
          group('Phones', [usersOf('iphones'), usersOf('androids'), usersOf('pcs')]),
          group('Everybody', [{ kind: 'group', name: 'Phones' }, usersOf('absentees'), usersOf('leavers')]),
        ],
      },
    },
    fleet: [
      groupOf({ name: 'iphones', count: 3, enrolledWithinMs: hourMs, has: { ...has, passcode: { text: '246810' } } }),
      groupOf({
        name: 'androids',
        count: 3,
        platform: 'android',
        enrollment: 'fully-managed',
        models: [{ model: 'Pixel', manufacturer: 'Google', osVersion: '15', weight: 1 }],
        has: { ...has, notificationReader: { share: 1, app: 'Diary' } },
      }),
      groupOf({ name: 'absentees', count: 2, absences }),
      groupOf({ name: 'leavers', count: 2 }),
      groupOf({
        name: 'pcs',
        count: 1,
        platform: 'windows',
        enrollment: 'joined',
        models: [{ model: 'One', manufacturer: 'Contoso', osVersion: '10.0.22631.3737', weight: 1 }],
      }),
    ],
    timeline: timeline(),
  });
}

let tenant: Tenant | undefined;
afterEach(async () => {
  await tenant?.close();
  tenant = undefined;
});

/** What stands on each device shortly before the end. */
const shown = ({ serialNumber, phase, notifications, readByOtherApps }: DeviceView) => ({
  serialNumber,
  phase,
  notifications,
  readByOtherApps,
});

function inVirtualTime(scenario: Scenario, everyCheckIn: boolean, until: number) {
  const world = new World(scenario, { store: createMemoryStore(), everyCheckIn, codec: true });
  const machines = world.handOverAt(until);
  return Array.from({ length: scenario.devices }, (_, index) => shown(machines.view(index)));
}

async function live(scenario: Scenario, until: number) {
  tenant = await openTenant({ at: scenario.startAt, settings: coreSettings(scenario) });
  const { stub, authority, call } = tenant;
  const token = coreSettings(scenario).enrollmentToken ?? enrollmentToken;
  const opened = new LiveStory({ stub, authority, scenario, keys, token });
  try {
    await opened.handOverAt(until);
    const { body } = await call('GET', '/mockfleet/devices');
    const views = (body as unknown as DeviceView[]).map(shown);
    return views.sort((a, b) => (a.serialNumber < b.serialNumber ? -1 : 1));
  } finally {
    opened.close();
  }
}

function found(run: Run) {
  const { notifications, checkers } = run.result;
  const messages = [...run.notificationsToGroups, ...(run.rows?.notifications() ?? [])];
  return { notifications, messages, told: told(run.result), failed: checkers.filter(({ passed }) => !passed) };
}

it.each(['one', 'two', 'three'])('CN-13 CN-17 the same pushes have the same end in virtual time and live: seed %s', async (seed) => {
  const scenario = story(seed);
  const runs = [
    await runScenario({ scenario, text: '' }),
    await runScenario({ scenario, text: '' }, { everyCheckIn: true, codec: true, store: 'sqlite' }),
    await liveScenario({ scenario, text: '' }, { links: 'memory', keys }),
  ];
  try {
    const [virtual, everyCheckIn, lived] = runs.map(found);
    expect(everyCheckIn).toEqual(virtual);
    expect(lived).toEqual(virtual);
    expect(virtual?.failed).toEqual([]);
    // It is not the silence that is the same.
    const { sent, lost, shown: ways, notShown } = virtual?.notifications ?? expect.fail('There are no figures.');
    expect(sent.groups).toBe(12);
    expect(lost).toBeGreaterThan(0);
    expect(Object.values(ways).filter((count) => count > 0).length).toBeGreaterThan(1);
    expect(notShown['no-app'] + notShown['not-allowed']).toBeGreaterThan(0);
  } finally {
    for (const run of runs) run.close();
  }
});

it.each([
  ['one', 6 * dayMs + hourMs],
  ['two', 8 * dayMs + 20 * hourMs],
])('CN-19 and the same texts stand on each device, since the same instants: seed %s', async (seed, ms) => {
  const scenario = story(seed);
  const until = at(ms);
  const expected = inVirtualTime(scenario, false, until);
  expect(inVirtualTime(scenario, true, until)).toEqual(expected);
  expect(await live(scenario, until)).toEqual(expected);
  expect(new Set(expected.flatMap(({ notifications }) => notifications.map((one) => one.shown))).size).toBeGreaterThan(1);
  expect(expected.some(({ readByOtherApps }) => readByOtherApps.length > 0)).toBe(true);
});
