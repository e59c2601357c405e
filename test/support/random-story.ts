/**
 * Stories drawn at random, as scenario files are: what administrators, users, the network and the tenant do to a few devices of any kind.
 * A story that breaks a checker is shrunk by fast-check to the shortest one that still does, and that is a file which replays it.
 */
import fc from 'fast-check';
import { stringify } from 'yaml';
import { commandTypes } from '../../protocol/commands.ts';
import { enrollmentTypesOf, platforms } from '../../protocol/platforms.ts';

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

const kinds = platforms.flatMap((platform) => enrollmentTypesOf[platform].map((enrollment) => ({ platform, enrollment })));

const group = (index: number) =>
  fc
    .record(
      {
        name: fc.constant(`device-${'abc'[index]}`),
        count: fc.integer({ min: 1, max: 2 }),
        kind: fc.constantFrom(...kinds),
        has: fc.record(
          {
            passcode: fc.constant(passcode),
            findMy: fc.boolean(),
            jailBroken: fc.boolean(),
            esim: fc.boolean(),
            apps: fc.constantFrom([], ['Chess']),
          },
          { requiredKeys: [] },
        ),
        behaviors: fc.array(behavior, { maxLength: 2 }),
      },
      { requiredKeys: ['name', 'count', 'kind'] },
    )
    .map(({ kind, ...rest }) => ({ ...rest, ...kind }));

const parameters: Record<string, object> = {
  wipe: { keepEnrollmentData: true },
  cleanWindowsDevice: { keepUserData: false },
  enableLostMode: { message: 'Please call us' },
  setDeviceName: { deviceName: 'Renamed-1' },
};

const action = fc.tuple(fc.constantFrom(...commandTypes, 'delete'), fc.boolean()).map(([name, isPlain]) => ({
  do: name,
  ...(parameters[name] !== undefined && (!isPlain || name !== 'wipe') ? { with: parameters[name] } : {}),
}));

const userInput = fc.oneof(
  fc.constantFrom(passcode, '0000', '').map((text) => ({ type: text })),
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
    )
    .map((press) => ({ press })),
  fc.constant({ press: 'set', values: { passcode } }),
);

const happening = fc.oneof(
  { arbitrary: action, weight: 6 },
  { arbitrary: fc.constantFrom(...commandTypes).map((name) => ({ cancel: name })), weight: 1 },
  { arbitrary: userInput.map((user) => ({ user })), weight: 3 },
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
);

export const anyStory: fc.Arbitrary<Story> = fc.constantFrom(3, 30, 420, 600).chain((days) =>
  fc.record({
    name: fc.constant('found-case'),
    title: fc.constant('A case that a random search found'),
    seed: fc.integer({ min: 0, max: 1_000_000 }),
    days: fc.constant(days),
    tenant: fc.constantFrom(
      { push: { lost: '0%', latency: '2s' } },
      { push: { lost: '50%', latency: { uniform: ['1s', '2h'] } } },
      {
        push: { lost: '0%', latency: '2s' },
        policy: { passcodeRequired: true, allowActivationLock: true, workProfilePasscodeRequired: true },
      },
    ),
    fleet: fc.integer({ min: 1, max: 2 }).chain((groups) => fc.tuple(...Array.from({ length: groups }, (_, index) => group(index)))),
    timeline: fc.array(
      fc.record({ at: instant(days), happening }).map(({ at, happening: what }) => ({ at, ...what })),
      { maxLength: 14 },
    ),
  }),
);

/** The scenario file of a story. */
export function storyText(story: Story): string {
  return stringify(story);
}
