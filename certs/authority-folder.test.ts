import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { authorityFiles, openAuthority, openOrCreateAuthority } from './authority-folder.ts';
import { createCsr } from './csr.ts';
import { now, rsaKey, scratch, strictVerify, testAuthority, toPem } from './fixtures.contract.ts';
import { validityFrom } from './validity.ts';

const made = { now, serialNumber: 'CA01' };

function freshFolder() {
  const folder = join(scratch(), 'state', 'ca');
  return { folder, ...authorityFiles(folder) };
}

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
const coded = (code: string, ...words: string[]) =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(new RegExp(words.map((word) => word.replaceAll('/', '\\/')).join('[^]*'))),
  });

describe('the folder of an authority', () => {
  it('is made on first use and opened afterwards; the key is for its owner alone', () => {
    const { folder, key, certificate } = freshFolder();
    const first = openOrCreateAuthority(folder, made);
    expect(readdirSync(folder).sort()).toEqual(['ca.cert.pem', 'ca.key.pem']);
    expect([mode(folder), mode(key), mode(certificate)]).toEqual(['700', '600', '644']);
    expect(first.certificate.serialNumber).toBe('CA01');

    const again = openOrCreateAuthority(folder, { now: now + 1e9, serialNumber: 'CA02' });
    expect(again.certificatePem).toBe(first.certificatePem);
    expect(openAuthority(folder).certificatePem).toBe(first.certificatePem);
  });

  it('finishes what a crash left between the key and the certificate, and keeps the key', () => {
    const { folder, key, certificate } = freshFolder();
    const first = openOrCreateAuthority(folder, made);
    const csr = createCsr({ subject: 'd', privateKey: rsaKey() });
    const issued = first.issueForCsr({ csr, subject: 'd', serialNumber: '1', ...validityFrom(now) });
    const keyBefore = readFileSync(key, 'utf8');
    rmSync(certificate);
    writeFileSync(`${certificate}.0123.tmp`, '-----BEGIN CERTIF');

    const second = openOrCreateAuthority(folder, { now, serialNumber: 'CA02' });
    expect(readFileSync(key, 'utf8')).toBe(keyBefore);
    expect(second.certificate.serialNumber).toBe('CA02');
    expect(second.isIssuedByUs(issued)).toBe(true);
    expect(strictVerify(second.certificatePem, issued, now)).toBe('OK');
  });

  it('is one and the same for processes that make it at once', async () => {
    const { folder } = freshFolder();
    const script = `
      import { openOrCreateAuthority } from ${JSON.stringify(new URL('./authority-folder.ts', import.meta.url).href)};
      const { certificate, isIssuedByUs } = openOrCreateAuthority(${JSON.stringify(folder)}, { now: ${now}, serialNumber: '0' + process.argv[1] });
      console.log(certificate.fingerprint256, isIssuedByUs(certificate));`;
    const run = (n: number) =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, String(n)], { encoding: 'utf8' });
    const results = await Promise.all([1, 2, 3].map(run));
    expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1);
    expect(results[0]?.stdout).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2} true\n$/);
    expect(readdirSync(folder).sort()).toEqual(['ca.cert.pem', 'ca.key.pem']);
  });

  it('is not made by merely opening it', () => {
    const { folder, key } = freshFolder();
    expect(() => openAuthority(folder)).toThrow(coded('ca-missing', folder, 'ca.cert.pem is missing'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(key, toPem(rsaKey()));
    expect(() => openAuthority(folder)).toThrow(coded('ca-missing', 'ca.cert.pem is missing'));
  });

  it.each<[string, (files: { key: string; certificate: string }) => void, string[]]>([
    ['the key is missing', ({ key }) => rmSync(key), ['ca.key.pem is missing', 'from a copy', 'delete both']],
    ['the key is garbage', ({ key }) => writeFileSync(key, 'x'), ['ca.key.pem is not a private key', 'delete both']],
    ['the key is empty', ({ key }) => writeFileSync(key, ''), ['ca.key.pem is not a private key']],
    [
      'the key is another',
      ({ key }) => writeFileSync(key, toPem(rsaKey(1))),
      ['ca.cert.pem does not go with', 'ca.key.pem', 'delete both'],
    ],
    ['the certificate is garbage', ({ certificate }) => writeFileSync(certificate, 'x'), ['ca.cert.pem does not go with', 'damaged']],
    ['the certificate is empty', ({ certificate }) => writeFileSync(certificate, ''), ['ca.cert.pem does not go with']],
    [
      'the certificate is of another authority',
      ({ certificate }) => writeFileSync(certificate, testAuthority().certificatePem),
      ['ca.cert.pem does not go with', 'does not belong'],
    ],
  ])('is an error, and never a new authority, when %s', (_name, damage, words) => {
    const { folder, key, certificate } = freshFolder();
    openOrCreateAuthority(folder, made);
    damage({ key, certificate });
    const before = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
    expect(() => openOrCreateAuthority(folder, made)).toThrow(coded('ca-corrupt', ...words));
    expect(() => openAuthority(folder)).toThrow(coded('ca-corrupt', ...words));
    expect(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')])).toEqual(before);
  });

  it('keeps a broken key that has no certificate yet', () => {
    const { folder, key } = freshFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(key, 'half');
    expect(() => openOrCreateAuthority(folder, made)).toThrow(coded('ca-corrupt', 'ca.key.pem is not a private key'));
    expect(readdirSync(folder)).toEqual(['ca.key.pem']);
  });
});
