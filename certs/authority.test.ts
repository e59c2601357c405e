import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs } from '../runtime/duration.ts';
import { createAuthority, createAuthorityCertificate } from './authority.ts';
import { createCsr } from './csr.ts';
import { readExtensions } from './extensions.ts';
import { now, openssl, opensslCsr, rsaKey, scratch, strictVerify, testAuthority } from './fixtures.contract.ts';
import { validityFrom } from './validity.ts';

const authority = testAuthority();
const csr = createCsr({ subject: 'whatever-it-asks-for', privateKey: rsaKey() });
const issueAt = (at: number, serialNumber = '0A', subject = 'device-1') =>
  authority.issueForCsr({ csr, subject, serialNumber, ...validityFrom(at) });
const text = (pem: string) => openssl(['x509', '-noout', '-text'], pem);
const dates = (pem: string) => openssl(['x509', '-noout', '-dates', '-dateopt', 'iso_8601'], pem);

describe('the certificate of the authority', () => {
  it('passes strict verification from 10 years before its making to 90 years after', () => {
    expect(dates(authority.certificatePem)).toBe('notBefore=2016-03-03 10:20:30Z\nnotAfter=2116-02-08 10:20:30Z\n');
    for (const years of [-9, 0, 23, 24, 89]) {
      expect(strictVerify(authority.certificatePem, authority.certificatePem, now + years * 365 * dayMs)).toBe('OK');
    }
  });

  it('says that it is an authority, and nothing more', () => {
    const { keyUsage, extendedKeyUsage, critical, ...ids } = readExtensions(authority.certificate.raw);
    expect(authority.certificate.ca).toBe(true);
    expect(keyUsage).toEqual(['keyCertSign', 'cRLSign']);
    expect(extendedKeyUsage).toEqual([]);
    expect(critical).toEqual(['2.5.29.19', '2.5.29.15']);
    expect(ids.authorityKeyIdentifier).toBe(ids.subjectKeyIdentifier);
  });

  it('is the same for the same key, time and serial number', () => {
    const again = createAuthorityCertificate(rsaKey(100), { now, serialNumber: '01' });
    expect(again).toBe(authority.certificatePem);
  });
});

describe('issueForCsr', () => {
  it('M-01 a device certificate is signed by the authority and valid exactly 365 days, to the second', () => {
    const certificate = issueAt(now);
    expect(strictVerify(authority.certificatePem, certificate, now, ['-purpose', 'sslclient'])).toBe('OK');
    expect(dates(certificate)).toBe('notBefore=2026-03-01 10:20:30Z\nnotAfter=2027-03-01 10:20:30Z\n');
    const read = new X509Certificate(certificate);
    expect(Date.parse(read.validTo) - Date.parse(read.validFrom)).toBe(365 * 24 * hourMs);
  });

  it('M-01 is for the device id, with the public key of the request, and for clients only', () => {
    const certificate = issueAt(now);
    expect(openssl(['x509', '-noout', '-subject', '-nameopt', 'RFC2253'], certificate)).toBe('subject=O=mockfleet,CN=device-1\n');
    const read = new X509Certificate(certificate);
    expect(read.publicKey.equals(createPublicKey(rsaKey()))).toBe(true);
    const found = readExtensions(read.raw);
    expect(found.keyUsage).toEqual(['digitalSignature', 'keyEncipherment']);
    expect(found.extendedKeyUsage).toEqual(['clientAuth']);
    expect(found.authorityKeyIdentifier).toBe(readExtensions(authority.certificate.raw).subjectKeyIdentifier);
    const shown = text(certificate);
    expect(shown).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(shown).toMatch(/Key Usage: critical\s+Digital Signature, Key Encipherment/);
    expect(shown.replaceAll(':', '')).toContain(found.subjectKeyIdentifier);
    expect(strictVerify(authority.certificatePem, certificate, now, ['-purpose', 'sslserver'])).toContain('unsuitable certificate purpose');
  });

  it('M-02 a renewed certificate passes as well, and has its own serial number', () => {
    const later = now + 364 * dayMs;
    const renewed = issueAt(later, 'FF00');
    expect(strictVerify(authority.certificatePem, renewed, later)).toBe('OK');
    expect(openssl(['x509', '-noout', '-serial'], renewed)).toBe('serial=FF00\n');
  });

  it('M-01 crosses 2050, where X.509 changes its way of writing dates', () => {
    for (const instant of ['2049-06-01T00:00:00Z', '2049-12-31T23:59:59Z', '2050-01-01T00:00:00Z', '2077-02-28T12:00:00Z']) {
      const at = Date.parse(instant);
      const certificate = issueAt(at);
      expect(strictVerify(authority.certificatePem, certificate, at + 364 * dayMs)).toBe('OK');
      expect(Date.parse(new X509Certificate(certificate).validTo)).toBe(at + 365 * dayMs);
    }
    const shown = openssl(['asn1parse'], issueAt(Date.parse('2049-06-01T00:00:00Z')));
    expect(shown).toMatch(/UTCTIME\s+:490601000000Z/);
    expect(shown).toMatch(/GENERALIZEDTIME\s+:20500601000000Z/);
  });

  it('TD-15 is refused by OpenSSL, too, outside its year', () => {
    const { notBefore, notAfter } = validityFrom(now);
    const certificate = issueAt(now);
    expect(strictVerify(authority.certificatePem, certificate, notBefore - 1000)).toContain('not yet valid');
    expect(strictVerify(authority.certificatePem, certificate, notAfter - 1000)).toBe('OK');
    expect(strictVerify(authority.certificatePem, certificate, notAfter + 1000)).toContain('has expired');
  });

  it.each([
    ['80', '80'],
    ['00FF', 'FF'],
    ['7f'.repeat(20), '7F'.repeat(20)],
    ['80'.repeat(19), '80'.repeat(19)],
  ])('the serial number %s is read back as %s', (hex, serial) => {
    const certificate = issueAt(now, hex);
    expect(new X509Certificate(certificate).serialNumber).toBe(serial);
    expect(strictVerify(authority.certificatePem, certificate, now)).toBe('OK');
  });

  it('keeps a device id with characters beyond ASCII', () => {
    const certificate = issueAt(now, '01', 'Gerät, 7 = "büro"');
    expect(new X509Certificate(certificate).toLegacyObject().subject.CN).toBe('Gerät, 7 = "büro"');
    expect(strictVerify(authority.certificatePem, certificate, now)).toBe('OK');
  });

  it.each([
    ['a bad request', { csr: 'none' }, 'csr-invalid'],
    ['an empty subject', { subject: '' }, 'subject-invalid'],
    ['a serial number of zero', { serialNumber: '00' }, 'serial-invalid'],
    ['fractions of seconds', { notBefore: now }, 'validity-invalid'],
  ])('refuses %s', (_name, change, code) => {
    const request = { csr, subject: 'device-1', serialNumber: '01', ...validityFrom(now) };
    expect(() => authority.issueForCsr({ ...request, ...change })).toThrow(expect.objectContaining({ code }));
  });
});

