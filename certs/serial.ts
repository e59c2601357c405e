/**
 * [pure] Serial numbers: positive, at most 20 octets (RFC 5280 §4.1.2.2), unique per authority.
 * The one spelling is what node:crypto reads back from a certificate: upper-case hexadecimal, whole octets, no leading zero octet.
 */
import { CertificateError } from './errors.ts';

/** Octets of randomness in a new serial number; with the sign octet that DER may need it stays below the 20 of the RFC. */
export const serialBytes = 16;
const derBytesMax = 20;

/** The one spelling of a serial number in hexadecimal. @throws CertificateError `serial-invalid` */
export function serialFromHex(hex: string): string {
  if (!/^[0-9A-Fa-f]{1,64}$/.test(hex)) {
    throw new CertificateError('serial-invalid', 'A serial number is written in 1 to 64 hexadecimal digits.');
  }
  const digits = hex.replace(/^0+/, '').toUpperCase();
  if (digits === '') throw new CertificateError('serial-invalid', 'A serial number is greater than zero.');
  const serial = digits.length % 2 === 0 ? digits : `0${digits}`;
  if (serialToDerHex(serial).length > 2 * derBytesMax) {
    throw new CertificateError('serial-invalid', `A serial number has at most ${derBytesMax} octets.`);
  }
  return serial;
}

/**
 * A serial number of random octets (at least one; `serialBytes` of them is usual).
 * The first octet becomes 0x40 to 0x7F, so that none is zero or negative and all are equally long.
 */
export function serialFromBytes(bytes: Uint8Array): string {
  const octets = Buffer.from(bytes);
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40;
  return serialFromHex(octets.toString('hex'));
}

/** The content octets of the DER INTEGER: forge writes what it is given, and a first octet of 0x80 or more would read as negative. */
export function serialToDerHex(serial: string): string {
  return Number.parseInt(serial.slice(0, 2), 16) >= 0x80 ? `00${serial}` : serial;
}
