/** What an iosCompliancePolicy can ask (Graph: intune-deviceconfig-ioscompliancepolicy; reference §4.2). */
import {
  blockSimple,
  buildVersions,
  characterSets,
  defenderThreatLevel,
  expirationDays,
  inactivity,
  inactivityMinutesMax,
  keepsPasscode,
  lengthMin,
  maximumVersion,
  minimumVersion,
  notJailbroken,
  previousCount,
  requiredType,
  threatProtection,
} from './common-settings.ts';
import { devicePasscode, has, trait } from './device-facts.ts';
import { restrictedApps } from './restricted-apps.ts';
import { beta, betaOnly, flag, type SettingRules, wholeNumber } from './setting.ts';

export const iosSettings: SettingRules = {
  passcodeRequired: flag(keepsPasscode(devicePasscode, () => true)),
  passcodeBlockSimple: blockSimple(devicePasscode),
  passcodeMinimumLength: lengthMin(devicePasscode, 4, 14),
  passcodeMinimumCharacterSetCount: characterSets(devicePasscode),
  passcodeRequiredType: requiredType(devicePasscode),
  passcodeExpirationDays: expirationDays(devicePasscode, 65_535),
  passcodePreviousPasscodeBlockCount: previousCount(),
  passcodeMinutesOfInactivityBeforeLock: inactivity(devicePasscode),
  passcodeMinutesOfInactivityBeforeScreenTimeout: beta(
    wholeNumber(0, inactivityMinutesMax, (minutes, { information }) => trait(information, 'screenOffAfterMinutes') <= minutes),
  ),
  osMinimumVersion: minimumVersion,
  osMaximumVersion: maximumVersion,
  ...betaOnly(buildVersions),
  securityBlockJailbrokenDevices: notJailbroken,
  ...threatProtection,
  advancedThreatProtectionRequiredSecurityLevel: beta(defenderThreatLevel),
  managedEmailProfileRequired: flag(has('managedEmail')),
  restrictedApps: beta(restrictedApps),
};
