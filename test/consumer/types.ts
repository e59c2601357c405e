/** Compiled, never run: what an editor and a compiler say to a program that uses mockfleet. */
import { type SimulatedDevice, type SimulateError, simulate } from 'mockfleet';
import { type Tenant as BrowserTenant, createTenant as createInBrowser, type DeviceOptions } from 'mockfleet/msw';
import { createTenant, type Tenant, type TenantError } from 'mockfleet/testing';
import { setupServer } from 'msw/node';

const phone: DeviceOptions = { platform: 'ios', enrollment: 'automated', name: 'phone', has: { passcode: '246810' } };
const tenant: Tenant = createTenant({
  start: '2026-01-01T08:00:00Z',
  devices: [phone, { platform: 'windows', count: 20 }],
  users: [{ userPrincipalName: 'adele@contoso.example', roles: ['Help Desk Operator'] }],
  groups: [{ displayName: 'Field', members: ['adele@contoso.example', 'device: phone'] }],
});
const awaited: Tenant = await createTenant({ file: './tenant.yaml' });
const story: Tenant = createTenant({ scenario: 'wipe-pending-for-ever', at: '2d' });
setupServer(...tenant.handlers).listen();
const device = tenant.devices.add({ platform: 'macos' });
const several: readonly { id: string | null }[] = tenant.devices.add({ platform: 'macos', count: 2 });
const outcome: 'done' | 'refused' | 'waiting' = device.press('lock');
tenant.clock.advance('366d');
const subject: string | undefined = tenant.mailbox.find({ to: 'adele@contoso.example' })?.subject;
const response: Response = await tenant.fetch(`/v1.0/deviceManagement/managedDevices/${device.id}`);
const code: TenantError['code'] = 'tenant-closed';
const inBrowser: BrowserTenant = createInBrowser();

const run = await simulate('wipe-pending-for-ever', { seed: 'violet', onProgress: ({ share }) => share.toFixed() });
const wiped: number | undefined = run.result.states.removed;
const phones: SimulatedDevice[] = [...run.devices()].filter(({ platform }) => platform === 'ios');
const wrong: SimulateError['code'] = 'options-invalid';
for (const { action, status } of run.actions()) action.concat(status);

// @ts-expect-error: not an option
simulate('fleet-lifecycle', { device: 3 });
// @ts-expect-error: not a platform
createTenant({ devices: [{ platform: 'symbian' }] });
// @ts-expect-error: files are read under Node only
createInBrowser({ file: './tenant.yaml' });

export { awaited, code, inBrowser, outcome, phones, response, several, story, subject, wiped, wrong };
