/** Where one value of a setting is stricter than another, whoever keeps the stricter one keeps the milder one; and versions have one order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceInformation } from '../agent/device/information.ts';
import { newDevice } from '../agent/device/state.ts';
import { integrityLevels, threatLevels } from '../protocol/device-security.ts';
import type { EnrollmentType, Platform } from '../protocol/platforms.ts';
import { dayMs } from '../runtime/duration.ts';
import { policyTypeTable } from '../server-stub/core/compliance/policy-types.ts';
import { compareBuilds, compareVersions } from '../server-stub/core/compliance/versions.ts';
import type { Json, PolicyType } from '../server-stub/core/policy-records.ts';
import type { DeviceRecord } from '../server-stub/core/records.ts';

const kinds: Partial<Record<PolicyType, readonly [Platform, EnrollmentType]>> = {
  iosCompliancePolicy: ['ios', 'device'],
  macOSCompliancePolicy: ['macos', 'device'],
  androidCompliancePolicy: ['android', 'device-administrator'],
  androidWorkProfileCompliancePolicy: ['android', 'personal-work-profile'],
  androidDeviceOwnerCompliancePolicy: ['android', 'fully-managed'],
  windows10CompliancePolicy: ['windows', 'joined'],
};
const types = Object.keys(kinds) as PolicyType[];
const now = 1_900_000_000_000;

const part = fc.nat(20);
const version = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
const build = fc.tuple(fc.integer({ min: 18, max: 22 }), fc.constantFrom('A', 'B', 'F'), fc.nat(120), fc.constantFrom('', 'a', 'b'));
const buildText = build.map((parts) => parts.join(''));
const passcode = fc.option(
  fc.oneof(
    fc.constantFrom('1111', '1234', '13572468', 'abcdx', 'abcd1', 'Ab-12345'),
    fc.string({ unit: fc.constantFrom(...'aB1-'), minLength: 1, maxLength: 18 }),
  ),
);
const day = fc.integer({ min: 0, max: 800 }).map((days) => new Date(Date.UTC(2025, 0, 1) + days * dayMs).toISOString().slice(0, 10));

/** Any device of a kind, as it tells about itself. */
const anyDevice = fc.record({
  osVersion: version,
  passcode,
  profilePasscode: passcode,
  age: fc.nat(400),
  security: fc.record(
    {
      threatLevel: fc.constantFrom(...threatLevels),
      lockAfterMinutes: fc.nat(30),
      screenOffAfterMinutes: fc.nat(30),
      rememberedPasscodes: fc.nat(24),
      securityPatch: day,
      build: buildText,
      gatekeeper: fc.constantFrom('macAppStore', 'macAppStoreAndIdentifiedDevelopers', 'anywhere'),
      playIntegrity: fc.constantFrom(...integrityLevels),
      defenderVersion: version,
    },
    { requiredKeys: [] },
  ),
});
type AnyDevice = typeof anyDevice extends fc.Arbitrary<infer T> ? T : never;

function stateOf(type: PolicyType, setting: string, value: Json, device: AnyDevice): string {
  const [platform, enrollment] = kinds[type] as readonly [Platform, EnrollmentType];
  const inventory = {
    platform,
    enrollment,
    serialNumber: 'A',
    deviceName: 'a',
    manufacturer: 'a',
    model: 'a',
    osVersion: device.osVersion,
    userPrincipalName: 'a@contoso.example',
  };
  const setAt = now - device.age * dayMs;
  const workProfile = enrollment === 'personal-work-profile' ? { passcode: device.profilePasscode, setAt, resetConsent: false } : null;
  const state = newDevice(inventory, 1, undefined, {
    passcode: device.passcode,
    passcodeSetAt: setAt,
    workProfile,
    security: device.security,
  });
  const rule = policyTypeTable[type].settings[setting];
  const record = { inventory } as DeviceRecord;
  return rule?.judge?.(value as Exclude<Json, null>, { record, information: deviceInformation(state), now }).state ?? 'no such setting';
}

/** A pair of values, the stricter one first. */
type Pair = readonly [stricter: Json, milder: Json];
const most = (max: number) => fc.tuple(fc.nat(max), fc.nat(max)).map(([a, b]): Pair => [Math.min(a, b), Math.max(a, b)]);
const least = (max: number) => most(max).map(([a, b]): Pair => [b, a]);
const ordered = (...fromMildest: string[]) =>
  most(fromMildest.length - 1).map(([a, b]): Pair => [fromMildest[b as number] as string, fromMildest[a as number] as string]);
const sorted = (text: fc.Arbitrary<string>, compare: (a: string, b: string) => number | null, isLeast: boolean) =>
  fc.tuple(text, text).map(([a, b]): Pair => ((compare(a, b) ?? 0) >= 0 === isLeast ? [a, b] : [b, a]));

