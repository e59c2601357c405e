import { endOfManagement } from '../../protocol/commands.ts';
import { noteApps, withoutUsers } from '../device/apps.ts';
import { erase } from '../device/erase.ts';
import { changeHas } from '../device/information.ts';
import { acknowledged, type Execute } from './outcome.ts';

/** Fresh start: what the user installed goes, and the user's data unless they are kept. A device that is only registered then leaves (reference §2.5). */
export const cleanWindowsDevice: Execute<'cleanWindowsDevice'> = (state, parameters, _now, out) => {
  if (endOfManagement({ type: 'cleanWindowsDevice', parameters }, state.inventory) !== null) {
    erase(state, { esim: true, userData: false }, out);
    return acknowledged;
  }
  const { apps, userData } = state.has;
  const left = withoutUsers(apps);
  changeHas(state, { apps: left, userData: userData && parameters.keepUserData });
  noteApps(apps, left, out);
  return acknowledged;
};
