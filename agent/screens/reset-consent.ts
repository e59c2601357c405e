import { changeHas } from '../device/information.ts';
import type { Screen } from './screen.ts';

/** Android's second prompt after a passcode was set: with consent the reset token becomes active (M-08, TD-18). */
export const resetConsent: Screen = {
  view: () => ({
    title: 'Let your administrator reset the work profile passcode?',
    lines: ['If you forget it, your organization can then give you a new one.'],
    fields: [],
    buttons: [
      { name: 'allow', label: 'Allow' },
      { name: 'not-now', label: 'Not now' },
    ],
  }),
  press: {
    allow(state) {
      const { workProfile } = state.has;
      if (workProfile !== null) changeHas(state, { workProfile: { ...workProfile, resetConsent: true } });
      return 'done';
    },
    'not-now'(state) {
      state.consentDeclined = true;
      return 'done';
    },
  },
};
