/**
 * A fleet's keys: a few RSA keys on disk that devices share, because 10,000 keys take half an hour. Every certificate still has its own
 * serial number and subject, so that only a reader of key identifiers could tell. The keys are made when first needed and outlive the run.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { createCsr } from './csr.ts';
import { CertificateError } from './errors.ts';
import type { IdentityMaker } from './identity.ts';
import { publishOnce, readIfThere, secretMode } from './publish.ts';
import { createKeyMaker, type KeyMaker } from './rsa-key.ts';

const keyPoolSize = 16;

interface PooledKey {
  pem: string;
  key: KeyObject;
}

export interface KeyPool extends IdentityMaker {
  readonly size: number;
  /** The key with this number (any integer from 0; taken modulo the size) as PEM. Rejects with CertificateError `key-corrupt`. */
  keyAt(index: number): Promise<string>;
}

/** The pool in a folder (`key-00.pem` …, mode 0600). Several processes may share it. `createRequest` goes round the keys in turn. */
export function openKeyPool(folder: string, size: number = keyPoolSize, makeKey: KeyMaker = createKeyMaker()): KeyPool {
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`A key pool has one key or more, not ${size}.`);
  const keys = new Map<number, Promise<PooledKey>>();
  let turn = 0;

  const take = (index: number): Promise<PooledKey> => {
    const number = index % size;
    let key = keys.get(number);
    if (key === undefined) {
      key = openKey(join(folder, `key-${String(number).padStart(2, '0')}.pem`), makeKey);
      keys.set(number, key);
      // A failure is not kept: the disk may have room again, or the broken file be gone.
      key.catch(() => keys.delete(number));
    }
    return key;
  };

  return {
    size,
    keyAt: async (index) => (await take(index)).pem,
    async createRequest(_requestId, subject) {
      const { pem, key } = await take(turn++);
      return { csr: createCsr({ subject, privateKey: key }), privateKey: pem };
    },
  };
}

async function openKey(path: string, makeKey: KeyMaker): Promise<PooledKey> {
  if (readIfThere(path) === undefined) publishOnce(path, await makeKey(), secretMode);
  // Read back, for another process may have been faster.
  const pem = readIfThere(path) ?? '';
  try {
    return { pem, key: createPrivateKey(pem) };
  } catch {
    throw new CertificateError('key-corrupt', `${path} is not a private key in PEM. Delete it, and the pool makes another one.`);
  }
}
