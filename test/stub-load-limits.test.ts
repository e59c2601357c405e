/** What one device, or too many, can do to a stub: each refusal has a code, and everybody else is served. */
import { afterEach, describe, expect, it } from 'vitest';
import type { DoorLimits } from '../server-stub/door-limits.ts';
import { mockfleet } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import { enrolled, startStub } from './support/stub-program.ts';
import { openTenant, type Tenant } from './support/tenant.ts';
import type { TestAgent } from './support/test-agent.ts';
import { until, untilAnswered } from './support/until.ts';
import type { Wire } from './support/wire.ts';

let tenant: Tenant;
afterEach(async () => {
  await tenant?.close();
});

const open = async (limits: Partial<DoorLimits>) => {
  tenant = await openTenant({ limits });
};

async function expectServed(agent: TestAgent): Promise<void> {
  const before = agent.runner.state.checkIns;
  agent.runner.tell({ type: 'user-synced' });
  await until('it is served', () => agent.runner.state.checkIns > before && agent.runner.state.exchange === 'none');
  expect(agent.kinds('link-lost')).toEqual([]);
}

/** `clock` alone: it was let in. */
async function firstAnswer(wire: Wire): Promise<string> {
  await wire.opened();
  wire.send('no JSON');
  await wire.end();
  return wire.frames.some((frame) => frame.type === 'refused' && frame.code === 'too-many-connections') ? 'refused' : 'clock';
}

const upgradeAnswer = (wire: Wire) => until('an answer to the upgrade', () => wire.refusedUpgrade);

const checkInOf = (deviceId: string, more: object = {}) => ({ type: 'check-in', deviceId, trigger: 'user', osVersion: '17', ...more });

describe('more connections than the stub takes', () => {
  it('are told to come back later, in the protocol’s own words, and find room when somebody has left', async () => {
    await open({ connections: 2 });
    const agent = await tenant.enrolledAgent();
    const other = await tenant.wire().opened();
    const late = tenant.wire();
    expect(await late.refused()).toMatchObject({ code: 'too-many-connections', closed: { code: 1000, reason: 'too-many-connections' } });
    expect(late.frames.map(({ type }) => type)).toEqual(['clock', 'refused']);
    await expectServed(agent);
    expect(tenant.log.filter(({ data }) => data.event === 'turned-away')).toMatchObject([
      { data: { code: 'too-many-connections', count: 1 } },
    ]);
    other.socket.close();
    await other.end();
    // The stub hears of its going a moment after itself did.
    await untilAnswered('there is room', async () => (await firstAnswer(tenant.wire())) === 'clock');
  });

  it('a device that was turned away comes back by itself', async () => {
    await open({ connections: 1 });
    const first = await tenant.wire().opened();
    const agent = tenant.agent();
    expect(await agent.noted('refused')).toMatchObject({ code: 'too-many-connections', final: false });
    first.socket.close();
    await agent.checkedIn();
  });

  it('come too fast: 429, with how long to wait', async () => {
    await open({ connectionsPerSecond: 3 });
    const wires = Array.from({ length: 8 }, () => tenant.wire());
    await until('all are answered', () => wires.every((wire) => wire.refusedUpgrade !== undefined || wire.frames.length > 0));
    const refused = wires.filter((wire) => wire.refusedUpgrade !== undefined);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    for (const wire of refused) {
      const { status, body } = await upgradeAnswer(wire);
      expect([status, JSON.parse(body)]).toMatchObject([
        429,
        { error: { code: 'rate-limited', message: expect.stringMatching(/3 new connections a second/) } },
      ]);
    }
  });
});

describe('the options of `serve`', () => {
  it.each(['max-connections', 'connections-per-second', 'frames-per-second'])('--%s takes a whole number from 1 on', async (name) => {
    const { code, stderr } = await mockfleet(['serve', `--${name}`, '0']).end();
    expect([code, stderr]).toEqual([2, expect.stringContaining(`--${name} takes a whole number from 1 to 1000000; 0 is not one.`)]);
  });

  it('reach the port: the second device is turned away', async () => {
    const stub = await startStub(['--max-connections', '1']);
    const folder = scratch();
    await enrolled(stub.agent('first', folder));
    const second = stub.agent('second', folder);
    expect(await second.line({ event: 'refused' })).toMatchObject({ code: 'too-many-connections', final: false });
    await until('the log says so', () =>
      stub.program.log.some(({ event, code }) => event === 'turned-away' && code === 'too-many-connections'),
    );
  });
});

