/** [pure] How long a device's certificate lives, and where an instant lies in that. Instants are milliseconds since 1970 (UTC). */
import { dayMs, secondMs } from '../runtime/duration.ts';
import { CertificateError } from './errors.ts';

export interface Validity {
  notBefore: number;
  notAfter: number;
}

/** A device's certificate lives exactly one year of 365 days (M-01; Intune's MDM certificate). */
export const certificateLifetimeMs = 365 * dayMs;

/** The validity of a certificate that is issued at `now`. Starts at the whole second, because X.509 has no fractions. */
export function validityFrom(now: number): Validity {
  const notBefore = Math.floor(now / secondMs) * secondMs;
  return { notBefore, notAfter: notBefore + certificateLifetimeMs };
}

/** The end is included: a certificate is still good at `notAfter` itself (RFC 5280 §4.1.2.5). */
export function isExpired(certificate: Pick<Validity, 'notAfter'>, now: number): boolean {
  return now > certificate.notAfter;
}

export function isNotYetValid(certificate: Pick<Validity, 'notBefore'>, now: number): boolean {
  return now < certificate.notBefore;
}

/** GeneralizedTime has four digits of year; forge and OpenSSL agree from 1950 on. */
const instantMin = Date.UTC(1950, 0, 1);
const instantMax = Date.UTC(9999, 11, 31, 23, 59, 59);

/** What X.509 can say exactly: whole seconds, in order, in years that it can write. @throws CertificateError `validity-invalid` */
export function assertWritable({ notBefore, notAfter }: Validity): void {
  for (const instant of [notBefore, notAfter]) {
    if (!(instant >= instantMin && instant <= instantMax) || instant % secondMs !== 0) {
      throw new CertificateError(
        'validity-invalid',
        `A certificate's dates are whole seconds in the years 1950 to 9999; ${instant} ms is not.`,
      );
    }
  }
  if (notAfter < notBefore) throw new CertificateError('validity-invalid', 'A certificate cannot end before it begins.');
}
