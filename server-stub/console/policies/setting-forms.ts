/**
 * How people fill in what a compliance policy asks: for each type its settings, and for each of these what it may be set to. The stub
 * judges by a table of its own; a test holds the two to each other (test/console/policies.test.ts).
 */

/** One row of a list, or a structure: its members, those that may be left out with `?`. */
type Members = readonly string[];

export type SettingForm =
  | { kind: 'flag' }
  | { kind: 'number'; min: number; max: number }
  /** The first value asks for nothing. */
  | { kind: 'choice'; values: readonly string[] }
  | { kind: 'text'; such: string }
  | { kind: 'list'; max: number; members: Members }
  | { kind: 'structure'; members: Members };

export type SettingForms = Readonly<Record<string, SettingForm>>;

const flag: SettingForm = { kind: 'flag' };
const number = (min: number, max: number): SettingForm => ({ kind: 'number', min, max });
const choice = (...values: string[]): SettingForm => ({ kind: 'choice', values });
const version: SettingForm = { kind: 'text', such: '17.5.1' };
const build: SettingForm = { kind: 'text', such: '21F90' };

const flags = (...names: string[]): SettingForms => Object.fromEntries(names.map((name) => [name, flag]));

const inactivity = number(0, 8640);
const characterKinds = number(0, 4);
const remembered = number(1, 24);
const requiredType = choice('deviceDefault', 'alphanumeric', 'numeric');
const versions: SettingForms = { osMinimumVersion: version, osMaximumVersion: version };
const builds: SettingForms = { osMinimumBuildVersion: build, osMaximumBuildVersion: build };
const threatLevels = ['secured', 'low', 'medium', 'high'];
const threats: SettingForms = {
  deviceThreatProtectionEnabled: flag,
  deviceThreatProtectionRequiredSecurityLevel: choice('unavailable', ...threatLevels, 'notSet'),
};
const defender: SettingForms = { advancedThreatProtectionRequiredSecurityLevel: choice('notSet', 'unavailable', ...threatLevels) };
const restrictedApps: SettingForm = { kind: 'list', max: 100, members: ['name', 'publisher?', 'appStoreUrl?', 'appId?'] };

const ios: SettingForms = {
  ...versions,
  ...builds,
  passcodeRequired: flag,
  passcodeBlockSimple: flag,
  passcodeMinimumLength: number(4, 14),
  passcodeMinimumCharacterSetCount: characterKinds,
  passcodeRequiredType: requiredType,
  passcodeExpirationDays: number(1, 65_535),
  passcodePreviousPasscodeBlockCount: remembered,
  passcodeMinutesOfInactivityBeforeLock: inactivity,
  passcodeMinutesOfInactivityBeforeScreenTimeout: inactivity,
  securityBlockJailbrokenDevices: flag,
  managedEmailProfileRequired: flag,
  ...threats,
  ...defender,
  restrictedApps,
};

/** Common to macOS and Windows. */
const computerPassword = (lengthMax: number, daysMax: number): SettingForms => ({
  passwordRequired: flag,
  passwordBlockSimple: flag,
  passwordMinimumLength: number(4, lengthMax),
  passwordMinimumCharacterSetCount: characterKinds,
  passwordRequiredType: requiredType,
  passwordExpirationDays: number(1, daysMax),
  passwordPreviousPasswordBlockCount: remembered,
  passwordMinutesOfInactivityBeforeLock: inactivity,
});

const macos: SettingForms = {
  ...versions,
  ...builds,
  ...computerPassword(14, 65_535),
  ...flags('storageRequireEncryption', 'systemIntegrityProtectionEnabled'),
  ...flags('firewallEnabled', 'firewallBlockAllIncoming', 'firewallEnableStealthMode'),
  gatekeeperAllowedAppSource: choice('notConfigured', 'macAppStore', 'macAppStoreAndIdentifiedDevelopers', 'anywhere'),
  ...threats,
  ...defender,
};

const windows81: SettingForms = { ...versions, ...computerPassword(16, 730), storageRequireEncryption: flag };

const windowsNow: SettingForms = {
  ...windows81,
  ...flags(
    'bitLockerEnabled',
    'secureBootEnabled',
    'codeIntegrityEnabled',
    'earlyLaunchAntiMalwareDriverEnabled',
    'activeFirewallRequired',
  ),
  validOperatingSystemBuildRanges: { kind: 'list', max: 10_000, members: ['description?', 'lowestVersion', 'highestVersion'] },
};

const windows10: SettingForms = {
  ...windowsNow,
  mobileOsMinimumVersion: version,
  mobileOsMaximumVersion: version,
  ...flags('passwordRequiredToUnlockFromIdle', 'requireHealthyDeviceReport', 'tpmRequired', 'antivirusRequired', 'antiSpywareRequired'),
  ...flags('defenderEnabled', 'signatureOutOfDate', 'rtpEnabled', 'memoryIntegrityEnabled', 'kernelDmaProtectionEnabled'),
  ...flags('virtualizationBasedSecurityEnabled', 'firmwareProtectionEnabled', 'configurationManagerComplianceRequired'),
  defenderVersion: version,
  ...threats,
  deviceCompliancePolicyScript: { kind: 'structure', members: ['deviceComplianceScriptId?', 'rulesContent?'] },
  wslDistributions: { kind: 'list', max: 100, members: ['distribution', 'minimumOSVersion?', 'maximumOSVersion?'] },
};

