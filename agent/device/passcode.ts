/** When a passcode is good enough, and when the one of a work profile can be reset from outside (M-08, TD-18). */
import type { Configuration, DeviceInformation, PasscodeRules } from '../../protocol/device-information.ts';
import type { PasscodeFacts } from '../../protocol/device-security.ts';
import { passcodeFacts } from './passcode-facts.ts';
import type { DeviceState } from './state.ts';

type Held = Pick<DeviceState, 'has' | 'configuration'>;

/** Good enough for the policy in force; none is never enough. */
function isSufficient(passcode: string | null, { configuration }: Held): boolean {
  return passcode !== null && whyInsufficient(passcode, configuration) === undefined;
}

/** What the policy in force asks for and this passcode has not, in words; undefined: nothing. Asked after every step, so it is quick. */
export function whyInsufficient(passcode: string, configuration: Configuration | null): string | undefined {
  const lengthMin = configuration?.passcodeLengthMin ?? 1;
  if (passcode.length < lengthMin) return `at least ${lengthMin} characters`;
  const rules = configuration?.passcodeRules;
  return rules === undefined ? undefined : whyAgainst(rules, passcodeFacts(passcode, 0));
}

/** A passcode that nobody required, and that must not be as it is. */
function isAgainstRules(passcode: string | null, { passcodeRules: rules }: Configuration): boolean {
  return passcode !== null && rules !== undefined && whyAgainst(rules, passcodeFacts(passcode, 0)) !== undefined;
}

function whyAgainst(rules: PasscodeRules, { simple, lower, upper, digits, symbols }: PasscodeFacts): string | undefined {
  const { blocksSimple = false, alphanumeric = false, characterSetsMin = 0 } = rules;
  if (blocksSimple && simple) return 'something else than one character again and again, or a row of them';
  if (alphanumeric && (lower + upper === 0 || digits === 0)) return 'letters and digits';
  const sets = [lower, upper, digits, symbols].filter((count) => count > 0).length;
  return sets < characterSetsMin ? `${characterSetsMin} of these: small letters, capital letters, digits, symbols` : undefined;
}

/** Which passcode the policy wants and misses; the device's own is asked for first. */
export function passcodeMissing(state: Held): 'device' | 'work-profile' | null {
  const { configuration, has } = state;
  if (configuration === null) return null;
  if (configuration.passcodeRequired ? !isSufficient(has.passcode, state) : isAgainstRules(has.passcode, configuration)) return 'device';
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
