/**
 * Stories drawn at random, as scenario files are: what administrators, users, the network and the tenant do to a few devices of any kind.
 * A story that breaks a checker is shrunk by fast-check to the shortest one that still does, and that is a file which replays it.
 */
import fc from 'fast-check';
import { stringify } from 'yaml';
import { commandTypes } from '../../protocol/commands.ts';
import { lockScreenSettings, notificationPermissions } from '../../protocol/notifications.ts';
import { enrollmentTypesOf, platforms } from '../../protocol/platforms.ts';
import { somePolicies, someSecurity } from './random-policies.ts';

/** A scenario file as plain data, before it is YAML. */
export interface Story {
  name: string;
  title: string;
  seed: number;
  days: number;
  tenant: object;
  fleet: object[];
  timeline: object[];
}

const passcode = '246810';

/** On the grid of the first check-ins, so that instants coincide; or anywhere within the story. */
function instant(days: number): fc.Arbitrary<string> {
  return fc.oneof(
    fc.integer({ min: 0, max: 60 }).map((n) => `${n * 3}m`),
    fc.integer({ min: 0, max: days * 3 }).map((n) => `${n * 8}h`),
    fc.integer({ min: 0, max: days * 86_400 - 1 }).map((seconds) => `${seconds}s`),
  );
}

const chance = fc.constantFrom('100%', '50%', '10%');
const behavior = fc.oneof(
  fc.record({
    on: fc.constantFrom('any', 'wipe', 'retire', 'remoteLock'),
    then: fc.constantFrom('not-now', 'fail', 'not-supported'),
    chance,
    times: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    on: fc.constantFrom('any', 'wipe', 'retire'),
    then: fc.constant('slow'),
    delay: fc.constantFrom('30s', '10m', '9h'),
    chance,
  }),
  fc.record({ on: fc.constant('wipe'), then: fc.constant('silent'), chance }),
);

const sharedIpad = {
  platform: 'ios',
  enrollment: 'automated',
  has: { shared: true },
  models: [{ model: 'iPad Air', manufacturer: 'Apple', osVersion: '17.5' }],
};
const kinds = [...platforms.flatMap((platform) => enrollmentTypesOf[platform].map((enrollment) => ({ platform, enrollment }))), sharedIpad];

const group = fc
  .record(
    {
      count: fc.integer({ min: 1, max: 2 }),
      kind: fc.constantFrom(...kinds),
      has: fc.record(
        {
          passcode: fc.constantFrom(passcode, '50%'),
          workProfilePasscode: fc.constant(passcode),
          findMy: fc.boolean(),
          jailBroken: fc.boolean(),
          encrypted: fc.boolean(),
          esim: fc.boolean(),
          apps: fc.constantFrom([], ['Chess']),
          companyPortal: fc.boolean(),
          notifications: fc.constantFrom('denied', 'not-asked', { allowed: '50%' }),
          lockScreenNotifications: fc.constantFrom(...lockScreenSettings),
          notificationReader: fc.constant('Diary'),
        },
        { requiredKeys: [] },
      ),
      models: fc.constantFrom('6.0', '17.5').map((osVersion) => [{ model: 'Model A', manufacturer: 'Contoso', osVersion }]),
      user: fc.constantFrom('adele@contoso.example', ''),
      behaviors: fc.array(behavior, { maxLength: 2 }),
      wipesSilently: fc.constant('50%'),
      absences: fc.constant({ share: '100%', count: [1, 3], between: ['0s', '20d'], length: { exponential: '2d' } }),
      lostForEver: fc.constant({ share: '50%', between: ['0s', '20d'] }),
    },
    { requiredKeys: ['count', 'kind'] },
  )
  .map(({ kind, ...rest }) => ({ ...rest, ...kind }));

const parameters: Record<string, object> = {
  wipe: { keepEnrollmentData: true },
  cleanWindowsDevice: { keepUserData: false },
  enableLostMode: { message: 'Please call us' },
  setDeviceName: { deviceName: 'Renamed-1' },
  deleteUserFromSharedAppleDevice: { userPrincipalName: 'adele@contoso.example' },
  windowsDefenderScan: { quickScan: true },
  sendCustomNotificationToCompanyPortal: { notificationTitle: 'Lunch', notificationBody: 'is ready' },
};

