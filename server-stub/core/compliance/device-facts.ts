/** What a device's own word says of what policies ask about, with what a good device has where it says nothing. */
import type { DeviceInformation } from '../../../protocol/device-information.ts';
import { type DeviceSecurity, goodSecurity, integrityLevels, type PasscodeFacts } from '../../../protocol/device-security.ts';
import type { DeviceFacts } from './setting.ts';

type Trait = keyof typeof goodSecurity;
type Switch = { [T in Trait]: (typeof goodSecurity)[T] extends boolean ? T : never }[Trait];

export function trait<T extends Trait>({ security }: DeviceInformation, name: T): NonNullable<DeviceSecurity[T]> {
  // TypeScript cannot see that both are of the same member.
  return (security?.[name] ?? goodSecurity[name]) as NonNullable<DeviceSecurity[T]>;
}

/** For settings that only ask whether something is on. */
export function has(name: Switch) {
  return ({ information }: DeviceFacts): boolean => trait(information, name);
}

export function hasNot(name: Switch) {
  return ({ information }: DeviceFacts): boolean => !trait(information, name);
}

/** A rooted device passes none of Google's checks, unless it says otherwise. */
export function passesIntegrity({ information }: DeviceFacts, level: (typeof integrityLevels)[number]): boolean {
  const reached = information.security?.playIntegrity ?? (information.jailBroken ? 'none' : 'strong');
  return integrityLevels.indexOf(reached) >= integrityLevels.indexOf(level);
}

/** As Windows measured it at its latest start (reference §4.2). */
export function measured({ information }: DeviceFacts) {
  const { atBoot } = information.security ?? {};
  const now = {
    encrypted: information.encrypted,
    secureBoot: trait(information, 'secureBoot'),
    codeIntegrity: trait(information, 'codeIntegrity'),
    earlyLaunchAntiMalware: trait(information, 'earlyLaunchAntiMalware'),
  };
  return atBoot ?? now;
}

/** null: there is none. undefined: there is one, of which the device (an earlier version of ours) says nothing, so that it counts as a good one. */
export type Passcode = PasscodeFacts | null | undefined;

export function devicePasscode({ passcode, security }: DeviceInformation): Passcode {
  return passcode ? security?.passcode : null;
}

export function workProfilePasscode({ workProfilePasscode, security }: DeviceInformation): Passcode {
  return workProfilePasscode === true ? security?.workProfilePasscode : null;
}

/** How much it takes to guess a passcode, as Android orders their kinds: 1 digits, 2 no row of them, 3 letters, 4 both, 5 and symbols. */
export function strengthOf({ simple, lower, upper, digits, symbols }: PasscodeFacts): number {
  const letters = lower + upper;
  if (letters > 0 && digits > 0 && symbols > 0) return 5;
  if (letters + symbols > 0) return digits > 0 ? 4 : 3;
  return simple ? 1 : 2;
}
