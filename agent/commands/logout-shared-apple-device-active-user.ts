import { changeHas } from '../device/information.ts';
import { errorCodes } from './error-codes.ts';
import { acknowledged, type Execute } from './outcome.ts';

/** Logs the current user of a Shared iPad out; the iPad keeps the user's data for the next time. */
export const logoutSharedAppleDeviceActiveUser: Execute<'logoutSharedAppleDeviceActiveUser'> = (state) => {
  const { activeUser, cachedUsers } = state.has;
  if (activeUser === null) return { status: 'failed', errorCode: errorCodes.nobodyLoggedIn };
  changeHas(state, { activeUser: null, cachedUsers: [...cachedUsers, activeUser] });
  return acknowledged;
};
