/**
 * A device that comes back resumes its TLS session: no key is used then, and no certificate sent. It is as certain as on first contact who
 * it is, and the stub judges it anew.
 */
import { connect, type SecureVersion, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientOptions } from 'ws';
import type { StoredIdentity } from '../agent/agent-file.ts';
import { openTenant, type Tenant } from './support/tenant.ts';
import { until } from './support/until.ts';
import type { Wire } from './support/wire.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant();
});
afterAll(() => tenant.close());

interface Contact {
  wire: Wire;
  isResumed: boolean;
  protocol: string | null;
  /** The latest one that the stub gave. */
  session: Buffer;
}

/** Opens a link, with a session of an earlier one if given, and waits for the session that the stub gives. */
async function contact(
  identity: StoredIdentity | undefined,
  options: { session?: Buffer; version?: SecureVersion; of?: Tenant } = {},
): Promise<Contact> {
  const { session, version = 'TLSv1.3', of = tenant } = options;
  let isResumed = false;
  let protocol: string | null = null;
  let latest: Buffer | undefined;
  const createConnection = (given: object) => {
    const tls: TLSSocket = connect({
      ...given,
      path: undefined,
      servername: '',
      minVersion: version,
      maxVersion: version,
      ...(session && { session }),
    });
    tls.once('secureConnect', () => {
      isResumed = tls.isSessionReused();
      protocol = tls.getProtocol();
      // No new one is given to whoever resumes one. In TLS 1.2 it came with the handshake.
      if (isResumed) latest = session;
      else if (version === 'TLSv1.2') latest = tls.getSession();
    });
    tls.on('session', (data: Buffer) => {
      latest = data;
    });
    return tls;
  };
  const wire = of.wire(identity, { createConnection: createConnection as unknown as NonNullable<ClientOptions['createConnection']> });
  await wire.opened();
  return { wire, isResumed, protocol, session: await until('a session', () => latest) };
}

/** The session of a link that is over. */
async function sessionOf(identity: StoredIdentity | undefined, version?: SecureVersion): Promise<Buffer> {
  const { wire, isResumed, session } = await contact(identity, version === undefined ? {} : { version });
  expect(isResumed).toBe(false);
  wire.socket.close();
  await wire.end();
  return session;
}

/** A device that was enrolled and is switched off, with what it needs to come back. */
async function away(name: string, in_: Tenant = tenant): Promise<{ id: string; identity: StoredIdentity }> {
  const agent = await in_.enrolledAgent({ name, serialNumber: name });
  const copy = { id: agent.id, identity: { ...agent.identity } };
  agent.close();
  return copy;
}

const checkInOf = (deviceId: string) => ({ type: 'check-in', deviceId, trigger: 'schedule', osVersion: '17.5' }) as const;

describe.each<SecureVersion>(['TLSv1.2', 'TLSv1.3'])('a session of %s', (version) => {
  it('is resumed, with the certificate of the first contact', async () => {
    const { id, identity } = await away(`BACK-${version}`);
    const session = await sessionOf(identity, version);
    // What the client shows now counts for nothing: only the stub can read what is in the session.
    const { wire, isResumed, protocol } = await contact(undefined, { session, version });
    expect([isResumed, protocol]).toEqual([true, version]);
    const before = tenant.notes.filter((note) => note.kind === 'checked-in' && note.deviceId === id).length;
    wire.send(checkInOf(id));
    await wire.next('check-in-done');
    expect(tenant.notes.filter((note) => note.kind === 'checked-in' && note.deviceId === id)).toHaveLength(before + 1);
  });

  it('speaks for its own device alone, whatever certificate is shown with it', async () => {
    const one = await away(`ONE-${version}`);
    const other = await away(`OTHER-${version}`);
    const session = await sessionOf(one.identity, version);
    const { wire, isResumed } = await contact(other.identity, { session, version });
    expect(isResumed).toBe(true);
    wire.send(checkInOf(other.id));
    expect(await wire.refused()).toMatchObject({ code: 'identity-mismatch', closed: { reason: 'identity-mismatch' } });
  });

  it('of a link that showed no certificate gives none', async () => {
    const { id, identity } = await away(`NONE-${version}`);
    const session = await sessionOf(undefined, version);
    const { wire, isResumed } = await contact(identity, { session, version });
    expect(isResumed).toBe(true);
    wire.send(checkInOf(id));
    expect(await wire.refused()).toMatchObject({ code: 'certificate-required' });
  });

  it('of another stub is not taken, whoever signed the certificate', async () => {
    const { identity } = await away(`ELSEWHERE-${version}`);
    const session = await sessionOf(identity, version);
    const elsewhere = await openTenant();
    try {
      expect(elsewhere.authority.certificatePem).toBe(tenant.authority.certificatePem);
      const { wire, isResumed } = await contact(identity, { session, version, of: elsewhere });
      expect(isResumed).toBe(false);
      expect(await wire.refused()).toMatchObject({ code: 'device-unknown' });
    } finally {
      await elsewhere.close();
    }
  });

  it('of a removed record is refused', async () => {
    const agent = await tenant.enrolledAgent({ name: 'removed', serialNumber: `REMOVED-${version}` });
    const identity = { ...agent.identity };
    agent.network(false);
    const session = await sessionOf(identity, version);
    agent.network(true);
    await agent.checkedIn();
    expect(await tenant.act(agent.id, 'retire')).toBe(204);
    await until('its record is gone', () => tenant.store.device(agent.id) === undefined);
    await expectRefusedOnResumption(identity, session, version, 'device-unknown');
  });
});

describe('M-02 TD-15 the stub judges a resumed session by its own clock', () => {
  it.each<SecureVersion>(['TLSv1.2', 'TLSv1.3'])('%s: replaced, not yet valid, ended', async (version) => {
    const own = await openTenant();
    try {
      const agent = await own.enrolledAgent({ name: 'renewing' });
      const first = { ...agent.identity };
      agent.network(false);
      const { wire, session } = await contact(first, { version, of: own });
      wire.socket.close();
      await wire.end();
      await own.clock({ set: '2029-12-01T00:00:00Z' });
      await expectRefusedOnResumption(first, session, version, 'certificate-not-yet-valid', own);
      await own.clock({ set: '2030-01-01T09:30:00Z' });
      agent.network(true);
      await agent.checkedIn();
      await own.advance('340d');
      expect(agent.kinds('renewed')).toHaveLength(1);
      await expectRefusedOnResumption(first, session, version, 'certificate-replaced', own);
      agent.close();
      await own.advance('30d');
      await expectRefusedOnResumption(first, session, version, 'certificate-expired', own);
    } finally {
      await own.close();
    }
  });
});

async function expectRefusedOnResumption(
  identity: StoredIdentity,
  session: Buffer,
  version: SecureVersion,
  code: string,
  of: Tenant = tenant,
): Promise<void> {
  const { wire, isResumed } = await contact(identity, { session, version, of });
  expect(isResumed).toBe(true);
  const { frames } = wire;
  expect(await wire.refused()).toMatchObject({ code, closed: { code: 1000, reason: code } });
  expect(frames.map(({ type }) => type)).toEqual(['clock', 'refused']);
}
