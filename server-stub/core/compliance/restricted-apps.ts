/** Apps that must not be on a device (Graph: appListItem): known by their id or by their name. */
import { isText, isTextOrNone, list } from './setting.ts';

interface RestrictedApp {
  name: string;
  publisher?: string | null;
  appStoreUrl?: string | null;
  appId?: string | null;
}

export const restrictedApps = list<RestrictedApp>(
  100,
  { name: isText, publisher: isTextOrNone, appStoreUrl: isTextOrNone, appId: isTextOrNone },
  'an app {name, publisher, appStoreUrl, appId}',
  (restricted, { information }) =>
    !information.apps.some((app) => restricted.some(({ name, appId }) => isSame(app.id, appId) || isSame(app.name, name))),
);

function isSame(found: string, asked: string | null | undefined): boolean {
  return typeof asked === 'string' && found.toLowerCase() === asked.toLowerCase();
}
