import { powerPressed } from '../device/power.ts';
import type { Screen } from './screen.ts';

/** Switched off, or on its way through a restart. */
export const off: Screen = {
  view: (state) => ({
    title: state.power === 'restarting' ? 'Restarting' : 'Off',
    lines: [],
    fields: [],
    buttons: [{ name: 'power', label: 'Power' }],
  }),
  press: {
    power(state, { now, out }) {
      powerPressed(state, true, now, out);
      return 'done';
    },
  },
};
