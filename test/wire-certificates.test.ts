/** Wrong certificates: each is refused with a code that a device can act on and a sentence in the log, and the stub serves the next device. */
import { createPrivateKey } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StoredIdentity } from '../agent/agent-file.ts';
import { openssl, strictVerify } from '../certs/fixtures.contract.ts';
import { dayMs, hourMs } from '../runtime/duration.ts';
import { enrollMessage, makeIdentity, openTenant, type Tenant, tenantStart, testAuthority, testKeys } from './support/tenant.ts';
import type { TestAgent } from './support/test-agent.ts';
import { until } from './support/until.ts';

const yearMs = 365 * dayMs;
let tenant: Tenant;
/** A device that behaves; whatever strangers do, it is served. */
let witness: TestAgent;

beforeAll(async () => {
  tenant = await openTenant();
  witness = await tenant.enrolledAgent({ name: 'witness' });
});
afterAll(() => tenant.close());

afterEach(async () => {
  const before = witness.runner.state.checkIns;
  witness.runner.tell({ type: 'user-synced' });
  await until('the witness is served', () => witness.runner.state.checkIns > before && witness.runner.state.exchange === 'none');
  expect(witness.kinds('link-lost')).toEqual([]);
});

/** Comes with this identity, and expects to be refused at once. */
async function expectRefusal(identity: StoredIdentity, code: string, sentence: RegExp): Promise<void> {
  const logged = tenant.refusals(code).length;
  const checkIns = tenant.notes.filter((note) => note.kind === 'checked-in').length;
  const wire = tenant.wire(identity);
  const refusal = await wire.refused();
  expect(refusal).toMatchObject({ code, closed: { code: 1000, reason: code } });
  expect(refusal.message).toMatch(sentence);
  expect(wire.frames.map(({ type }) => type)).toEqual(['clock', 'refused']);
  const lines = tenant.refusals(code).slice(logged);
  expect(lines).toHaveLength(1);
  expect(lines[0]?.sentence).toContain(refusal.message);
  expect(tenant.notes.filter((note) => note.kind === 'checked-in')).toHaveLength(checkIns);
}

/** A device that is enrolled and switched off, with a copy of its certificate. */
async function copiedIdentity(name: string): Promise<{ id: string; identity: StoredIdentity }> {
  const agent = await tenant.enrolledAgent({ name, serialNumber: name });
  const copy = { id: agent.id, identity: { ...agent.identity } };
  agent.close();
  return copy;
}

const now = () => tenant.stub.clock.now();
const validNow = () => ({ notBefore: now() - hourMs, notAfter: now() - hourMs + yearMs });

