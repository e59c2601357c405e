import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { dayMs } from '../runtime/duration.ts';
import { createCsr } from './csr.ts';
import { now, openssl, rsaKey, scratch, testAuthority, toPem } from './fixtures.contract.ts';
import { describeCertificate, rememberedSummaries, summarize } from './summary.ts';
import { validityFrom } from './validity.ts';

const authority = testAuthority();
const csr = createCsr({ subject: 'device-1', privateKey: rsaKey() });
const validity = validityFrom(now);
const certificate = authority.issueForCsr({ csr, subject: 'device-1', serialNumber: 'abc', ...validity });
const summary = { subject: 'device-1', serialNumber: '0ABC', ...validity, trusted: true };

function opensslSelfSigned(...args: string[]): string {
  return openssl(['req', '-x509', '-nodes', '-keyout', `${scratch()}/key.pem`, ...args]);
}

describe('summarize', () => {
  it('gives the plain data of a certificate, from PEM and DER', () => {
    expect(summarize(certificate, authority)).toEqual(summary);
    expect(summarize(new X509Certificate(certificate).raw, authority)).toEqual(summary);
  });

  it('says what a foreign certificate claims, and that it is not trusted', () => {
    expect(summarize(certificate, testAuthority(rsaKey(101)))).toEqual({ ...summary, trusted: false });
    const ec = opensslSelfSigned(
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-subj',
      '/CN=device-1',
      '-set_serial',
      '0xfe',
    );
    expect(summarize(ec, authority)).toMatchObject({ subject: 'device-1', serialNumber: 'FE', trusted: false });
  });

  it('takes no device id from a subject without one or with two', () => {
    for (const subject of ['/O=x', '/CN=device-1/CN=device-2']) {
      expect(summarize(opensslSelfSigned('-newkey', 'rsa:2048', '-subj', subject), authority).subject).toBe('');
    }
  });

  it('refuses what is no certificate', () => {
    for (const none of ['', csr, Buffer.from('x')]) {
      expect(() => summarize(none, authority)).toThrow(expect.objectContaining({ code: 'certificate-invalid' }));
    }
  });

  it('M-01 works with mutual TLS: server and device prove who they are', async () => {
    // OpenSSL judges the server's certificate by the wall clock, so that this one is of today.
    const today = validityFrom(Date.now());
    const serverPem = authority.issueServerCertificate({
      hosts: [],
      publicKey: new X509Certificate(certificate).publicKey,
      serialNumber: '9',
      ...today,
    });
    const server = createServer({
      key: toPem(rsaKey()),
      cert: serverPem,
      ca: authority.certificatePem,
      requestCert: true,
      rejectUnauthorized: false,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const accepted = once(server, 'secureConnection') as Promise<[TLSSocket]>;
    const client = connect({ port, host: '127.0.0.1', ca: authority.certificatePem, key: toPem(rsaKey()), cert: certificate });
    await once(client, 'secureConnect');
    const [socket] = await accepted;
    expect(client.authorized).toBe(true);
    expect(summarize(socket.getPeerCertificate().raw, authority)).toEqual(summary);
    client.destroy();
    socket.destroy();
    server.close();
  });
});

describe('rememberedSummaries', () => {
  const der = new X509Certificate(certificate).raw;
  function counting(max?: number) {
    const checked: string[] = [];
    const isIssuedByUs = (candidate: Parameters<typeof authority.isIssuedByUs>[0]) => {
      checked.push('once');
      return authority.isIssuedByUs(candidate);
    };
    return { checked, summaryOf: rememberedSummaries({ isIssuedByUs }, max) };
  }

  it('checks each certificate once, and says the same of it as the first time', () => {
    const { checked, summaryOf } = counting();
    expect([summaryOf('f1', der), summaryOf('f1', der)]).toEqual([summary, summary]);
    expect(checked).toHaveLength(1);
    const stranger = new X509Certificate(opensslSelfSigned('-subj', '/CN=device-1')).raw;
    expect(summaryOf('f2', stranger).trusted).toBe(false);
    expect(summaryOf('f2', stranger).trusted).toBe(false);
    expect(checked).toHaveLength(2);
  });

  it('has a bound: whoever was not seen for longest makes room', () => {
    const { checked, summaryOf } = counting(2);
    for (const fingerprint of ['a', 'b', 'a', 'c', 'a']) summaryOf(fingerprint, der);
    expect(checked).toHaveLength(3);
    summaryOf('b', der);
    expect(checked).toHaveLength(4);
  });
});

describe('describeCertificate', () => {
  it('tells a person what is in it', () => {
    const description = describeCertificate(certificate, now);
    expect(description).toMatchObject({
      subject: 'CN=device-1, O=mockfleet',
      issuer: 'CN=mockfleet CA, O=mockfleet',
      serialNumber: '0ABC',
      ...validity,
      daysLeft: 364,
      isAuthority: false,
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      extendedKeyUsage: ['clientAuth'],
    });
    const authorityDescription = describeCertificate(authority.certificatePem, now);
    expect(authorityDescription).toMatchObject({ isAuthority: true, keyUsage: ['keyCertSign', 'cRLSign'] });
    expect(description.authorityKeyIdentifier).toBe(authorityDescription.subjectKeyIdentifier);
    expect(openssl(['x509', '-noout', '-fingerprint', '-sha256'], certificate)).toContain(description.fingerprintSha256);
    expect(description).not.toHaveProperty('critical');
  });

  it('counts whole days to the end', () => {
    const left = (at: number) => describeCertificate(certificate, at).daysLeft;
    expect([validity.notBefore, validity.notAfter - dayMs, validity.notAfter, validity.notAfter + 1].map(left)).toEqual([365, 1, 0, -1]);
  });

  it('reads certificates with other keys, with names for it, and without extensions', () => {
    const ed = opensslSelfSigned('-newkey', 'ed25519', '-subj', '/CN=ed', '-addext', 'subjectAltName=DNS:a.test,IP:127.0.0.1');
    expect(describeCertificate(ed, now)).toMatchObject({ subject: 'CN=ed', subjectAltName: 'DNS:a.test, IP Address:127.0.0.1' });
    const nameless = describeCertificate(opensslSelfSigned('-newkey', 'ed25519', '-subj', '/'), now);
    expect(nameless).toMatchObject({ subject: '', issuer: '' });
    const folder = scratch();
    const keyFile = join(folder, 'key.pem');
    writeFileSync(keyFile, toPem(rsaKey()));
    writeFileSync(join(folder, 'plain.csr'), createCsr({ subject: 'plain', privateKey: rsaKey() }));
    const bare = openssl(['x509', '-req', '-signkey', keyFile, '-in', join(folder, 'plain.csr')]);
    expect(describeCertificate(bare, now)).toMatchObject({ subject: 'CN=plain, O=mockfleet', keyUsage: [], extendedKeyUsage: [] });
  });
});
