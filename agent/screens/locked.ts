import { unlock } from '../device/power.ts';
import { refuse, type Screen, secretField } from './screen.ts';

/** The lock screen, with a passcode prompt where there is a passcode. */
export const locked: Screen = {
  view: (state) => ({
    title: 'Locked',
    lines: state.beforeFirstUnlock ? ['The passcode is required after a restart. Until then there is no network.'] : [],
    fields: state.has.passcode === null ? [] : [secretField('passcode', 'Passcode')],
    buttons: [{ name: 'unlock', label: 'Unlock' }],
  }),
  press: {
    unlock(state, { values, now, out }) {
      const { passcode } = state.has;
      if (passcode !== null && values.passcode !== passcode) return refuse(state, 'The passcode is wrong.');
      unlock(state, now, out);
      return 'done';
    },
  },
};
