/** [pure] What node:crypto does not tell of a certificate: key identifiers and key usage, read from the DER of any kind of key. */
import forge from 'node-forge';
import { content, fromBinary, members, readDer } from './der.ts';

export interface Extensions {
  /** Upper-case hexadecimal; absent when the certificate does not say. */
  subjectKeyIdentifier?: string;
  authorityKeyIdentifier?: string;
  /** Names of RFC 5280 §4.2.1.3, in its order. */
  keyUsage: string[];
  /** Names of RFC 5280 §4.2.1.12, or the object identifier where it has none here. */
  extendedKeyUsage: string[];
  /** Object identifiers of the critical ones. */
  critical: string[];
}

const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];
const extendedKeyUsages: Record<string, string> = { '1.3.6.1.5.5.7.3.1': 'serverAuth', '1.3.6.1.5.5.7.3.2': 'clientAuth' };

/** @throws Error when the DER is not that of a certificate */
export function readExtensions(der: Uint8Array): Extensions {
  const found: Extensions = { keyUsage: [], extendedKeyUsage: [], critical: [] };
  for (const extension of extensionList(der)) {
    const parts = members(extension);
    const id = forge.asn1.derToOid(content(parts[0]));
    if (parts.length === 3) found.critical.push(id);
    readOne(found, id, readDer(fromBinary(content(parts.at(-1)))));
  }
  return found;
}

/** TBSCertificate's `[3] EXPLICIT Extensions` (RFC 5280 §4.1). */
function extensionList(der: Uint8Array): forge.asn1.Asn1[] {
  const contextSpecific = forge.asn1.Class.CONTEXT_SPECIFIC;
  const tagged = members(members(readDer(der))[0]).find((part) => part.tagClass === contextSpecific && (part.type as number) === 3);
  return tagged === undefined ? [] : members(members(tagged)[0]);
}

function readOne(found: Extensions, id: string, value: forge.asn1.Asn1): void {
  switch (id) {
    case forge.pki.oids.subjectKeyIdentifier:
      found.subjectKeyIdentifier = toHex(content(value));
      return;
    case forge.pki.oids.authorityKeyIdentifier: {
      const identifier = members(value).find((part) => (part.type as number) === 0);
      if (identifier !== undefined) found.authorityKeyIdentifier = toHex(content(identifier));
      return;
    }
    case forge.pki.oids.keyUsage: {
      // A BIT STRING: the first octet counts the unused bits, then bit 0 is the highest of the first octet.
      const octets = fromBinary(content(value)).subarray(1);
      found.keyUsage = keyUsages.filter((_, bit) => ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
      return;
    }
    case forge.pki.oids.extKeyUsage:
      found.extendedKeyUsage = members(value).map((part) => {
        const usage = forge.asn1.derToOid(content(part));
        return extendedKeyUsages[usage] ?? usage;
      });
  }
}

function toHex(binary: string): string {
  return fromBinary(binary).toString('hex').toUpperCase();
}
