/** The cleanup of inactive devices on a live stub: set through Graph, lived by agents over real WebSockets. */
import { afterEach, expect, it } from 'vitest';
import { managedDevices, openTenant, type Tenant } from './support/tenant.ts';
import { until } from './support/until.ts';

let tenant: Tenant | undefined;
afterEach(() => tenant?.close());

it('hides who is away and nobody who is there, however far the clock goes at once, and shows who comes back', async () => {
  tenant = await openTenant();
  const { call, advance, device, notes, enrolledAgent } = tenant;
  const [there, traveller] = [await enrolledAgent(), await enrolledAgent()];
  const rule = { deviceInactivityBeforeRetirementInDays: '30' };
  const set = await call('PATCH', '/beta/deviceManagement', { managedDeviceCleanupSettings: rule });
  expect(set).toMatchObject({ status: 200, body: { managedDeviceCleanupSettings: rule } });
  await advance('200d');
  expect(await device(there.id)).toBeDefined();
  expect(await device(traveller.id)).toBeDefined();

  traveller.network(false);
  await advance('30d');
  expect(await device(there.id)).toBeDefined();
  expect(await device(traveller.id)).toBeUndefined();
  expect((await call('GET', `${managedDevices}/$count`)).body).toBe(1);
  expect(notes.filter(({ kind }) => kind === 'record-hidden')).toEqual([{ kind: 'record-hidden', deviceId: traveller.id }]);

  traveller.network(true);
  await until('it is back', () => notes.some(({ kind }) => kind === 'record-shown'));
  expect(await device(traveller.id)).toBeDefined();
});
