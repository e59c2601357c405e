/** A tenant in a test, through its door and its hands. */
import { describe, expect, it } from 'vitest';
import {
  type AccessPolicyOptions,
  type ApplicationOptions,
  type BehaviorOptions,
  ClockError,
  type CompliancePolicyOptions,
  createTenant,
  type DeviceOptions,
  type GroupOptions,
  type NotificationTemplateOptions,
  type RoleAssignmentOptions,
  type RoleOptions,
  TenantError,
  type TenantOptions,
  type UserOptions,
} from './msw.ts';

const path = '/v1.0/deviceManagement/managedDevices';

/** A tenant whose Graph is asked in a word. */
function tenantOf(options?: TenantOptions) {
  const tenant = createTenant(options);
  const call = async (method: string, address: string, body?: object, token = tenant.token) => {
    const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const response = await tenant.fetch(address, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
  const state = async (name: string) => {
    const { status, body } = await call('GET', `${path}/${tenant.devices.find(name).id}`);
    return status === 200 ? body.managementState : status;
  };
  return { tenant, call, state };
}

const phone = { platform: 'ios', enrollment: 'automated', name: 'phone', user: 'adele@contoso.example' } as const;

describe('a tenant in a test', () => {
  it('has its devices enrolled, and can be asked, as soon as it is there', async () => {
    const { call } = tenantOf({
      devices: [phone, { platform: 'windows', name: 'pc', count: 2 }, { platform: 'android', enrolled: false }],
    });
    const { body } = await call('GET', `${path}?$select=deviceName,userPrincipalName,complianceState,lastSyncDateTime`);
    expect(body.value).toHaveLength(3);
    expect(body.value).toContainEqual({
      deviceName: 'phone',
      userPrincipalName: 'adele@contoso.example',
      complianceState: 'compliant',
      lastSyncDateTime: '2026-01-01T08:00:00Z',
    });
  });

  it('may be awaited, and needs no options', async () => {
    const tenant = await createTenant();
    expect([tenant.devices.length, tenant.mailbox.length, tenant.clock.toString()]).toEqual([0, 0, '2026-01-01T08:00:00Z']);
  });

  it('TD-12 has done what was asked of an online device when the answer is there', async () => {
    const { tenant, call, state } = tenantOf({ devices: [phone, { ...phone, name: 'tablet' }] });
    expect((await call('POST', `${path}/${tenant.devices.find('phone').id}/wipe`, {})).status).toBe(204);
    expect(await state('phone')).toBe(404);
    expect(tenant.devices.find('phone').screen.kind).toBe('set-up-assistant');
    expect((await call('POST', `${path}/${tenant.devices.find('tablet').id}/remoteLock`)).status).toBe(204);
    expect(tenant.devices.find('tablet').view.screen.kind).toBe('locked');
  });

  it('TD-13 TD-15 TD-16 lets a wipe wait for an offline device, end with its certificate, and the record go 180 days later', async () => {
    const { tenant, call, state } = tenantOf({ devices: [phone] });
    tenant.devices.find('phone').goOffline();
    await call('POST', `${path}/${tenant.devices.find('phone').id}/wipe`, {});
    expect(await state('phone')).toBe('wipePending');
    tenant.clock.advance('364d');
    expect(await state('phone')).toBe('wipePending');
    tenant.clock.advance('2d');
    expect(await state('phone')).toBe('wipeFailed');
    tenant.clock.advance('178d');
    expect(await state('phone')).toBe('wipeFailed');
    tenant.clock.advance('1d');
    expect(await state('phone')).toBe(404);
    expect(tenant.devices.find('phone').view.phase).toBe('enrolled');
  });

  it('delivers what waits when the device comes back', async () => {
    const { tenant, call, state } = tenantOf({ devices: [phone] });
    const device = tenant.devices.find('phone');
    expect(device.goOffline()).toBe('done');
    await call('POST', `${path}/${device.id}/retire`);
    tenant.clock.advance('3d');
    expect(await state('phone')).toBe('retirePending');
    expect(device.comeOnline()).toBe('done');
    expect(await state('phone')).toBe(404);
    expect(device.view.phase).toBe('retired');
  });

  it('shows every check-in that was due, without anybody having waited for it', async () => {
    const { tenant, call } = tenantOf({ devices: [phone] });
    // An iPhone checks in every 15 minutes of its first hour (reference §7.1).
    tenant.clock.advance('15m');
    const sync = async () => (await call('GET', `${path}/${tenant.devices.find('phone').id}`)).body.lastSyncDateTime;
    expect(await sync()).toBe('2026-01-01T08:15:00Z');
    tenant.clock.advance('1d');
    expect(Date.parse(await sync())).toBeGreaterThan(tenant.clock.now() - 9 * 3_600_000);
    expect(tenant.devices.find('phone').view.lastCheckInAt).toBe(Date.parse(await sync()));
  });

  it('takes devices at any time, in any number', async () => {
    const { tenant, call } = tenantOf();
    tenant.clock.advance('10d');
    const added = tenant.devices.add({ platform: 'macos', name: 'mac', count: 300 });
    expect(added.map(({ name }) => name).slice(0, 2)).toEqual(['mac-1', 'mac-2']);
    expect(new Set(added.map(({ id }) => id)).size).toBe(300);
    const one = tenant.devices.add(phone);
    expect((await call('GET', `${path}/${one.id}`)).body).toMatchObject({ deviceName: 'phone', enrolledDateTime: '2026-01-11T08:00:00Z' });
    expect(tenant.devices.at(-1)).toBe(one);
    tenant.clock.advance('400d');
    expect((await call('GET', `${path}?$count=true&$top=1000`)).body.value).toHaveLength(301);
  });

  it('finds a device by its name, serial number or any of its ids', async () => {
    const { tenant, call } = tenantOf({
      devices: [phone, { platform: 'ios', name: 'twin', serialNumber: 'SN-1' }, { platform: 'android', name: 'other' }],
    });
    const first = tenant.devices.find('phone');
    expect(tenant.devices.find(first.serialNumber.toLowerCase())).toBe(first);
    expect(tenant.devices.find('sn-1').name).toBe('twin');
    const { id } = first;
    await call('POST', `${path}/${id}/wipe`, {});
    expect(first.enroll()).toBe('done');
    expect(first.id).not.toBe(id);
    expect([tenant.devices.find(id ?? ''), tenant.devices.find((first.id ?? '').toUpperCase())]).toEqual([first, first]);
    expect(() => tenant.devices.find('nobody')).toThrow(/'nobody'. There are phone, twin, other/);
  });

  it('gives devices in a group that names them their place when they are enrolled, also anew', async () => {
    const { tenant, call } = tenantOf({
      users: [{ userPrincipalName: 'adele@contoso.example', displayName: 'Adele Vance' }],
      groups: [{ displayName: 'Field', members: ['adele@contoso.example', 'device: phone'] }],
      devices: [{ ...phone, enrolled: false }],
    });
    const group = (await call('GET', '/v1.0/groups')).body.value[0].id;
    const members = async () =>
      (await call('GET', `/v1.0/groups/${group}/members`)).body.value.map((one: { displayName: string }) => one.displayName);
    expect(await members()).toEqual(['Adele Vance']);
    tenant.devices.find('phone').enroll();
    expect((await members()).sort()).toEqual(['Adele Vance', 'phone']);
  });

  it('is one of several that do not see each other, and equal ones are equal', async () => {
    const options: TenantOptions = { devices: [phone] };
    const [one, other] = [tenantOf(options), tenantOf(options)];
    expect(one.tenant.devices.find('phone').id).toBe(other.tenant.devices.find('phone').id);
    one.tenant.clock.advance('5d');
    await one.call('POST', `${path}/${one.tenant.devices.find('phone').id}/wipe`, {});
    expect([await one.state('phone'), await other.state('phone')]).toEqual([404, 'managed']);
    expect(other.tenant.clock.toString()).toBe('2026-01-01T08:00:00Z');
    expect(tenantOf({ ...options, seed: 'another' }).tenant.devices.find('phone').id).not.toBe(other.tenant.devices.find('phone').id);
  });

  it('has the stub’s own routes: hands and clock', async () => {
    const { tenant, call } = tenantOf({ devices: [{ ...phone, has: { passcode: '246810' } }] });
    await call('POST', `${path}/${tenant.devices.find('phone').id}/remoteLock`);
    const act = await call('POST', '/mockfleet/devices/phone/act', { input: { type: '000000' } });
    expect(act.body).toMatchObject({ outcome: 'refused', view: { screen: { kind: 'locked' } } });
    expect((await call('POST', '/mockfleet/clock', { advance: '366d' })).body).toMatchObject({
      now: '2027-01-02T08:00:00Z',
      mode: 'frozen',
    });
    expect(tenant.clock.toString()).toBe('2027-01-02T08:00:00Z');
    for (const change of [{ resume: true }, { speed: 60 }]) {
      expect(await call('POST', '/mockfleet/clock', change)).toMatchObject({ status: 400, body: { error: { code: 'clock-not-scaled' } } });
    }
    expect((await call('POST', '/mockfleet/clock', { freeze: true })).status).toBe(200);
    expect((await call('POST', '/mockfleet/clock', { set: '2026-01-01T00:00:00Z' })).body.error.code).toBe('clock-backwards');
  });

  it('refuses the next requests where a test asks for it', async () => {
    const { tenant, call } = tenantOf();
    tenant.throttle({ next: 1, retryAfterSeconds: 7 });
    const refused = await call('GET', path);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await call('GET', path)).status).toBe(200);
    expect(() => tenant.throttle({ next: -1 })).toThrow(TenantError);
  });

  it('keeps what was sent', async () => {
    const { tenant, call } = tenantOf({ users: [{ userPrincipalName: 'adele@contoso.example' }] });
    const mail = (subject: string) => ({
      message: {
        subject,
        body: { contentType: 'Text', content: 'Hello' },
        toRecipients: [{ emailAddress: { address: 'Adele@contoso.example' } }],
      },
    });
    for (const subject of ['first', 'second']) expect((await call('POST', '/v1.0/me/sendMail', mail(subject))).status).toBe(202);
    const { mailbox } = tenant;
    expect(mailbox.all().map(({ subject }) => subject)).toEqual(['first', 'second']);
    expect(mailbox.find({ to: 'adele@contoso.example' })?.subject).toBe('second');
    expect(mailbox.find({ subject: /^fi/, from: 'ADMIN@contoso.example' })?.subject).toBe('first');
    expect(mailbox.find({ to: 'nobody@contoso.example' })).toBeUndefined();
    mailbox.clear();
    expect([...mailbox]).toEqual([]);
    await call('POST', '/v1.0/me/sendMail', mail('third'));
    expect(mailbox.at(0)?.subject).toBe('third');
  });

  it('says that it was closed', async () => {
    const { tenant } = tenantOf({ devices: [phone] });
    tenant.close();
    await expect(tenant.fetch(path)).rejects.toMatchObject({ code: 'tenant-closed' });
    for (const act of [() => tenant.clock.advance('1d'), () => tenant.devices.add(phone), () => tenant.devices.find('phone').goOffline()]) {
      expect(act).toThrow(expect.objectContaining({ code: 'tenant-closed' }));
    }
  });
});