describe('issueServerCertificate', () => {
  const request = { publicKey: createPublicKey(rsaKey(1)), serialNumber: '02', ...validityFrom(now) };

  it('is for servers, and for the names and addresses of the machine', () => {
    const certificate = authority.issueServerCertificate({
      ...request,
      hosts: ['mdm.example.test', '192.0.2.7', 'localhost', '2001:db8::1'],
    });
    const verify = (...more: string[]) => strictVerify(authority.certificatePem, certificate, now, ['-purpose', 'sslserver', ...more]);
    for (const host of ['localhost', 'mdm.example.test']) expect(verify('-verify_hostname', host)).toBe('OK');
    for (const ip of ['127.0.0.1', '::1', '192.0.2.7', '2001:db8::1']) expect(verify('-verify_ip', ip)).toBe('OK');
    expect(verify('-verify_hostname', 'elsewhere.test')).toContain('hostname mismatch');
    expect(strictVerify(authority.certificatePem, certificate, now, ['-purpose', 'sslclient'])).toContain('unsuitable certificate purpose');
  });

  it.each(['', 'two words', 'a..b', 'fe80::1%eth0', `${'a'.repeat(250)}.test`])('refuses the host %j', (host) => {
    expect(() => authority.issueServerCertificate({ ...request, hosts: [host] })).toThrow(
      expect.objectContaining({ code: 'host-invalid' }),
    );
  });
});

describe('isIssuedByUs', () => {
  const foreign = testAuthority(rsaKey(101));
  const imitation = foreign.issueForCsr({ csr, subject: 'device-1', serialNumber: '0A', ...validityFrom(now) });

  it('knows its own certificates, as PEM, DER and as node reads them, whatever the date', () => {
    const pem = issueAt(Date.parse('2020-01-01T00:00:00Z'));
    const read = new X509Certificate(pem);
    for (const form of [pem, read.raw, read]) expect(authority.isIssuedByUs(form)).toBe(true);
  });

  it('is not deceived by another authority of the same name', () => {
    expect(foreign.certificate.subject).toBe(authority.certificate.subject);
    expect(authority.isIssuedByUs(imitation)).toBe(false);
    expect(strictVerify(authority.certificatePem, imitation, now)).not.toBe('OK');
  });

  it('is not deceived by a changed certificate, nor by what is none', () => {
    const { raw } = new X509Certificate(issueAt(now));
    for (const at of [raw.length - 1, raw.indexOf('device-1')]) {
      const changed = Buffer.from(raw);
      changed[at] = (changed[at] as number) ^ 1;
      expect(authority.isIssuedByUs(changed)).toBe(false);
    }
    for (const none of ['', 'no certificate', Buffer.alloc(0), raw.subarray(0, 300), csr]) expect(authority.isIssuedByUs(none)).toBe(false);
  });
});

describe('createAuthority', () => {
  it('takes an RSA authority that someone else made', () => {
    const keyFile = join(scratch(), 'key.pem');
    const subject = ['-subj', '/O=Übung/CN=Our own CA', '-utf8', '-addext', 'keyUsage=critical,keyCertSign', '-days', '3650'];
    const certificate = openssl(['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', keyFile, ...subject]);
    const own = createAuthority(createPrivateKey(readFileSync(keyFile)), certificate);
    const issued = own.issueForCsr({
      csr: opensslCsr(['-newkey', 'rsa:2048']),
      subject: 'd',
      serialNumber: '1',
      ...validityFrom(Date.now()),
    });
    expect(strictVerify(own.certificatePem, issued, Date.now() + 1000)).toBe('OK');
    expect(own.isIssuedByUs(issued)).toBe(true);
  });

  it.each([
    ['the key of another', rsaKey(101), authority.certificatePem, /does not belong/],
    ['a certificate of a device', rsaKey(), issueAt(now), /not one of an authority/],
  ])('refuses %s', (_name, key, certificate, reason) => {
    const refusal = expect.objectContaining({ code: 'ca-corrupt', message: expect.stringMatching(reason) });
    expect(() => createAuthority(key, certificate)).toThrow(refusal);
  });
});
