import { changeHas } from '../device/information.ts';
import { errorCodes } from './error-codes.ts';
import { acknowledged, type Execute } from './outcome.ts';

/** Removes a user from a Shared iPad, whose name may be written in any case. Who is logged in is logged out by it: inferred, no page says so. */
export const deleteUserFromSharedAppleDevice: Execute<'deleteUserFromSharedAppleDevice'> = (state, { userPrincipalName }) => {
  const { activeUser, cachedUsers } = state.has;
  const isOther = (name: string) => name.toLowerCase() !== userPrincipalName.toLowerCase();
  const left = cachedUsers.filter(isOther);
  const isActive = activeUser !== null && !isOther(activeUser);
  if (!isActive && left.length === cachedUsers.length) return { status: 'failed', errorCode: errorCodes.userUnknown };
  changeHas(state, { activeUser: isActive ? null : activeUser, cachedUsers: left });
  return acknowledged;
};
