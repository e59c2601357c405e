/** Enrolment: a request goes in, a certificate comes out. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { summarize } from '../../../certs/summary.ts';
import type { ServerMessage } from '../../../protocol/messages.ts';
import type { Bench } from '../bench.ts';
import { CaseFailure, type ConformanceCase, mustBe } from '../conformance-case.ts';

type Issued = Extract<ServerMessage, { type: 'enrolled' | 'renewed' }>;

/** Certificates are written in whole seconds. */
const secondMs = 1000;
/** Clocks of two parts of a server may differ by so much. */
const toleranceMs = 5_000;

export const enrolmentCases: readonly ConformanceCase[] = [
  {
    name: 'enrols',
    section: 'Flows: Enrol',
    title: 'answers `enroll` with `enrolled` of the same request',
    needs: ['connects'],
    async run(bench) {
      const link = await bench.open();
      const request = bench.enrollment();
      link.send(request);
      const { requestId, deviceId: id, certificate } = await link.next('enrolled');
      bench.enrolled({ id, identity: { certificate, privateKey: bench.keys[0] } });
      mustBe(requestId === request.requestId, `the requestId ${request.requestId} of the request`, requestId);
    },
  },
  {
    name: 'certificate-issued',
    section: 'Certificates',
    title: 'issues a certificate for the key of the CSR, with the device id as its subject and the dates that the answer names',
    needs: ['enrols'],
    async run(bench) {
      const link = await bench.open();
      link.send(bench.enrollment());
      const answer = await link.next('enrolled');
      bench.enrolled({ id: answer.deviceId, identity: { certificate: answer.certificate, privateKey: bench.keys[0] } });
      mustBeIssued(answer, bench, 0, link.now);
    },
  },
  {
    name: 'token-wrong',
    section: 'Codes',
    title: 'refuses a wrong enrolment token',
    needs: ['enrols'],
    async run(bench) {
      const link = await bench.open();
      link.send(bench.enrollment({ token: 'not-the-token' }));
      await link.refusal('enrollment-token-invalid');
    },
  },
  {
    name: 'csr-invalid',
    section: 'Codes',
    title: 'refuses a CSR that is none',
    needs: ['enrols'],
    async run(bench) {
      const link = await bench.open();
      link.send(bench.enrollment({ csr: '-----BEGIN CERTIFICATE REQUEST-----\nbm90IG9uZQ==\n-----END CERTIFICATE REQUEST-----\n' }));
      await link.refusal('csr-invalid');
    },
  },
  {
    name: 'csr-of-another-key',
    section: 'Codes',
    title: 'refuses a CSR whose sender has not shown that it holds the key',
    needs: ['enrols'],
    async run(bench) {
      const link = await bench.open();
      link.send(bench.enrollment({ csr: withOtherSignature(bench.csr()) }));
      await link.refusal('csr-invalid');
    },
  },
  {
    name: 'enrolment-kind-invalid',
    section: 'Codes',
    title: 'refuses a platform and an enrolment type that do not go together',
    needs: ['enrols'],
    async run(bench) {
      const link = await bench.open();
      const request = bench.enrollment();
      link.send({ ...request, inventory: { ...request.inventory, enrollment: 'joined' } });
      await link.refusal('enrollment-invalid');
    },
  },
  {
    name: 'enrol-repeated',
    section: 'Flows: Enrol',
    title: 'enrols once when a request is repeated because its answer was lost, and the newest answer counts',
    needs: ['check-in-answered'],
    async run(bench) {
      const request = bench.enrollment();
      const first = await bench.enrol(request);
      const second = await bench.enrol(request);
      mustBe(second.id === first.id, `the deviceId ${first.id} of the first answer`, second.id);
      const link = await bench.open(second.identity);
      await bench.idleCheckIn(second, link);
    },
  },
  {
    name: 'enrol-used-up',
    section: 'Flows: Enrol',
    title: 'refuses the repetition of a request whose certificate was used already',
    needs: ['check-in-answered'],
    async run(bench) {
      const request = bench.enrollment();
      const device = await bench.enrol(request);
      const link = await bench.open(device.identity);
      await bench.idleCheckIn(device, link);
      await link.close('gone');
      const stranger = await bench.open();
      stranger.send(request);
      await stranger.refusal('enrollment-invalid');
    },
  },
  {
    name: 'enrol-anew',
    section: 'Flows: Enrol',
    title: 'makes another record for another request of the same device',
    needs: ['enrols'],
    async run(bench) {
      const request = bench.enrollment();
      const first = await bench.enrol(request);
      const second = await bench.enrol({ ...request, requestId: `${request.requestId}-2` });
      mustBe(second.id !== first.id, 'another deviceId for another requestId', `${second.id} again`);
    },
  },
];

/** The certificate is what the answer says, and what was asked for. @throws CaseFailure */
export function mustBeIssued(answer: Issued, { keys }: Bench, key: 0 | 1, now: number | undefined): void {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(answer.certificate);
  } catch {
    throw new CaseFailure('an X.509 certificate in PEM', 'something that cannot be read as one');
  }
  const isItsKey = certificate.checkPrivateKey(createPrivateKey(keys[key]));
  mustBe(isItsKey, 'a certificate for the public key of the CSR', 'one for another key');
  const { subject, serialNumber, notBefore, notAfter } = summarize(certificate, { isIssuedByUs: () => false });
  mustBe(
    subject === answer.deviceId,
    `${answer.deviceId} (deviceId) as the common name of the certificate`,
    subject === '' ? 'none' : subject,
  );
  const isItsSerial = serialNumber === answer.serialNumber;
  mustBe(isItsSerial, `serialNumber ${serialNumber}, as the certificate has it (upper-case hexadecimal)`, answer.serialNumber);
  for (const [name, said, inIt] of [
    ['notBefore', answer.notBefore, notBefore],
    ['notAfter', answer.notAfter, notAfter],
  ] as const) {
    mustBe(Math.abs(said - inIt) < secondMs, `${name} ${inIt}, as the certificate has it`, String(said));
  }
  const isWithin = answer.renewFrom >= notBefore && answer.renewFrom <= notAfter;
  mustBe(isWithin, 'renewFrom between notBefore and notAfter', String(answer.renewFrom));
  // A server that never said what time it is has no other one to be held to.
  if (now === undefined) return;
  mustBe(notBefore <= now + toleranceMs, `notBefore at the server’s clock (${Math.round(now)}) or before`, String(notBefore));
  mustBe(notAfter > now, `notAfter after the server’s clock (${Math.round(now)})`, String(notAfter));
}

/** The same request with a last octet changed: of the signature (RFC 2986 §4.2). */
function withOtherSignature(csr: string): string {
  const [begin = '', ...rest] = csr.trim().split('\n');
  const end = rest.pop() ?? '';
  const der = Buffer.from(rest.join(''), 'base64');
  const last = der.length - 1;
  der.writeUInt8(der.readUInt8(last) ^ 1, last);
  return `${begin}\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n${end}\n`;
}
