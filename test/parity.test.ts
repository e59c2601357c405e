/**
 * The same small story in virtual time and live: once lived by the simulator's world, once by real agents over WebSockets with mutual
 * TLS against a stub whose clock is advanced. Both have to end the same.
 */
import { afterEach, expect, it } from 'vitest';
import { platformTraits } from '../agent/platforms.ts';
import type { Platform } from '../protocol/platforms.ts';
import { dayMs } from '../runtime/duration.ts';
import type { ActionName } from '../server-stub/core/records.ts';
import { pushAtOnce } from '../server-stub/core/settings.ts';
import { createMemoryStore } from '../server-stub/store/memory-store.ts';
import type { Scenario } from '../simulator/scenarios/scenario.ts';
import { nothingPlanted } from '../simulator/tenant/seed.ts';
import { member } from '../simulator/world/fleet.ts';
import { eventOf, groupOf, scenarioOf as testScenario } from '../simulator/world/scenario.fixture.ts';
import { World } from '../simulator/world/world.ts';
import { managedDevices, openTenant, type Tenant } from './support/tenant.ts';
import type { TestAgent } from './support/test-agent.ts';

const days = 400;
const startAt = Date.UTC(2030, 0, 1);
/** Somewhere within a day, so that no check-in falls on it by chance. */
const noon = dayMs / 2 + 12_345;

interface Role {
  name: string;
  platform: Platform;
  /** Days on which the network goes and comes. */
  away?: [from: number, until: number];
  actions?: [day: number, what: ActionName][];
  wipesSilently?: boolean;
}

const roles: Role[] = [
  { name: 'ios-lives-on', platform: 'ios' },
  { name: 'macos-locked', platform: 'macos', actions: [[20, 'remoteLock']] },
  { name: 'android-retired', platform: 'android', actions: [[30, 'retire']] },
  {
    name: 'windows-lock-refused-then-wiped',
    platform: 'windows',
    actions: [
      [5, 'remoteLock'],
      [40, 'wipe'],
    ],
  },
  {
    name: 'ios-wiped-when-back',
    platform: 'ios',
    away: [50, 90],
    actions: [
      [60, 'remoteLock'],
      [61, 'wipe'],
      [62, 'wipe'],
    ],
  },
  {
    name: 'macos-queue-while-away',
    platform: 'macos',
    away: [70, 80],
    actions: [
      [71, 'remoteLock'],
      [72, 'syncDevice'],
      [73, 'remoteLock'],
    ],
  },
  { name: 'ios-silent', platform: 'ios', wipesSilently: true, actions: [[100, 'wipe']] },
  { name: 'windows-deleted', platform: 'windows', actions: [[110, 'delete']] },
  { name: 'android-deleted-while-away', platform: 'android', away: [120, 150], actions: [[130, 'delete']] },
  { name: 'windows-lost-with-wipe', platform: 'windows', away: [200, Number.POSITIVE_INFINITY], actions: [[210, 'wipe']] },
  { name: 'ios-lost', platform: 'ios', away: [3, Number.POSITIVE_INFINITY] },
  { name: 'android-late-for-renewal', platform: 'android', away: [330, 364] },
];

const instantOf = (day: number) => startAt + day * dayMs + noon;

function scenarioOf(only: Role[]): Scenario {
  let entry = 0;
  return testScenario({
    name: 'parity',
    seed: 'parity',
    startAt,
    days,
    devices: only.length,
    tenant: {
      renewalWindowMs: 30 * dayMs,
      push: pushAtOnce,
      configuration: {},
      planted: nothingPlanted,
    },
    fleet: only.map(({ name, platform, away, wipesSilently }) =>
      groupOf({
        name,
        platform,
        enrollment: platform === 'windows' ? 'joined' : platform === 'android' ? 'personal-work-profile' : 'device',
        enrolledWithinMs: 0,
        models: platformTraits[platform].models.slice(0, 1),
        wipesSilently: wipesSilently === true ? 1 : 0,
        absences: away === undefined || away[1] === Number.POSITIVE_INFINITY ? null : absence(away[0], away[1]),
        lostForEver:
          away?.[1] === Number.POSITIVE_INFINITY
            ? { share: 1, between: { fromMs: away[0] * dayMs + noon, untilMs: away[0] * dayMs + noon } }
            : null,
      }),
    ),
    timeline: only
      .flatMap(({ name, actions = [] }) => actions.map(([day, what]) => eventOf(instantOf(day) + 1_000, what, entry++, { groups: [name] })))
      .sort((a, b) => a.at - b.at),
  });
}

function absence(from: number, until: number): Scenario['fleet'][number]['absences'] {
  const at = { fromMs: from * dayMs + noon, untilMs: from * dayMs + noon };
  return { share: 1, count: { from: 1, until: 1 }, between: at, length: { kind: 'constant', ms: (until - from) * dayMs } };
}

/** Where a device of the story ends. */
interface Outcome {
  phase: string;
  managementState: string | null;
  removedWhy: string | null;
  checkIns: number;
  lastSyncAt: number | null;
  notAfter: number | null;
  renewals: number;
  actions: string[];
}

