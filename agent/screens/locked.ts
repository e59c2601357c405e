import { standingIn } from '../device/notifications.ts';
import { unlock } from '../device/power.ts';
import type { DeviceState } from '../device/state.ts';
import { appName, notificationLines } from './notifications.ts';
import { refuse, type Screen, secretField } from './screen.ts';

/** The lock screen, with a passcode prompt where there is a passcode, and what the device's setting shows of notifications (CN-15). */
export const locked: Screen = {
  view: (state) => ({
    title: 'Locked',
    lines: [
      ...(state.beforeFirstUnlock ? ['The passcode is required after a restart. Until then there is no network.'] : []),
      ...notificationsOn(state),
    ],
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

function notificationsOn(state: DeviceState): string[] {
  const { lockScreen } = state.has.companyApp;
  if (lockScreen === 'hidden') return [];
  const list = standingIn(state, 'notification-centre');
  return list.flatMap((one) => (lockScreen === 'shown' ? notificationLines(one, `${appName}: `) : [`${appName}: Notification`]));
}
