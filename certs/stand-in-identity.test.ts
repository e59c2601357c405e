import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCsr } from './csr.ts';
import { now, rsaKey, testAuthority } from './fixtures.contract.ts';
import { createStandInRequest, issueStandIn, standInPeer } from './stand-in-identity.ts';
import { summarize } from './summary.ts';
import { validityFrom } from './validity.ts';

const asked = { subject: 'device-1', serialNumber: '0ABC', ...validityFrom(now) };

describe('the stand-in identity', () => {
  it('M-01 says of a peer what a real certificate says', () => {
    const authority = testAuthority();
    const real = authority.issueForCsr({ csr: createCsr({ subject: 'd', privateKey: rsaKey() }), ...asked });
    const { certificate } = issueStandIn({ csr: createStandInRequest('r1'), ...asked });
    expect(standInPeer(certificate)).toEqual(summarize(real, authority));
  });

  it('gives back whatever it was asked for', () => {
    const arbitrary = fc.record({ subject: fc.string({ minLength: 1 }), notBefore: fc.integer(), notAfter: fc.integer() });
    fc.assert(
      fc.property(arbitrary, (data) => {
        const { certificate } = issueStandIn({ csr: createStandInRequest('r'), serialNumber: '01', ...data });
        expect(standInPeer(certificate)).toEqual({ serialNumber: '01', trusted: true, ...data });
      }),
    );
  });

  it('is never taken for a real one, nor a real one for it', () => {
    const authority = testAuthority();
    const { certificate } = issueStandIn({ csr: createStandInRequest('r1'), ...asked });
    expect(authority.isIssuedByUs(certificate)).toBe(false);
    const refused = expect.objectContaining({ code: 'csr-invalid' });
    expect(() => authority.issueForCsr({ csr: createStandInRequest('r1'), ...asked })).toThrow(refused);
    expect(() => issueStandIn({ csr: createCsr({ subject: 'd', privateKey: rsaKey() }), ...asked })).toThrow(refused);
    for (const none of ['', authority.certificatePem, 'stand-in certificate ', 'stand-in certificate 01 2']) {
      expect(() => standInPeer(none)).toThrow(expect.objectContaining({ code: 'certificate-invalid' }));
    }
  });

  it('costs a fleet of 100,000 next to nothing', () => {
    const start = performance.now();
    for (let n = 0; n < 100_000; n += 1) standInPeer(issueStandIn({ csr: createStandInRequest(`r${n}`), ...asked }).certificate);
    // About 0.05 s here; the bound only catches cryptography or parsing that got in.
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
