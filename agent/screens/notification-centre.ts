import { standingIn } from '../device/notifications.ts';
import type { DeviceState } from '../device/state.ts';
import { appName, dismissButtons, notificationLines, pressDismiss } from './notifications.ts';
import type { Screen } from './screen.ts';

/** What was shown and not dismissed yet, oldest first: it stays until then (CN-19). */
export const notificationCentre: Screen = {
  view(state) {
    const list = inCentre(state);
    return {
      title: 'Notifications',
      lines: list.length === 0 ? ['There are none.'] : list.flatMap((one, index) => notificationLines(one, `${index + 1}. ${appName}: `)),
      fields: [],
      buttons: [...dismissButtons(list), { name: 'home', label: 'Close' }],
    };
  },
  press: {
    home(state) {
      state.open = null;
      return 'done';
    },
  },
  pressOther: (state, { button }) => pressDismiss(state, inCentre(state), button) ?? 'no-such-button',
};

const inCentre = (state: DeviceState) => standingIn(state, 'notification-centre');
