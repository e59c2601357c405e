/** NC-01 to NC-13, as an administrator meets them: everything set up through Graph, in a tenant in a test. What arrives over SMTP is in smtp.test.ts. */
import { beforeEach, expect, it } from 'vitest';
import { createTenant, type Tenant, type TenantDevice } from '../simulator/testing/node.ts';

const start = Date.UTC(2026, 0, 1, 8);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const policies = '/beta/deviceManagement/deviceCompliancePolicies';
const user = 'adele@contoso.example';

let tenant: Tenant;
let phone: TenantDevice;
beforeEach(() => {
  tenant = createTenant({
    start,
    seed: 'nc',
    users: [{ userPrincipalName: user, displayName: 'Adele Vance' }, { userPrincipalName: 'helpdesk@contoso.example' }],
    groups: [
      { displayName: 'Help desk', members: ['helpdesk@contoso.example'] },
      { displayName: 'Phones', members: ['device: phone'] },
    ],
    devices: [
      { platform: 'ios', name: 'phone', user, has: { passcode: '246810' } },
      { platform: 'windows', name: 'pc', user },
    ],
  });
  phone = tenant.devices.find('phone');
  // What follows an enrollment closely is over.
  tenant.clock.advance('1d');
});

async function graph(method: string, path: string, body?: object) {
  const headers = { authorization: `Bearer ${tenant.token}`, 'content-type': 'application/json' };
  const response = await tenant.fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

/** @throws Error for an answer that is none of success */
async function done(method: string, path: string, body?: object) {
  const answer = await graph(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

interface Action {
  actionType: string;
  gracePeriodHours: number;
  notificationTemplateId?: string;
  notificationMessageCCList?: string[];
}
const block = (hours = 0): Action => ({ actionType: 'block', gracePeriodHours: hours });
const scheduled = (actions: Action[]) => [
  {
    ruleName: 'PasswordRequired',
    scheduledActionConfigurations: actions.map((one) => ({ notificationTemplateId: '', notificationMessageCCList: [], ...one })),
  },
];
const bodyOf = (actions: Action[]) => ({
  '@odata.type': '#microsoft.graph.iosCompliancePolicy',
  displayName: 'iPhones need a passcode',
  passcodeRequired: true,
  scheduledActionsForRule: scheduled(actions),
});
const everyone = { target: { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' } };

/** A policy for iPhones, assigned: its id. */
async function policy(actions: Action[] = [block()], assignments: object[] = [everyone]): Promise<string> {
  const { id } = await done('POST', policies, bodyOf(actions));
  await done('POST', `${policies}/${id}/assign`, { assignments });
  return id;
}

async function groupId(displayName: string): Promise<string> {
  const { value } = await done('GET', `/v1.0/groups?$filter=displayName eq '${displayName}'`);
  return value[0].id;
}

/** The device checks in now. */
const checkIn = (device = phone) => done('POST', `/v1.0/deviceManagement/managedDevices/${device.id}/syncDevice`);

async function breaks(device = phone): Promise<void> {
  device.change({ passcode: null });
  await checkIn(device);
}

async function keeps(device = phone): Promise<void> {
  device.change({ passcode: '246810' });
  await checkIn(device);
}

const record = (device = phone) => done('GET', `/v1.0/deviceManagement/managedDevices/${device.id}`);
const state = async (device = phone) => (await record(device)).complianceState;

/** What the directory says of the phone, which Conditional Access goes by. */
const isCompliant = async () => {
  const { value } = await done('GET', `/v1.0/devices?$filter=displayName eq 'phone'`);
  return value[0].isCompliant;
};

/** Whether the phone's Outlook lets its user in. */
const opensOutlook = () => {
  // Through whatever stands between: a lock, a passcode that is wanted.
  if (phone.screen.kind === 'locked') phone.type('246810');
  phone.press('open-outlook');
  return phone.view.access.outlook;
};

const template = async () => {
  const templates = '/v1.0/deviceManagement/notificationMessageTemplates';
  const { id } = await done('POST', templates, { displayName: 'Warning', brandingOptions: 'includeCompanyName,includeDeviceDetails' });
  const message = { locale: 'en-us', subject: 'About {{DeviceName}}', messageTemplate: 'Please see to it.', isDefault: true };
  await done('POST', `${templates}/${id}/localizedNotificationMessages`, message);
  return id as string;
};
const mail = async (days: number, id: string, ...cc: string[]): Promise<Action> => {
  return { actionType: 'notification', gracePeriodHours: days * 24, notificationTemplateId: id, notificationMessageCCList: cc };
};

it('NC-01 a device found not compliant at its check-in is marked at once', async () => {
  await policy();
  expect(await state()).toBe('compliant');
  phone.change({ passcode: null });
  expect(await state(), 'nobody knows yet').toBe('compliant');
  tenant.clock.advance('9h');
  expect(await state()).toBe('noncompliant');
  expect(await isCompliant()).toBe(false);
});

it('NC-02 a device is judged by policies of its platform alone that are assigned to it', async () => {
  const id = await policy();
  tenant.devices.find('pc').change({ passcode: null });
  await checkIn(tenant.devices.find('pc'));
  expect(await state(tenant.devices.find('pc'))).toBe('compliant');
  await breaks();
  expect(await state()).toBe('noncompliant');
  const { value } = await done('GET', `/v1.0/deviceManagement/deviceCompliancePolicies/${id}/deviceStatuses`);
  expect(value.map((one: { deviceDisplayName: string }) => one.deviceDisplayName)).toEqual(['phone']);
  await done('POST', `${policies}/${id}/assign`, { assignments: [] });
  expect(await state()).toBe('compliant');
});

it('NC-03 a later day of marking is a grace in which access stays; the action cannot be removed', async () => {
  const id = await policy([block(72)]);
  await breaks();
  expect(await state()).toBe('inGracePeriod');
  expect(await isCompliant()).toBe(true);
  expect(Date.parse((await record()).complianceGracePeriodExpirationDateTime)).toBe(start + 4 * dayMs);
  tenant.clock.advance(`${72 * 60 - 1}m`);
  expect(await state()).toBe('inGracePeriod');
  tenant.clock.advance('1m');
  expect(await state()).toBe('noncompliant');
  expect(await isCompliant()).toBe(false);
  const rules = { deviceComplianceScheduledActionForRules: scheduled([{ actionType: 'pushNotification', gracePeriodHours: 0 }]) };
  const { status, body } = await graph('POST', `${policies}/${id}/scheduleActionsForRules`, rules);
  expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('one and only one block')]);
});

it('NC-04 actions come in the order of their days, 0 to 365; any other is refused', async () => {
  await policy([{ actionType: 'retire', gracePeriodHours: 8760 }, block(24), { actionType: 'pushNotification', gracePeriodHours: 0 }]);
  await breaks();
  expect(phone.notices).toHaveLength(1);
  expect(await state()).toBe('inGracePeriod');
  tenant.clock.advance('1d');
  expect(await state()).toBe('noncompliant');
  const listed = async () => (await done('GET', `${policies}/getDevicesScheduledToRetire()`)).value;
  tenant.clock.advance('363d');
  expect(await listed()).toEqual([]);
  tenant.clock.advance('1d');
  expect(await listed()).toMatchObject([{ managedDeviceName: expect.any(String), managedDeviceId: phone.id }]);
  for (const hours of [-24, 366 * 24, 1.5, 36, '24']) {
    const { status, body } = await graph('POST', policies, bodyOf([block(), { actionType: 'retire', gracePeriodHours: hours as number }]));
    expect([status, body.error.message], String(hours)).toEqual([400, expect.stringContaining('gracePeriodHours')]);
  }
});

it('NC-05 an e-mail goes to the user and to the members of the groups, with the details of the device', async () => {
  const id = await template();
  await policy([block(), await mail(0, id, await groupId('Help desk'))]);
  await breaks();
  const [sent] = tenant.mailbox.outbox();
  expect(tenant.mailbox.outbox()).toHaveLength(1);
  expect([...(sent?.to ?? []), ...(sent?.cc ?? [])].sort()).toEqual([user, 'helpdesk@contoso.example']);
  expect(sent?.subject).toBe('About phone');
  expect(sent?.body).toContain('iPhone');
});

it('NC-06 two e-mails go on their days, once each, to a device that is noncompliant still', async () => {
  const id = await template();
  await policy([block(), await mail(2, id), await mail(5, id)]);
  const from = start + dayMs;
  await breaks();
  tenant.clock.advance('6d');
  const days = () => tenant.mailbox.outbox().map(({ at }) => (at - from) / dayMs);
  expect(days()).toEqual([2, 5]);
  tenant.clock.advance('20d');
  await keeps();
  await breaks();
  tenant.clock.advance('3d');
  await keeps();
  tenant.clock.advance('30d');
  expect(days()).toEqual([2, 5, 28]);
});

it('NC-07 the device is locked on its day, and opens to its passcode', async () => {
  await policy([block(), { actionType: 'remoteLock', gracePeriodHours: 48 }]);
  phone.change({ jailBroken: true });
  await done('PATCH', `${policies}/${(await done('GET', policies)).value[0].id}`, {
    '@odata.type': '#microsoft.graph.iosCompliancePolicy',
    securityBlockJailbrokenDevices: true,
  });
  await checkIn();
  expect(await state()).toBe('noncompliant');
  tenant.clock.advance('47h');
  expect(phone.screen.kind).toBe('home');
  tenant.clock.advance('1h');
  expect(phone.screen.kind).toBe('locked');
  expect(phone.type('000000')).toBe('refused');
  phone.type('246810');
  expect(phone.screen.kind).toBe('home');
  tenant.clock.advance('30d');
  expect(phone.screen.kind, 'once').toBe('home');
});

it('NC-08 compliant again, nothing more is done and access comes back; noncompliant again, it is day 0', async () => {
  const id = await template();
  await policy([block(48), await mail(1, id), await mail(4, id)]);
  await breaks();
  tenant.clock.advance('2d');
  expect([await state(), await isCompliant()]).toEqual(['noncompliant', false]);
  await keeps();
  expect([await state(), await isCompliant()]).toEqual(['compliant', true]);
  tenant.clock.advance('10d');
  expect(tenant.mailbox.outbox()).toHaveLength(1);
  await breaks();
  expect(await state()).toBe('inGracePeriod');
  tenant.clock.advance('4d');
  expect(tenant.mailbox.outbox().map(({ at }) => (at - start) / dayMs)).toEqual([2, 14, 17]);
});

it('NC-09 NC-10 the e-mail carries what the template switches on of the branding', async () => {
  await done('PATCH', '/v1.0/deviceManagement', { intuneBrand: { displayName: 'Contoso Ltd', contactITName: 'IT desk' } });
  const id = await template();
  await policy([block(), await mail(0, id)]);
  await breaks();
  expect(tenant.mailbox.outbox()[0]?.body).toContain('Contoso Ltd');
  expect(tenant.mailbox.outbox()[0]?.body).not.toContain('IT desk');
  await done('PATCH', `/v1.0/deviceManagement/notificationMessageTemplates/${id}`, { brandingOptions: 'includeContactInformation' });
  await keeps();
  await breaks();
  expect(tenant.mailbox.outbox()[1]?.body).toContain('IT desk');
  expect(tenant.mailbox.outbox()[1]?.body).not.toContain('Contoso Ltd');
});

it('NC-11 reached through a group of devices it is marked, and nothing else is done', async () => {
  const id = await template();
  const target = { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: await groupId('Phones') };
  const others = ['remoteLock', 'pushNotification', 'retire'].map((actionType) => ({ actionType, gracePeriodHours: 0 }));
  await policy([block(), await mail(0, id), ...others], [{ target }]);
  await breaks();
  tenant.clock.advance('2d');
  expect(await state()).toBe('noncompliant');
  expect(phone.screen.kind).not.toBe('locked');
  expect([tenant.mailbox.outbox(), phone.notices]).toEqual([[], []]);
  expect((await done('GET', `${policies}/getDevicesScheduledToRetire()`)).value).toEqual([]);
});

it('NC-11 a Mac that Jamf manages is marked, and nothing else is done', async () => {
  const mac = tenant.devices.add({ platform: 'macos', enrollment: 'jamf', name: 'mac', user });
  const { id } = await done('POST', policies, {
    '@odata.type': '#microsoft.graph.macOSCompliancePolicy',
    displayName: 'Macs are encrypted',
    storageRequireEncryption: true,
    scheduledActionsForRule: scheduled([block(), await mail(0, await template()), { actionType: 'remoteLock', gracePeriodHours: 0 }]),
  });
  await done('POST', `${policies}/${id}/assign`, { assignments: [everyone] });
  mac.change({ encrypted: false });
  tenant.clock.advance('2d');
  expect(await state(mac)).toBe('noncompliant');
  expect(tenant.mailbox.outbox()).toEqual([]);
  expect(mac.screen.kind).toBe('home');
});

it('NC-12 without Conditional Access a noncompliant device is marked and not blocked; with it each sign-in is decided then', async () => {
  await policy([block(24)]);
  phone.change({ jailBroken: true });
  await done('PATCH', `${policies}/${(await done('GET', policies)).value[0].id}`, {
    '@odata.type': '#microsoft.graph.iosCompliancePolicy',
    passcodeRequired: false,
    securityBlockJailbrokenDevices: true,
  });
  await checkIn();
  tenant.clock.advance('1d');
  expect(await state()).toBe('noncompliant');
  expect(opensOutlook()).toBe('allowed');
  await done('POST', '/v1.0/identity/conditionalAccess/policies', {
    displayName: 'Compliant devices only',
    state: 'enabled',
    conditions: { users: { includeUsers: ['All'] }, applications: { includeApplications: ['All'] }, clientAppTypes: ['all'] },
    grantControls: { operator: 'OR', builtInControls: ['compliantDevice'] },
  });
  expect(opensOutlook()).toBe('device-not-compliant');
  phone.change({ jailBroken: false });
  expect(opensOutlook()).toBe('device-not-compliant');
  await checkIn();
  expect(opensOutlook()).toBe('allowed');
  phone.change({ jailBroken: true });
  await checkIn();
  expect(await state()).toBe('inGracePeriod');
  expect(opensOutlook()).toBe('allowed');
  tenant.clock.advance('1d');
  expect(opensOutlook()).toBe('device-not-compliant');
});

it('NC-13 a policy shows how many devices are in which state, and the tenant too', async () => {
  tenant.devices.add({ platform: 'ios', count: 3, name: 'other', has: { passcode: '246810' } });
  tenant.clock.advance('1d');
  const id = await policy([block(72)]);
  const away = tenant.devices.find('other-3');
  const summary = async () => done('GET', '/v1.0/deviceManagement/deviceCompliancePolicyDeviceStateSummary');
  const overview = () => done('GET', `/v1.0/deviceManagement/deviceCompliancePolicies/${id}/deviceStatusOverview`);
  await breaks();
  expect(await summary()).toMatchObject({ compliantDeviceCount: 4, inGracePeriodCount: 1, nonCompliantDeviceCount: 0 });
  tenant.clock.advance('3d');
  expect(await summary()).toMatchObject({ compliantDeviceCount: 4, inGracePeriodCount: 0, nonCompliantDeviceCount: 1 });
  expect(await overview()).toMatchObject({ successCount: 3, failedCount: 1, pendingCount: 0 });
  away.goOffline();
  await done('PATCH', `${policies}/${id}`, { '@odata.type': '#microsoft.graph.iosCompliancePolicy', passcodeMinimumLength: 4 });
  expect(await overview(), 'away since the change').toMatchObject({ successCount: 2, failedCount: 1, pendingCount: 1 });
});
