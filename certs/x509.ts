/**
 * Certificates as bytes: forge lays out what is to be signed, OpenSSL (node:crypto) signs it (60 times as fast as forge alone).
 * Time, serial number and keys are arguments; the same arguments give the same certificate, octet by octet.
 */
import { type KeyObject, sign, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { toBinary, writeDer } from './der.ts';
import { CertificateError } from './errors.ts';
import { serialFromHex, serialToDerHex } from './serial.ts';
import { assertWritable } from './validity.ts';

/** The organisation in every name that mockfleet makes. */
const organization = 'mockfleet';
/** Characters of a common name (RFC 5280 appendix A, ub-common-name). */
const commonNameMax = 64;

/** An extension as forge takes it: a name, whether it is critical, and its own fields. */
export interface Extension {
  name: string;
  critical?: boolean;
  [field: string]: unknown;
}

export interface CertificatePlan {
  subject: forge.pki.CertificateField[];
  issuer: forge.pki.CertificateField[];
  publicKey: KeyObject;
  /** Hexadecimal. */
  serialNumber: string;
  /** Instants in milliseconds, whole seconds. */
  notBefore: number;
  notAfter: number;
  extensions: Extension[];
}

/** The certificate of a plan as PEM. @throws CertificateError `serial-invalid`, `validity-invalid` */
export function signCertificate(plan: CertificatePlan, signingKey: KeyObject): string {
  assertWritable(plan);
  const certificate = forge.pki.createCertificate();
  certificate.serialNumber = serialToDerHex(serialFromHex(plan.serialNumber));
  certificate.validity.notBefore = new Date(plan.notBefore);
  certificate.validity.notAfter = new Date(plan.notAfter);
  certificate.setSubject(plan.subject);
  certificate.setIssuer(plan.issuer);
  certificate.publicKey = toForgeKey(plan.publicKey);
  certificate.setExtensions(plan.extensions);
  certificate.signatureOid = certificate.siginfo.algorithmOid = forge.pki.oids.sha256WithRSAEncryption as string;
  certificate.tbsCertificate = forge.pki.getTBSCertificate(certificate);
  certificate.signature = sign('sha256', writeDer(certificate.tbsCertificate), signingKey).toString('latin1');
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}

/** A name of ours: the common name and the organisation, in UTF-8 (RFC 5280 §4.1.2.4). @throws CertificateError `subject-invalid` */
export function distinguishedName(commonName: string): forge.pki.CertificateField[] {
  if (!/^[^\p{Cc}\p{Cs}]+$/u.test(commonName) || commonName.length > commonNameMax) {
    throw new CertificateError('subject-invalid', `A subject has 1 to ${commonNameMax} characters, none of them a control character.`);
  }
  const valueTagClass = forge.asn1.Type.UTF8 as unknown as forge.asn1.Class;
  return [
    { name: 'commonName', value: commonName, valueTagClass },
    { name: 'organizationName', value: organization, valueTagClass },
  ];
}

/** forge's form of an RSA public key. */
export function toForgeKey(publicKey: KeyObject): forge.pki.rsa.PublicKey {
  return forge.pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }) as string);
}

/** The key identifier of RFC 5280 §4.2.1.2 method (1), as a binary string: SHA-1 of the public key, a name and not a protection. */
export function keyIdentifier(publicKey: KeyObject): string {
  return forge.pki.getPublicKeyFingerprint(toForgeKey(publicKey), { type: 'RSAPublicKey' }).getBytes();
}

/** A certificate as OpenSSL reads it, from PEM (the first one in it) or DER. @throws CertificateError `certificate-invalid` */
export function readCertificate(certificate: string | Uint8Array | X509Certificate): X509Certificate {
  if (certificate instanceof X509Certificate) return certificate;
  try {
    return new X509Certificate(certificate);
  } catch {
    throw new CertificateError('certificate-invalid', 'This is not an X.509 certificate in PEM or DER, or it is damaged.');
  }
}

/** The names of a certificate's subject as forge writes them into the certificates below it. */
export function subjectOf(certificate: X509Certificate): forge.pki.CertificateField[] {
  const parsed = forge.pki.certificateFromAsn1(forge.asn1.fromDer(toBinary(certificate.raw)));
  const utf8 = forge.asn1.Type.UTF8 as unknown as forge.asn1.Class;
  // forge hands over the octets of a UTF8String undecoded, and encodes them again when it writes.
  return parsed.subject.attributes.map((field) =>
    field.valueTagClass === utf8 && typeof field.value === 'string' ? { ...field, value: forge.util.decodeUtf8(field.value) } : field,
  );
}
