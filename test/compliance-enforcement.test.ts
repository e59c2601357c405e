/** What policies bring about on a device, what they cannot agree on, and what they cannot see. */
import { describe, expect, it } from 'vitest';
import type { TenantDevice } from '../simulator/testing/device.ts';
import { type CompliancePolicyOptions, createTenant, type Tenant } from '../simulator/testing/node.ts';

const toAll = { assignTo: ['all devices'] } as const;
const iphone = (displayName: string, settings: CompliancePolicyOptions['settings'] = {}): CompliancePolicyOptions => ({
  displayName,
  type: 'iosCompliancePolicy',
  settings,
  ...toAll,
});

async function act(tenant: Tenant, device: TenantDevice, action: string): Promise<number> {
  const headers = { authorization: `Bearer ${tenant.token}` };
  const url = `/v1.0/deviceManagement/managedDevices/${device.id}/${action}`;
  return (await tenant.fetch(url, { method: 'POST', headers })).status;
}

async function graph(tenant: Tenant, device: TenantDevice): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${tenant.token}` };
  const response = await tenant.fetch(`/beta/deviceManagement/managedDevices/${device.id}`, { headers });
  return (await response.json()) as Record<string, unknown>;
}

const states = (device: TenantDevice) =>
  Object.fromEntries(device.compliance?.policies.slice(1).map(({ displayName, state }) => [displayName, state]) ?? []);

describe('the passcode that policies ask for', () => {
  it('TD-19 is asked for at once after it was removed, and the device breaks the policy until there is one', async () => {
    const tenant = createTenant({
      devices: [{ platform: 'ios', enrollment: 'automated', name: 'phone', has: { passcode: '246810' } }],
      compliancePolicies: [iphone('Passcode', { passcodeRequired: true, passcodeMinimumLength: 6 })],
    });
    const phone = tenant.devices.find('phone');
    await tenant.clock.advance('1d');
    expect([phone.compliance?.state, phone.screen.kind]).toEqual(['compliant', 'home']);
    expect(await act(tenant, phone, 'resetPasscode')).toBe(204);
    expect([phone.compliance?.state, phone.screen.kind]).toEqual(['noncompliant', 'new-passcode']);
    expect(phone.press('set', { passcode: '12345' })).toBe('refused');
    expect(phone.screenText).toContain('The passcode needs at least 6 characters.');
    expect(phone.press('set', { passcode: '135790' })).toBe('done');
    await tenant.clock.advance('9h');
    expect([phone.compliance?.state, phone.screen.kind]).toEqual(['compliant', 'home']);
  });

  it.each([
    ['ios', 'iosCompliancePolicy', 'passcode'],
    ['macos', 'macOSCompliancePolicy', 'password'],
    ['windows', 'windows10CompliancePolicy', 'password'],
  ] as const)('is the strictest one of all policies of %s, and asked for within the same check-in', async (platform, type, name) => {
    const policy = (displayName: string, settings: CompliancePolicyOptions['settings'] = {}) => ({ displayName, type, settings, ...toAll });
    const tenant = createTenant({
      devices: [{ platform, name: 'one', has: { passcode: '1234' } }],
      compliancePolicies: [
        policy('Length', { [`${name}MinimumLength`]: 6 }),
        policy('Longer', { [`${name}MinimumLength`]: 8, [`${name}BlockSimple`]: true }),
        policy('Kinds', { [`${name}MinimumCharacterSetCount`]: 3, [`${name}RequiredType`]: 'alphanumeric' }),
      ],
    });
    const one = tenant.devices.find('one');
    expect(one.screen.kind).toBe('new-passcode');
    expect(states(one)).toEqual({ Length: 'nonCompliant', Longer: 'nonCompliant', Kinds: 'nonCompliant' });
    const refused = (passcode: string) => [one.press('set', { passcode }), one.screen.notice];
    expect(refused('Abc-123')).toEqual(['refused', 'The passcode needs at least 8 characters.']);
    expect(refused('aaaaaaaa')[1]).toMatch(/^The passcode needs something else than one character/);
    expect(refused('abcd-efgh')[1]).toBe('The passcode needs letters and digits.');
    expect(refused('abcd1234')[1]).toMatch(/^The passcode needs 3 of these: small letters/);
    expect(one.press('set', { passcode: 'Abcd1234' })).toBe('done');
    await tenant.clock.advance('9h');
    expect([one.screen.kind, one.compliance?.state]).toEqual(['home', 'compliant']);
  });

  it.each([
    [5, 15],
    [15, 5],
  ])('its lock after %i minutes and after %i comes by itself after the fewer, its history remembers the more', async (one, other) => {
    const settings = (minutes: number) => ({
      passcodeMinutesOfInactivityBeforeLock: minutes,
      passcodeMinutesOfInactivityBeforeScreenTimeout: minutes,
      passcodePreviousPasscodeBlockCount: minutes,
      passcodeMinimumCharacterSetCount: minutes > 5 ? 2 : 1,
    });
    const tenant = createTenant({
      devices: [{ platform: 'ios', name: 'phone', has: { passcode: '1234a' } }],
      compliancePolicies: [iphone('One', settings(one)), iphone('Other', settings(other))],
    });
    const phone = tenant.devices.find('phone');
    phone.change({ security: { lockAfterMinutes: 30, screenOffAfterMinutes: 30, rememberedPasscodes: 0 } });
    await tenant.clock.advance('9h');
    expect(states(phone)).toEqual({ One: 'compliant', Other: 'compliant' });
    phone.change({ passcode: null });
    await tenant.clock.advance('9h');
    expect([phone.press('set', { passcode: '135790' }), phone.press('set', { passcode: '13579a' })]).toEqual(['refused', 'done']);
  });

  it('is no longer asked for once no policy does', async () => {
    const tenant = createTenant({
      devices: [{ platform: 'ios', name: 'phone' }],
      compliancePolicies: [iphone('Passcode', { passcodeRequired: true })],
    });
    const phone = tenant.devices.find('phone');
    expect(phone.screen.kind).toBe('new-passcode');
    const headers = { authorization: `Bearer ${tenant.token}` };
    const path = '/v1.0/deviceManagement/deviceCompliancePolicies';
    const { value } = (await (await tenant.fetch(path, { headers })).json()) as { value: { id: string }[] };
    expect((await tenant.fetch(`${path}/${value[0]?.id}`, { method: 'DELETE', headers })).status).toBe(204);
    await tenant.clock.advance('1d');
    expect([phone.screen.kind, phone.compliance?.state]).toEqual(['home', 'compliant']);
  });

  it('gets too old by itself, on its day, at a check-in', async () => {
    const tenant = createTenant({
      devices: [{ platform: 'ios', name: 'phone' }],
      compliancePolicies: [iphone('Age', { passcodeExpirationDays: 30 })],
    });
    const phone = tenant.devices.find('phone');
    await tenant.clock.advance('10d');
    phone.change({ passcode: '246810' });
    await tenant.clock.advance('30d');
    expect(phone.compliance?.state).toBe('compliant');
    await tenant.clock.advance('9h');
    expect(phone.compliance?.state).toBe('noncompliant');
    phone.change({ passcode: '135790' });
    await tenant.clock.advance('9h');
    expect(phone.compliance?.state).toBe('compliant');
  });

  it('Android only judges: nobody is asked for one', async () => {
    const tenant = createTenant({
      devices: [{ platform: 'android', enrollment: 'fully-managed', name: 'one' }],
      compliancePolicies: [
        { displayName: 'Password', type: 'androidDeviceOwnerCompliancePolicy', settings: { passwordRequired: true }, ...toAll },
      ],
    });
    const one = tenant.devices.find('one');
    await tenant.clock.advance('1d');
    expect([one.screen.kind, one.compliance?.state]).toEqual(['home', 'noncompliant']);
  });

  it('M-08 a policy for the passcode of a work profile makes its reset possible, once its user has set one and agreed', async () => {
    const tenant = createTenant({
      devices: [{ platform: 'android', enrollment: 'personal-work-profile', name: 'one' }],
      compliancePolicies: [
        {
          displayName: 'Profile',
          type: 'androidWorkProfileCompliancePolicy',
          settings: { workProfileRequirePassword: true, workProfilePasswordMinimumLength: 6 },
          ...toAll,
        },
      ],
    });
    const one = tenant.devices.find('one');
    expect([one.screen.kind, one.compliance?.state]).toEqual(['new-passcode', 'noncompliant']);
    expect(one.screenText).toContain('for the work profile with at least 6 characters');
    expect(one.press('set', { passcode: '246810' })).toBe('done');
    expect(one.screen.kind).toBe('reset-consent');
    one.press('allow');
    await tenant.clock.advance('9h');
    expect(one.compliance?.state).toBe('compliant');
    expect(await act(tenant, one, 'resetPasscode')).toBe(204);
    const [result] = (await graph(tenant, one)).deviceActionResults as { actionName: string; actionState: string }[];
    expect(result).toMatchObject({ actionName: 'resetPasscode', actionState: 'done' });
  });
});

describe('what policies cannot agree on, or see', () => {
  it('is a conflict where no device could keep both', async () => {
    const tenant = createTenant({
      devices: [{ platform: 'ios', name: 'phone', osVersion: '17.5.1' }],
      compliancePolicies: [
        iphone('New', { osMinimumVersion: '18.0' }),
        iphone('Old', { osMaximumVersion: '17.9' }),
        iphone('Older', { osMinimumVersion: '17.0' }),
      ],
    });
    await tenant.clock.advance('1d');
    const phone = tenant.devices.find('phone');
    expect(states(phone)).toEqual({ New: 'conflict', Old: 'conflict', Older: 'compliant' });
    expect([phone.compliance?.state, phone.compliance?.isCompliant]).toEqual(['conflict', false]);
  });

  it('is a conflict where the ranges of builds of Windows have nothing in common', async () => {
    const policy = (displayName: string, lowestVersion: string, highestVersion: string): CompliancePolicyOptions => ({
      displayName,
      type: 'windows10CompliancePolicy',
      settings: { validOperatingSystemBuildRanges: [{ description: displayName, lowestVersion, highestVersion }] },
      ...toAll,
    });
    const tenant = createTenant({
      devices: [{ platform: 'windows', name: 'pc', osVersion: '10.0.22631.3737' }],
      compliancePolicies: [
        policy('22H2', '10.0.22621.1', '10.0.22621.9999'),
        policy('23H2', '10.0.22631.1', '10.0.22631.9999'),
        policy('Any', '10.0.19045.1', '10.0.22631.9999'),
      ],
    });
    await tenant.clock.advance('1d');
    expect(states(tenant.devices.find('pc'))).toEqual({ '22H2': 'conflict', '23H2': 'conflict', Any: 'compliant' });
  });

  it.each([
    ['below', { osMinimumVersion: '10.0.26100.1' }, 'conflict'],
    ['above', { osMaximumVersion: '10.0.19045.1' }, 'conflict'],
    ['within', { osMinimumVersion: '10.0.22631.9999', osMaximumVersion: '10.0.26100' }, 'nonCompliant'],
  ] as const)('is a conflict where a range of builds is %s what another policy asks of the version', async (_, settings, state) => {
    const windows = { type: 'windows10CompliancePolicy', ...toAll } as const;
    const range = { description: '23H2', lowestVersion: '10.0.22631.1', highestVersion: '10.0.22631.9999' };
    const tenant = createTenant({
      devices: [{ platform: 'windows', name: 'pc', osVersion: '10.0.22631.3737' }],
      compliancePolicies: [
        { displayName: 'Range', settings: { validOperatingSystemBuildRanges: [range] }, ...windows },
        { displayName: 'Version', settings, ...windows },
      ],
    });
    await tenant.clock.advance('1d');
    expect(states(tenant.devices.find('pc'))).toEqual({ Range: state === 'conflict' ? state : 'compliant', Version: state });
  });

  it('is a conflict where a least build of Apple is above another one’s highest', async () => {
    const tenant = createTenant({
      devices: [{ platform: 'ios', name: 'phone' }],
      compliancePolicies: [iphone('New', { osMinimumBuildVersion: '22A100' }), iphone('Old', { osMaximumBuildVersion: '21F90' })],
    });
    await tenant.clock.advance('1d');
    expect(states(tenant.devices.find('phone'))).toEqual({ New: 'conflict', Old: 'conflict' });
  });

  it('NC-13 is an error where the device cannot read it, and leaves the device as it was', async () => {
    const tenant = createTenant({
      devices: [{ platform: 'ios', name: 'phone', has: { passcode: '246810' } }],
      compliancePolicies: [iphone('Passcode', { passcodeRequired: true, osMinimumVersion: '17.0' })],
    });
    const phone = tenant.devices.find('phone');
    await tenant.clock.advance('1d');
    phone.change({ unreadable: ['passcodeRequired'] });
    await tenant.clock.advance('9h');
    expect(phone.compliance?.policies[1]?.settings).toEqual({ passcodeRequired: 'error', osMinimumVersion: 'compliant' });
    expect([phone.compliance?.state, phone.compliance?.isCompliant]).toEqual(['error', true]);
    phone.change({ unreadable: [] });
    await tenant.clock.advance('9h');
    expect(phone.compliance?.state).toBe('compliant');
  });
});

describe('a Mac that Jamf manages', () => {
  const policy: CompliancePolicyOptions = {
    displayName: 'Mac',
    type: 'macOSCompliancePolicy',
    settings: { passwordRequired: true },
    assignTo: ['all users'],
    actions: [
      { do: 'notification', template: 'Warning' },
      { do: 'remoteLock', after: '1d' },
      { do: 'retire', after: '2d' },
    ],
  };
  const open = () =>
    createTenant({
      devices: [
        { platform: 'macos', enrollment: 'jamf', name: 'mac', user: 'adele@contoso.example' },
        { platform: 'macos', name: 'other', user: 'grady@contoso.example' },
      ],
      tenant: { policy: { passcodeRequired: true }, apps: [{ id: 'mail', name: 'Contoso Mail', intent: 'required' }] },
      notificationTemplates: [
        { displayName: 'Warning', messages: [{ locale: 'en-us', subject: 'Your Mac', message: 'Set a password.', default: true }] },
      ],
      compliancePolicies: [policy],
    });

  it('NC-11 is judged and marked, and never gets the actions for noncompliance; nothing is brought to it', async () => {
    const tenant = open();
    const [mac, other] = [tenant.devices.find('mac'), tenant.devices.find('other')];
    await tenant.clock.advance('30d');
    expect(mac.compliance).toMatchObject({ state: 'noncompliant', isCompliant: false, isRetireListed: false });
    expect(await graph(tenant, mac)).toMatchObject({ managementAgent: 'jamf', complianceState: 'noncompliant', deviceActionResults: [] });
    expect([mac.screen.kind, mac.view.apps]).toEqual(['home', []]);
    expect(tenant.mailbox.outbox().flatMap(({ to }) => [...to])).toEqual(['grady@contoso.example']);
    expect(other.compliance).toMatchObject({ state: 'noncompliant', isRetireListed: true });
    expect(other.view.apps).toHaveLength(1);
  });

  it('takes no action, and leaves with its record', async () => {
    const tenant = open();
    const mac = tenant.devices.find('mac');
    const { id } = mac;
    for (const action of ['syncDevice', 'remoteLock', 'retire', 'wipe']) expect(await act(tenant, mac, action)).toBe(400);
    const headers = { authorization: `Bearer ${tenant.token}` };
    const path = `/v1.0/deviceManagement/managedDevices/${id}`;
    expect((await tenant.fetch(path, { method: 'DELETE', headers })).status).toBe(204);
    expect((await tenant.fetch(path, { headers })).status).toBe(404);
    await tenant.clock.advance('1d');
    expect([mac.view.phase, mac.view.userData]).toEqual(['refused', true]);
    expect(mac.enroll()).toBe('done');
    await tenant.clock.advance('1d');
    expect(mac.compliance?.state).toBe('noncompliant');
  });

  it('is left out by the cleanup of inactive devices', async () => {
    const tenant = createTenant({
      cleanupDays: 30,
      devices: [
        { platform: 'macos', enrollment: 'jamf', name: 'mac' },
        { platform: 'macos', name: 'other' },
      ],
    });
    for (const device of tenant.devices) device.goOffline();
    await tenant.clock.advance('40d');
    expect(tenant.devices.find('mac').compliance).not.toBeNull();
    expect(tenant.devices.find('other').compliance).toBeNull();
  });
});
