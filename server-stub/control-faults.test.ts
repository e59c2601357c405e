/** `/mockfleet/faults` with agents behind real WebSockets. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTenant, type Tenant } from '../test/support/tenant.ts';
import { until } from '../test/support/until.ts';
import { DoorBench } from './door.fixture.ts';
import type { LinkFaultsView } from './faulty-links.ts';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await openTenant();
});
afterEach(() => tenant.close());

const path = '/mockfleet/faults';
const nothing = { latencyMs: 0, jitterMs: 0, loss: 0, unreachable: false, share: 1 };

async function faults(change?: object): Promise<LinkFaultsView> {
  const { status, body } = await tenant.call(change === undefined ? 'GET' : 'POST', path, change);
  expect(status).toBe(200);
  return body as unknown as LinkFaultsView;
}

describe('faults of links', () => {
  it('are off at first, change member by member, and go off together', async () => {
    expect(await faults()).toEqual({ ...nothing, links: 0, touched: 0, held: 0, broken: 0, turnedAway: 0 });
    expect(await faults({ latencyMs: 200, share: 0.5 })).toMatchObject({ ...nothing, latencyMs: 200, share: 0.5 });
    expect(await faults({ loss: 0.01 })).toMatchObject({ latencyMs: 200, loss: 0.01 });
    expect(await faults({ off: true })).toMatchObject(nothing);
  });

  it('make a device unreachable: its link is cut, it hears a refusal that lets it come back, and does when they are off', async () => {
    const agent = await tenant.enrolledAgent();
    await faults({ unreachable: true });
    await until('the link is cut', () => agent.runner.state.link !== 'open');
    const wipe = await tenant.call('POST', `/v1.0/deviceManagement/managedDevices/${agent.id}/remoteLock`);
    expect(wipe.status).toBe(204);
    await tenant.advance('1h');
    await until('it was turned away', () => agent.notes.some((note) => note.kind === 'refused' && note.code === 'server-error'));
    expect(agent.runner.state.phase).toBe('enrolled');
    expect((await faults()).turnedAway).toBeGreaterThan(0);
    await faults({ off: true });
    await tenant.advance('1h');
    await until('it is back', () => agent.runner.state.link === 'open');
  });

  it('hold what a device says up, and an advance of the clock waits for it', async () => {
    const agent = await tenant.enrolledAgent();
    await faults({ latencyMs: 30, jitterMs: 20 });
    await tenant.call('POST', `/v1.0/deviceManagement/managedDevices/${agent.id}/remoteLock`);
    await tenant.advance('9h');
    const { body } = await tenant.call('GET', `/beta/deviceManagement/managedDevices/${agent.id}`);
    expect(body).toMatchObject({ deviceActionResults: [{ actionName: 'remoteLock', actionState: 'done' }] });
    expect((await faults()).broken).toBe(0);
  });

  it('lose frames: links break, devices come back, and what an administrator asked for is done in the end, once', async () => {
    const agent = await tenant.enrolledAgent();
    await faults({ loss: 0.3 });
    await tenant.call('POST', `/v1.0/deviceManagement/managedDevices/${agent.id}/remoteLock`);
    await until('a link broke', () => agent.runner.state.link !== 'open' || agent.notes.some(({ kind }) => kind === 'link-lost'));
    await tenant.advance('2d');
    expect((await faults()).broken).toBeGreaterThan(0);
    await faults({ off: true });
    await tenant.advance('1h');
    await until('it is back', () => agent.runner.state.link === 'open');
    await tenant.advance('9h');
    const { body } = await tenant.call('GET', `/beta/deviceManagement/managedDevices/${agent.id}`);
    expect(body).toMatchObject({ deviceActionResults: [{ actionName: 'remoteLock', actionState: 'done' }] });
  });
});

it.each([
  [{}, /say at least one of latencyMs/],
  [{ latencyMs: 10_001 }, /latencyMs: .*<=10000/],
  [{ jitterMs: 1.5 }, /jitterMs: .*int/],
  [{ loss: 1.1 }, /loss: .*<=1/],
  [{ share: -1 }, /share: .*>=0/],
  [{ unreachable: 'yes' }, /unreachable: .*boolean/],
  [{ latency: 3 }, /Unrecognized key: "latency"/],
  [{ off: false }, /off: /],
  [{ off: true, loss: 0 }, /Unrecognized key: "loss"/],
])('faults of links refuse %o with the member, and with what may be sent', async (change, sentence) => {
  const door = new DoorBench();
  const { status, body } = await door.call('POST', path, change);
  const { code, message } = body.error;
  expect([status, code]).toEqual([400, 'faults-invalid']);
  expect(message).toMatch(/^Send the members to change/);
  expect(message).toMatch(sentence);
  expect((await door.call('GET', path)).body).toMatchObject(nothing);
});
