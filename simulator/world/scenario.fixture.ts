import fc from 'fast-check';
import { platformTraits } from '../../agent/platforms.ts';
import { type CommandType, commandTypes } from '../../protocol/commands.ts';
import type { Behavior } from '../../protocol/hands.ts';
import { isEnrollmentTypeOf, platforms } from '../../protocol/platforms.ts';
import { atOnce, type Distribution } from '../../runtime/distribution.ts';
import { dayMs, hourMs, minuteMs } from '../../runtime/duration.ts';
import type { ActionName } from '../../server-stub/core/records.ts';
import type { TenantConfiguration } from '../../server-stub/core/settings.ts';
import { pushAtOnce } from '../../server-stub/core/settings.ts';
import { type Belongings, type FleetGroup, nothingPlanned, type Scenario, type Step, type TimelineEvent } from '../scenarios/scenario.ts';
import { nothingPlanted, type SeedGroup, type SeedMember } from '../tenant/seed.ts';

export const scenarioStart = Date.UTC(2030, 0, 1);

/** What a group has whose file says nothing about it. */
export const nothingMore: Belongings = {
  passcode: { share: 0 },
  workProfilePasscode: { share: 0 },
  findMy: 0,
  jailBroken: 0,
  encrypted: null,
  shared: 0,
  esim: 0,
  security: {},
  companyPortal: 1,
  notifications: { allowed: 1, notAsked: 0 },
  lockScreenNotifications: 'shown',
  notificationReader: null,
  apps: [],
};

export function groupOf(change: Partial<FleetGroup> = {}): FleetGroup {
  return {
    name: 'phones',
    count: null,
    weight: 1,
    platform: 'ios',
    enrollment: 'device',
    enrolledWithinMs: dayMs,
    models: [...platformTraits.ios.models],
    user: null,
    has: nothingMore,
    behaviors: [],
    wipesSilently: 0,
    absences: null,
    lostForEver: null,
    signIns: null,
    lapses: null,
    ...nothingPlanned,
    ...change,
  };
}

export const everyone: TimelineEvent['to'] = { share: 1, platforms: null, enrollments: null, groups: null, network: 'any' };

export function stepOf(at: number, step: Step, entry: number, to: Partial<TimelineEvent['to']> = {}): TimelineEvent {
  return { at, entry, repetition: 0, step, to: { ...everyone, ...to }, by: null };
}

/** An administrator's action without parameters. */
export function eventOf(at: number, action: ActionName, entry: number, to: Partial<TimelineEvent['to']> = {}): TimelineEvent {
  return stepOf(at, { kind: 'action', do: action, parameters: {} }, entry, to);
}

export function scenarioOf(change: Partial<Scenario> = {}): Scenario {
  return {
    name: 'test',
    title: 'A test',
    question: null,
    description: null,
    requirements: [],
    answer: null,
    seed: 'test',
    startAt: scenarioStart,
    days: 30,
    devices: 4,
    tenant: {
      renewalWindowMs: 30 * dayMs,
      push: { ...pushAtOnce, latency: { kind: 'constant', ms: 5_000 } },
      configuration: {},
      planted: nothingPlanted,
    },
    fleet: [groupOf()],
    timeline: [],
    faults: [],
    expectations: [],
    thresholds: [],
    ...change,
  };
}

const kinds = fc.constantFrom(
  ...platforms.flatMap((platform) =>
    ['device', 'user', 'automated', 'joined', 'personal-work-profile', 'fully-managed']
      .filter((enrollment) => isEnrollmentTypeOf(platform, enrollment))
      .map((enrollment) => ({ platform, enrollment }) as Pick<FleetGroup, 'platform' | 'enrollment'>),
  ),
);

/** On the grid of the first check-ins after an enrollment at the very start, so that instants coincide; or anywhere. */
function instantWithin(days: number): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: 0, max: 48 }).map((n) => n * 3 * minuteMs),
    fc.integer({ min: 0, max: days * 3 }).map((n) => n * 8 * hourMs),
    fc.integer({ min: 0, max: days * dayMs }),
  );
}

