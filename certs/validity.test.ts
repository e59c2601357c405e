import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertWritable, certificateLifetimeMs, isExpired, isNotYetValid, validityFrom } from './validity.ts';

const now = Date.parse('2026-03-01T10:20:30.456Z');

describe('validity', () => {
  it('M-01 a device certificate lives exactly 365 × 24 h from the whole second of its enrolment', () => {
    expect(validityFrom(now)).toEqual({ notBefore: Date.parse('2026-03-01T10:20:30Z'), notAfter: Date.parse('2027-03-01T10:20:30Z') });
    // A leap day does not make the year longer.
    expect(validityFrom(Date.parse('2028-02-01T00:00:00Z')).notAfter).toBe(Date.parse('2029-01-31T00:00:00Z'));
  });

  it('M-01 holds for every instant', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9000, 0, 1) }), (at) => {
        const { notBefore, notAfter } = validityFrom(at);
        expect(notAfter - notBefore).toBe(certificateLifetimeMs);
        expect(notBefore % 1000).toBe(0);
        expect(at - notBefore).toBeLessThan(1000);
        expect(isNotYetValid({ notBefore }, at)).toBe(false);
        expect(isExpired({ notAfter }, at)).toBe(false);
        assertWritable({ notBefore, notAfter });
      }),
    );
  });

  it('TD-15 the last instant is still good, the next millisecond is not (RFC 5280 §4.1.2.5)', () => {
    const validity = validityFrom(now);
    expect(isExpired(validity, validity.notAfter)).toBe(false);
    expect(isExpired(validity, validity.notAfter + 1)).toBe(true);
    expect(isNotYetValid(validity, validity.notBefore)).toBe(false);
    expect(isNotYetValid(validity, validity.notBefore - 1)).toBe(true);
  });

  it.each([
    { notBefore: 1500, notAfter: 2000 },
    { notBefore: 3000, notAfter: 2000 },
    { notBefore: Number.NaN, notAfter: 2000 },
    { notBefore: 0, notAfter: Date.UTC(10_000, 0, 1) },
    { notBefore: Date.UTC(1949, 11, 31), notAfter: 0 },
  ])('refuses dates that X.509 cannot say: $notBefore to $notAfter', (validity) => {
    expect(() => assertWritable(validity)).toThrow(expect.objectContaining({ code: 'validity-invalid' }));
  });
});
