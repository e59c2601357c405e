/** Certificates as plain data: for the cores, which compare and do not parse, and for people who look at one. */
import type { X509Certificate } from 'node:crypto';
import { dayMs } from '../runtime/duration.ts';
import type { PeerCertificate } from '../runtime/link.ts';
import type { Authority } from './authority.ts';
import { CertificateError } from './errors.ts';
import { type Extensions, readExtensions } from './extensions.ts';
import { readCertificate } from './x509.ts';

/** A certificate for the cores, from PEM, DER (`getPeerCertificate().raw`) or node's own form. @throws CertificateError `certificate-invalid` */
export function summarize(certificate: string | Uint8Array | X509Certificate, authority: Pick<Authority, 'isIssuedByUs'>): PeerCertificate {
  const read = readCertificate(certificate);
  return {
    subject: commonName(read),
    serialNumber: read.serialNumber,
    notBefore: Date.parse(read.validFrom),
    notAfter: Date.parse(read.validTo),
    trusted: authority.isIssuedByUs(read),
  };
}

/** About 5 MB of them. */
const rememberedMax = 20_000;

/**
 * Summaries of certificates in DER, each checked once: a signature stays what it is, and dates are not judged here. Those who come often
 * stay, others make room.
 * @param fingerprint SHA-256 over the certificate, worked out by OpenSSL
 */
export function rememberedSummaries(
  authority: Pick<Authority, 'isIssuedByUs'>,
  max = rememberedMax,
): (fingerprint: string, der: Uint8Array) => Readonly<PeerCertificate> {
  const remembered = new Map<string, PeerCertificate>();
  return (fingerprint, der) => {
    const known = remembered.get(fingerprint);
    const summary = known ?? summarize(der, authority);
    if (known !== undefined) remembered.delete(fingerprint);
    else if (remembered.size >= max) remembered.delete(remembered.keys().next().value ?? '');
    remembered.set(fingerprint, summary);
    return summary;
  };
}

/** A certificate for people and JSON. Object identifiers of critical extensions are left to `openssl x509 -text`. */
export interface CertificateDescription extends Omit<Extensions, 'critical'> {
  /** Names in one line, such as `CN=…, O=mockfleet`. */
  subject: string;
  issuer: string;
  /** Upper-case hexadecimal. */
  serialNumber: string;
  /** Instants in milliseconds. */
  notBefore: number;
  notAfter: number;
  /** Whole days from the given instant to the end, rounded down: 0 on the last day, negative when it is over. */
  daysLeft: number;
  isAuthority: boolean;
  /** As OpenSSL writes it, `DNS:…, IP Address:…`; absent when there is none. */
  subjectAltName?: string;
  /** Hexadecimal octets with colons, as browsers and OpenSSL show it. */
  fingerprintSha256: string;
}

/** @param now the instant for `daysLeft`, in milliseconds @throws CertificateError `certificate-invalid` */
export function describeCertificate(certificate: string | Uint8Array | X509Certificate, now: number): CertificateDescription {
  const read = readCertificate(certificate);
  const { critical: _, ...extensions } = extensionsOf(read);
  const notAfter = Date.parse(read.validTo);
  return {
    subject: oneLine(read.subject),
    issuer: oneLine(read.issuer),
    serialNumber: read.serialNumber,
    notBefore: Date.parse(read.validFrom),
    notAfter,
    daysLeft: Math.floor((notAfter - now) / dayMs),
    isAuthority: read.ca,
    ...extensions,
    ...(read.subjectAltName === undefined ? {} : { subjectAltName: read.subjectAltName }),
    fingerprintSha256: read.fingerprint256,
  };
}

/** The one common name; empty when there is none or several, so that it equals no device id. */
function commonName(certificate: X509Certificate): string {
  const subject: { CN?: string | string[] } | undefined = certificate.toLegacyObject().subject;
  return typeof subject?.CN === 'string' ? subject.CN : '';
}

function extensionsOf(certificate: X509Certificate): Extensions {
  try {
    return readExtensions(certificate.raw);
  } catch {
    throw new CertificateError('certificate-invalid', 'The extensions of this certificate are damaged.');
  }
}

/** node writes one attribute per line; a certificate can have an empty name, and then there is none at all. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}