const action = fc.tuple(fc.constantFrom(...commandTypes, 'delete'), fc.boolean()).map(([name, isPlain]) => ({
  do: name,
  ...(parameters[name] !== undefined && (!isPlain || name !== 'wipe') ? { with: parameters[name] } : {}),
}));

const userInput = fc.oneof(
  fc.constantFrom(passcode, '0000', '', '{passcode}', '{unlockPin}', '{bypassCode:plain}').map((text) => ({ type: text })),
  fc.constantFrom('apple-secret', 'wrong').map((password) => ({ press: 'unlock', values: { appleId: 'adele@contoso.example', password } })),
  fc
    .constantFrom(
      'unlock',
      'lock',
      'company-portal',
      'sync',
      'home',
      'continue',
      'enroll',
      'set',
      'allow',
      'not-now',
      'power',
      'open-outlook',
      'install-expenses',
      'notifications',
      'dismiss-1',
      'dismiss-all',
      'dont-allow',
      'notifications-on',
      'notifications-off',
    )
    .map((press) => ({ press })),
  fc.constant({ press: 'set', values: { passcode } }),
);

/** To groups that hold each other, and to one that holds nobody. */
const notify = fc
  .subarray(['Everybody', 'Within', 'Nobody'], { minLength: 1 })
  .map((groups) => ({ notify: { title: 'To all', body: 'of you', groups } }));

const someone = fc.constantFrom('adele@contoso.example', 'Within', { usersOf: 'device-a' });
const membership = fc
  .record({
    displayName: fc.constantFrom('Everybody', 'Within'),
    members: fc.array(someone, { maxLength: 2 }),
    leave: fc.array(someone, { maxLength: 2 }),
  })
  .map((group) => ({ tenant: { groups: [group] } }));

const companyApp = fc
  .record(
    {
      companyPortal: fc.boolean(),
      notificationsAllowed: fc.constantFrom(...notificationPermissions),
      lockScreenNotifications: fc.constantFrom(...lockScreenSettings),
      notificationReader: fc.constantFrom('Diary', null),
    },
    { requiredKeys: [] },
  )
  .filter((change) => Object.keys(change).length > 0);

const copied = fc.constantFrom('bypassCode', 'passcode', 'unlockPin').map((copy) => ({ copy }));

const happening = fc.oneof(
  { arbitrary: action, weight: 6 },
  { arbitrary: fc.constantFrom(...commandTypes).map((name) => ({ cancel: name })), weight: 1 },
  { arbitrary: userInput.map((user) => ({ user })), weight: 3 },
  { arbitrary: copied, weight: 1 },
  {
    arbitrary: fc.constantFrom('retire', 'wipe', 'remoteLock', 'resetPasscode', 'syncDevice').map((name) => ({ portal: { do: name } })),
    weight: 1,
  },
  { arbitrary: fc.constant({ portal: { install: 'expenses' } }), weight: 1 },
  {
    arbitrary: fc
      .oneof(
        fc.constantFrom('on', 'off').map((network) => ({ network })),
        fc.constantFrom('on', 'off').map((power) => ({ power })),
        fc.constant({ enroll: true }),
        fc.boolean().map((findMy) => ({ findMy })),
        fc.constant({ installs: 'Maps' }),
        fc.constantFrom(passcode, null).map((text) => ({ passcode: text })),
        behavior.map((one) => ({ behavior: one })),
        fc.constant({ osVersion: '18.0' }),
        fc.constantFrom(passcode, null).map((text) => ({ workProfilePasscode: text })),
        fc.boolean().map((jailBroken) => ({ jailBroken })),
        fc.boolean().map((encrypted) => ({ encrypted })),
        fc.constant({ behaviors: [] }),
        someSecurity,
        companyApp,
        fc.boolean().map((googlePlayServices) => ({ security: { googlePlayServices } })),
      )
      .map((device) => ({ device })),
    weight: 5,
  },
  {
    arbitrary: fc
      .record(
        {
          passcodeRequired: fc.boolean(),
          workProfilePasscodeRequired: fc.boolean(),
          allowActivationLock: fc.boolean(),
          requireManagedDevice: fc.boolean(),
          apps: fc.constantFrom(
            [],
            [{ id: 'mail', name: 'Contoso Mail', intent: 'required' }],
            [{ id: 'expenses', name: 'Expenses', intent: 'available' }],
          ),
        },
        { requiredKeys: ['passcodeRequired'] },
      )
      .map((tenant) => ({ tenant })),
    weight: 1,
  },
  { arbitrary: somePolicies.map((compliancePolicies) => ({ tenant: { compliancePolicies } })), weight: 1 },
  { arbitrary: notify, weight: 2 },
  { arbitrary: membership, weight: 1 },
);

