/** Renewal: the next certificate, and the moment from which the one before is refused. */
import { randomUUID } from 'node:crypto';
import type { Bench, Device } from '../bench.ts';
import { type ConformanceCase, mustBe } from '../conformance-case.ts';
import type { ServerLink } from '../server-link.ts';
import { mustBeIssued } from './enrolment.ts';

export const renewalCases: readonly ConformanceCase[] = [
  {
    name: 'renews',
    section: 'Flows: Renew',
    title: 'answers `renew` with a certificate for the key of the new CSR, for the same device',
    needs: ['check-in-answered'],
    async run(bench) {
      await renewed(bench);
    },
  },
  {
    name: 'renewal-repeated',
    section: 'Flows: Renew',
    title: 'answers a renewal that is repeated because its answer was lost, and the newest answer counts',
    needs: ['renews'],
    async run(bench) {
      const { before } = await renewed(bench);
      const link = await bench.open(before.identity);
      const after = await renewedOn(bench, before, link);
      await link.close('renewed');
      await bench.idleCheckIn(after, await bench.open(after.identity));
    },
  },
  {
    name: 'renewal-keeps-old',
    section: 'Flows: Renew',
    title: 'still takes the old certificate as long as the new one was not used',
    needs: ['renews'],
    async run(bench) {
      const { before } = await renewed(bench);
      await bench.idleCheckIn(before, await bench.open(before.identity));
    },
  },
  {
    name: 'renewal-new-accepted',
    section: 'Flows: Renew',
    title: 'takes the new certificate',
    needs: ['renews'],
    async run(bench) {
      const { after } = await renewed(bench);
      await bench.idleCheckIn(after, await bench.open(after.identity));
    },
  },
  {
    name: 'certificate-replaced',
    section: 'Flows: Renew',
    title: 'refuses the old certificate once the new one was used',
    needs: ['renewal-new-accepted'],
    async run(bench) {
      const { before, after } = await renewed(bench);
      const link = await bench.open(after.identity);
      await bench.idleCheckIn(after, link);
      await link.close('gone');
      const copy = await bench.open(before.identity);
      await copy.refusal('certificate-replaced');
    },
  },
  {
    name: 'session-of-replaced',
    section: 'Connection',
    title: 'refuses the old certificate also where it is only remembered, in a TLS session',
    needs: ['certificate-replaced', 'session-resumed'],
    async run(bench) {
      const { device: before, link } = await bench.connected();
      await bench.idleCheckIn(before, link);
      const { session } = link;
      const after = await renewedOn(bench, before, link);
      await link.close('renewed');
      const next = await bench.open(after.identity);
      await bench.idleCheckIn(after, next);
      await next.close('gone');
      const resumed = await bench.open(before.identity, { session });
      await resumed.refusal('certificate-replaced');
    },
  },
  {
    name: 'renewal-csr-invalid',
    section: 'Codes',
    title: 'refuses a renewal with a CSR that is none, and the device may come back',
    needs: ['renews'],
    async run(bench) {
      const { device, link } = await bench.connected();
      link.send({ type: 'renew', deviceId: device.id, requestId: 'conformance', csr: 'please' });
      await link.refusal('csr-invalid');
      await bench.idleCheckIn(device, await bench.open(device.identity));
    },
  },
];

/** A device that has asked for its next certificate, after a check-in, and then ended its link. */
async function renewed(bench: Bench): Promise<{ before: Device; after: Device }> {
  const { device: before, link } = await bench.connected();
  await bench.idleCheckIn(before, link);
  const after = await renewedOn(bench, before, link);
  await link.close('renewed');
  return { before, after };
}

async function renewedOn(bench: Bench, before: Device, link: ServerLink): Promise<Device> {
  const requestId = randomUUID();
  link.send({ type: 'renew', deviceId: before.id, requestId, csr: bench.csr(1) });
  const answer = await link.next('renewed');
  mustBe(answer.requestId === requestId, `the requestId ${requestId} of the request`, answer.requestId);
  mustBe(answer.deviceId === before.id, `the deviceId ${before.id}`, answer.deviceId);
  mustBeIssued(answer, bench, 1, link.now);
  // The old one stays the device's own until this one is used.
  return bench.enrolled({ id: before.id, identity: { certificate: answer.certificate, privateKey: bench.keys[1] } });
}
