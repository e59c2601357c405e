/** A program of an administrator's: Microsoft's own client against the stub of MOCKFLEET_URL. Prints what it found as one line of JSON. */
import { Client, type PageCollection, PageIterator } from '@microsoft/microsoft-graph-client';
import type { ManagedDevice } from '@microsoft/microsoft-graph-types-beta';

const { MOCKFLEET_URL: url = '', MOCKFLEET_TOKEN: token = '' } = process.env;
const client = Client.init({
  baseUrl: `${url}/`,
  customHosts: new Set([new URL(url).hostname]),
  authProvider: (done) => done(null, token),
});
const path = '/deviceManagement/managedDevices';

const names: unknown[] = [];
const first = (await client.api(path).select(['id', 'deviceName']).top(1).get()) as PageCollection;
await new PageIterator(client, first, (device: ManagedDevice) => names.push(device.deviceName) > 0).iterate();
const found = (await client.api(path).filter("deviceName eq 'phone'").get()) as { value: ManagedDevice[] };
const id = found.value[0]?.id ?? '';
const before = (await client.api(`${path}/${id}`).get()) as ManagedDevice;
await client.api(`${path}/${id}/wipe`).post({ keepEnrollmentData: false });
const missing = await client
  .api(`${path}/00000000-0000-4000-8000-000000000000`)
  .get()
  .catch((error: { statusCode: number; code: string }) => ({ statusCode: error.statusCode, code: error.code }));
const other = (await client.api(path).filter("deviceName eq 'tablet'").get()) as { value: ManagedDevice[] };
await client.api(`${path}/${other.value[0]?.id}`).delete();
process.stdout.write(`${JSON.stringify({ names: names.sort(), id, before: before.managementState, missing })}\n`);
