/** Sign-ins on another device: a program shows a short code, a person types it on a page and signs in there, and the program gets the tokens. */

/** As long as the real ones. */
const lifeMs = 15 * 60_000;
/** A program that asks again and again shall not fill the memory. */
const codesMax = 1000;
/** Without signs that look alike. */
const alphabet = 'BCDFGHJKLMNPQRSTVWXYZ23456789';

export interface DeviceCode {
  deviceCode: string;
  /** What the person types. */
  userCode: string;
  appId: string;
  /** As asked for. */
  scope: string;
  /** Real time. */
  expiresAt: number;
  /** Object id of who has signed in; null: nobody yet. */
  userId: string | null;
}

export interface DeviceCodes {
  begin(appId: string, scope: string): DeviceCode;
  /** By what the program keeps; one that has expired is there until it is needed no more. */
  ofProgram(deviceCode: string): DeviceCode | undefined;
  /** By what a person types, in any case and with blanks; undefined: unknown, used or expired. */
  ofPerson(userCode: string): DeviceCode | undefined;
  /** Its tokens were fetched. */
  end(code: DeviceCode): void;
}

export function createDeviceCodes(realNow: () => number): DeviceCodes {
  const codes = new Map<string, DeviceCode>();
  return {
    begin(appId, scope) {
      // Oldest first: that is their order here.
      for (const old of codes.values()) {
        if (codes.size < codesMax && realNow() <= old.expiresAt + lifeMs) break;
        codes.delete(old.deviceCode);
      }
      const code = { deviceCode: randomText(64), userCode: randomText(9), appId, scope, expiresAt: realNow() + lifeMs, userId: null };
      codes.set(code.deviceCode, code);
      return code;
    },
    ofProgram: (deviceCode) => codes.get(deviceCode),
    ofPerson(userCode) {
      const wanted = userCode.replace(/[\s-]/g, '').toUpperCase();
      for (const code of codes.values()) {
        if (code.userCode === wanted && code.userId === null && realNow() <= code.expiresAt) return code;
      }
      return undefined;
    },
    end: (code) => void codes.delete(code.deviceCode),
  };
}

/** Not to be guessed. */
function randomText(length: number): string {
  // The remainder prefers the first signs by a little; there are 29 to the power of `length` all the same.
  return Array.from(crypto.getRandomValues(new Uint32Array(length)), (draw) => alphabet[draw % alphabet.length]).join('');
}
