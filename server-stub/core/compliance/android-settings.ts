/** What policies of Android can ask (Graph: intune-deviceconfig-androidworkprofilecompliancepolicy and its like; reference §4.2). */
import { majorVersion } from '../../../protocol/platforms.ts';
import {
  defenderThreatLevel,
  encryption,
  expirationDays,
  inactivity,
  keepsPasscode,
  lengthMin,
  maximumVersion,
  minimumVersion,
  notJailbroken,
  previousCount,
  threatProtection,
} from './common-settings.ts';
import { devicePasscode, has, hasNot, type Passcode, passesIntegrity, strengthOf, workProfilePasscode } from './device-facts.ts';
import { restrictedApps } from './restricted-apps.ts';
import {
  beside,
  beta,
  betaOnly,
  choice,
  type DeviceFacts,
  flag,
  type SettingRule,
  type SettingRules,
  text,
  wholeNumber,
} from './setting.ts';
import { dayOf, dayPhrase } from './versions.ts';

type Which = (information: DeviceFacts['information']) => Passcode;

/** Kinds of passcodes, under each name that Graph has for them: how strong one has to be (strengthOf). */
const strengths: Readonly<Record<string, number>> = {
  lowSecurityBiometric: 0,
  any: 0,
  required: 0,
  numeric: 1,
  atLeastNumeric: 1,
  numericComplex: 2,
  alphabetic: 3,
  atLeastAlphabetic: 3,
  alphanumeric: 4,
  atLeastAlphanumeric: 4,
  alphanumericWithSymbols: 5,
  // What it takes is in the counts of characters beside it.
  customPassword: 0,
};

function passwordType(which: Which, types: readonly string[]): SettingRule {
  return choice(['deviceDefault', ...types], ['deviceDefault'], (type, facts) =>
    keepsPasscode(which, (passcode) => strengthOf(passcode) >= (strengths[type] ?? 0))(facts),
  );
}

/**
 * Android's own bands: low is any passcode; medium no row of digits, and four characters; high eight digits, or six characters with letters.
 * @param since the version of Android from which a device knows them
 */
function complexity(which: Which, since: number): SettingRule {
  return choice(['none', 'low', 'medium', 'high'], ['none'], (band, facts) => {
    if (majorVersion(facts.information.osVersion) < since) return null;
    return keepsPasscode(which, (passcode) => {
      if (band === 'low') return true;
      const strength = strengthOf(passcode);
      const isLong = passcode.length >= (band === 'medium' ? 4 : strength >= 3 ? 6 : 8);
      return strength >= 2 && isLong;
    })(facts);
  });
}

const patchLevel = text(
  (value) => dayOf(value) !== null,
  dayPhrase,
  (least, { information: { security } }) => security?.securityPatch === undefined || security.securityPatch >= (dayOf(least) ?? ''),
);

/** Google's strongest check takes the place of the one by which a required attestation is judged otherwise. */
const evaluationType = beside(
  choice(['basic', 'hardwareBacked'], ['basic'], (_hardware, facts) => passesIntegrity(facts, 'strong')),
  (settings) =>
    settings.securityRequireSafetyNetAttestationBasicIntegrity === true ||
    settings.securityRequireSafetyNetAttestationCertifiedDevice === true,
);

const integritySettings: SettingRules = {
  securityRequireSafetyNetAttestationBasicIntegrity: flag((facts) => passesIntegrity(facts, 'basic')),
  securityRequireSafetyNetAttestationCertifiedDevice: flag((facts) => passesIntegrity(facts, 'device')),
};

/** Common to all types of Android. */
const systemSettings: SettingRules = {
  osMinimumVersion: minimumVersion,
  osMaximumVersion: maximumVersion,
  minAndroidSecurityPatchLevel: patchLevel,
  storageRequireEncryption: encryption,
  securityBlockJailbrokenDevices: notJailbroken,
};

const androidTypes = ['alphabetic', 'alphanumeric', 'alphanumericWithSymbols', 'lowSecurityBiometric', 'numeric', 'numericComplex', 'any'];

/** Those of v1.0 are the same for a device administrator and for a work profile. */
const sharedSettings: SettingRules = {
  ...systemSettings,
  ...integritySettings,
  ...threatProtection,
  passwordRequired: flag(keepsPasscode(devicePasscode, () => true)),
  passwordMinimumLength: lengthMin(devicePasscode, 4, 16),
  passwordRequiredType: passwordType(devicePasscode, androidTypes),
  passwordExpirationDays: expirationDays(devicePasscode, 365),
  passwordPreviousPasswordBlockCount: previousCount(),
  passwordMinutesOfInactivityBeforeLock: inactivity(devicePasscode),
  securityPreventInstallAppsFromUnknownSources: flag(hasNot('unknownSources')),
  securityDisableUsbDebugging: flag(hasNot('usbDebugging')),
  securityRequireVerifyApps: flag(has('verifyApps')),
  securityRequireGooglePlayServices: flag(has('googlePlayServices')),
  securityRequireUpToDateSecurityProviders: flag((facts) => has('googlePlayServices')(facts) && has('securityProvidersUpToDate')(facts)),
  securityRequireCompanyPortalAppIntegrity: flag(has('managementAppIntact')),
  // What a device does after so many wrong passcodes, it does not tell.
  passwordSignInFailureCountBeforeFactoryReset: beta(wholeNumber(1, 16, null)),
};

