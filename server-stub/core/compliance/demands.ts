/**
 * What policies do not only judge but bring about: iOS, macOS and Windows enforce what is asked of a passcode (reference §4.2). Android
 * only judges; a policy for the passcode of a work profile makes its user be asked for one, and its reset token possible (M-08).
 */
import type { PasscodeRules } from '../../../protocol/device-information.ts';
import { hasWorkProfile, isManagedByPartner, type Platform } from '../../../protocol/platforms.ts';
import type { Json, PasscodeDemands } from '../policy-records.ts';
import type { DeviceRecord } from '../records.ts';
import type { ReachingPolicy } from './targets.ts';

/** What all policies together ask for; each value is the strictest one. */
interface Asked {
  /** There has to be a passcode, of whatever kind. */
  isRequired: boolean;
  /** A policy says that in so many words. */
  isSaid: boolean;
  lengthMin: number;
  rules: PasscodeRules;
  profile: { isRequired: boolean; lengthMin: number };
}

/**
 * The strictest of all policies that reach the device; null: none asks for a passcode. How old it may get is judged, and not enforced.
 * Devices that are asked for the same share it.
 */
export function demandsOf(policies: readonly ReachingPolicy[], { inventory }: DeviceRecord): PasscodeDemands | null {
  // What the partner manages, the partner enforces.
  if (policies.length === 0 || isManagedByPartner(inventory)) return null;
  if (inventory.platform === 'android' && !hasWorkProfile(inventory)) return null;
  // Policies are for one platform each, so that those that reach a device say which one it is of.
  let demands = known.get(policies);
  if (demands === undefined) {
    demands = demandedBy(policies, inventory.platform);
    known.set(policies, demands);
  }
  return demands;
}

/** Devices that the same policies reach share their list (targets.ts). */
const known = new WeakMap<readonly ReachingPolicy[], PasscodeDemands | null>();

function demandedBy(policies: readonly ReachingPolicy[], platform: Platform): PasscodeDemands | null {
  const asked: Asked = { isRequired: false, isSaid: false, lengthMin: 0, rules: {}, profile: { isRequired: false, lengthMin: 0 } };
  for (const { policy } of policies) {
    const { settings } = policy;
    for (const setting in settings) takers[setting]?.(asked, settings[setting] ?? null);
  }
  return platform === 'android' ? ofWorkProfile(asked) : ofDevice(asked);
}

function ofDevice({ isRequired, lengthMin, rules }: Asked): PasscodeDemands | null {
  const hasRules = Object.keys(rules).length > 0;
  if (!isRequired && !hasRules) return null;
  return shared({ passcodeRequired: isRequired, passcodeLengthMin: Math.max(shortest, lengthMin), ...(hasRules ? { rules } : {}) });
}

function ofWorkProfile({ isSaid, profile }: Asked): PasscodeDemands | null {
  if (!isSaid && !profile.isRequired) return null;
  return shared({
    passcodeRequired: false,
    workProfilePasscodeRequired: true,
    passcodeLengthMin: Math.max(shortest, profile.lengthMin),
  });
}

/** Of any passcode that is required. */
const shortest = 4;

type Take = (asked: Asked, value: Json) => void;

const required: Take = (asked, value) => {
  if (value !== true) return;
  asked.isRequired = true;
  asked.isSaid = true;
};
// Each setting stands for itself: what only a passcode can have asks for one (common-settings.ts).
const length: Take = (asked, value) => {
  if (typeof value !== 'number') return;
  asked.isRequired = true;
  asked.lengthMin = Math.max(asked.lengthMin, value);
};
const type: Take = (asked, value) => {
  if (value === 'numeric' || value === 'alphanumeric') asked.isRequired = true;
  if (value === 'alphanumeric') asked.rules.alphanumeric = true;
};
const sets: Take = (asked, value) => {
  if (typeof value !== 'number' || value === 0) return;
  asked.isRequired = true;
  asked.rules.characterSetsMin = Math.max(asked.rules.characterSetsMin ?? 0, value);
};
const lock: Take = (asked, value) => {
  if (typeof value !== 'number') return;
  asked.isRequired = true;
  asked.rules.lockAfterMinutesMax = Math.min(asked.rules.lockAfterMinutesMax ?? value, value);
};
const screenOff: Take = ({ rules }, value) => {
  if (typeof value === 'number') rules.screenOffAfterMinutesMax = Math.min(rules.screenOffAfterMinutesMax ?? value, value);
};
const simple: Take = ({ rules }, value) => {
  if (value === true) rules.blocksSimple = true;
};
const previous: Take = ({ rules }, value) => {
  if (typeof value === 'number') rules.rememberedPasscodesMin = Math.max(rules.rememberedPasscodesMin ?? 0, value);
};

/** By Graph's names. Policies of Android have some of them too. */
const takers: Readonly<Record<string, Take>> = {
  passcodeRequired: required,
  passwordRequired: required,
  passwordRequiredToUnlockFromIdle: required,
  passcodeMinimumLength: length,
  passwordMinimumLength: length,
  passcodeRequiredType: type,
  passwordRequiredType: type,
  passcodeMinimumCharacterSetCount: sets,
  passwordMinimumCharacterSetCount: sets,
  passcodeMinutesOfInactivityBeforeLock: lock,
  passwordMinutesOfInactivityBeforeLock: lock,
  passcodeMinutesOfInactivityBeforeScreenTimeout: screenOff,
  passcodeBlockSimple: simple,
  passwordBlockSimple: simple,
  passcodePreviousPasscodeBlockCount: previous,
  passwordPreviousPasswordBlockCount: previous,
  workProfileRequirePassword: ({ profile }, value) => {
    if (value === true) profile.isRequired = true;
  },
  workProfilePasswordMinimumLength: ({ profile }, value) => {
    if (typeof value === 'number') profile.lengthMin = Math.max(profile.lengthMin, value);
  },
};

const sharedDemands = new Map<string, PasscodeDemands>();
const sharedMax = 1000;

function shared(demands: PasscodeDemands): PasscodeDemands {
  const key = JSON.stringify(demands);
  const same = sharedDemands.get(key);
  if (same !== undefined) return same;
  if (sharedDemands.size >= sharedMax) sharedDemands.clear();
  sharedDemands.set(key, demands);
  return demands;
}