/** In virtual time: each role is a world of its own, so that its device is number 0 in both ways of living. */
function livedInVirtualTime(role: Role, everyCheckIn: boolean): Outcome {
  const store = createMemoryStore();
  const world = new World(scenarioOf([role]), { store, everyCheckIn, codec: true });
  while (!world.advance(10_000));
  const [outcome] = [...world.outcomes()];
  if (outcome === undefined) throw new Error('A world without a device.');
  const record = outcome.deviceId === null ? undefined : store.device(outcome.deviceId);
  return {
    phase: outcome.phase,
    managementState: record === undefined ? null : record.managementState,
    removedWhy: outcome.removedWhy,
    checkIns: outcome.checkIns,
    lastSyncAt: record?.lastSyncAt ?? null,
    notAfter: record?.certificate.notAfter ?? null,
    renewals: world.tally.certificates.renewed,
    actions: store.commandsOf(outcome.deviceId ?? '').map(({ action, status }) => `${action} ${status}`),
  };
}

let tenant: Tenant | undefined;
afterEach(() => tenant?.close());

/** Live: one stub for all, its clock advanced from one happening to the next. */
async function livedForReal(): Promise<Map<string, Outcome>> {
  const open = await openTenant({ at: startAt });
  tenant = open;
  const agents = new Map<string, TestAgent>();
  const ids = new Map<string, string>();
  for (const role of roles) {
    const { device } = member(scenarioOf([role]), 0);
    const agent = open.agent({ fresh: { ...device, inventory: { ...device.inventory, serialNumber: role.name } } });
    agents.set(role.name, agent);
    await agent.checkedIn();
    ids.set(role.name, agent.id);
  }
  const happenings: [at: number, what: () => Promise<unknown>][] = roles.flatMap((role) => {
    const agent = agents.get(role.name) as TestAgent;
    const id = ids.get(role.name) as string;
    const network = (day: number, available: boolean): [number, () => Promise<unknown>][] =>
      day === Number.POSITIVE_INFINITY ? [] : [[instantOf(day), async () => agent.network(available)]];
    const act = (what: ActionName) => () =>
      what === 'delete' ? open.call('DELETE', `${managedDevices}/${id}`) : open.call('POST', `${managedDevices}/${id}/${what}`);
    return [
      ...(role.away === undefined ? [] : [...network(role.away[0], false), ...network(role.away[1], true)]),
      ...(role.actions ?? []).map(([day, what]): [number, () => Promise<unknown>] => [instantOf(day) + 1_000, act(what)]),
    ];
  });
  happenings.sort(([a], [b]) => a - b);
  const settled = async () => {
    for (const [name, agent] of agents) await agent.settled(name);
  };
  for (const [at, what] of happenings) {
    const { status, body } = await open.clock({ set: new Date(at).toISOString() });
    expect(status, JSON.stringify(body)).toBe(200);
    await what();
    await settled();
  }
  // The world ends before its last instant.
  await open.clock({ set: new Date(startAt + days * dayMs - 1).toISOString() });
  await settled();

  const outcomes = roles.map(({ name }): [string, Outcome] => {
    const { state } = (agents.get(name) as TestAgent).runner;
    const id = ids.get(name) as string;
    const record = open.store.device(id);
    const removed = open.notes.find((note) => note.kind === 'record-removed' && note.deviceId === id);
    return [
      name,
      {
        phase: state.phase,
        managementState: record === undefined ? null : record.managementState,
        removedWhy: removed?.kind === 'record-removed' ? removed.why : null,
        checkIns: state.checkIns,
        lastSyncAt: record?.lastSyncAt ?? null,
        notAfter: record?.certificate.notAfter ?? null,
        renewals: open.notes.filter((note) => note.kind === 'certificate-issued' && note.purpose === 'renew' && note.deviceId === id)
          .length,
        actions: open.store.commandsOf(id).map(({ action, status }) => `${action} ${status}`),
      },
    ];
  });
  return new Map(outcomes);
}

it('M-09 M-10 a story of 400 days ends the same in virtual time and over real sockets, device by device', async () => {
  const live = await livedForReal();
  for (const role of roles) {
    const virtual = livedInVirtualTime(role, false);
    expect(livedInVirtualTime(role, true), `${role.name}, every check-in`).toEqual(virtual);
    expect(live.get(role.name), role.name).toEqual(virtual);
  }
  // And it is the story that was meant.
  const ends = Object.fromEntries(
    [...live].map(([name, { phase, managementState, renewals, actions }]) => [name, [phase, managementState, renewals, ...actions]]),
  );
  expect(ends).toEqual({
    'ios-lives-on': ['enrolled', 'managed', 1],
    'macos-locked': ['enrolled', 'managed', 1, 'remoteLock acknowledged'],
    'android-retired': ['retired', null, 0, 'retire acknowledged'],
    'windows-lock-refused-then-wiped': ['wiped', null, 0, 'wipe acknowledged'],
    'ios-wiped-when-back': ['wiped', null, 0, 'remoteLock canceled', 'wipe acknowledged'],
    // Its PIN was not typed yet when the second lock came.
    'macos-queue-while-away': ['enrolled', 'managed', 1, 'remoteLock acknowledged', 'syncDevice acknowledged', 'remoteLock failed'],
    'ios-silent': ['wiped', 'wipeFailed', 0, 'wipe expired'],
    'windows-deleted': ['retired', null, 0, 'delete acknowledged'],
    'android-deleted-while-away': ['retired', null, 0, 'delete acknowledged'],
    'windows-lost-with-wipe': ['enrolled', 'wipeFailed', 0, 'wipe expired'],
    'ios-lost': ['enrolled', 'unhealthy', 0],
    'android-late-for-renewal': ['enrolled', 'managed', 1],
  });
});
