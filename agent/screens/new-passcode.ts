import { changeHas } from '../device/information.ts';
import { passcodeMissing, whyInsufficient } from '../device/passcode.ts';
import type { DeviceState } from '../device/state.ts';
import { refuse, type Screen, secretField } from './screen.ts';

/** A policy requires a passcode, of the device or of the work profile, and there is none that is long enough (TD-19). */
export const newPasscode: Screen = {
  view: (state) => ({
    title: 'Set a new passcode',
    lines: [`Your organization requires a passcode ${whose(state)} with at least ${lengthMin(state)} characters.`],
    fields: [secretField('passcode', 'New passcode')],
    buttons: [{ name: 'set', label: 'Set passcode' }],
  }),
  press: {
    set(state, { values, now }) {
      const { passcode = '' } = values;
      const why = whyInsufficient(passcode, state.configuration);
      if (why !== undefined) return refuse(state, `The passcode needs ${why}.`);
      const { workProfile } = state.has;
      if (passcodeMissing(state) === 'device' || workProfile === null) changeHas(state, { passcode, passcodeSetAt: now });
      else changeHas(state, { workProfile: { ...workProfile, passcode, setAt: now } });
      // The next prompt asks for something else: nobody may type this answer into it twice.
      if (passcodeMissing(state) !== null) state.screenNumber += 1;
      return 'done';
    },
  },
};

function whose(state: DeviceState): string {
  return passcodeMissing(state) === 'work-profile' ? 'for the work profile' : 'for this device';
}

function lengthMin({ configuration }: DeviceState): number {
  return configuration?.passcodeLengthMin ?? 1;
}
