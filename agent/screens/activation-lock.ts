import { ask } from '../device/outside.ts';
import { type Screen, secretField } from './screen.ts';

/** Wiped, and still its owner's: the owner's Apple ID and password open it, or a bypass code with the Apple ID left blank (TD-03). */
export const activationLock: Screen = {
  view: () => ({
    title: 'Activation Lock',
    lines: ['This device is linked to an Apple ID. Enter the Apple ID and password that were used to set it up.'],
    fields: [{ name: 'appleId', label: 'Apple ID', secret: false }, secretField('password', 'Password')],
    buttons: [{ name: 'unlock', label: 'Next' }],
  }),
  press: {
    unlock(state, { values, out }) {
      const { appleId = '', password = '' } = values;
      return ask(state, { service: 'activation', serialNumber: state.inventory.serialNumber, appleId, password }, out);
    },
  },
};