const androidSystem: SettingForms = {
  ...versions,
  minAndroidSecurityPatchLevel: { kind: 'text', such: '2026-08-05' },
  ...flags('storageRequireEncryption', 'securityBlockJailbrokenDevices'),
};
const androidTypes = ['alphabetic', 'alphanumeric', 'alphanumericWithSymbols', 'lowSecurityBiometric', 'numeric', 'numericComplex', 'any'];
const complexity = choice('none', 'low', 'medium', 'high');
const evaluation = choice('basic', 'hardwareBacked');
const integrity = flags('securityRequireSafetyNetAttestationBasicIntegrity', 'securityRequireSafetyNetAttestationCertifiedDevice');

const androidShared: SettingForms = {
  ...androidSystem,
  passwordRequired: flag,
  passwordMinimumLength: number(4, 16),
  passwordRequiredType: choice('deviceDefault', ...androidTypes),
  requiredPasswordComplexity: complexity,
  passwordExpirationDays: number(1, 365),
  passwordPreviousPasswordBlockCount: remembered,
  passwordMinutesOfInactivityBeforeLock: inactivity,
  passwordSignInFailureCountBeforeFactoryReset: number(1, 16),
  ...integrity,
  ...flags('securityPreventInstallAppsFromUnknownSources', 'securityDisableUsbDebugging', 'securityRequireVerifyApps'),
  ...flags('securityRequireGooglePlayServices', 'securityRequireUpToDateSecurityProviders', 'securityRequireCompanyPortalAppIntegrity'),
  ...threats,
};

const workProfileTypes = ['lowSecurityBiometric', 'required', 'atLeastNumeric', 'numericComplex', 'atLeastAlphabetic'];

const androidForWork: SettingForms = {
  ...androidShared,
  securityRequiredAndroidSafetyNetEvaluationType: evaluation,
  workProfileRequirePassword: flag,
  workProfilePasswordMinimumLength: number(4, 16),
  workProfilePasswordRequiredType: choice('deviceDefault', ...workProfileTypes, 'atLeastAlphanumeric', 'alphanumericWithSymbols'),
  workProfileRequiredPasswordComplexity: complexity,
  workProfilePasswordExpirationInDays: number(1, 365),
  workProfilePreviousPasswordBlockCount: number(0, 24),
  workProfileInactiveBeforeScreenLockInMinutes: inactivity,
};

const ownerTypes = [
  'required',
  'numeric',
  'numericComplex',
  'alphabetic',
  'alphanumeric',
  'alphanumericWithSymbols',
  'lowSecurityBiometric',
];

const aosp: SettingForms = {
  ...androidSystem,
  passwordRequired: flag,
  passwordRequiredType: choice('deviceDefault', ...ownerTypes, 'customPassword'),
  passwordMinimumLength: number(4, 16),
  passwordMinutesOfInactivityBeforeLock: number(1, 8640),
};

const counted = ['Letter', 'LowerCase', 'UpperCase', 'NonLetter', 'Numeric', 'Symbol'];

const androidOwner: SettingForms = {
  ...aosp,
  ...Object.fromEntries(counted.map((kind) => [`passwordMinimum${kind}Characters`, number(1, 16)])),
  passwordExpirationDays: number(1, 365),
  passwordPreviousPasswordCountToBlock: remembered,
  passwordMinutesOfInactivityBeforeLock: inactivity,
  ...integrity,
  securityRequiredAndroidSafetyNetEvaluationType: evaluation,
  ...flags('securityRequireIntuneAppIntegrity', 'requireNoPendingSystemUpdates'),
  ...threats,
  ...defender,
};

interface PolicyType {
  title: string;
  settings: SettingForms;
  /** No device here has its system: it is kept, and reaches nobody. */
  reachesNobody?: true;
}

/** By Graph's names, without `microsoft.graph.`. */
export const policyTypes: Readonly<Record<string, PolicyType>> = {
  iosCompliancePolicy: { title: 'iOS/iPadOS', settings: ios },
  androidWorkProfileCompliancePolicy: { title: 'Android: personal work profile', settings: { ...androidForWork, ...defender } },
  androidDeviceOwnerCompliancePolicy: { title: 'Android: corporate-owned', settings: androidOwner },
  androidCompliancePolicy: {
    title: 'Android: device administrator',
    settings: {
      ...androidShared,
      ...defender,
      securityBlockDeviceAdministratorManagedDevices: flag,
      restrictedApps,
      conditionStatementId: { kind: 'text', such: 'an id' },
    },
  },
  windows10CompliancePolicy: { title: 'Windows 10 and later', settings: windows10 },
  macOSCompliancePolicy: { title: 'macOS', settings: macos },
  windows10MobileCompliancePolicy: {
    title: 'Windows 10 Mobile',
    settings: { ...windowsNow, passwordRequireToUnlockFromIdle: flag },
    reachesNobody: true,
  },
  windows81CompliancePolicy: { title: 'Windows 8.1', settings: windows81, reachesNobody: true },
  windowsPhone81CompliancePolicy: { title: 'Windows Phone 8.1', settings: windows81, reachesNobody: true },
  androidForWorkCompliancePolicy: { title: 'Android for Work', settings: androidForWork, reachesNobody: true },
  aospDeviceOwnerCompliancePolicy: { title: 'Android (AOSP)', settings: aosp, reachesNobody: true },
};
