/**
 * [pure] Identity in virtual time: the same data as a certificate (subject, serial number, dates) without any cryptography.
 * A fleet of 100,000 calls these a few times per device and year, so each is one string and no waiting.
 * None of it is PEM: a real authority refuses a stand-in, and this one refuses what is real.
 */
import type { PeerCertificate } from '../runtime/link.ts';
import { CertificateError } from './errors.ts';

const requestMark = 'stand-in request ';
const certificateMark = 'stand-in certificate ';

/** Stands in for a CSR. */
export function createStandInRequest(requestId: string): string {
  return requestMark + requestId;
}

/**
 * Stands in for `Authority.issueForCsr`, with the same arguments: instants in milliseconds, `serialNumber` in hexadecimal, in the
 * spelling of `serial.ts`. @throws CertificateError `csr-invalid`
 */
export function issueStandIn(request: { csr: string; subject: string; serialNumber: string; notBefore: number; notAfter: number }): {
  certificate: string;
} {
  if (!request.csr.startsWith(requestMark))
    throw new CertificateError('csr-invalid', 'The certificate request is refused. It is no stand-in.');
  // The subject comes last, because it alone may have a space in it.
  return { certificate: `${certificateMark}${request.serialNumber} ${request.notBefore} ${request.notAfter} ${request.subject}` };
}

/** Stands in for `summarize`. @throws CertificateError `certificate-invalid` */
export function standInPeer(certificate: string): PeerCertificate {
  const serialEnd = certificate.indexOf(' ', certificateMark.length);
  const notBeforeEnd = certificate.indexOf(' ', serialEnd + 1);
  const notAfterEnd = certificate.indexOf(' ', notBeforeEnd + 1);
  if (!certificate.startsWith(certificateMark) || serialEnd < 0 || notBeforeEnd < 0 || notAfterEnd < 0) {
    throw new CertificateError('certificate-invalid', 'This is not a stand-in certificate.');
  }
  return {
    subject: certificate.slice(notAfterEnd + 1),
    serialNumber: certificate.slice(certificateMark.length, serialEnd),
    notBefore: Number(certificate.slice(serialEnd + 1, notBeforeEnd)),
    notAfter: Number(certificate.slice(notBeforeEnd + 1, notAfterEnd)),
    trusted: true,
  };
}