describe('a link', () => {
  it('that brings more frames a second than the stub takes is ended, and no other', async () => {
    await open({ framesPerSecond: 20 });
    const agent = await tenant.enrolledAgent();
    const fast = await tenant.enrolledAgent();
    const { id, identity } = { id: fast.id, identity: { ...fast.identity } };
    fast.close();
    const wire = await tenant.wire(identity).opened();
    const frame = JSON.stringify(checkInOf(id));
    for (let count = 0; count < 500; count++) wire.send(frame);
    expect(await wire.refused()).toMatchObject({ code: 'rate-limited', closed: { code: 1000, reason: 'rate-limited' } });
    // Twice the rate at once, and what the bucket got meanwhile; each that was taken was answered before the refusal.
    const answered = wire.frames.filter(({ type }) => type === 'check-in-done').length;
    expect(answered).toBeGreaterThanOrEqual(40);
    expect(answered).toBeLessThan(250);
    expect(tenant.refusals('rate-limited')).toMatchObject([{ data: { deviceId: id } }]);
    await expectServed(agent);
  });

  it('without a certificate that says nothing is ended; one with a certificate may be silent', async () => {
    await open({ idleMsMax: 200 });
    const agent = await tenant.enrolledAgent();
    const identity = { ...agent.identity };
    agent.close();
    const silent = await tenant.wire(identity).opened();
    const idle = await tenant.wire().opened();
    expect(await idle.refused()).toMatchObject({ code: 'link-idle', closed: { code: 1000, reason: 'link-idle' } });
    expect([silent.closed, silent.frames.length]).toEqual([undefined, 1]);
  });

  it('whose peer is gone without a word is ended by the heartbeat, and one that answers is not', async () => {
    await open({ heartbeatMs: 300 });
    const agent = await tenant.enrolledAgent();
    const gone = await tenant.wire(undefined, { autoPong: false }).opened();
    expect(await gone.end()).toMatchObject({ code: 1006 });
    await expectServed(agent);
  });

  it('M-10 50 clients that never read: nothing more is read of them, they are ended, and everybody else is served', async () => {
    await open({ unreadBytesMax: 64 * 1024, unreadMsMax: 1_500 });
    // A reply of 16 KB for each check-in that names another configuration.
    const apps = Array.from({ length: 50 }, (_, index) => ({
      id: `app-${index}-${'i'.repeat(40)}`,
      name: `App ${index} ${'n'.repeat(200)}`,
      intent: 'required' as const,
    }));
    tenant.stub.inside.tenant().configure({ apps }, { name: 'test', isUser: false });
    const agent = await tenant.enrolledAgent();
    const devices = await Promise.all(Array.from({ length: 50 }, () => tenant.enrolledAgent()));
    // The operating system keeps some megabytes for each.
    const sentEach = 800;
    for (const device of devices) {
      const { id, identity } = { id: device.id, identity: { ...device.identity } };
      device.close();
      const wire = await tenant.wire(identity).opened();
      wire.socket.pause();
      const frame = JSON.stringify(checkInOf(id, { configuration: 'another', padding: 'x'.repeat(1_000) }));
      for (let count = 0; count < sentEach; count++) wire.send(frame);
    }
    await expectServed(agent);
    await until('all of them are ended', () => tenant.refusals('reads-too-slowly').length === devices.length);
    const ids = new Set(devices.map(({ id }) => id));
    const taken = tenant.notes.filter((note) => note.kind === 'checked-in' && ids.has(note.deviceId)).length;
    expect(taken).toBeLessThan(devices.length * sentEach * 0.75);
    await expectServed(agent);
  });
});
