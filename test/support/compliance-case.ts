/**
 * What each setting of each type of compliance policy makes of a device: written down from Microsoft's pages and reference §4.2, without
 * a look at the code. A case is a change of a good device, and the state that Graph reports of the setting afterwards.
 */
import type { DeviceChange } from '../../protocol/hands.ts';
import type { Platform } from '../../protocol/platforms.ts';
import type { ComplianceStatus, Json } from '../../server-stub/core/policy-records.ts';

type Change = DeviceChange | 'restart';
/** Changes one after the other; `restart`: the device is switched off and on again. */
export type Case = readonly [changes: Change | readonly Change[], state: ComplianceStatus];
export interface Row {
  setting: string;
  value: Json;
  /** Other settings of the same policy that it needs. */
  beside?: Readonly<Record<string, Json>>;
  cases: readonly Case[];
}

export const keeps = (...changes: readonly Change[]): Case => [changes, 'compliant'];
export const breaks = (...changes: readonly Change[]): Case => [changes, 'nonCompliant'];
export const row = (setting: string, value: Json, ...cases: readonly Case[]): Row => ({ setting, value, cases });
export const beside = (others: Readonly<Record<string, Json>>, one: Row): Row => ({ ...one, beside: others });
export const nowhere = (setting: string, value: Json): Row => row(setting, value, [[], 'notApplicable']);

export const passcode = (text: string | null): DeviceChange => ({ passcode: text });
export const profile = (text: string | null): DeviceChange => ({ workProfilePasscode: text });
export const security = (change: NonNullable<DeviceChange['security']>): DeviceChange => ({ security: change });

/** What a good device has that the cases begin with. */
export const good: Readonly<Record<Platform, DeviceChange>> = {
  ios: { passcode: 'Kq7!mZ2#pW', osVersion: '17.5.1', jailBroken: false },
  macos: { passcode: 'Kq7!mZ2#pW', osVersion: '14.5', jailBroken: false, encrypted: true },
  android: { passcode: 'Kq7!mZ2#pW', workProfilePasscode: 'Kq7!mZ2#pW', osVersion: '14', jailBroken: false, encrypted: true },
  windows: { passcode: 'Kq7!mZ2#pW', osVersion: '10.0.22631.3737', jailBroken: false, encrypted: true },
};

/** A switch that only asks whether something is on. */
export const onOff = (setting: string, trait: keyof NonNullable<DeviceChange['security']>, isGood: boolean): Row =>
  row(setting, true, keeps(), keeps(security({ [trait]: isGood })), breaks(security({ [trait]: !isGood })));

export const threat = [
  row(
    'deviceThreatProtectionEnabled',
    true,
    keeps(),
    keeps(security({ threatLevel: 'high' })),
    breaks(security({ threatLevel: 'unavailable' })),
  ),
  ...levels('deviceThreatProtectionRequiredSecurityLevel', { deviceThreatProtectionEnabled: true }),
];
export const defenderThreat = levels('advancedThreatProtectionRequiredSecurityLevel', {});

function levels(setting: string, others: Readonly<Record<string, Json>>): Row[] {
  const order = ['secured', 'low', 'medium', 'high'] as const;
  return order.map((most, index) =>
    beside(
      others,
      row(
        setting,
        most,
        ...order.map((found, at) => (at <= index ? keeps : breaks)(security({ threatLevel: found }))),
        breaks(security({ threatLevel: 'unavailable' })),
      ),
    ),
  );
}

export const versions = (below: string, exactly: string, above: string): Row[] => [
  row('osMinimumVersion', exactly, breaks({ osVersion: below }), keeps({ osVersion: exactly }), keeps({ osVersion: above }), [
    { osVersion: 'unknown' },
    'error',
  ]),
  row('osMaximumVersion', exactly, keeps({ osVersion: below }), keeps({ osVersion: exactly }), breaks({ osVersion: above })),
];
export const builds = [
  row(
    'osMinimumBuildVersion',
    '21F90',
    keeps(),
    breaks(security({ build: '21F89' })),
    keeps(security({ build: '21F90' })),
    keeps(security({ build: '22A5' })),
    breaks(security({ build: '21E900' })),
  ),
  row(
    'osMaximumBuildVersion',
    '21F90',
    keeps(),
    keeps(security({ build: '21F89' })),
    keeps(security({ build: '21F90' })),
    breaks(security({ build: '21F90a' })),
    breaks(security({ build: '22A5' })),
  ),
];
export const restricted = row(
  'restrictedApps',
  [{ name: 'Chess', appId: 'com.example.chess', publisher: null, appStoreUrl: '' }],
  keeps(),
  keeps({ installs: 'Checkers' }),
  breaks({ installs: 'chess' }),
);
export const rooted = row('securityBlockJailbrokenDevices', true, keeps(), breaks({ jailBroken: true }));