const lengths = fc.oneof(
  fc.integer({ min: 1, max: 40 * dayMs }).map((ms) => ({ kind: 'constant', ms }) as const),
  fc.constantFrom(3 * minuteMs, 15 * minuteMs).map((ms) => ({ kind: 'constant', ms }) as const),
  fc.constant({ kind: 'exponential', meanMs: 2 * dayMs } as const),
);

/** Some of everything that a device can have. */
const everything: Belongings = {
  passcode: { share: 0.7 },
  workProfilePasscode: { share: 0.7 },
  findMy: 0.5,
  jailBroken: 0.3,
  encrypted: 0.5,
  shared: 0.3,
  esim: 0.5,
  security: {},
  companyPortal: 0.8,
  notifications: { allowed: 0.7, notAsked: 0.2 },
  lockScreenNotifications: 'hidden',
  notificationReader: { share: 0.5, app: 'Reader' },
  apps: [{ id: 'Chess', name: 'Chess', source: 'user' }],
};

const habits: fc.Arbitrary<Behavior[]> = fc.constantFrom<Behavior[]>(
  [],
  [],
  [{ on: 'any', then: 'not-now', chance: 0.4 }],
  [
    { on: 'wipe', then: 'silent', times: 1 },
    { on: 'any', then: 'slow', delayMs: 20 * minuteMs, chance: 0.5 },
  ],
  [
    { on: 'any', then: 'fail', errorCode: 5, chance: 0.3 },
    { on: 'retire', then: 'not-supported', times: 1 },
  ],
);

const configurations: Partial<TenantConfiguration>[] = [
  { passcodeRequired: true, passcodeLengthMin: 6, workProfilePasscodeRequired: true, allowActivationLock: true },
  {
    apps: [
      { id: 'mail', name: 'Mail', intent: 'required' },
      { id: 'maps', name: 'Maps', intent: 'available', platforms: ['ios', 'android'] },
    ],
    requireManagedDevice: true,
  },
];

/** Of actions that ask for some. */
const parametersOf: Partial<Record<CommandType, Readonly<Record<string, unknown>>>> = {
  cleanWindowsDevice: { keepUserData: false },
  setDeviceName: { deviceName: 'new' },
  enableLostMode: { message: 'lost' },
  deleteUserFromSharedAppleDevice: { userPrincipalName: 'adele@contoso.example' },
  windowsDefenderScan: { quickScan: true },
  sendCustomNotificationToCompanyPortal: { notificationTitle: 'Soon', notificationBody: 'Your device restarts soon.' },
};

/** The ends of a device's management more often than the rest. */
const actionSteps: Step[] = commandTypes.map((action) => {
  return { kind: 'action', do: action, parameters: parametersOf[action] ?? {} };
});

/** What ends the life of a record, and what waits beside it: often enough that each of them comes about in a hundred scenarios. */
const endingSteps: Step[] = (['remoteLock', 'wipe', 'retire', 'delete', 'delete'] as const).map((action) => ({
  kind: 'action',
  do: action,
  parameters: {},
}));

const otherSteps: Step[] = [
  { kind: 'cancel', action: 'wipe' },
  { kind: 'cancel', action: 'remoteLock' },
  { kind: 'tenant', change: { passcodeRequired: true, apps: [{ id: 'mail', name: 'Mail', intent: 'available' }] }, seed: null },
  { kind: 'tenant', change: { passcodeRequired: false, allowActivationLock: true }, seed: null },
  { kind: 'portal', do: 'wipe' },
  { kind: 'portal', do: 'retire' },
  { kind: 'install', appId: 'mail' },
  { kind: 'user', input: { press: 'unlock', values: { passcode: '246810' } } },
  { kind: 'user', input: { press: 'open-outlook' } },
  { kind: 'user', input: { press: 'company-portal' } },
  { kind: 'user', input: { press: 'sync' } },
  { kind: 'user', input: { press: 'enroll' } },
  { kind: 'user', input: { type: '{bypassCode}' } },
  { kind: 'copy', what: 'bypassCode' },
  { kind: 'device', acts: [{ power: false }] },
  { kind: 'device', acts: [{ power: true }] },
  { kind: 'device', acts: [{ network: false }] },
  { kind: 'device', acts: [{ network: true }, { enroll: true }] },
  { kind: 'device', acts: [{ change: { passcode: '246810', osVersion: '18.1', findMy: true } }] },
  { kind: 'device', acts: [{ change: { passcode: null, installs: 'Chess', jailBroken: true } }] },
  { kind: 'device', acts: [{ change: { behavior: { on: 'wipe', then: 'silent', times: 1 } } }] },
];

