import type { NotificationPermission } from '../../protocol/notifications.ts';
import { changeHas } from '../device/information.ts';
import type { DeviceState } from '../device/state.ts';
import { appName } from './notifications.ts';
import type { Press, Screen } from './screen.ts';

/** Company Portal asks, when it is opened for the first time, whether it may show notifications (CN-03). */
export const notificationPrompt: Screen = {
  view: () => ({
    title: `${appName} would like to send you notifications`,
    lines: ['They may show on the lock screen, as the device is set.'],
    fields: [],
    buttons: [
      { name: 'allow', label: 'Allow' },
      { name: 'dont-allow', label: 'Don\u2019t allow' },
    ],
  }),
  press: { allow: answer('allowed'), 'dont-allow': answer('denied') },
};

function answer(permission: NotificationPermission): Press {
  return (state) => {
    permit(state, permission);
    return 'done';
  };
}

/** What its user lets the app show from now on. */
export function permit(state: DeviceState, permission: NotificationPermission): void {
  changeHas(state, { companyApp: { ...state.has.companyApp, permission } });
}
