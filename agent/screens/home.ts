import type { OfficeApp } from '../../protocol/outside.ts';
import type { ScreenButton } from '../../protocol/screens.ts';
import { hasCompanyPortal, standingIn } from '../device/notifications.ts';
import { appNames, signIn } from '../device/outside.ts';
import { powerPressed } from '../device/power.ts';
import type { DeviceState } from '../device/state.ts';
import { appName } from './notifications.ts';
import { cutLine, type Press, type Screen } from './screen.ts';

const openOffice =
  (app: OfficeApp): Press =>
  (state, { out }) =>
    signIn(state, app, out);

/** In use. */
export const home: Screen = {
  view: (state) => ({
    title: state.inventory.deviceName,
    lines: [
      ...(state.has.activeUser === null ? [] : [`Logged in: ${state.has.activeUser}`]),
      state.has.apps.length === 0 ? 'No apps are installed.' : cutLine(`Apps: ${state.has.apps.map(({ name }) => name).join(', ')}`),
    ],
    fields: [],
    buttons: [
      { name: 'lock', label: 'Lock' },
      ...(opensCompanyPortal(state) ? [{ name: 'company-portal', label: appName }] : []),
      ...notificationsButton(standingIn(state, 'notification-centre').length),
      { name: 'open-outlook', label: appNames.outlook },
      { name: 'open-teams', label: appNames.teams },
      { name: 'open-sharepoint', label: appNames.sharepoint },
      { name: 'power', label: 'Power off' },
    ],
  }),
  press: {
    lock(state) {
      state.locked = true;
      return 'done';
    },
    'company-portal'(state) {
      state.open = 'company-portal';
      return 'done';
    },
    notifications(state) {
      state.open = 'notification-centre';
      return 'done';
    },
    'open-outlook': openOffice('outlook'),
    'open-teams': openOffice('teams'),
    'open-sharepoint': openOffice('sharepoint'),
    power(state, { now, out }) {
      powerPressed(state, false, now, out);
      return 'done';
    },
  },
};

function opensCompanyPortal(state: DeviceState): boolean {
  return state.phase === 'enrolled' && hasCompanyPortal(state);
}

function notificationsButton(count: number): ScreenButton[] {
  return count === 0 ? [] : [{ name: 'notifications', label: `Notifications (${count})` }];
}
