/** Making RSA keys without stopping the process: in libuv's threads, a few at a time. */
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

const rsaBits = 2048;
/** libuv has four threads for keys, files and names together; more keys at once would stop the files. */
const keysAtOnceMax = 2;

/** Makes a key; resolves to PEM (PKCS#8). About 0.3 s each. */
export type KeyMaker = () => Promise<string>;

/** Keys that are really made, `atOnceMax` of them at a time; further callers wait in line. */
export function createKeyMaker(atOnceMax: number = keysAtOnceMax): KeyMaker {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return async () => {
    if (busy >= atOnceMax) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy += 1;
    try {
      return await makeKey();
    } finally {
      // The place goes to the next in line without becoming free in between.
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    }
  };
}

async function makeKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: rsaBits });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}
