import type { Screen } from './screen.ts';

/** The administrator's message to whoever found the device. Nobody in front of it gets past it (reference §2.5). */
export const lostMode: Screen = {
  view({ lostMode: lost }) {
    const { message = '', phoneNumber = '', footer = '' } = lost ?? {};
    return {
      title: 'Lost device',
      lines: [message, ...(phoneNumber === '' ? [] : [`Call ${phoneNumber}`]), ...(footer === '' ? [] : [footer])],
      fields: [],
      buttons: [],
    };
  },
  press: {},
};
