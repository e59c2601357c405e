/** What faults do to a device or its service, as inputs and answers: the same in virtual time and live. */
import type { DeviceInput } from '../../../agent/device/effects.ts';
import type { DeviceState } from '../../../agent/device/state.ts';
import type { MailOutcome } from '../../../server-stub/core/directory-records.ts';

export const powerOff: DeviceInput = { type: 'power', on: false };
export const powerOn: DeviceInput = { type: 'power', on: true };

/** RFC 5321 §4.2.2: 421, the service is not available. */
export const mailServerDown: MailOutcome = { kind: 'later', error: '421 Service not available' };

/** Whoever charged it again types the passcode: an iPhone has no network before. Where no lock screen asks for one, it does nothing. */
export function unlockAfterStart({ has }: Pick<DeviceState, 'has'>): DeviceInput {
  return { type: 'user-input', input: { press: 'unlock', values: { passcode: has.passcode ?? '' } } };
}

/** Lets it carry a wipe out and lose its power before it has said so. */
export function unreportedWipe(state: DeviceState, carryOut: () => void): void {
  const { traits } = state;
  state.traits = { wipesSilently: true };
  carryOut();
  state.traits = traits;
}
