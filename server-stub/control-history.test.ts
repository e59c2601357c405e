/** The fleet's past as a chart needs it, and what comes next, through the control routes. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { dayMs, formatInstant } from '../runtime/duration.ts';
import { scratch } from '../test/support/scratch.ts';
import { openTenant, type Tenant, tenantStart } from '../test/support/tenant.ts';
import { notEvaluated } from './core/policy-records.ts';
import { sampleDevice } from './store/sample-records.fixture.ts';
import { openSqliteStore } from './store/sqlite-store.ts';
import type { Store } from './store/store.ts';

let tenant: Tenant | undefined;
afterEach(async () => {
  await tenant?.close();
  tenant = undefined;
});

interface History {
  from: string | null;
  to: string | null;
  points: { at: string; states: Record<string, number>; compliance: Record<string, number> }[];
}
const history = async ({ call }: Tenant, query = '') => (await call('GET', `/mockfleet/history${query}`)).body as unknown as History;
const next = async ({ call }: Tenant) => (await call('GET', '/mockfleet/clock/next')).body as unknown as Record<string, unknown>[];

/** A device that was in touch on its day of enrollment alone. */
function plant(store: Store, id: string, certificateDays: number, lastSyncAt = tenantStart): void {
  const notAfter = tenantStart + certificateDays * dayMs;
  store.saveDevice(
    sampleDevice(id, { lastSyncAt, complianceState: 'compliant', certificate: { serialNumber: `C${id}`, notBefore: 0, notAfter } }),
  );
  store.setTimer(id, 'expiry', notAfter + 1);
}

describe('/mockfleet/history', () => {
  it('is empty-handed before there is a device, and has the states along the time lived', async () => {
    tenant = await openTenant();
    const { act, advance, enrolledAgent } = tenant;
    expect((await history(tenant)).points.map(({ states }) => states)).toEqual([{}]);
    const agent = await enrolledAgent();
    agent.network(false);
    await advance('10d');
    expect(await act(agent.id, 'wipe')).toBe(204);
    await advance('20d');
    const { from, to, points } = await history(tenant);
    expect([from, to]).toEqual([formatInstant(tenantStart), formatInstant(tenantStart + 30 * dayMs)]);
    expect(points.at(-1)?.states).toEqual({ wipePending: 1 });
    const changed = points.findIndex(({ states }) => states.wipePending === 1);
    // A step on its day, and no slope from the day before.
    expect(points[changed]?.at).toBe(formatInstant(tenantStart + 10 * dayMs));
    expect(Date.parse(points[changed - 1]?.at ?? '')).toBe(tenantStart + 10 * dayMs - 1);
    expect(points[changed - 1]?.states).toEqual({ managed: 1 });
  });

  it('follows a clock that is set back: what came after was not lived', async () => {
    tenant = await openTenant();
    const { clock, enrolledAgent, act, advance } = tenant;
    const agent = await enrolledAgent();
    agent.network(false);
    await advance('5d');
    expect(await act(agent.id, 'wipe')).toBe(204);
    await history(tenant);
    await clock({ set: formatInstant(tenantStart + 1 * dayMs) });
    const instants = (await history(tenant)).points.map(({ at }) => at);
    expect(instants.at(-1)).toBe(formatInstant(tenantStart + 1 * dayMs));
    expect(instants).toEqual([...new Set(instants)].sort());
  });

  it('is there after a restart', async () => {
    const path = join(scratch(), 'stub.db');
    const first = openSqliteStore(path);
    for (let number = 0; number < 30; number++) plant(first, `d${number}`, number + 1);
    tenant = await openTenant({ store: first });
    await tenant.advance('20d');
    const before = await history(tenant);
    await tenant.close();
    tenant = await openTenant({ store: openSqliteStore(path), at: tenantStart + 20 * dayMs });
    const after = await history(tenant);
    expect(before.points.length).toBeGreaterThan(10);
    expect(before.points.at(-1)?.states).toEqual({ managed: 11, unhealthy: 19 });
    expect(after.points).toEqual(before.points);
  });

  it('gives as many points as are asked for', async () => {
    const store = openSqliteStore(':memory:');
    for (let number = 0; number < 40; number++) plant(store, `d${number}`, number + 1);
    tenant = await openTenant({ store });
    await tenant.advance('50d');
    const all = await history(tenant);
    const some = await history(tenant, '?points=10');
    expect(all.points.length).toBeGreaterThan(20);
    expect(some.points.length).toBeGreaterThan(5);
    expect(some.points.length).toBeLessThanOrEqual(11);
    expect([some.points[0], some.points.at(-1)]).toEqual([all.points[0], all.points.at(-1)]);
    for (const points of ['0', '1', '1001', 'many', '-5', '10.5', '']) {
      const { status, body } = await tenant.call('GET', `/mockfleet/history?points=${points}`);
      expect([points, status, body.error.code]).toEqual([points, 400, 'history-invalid']);
    }
  });
});