/** A step with what it is done to. */
const selected = fc
  .record(
    { what: happening, to: fc.constantFrom({ groups: ['device-a'] }, { share: '50%' }, { network: 'online' }, { network: 'offline' }) },
    { requiredKeys: ['what'] },
  )
  .map(({ what, to }) => ({ ...what, ...(to === undefined || 'tenant' in what || 'notify' in what ? {} : { to }) }));

const lock = { tenant: { allowActivationLock: true } };
const findMy = { device: { findMy: true } };
const require = { tenant: { passcodeRequired: true, workProfilePasscodeRequired: true } };
const mail = { user: { press: 'open-outlook' } };

const toAll = { notify: { title: 'To all', body: 'of you', groups: ['Everybody'] } };
const toOne = { do: 'sendCustomNotificationToCompanyPortal', with: parameters.sendCustomNotificationToCompanyPortal };

/** What chance alone hardly ever puts together. Any part of one may be missing. */
const episodes: readonly (readonly object[])[] = [
  [lock, findMy, { copy: 'bypassCode' }, { do: 'wipe' }, { user: { type: '{bypassCode:plain}' } }, { device: { enroll: true } }],
  [lock, findMy, { do: 'bypassActivationLock' }, { copy: 'bypassCode' }, { do: 'delete' }, { user: { type: '{bypassCode:wrong}' } }],
  [lock, findMy, { do: 'wipe' }, { user: { press: 'unlock', values: { appleId: 'adele@contoso.example', password: 'apple-secret' } } }],
  [{ do: 'enableLostMode', with: { message: 'Please call us' } }, { do: 'locateDevice' }, { do: 'disableLostMode' }, { do: 'syncDevice' }],
  [require, { device: { workProfilePasscode: passcode } }, { user: { press: 'allow' } }, { do: 'resetPasscode' }, { copy: 'passcode' }],
  [{ device: { network: 'off' } }, { do: 'wipe' }, { cancel: 'wipe' }, { do: 'retire' }, { device: { network: 'on' } }],
  [{ device: { network: 'off' } }, { do: 'remoteLock' }, { do: 'rebootNow' }, { cancel: 'remoteLock' }, { device: { network: 'on' } }],
  [{ do: 'remoteLock' }, { copy: 'unlockPin' }, { user: { type: '{unlockPin}' } }, { do: 'remoteLock' }, { do: 'retire' }],
  [mail, { device: { jailBroken: true } }, { tenant: { requireManagedDevice: true } }, { do: 'syncDevice' }, { do: 'retire' }, mail],
  [
    { device: { behavior: { on: 'any', then: 'slow', delay: '10m', times: 2 } } },
    { do: 'remoteLock' },
    { device: { network: 'off' } },
    { device: { network: 'on' } },
  ],
  [
    { tenant: { apps: [{ id: 'expenses', name: 'Expenses', intent: 'available' }] } },
    { user: { press: 'company-portal' } },
    { user: { press: 'install-expenses' } },
    { do: 'retire' },
    { device: { enroll: true } },
  ],
  [{ do: 'wipe' }, { device: { enroll: true } }, { do: 'wipe', with: { keepEnrollmentData: true } }, { device: { enroll: true } }],
  [{ device: { network: 'off' } }, toAll, toOne, { do: 'retire' }, toAll, { device: { network: 'on' } }, toAll],
  [toAll, { do: 'retire' }, toAll, { device: { enroll: true } }, toAll, { do: 'delete' }, toAll, toOne],
  [
    { device: { notificationsAllowed: 'not-asked' } },
    { user: { press: 'company-portal' } },
    { user: { press: 'allow' } },
    toAll,
    { user: { press: 'dismiss-all' } },
    { user: { press: 'home' } },
    toAll,
  ],
  [
    toAll,
    { tenant: { groups: [{ displayName: 'Everybody', leave: ['adele@contoso.example', { usersOf: 'device-a' }] }] } },
    toAll,
    { tenant: { groups: [{ displayName: 'Everybody', members: ['adele@contoso.example'] }] } },
    toAll,
  ],
  [{ user: { press: 'company-portal' } }, { user: { press: 'allow' } }, toAll, toOne, { user: { press: 'dismiss-1' } }],
  [{ device: { security: { googlePlayServices: false } } }, toAll, toOne, { do: 'rebootNow' }, toAll],
  [{ do: 'deleteUserFromSharedAppleDevice', with: parameters.deleteUserFromSharedAppleDevice }, { do: 'syncDevice' }],
  [{ do: 'logoutSharedAppleDeviceActiveUser' }, { do: 'rotateBitLockerKeys' }, { do: 'shutDown' }, { device: { power: 'on' } }],
];

