import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { dayMs } from '../runtime/duration.ts';
import { type LiveFleet, startLiveFleet } from '../simulator/live-fleet.ts';
import { root } from './support/program.ts';
import { enrollmentToken, openTenant, type Tenant, tenantStart } from './support/tenant.ts';
import { until } from './support/until.ts';

let tenant: Tenant;
let fleet: LiveFleet | undefined;
afterEach(async () => {
  fleet?.close();
  await tenant.close();
});

it('M-09 M-10 a fleet in the stub’s own process enrols, lives 400 days with its clock, renews, and obeys', async () => {
  tenant = await openTenant();
  const { stub, authority, store, notes } = tenant;
  fleet = await startLiveFleet({ stub, authority, count: 12, token: enrollmentToken, keys: join(root, 'node_modules/.cache/mockfleet') });
  const records = () => [...store.devicesAfter(null)];
  await until(
    'all are enrolled',
    () => records().length === 12 && records().every(({ complianceState }) => complianceState === 'compliant'),
  );
  await tenant.advance('400d');
  expect(records()).toHaveLength(12);
  for (const { lastSyncAt, certificate } of records()) {
    expect(lastSyncAt).toBeGreaterThan(tenantStart + 399 * dayMs);
    expect(certificate.notAfter).toBeGreaterThan(tenantStart + 690 * dayMs);
  }
  expect(notes.filter((note) => note.kind === 'certificate-issued' && note.purpose === 'renew')).toHaveLength(12);
  expect(notes.filter(({ kind }) => kind === 'refused')).toEqual([]);

  const [first] = records();
  expect(await tenant.act(first?.id ?? '', 'retire')).not.toBe(500);
  await tenant.call('DELETE', `/v1.0/deviceManagement/managedDevices/${first?.id}`);
  await until('its record is gone', () => store.device(first?.id ?? '') === undefined);
  expect(records()).toHaveLength(11);
});
