import type { AssignedApp } from '../../protocol/device-information.ts';
import type { ScreenButton } from '../../protocol/screens.ts';
import { formatInstant } from '../../runtime/duration.ts';
import { isInstalled, noteApps, withApp } from '../device/apps.ts';
import { changeHas } from '../device/information.ts';
import { canConnect } from '../device/link.ts';
import { standingIn } from '../device/notifications.ts';
import { userSynced } from '../device/session.ts';
import type { DeviceState } from '../device/state.ts';
import { platformTraits } from '../platforms.ts';
import { permit } from './notification-prompt.ts';
import { appName, dismissButtons, notificationLines, pressDismiss } from './notifications.ts';
import { refuse, type Screen } from './screen.ts';

const installPrefix = 'install-';

/** The app: the device as its organization sees it, Sync, the apps that its user may install, and on iOS what came while it was open (CN-14). */
export const companyPortal: Screen = {
  view: (state) => ({
    title: appName,
    lines: [
      state.inventory.deviceName,
      ...ownNotifications(state).flatMap((one, index) => notificationLines(one, `${index + 1}. ${formatInstant(one.at)} `)),
      ...offered(state).map(({ name }) => `Available: ${name}`),
    ],
    fields: [],
    buttons: [
      { name: 'sync', label: 'Sync' },
      ...offered(state).map(({ id, name }) => ({ name: `${installPrefix}${id}`, label: `Install ${name}` })),
      ...dismissButtons(ownNotifications(state)),
      ...permissionButton(state),
      { name: 'home', label: 'Close' },
    ],
  }),
  press: {
    sync(state, { now, out }) {
      if (!canConnect(state)) return refuse(state, 'There is no connection.');
      userSynced(state, now, out);
      return 'done';
    },
    'notifications-on'(state) {
      permit(state, 'allowed');
      return 'done';
    },
    'notifications-off'(state) {
      permit(state, 'denied');
      return 'done';
    },
    home(state) {
      state.open = null;
      return 'done';
    },
  },
  pressOther(state, { button, out }) {
    const dismissed = pressDismiss(state, ownNotifications(state), button);
    if (dismissed !== undefined) return dismissed;
    if (!canConnect(state)) return refuse(state, 'There is no connection.');
    const app = offered(state).find(({ id }) => button === `${installPrefix}${id}`);
    if (app === undefined) return 'no-such-button';
    const { apps } = state.has;
    const after = withApp(apps, { id: app.id, name: app.name, source: 'available' });
    if (after === apps) return refuse(state, 'The device is full.');
    changeHas(state, { apps: after });
    noteApps(apps, after, out);
    return 'done';
  },
};

/** Assigned as available, and not there yet. */
function offered({ configuration, has }: DeviceState): AssignedApp[] {
  return (configuration?.apps ?? []).filter((app) => app.intent === 'available' && !isInstalled(has.apps, app));
}

const ownNotifications = (state: DeviceState) => standingIn(state, 'company-portal');

/** What its user answered when the app asked can be changed. */
function permissionButton({ inventory, has }: DeviceState): ScreenButton[] {
  if (!platformTraits[inventory.platform].takesNotifications) return [];
  return has.companyApp.permission === 'allowed'
    ? [{ name: 'notifications-off', label: 'Turn notifications off' }]
    : [{ name: 'notifications-on', label: 'Turn notifications on' }];
}
