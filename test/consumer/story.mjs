/** What a program that uses mockfleet tests with it: the same in every runner. Nothing here is ours but what is imported by name. */
import assert from 'node:assert/strict';
import { Client } from '@microsoft/microsoft-graph-client';
import { simulate } from 'mockfleet';
import { createTenant } from 'mockfleet/testing';
import { setupServer } from 'msw/node';

const path = '/deviceManagement/managedDevices';

/** TD-13 TD-15 TD-16: a wipe waits for an offline device, fails with its certificate, and the record goes 180 days later. */
export async function story() {
  const tenant = createTenant({
    devices: [
      { platform: 'ios', enrollment: 'automated', name: 'phone', user: 'adele@contoso.example' },
      { platform: 'windows', name: 'pc', count: 2 },
    ],
  });
  const server = setupServer(...tenant.handlers);
  server.listen({ onUnhandledRequest: 'error' });
  try {
    const client = Client.init({ authProvider: (done) => done(null, tenant.token) });
    const { value } = await client.api(path).select(['id', 'deviceName']).get();
    const names = value.map(({ deviceName }) => deviceName);
    // Not deepEqual: under jest what fetch has read is of another realm than the test.
    assert.equal(names.sort().join(), 'pc-1,pc-2,phone');

    tenant.devices.find('phone').goOffline();
    const { id } = value.find(({ deviceName }) => deviceName === 'phone');
    await client.api(`${path}/${id}/wipe`).post({ keepEnrollmentData: false });
    const state = async () => (await client.api(`${path}/${id}`).get()).managementState;
    assert.equal(await state(), 'wipePending');
    tenant.clock.advance('366d');
    assert.equal(await state(), 'wipeFailed');
    tenant.clock.advance('180d');
    await assert.rejects(state(), { statusCode: 404, code: 'ResourceNotFound' });
    assert.equal((await client.api(path).get()).value.length, 2);
  } finally {
    server.close();
    tenant.close();
  }
  await scenario();
}

/** A scenario as a test: a built-in one, and one of the project's own. */
async function scenario() {
  const run = await simulate('wipe-pending-for-ever');
  assert.ok(run.passed, run.explain());
  run.close();
  const fleet = [{ name: 'phones', weight: 1, platform: 'ios', enrollment: 'automated', enrolledWithin: '1d' }];
  const own = await simulate({ name: 'own', title: 'Ten phones', devices: 10, days: 5, fleet });
  assert.equal([...own.devices()].filter(({ state }) => state === 'managed').length, 10);
  own.close();
}