it('everything that can be said of a tenant is taken', async () => {
  const guid = (digit: number) => `${digit}0000000-1111-4222-8333-444444444444`;
  const behaviors: (BehaviorOptions & Required<Omit<BehaviorOptions, 'errorCode' | 'delay'>>)[] = [
    { on: 'wipe', then: 'slow', delay: '90m', chance: '50%', times: 2 },
    { on: 'any', then: 'fail', errorCode: 7, chance: 0.5, times: 1 },
  ];
  const device: Required<DeviceOptions> = {
    platform: 'android',
    enrollment: 'corporate-work-profile',
    name: 'mobile',
    count: 2,
    user: 'adele@contoso.example',
    serialNumber: 'SN-1',
    model: 'Pixel 8',
    manufacturer: 'Google',
    osVersion: '14',
    has: {
      passcode: '246810',
      workProfilePasscode: '135790',
      findMy: 0,
      jailBroken: '100%',
      encrypted: 1,
      shared: 0,
      esim: 1,
      security: { threatLevel: 'low', usbDebugging: true },
      companyPortal: true,
      notifications: 'not-asked',
      lockScreenNotifications: 'content-hidden',
      notificationReader: { app: 'Diary', share: '50%' },
      apps: ['Chess'],
    } satisfies Required<NonNullable<DeviceOptions['has']>>,
    behaviors,
    wipesSilently: 1,
    enrolled: false,
  };
  const { count: _, ...single } = device;
  const { serialNumber: __, ...several } = device;
  const user: Required<UserOptions> = {
    userPrincipalName: 'adele@contoso.example',
    id: guid(1),
    displayName: 'Adele Vance',
    givenName: 'Adele',
    surname: 'Vance',
    mail: null,
    jobTitle: null,
    department: 'Field',
    officeLocation: null,
    mobilePhone: null,
    usageLocation: 'DE',
    preferredLanguage: 'de-DE',
    accountEnabled: true,
    roles: ['Global Reader', 'Help Desk Operator'],
    password: 'password-of-adele',
    token: 'token-of-adele',
    tokenPermissions: ['DeviceManagementManagedDevices.Read.All'],
  };
  const groups: Required<GroupOptions>[] = [
    { displayName: 'Field', id: guid(2), description: 'On the road', members: ['adele@contoso.example', 'device: SN-1'] },
    { displayName: 'Leads', id: 'c0000000-1111-4222-8333-444444444444', description: 'Who lead it', members: [] },
  ];
  const application: Required<ApplicationOptions> = {
    displayName: 'Automation',
    clientId: guid(3),
    id: guid(4),
    secret: 'secret-of-automation',
    token: 'token-of-automation',
    tokenPermissions: ['DeviceManagementManagedDevices.Read.All'],
    permissions: ['DeviceManagementManagedDevices.Read.All'],
    delegatedPermissions: ['User.Read'],
    publicClient: true,
  };
  const role: Required<RoleOptions> = {
    displayName: 'Wipers',
    id: guid(5),
    description: 'They wipe',
    allowed: ['Microsoft.Intune_RemoteTasks_Wipe'],
  };
  const assignment: Required<RoleAssignmentOptions> = {
    displayName: 'Wipers of the field',
    id: guid(6),
    description: 'In the field alone',
    role: 'Wipers',
    members: ['Field'],
    scope: ['Field'],
  };
  const template: Required<NotificationTemplateOptions> = {
    displayName: 'Warning',
    id: guid(9),
    description: 'The first one',
    branding: { logo: false, companyName: true, contact: true, portalLink: true, deviceDetails: true },
    messages: [{ locale: 'en-us', subject: 'Please update', message: '{{DeviceName}}', default: true }],
  };
  const policy: Required<Omit<CompliancePolicyOptions, 'actions'>> & Pick<CompliancePolicyOptions, 'actions'> = {
    displayName: 'New phones',
    id: 'a0000000-1111-4222-8333-444444444444',
    type: 'iosCompliancePolicy',
    description: 'All of them',
    settings: { osMinimumVersion: '17.0' },
    assignTo: ['all users', 'Field'],
    exclude: ['Leads'],
    actions: [
      { do: 'block', after: '3d' },
      { do: 'notification', after: '2d', template: 'Warning', to: ['Field'] },
    ],
  };
  const access: Required<AccessPolicyOptions> = {
    displayName: 'Compliant devices only',
    id: 'b0000000-1111-4222-8333-444444444444',
    state: 'enabled',
    users: ['all users'],
    exclude: ['Leads'],
    apps: ['office365'],
    excludeApps: ['teams'],
    platforms: ['ios', 'android'],
    excludePlatforms: ['macos'],
    clientAppTypes: ['all'],
    require: ['compliantDevice', 'mfa'],
    requireOne: true,
    signInFrequency: '8h',
  };
  const options: Required<TenantOptions> = {
    start: new Date('2026-02-01T00:00:00Z'),
    seed: 'everything',
    push: {
      lost: '5%',
      latency: { uniform: ['1s', '10s'] },
      late: { share: 0.05, by: { exponential: '2h' } },
      keptFor: '1d',
      notificationsKeptFor: '28d',
      membershipLag: '15m',
    },
    organization: { displayName: 'Fabrikam', domain: 'fabrikam.example', id: guid(7) },
    users: [user],
    groups,
    applications: [application],
    roles: [role],
    roleAssignments: [assignment, { ...assignment, displayName: 'All', id: guid(8), scope: 'all devices' }],
    devices: [single, { ...several, name: 'others', enrolled: true }],
    tenant: {
      policy: { passcodeRequired: true, passcodeLengthMin: 6, workProfilePasscodeRequired: true, allowActivationLock: true },
      apps: [{ id: 'mail', name: 'Mail', intent: 'required', platforms: ['android'] }],
      requireManagedDevice: true,
    },
    complianceSettings: { secureByDefault: false, validityDays: 60, scheduledActions: 'on' },
    branding: { displayName: 'Fabrikam', themeColor: { r: 1, g: 2, b: 255 }, lightBackgroundLogo: { type: 'image/png', value: 'aGk=' } },
    notificationTemplates: [template],
    compliancePolicies: [policy],
    conditionalAccess: [access],
    cleanupDays: 90,
  };
  const { tenant, call } = tenantOf(options);
  expect((await call('GET', `${path}?$select=deviceName`, undefined, 'token-of-adele')).body.value).toHaveLength(2);
  expect((await call('POST', `${path}/${tenant.devices.find('others-1').id}/wipe`, {}, 'token-of-automation')).status).toBe(403);
  // What its devices began with was nobody’s act.
  const { value } = (await call('GET', '/v1.0/deviceManagement/auditEvents')).body;
  expect(value.map(({ activityType }: { activityType: string }) => activityType)).toEqual([
    'patch DeviceManagement',
    ...['create ConditionalAccessPolicy', 'assign DeviceCompliancePolicy', 'create DeviceCompliancePolicy'],
    ...['create NotificationMessageTemplate', 'patch IntuneBrand', 'patch DeviceManagement'],
  ]);
});

