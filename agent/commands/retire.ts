import { appsAfterRetire, noteApps } from '../device/apps.ts';
import { change } from '../device/information.ts';
import { forgetNotifications } from '../device/notifications.ts';
import { platformTraits } from '../platforms.ts';
import { acknowledged, type Execute } from './outcome.ts';

/**
 * Retire: the management and what it brought go, the user's own stays (TD-08, reference §8.1). Access tokens stay, too (TD-10), and so does
 * a lock screen: it is opened by the user's own passcode. With a work profile the app in it goes, and with the app its notifications. On a device administrator's device the managed apps stay without their data,
 * and are the user's from then on.
 */
export const retire: Execute<'retire'> = (state, _parameters, _now, out) => {
  const { has, inventory } = state;
  const keepsManaged = platformTraits[inventory.platform].keepsAppsOnRetire.includes(inventory.enrollment);
  const apps = appsAfterRetire(has.apps, keepsManaged);
  const companyApp = has.workProfile === null ? has.companyApp : { ...has.companyApp, installed: false };
  change(state, { configuration: null, lostMode: null, has: { ...has, apps, companyData: false, workProfile: null, companyApp } });
  if (!companyApp.installed) forgetNotifications(state);
  noteApps(has.apps, apps, out);
  state.open = null;
  return acknowledged;
};
