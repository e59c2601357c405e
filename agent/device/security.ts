/** What a device tells its policies beyond the plain facts: its passcodes' properties, and what is otherwise than on a good device. */
import type { Configuration } from '../../protocol/device-information.ts';
import {
  type DeviceSecurity,
  goodSecurity,
  type SecurityChange,
  type SecurityTraits,
  securityTraitsOf,
} from '../../protocol/device-security.ts';
import type { Platform } from '../../protocol/platforms.ts';
import { passcodeFacts } from './passcode-facts.ts';
import type { DeviceState, Possessions } from './state.ts';

type Told = Pick<DeviceState, 'has' | 'configuration' | 'enrolledAt'>;
type Measured = NonNullable<Possessions['atBoot']>;

/** undefined: there is nothing to say. */
export function deviceSecurity({ has, configuration, enrolledAt }: Told): DeviceSecurity | undefined {
  const { passcode, passcodeSetAt, workProfile, atBoot } = has;
  const traits = enforced(has.security, configuration);
  const profilePasscode = workProfile?.passcode ?? null;
  const measured = atBoot === null || isAsNow(atBoot, has) ? null : atBoot;
  if (passcode === null && profilePasscode === null && measured === null && isEmpty(traits)) return undefined;
  return {
    ...traits,
    ...(passcode === null ? {} : { passcode: passcodeFacts(passcode, passcodeSetAt ?? enrolledAt) }),
    ...(profilePasscode === null ? {} : { workProfilePasscode: passcodeFacts(profilePasscode, workProfile?.setAt ?? enrolledAt) }),
    ...(measured === null ? {} : { atBoot: measured }),
  };
}

/** With what simulations want of it. What the platform does not have, and what is as on a good device, is not kept. */
export function changedSecurity(traits: SecurityTraits, asked: SecurityChange, platform: Platform): SecurityTraits {
  const after: Record<string, unknown> = { ...traits };
  const good: SecurityTraits = goodSecurity;
  for (const trait of securityTraitsOf[platform]) {
    const value = asked[trait];
    if (value === undefined) continue;
    if (value === null || value === good[trait]) delete after[trait];
    else after[trait] = value;
  }
  return after as SecurityTraits;
}

/** What Windows knows of its latest start, when something of that changes after it (reference §4.2: measured at boot only). */
export function measuredBefore(has: Possessions): Measured {
  return has.atBoot ?? measuredNow(has);
}

function measuredNow({ encrypted, security }: Possessions): Measured {
  const {
    secureBoot = goodSecurity.secureBoot,
    codeIntegrity = goodSecurity.codeIntegrity,
    earlyLaunchAntiMalware = goodSecurity.earlyLaunchAntiMalware,
  } = security;
  return { encrypted, secureBoot, codeIntegrity, earlyLaunchAntiMalware };
}

function isAsNow(measured: Measured, has: Possessions): boolean {
  const now = measuredNow(has);
  return (Object.keys(now) as (keyof Measured)[]).every((name) => now[name] === measured[name]);
}

/** Policies of platforms that enforce them set the device's own limits, where those are looser (reference §4.2). */
function enforced(traits: SecurityTraits, configuration: Configuration | null): SecurityTraits {
  const rules = configuration?.passcodeRules;
  if (rules === undefined) return traits;
  const {
    lockAfterMinutes = goodSecurity.lockAfterMinutes,
    screenOffAfterMinutes = goodSecurity.screenOffAfterMinutes,
    rememberedPasscodes = goodSecurity.rememberedPasscodes,
  } = traits;
  const { lockAfterMinutesMax, screenOffAfterMinutesMax, rememberedPasscodesMin } = rules;
  return {
    ...traits,
    ...(lockAfterMinutesMax !== undefined && lockAfterMinutes > lockAfterMinutesMax ? { lockAfterMinutes: lockAfterMinutesMax } : {}),
    ...(screenOffAfterMinutesMax !== undefined && screenOffAfterMinutes > screenOffAfterMinutesMax
      ? { screenOffAfterMinutes: screenOffAfterMinutesMax }
      : {}),
    ...(rememberedPasscodesMin !== undefined && rememberedPasscodes < rememberedPasscodesMin
      ? { rememberedPasscodes: rememberedPasscodesMin }
      : {}),
  };
}

function isEmpty(traits: object): boolean {
  for (const _ in traits) return false;
  return true;
}
