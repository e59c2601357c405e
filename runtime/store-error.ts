/** Why a store cannot be used. Programs may switch on the code; the message is for people and names the way out. */

export const storeErrorCodes = ['store-corrupt', 'store-inaccessible', 'store-locked', 'store-too-new'] as const;
export type StoreErrorCode = (typeof storeErrorCodes)[number];

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly path: string;

  constructor(code: StoreErrorCode, path: string, message: string, cause?: unknown) {
    super(`${path}: ${message}`, { cause });
    this.code = code;
    this.path = path;
  }
}
