import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCsr, csrCharsMax, verifyCsr } from './csr.ts';
import { CertificateError } from './errors.ts';
import { openssl, opensslCsr, rsaKey } from './fixtures.contract.ts';

const refused = (reason: RegExp) => expect.objectContaining({ code: 'csr-invalid', message: expect.stringMatching(reason) });
const csr = createCsr({ subject: 'device-1', privateKey: rsaKey() });
const der = fromPem(csr);

function fromPem(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64');
}

function toCsrPem(bytes: Uint8Array): string {
  return `-----BEGIN CERTIFICATE REQUEST-----\n${Buffer.from(bytes).toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
}

function spki(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).toString('hex');
}

/** The key of an accepted request, or undefined for a refused one; anything but a coded refusal is a failure. */
function verdict(pem: string): string | undefined {
  try {
    return spki(verifyCsr(pem));
  } catch (error) {
    expect(error).toBeInstanceOf(CertificateError);
    expect((error as CertificateError).code).toBe('csr-invalid');
    return undefined;
  }
}

describe('createCsr', () => {
  it('M-01 makes a request that OpenSSL verifies', () => {
    expect(openssl(['req', '-verify', '-noout', '-subject'], csr)).toMatch(/CN = device-1/);
    expect(csr.endsWith('-----END CERTIFICATE REQUEST-----\n')).toBe(true);
  });

  it.each(['', 'a\nb', 'a\0b', 'x'.repeat(65)])('refuses the subject %j', (subject) => {
    expect(() => createCsr({ subject, privateKey: rsaKey() })).toThrow(expect.objectContaining({ code: 'subject-invalid' }));
  });
});

describe('verifyCsr', () => {
  it('M-01 gives the public key of a request of ours, and of one of OpenSSL', () => {
    expect(spki(verifyCsr(csr))).toBe(spki(createPublicKey(rsaKey())));
    for (const digest of ['-sha256', '-sha384', '-sha512']) {
      expect(verifyCsr(opensslCsr(['-newkey', 'rsa:2048', digest])).asymmetricKeyType).toBe('rsa');
    }
    const withExtensions = opensslCsr(['-newkey', 'rsa:3072', '-addext', 'subjectAltName=DNS:elsewhere']);
    expect(verifyCsr(withExtensions).asymmetricKeyDetails?.modulusLength).toBe(3072);
  });

  it('reads CRLF, the old armour, and PEM after text', () => {
    for (const variant of [csr.replaceAll('\n', '\r\n'), csr.replaceAll('BEGIN CERT', 'BEGIN NEW CERT'), `Certificate Request:\n${csr}`]) {
      expect(verdict(variant)).toBeDefined();
    }
  });

  it.each([
    ['nothing', '', /not PEM/],
    ['words', 'please', /not PEM/],
    ['another kind of PEM', csr.replaceAll('CERTIFICATE REQUEST', 'CERTIFICATE'), /not PEM/],
    ['huge input', csr + 'x'.repeat(csrCharsMax), /more than 16384/],
    ['huge base64', toCsrPem(Buffer.alloc(10_000_000)), /more than 16384/],
    ['a deep nest', toCsrPem(Buffer.alloc(8000, Buffer.from([0x30, 0x80]))), /damaged or cut off/],
    ['a long length', toCsrPem(Buffer.from('3084ffffffff', 'hex')), /damaged or cut off/],
    ['what follows the request', toCsrPem(Buffer.concat([der, Buffer.from([0x05, 0x00])])), /damaged or cut off/],
  ])('refuses %s', (_name, input, reason) => expect(() => verifyCsr(input)).toThrow(refused(reason)));

  it.each([
    ['EC', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'], /RSA and SHA-256/],
    ['Ed25519', ['-newkey', 'ed25519'], /RSA and SHA-256/],
    ['RSA-PSS', ['-newkey', 'rsa-pss'], /RSA and SHA-256/],
    ['1024 bits', ['-newkey', 'rsa:1024'], /1024 bits; 2048 to 8192/],
    ['SHA-1', ['-newkey', 'rsa:2048', '-sha1'], /RSA and SHA-256/],
  ])('refuses %s', (_name, args, reason) => expect(() => verifyCsr(opensslCsr(args))).toThrow(refused(reason)));

  it('refuses an EC key that claims an RSA signature, by its type', () => {
    const ec = fromPem(opensslCsr(['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']));
    const info = ec.subarray(0, ec.indexOf(Buffer.from('06082a8648ce3d040302', 'hex')) - 2).subarray(ec[1] === 0x81 ? 3 : 2);
    const forged = sequence(info, Buffer.from('300d06092a864886f70d01010b0500', 'hex'), Buffer.from('03020001', 'hex'));
    expect(() => verifyCsr(toCsrPem(forged))).toThrow(refused(/type ec; only RSA/));
  });

  it.each([
    ['larger than 8192 bits', Buffer.alloc(1100, 0xa5), 65_537, /8800 bits; 2048 to 8192/],
    ['with the exponent 1', Buffer.alloc(256, 0xa5), 1, /exponent/],
    ['with an even exponent', Buffer.alloc(256, 0xa5), 4, /exponent/],
    ['with an even modulus', Buffer.alloc(256, 0xa4), 65_537, /does not belong/],
  ])('refuses a key %s', (_name, modulus, exponent, reason) => {
    expect(() => verifyCsr(toCsrPem(csrOf(modulus, exponent)))).toThrow(refused(reason));
  });

  it('refuses a signature by another key: the sender has to hold the private key', () => {
    const start = der.length - 256;
    const other = Buffer.concat([der.subarray(0, start), sign('sha256', der.subarray(4, start - 20), rsaKey(1))]);
    expect(() => verifyCsr(toCsrPem(other))).toThrow(refused(/does not belong to its public key/));
  });

  it('refuses a request that is cut off anywhere', () => {
    for (let length = 0; length < der.length; length += 1) expect(verdict(toCsrPem(der.subarray(0, length)))).toBeUndefined();
  });

  it('never accepts another public key, whichever bits flip, and throws nothing but the refusal', () => {
    const ours = spki(createPublicKey(rsaKey()));
    const flip = fc.tuple(fc.integer({ min: 0, max: der.length - 1 }), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.array(flip, { minLength: 1, maxLength: 4 }), (flips) => {
        const bytes = Buffer.from(der);
        for (const [at, mask] of flips) bytes[at] = (bytes[at] as number) ^ mask;
        expect([undefined, ours]).toContain(verdict(toCsrPem(bytes)));
      }),
      { numRuns: 2000 },
    );
  });

  it('throws nothing but the refusal for any text or octets', () => {
    fc.assert(fc.property(fc.string(), (text) => void expect(verdict(text)).toBeUndefined()));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void expect(verdict(toCsrPem(bytes))).toBeUndefined()));
    const position = fc.integer({ min: 0, max: csr.length - 1 });
    fc.assert(
      fc.property(position, fc.string({ maxLength: 3 }), (at, text) => void verdict(csr.slice(0, at) + text + csr.slice(at + text.length))),
      { numRuns: 500 },
    );
  });
});

/** DER by hand, for requests that no honest program writes. */
function tlv(tag: number, value: Buffer): Buffer {
  const length = Buffer.from(value.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x82]), length, value]);
}

function sequence(...parts: Buffer[]): Buffer {
  return shortest(0x30, Buffer.concat(parts));
}

function shortest(tag: number, value: Buffer): Buffer {
  if (value.length < 128) return Buffer.concat([Buffer.from([tag, value.length]), value]);
  if (value.length < 256) return Buffer.concat([Buffer.from([tag, 0x81, value.length]), value]);
  return tlv(tag, value);
}

function csrOf(modulus: Buffer, exponent: number): Buffer {
  const exponentHex = exponent.toString(16);
  const key = sequence(
    shortest(2, Buffer.concat([Buffer.from([0]), modulus])),
    shortest(2, Buffer.from(exponentHex.padStart(exponentHex.length + (exponentHex.length % 2), '0'), 'hex')),
  );
  const keyInfo = sequence(Buffer.from('300d06092a864886f70d0101010500', 'hex'), shortest(3, Buffer.concat([Buffer.from([0]), key])));
  const info = sequence(Buffer.from('020100', 'hex'), sequence(), keyInfo, Buffer.from('a000', 'hex'));
  return sequence(info, Buffer.from('300d06092a864886f70d01010b0500', 'hex'), shortest(3, Buffer.alloc(257)));
}