describe('/mockfleet/clock/next', () => {
  it('has nothing where nothing is due', async () => {
    tenant = await openTenant();
    expect(await next(tenant)).toEqual([]);
  });

  it('M-02 TD-15 TD-16 tells a certificate’s end of who is away, a renewal of who is there, then the removal; a jump there brings it about', async () => {
    const store = openSqliteStore(':memory:');
    for (const id of ['away', 'away-too']) plant(store, id, 40);
    plant(store, 'later', 300);
    tenant = await openTenant({ store });
    const agent = await tenant.enrolledAgent();
    const notAfter = tenantStart + 40 * dayMs;
    const [end, renewal, ...others] = await next(tenant);
    expect(end).toEqual({
      kind: 'certificate-end',
      at: formatInstant(notAfter + 1),
      deviceId: 'away',
      deviceName: expect.any(String),
      count: 2,
    });
    expect(renewal).toMatchObject({ kind: 'certificate-renewal', deviceId: agent.id, deviceName: 'device-0', count: 1 });
    expect(others).toEqual([]);
    await tenant.clock({ set: String(end?.at) });
    expect(tenant.notes.filter(({ kind }) => kind === 'certificate-expired')).toHaveLength(2);
    expect(await next(tenant)).toContainEqual(
      expect.objectContaining({ kind: 'removal', at: formatInstant(notAfter + 180 * dayMs), count: 2 }),
    );
    const from = Date.parse(String(renewal?.at));
    await tenant.clock({ set: formatInstant(from) });
    expect(agent.runner.state.renewals).toBe(0);
    await tenant.advance('13h');
    expect(agent.runner.state.renewals).toBe(1);
    await tenant.clock({ set: formatInstant(notAfter + 180 * dayMs) });
    expect(tenant.notes.filter(({ kind }) => kind === 'record-removed')).toHaveLength(2);
  });

  it('tells a cleanup of who is away, on the day on which it comes', async () => {
    const store = openSqliteStore(':memory:');
    plant(store, 'away', 300);
    tenant = await openTenant({ store });
    const { call, enrolledAgent, clock, notes } = tenant;
    await enrolledAgent();
    const rule = { deviceInactivityBeforeRetirementInDays: '60' };
    const { status } = await call('PATCH', '/beta/deviceManagement/managedDeviceCleanupSettings', rule);
    expect(status).toBeLessThan(300);
    const cleanup = (await next(tenant)).find(({ kind }) => kind === 'cleanup');
    expect(cleanup).toMatchObject({ deviceId: 'away', at: formatInstant(tenantStart + 60 * dayMs), count: 1 });
    await clock({ set: String(cleanup?.at) });
    expect(notes.filter(({ kind }) => kind === 'record-hidden')).toEqual([{ kind: 'record-hidden', deviceId: 'away' }]);
  });

  it('NC-06 tells the next action for noncompliance, and no mere second look', async () => {
    const store = openSqliteStore(':memory:');
    const at = tenantStart + 3 * dayMs;
    const compliance = { ...notEvaluated, evaluatedAt: tenantStart };
    store.saveDevice(sampleDevice('looked-at', { compliance: { ...compliance, recheckAt: at - dayMs } }));
    store.setTimer('looked-at', 'compliance', at - dayMs);
    store.saveDevice(sampleDevice('acted-on', { compliance }));
    store.setTimer('acted-on', 'compliance', at);
    tenant = await openTenant({ store });
    expect(await next(tenant)).toContainEqual(
      expect.objectContaining({ kind: 'noncompliance-action', deviceId: 'acted-on', at: formatInstant(at) }),
    );
  });
});
