import type { AssignedApp } from '../../protocol/device-information.ts';
import { formatInstant } from '../../runtime/duration.ts';
import { isInstalled, noteApps, withApp } from '../device/apps.ts';
import { changeHas } from '../device/information.ts';
import { canConnect } from '../device/link.ts';
import { userSynced } from '../device/session.ts';
import type { DeviceState } from '../device/state.ts';
import { lineCharsMax, refuse, type Screen } from './screen.ts';

const installPrefix = 'install-';

/** The app: the device as its organization sees it, Sync, and the apps that its user may install. */
export const companyPortal: Screen = {
  view: (state) => ({
    title: 'Company Portal',
    lines: [
      state.inventory.deviceName,
      ...state.notices.map(({ at, body }) => `${formatInstant(at)} ${body}`.slice(0, lineCharsMax)),
      ...offered(state).map(({ name }) => `Available: ${name}`),
    ],
    fields: [],
    buttons: [
      { name: 'sync', label: 'Sync' },
      ...offered(state).map(({ id, name }) => ({ name: `${installPrefix}${id}`, label: `Install ${name}` })),
      { name: 'home', label: 'Close' },
    ],
  }),
  press: {
    sync(state, { now, out }) {
      if (!canConnect(state)) return refuse(state, 'There is no connection.');
      userSynced(state, now, out);
      return 'done';
    },
    home(state) {
      state.open = null;
      return 'done';
    },
  },
  pressOther(state, { button, out }) {
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
