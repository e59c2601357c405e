/** Settings that several types of policies have, under one name or another. */
import { threatLevels } from '../../../protocol/device-security.ts';
import { factsOf } from '../../../protocol/platforms.ts';
import { dayMs } from '../../../runtime/duration.ts';
import { type Passcode, trait } from './device-facts.ts';
import {
  beside,
  choice,
  type DeviceFacts,
  flag,
  type Judgement,
  type SettingRule,
  type SettingRules,
  text,
  wholeNumber,
} from './setting.ts';
import { buildPhrase, compareBuilds, compareVersions, isBuild, isVersion, versionPhrase } from './versions.ts';

/** Minutes: six days, the longest that a page of Graph names. */
export const inactivityMinutesMax = 8640;

/** Which passcode of the device a setting is about. */
type Which = (information: DeviceFacts['information']) => Passcode;

/**
 * Each setting of a passcode stands for itself: a length alone asks for a passcode of that length, because Graph says of none of them that
 * it counts only beside another one. What can only be wrong with a passcode that is there (simple, too old) is not wrong without one.
 */
export function keepsPasscode(which: Which, keeps: (passcode: NonNullable<Passcode>) => boolean, without = false) {
  return ({ information }: DeviceFacts): boolean => {
    const passcode = which(information);
    return passcode === null ? without : passcode === undefined || keeps(passcode);
  };
}

export function lengthMin(which: Which, min: number, max: number): SettingRule {
  return wholeNumber(min, max, (value, facts) => keepsPasscode(which, ({ length }) => length >= value)(facts));
}

/** A passcode gets too old by itself: at the first check-in from then on the device breaks the policy. */
export function expirationDays(which: Which, max: number): SettingRule {
  return wholeNumber(1, max, (days, { information, now }): boolean | Judgement => {
    const passcode = which(information);
    if (passcode === null || passcode === undefined) return true;
    const endsAt = passcode.setAt + days * dayMs;
    return now >= endsAt ? false : { state: 'compliant', recheckAt: endsAt };
  });
}

export function characterSets(which: Which): SettingRule {
  return wholeNumber(0, 4, (count, facts) =>
    keepsPasscode(
      which,
      ({ lower, upper, digits, symbols }) => [lower, upper, digits, symbols].filter((one) => one > 0).length >= count,
      count === 0,
    )(facts),
  );
}

/** How long it may lie there until the passcode is asked for. 0: not at all. */
export function inactivity(which: Which, min = 0): SettingRule {
  return wholeNumber(min, inactivityMinutesMax, (minutes, facts) =>
    keepsPasscode(which, () => trait(facts.information, 'lockAfterMinutes') <= minutes)(facts),
  );
}

export function previousCount(min = 1): SettingRule {
  return wholeNumber(min, 24, (count, { information }) => trait(information, 'rememberedPasscodes') >= count);
}

/** Graph's requiredPasswordType. Whoever has letters and digits has more than digits. */
export function requiredType(which: Which): SettingRule {
  return choice(['deviceDefault', 'alphanumeric', 'numeric'], ['deviceDefault'], (type, facts) =>
    keepsPasscode(which, ({ lower, upper, digits }) => type === 'numeric' || (lower + upper > 0 && digits > 0))(facts),
  );
}

export const blockSimple = (which: Which) => flag(keepsPasscode(which, ({ simple }) => !simple, true));

/** An unreadable version of the device's own is an error, not a breach. */
function versionVerdict(difference: number | null, keeps: (difference: number) => boolean): boolean | Judgement {
  return difference === null ? { state: 'error' } : keeps(difference);
}

export const minimumVersion = text(isVersion, versionPhrase, (least, { information }) =>
  versionVerdict(compareVersions(information.osVersion, least), (difference) => difference >= 0),
);
export const maximumVersion = text(isVersion, versionPhrase, (most, { information }) =>
  versionVerdict(compareVersions(information.osVersion, most), (difference) => difference <= 0),
);

/** Of Apple's systems. */
export const buildVersions: SettingRules = {
  osMinimumBuildVersion: text(isBuild, buildPhrase, (least, { information: { security } }) =>
    security?.build === undefined ? true : (compareBuilds(security.build, least) ?? 0) >= 0,
  ),
  osMaximumBuildVersion: text(isBuild, buildPhrase, (most, { information: { security } }) =>
    security?.build === undefined ? true : (compareBuilds(security.build, most) ?? 0) <= 0,
  ),
};

export const encryption = flag(({ information }) => information.encrypted);

/** Not on every kind: the service does not look for it there, and Graph says `Unknown` of it. */
export const notJailbroken = flag(({ record, information }) =>
  factsOf(record.inventory).judgesJailbreak ? !information.jailBroken : null,
);

const levels = ['unavailable', 'secured', 'low', 'medium', 'high', 'notSet'] as const;

/** What no partner looks after is as bad as the worst (reference §4.2: `unavailable` is no level that a device could keep). */
function threatAtMost(nothing: readonly ['unavailable', 'notSet'] | readonly ['notSet', 'unavailable']): SettingRule {
  const order: readonly string[] = threatLevels;
  return choice(levels, nothing, (most, { information }) => order.indexOf(trait(information, 'threatLevel')) <= order.indexOf(most));
}

/** The level counts where the protection is required at all. */
export const threatProtection: SettingRules = {
  deviceThreatProtectionEnabled: flag(({ information }) => trait(information, 'threatLevel') !== 'unavailable'),
  deviceThreatProtectionRequiredSecurityLevel: beside(
    threatAtMost(['unavailable', 'notSet']),
    ({ deviceThreatProtectionEnabled }) => deviceThreatProtectionEnabled === true,
  ),
};

/** Of Microsoft Defender for Endpoint; a device has one partner, whoever asks about it. */
export const defenderThreatLevel = threatAtMost(['notSet', 'unavailable']);
