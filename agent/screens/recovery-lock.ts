import { refuse, type Screen, secretField } from './screen.ts';

/** A Mac that was locked or wiped with a PIN (reference §8.5). */
export const recoveryLock: Screen = {
  view: () => ({
    title: 'This Mac is locked',
    lines: ['Enter the PIN that its administrator knows.'],
    fields: [secretField('pin', 'PIN')],
    buttons: [{ name: 'unlock', label: 'Unlock' }],
  }),
  press: {
    unlock(state, { values }) {
      if (values.pin !== state.recoveryPin) return refuse(state, 'The PIN is wrong.');
      state.recoveryPin = null;
      return 'done';
    },
  },
};
