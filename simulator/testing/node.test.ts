/** What a tenant in a test can begin with under Node: a tenant file, or a scenario as far as somebody lets it go. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createTenant, ScenarioError, type TenantOptions } from './node.ts';

const folder = mkdtempSync(join(tmpdir(), 'mockfleet-testing-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(text: string): string {
  const file = join(folder, 'tenant.yaml');
  writeFileSync(file, text);
  return file;
}

describe('a tenant of a file', () => {
  it('has the devices and the people of the file', async () => {
    const file = fileWith(`users:
  - {userPrincipalName: adele@contoso.example, displayName: Adele Vance, token: token-of-adele, roles: [Global Administrator]}
devices:
  - {platform: ios, enrollment: automated, name: phone, user: adele@contoso.example}
  - {platform: windows, name: pc, count: 3}
`);
    const tenant = createTenant({ file, start: '2027-06-01T00:00:00Z' });
    expect(tenant.devices.map(({ name }) => name)).toEqual(['phone', 'pc-1', 'pc-2', 'pc-3']);
    const response = await tenant.fetch(`/v1.0/deviceManagement/managedDevices/${tenant.devices.find('phone').id}`, {
      headers: { authorization: 'Bearer token-of-adele' },
    });
    expect(await response.json()).toMatchObject({ userDisplayName: 'Adele Vance', enrolledDateTime: '2027-06-01T00:00:00Z' });
  });

  it('says where the file is wrong', () => {
    expect(() => createTenant({ file: fileWith('devices:\n  - {platform: symbian}\n') })).toThrow(
      /tenant.yaml:2:\d+ devices\[0\].platform.*symbian/,
    );
    expect(() => createTenant({ file: join(folder, 'missing.yaml') })).toThrow(ScenarioError);
  });
});

describe('a tenant in the middle of a scenario', () => {
  it('TD-12 is where the scenario has come to, and goes on in the test’s hand', async () => {
    const tenant = createTenant({ scenario: 'wipe-pending-for-ever', at: '2d' });
    const states = async () => {
      const response = await tenant.fetch('/v1.0/deviceManagement/managedDevices', {
        headers: { authorization: `Bearer ${tenant.token}` },
      });
      return ((await response.json()) as { value: { deviceName: string; managementState: string }[] }).value;
    };
    expect(await states()).toContainEqual(expect.objectContaining({ managementState: 'wipePending' }));
    tenant.clock.advance('500d');
    expect(await states()).toContainEqual(expect.objectContaining({ managementState: 'wipeFailed' }));
    const another = tenant.devices.add({ platform: 'ios', name: 'another' });
    expect(await states()).toContainEqual(expect.objectContaining({ deviceName: another.name, managementState: 'managed' }));
  });

  it.each([
    ['no-such-scenario', '2d', /no built-in scenario "no-such-scenario"/],
    ['wipe-pending-for-ever', '99999d', /wipe-pending-for-ever goes from/],
    ['wipe-pending-for-ever', 'soon', /Name an instant such as/],
  ])('says what is wrong: %s at %s', (scenario, at, sentence) => {
    expect(() => createTenant({ scenario, at })).toThrow(sentence);
  });
});

it.each([
  [{ file: 5 }, /createTenant: file: a name/],
  [{ file: 'tenant.yaml', devices: [] }, /"devices" cannot be said together with "file"; allowed: start, seed/],
  [{ scenario: 'wipe-pending-for-ever' }, /at: say where in the scenario to stop, such as '26h'/],
  [{ scenario: 'wipe-pending-for-ever', at: '2d', seed: 'x' }, /"seed" cannot be said together with "scenario"; allowed: at/],
  ['wipe-pending-for-ever', /createTenant takes an object/],
])('says what createTenant takes: %j', (options, sentence) => {
  expect(() => createTenant(options as unknown as TenantOptions)).toThrow(sentence);
});
