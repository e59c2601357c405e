import type { OfficeApp } from '../../protocol/outside.ts';
import { appNames, signIn } from '../device/outside.ts';
import { powerPressed } from '../device/power.ts';
import { lineCharsMax, type Press, type Screen } from './screen.ts';

const openOffice =
  (app: OfficeApp): Press =>
  (state, { out }) =>
    signIn(state, app, out);

/** In use. */
export const home: Screen = {
  view: ({ inventory, has, phase, notices }) => ({
    title: inventory.deviceName,
    lines: [
      ...(has.activeUser === null ? [] : [`Logged in: ${has.activeUser}`]),
      ...notices.slice(-1).map(({ title }) => `Notification: ${title}`),
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
