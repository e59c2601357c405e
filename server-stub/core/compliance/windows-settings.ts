/** What policies of Windows can ask (Graph: intune-deviceconfig-windows10compliancepolicy and its like; reference §4.2). */

import type { Json } from '../policy-records.ts';
import {
  blockSimple,
  characterSets,
  encryption,
  expirationDays,
  inactivity,
  keepsPasscode,
  lengthMin,
  maximumVersion,
  minimumVersion,
  previousCount,
  requiredType,
  threatProtection,
} from './common-settings.ts';
import { devicePasscode, has, measured } from './device-facts.ts';
import { beta, betaOnly, flag, isText, isTextOrNone, isVersionText, list, type SettingRules, structure, text } from './setting.ts';
import { compareVersions, isVersion, versionPhrase } from './versions.ts';

interface BuildRange {
  description?: string | null;
  lowestVersion: string;
  highestVersion: string;
}

const passwordSettings: SettingRules = {
  passwordRequired: flag(keepsPasscode(devicePasscode, () => true)),
  passwordBlockSimple: blockSimple(devicePasscode),
  passwordMinutesOfInactivityBeforeLock: inactivity(devicePasscode),
  passwordExpirationDays: expirationDays(devicePasscode, 730),
  passwordMinimumLength: lengthMin(devicePasscode, 4, 16),
  passwordMinimumCharacterSetCount: characterSets(devicePasscode),
  passwordRequiredType: requiredType(devicePasscode),
  passwordPreviousPasswordBlockCount: previousCount(),
};

/** Of windows81CompliancePolicy and windowsPhone81CompliancePolicy, which reach no device here. */
export const windows81Settings: SettingRules = {
  ...passwordSettings,
  osMinimumVersion: minimumVersion,
  osMaximumVersion: maximumVersion,
  storageRequireEncryption: encryption,
};

/** Measured when Windows starts: what is changed counts after a restart (reference §4.2). */
const measuredSettings: SettingRules = {
  bitLockerEnabled: flag((facts) => measured(facts).encrypted),
  secureBootEnabled: flag((facts) => measured(facts).secureBoot),
  codeIntegrityEnabled: flag((facts) => measured(facts).codeIntegrity),
  earlyLaunchAntiMalwareDriverEnabled: flag((facts) => measured(facts).earlyLaunchAntiMalware),
};

const rangePhrase = 'a range {description, lowestVersion, highestVersion} of versions such as "10.0.22631.3737", the lowest first';
const rangesMax = 10_000;

const buildRanges = list<BuildRange>(
  rangesMax,
  { description: isTextOrNone, lowestVersion: isVersionText, highestVersion: isVersionText },
  rangePhrase,
  (ranges, { information }) => isInOne(information.osVersion, ranges),
);

/** @param value what is a list of ranges otherwise */
function whyNotInOrder(value: Json): string | undefined {
  const ranges = value as unknown as readonly BuildRange[];
  const isInOrder = ranges.every(({ lowestVersion, highestVersion }) => (compareVersions(lowestVersion, highestVersion) ?? 0) <= 0);
  return isInOrder ? undefined : `a list of up to ${rangesMax}, each of them ${rangePhrase}`;
}

const phoneAndDesktop: SettingRules = betaOnly({
  activeFirewallRequired: flag(has('firewall')),
  validOperatingSystemBuildRanges: { ...buildRanges, whyNot: (value) => buildRanges.whyNot(value) ?? whyNotInOrder(value) },
});

/** Of windows10MobileCompliancePolicy, which reaches no device here. */
export const windowsMobileSettings: SettingRules = {
  ...windows81Settings,
  ...measuredSettings,
  ...phoneAndDesktop,
  passwordRequireToUnlockFromIdle: flag(keepsPasscode(devicePasscode, () => true)),
};

export const windowsSettings: SettingRules = {
  ...windows81Settings,
  ...measuredSettings,
  passwordRequiredToUnlockFromIdle: flag(keepsPasscode(devicePasscode, () => true)),
  // The service that says so starts from the TPM.
  requireHealthyDeviceReport: flag((facts) => has('tpm')(facts) && measured(facts).secureBoot && measured(facts).codeIntegrity),
  // Of phones.
  mobileOsMinimumVersion: text(isVersion, versionPhrase, null),
  mobileOsMaximumVersion: text(isVersion, versionPhrase, null),
  ...phoneAndDesktop,
  ...betaOnly({
    ...threatProtection,
    tpmRequired: flag(has('tpm')),
    antivirusRequired: flag(has('antivirus')),
    antiSpywareRequired: flag(has('antiSpyware')),
    defenderEnabled: flag(has('defender')),
    defenderVersion: text(isVersion, versionPhrase, (least, { information: { security } }) =>
      security?.defenderVersion === undefined ? true : (compareVersions(security.defenderVersion, least) ?? 0) >= 0,
    ),
    // Graph's name says the opposite of what it asks for: that they are up to date.
    signatureOutOfDate: flag(has('signaturesUpToDate')),
    rtpEnabled: flag(has('realTimeProtection')),
    memoryIntegrityEnabled: flag(has('memoryIntegrity')),
    kernelDmaProtectionEnabled: flag(has('kernelDmaProtection')),
    virtualizationBasedSecurityEnabled: flag(has('virtualizationBasedSecurity')),
    firmwareProtectionEnabled: flag(has('firmwareProtection')),
  }),
  configurationManagerComplianceRequired: beta(flag(null)),
  deviceCompliancePolicyScript: beta(
    structure({ deviceComplianceScriptId: isTextOrNone, rulesContent: isTextOrNone }, 'a script {deviceComplianceScriptId, rulesContent}'),
  ),
  wslDistributions: beta(
    list<{ distribution: string; minimumOSVersion?: string | null; maximumOSVersion?: string | null }>(
      100,
      { distribution: isText, minimumOSVersion: isTextOrNone, maximumOSVersion: isTextOrNone },
      'a distribution {distribution, minimumOSVersion, maximumOSVersion}',
      null,
    ),
  ),
};

/** null: the device's own version cannot be read. */
function isInOne(version: string, ranges: readonly BuildRange[]) {
  if (compareVersions(version, '0') === null) return { state: 'error' as const };
  return ranges.some(
    ({ lowestVersion, highestVersion }) =>
      (compareVersions(version, lowestVersion) ?? -1) >= 0 && (compareVersions(version, highestVersion) ?? 1) <= 0,
  );
}
