/** DER in and out of node-forge, and the parts of forge that its published types leave out. forge keeps bytes in "binary" strings. */
import forge from 'node-forge';

declare module 'node-forge' {
  namespace asn1 {
    function fromDer(bytes: Bytes, options: { strict: boolean; parseAllBytes: boolean; decodeBitStrings: boolean; maxDepth: number }): Asn1;
  }
  namespace util {
    function bytesFromIP(address: string): Bytes | null;
  }
  namespace pki {
    function getTBSCertificate(certificate: Certificate): asn1.Asn1;
    function getCertificationRequestInfo(request: CertificateSigningRequest): asn1.Asn1;
  }
}

/** Certificates and requests nest about ten deep; more is an attack on the stack. */
const depthMax = 32;

/**
 * One DER value with nothing after it. Bit strings stay bytes: forge would otherwise guess that a signature is ASN.1.
 * @throws Error of forge, whatever the input
 */
export function readDer(bytes: Uint8Array): forge.asn1.Asn1 {
  return forge.asn1.fromDer(toBinary(bytes), { strict: true, parseAllBytes: true, decodeBitStrings: false, maxDepth: depthMax });
}

export function writeDer(value: forge.asn1.Asn1): Buffer {
  return fromBinary(forge.asn1.toDer(value).getBytes());
}

export function toBinary(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

export function fromBinary(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** The members of a SEQUENCE or SET. @throws Error when the value is not made of others */
export function members(value: forge.asn1.Asn1 | undefined): forge.asn1.Asn1[] {
  if (value === undefined || !Array.isArray(value.value)) throw new Error('The value has no members.');
  return value.value;
}

/** The content octets of a primitive value, as a binary string. @throws Error when the value is made of others */
export function content(value: forge.asn1.Asn1 | undefined): string {
  if (value === undefined || typeof value.value !== 'string') throw new Error('The value is not primitive.');
  return value.value;
}
