/** What a macOSCompliancePolicy can ask (Graph: intune-deviceconfig-macoscompliancepolicy; reference §4.2). */
import { appOrigins } from '../../../protocol/device-security.ts';
import {
  blockSimple,
  buildVersions,
  characterSets,
  defenderThreatLevel,
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
import { devicePasscode, has, trait } from './device-facts.ts';
import { beta, betaOnly, choice, flag, type SettingRules } from './setting.ts';

const firewallIsOn = has('firewall');
const blocksIncoming = has('firewallBlocksIncoming');
const isStealthy = has('firewallStealth');

/** From the strictest. */
const origins: readonly string[] = appOrigins;

export const macosSettings: SettingRules = {
  passwordRequired: flag(keepsPasscode(devicePasscode, () => true)),
  passwordBlockSimple: blockSimple(devicePasscode),
  passwordMinimumLength: lengthMin(devicePasscode, 4, 14),
  passwordMinimumCharacterSetCount: characterSets(devicePasscode),
  passwordRequiredType: requiredType(devicePasscode),
  passwordExpirationDays: expirationDays(devicePasscode, 65_535),
  passwordPreviousPasswordBlockCount: previousCount(),
  passwordMinutesOfInactivityBeforeLock: inactivity(devicePasscode),
  osMinimumVersion: minimumVersion,
  osMaximumVersion: maximumVersion,
  ...betaOnly(buildVersions),
  storageRequireEncryption: encryption,
  systemIntegrityProtectionEnabled: flag(has('systemIntegrityProtection')),
  firewallEnabled: flag(firewallIsOn),
  firewallBlockAllIncoming: flag((facts) => firewallIsOn(facts) && blocksIncoming(facts)),
  firewallEnableStealthMode: flag((facts) => firewallIsOn(facts) && isStealthy(facts)),
  gatekeeperAllowedAppSource: beta(
    choice(
      ['notConfigured', ...appOrigins],
      ['notConfigured'],
      (loosest, { information }) => origins.indexOf(trait(information, 'gatekeeper')) <= origins.indexOf(loosest),
    ),
  ),
  ...threatProtection,
  advancedThreatProtectionRequiredSecurityLevel: beta(defenderThreatLevel),
};
