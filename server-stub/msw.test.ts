import { Client, GraphError, type PageCollection, PageIterator } from '@microsoft/microsoft-graph-client';
import type { ManagedDevice } from '@microsoft/microsoft-graph-types';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deviceId, fakeDoor, fakeTenant, testDevice } from './graph/fake-tenant.contract.ts';
import { graphHandlers } from './msw.ts';

let tenant = fakeTenant();
const server = setupServer(...graphHandlers((request) => fakeDoor(tenant)(request)));
const client = Client.init({ authProvider: (done) => done(null, 'token') });
const path = '/deviceManagement/managedDevices';

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  tenant = fakeTenant();
});
afterAll(() => server.close());

describe('Microsoft’s own client', () => {
  it('iterates over all pages', async () => {
    tenant = fakeTenant(Array.from({ length: 25 }, (_, index) => testDevice(index)));
    const first = (await client.api(path).select(['id', 'deviceName']).top(10).get()) as PageCollection;
    const names: unknown[] = [];
    const iterator = new PageIterator(client, first, (device: ManagedDevice) => {
      names.push(device.deviceName);
      return true;
    });
    await iterator.iterate();
    expect(names).toEqual(Array.from({ length: 25 }, (_, index) => `device-${index}`));
  });

  it.each(['v1.0', 'beta'])('reads and filters on %s', async (version) => {
    tenant = fakeTenant([testDevice(1), testDevice(2, { deviceName: "O'Neil’s (old) phone" })]);
    const one = (await client
      .api(`${path}/${deviceId(1)}`)
      .version(version)
      .get()) as ManagedDevice;
    expect(one.serialNumber).toBe('SN1');
    const found = await client.api(path).version(version).filter("deviceName eq 'O''Neil’s (old) phone'").get();
    expect(found.value.map((device: ManagedDevice) => device.id)).toEqual([deviceId(2)]);
  });

  it('wipes and deletes', async () => {
    tenant = fakeTenant([testDevice(1)]);
    await client.api(`${path}/${deviceId(1)}/wipe`).post({ keepEnrollmentData: false, keepUserData: null });
    expect(tenant.issued.map(({ command }) => command)).toEqual([{ type: 'wipe', parameters: { keepEnrollmentData: false } }]);
    await client.api(`${path}/${deviceId(1)}/retire`).post(null);
    await client.api(`${path}/${deviceId(1)}`).delete();
    expect(tenant.deletions).toHaveLength(1);
  });

  it('gets a GraphError', async () => {
    const error = await client
      .api(`${path}/nobody`)
      .get()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GraphError);
    expect(error).toMatchObject({ statusCode: 404, code: 'ResourceNotFound', requestId: expect.any(String) });
    await expect(client.api(path).filter('colour eq 1').get()).rejects.toMatchObject({ statusCode: 400, code: 'BadRequest' });
  });
});
