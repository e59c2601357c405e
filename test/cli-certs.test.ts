/** `mockfleet certs` as a program: what it prints, where, and with which exit code. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCsr } from '../certs/csr.ts';
import { openssl, strictVerify } from '../certs/fixtures.contract.ts';
import { dayMs } from '../runtime/duration.ts';
import { Program } from './support/program.ts';
import { sharedScratch } from './support/scratch.ts';
import { testKeys } from './support/tenant.ts';

const folder = sharedScratch();
const state = join(folder, 'state');
const csr = join(folder, 'device.csr.pem');
const at = '2031-05-06T07:08:09Z';

const certs = (...words: string[]) => new Program(['certs', ...words], { cwd: folder }).end();
const issue = (...words: string[]) => certs('issue', '--state', state, '--csr', csr, ...words);

beforeAll(async () => {
  writeFileSync(csr, createCsr({ subject: 'asked-for', privateKey: await testKeys.keyAt(0) }));
  const { code, stdout, stderr } = await certs('init', '--state', state, '--json');
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ created: true, file: join(state, 'ca/ca.cert.pem'), isAuthority: true });
});

describe('mockfleet certs init', () => {
  it('M-01 shows the authority that is there, and makes no second one', async () => {
    const before = readFileSync(join(state, 'ca/ca.cert.pem'), 'utf8');
    const { code, stdout, stderr } = await certs('init', '--state', state);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^The certificate authority is there already: .*ca\.cert\.pem\nsubject +CN=mockfleet CA, O=mockfleet\n/);
    expect(readFileSync(join(state, 'ca/ca.cert.pem'), 'utf8')).toBe(before);
    expect(statSync(join(state, 'ca/ca.key.pem')).mode & 0o777).toBe(0o600);
  });
});

describe('mockfleet certs issue', () => {
  it('M-01 issues for a CSR: a year of 365 days, for the subject that the authority names, strictly valid', async () => {
    const { code, stdout, stderr } = await issue('--subject', 'device-1', '--at', at);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const authority = readFileSync(join(state, 'ca/ca.cert.pem'), 'utf8');
    expect(strictVerify(authority, stdout, Date.parse(at), ['-purpose', 'sslclient'])).toBe('OK');
    const text = openssl(['x509', '-noout', '-subject', '-enddate', '-nameopt', 'RFC2253'], stdout);
    expect(text).toMatch(/CN=device-1/);
    expect(text).not.toMatch(/asked-for/);
    expect(Date.parse(/notAfter=(.*)/.exec(text)?.[1] ?? '')).toBe(Date.parse(at) + 365 * dayMs);
  });

  it('writes to a new file, as JSON if asked, and never over an old one', async () => {
    const out = join(folder, 'device.pem');
    const written = await issue('--subject', 'device-2', '--days', '7', '--at', at, '--out', out, '--json');
    const answer = JSON.parse(written.stdout);
    expect(answer).toMatchObject({ subject: 'device-2', notBefore: at, notAfter: '2031-05-13T07:08:09Z', file: out });
    expect(readFileSync(out, 'utf8')).toBe(answer.certificate);
    const again = await issue('--subject', 'device-3', '--out', out);
    expect(again).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/Cannot write .*it exists.*\[file-unwritable\]/) });
    expect(readFileSync(out, 'utf8')).toBe(answer.certificate);

    const inspected = await certs('inspect', out, '--state', state, '--json', '--at', at);
    expect(JSON.parse(inspected.stdout)).toMatchObject({
      issuedByThisAuthority: true,
      daysLeft: 7,
      isAuthority: false,
      serialNumber: answer.serialNumber,
    });
    const shown = await certs('inspect', out, '--state', join(folder, 'elsewhere'), '--at', '2032-01-01');
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/^subject +CN=device-2, O=mockfleet$/m);
    expect(shown.stdout).toMatch(/^valid to +2031-05-13T07:08:09Z \(expired\)$/m);
    expect(shown.stdout).not.toMatch(/issued by this authority/);
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });
});

describe('mockfleet certs, used wrongly', () => {
  const broken = join(folder, 'broken.pem');
  beforeAll(() => writeFileSync(broken, '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n'));

  it.each<[string, string[], number, RegExp]>([
    ['without a word', [], 2, /Say what to do: init, issue or inspect/],
    ['with an unknown word', ['revoke'], 2, /Unknown|revoke/],
    ['without a CSR', ['issue', '--subject', 'd'], 2, /csr/],
    [
      'with days below one',
      ['issue', '--csr', csr, '--subject', 'd', '--days', '0', '--state', state],
      2,
      /--days takes a whole number from 1 to 36500/,
    ],
    [
      'with an instant without a zone',
      ['issue', '--csr', csr, '--subject', 'd', '--at', '2031-01-01T00:00', '--state', state],
      2,
      /--at takes an instant/,
    ],
    [
      'without an authority',
      ['issue', '--csr', csr, '--subject', 'd', '--state', join(folder, 'none')],
      1,
      /mockfleet certs init.*\[ca-missing\]/,
    ],
    [
      'with a CSR that is not there',
      ['issue', '--csr', join(folder, 'no.pem'), '--subject', 'd', '--state', state],
      1,
      /there is none.*\[file-unreadable\]/,
    ],
    ['with a CSR that is none', ['issue', '--csr', broken, '--subject', 'd', '--state', state], 1, /\[csr-invalid\]/],
    ['with an empty subject', ['issue', '--csr', csr, '--subject', '', '--state', state], 1, /\[subject-invalid\]/],
    ['with a certificate that is none', ['inspect', broken, '--state', state], 1, /\[certificate-invalid\]/],
    ['with a folder for a file', ['inspect', folder, '--state', state], 1, /it is a folder.*\[file-unreadable\]/],
  ])('%s', async (_what, words, code, sentence) => {
    const ended = await certs(...words);
    expect(ended.stderr).toMatch(sentence);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });
});
