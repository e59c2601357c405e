/** For the tests and contract suites of this folder: keys made once per file, scratch folders, and the openssl program as the judge from outside. */
import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Authority, createAuthority, createAuthorityCertificate } from './authority.ts';

/** An instant with a fraction, as real clocks have. */
export const now = Date.parse('2026-03-01T10:20:30.456Z');

const keys = new Map<number, KeyObject>();

/** The nth RSA-2048 key of this test file. */
export function rsaKey(n = 0): KeyObject {
  const known = keys.get(n);
  if (known !== undefined) return known;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  keys.set(n, privateKey);
  return privateKey;
}

export function toPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string;
}

export function testAuthority(key: KeyObject = rsaKey(100), at: number = now): Authority {
  return createAuthority(key, createAuthorityCertificate(key, { now: at, serialNumber: '01' }));
}

/** A folder that is gone after the test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mockfleet-certs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Standard output of the openssl program. @throws Error when it fails */
export function openssl(args: string[], input = ''): string {
  return execFileSync('openssl', args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
}

/** `openssl verify -x509_strict` as at an instant; `OK`, or what it complains about. */
export function strictVerify(authorityPem: string, certificate: string, at: number, more: string[] = []): string {
  const folder = scratch();
  writeFileSync(join(folder, 'ca.pem'), authorityPem);
  writeFileSync(join(folder, 'leaf.pem'), certificate);
  const fixed = ['verify', '-x509_strict', '-attime', String(Math.floor(at / 1000)), '-CAfile', join(folder, 'ca.pem')];
  const { status, stdout, stderr } = spawnSync('openssl', [...fixed, ...more, join(folder, 'leaf.pem')], { encoding: 'utf8' });
  return status === 0 && stdout.trim().endsWith(': OK') ? 'OK' : `${stdout}${stderr}`;
}

/** A CSR made by the openssl program with a key that it makes itself, such as `['-newkey', 'ec', …]`. */
export function opensslCsr(newKey: string[]): string {
  const folder = scratch();
  return openssl(['req', '-new', ...newKey, '-nodes', '-keyout', join(folder, 'key.pem'), '-subj', '/CN=from-openssl']);
}
