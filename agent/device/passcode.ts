/** When a passcode is good enough, and when the one of a work profile can be reset from outside (M-08, TD-18). */
import type { DeviceInformation } from '../../protocol/device-information.ts';
import type { DeviceState } from './state.ts';

type Held = Pick<DeviceState, 'has' | 'configuration'>;

/** Long enough for the policy in force; none is never enough. */
function isSufficient(passcode: string | null, { configuration }: Held): boolean {
  return passcode !== null && passcode.length >= (configuration?.passcodeLengthMin ?? 1);
}

/** Which passcode the policy wants and misses; the device's own is asked for first. */
export function passcodeMissing(state: Held): 'device' | 'work-profile' | null {
  const { configuration, has } = state;
  if (configuration === null) return null;
  if (configuration.passcodeRequired && !isSufficient(has.passcode, state)) return 'device';
  if (configuration.workProfilePasscodeRequired && has.workProfile !== null && !isSufficient(has.workProfile.passcode, state)) {
    return 'work-profile';
  }
  return null;
}

/** All that the token needs besides the user's consent: a policy that requires the work profile's passcode, and a sufficient one. */
export function consentIsAsked(state: Held): boolean {
  const { configuration, has } = state;
  return configuration?.workProfilePasscodeRequired === true && has.workProfile !== null && isSufficient(has.workProfile.passcode, state);
}

/** `none` on kinds without a work profile; `active` when policy, passcode and consent are all there (reference §8.6). */
export function resetTokenOf(state: Held): DeviceInformation['resetToken'] {
  const { workProfile } = state.has;
  if (workProfile === null) return 'none';
  return consentIsAsked(state) && workProfile.resetConsent ? 'active' : 'inactive';
}
