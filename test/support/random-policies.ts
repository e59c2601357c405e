/** Compliance policies as random stories have them: of every platform, few enough to meet the same device again and again. */
import fc from 'fast-check';

const actions = fc.array(
  fc
    .record({
      do: fc.constantFrom('remoteLock', 'pushNotification', 'retire', 'noAction'),
      after: fc.constantFrom('0d', '1d', '2d', '9d'),
    })
    .map((action) => action as object),
  { maxLength: 3 },
);
const block = fc.constantFrom([], [], [{ do: 'block', after: '1d' }], [{ do: 'block', after: '3d' }]);

const settings: Readonly<Record<string, readonly object[]>> = {
  iosCompliancePolicy: [
    { passcodeRequired: true, passcodeMinimumLength: 6 },
    { passcodeBlockSimple: true, passcodeExpirationDays: 2 },
    { passcodeRequiredType: 'alphanumeric', passcodeMinutesOfInactivityBeforeLock: 0 },
    { osMinimumVersion: '17.5', securityBlockJailbrokenDevices: true },
    { osMaximumVersion: '17.4' },
    { deviceThreatProtectionEnabled: true, deviceThreatProtectionRequiredSecurityLevel: 'low', restrictedApps: [{ name: 'Maps' }] },
  ],
  macOSCompliancePolicy: [
    { passwordRequired: true, storageRequireEncryption: true },
    { firewallEnabled: true, passwordExpirationDays: 1 },
  ],
  androidCompliancePolicy: [{ passwordRequired: true, securityBlockJailbrokenDevices: true }, { passwordExpirationDays: 3 }],
  androidWorkProfileCompliancePolicy: [
    { workProfileRequirePassword: true, workProfilePasswordMinimumLength: 6, workProfilePasswordExpirationInDays: 1 },
    { passwordRequired: true, securityBlockJailbrokenDevices: true },
  ],
  androidDeviceOwnerCompliancePolicy: [{ passwordRequired: true, storageRequireEncryption: true }, { osMinimumVersion: '8.0' }],
  windows10CompliancePolicy: [
    { passwordRequired: true, bitLockerEnabled: true },
    { secureBootEnabled: true, deviceThreatProtectionEnabled: true, passwordMinimumCharacterSetCount: 2 },
  ],
};

const types = Object.keys(settings);

const policy = fc
  .record({
    type: fc.constantFrom(...types),
    which: fc.nat(),
    name: fc.constantFrom('Policy 1', 'Policy 2', 'Policy 3'),
    assignTo: fc.constantFrom(['all users'], ['all devices'], ['all users', 'all devices']),
    block,
    actions,
  })
  .map(({ type, which, name, assignTo, block: mark, actions: rest }) => {
    const all = settings[type] ?? [];
    // One name a type: a policy of another type under the same name would be another policy.
    return { displayName: `${name} ${type}`, type, settings: all[which % all.length], assignTo, actions: [...mark, ...rest] };
  });

/** For `tenant` of a scenario and of a step: no two of the same name. */
export const somePolicies = fc.uniqueArray(policy, { selector: ({ displayName }) => displayName, minLength: 1, maxLength: 3 });

/** What happens to a device that its policies ask about. */
export const someSecurity = fc.oneof(
  fc.constantFrom('high', 'secured', 'unavailable', null).map((threatLevel) => ({ security: { threatLevel } })),
  fc.constantFrom(1, 30, null).map((lockAfterMinutes) => ({ security: { lockAfterMinutes } })),
  fc.constantFrom([], ['passcodeRequired', 'passwordRequired'], ['osMinimumVersion']).map((unreadable) => ({ unreadable })),
  fc.constantFrom('1111', '135790', 'abcd12').map((passcode) => ({ passcode })),
);