/** Groups that hold each other, and one that holds nobody. */
const people = {
  users: [{ userPrincipalName: 'adele@contoso.example' }],
  groups: [
    { displayName: 'Everybody', members: ['adele@contoso.example', 'Within', { devicesOf: 'device-a' }] },
    { displayName: 'Within', members: [{ usersOf: 'device-a' }, 'Everybody'] },
    { displayName: 'Nobody' },
  ],
};

/** More than an hour takes of either kind. */
const bursts: readonly object[][] = [Array.from({ length: 27 }, () => toAll), Array.from({ length: 12 }, () => toOne)];

const secondsOf = { s: 1, m: 60, h: 3600 } as const;

/** One step, or some of an episode one after the other. */
function scene(days: number): fc.Arbitrary<object[]> {
  const one = fc.record({ at: instant(days), what: selected }).map(({ at, what }) => [{ at, ...what }]);
  const several = fc
    .record({
      at: instant(days),
      // Five days: a bypass code is used just before its end.
      apart: fc.constantFrom(0, 1, 60, 300, 7200, 28_800, 432_000),
      parts: fc.oneof(
        ...episodes.map((steps) => fc.subarray([...steps])),
        ...bursts.map((steps) => fc.subarray(steps, { minLength: steps.length - 2 })),
      ),
    })
    .map(({ at, apart, parts }) => {
      const from = Number.parseInt(at, 10) * secondsOf[at.at(-1) as keyof typeof secondsOf];
      return parts.map((part, place) => ({ at: `${from + place * apart}s`, ...part }));
    });
  return fc.oneof({ arbitrary: one, weight: 3 }, { arbitrary: several, weight: 1 });
}

export const anyStory: fc.Arbitrary<Story> = fc.constantFrom(3, 30, 420, 600).chain((days) =>
  fc.record({
    name: fc.constant('found-case'),
    title: fc.constant('A case that a random search found'),
    seed: fc.integer({ min: 0, max: 1_000_000 }),
    days: fc.constant(days),
    tenant: fc
      .tuple(
        fc.constantFrom<object>(
          { push: { lost: '0%', latency: '2s' } },
          { push: { lost: '50%', latency: { uniform: ['1s', '2h'] } } },
          {
            push: {
              ...{ lost: '10%', latency: { exponential: '10s' }, late: { share: '50%', by: { uniform: ['1h', '8h'] } } },
              ...{ keptFor: '4h', notificationsKeptFor: '12h', membershipLag: { uniform: ['0s', '2h'] } },
            },
          },
          { push: { lost: '0%', latency: '0s', membershipLag: '15m' } },
          {
            push: { lost: '0%', latency: '2s' },
            policy: { passcodeRequired: true, allowActivationLock: true, workProfilePasscodeRequired: true },
          },
        ),
        fc.option(somePolicies, { nil: undefined }),
      )
      .map(([tenant, compliancePolicies]) => ({
        ...people,
        ...tenant,
        ...(compliancePolicies === undefined ? {} : { compliancePolicies }),
      })),
    fleet: fc
      .array(group, { minLength: 1, maxLength: 2 })
      .map((groups) => groups.map((one, index) => ({ name: `device-${'ab'[index]}`, ...one }))),
    timeline: fc.array(scene(days), { maxLength: 14 }).map((scenes) => scenes.flat()),
  }),
);

/** The scenario file of a story. */
export function storyText(story: Story): string {
  // A burst is the same step many times: each is written out, as a file may have a few aliases only.
  return stringify(story, { aliasDuplicateObjects: false });
}
