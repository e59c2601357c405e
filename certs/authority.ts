/**
 * The certificate authority of a stub: issues certificates to devices for their CSRs, one to the stub's own server, and knows its own again.
 * Time, serial numbers and dates are arguments, so that the stub's clock decides. Where the authority is kept: `authority-folder.ts`.
 */
import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';
import { dayMs, secondMs } from '../runtime/duration.ts';
import { verifyCsr } from './csr.ts';
import { toBinary } from './der.ts';
import { CertificateError } from './errors.ts';
import { readExtensions } from './extensions.ts';
import type { Validity } from './validity.ts';
import { distinguishedName, type Extension, keyIdentifier, readCertificate, signCertificate, subjectOf } from './x509.ts';

export interface DeviceCertificateRequest extends Validity {
  /** PEM. */
  csr: string;
  /** The device id, which becomes the common name whatever the CSR asks for. */
  subject: string;
  /** Hexadecimal, see `serial.ts`. */
  serialNumber: string;
}

export interface ServerCertificateRequest extends Validity {
  /** Names and addresses besides the loopback ones, which are always in it. */
  hosts: string[];
  publicKey: KeyObject | string;
  serialNumber: string;
}

export interface Authority {
  /** Its own certificate, for the trust stores of devices and clients. */
  readonly certificatePem: string;
  readonly certificate: X509Certificate;
  /**
   * A device's certificate as PEM. Dates outside the authority's own validity are written as asked; chain verifiers will refuse them.
   * @throws CertificateError `csr-invalid`, `subject-invalid`, `serial-invalid`, `validity-invalid`
   */
  issueForCsr(request: DeviceCertificateRequest): string;
  /** @throws CertificateError `host-invalid`, `serial-invalid`, `validity-invalid` */
  issueServerCertificate(request: ServerCertificateRequest): string;
  /** Whether this authority signed it; dates are not judged. Takes PEM, DER or what node:tls hands over; false for what is no certificate. */
  isIssuedByUs(certificate: string | Uint8Array | X509Certificate): boolean;
}

export const loopbackHosts = ['localhost', '127.0.0.1', '::1'];

/** The stub's test clock moves years in both directions, and the authority has to be valid wherever it goes. */
const authorityMsBefore = 10 * 365 * dayMs;
const authorityMsAfter = 90 * 365 * dayMs;

/** The self-signed certificate of a new authority, as PEM. `now` in milliseconds, `serialNumber` in hexadecimal. */
export function createAuthorityCertificate(privateKey: KeyObject, { now, serialNumber }: { now: number; serialNumber: string }): string {
  const second = Math.floor(now / secondMs) * secondMs;
  const publicKey = createPublicKey(privateKey);
  const name = distinguishedName('mockfleet CA');
  const extensions: Extension[] = [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: keyIdentifier(publicKey) },
  ];
  const validity = { notBefore: second - authorityMsBefore, notAfter: second + authorityMsAfter };
  return signCertificate({ subject: name, issuer: name, publicKey, serialNumber, ...validity, extensions }, privateKey);
}

/**
 * An authority of a key and its certificate; the key stays inside.
 * @throws CertificateError `ca-corrupt` when they do not belong together or the certificate is none of an authority
 */
export function createAuthority(privateKey: KeyObject, certificatePem: string): Authority {
  const certificate = readCertificate(certificatePem);
  if (!certificate.checkPrivateKey(privateKey)) throw corrupt('The private key does not belong to the certificate.');
  if (!certificate.ca) throw corrupt('The certificate is not one of an authority (basicConstraints without CA).');
  if (privateKey.asymmetricKeyType !== 'rsa') throw corrupt('The key is not an RSA key.');
  const publicKey = certificate.publicKey;
  const issuer = subjectOf(certificate);
  const ownIdentifier = readExtensions(certificate.raw).subjectKeyIdentifier;
  const authorityIdentifier = ownIdentifier === undefined ? keyIdentifier(publicKey) : toBinary(Buffer.from(ownIdentifier, 'hex'));

  const issue = (request: Validity & { serialNumber: string }, subject: string, key: KeyObject, extensions: Extension[]): string =>
    signCertificate(
      {
        subject: distinguishedName(subject),
        issuer,
        publicKey: key,
        serialNumber: request.serialNumber,
        notBefore: request.notBefore,
        notAfter: request.notAfter,
        extensions: [...leafExtensions(authorityIdentifier), ...extensions],
      },
      privateKey,
    );

  return {
    certificatePem,
    certificate,
    issueForCsr: (request) => issue(request, request.subject, verifyCsr(request.csr), [{ name: 'extKeyUsage', clientAuth: true }]),
    issueServerCertificate(request) {
      const key = typeof request.publicKey === 'string' ? createPublicKey(request.publicKey) : request.publicKey;
      // Clients go by the alternative names alone (RFC 9525 §6.3), which need no length limit.
      return issue(request, 'mockfleet server', key, [
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames: [...new Set([...request.hosts, ...loopbackHosts])].map(altName) },
      ]);
    },
    isIssuedByUs(candidate) {
      try {
        const read = readCertificate(candidate);
        return read.checkIssued(certificate) && read.verify(publicKey);
      } catch {
        return false;
      }
    },
  };
}

/** forge completes extensions in place, so that every certificate needs its own. */
function leafExtensions(authorityIdentifier: string): Extension[] {
  return [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: authorityIdentifier },
  ];
}

/** GeneralName: dNSName [2] or iPAddress [7] (RFC 5280 §4.2.1.6). */
function altName(host: string): { type: number; value?: string; ip?: string } {
  // forge reads neither zones (fe80::1%eth0, which do not belong into a certificate) nor ::ffff:192.0.2.1.
  if (isIP(host) !== 0 && !host.includes('%') && forge.util.bytesFromIP(host)) return { type: 7, ip: host };
  if (!/^[A-Za-z0-9*_-]+(\.[A-Za-z0-9*_-]+)*$/.test(host) || host.length > 253) {
    throw new CertificateError('host-invalid', `${JSON.stringify(host.slice(0, 253))} is neither a host name nor an IP address.`);
  }
  return { type: 2, value: host };
}

function corrupt(reason: string): CertificateError {
  return new CertificateError('ca-corrupt', reason);
}
