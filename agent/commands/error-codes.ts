/** Error codes that a device reports with `failed`. No list of the real service's is public: these are ours, in the range that it shows. */
export const errorCodes = {
  /** A Mac that waits for the PIN of an earlier lock cannot take another one (reference §8.5). */
  lockedAlready: -2016330850,
  /** An iPhone or iPad that is not in lost mode does not say where it is (reference §2.2). */
  notLost: -2016330851,
  /** There is no recovery key, of BitLocker or of FileVault, on a disk that is not encrypted. */
  notEncrypted: -2016330852,
  /** Nobody is logged in to the Shared iPad. */
  nobodyLoggedIn: -2016330853,
  /** The new passcode did not come with the command. */
  passcodeMissing: -2016330854,
  /** The Shared iPad has no such user. */
  userUnknown: -2016330855,
} as const;