export const androidSettings: SettingRules = {
  ...sharedSettings,
  ...betaOnly({
    requiredPasswordComplexity: complexity(devicePasscode, 11),
    advancedThreatProtectionRequiredSecurityLevel: defenderThreatLevel,
    // Whoever this policy reaches is one.
    securityBlockDeviceAdministratorManagedDevices: flag(() => false),
    restrictedApps,
    conditionStatementId: text(() => true, 'an id', null),
  }),
};

const profileTypes = [
  'lowSecurityBiometric',
  'required',
  'atLeastNumeric',
  'numericComplex',
  'atLeastAlphabetic',
  'atLeastAlphanumeric',
  'alphanumericWithSymbols',
];

/** The same under the name of androidForWorkCompliancePolicy, which reaches no device here. */
export const androidForWorkSettings: SettingRules = {
  ...sharedSettings,
  ...betaOnly({
    requiredPasswordComplexity: complexity(devicePasscode, 12),
    securityRequiredAndroidSafetyNetEvaluationType: evaluationType,
    workProfileRequirePassword: flag(keepsPasscode(workProfilePasscode, () => true)),
    workProfilePasswordMinimumLength: lengthMin(workProfilePasscode, 4, 16),
    workProfilePasswordExpirationInDays: expirationDays(workProfilePasscode, 365),
    workProfilePasswordRequiredType: passwordType(workProfilePasscode, profileTypes),
    workProfilePreviousPasswordBlockCount: previousCount(0),
    workProfileInactiveBeforeScreenLockInMinutes: inactivity(workProfilePasscode),
    workProfileRequiredPasswordComplexity: complexity(workProfilePasscode, 12),
  }),
};

export const workProfileSettings: SettingRules = {
  ...androidForWorkSettings,
  advancedThreatProtectionRequiredSecurityLevel: beta(defenderThreatLevel),
};

const ownerTypes = [
  'required',
  'numeric',
  'numericComplex',
  'alphabetic',
  'alphanumeric',
  'alphanumericWithSymbols',
  'lowSecurityBiometric',
  'customPassword',
];

/** Of aospDeviceOwnerCompliancePolicy, which reaches no device here. */
export const aospSettings: SettingRules = {
  ...systemSettings,
  passwordRequired: flag(keepsPasscode(devicePasscode, () => true)),
  passwordRequiredType: passwordType(devicePasscode, ownerTypes),
  passwordMinimumLength: lengthMin(devicePasscode, 4, 16),
  passwordMinutesOfInactivityBeforeLock: inactivity(devicePasscode, 1),
};

/** So many of its characters at least. */
function charactersMin(count: (passcode: NonNullable<Passcode>) => number): SettingRule {
  return wholeNumber(1, 16, (least, facts) => keepsPasscode(devicePasscode, (passcode) => count(passcode) >= least)(facts));
}

export const deviceOwnerSettings: SettingRules = {
  ...aospSettings,
  ...integritySettings,
  ...threatProtection,
  advancedThreatProtectionRequiredSecurityLevel: defenderThreatLevel,
  passwordMinimumLetterCharacters: charactersMin(({ lower, upper }) => lower + upper),
  passwordMinimumLowerCaseCharacters: charactersMin(({ lower }) => lower),
  passwordMinimumUpperCaseCharacters: charactersMin(({ upper }) => upper),
  passwordMinimumNonLetterCharacters: charactersMin(({ digits, symbols }) => digits + symbols),
  passwordMinimumNumericCharacters: charactersMin(({ digits }) => digits),
  passwordMinimumSymbolCharacters: charactersMin(({ symbols }) => symbols),
  passwordExpirationDays: expirationDays(devicePasscode, 365),
  passwordPreviousPasswordCountToBlock: previousCount(),
  passwordMinutesOfInactivityBeforeLock: inactivity(devicePasscode),
  securityRequireIntuneAppIntegrity: flag(has('managementAppIntact')),
  securityRequiredAndroidSafetyNetEvaluationType: evaluationType,
  requireNoPendingSystemUpdates: flag(hasNot('updatesPending')),
};