/** A group of the tenant, as `anyScenario` plants it: who is in it, and on the way who leaves it. */
export function tenantGroupOf(displayName: string, members: readonly SeedMember[], leave: readonly SeedMember[] = []): SeedGroup {
  return { displayName, id: undefined, description: undefined, mailNickname: undefined, members, leave };
}

const usersOfAll = ['group-0', 'group-1', 'group-2'].map((name): SeedMember => ({ kind: 'usersOf', name }));

const tenantGroups = [
  tenantGroupOf('Everybody', usersOfAll),
  tenantGroupOf('Some', [{ kind: 'usersOf', name: 'group-0' }]),
  // One within the other: a message goes round in no circle.
  tenantGroupOf('Nested', [{ kind: 'group', name: 'Some' }]),
  tenantGroupOf('Changing', [{ kind: 'group', name: 'Nested' }]),
];

const changeOfGroups = (groups: readonly SeedGroup[]): Step => ({ kind: 'tenant', change: {}, seed: { ...nothingPlanted, groups } });
export const notifyStep = (...groups: string[]): Step => ({ kind: 'notify', text: { title: 'Closed today', body: 'It snows.' }, groups });

const notificationSteps: Step[] = [
  notifyStep('Everybody'),
  notifyStep('Everybody', 'Some', 'Nested'),
  notifyStep('Changing'),
  { kind: 'action', do: 'sendCustomNotificationToCompanyPortal', parameters: parametersOf.sendCustomNotificationToCompanyPortal ?? {} },
  changeOfGroups([tenantGroupOf('Changing', [{ kind: 'usersOf', name: 'group-1' }])]),
  changeOfGroups([tenantGroupOf('Changing', [], usersOfAll)]),
  changeOfGroups([tenantGroupOf('Some', [], [{ kind: 'usersOf', name: 'group-0' }])]),
  changeOfGroups([
    tenantGroupOf('Some', [
      { kind: 'usersOf', name: 'group-0' },
      { kind: 'group', name: 'Nested' },
    ]),
  ]),
  { kind: 'device', acts: [{ change: { notificationsAllowed: 'denied' } }] },
  { kind: 'device', acts: [{ change: { notificationsAllowed: 'allowed', companyPortal: true } }] },
  { kind: 'device', acts: [{ change: { companyPortal: false } }] },
  { kind: 'device', acts: [{ change: { security: { googlePlayServices: false } } }] },
];

/** Up to 30 at once: more than an hour may have. */
const bursts = fc.record({ step: fc.constantFrom(...notificationSteps.slice(0, 4)), count: fc.constantFrom(1, 3, 12, 30) });

/** What devices go through by themselves, more often than any real ones. */
const busyPlans: Partial<FleetGroup>[] = [
  { battery: { emptyPerMonth: 3, off: { kind: 'uniform', fromMs: 3 * minuteMs, untilMs: 3 * dayMs } } },
  {
    replaced: {
      share: 1,
      every: { kind: 'exponential', meanMs: 60 * dayMs },
      old: 'wiped',
      pause: { kind: 'constant', ms: 8 * hourMs },
      models: null,
    },
    passcodeChanges: { every: { kind: 'constant', ms: 20 * dayMs } },
  },
  {
    replaced: {
      share: 0.5,
      every: { kind: 'constant', ms: 40 * dayMs },
      old: 'retired',
      pause: { kind: 'constant', ms: 3 * minuteMs },
      models: null,
    },
    hours: { share: 1, shifts: [{ weight: 1, days: [1, 2, 3], fromMs: 20 * hourMs, untilMs: 4 * hourMs, jitterMs: 0 }] },
    timeZones: [{ zone: 'America/New_York', weight: 1 }],
    storms: [{ share: 1, atMs: dayMs, awayMs: dayMs, backWithinMs: 0 }],
  },
  {
    replaced: { share: 1, every: { kind: 'constant', ms: 45 * dayMs }, old: 'drawer', pause: atOnce, models: null },
    osUpdates: [{ version: '99.1', atMs: dayMs, share: 0.5, adoptedWithin: atOnce, models: null }],
    holidays: [{ isYearly: true, from: 103, until: 105 }],
  },
];

