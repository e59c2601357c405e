/** Who may say what: certificates that are missing, of somebody else, or of another authority. */
import { createPrivateKey, randomBytes } from 'node:crypto';
import { createAuthority, createAuthorityCertificate } from '../../../certs/authority.ts';
import { createCsr } from '../../../certs/csr.ts';
import { serialBytes, serialFromBytes } from '../../../certs/serial.ts';
import { summarize } from '../../../certs/summary.ts';
import type { Device, Identity, Keys } from '../bench.ts';
import type { ConformanceCase } from '../conformance-case.ts';

export const identityCases: readonly ConformanceCase[] = [
  {
    name: 'certificate-required',
    section: 'Codes',
    title: 'refuses a check-in on a link without a certificate',
    needs: ['check-in-answered'],
    async run(bench) {
      const device = await bench.enrol();
      const link = await bench.open();
      link.send(bench.checkIn(device));
      await link.refusal('certificate-required');
    },
  },
  {
    name: 'certificate-untrusted',
    section: 'Certificates',
    title: 'refuses the certificate of another authority with a code, and not in the TLS handshake',
    needs: ['check-in-answered'],
    async run(bench) {
      const device = await bench.enrol();
      const impostor = await bench.open(ofAnotherAuthority(device, bench.keys));
      await impostor.refusal('certificate-untrusted');
    },
  },
  {
    name: 'identity-mismatch',
    section: 'Codes',
    title: 'refuses a message that speaks for another device than the certificate',
    needs: ['check-in-answered'],
    async run(bench) {
      const other = await bench.enrol();
      const { link } = await bench.connected();
      link.send(bench.checkIn(other));
      await link.refusal('identity-mismatch');
    },
  },
  {
    name: 'enrol-on-enrolled-link',
    section: 'Codes',
    title: 'refuses an enrolment on the link of an enrolled device',
    needs: ['check-in-answered'],
    async run(bench) {
      const { link } = await bench.connected();
      link.send(bench.enrollment());
      await link.refusal('message-unexpected');
    },
  },
];

/** With the same subject and dates, but signed by an authority that the server has never seen. */
function ofAnotherAuthority({ identity }: Device, [authorityKey, privateKey]: Keys): Identity {
  const { subject, notBefore, notAfter } = summarize(identity.certificate, { isIssuedByUs: () => false });
  const [authoritySerial, serialNumber] = [serialFromBytes(randomBytes(serialBytes)), serialFromBytes(randomBytes(serialBytes))];
  const key = createPrivateKey(authorityKey);
  const authority = createAuthority(key, createAuthorityCertificate(key, { now: notBefore, serialNumber: authoritySerial }));
  const csr = createCsr({ subject, privateKey });
  return { certificate: authority.issueForCsr({ csr, subject, serialNumber, notBefore, notAfter }), privateKey };
}
