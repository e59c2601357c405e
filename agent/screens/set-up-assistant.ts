import { canEnroll, enroll } from '../device/enrollment.ts';
import { refuse, type Screen } from './screen.ts';

const buttons = [
  { name: 'enroll', label: 'Enroll in device management' },
  { name: 'continue', label: 'Set up without management' },
];

/** Out of the box, or wiped. */
export const setUpAssistant: Screen = {
  view: (state) => ({
    title: 'Hello',
    lines: [
      ...(state.phase === 'enrolling' ? ['The device is being enrolled.'] : []),
      ...(state.phase === 'leaving' ? ['The device has been erased.'] : []),
      ...(state.phase === 'refused' ? [`The management refused this device: ${state.refusal?.message}`] : []),
    ],
    fields: [],
    buttons: canEnroll(state) ? buttons : [],
  }),
  press: {
    enroll(state, { out, token }) {
      if (token === undefined) return refuse(state, 'No device management is known to this device.');
      enroll(state, token, out);
      return 'done';
    },
    continue(state) {
      state.setUpDone = true;
      return 'done';
    },
  },
};