describe('wrong use of a tenant says what is allowed', () => {
  const options: [about: string, options: unknown, sentence: RegExp][] = [
    ['platform', { devices: [{ platform: 'symbian' }] }, /createTenant: devices\[0\].platform.*symbian.*ios, /],
    [
      'kind of enrollment',
      { devices: [{ platform: 'windows', enrollment: 'automated' }] },
      /devices\[0\].enrollment.*not an enrollment type of windows/,
    ],
    ['option', { device: [] }, /device.*devices/],
    ['option that no tenant file has', { strat: 0 }, /unknown option "strat". Did you mean "start"\? Allowed: .*start, seed/],
    ['name twice', { devices: [phone, phone] }, /devices\[1\].*name/],
    [
      'member',
      { groups: [{ displayName: 'Field', members: ['nobody@contoso.example'] }] },
      /groups\[0\].members\[0\].*nobody@contoso.example/,
    ],
    ['start', { start: 'yesterday' }, /'2027-01-31T08:00:00Z'.*'yesterday'/],
    ['start too early', { start: '1969-12-31T23:59:59Z' }, /The clock goes from 1970/],
    ['enrolled', { devices: [{ ...phone, enrolled: 'no' }] }, /createTenant: devices\[0\].enrolled: true or false/],
    ['list of devices', { devices: 'phone' }, /createTenant: devices: /],
    ['device', { devices: [null] }, /createTenant: devices\[0\]: /],
    ['options', 'tenant', /createTenant takes an object .*not "tenant"/],
    ['no options', null, /createTenant takes an object/],
    ['seed', { seed: 5 }, /createTenant: seed: text/],
    ['no start', { start: null }, /Name an instant/],
  ];
  it.each(options)('%s', (_about, wrong, sentence) => {
    expect(() => createTenant(wrong as TenantOptions)).toThrow(sentence);
  });

  it.each(['', '5', '1 day', '-1d', -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('clock.advance(%j)', (duration) => {
    expect(() => createTenant().clock.advance(duration)).toThrow(/Advance by a duration such as '90s'/);
  });

  it.each(['2026', '2026-02-30', '31.1.2027', Number.NaN, new Date(Number.NaN)])('clock.set(%j)', (instant) => {
    expect(() => createTenant().clock.set(instant)).toThrow(/Name an instant such as/);
  });

  it('clock.set into the past', () => {
    const { clock } = createTenant();
    expect(() => clock.set('2025-12-31T00:00:00Z')).toThrow(ClockError);
    expect(() => clock.set(new Date(clock.now()))).not.toThrow();
  });

  it('clock beyond the last year', () => {
    expect(() => createTenant().clock.set('9999-01-01')).toThrow(/The clock goes from/);
  });

  it('a second device with the serial number of another', () => {
    const tenant = createTenant({ devices: [phone] });
    expect(() => tenant.devices.add(phone)).toThrow(/already: phone/);
    expect(() =>
      tenant.devices.add({ ...phone, name: 'other', serialNumber: tenant.devices.find('phone').serialNumber.toLowerCase() }),
    ).toThrow(/already/);
    expect(tenant.devices.length).toBe(1);
  });

  it.each([undefined, null, 'ios', []])('devices.add(%j)', (options) => {
    expect(() => createTenant().devices.add(options as never)).toThrow(/devices\.add takes an object such as/);
  });

  it('no device that was given no name: it gets one that nobody has', () => {
    const tenant = createTenant({ devices: [{ platform: 'ios', name: 'ios-2' }] });
    expect(tenant.devices.add({ platform: 'ios' }).name).toBe('ios-3');
  });

  it('a button that the screen does not have', () => {
    const device = createTenant({ devices: [phone] }).devices.find('phone');
    expect(() => device.press('explode')).toThrow(/phone: no-such-button. Its screen shows:\nphone\n/);
    expect(() => device.type('x')).toThrow(/nothing-to-type/);
    expect(() => device.change({ jailBroken: 'yes' } as never)).toThrow(/change.jailBroken/);
    expect(() => device.change({ colour: 'red' } as never)).toThrow(/colour/);
  });
});
