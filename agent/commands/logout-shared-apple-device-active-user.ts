import { changeHas } from '../device/information.ts';
import { errorCodes } from './error-codes.ts';
import { acknowledged, type Execute } from './outcome.ts';

/** Logs the current user of a Shared iPad out. */
export const logoutSharedAppleDeviceActiveUser: Execute<'logoutSharedAppleDeviceActiveUser'> = (state) => {
  if (state.has.activeUser === null) return { status: 'failed', errorCode: errorCodes.nobodyLoggedIn };
  changeHas(state, { activeUser: null });
  return acknowledged;
};
