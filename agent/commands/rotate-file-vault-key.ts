import { errorCodes } from './error-codes.ts';
import { acknowledged, type Execute } from './outcome.ts';

/** FileVault key rotation: only an encrypted disk has a recovery key. What the new one is, the service alone knows. */
export const rotateFileVaultKey: Execute<'rotateFileVaultKey'> = ({ has }) =>
  has.encrypted ? acknowledged : { status: 'failed', errorCode: errorCodes.notEncrypted };
