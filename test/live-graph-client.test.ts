import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { root } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import { adminToken, openTenant, type Tenant } from './support/tenant.ts';
import { until } from './support/until.ts';

let tenant: Tenant;
afterEach(() => tenant.close());

it('M-05 M-10 Microsoft’s own client, unchanged, lists, reads, wipes and deletes over HTTPS', async () => {
  tenant = await openTenant();
  const phone = await tenant.enrolledAgent({ name: 'phone' });
  const tablet = await tenant.enrolledAgent({ name: 'tablet' });
  await tenant.enrolledAgent({ name: 'laptop', platform: 'windows' });
  const ca = join(scratch(), 'ca.pem');
  writeFileSync(ca, tenant.authority.certificatePem);
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: ca, MOCKFLEET_URL: tenant.server.url, MOCKFLEET_TOKEN: adminToken };
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'test/support/graph-client.fixture.ts')], { cwd: root, env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => {
    stdout += text;
  });
  child.stderr.on('data', (text: Buffer) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    names: ['laptop', 'phone', 'tablet'],
    id: phone.id,
    before: 'managed',
    missing: { statusCode: 404, code: 'ResourceNotFound' },
  });
  await phone.noted('wiped');
  await tablet.noted('unenrolled');
  await until('both records are gone', () => [phone, tablet].every(() => [...tenant.store.devicesAfter(null)].length === 1));
});