describe('a certificate that this tenant did not sign', () => {
  it('M-10 of another authority is refused', async () => {
    const keyAndCertificate = openssl(['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', '-', '-subj', `/CN=${witness.id}`]);
    const identity = {
      certificate: /-----BEGIN CERT[\s\S]*END CERTIFICATE-----/.exec(keyAndCertificate)?.[0] ?? '',
      privateKey: /-----BEGIN PRIV[\s\S]*END PRIVATE KEY-----/.exec(keyAndCertificate)?.[0] ?? '',
    };
    await expectRefusal(identity, 'certificate-untrusted', /not signed by the authority/);
  });

  it('M-10 of a self-made authority with our authority’s name is refused', async () => {
    const impostor = await testAuthority(1);
    expect(impostor.certificate.subject).toBe(tenant.authority.certificate.subject);
    const identity = await makeIdentity(impostor, { subject: witness.id, ...validNow() });
    await expectRefusal(identity, 'certificate-untrusted', /not signed by the authority/);
  });

  it('M-10 with a forged signature is refused', async () => {
    const { identity } = await copiedIdentity('FORGED');
    const der = Buffer.from(identity.certificate.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    // The signature is the last field of the certificate.
    der[der.length - 20] = (der.at(-20) ?? 0) ^ 1;
    const certificate = `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
    await expectRefusal({ ...identity, certificate }, 'certificate-untrusted', /not signed by the authority/);
  });

  it('M-10 without the key that belongs to it does not even open a link', async () => {
    const { identity } = await copiedIdentity('STOLEN');
    const other = await testKeys.keyAt(0);
    const keys = await Promise.all([0, 1, 2, 3].map((number) => testKeys.keyAt(number)));
    const wrong = keys.find((key) => key !== identity.privateKey) ?? other;
    expect(createPrivateKey(wrong).equals(createPrivateKey(identity.privateKey))).toBe(false);
    const wire = tenant.wire({ ...identity, privateKey: wrong });
    expect((await until('the failure', () => wire.failure)).message).toMatch(/key values mismatch/);
  });
});

describe('a certificate that is not (any more) one of a device', () => {
  it('that begins in the future is refused until then', async () => {
    const identity = await makeIdentity(tenant.authority, { subject: witness.id, notBefore: now() + dayMs, notAfter: now() + yearMs });
    await expectRefusal(identity, 'certificate-not-yet-valid', /begins at 20/);
  });

  it('issued by our authority, but to no device, is refused', async () => {
    const identity = await makeIdentity(tenant.authority, { subject: witness.id, ...validNow() });
    await expectRefusal(identity, 'device-unknown', /No record/);
  });

  it('of a server, signed by our authority, is refused as that of a device', async () => {
    const privateKey = await testKeys.keyAt(2);
    const certificate = tenant.authority.issueServerCertificate({
      hosts: [],
      publicKey: privateKey,
      serialNumber: '4A11CE',
      notBefore: now() - dayMs,
      notAfter: now() + yearMs,
    });
    await expectRefusal({ certificate, privateKey }, 'device-unknown', /No record/);
  });

  it('of a record that was removed is refused', async () => {
    const agent = await tenant.enrolledAgent({ name: 'retired', serialNumber: 'RETIRED' });
    const identity = { ...agent.identity };
    expect(await tenant.act(agent.id, 'retire')).toBe(204);
    await agent.noted('unenrolled');
    await until('its record is gone', () => tenant.store.device(agent.id) === undefined);
    expect(agent.file.identity()).toBeUndefined();
    await expectRefusal(identity, 'device-unknown', /removed, or the device left/);
  });
});

describe('speaking for another', () => {
  it.each(['check-in', 'command-result', 'renew', 'unenroll'])('with a certificate of its own, in %s, is refused', async (type) => {
    const { id, identity } = await copiedIdentity(`OTHER-${type}`);
    const before = await tenant.device(witness.id);
    const fields = {
      'check-in': { trigger: 'user', osVersion: '99' },
      'command-result': { commandId: 'c', status: 'acknowledged' },
      renew: { requestId: 'r', csr: 'c' },
      unenroll: {},
    }[type];
    const wire = await tenant.wire(identity).opened();
    wire.send({ type, deviceId: witness.id, ...fields });
    const refusal = await wire.refused();
    expect(refusal).toMatchObject({ code: 'identity-mismatch', closed: { reason: 'identity-mismatch' } });
    expect(refusal.message).toContain(id);
    expect(refusal.message).toContain(witness.id);
    expect(tenant.refusals('identity-mismatch').at(-1)?.data.deviceId).toBe(id);
    expect(await tenant.device(witness.id)).toEqual(before);
  });

  it('with another device’s command is refused', async () => {
    const { id, identity } = await copiedIdentity('META');
    const { id: otherId } = await copiedIdentity('META-OTHER');
    await tenant.act(otherId, 'wipe');
    const [command] = tenant.store.commandsOf(otherId);
    const wire = await tenant.wire(identity).opened();
    wire.send({ type: 'command-result', deviceId: id, commandId: command?.id, status: 'acknowledged' });
    expect(await wire.refused()).toMatchObject({ code: 'message-unexpected' });
    expect(tenant.store.commandsOf(otherId)).toMatchObject([{ status: 'queued' }]);
  });

  it('without any certificate is refused, and enrolling is all that is open to it', async () => {
    const { id } = await copiedIdentity('NOBODY');
    const wire = await tenant.wire().opened();
    wire.send({ type: 'check-in', deviceId: id, trigger: 'user', osVersion: '17' });
    expect(await wire.refused()).toMatchObject({ code: 'certificate-required', closed: { reason: 'certificate-required' } });
    expect(tenant.refusals('certificate-required')).toHaveLength(1);

    const enrolling = await tenant.wire().opened();
    enrolling.send(await enrollMessage({ token: 'guessed' }));
    expect(await enrolling.refused()).toMatchObject({ code: 'enrollment-token-invalid' });
  });

  it('twice at the same time, the newer link counts', async () => {
    const { id, identity } = await copiedIdentity('TWICE');
    const first = await tenant.wire(identity).opened();
    const second = await tenant.wire(identity).opened();
    expect(await first.refused()).toMatchObject({ code: 'session-replaced' });
    second.send({ type: 'check-in', deviceId: id, trigger: 'user', osVersion: '17' });
    await second.next('check-in-done');
    second.socket.close();
    await second.end();
  });
});

describe('time', () => {
  it('M-01 M-02 M-10 an enrolled device’s certificate is strictly valid for 365 days, and the one before its renewal is refused', async () => {
    const agent = await tenant.enrolledAgent({ name: 'renewing', serialNumber: 'RENEWING' });
    const first = { ...agent.identity };
    const enrolledAt = now();
    expect(agent.runner.state.certificate).toMatchObject({ notBefore: enrolledAt, notAfter: enrolledAt + yearMs });
    const at = (instant: number) => strictVerify(tenant.authority.certificatePem, first.certificate, instant, ['-purpose', 'sslclient']);
    expect(at(enrolledAt)).toBe('OK');
    // OpenSSL leaves the last second out; RFC 5280, and the stub, do not.
    expect(at(enrolledAt + yearMs - 1000)).toBe('OK');
    expect(at(enrolledAt + yearMs + 1000)).toMatch(/expired/);
    expect(at(enrolledAt - 1000)).toMatch(/not yet valid/);

    await tenant.advance('340d');
    expect(agent.kinds('renewed')).toHaveLength(1);
    expect(agent.identity.certificate).not.toBe(first.certificate);
    expect(agent.identity.privateKey).not.toBe('');
    await expectRefusal(first, 'certificate-replaced', /renewed and replaced/);
  });

  it('TD-15 an expired one is refused, however it comes, and by the stub’s clock alone', async () => {
    const { id, identity } = await copiedIdentity('EXPIRED');
    const { notAfter } = tenant.store.device(id)?.certificate ?? { notAfter: 0 };
    await tenant.clock({ set: new Date(notAfter).toISOString() });
    const lastMoment = await tenant.wire(identity).opened();
    lastMoment.send({ type: 'check-in', deviceId: id, trigger: 'user', osVersion: '17' });
    await lastMoment.next('check-in-done');
    lastMoment.socket.close();
    await lastMoment.end();
    await tenant.advance('1s');
    await expectRefusal(identity, 'certificate-expired', /ended at 20.*never check in again/);
    expect((await tenant.device(id))?.managementState).toBe('unhealthy');
    expect(now()).toBeGreaterThan(tenantStart + yearMs);
  });
});