/** Small fleets that meet what is hard: absences, losses, actions on everybody at the instants of check-ins, pushes without latency. */
export function anyScenario(devices: number): fc.Arbitrary<Scenario> {
  return fc.constantFrom(3, 60, 420, 600).chain((days) => {
    const span = fc.tuple(instantWithin(days), instantWithin(days)).map(([a, b]) => ({ fromMs: Math.min(a, b), untilMs: Math.max(a, b) }));
    const group = fc.record({
      kind: kinds,
      has: fc.constantFrom(nothingMore, everything, { ...everything, security: { googlePlayServices: false } }),
      behaviors: habits,
      enrolledWithinMs: fc.constantFrom(0, 3 * minuteMs, dayMs),
      wipesSilently: fc.constantFrom(0, 0.5),
      absences: fc.option(
        fc.record({
          share: fc.constantFrom(0.5, 1),
          count: fc.constant({ from: 1, until: 3 }),
          between: span,
          length: lengths,
        }),
      ),
      lostForEver: fc.option(fc.record({ share: fc.constantFrom(0.3, 1), between: span })),
      plans: fc.oneof({ weight: 5, arbitrary: fc.constant(nothingPlanned) }, { weight: 1, arbitrary: fc.constantFrom(...busyPlans) }),
    });
    const action = fc.record({
      at: instantWithin(days),
      step: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...endingSteps) },
        { weight: 2, arbitrary: fc.constantFrom(...actionSteps) },
        { weight: 2, arbitrary: fc.constantFrom(...otherSteps) },
        { weight: 2, arbitrary: fc.constantFrom(...notificationSteps) },
      ),
      share: fc.constantFrom(0.3, 1),
      network: fc.constantFrom('any', 'any', 'online', 'offline'),
    });
    return fc
      .record({
        seed: fc.string({ minLength: 1, maxLength: 6 }),
        groups: fc.array(group, { minLength: 1, maxLength: 3 }),
        actions: fc.array(action, { maxLength: 8 }),
        lost: fc.constantFrom(0, 0, 0.5),
        latencyMs: fc.constantFrom(0, 0, 5_000, 3 * minuteMs),
        late: fc.constantFrom(0, 0, 0.5),
        lag: fc.constantFrom<Distribution>(
          atOnce,
          atOnce,
          { kind: 'constant', ms: 15 * minuteMs },
          { kind: 'uniform', fromMs: 0, untilMs: 5 * dayMs },
        ),
        notificationsKeptForMs: fc.constantFrom(0, 28 * dayMs),
        notified: fc.array(fc.record({ at: instantWithin(days), burst: bursts }), { maxLength: 4 }),
        renewalWindowMs: fc.constantFrom(30 * dayMs, 0, 300 * dayMs),
        configuration: fc.constantFrom({}, {}, ...configurations),
      })
      .map(({ seed, groups, actions, notified, lost, latencyMs, late, lag, notificationsKeptForMs, renewalWindowMs, configuration }) =>
        scenarioOf({
          seed,
          days,
          devices,
          tenant: {
            renewalWindowMs,
            push: {
              ...pushAtOnce,
              lost,
              latency: { kind: 'constant', ms: latencyMs },
              late: { share: late, by: { kind: 'uniform', fromMs: hourMs, untilMs: 12 * hourMs } },
              notificationsKeptForMs,
              membershipLag: lag,
            },
            configuration,
            planted: { ...nothingPlanted, groups: tenantGroups },
          },
          fleet: groups.map(({ kind, plans, ...rest }, n) =>
            groupOf({ ...rest, ...plans, ...kind, name: `group-${n}`, models: [...platformTraits[kind.platform].models] }),
          ),
          timeline: [
            ...actions,
            ...notified.flatMap(({ at, burst }) =>
              Array.from({ length: burst.count }, () => ({ at, step: burst.step, share: 1, network: 'any' as const })),
            ),
          ]
            .map((one, n) => stepOf(scenarioStart + one.at, one.step, n, { share: one.share, network: one.network }))
            .sort((a, b) => a.at - b.at),
        }),
      );
  });
}
