import type { OfficeApp } from '../../protocol/outside.ts';
import { appNames, signIn } from '../device/outside.ts';
import { powerPressed } from '../device/power.ts';
import type { Press, Screen } from './screen.ts';

/** A view's lines are no longer (protocol/hands.ts). */
const lineCharsMax = 2048;

const openOffice =
  (app: OfficeApp): Press =>
  (state, { out }) =>
    signIn(state, app, out);

/** In use. */
export const home: Screen = {
  view: ({ inventory, has, phase }) => ({
    title: inventory.deviceName,
    lines: [
      ...(has.activeUser === null ? [] : [`Logged in: ${has.activeUser}`]),
      has.apps.length === 0 ? 'No apps are installed.' : `Apps: ${has.apps.map(({ name }) => name).join(', ')}`.slice(0, lineCharsMax),
    ],
    fields: [],
    buttons: [
      { name: 'lock', label: 'Lock' },
      ...(phase === 'enrolled' ? [{ name: 'company-portal', label: 'Company Portal' }] : []),
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
    'open-outlook': openOffice('outlook'),
    'open-teams': openOffice('teams'),
    'open-sharepoint': openOffice('sharepoint'),
    power(state, { now, out }) {
      powerPressed(state, false, now, out);
      return 'done';
    },
  },
};
