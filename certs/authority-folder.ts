/**
 * An authority that lasts: `ca.key.pem` (mode 0600) and `ca.cert.pem` in a folder, made on first use.
 * The key is put in place first and the certificate last. A key alone is therefore an authority in the making (or one that lost its
 * certificate): the key is kept and gets a certificate, and whatever it signed before stays good. A certificate without its key cannot
 * be helped by us: it is an error, never silently a new authority, which would turn every enrolled device away.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { type Authority, createAuthority, createAuthorityCertificate } from './authority.ts';
import { CertificateError } from './errors.ts';
import { publicMode, publishOnce, readIfThere, secretMode } from './publish.ts';

/** Where an authority lives in its folder. */
export function authorityFiles(folder: string): { key: string; certificate: string } {
  return { key: join(folder, 'ca.key.pem'), certificate: join(folder, 'ca.cert.pem') };
}

/** Opens the authority of a folder. @throws CertificateError `ca-missing`, `ca-corrupt` */
export function openAuthority(folder: string): Authority {
  const files = authorityFiles(folder);
  const certificate = readIfThere(files.certificate);
  if (certificate === undefined) {
    throw new CertificateError('ca-missing', `There is no certificate authority in ${folder} (${files.certificate} is missing).`);
  }
  const key = readIfThere(files.key);
  if (key === undefined) throw corrupt(folder, `${files.certificate} has no private key beside it (${files.key} is missing).`);
  return assemble(folder, readKey(folder, key), certificate);
}

/**
 * Opens the authority of a folder, or makes one at the instant `now` with a certificate of this serial number (hexadecimal).
 * Several processes may do so at once: all get the same one. Making one takes about 0.3 s. @throws CertificateError `ca-corrupt`
 */
export function openOrCreateAuthority(folder: string, made: { now: number; serialNumber: string }): Authority {
  const files = authorityFiles(folder);
  if (readIfThere(files.certificate) === undefined) {
    if (readIfThere(files.key) === undefined) publishOnce(files.key, generateKey(), secretMode);
    // Read back, for another process may have been faster.
    const key = readKey(folder, readIfThere(files.key) ?? '');
    publishOnce(files.certificate, createAuthorityCertificate(key, made), publicMode);
  }
  return openAuthority(folder);
}

function generateKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

function readKey(folder: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw corrupt(folder, `${authorityFiles(folder).key} is not a private key in PEM.`);
  }
}

function assemble(folder: string, key: KeyObject, certificate: string): Authority {
  try {
    return createAuthority(key, certificate);
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    const { key: keyFile, certificate: certificateFile } = authorityFiles(folder);
    throw corrupt(folder, `${certificateFile} does not go with ${keyFile}. ${error.message}`);
  }
}

function corrupt(folder: string, reason: string): CertificateError {
  const files = authorityFiles(folder);
  const wayOut = `Put the file back from a copy, or delete both ${files.key} and ${files.certificate} to start with a new authority; every device then has to enrol again.`;
  return new CertificateError('ca-corrupt', `The certificate authority is damaged: ${reason} ${wayOut}`);
}