const levels = ordered('high', 'medium', 'low', 'secured');
const apple = ordered('numeric', 'alphanumeric');
const android = ordered('any', 'numeric', 'numericComplex', 'alphabetic', 'alphanumeric', 'alphanumericWithSymbols');
const profile = ordered(
  'required',
  'atLeastNumeric',
  'numericComplex',
  'atLeastAlphabetic',
  'atLeastAlphanumeric',
  'alphanumericWithSymbols',
);

/** By the end of its name, or all of it: which of two values asks for more. */
const orders: readonly (readonly [RegExp, fc.Arbitrary<Pair>])[] = [
  [/CharacterSetCount$/, least(4)],
  [/(MinimumLength|Min.*Characters|BlockCount|CountToBlock)$/, least(24)],
  [/(ExpirationDays|ExpirationInDays|BeforeLock|BeforeScreenTimeout|BeforeScreenLockInMinutes)$/, most(400)],
  [/^(osMinimumVersion|defenderVersion)$/, sorted(version, compareVersions, true)],
  [/^osMaximumVersion$/, sorted(version, compareVersions, false)],
  [/^osMinimumBuildVersion$/, sorted(buildText, compareBuilds, true)],
  [/^osMaximumBuildVersion$/, sorted(buildText, compareBuilds, false)],
  [/^minAndroidSecurityPatchLevel$/, sorted(day, (a, b) => (a < b ? -1 : Number(a > b)), true)],
  [/SecurityLevel$/, levels],
  [/omplexity$/, ordered('low', 'medium', 'high')],
  [/^workProfilePasswordRequiredType$/, profile],
  [/^gatekeeperAllowedAppSource$/, ordered('anywhere', 'macAppStoreAndIdentifiedDevelopers', 'macAppStore')],
];

function orderOf(type: PolicyType, setting: string): fc.Arbitrary<Pair> | undefined {
  if (/^pass(code|word)RequiredType$/.test(setting)) return type.startsWith('android') ? android : apple;
  return orders.find(([name]) => name.test(setting))?.[1];
}

const cases = types.flatMap((type) =>
  Object.entries(policyTypeTable[type].settings).flatMap(([setting, { judge }]) => {
    const order = orderOf(type, setting);
    return order === undefined || judge === null ? [] : [{ type, setting, order }];
  }),
);

describe('of two values of a setting', () => {
  it.each(cases)('a device that keeps the stricter $setting of $type keeps the milder one', ({ type, setting, order }) => {
    fc.assert(
      fc.property(order, anyDevice, ([stricter, milder], device) => {
        const [strict, mild] = [stateOf(type, setting, stricter, device), stateOf(type, setting, milder, device)];
        expect(['compliant', 'nonCompliant', 'notApplicable']).toContain(strict);
        if (strict === 'compliant') expect(mild).toBe('compliant');
        expect(strict === 'notApplicable').toBe(mild === 'notApplicable');
      }),
    );
  });

  it('every setting with an order is among them', () => {
    expect(cases.length).toBeGreaterThan(70);
  });
});

describe('the order of versions', () => {
  /** Written down with leading zeros, so that text has the same order. */
  const padded = (text: string) => [0, 1, 2, 3].map((index) => (text.split('.')[index] ?? '0').padStart(8, '0')).join('.');

  it('is that of their numbers, a missing one being 0', () => {
    const number = fc.oneof(fc.nat(20), fc.nat(65_535));
    const any = fc.array(number, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(any, any, (a, b) => {
        const reference = padded(a) < padded(b) ? -1 : padded(a) > padded(b) ? 1 : 0;
        expect(Math.sign(compareVersions(a, b) ?? Number.NaN)).toBe(reference);
      }),
      {
        examples: [
          ['17.5', '17.5.0'],
          ['17.10', '17.9'],
          ['10.0.22631.3737', '10.0.22631.3737'],
        ],
      },
    );
  });

  it('reads the numbers that a version begins with, and no others', () => {
    expect(compareVersions('14.1 beta 2', '14.1')).toBe(0);
    expect(compareVersions('unknown', '14.1')).toBeNull();
    expect(compareVersions('', '1')).toBeNull();
  });

  it('of builds is that of Apple', () => {
    const inOrder = ['20G1427', '21A5248v', '21A5248w', '21F79', '21F90', '21F90a', '21G72', '22A3354'];
    fc.assert(
      fc.property(fc.nat(7), fc.nat(7), (a, b) => {
        expect(Math.sign(compareBuilds(inOrder[a] as string, inOrder[b] as string) ?? Number.NaN)).toBe(Math.sign(a - b));
      }),
    );
    expect(compareBuilds('21F90', 'beta')).toBeNull();
  });
});
