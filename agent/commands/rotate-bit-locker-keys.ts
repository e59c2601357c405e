import { changeHas } from '../device/information.ts';
import { errorCodes } from './error-codes.ts';
import { acknowledged, type Execute } from './outcome.ts';

/** BitLocker key rotation: only an encrypted disk has a recovery key. */
export const rotateBitLockerKeys: Execute<'rotateBitLockerKeys'> = (state) => {
  const { encrypted, bitLockerKey } = state.has;
  if (!encrypted) return { status: 'failed', errorCode: errorCodes.notEncrypted };
  changeHas(state, { bitLockerKey: bitLockerKey + 1 });
  return acknowledged;
};
