/**
 * CN-01 to CN-19, as an administrator and the people who hold the devices meet them: sent through Graph, in a tenant in a test. That no
 * file and no log holds a text is in notification-texts.test.ts, processes and sockets are in live-notifications.test.ts.
 */
import { beforeEach, expect, it } from 'vitest';
import { createTenant, type Tenant, type TenantDevice } from '../simulator/testing/node.ts';

const adele = 'adele@contoso.example';
const megan = 'megan@contoso.example';
const hourMs = 3_600_000;
const action = 'sendCustomNotificationToCompanyPortal';

let tenant: Tenant;
let iphone: TenantDevice;
let pixel: TenantDevice;
beforeEach(() => {
  const device = (name: string, platform: TenantDevice['platform'], user: string) => ({ name, platform, user });
  tenant = createTenant({
    users: [{ userPrincipalName: adele }, { userPrincipalName: megan }],
    groups: [
      { displayName: 'Berlin', members: [adele] },
      { displayName: 'Paris', members: [megan] },
      { displayName: 'Europe', members: ['Berlin', 'Paris'] },
      { displayName: 'Devices', members: ['device: iphone', 'device: tablet'] },
    ],
    devices: [
      device('iphone', 'ios', adele),
      device('pixel', 'android', adele),
      device('mac', 'macos', adele),
      device('pc', 'windows', adele),
      device('tablet', 'ios', megan),
    ],
  });
  iphone = of('iphone');
  pixel = of('pixel');
});

const of = (name: string) => tenant.devices.find(name);

async function graph(method: string, path: string, body?: object, token = tenant.token) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await tenant.fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    text,
    body: text.startsWith('{') ? JSON.parse(text) : null,
  };
}

/** What a refusal says: Intune puts it into the message as JSON, with ids for its support at the end. */
const reason = ({ body }: { body: { error: { message: string } } }) =>
  String(JSON.parse(body.error.message).Message).replace(/ - Operation ID.*$/s, '');

async function groupId(displayName: string): Promise<string> {
  const { body } = await graph('GET', `/v1.0/groups?$filter=displayName eq '${displayName}'`);
  return body.value[0].id;
}

interface Text {
  title?: unknown;
  body?: unknown;
}

/** To the people in these groups. */
async function toGroups(names: readonly string[], { title = 'Closed today', body = 'Snow.' }: Text = {}, token?: string) {
  const groupsToNotify = await Promise.all(names.map(groupId));
  return graph('POST', `/beta/deviceManagement/${action}`, { notificationTitle: title, notificationBody: body, groupsToNotify }, token);
}

/** To one device. */
const toDevice = ({ id }: TenantDevice, { title = 'Please restart', body = 'An update needs it.' }: Text = {}, token?: string) =>
  graph('POST', `/beta/deviceManagement/managedDevices/${id}/${action}`, { notificationTitle: title, notificationBody: body }, token);

const titles = (device: TenantDevice) => device.notifications.map(({ title }) => title);
const ways = (device: TenantDevice) => device.notifications.map(({ shown }) => shown);

/** Names of the devices that show something. */
const reached = () => tenant.devices.filter(({ notifications }) => notifications.length > 0).map(({ name }) => name);

it('CN-01 only iOS and Android devices get custom notifications; macOS and Windows do not', async () => {
  expect((await toGroups(['Berlin'])).status).toBe(204);
  expect(reached()).toEqual(['iphone', 'pixel']);
  for (const name of ['mac', 'pc']) {
    const refused = await toDevice(of(name));
    expect([refused.status, reason(refused)], name).toEqual([400, 'Custom notifications are for iOS, iPadOS and Android.']);
    expect(titles(of(name))).toEqual([]);
  }
});

it('CN-02 a title has at most 50 characters and a message at most 500, as a person counts them', async () => {
  const family = '👨‍👩‍👧‍👦';
  const accents = 'e\u0301\u0323';
  const fits: Text[] = [
    { title: 'x'.repeat(50), body: 'y'.repeat(500) },
    { title: family.repeat(50), body: accents.repeat(500) },
    { title: '🇩🇪'.repeat(50), body: 'مرحبا بالعالم' },
  ];
  for (const text of fits) expect((await toDevice(iphone, text)).status).toBe(204);
  expect(iphone.notifications.map(({ title, body }) => ({ title, body }))).toEqual(fits);
  const wrong: [Text, RegExp][] = [
    [{ title: 'x'.repeat(51) }, /'notificationTitle'.*51 characters, and 50 are allowed/],
    [{ title: family.repeat(51) }, /'notificationTitle'.*51 characters, and 50 are allowed/],
    [{ body: accents.repeat(501) }, /'notificationBody'.*501 characters, and 500 are allowed/],
    [{ title: '' }, /'notificationTitle'.*at least one character/],
    [{ body: ' \n ' }, /'notificationBody'.*at least one character/],
    [{ title: 'one\ntwo' }, /'notificationTitle'.*line break/],
    [{ title: null }, /'notificationTitle'.*missing/],
    [{ body: 5 }, /'notificationBody'/],
  ];
  for (const [text, sentence] of wrong) {
    for (const refused of [await toDevice(iphone, text), await toGroups(['Berlin'], text)]) {
      expect([refused.status, reason(refused)]).toEqual([400, expect.stringMatching(sentence)]);
    }
  }
  expect(titles(iphone)).toHaveLength(fits.length);
});

it('CN-03 the device is enrolled, has the app, and lets it show notifications; the app asks its user for that', async () => {
  const boxed = tenant.devices.add({ platform: 'ios', name: 'boxed', user: adele, enrolled: false });
  iphone.change({ notificationsAllowed: 'not-asked' });
  pixel.change({ companyPortal: false });
  expect((await toGroups(['Berlin'])).status, 'the sender is told of no error').toBe(204);
  expect(reached()).toEqual([]);
  iphone.press('company-portal');
  expect(iphone.screen.kind).toBe('notification-prompt');
  iphone.press('allow');
  pixel.change({ companyPortal: true, notificationsAllowed: 'denied' });
  boxed.enroll();
  expect(reached(), 'what was sent before is gone').toEqual([]);
  await toGroups(['Berlin']);
  expect(reached()).toEqual(['iphone', 'boxed']);
  pixel.change({ notificationsAllowed: 'allowed' });
  await toGroups(['Berlin'], { title: 'Open again' });
  expect(titles(pixel)).toEqual(['Open again']);
});

it('CN-04 on Android Google Play services must be there', async () => {
  for (const device of [iphone, pixel]) device.change({ security: { googlePlayServices: false } });
  expect((await toGroups(['Berlin'])).status).toBe(204);
  expect((await toDevice(pixel)).status).toBe(204);
  expect(reached(), 'an iPhone needs none').toEqual(['iphone']);
  pixel.change({ security: { googlePlayServices: true } });
  await toDevice(pixel, { title: 'Now' });
  expect(titles(pixel)).toEqual(['Now']);
});

it('CN-05 to groups it needs Organization / Update, to a device Remote tasks / Send custom notifications', async () => {
  const token = (who: string) => `token-of-${who}`;
  const people = { organization: 'Microsoft.Intune_Organization_Update', remote: 'Microsoft.Intune_RemoteTasks_CustomNotification' };
  const names = Object.keys(people);
  tenant = createTenant({
    users: [...names, 'nobody'].map((who) => ({ userPrincipalName: `${who}@contoso.example`, token: token(who) })),
    groups: [
      ...names.map((who) => ({ displayName: who, members: [`${who}@contoso.example`] })),
      { displayName: 'Berlin', members: [adele] },
    ],
    roles: Object.entries(people).map(([who, operation]) => ({
      displayName: who,
      allowed: ['Microsoft.Intune_ManagedDevices_Read', operation],
    })),
    roleAssignments: names.map((who) => ({ displayName: who, role: who, members: [who], scope: 'all devices and users' as const })),
    devices: [{ platform: 'ios', name: 'iphone', user: adele }],
  });
  const outcomes = async (who: string) => [
    (await toGroups(['Berlin'], {}, token(who))).status,
    (await toDevice(of('iphone'), {}, token(who))).status,
  ];
  expect(await outcomes('organization')).toEqual([204, 403]);
  expect(await outcomes('remote')).toEqual([403, 204]);
  expect(await outcomes('nobody')).toEqual([403, 403]);
  expect(titles(of('iphone'))).toEqual(['Closed today', 'Please restart']);
});

it('CN-06 what was sent is stored nowhere: Graph has nothing of it, and to send it again it is written again', async () => {
  tenant.devices.find('pixel').goOffline();
  await toGroups(['Berlin'], { title: 'Marked title', body: 'Marked body' });
  await toDevice(pixel, { title: 'Marked title', body: 'Marked body' });
  const places = [
    '/beta/deviceManagement/managedDevices',
    `/beta/deviceManagement/managedDevices/${pixel.id}`,
    '/beta/deviceManagement/auditEvents',
    '/beta/deviceManagement/remoteActionAudits',
    '/mockfleet/outbox',
    '/mockfleet/push',
    '/mockfleet/tenant',
  ];
  for (const place of places) {
    const answer = await graph('GET', place);
    expect([answer.status, answer.text], place).toEqual([200, expect.not.stringMatching(/Marked/)]);
  }
  expect((await graph('GET', `/beta/deviceManagement/${action}`)).status).toBe(405);
  const empty = await graph('POST', `/beta/deviceManagement/managedDevices/${pixel.id}/${action}`, {});
  expect([empty.status, reason(empty)]).toEqual([400, expect.stringMatching(/'notificationTitle'.*missing/)]);
});

it('CN-07 at most 25 an hour go to groups, in any hour; those to single devices do not count', async () => {
  for (let minute = 0; minute < 25; minute += 1) {
    expect((await toGroups(['Berlin', 'Paris'])).status, `message ${minute + 1}`).toBe(204);
    tenant.clock.advance('1m');
  }
  const refused = await toGroups(['Paris']);
  expect([refused.status, refused.body.error.code, refused.retryAfter]).toEqual([429, 'TooManyRequests', String(35 * 60)]);
  expect(reason(refused)).toContain('2026-01-01T09:00:00Z');
  expect((await toDevice(iphone)).status, 'a single device').toBe(204);
  tenant.clock.advance(35 * 60_000 - 1);
  expect((await toGroups(['Berlin'])).status, 'a millisecond before the first one is an hour old').toBe(429);
  tenant.clock.advance(1);
  expect((await toGroups(['Berlin'])).status).toBe(204);
  expect((await toGroups(['Berlin'])).status, 'the second one is not an hour old').toBe(429);
  expect(titles(of('tablet')), 'a refused one reaches nobody').toHaveLength(25);
});

it('CN-08 at most 10 an hour go to the same device; others are not held up by it', async () => {
  for (let count = 1; count <= 10; count += 1) expect((await toDevice(iphone)).status, `message ${count}`).toBe(204);
  const refused = await toDevice(iphone);
  expect([refused.status, refused.retryAfter]).toEqual([429, '3600']);
  expect((await toDevice(pixel)).status).toBe(204);
  expect((await toGroups(['Berlin'])).status, 'what goes to groups is counted apart').toBe(204);
  expect(titles(iphone)).toHaveLength(11);
  tenant.clock.advance(hourMs);
  expect((await toDevice(iphone)).status).toBe(204);
});

it('CN-09 a message goes to at most 25 groups that are named; those within them do not count', async () => {
  const nested = Array.from({ length: 26 }, (_, place) => ({ displayName: `Team ${place}`, members: [adele] }));
  tenant = createTenant({
    users: [{ userPrincipalName: adele }],
    groups: [...nested, { displayName: 'All teams', members: nested.map(({ displayName }) => displayName) }],
    devices: [{ platform: 'ios', name: 'iphone', user: adele }],
  });
  const names = nested.map(({ displayName }) => displayName);
  const refused = await toGroups(names);
  expect([refused.status, reason(refused)]).toEqual([400, expect.stringMatching(/26 groups, and 25 are allowed/)]);
  expect((await toGroups(names.slice(1))).status).toBe(204);
  expect((await toGroups(['All teams'], { title: 'Nested' })).status).toBe(204);
  expect(titles(of('iphone')), 'one copy of each').toEqual(['Closed today', 'Nested']);
});

it('CN-10 groups may hold users or devices; it goes to users, on each iOS and Android device that they enrolled', async () => {
  expect((await toGroups(['Devices'])).status).toBe(204);
  expect(reached()).toEqual([]);
  await toGroups(['Europe', 'Berlin']);
  expect(reached()).toEqual(['iphone', 'pixel', 'tablet']);
  expect(titles(iphone)).toHaveLength(1);
});

it('CN-11 one device alone is notified by the device action, without groups', async () => {
  expect((await toDevice(iphone)).status).toBe(204);
  expect(iphone.banner).toMatchObject({ app: 'Company Portal', title: 'Please restart', body: 'An update needs it.' });
  expect(reached()).toEqual(['iphone']);
  const ids = [pixel.id, of('pc').id];
  const bulk = await graph('POST', '/beta/deviceManagement/managedDevices/executeAction', {
    actionName: 'customTextNotification',
    deviceIds: ids,
    notificationTitle: 'To both',
    notificationBody: 'Hello.',
  });
  expect(bulk.body.value).toMatchObject({ successfulDeviceIds: [pixel.id], notSupportedDeviceIds: [of('pc').id] });
  expect(titles(pixel)).toEqual(['To both']);
});

it('CN-12 it arrives although nobody has ever opened the app, and nobody uses the device', async () => {
  iphone.press('lock');
  tenant.clock.advance('7h');
  await toGroups(['Berlin']);
  expect(ways(iphone)).toEqual(['lock-screen']);
});

it('CN-13 it may come hours late, or never; the sender hears nothing of either', async () => {
  tenant.push.set({ lost: 1 });
  expect((await toGroups(['Berlin'])).status).toBe(204);
  tenant.clock.advance('30d');
  expect(reached()).toEqual([]);
  tenant.push.set({ lost: 0, late: { share: 1, by: '5h' } });
  await toGroups(['Berlin'], { title: 'Late' });
  tenant.clock.advance('299m');
  expect([reached(), tenant.push.underWay]).toEqual([[], 2]);
  tenant.clock.advance('1m');
  expect([reached(), tenant.push.underWay]).toEqual([['iphone', 'pixel'], 0]);
});

it('CN-13 it is kept for a device that is away, each of them, as long as its time to live', async () => {
  tenant.push.set({ notificationsKeptFor: '2d' });
  iphone.goOffline();
  await toDevice(iphone, { title: 'Too old' });
  tenant.clock.advance('1d');
  await toDevice(iphone, { title: 'First' });
  await toDevice(iphone, { title: 'Second' });
  expect(tenant.push.kept).toBe(3);
  tenant.clock.advance('25h');
  iphone.comeOnline();
  expect(titles(iphone)).toEqual(['First', 'Second']);
  expect(iphone.notifications[0]?.at, 'when it came').toBe(tenant.clock.now());
});

it('CN-14 it shows as any push; on iOS with Company Portal open it shows inside the app instead', async () => {
  await toGroups(['Berlin'], { title: 'At home' });
  for (const device of [iphone, pixel]) {
    expect(device.screenText).toContain('At home');
    device.press('company-portal');
  }
  await toGroups(['Berlin'], { title: 'In the app' });
  expect([iphone.banner, pixel.banner?.title]).toEqual([null, 'In the app']);
  expect(iphone.screenText).toContain('In the app');
  expect([ways(iphone), ways(pixel)]).toEqual([
    ['banner', 'in-app'],
    ['banner', 'banner'],
  ]);
});

it('CN-15 the lock screen shows it as the device is set', async () => {
  const settings = ['shown', 'content-hidden', 'hidden'] as const;
  const shown = [];
  for (const lockScreenNotifications of settings) {
    iphone.change({ lockScreenNotifications });
    iphone.press('lock');
    await toDevice(iphone, { title: 'Title of it', body: 'Body of it' });
    const { screenText } = iphone;
    shown.push([screenText.includes('Company Portal'), screenText.includes('Title of it'), screenText.includes('Body of it')]);
    iphone.press('unlock');
  }
  expect(shown).toEqual([
    [true, true, true],
    [true, false, false],
    [false, false, false],
  ]);
  expect(titles(iphone), 'in the notification centre it is in any case').toHaveLength(3);
  expect(ways(iphone)).toEqual(['lock-screen', 'lock-screen', 'notification-centre']);
});

it('CN-16 on Android other apps can read it, on iOS none can', async () => {
  for (const device of [iphone, pixel]) device.change({ notificationReader: 'Diary' });
  await toGroups(['Berlin'], { title: 'Not for others', body: 'Or is it?' });
  expect(pixel.view.readByOtherApps).toMatchObject([{ app: 'Diary', title: 'Not for others', body: 'Or is it?' }]);
  expect(iphone.view.readByOtherApps).toEqual([]);
});

it('CN-17 with a lag, who left a group shortly before still gets it, and who joins shortly after gets it too', async () => {
  tenant.push.set({ membershipLag: '15m' });
  const members = `/v1.0/groups/${await groupId('Berlin')}/members`;
  const idOf = async (name: string) => (await graph('GET', `/v1.0/users/${name}`)).body.id as string;
  await graph('DELETE', `${members}/${await idOf(adele)}/$ref`);
  tenant.clock.advance('10m');
  await toGroups(['Berlin'], { title: 'Ten minutes after she left' });
  tenant.clock.advance('10m');
  await toGroups(['Berlin'], { title: 'Twenty minutes after' });
  expect(titles(iphone)).toEqual(['Ten minutes after she left']);
  tenant.clock.advance('10m');
  await graph('POST', `${members}/$ref`, { '@odata.id': `https://graph.microsoft.com/v1.0/users/${await idOf(megan)}` });
  expect(titles(of('tablet'))).toEqual([]);
  tenant.clock.advance('10m');
  expect(titles(of('tablet')), 'sent before she joined').toEqual(['Twenty minutes after']);
});

it('CN-17 with a lag, a device that was retired shortly before still gets it', async () => {
  tenant.push.set({ membershipLag: '15m' });
  await graph('POST', `/v1.0/deviceManagement/managedDevices/${iphone.id}/retire`);
  expect(iphone.view.phase).toBe('retired');
  tenant.clock.advance('10m');
  await toGroups(['Berlin'], { title: 'Soon after' });
  tenant.clock.advance('10m');
  await toGroups(['Berlin'], { title: 'Later' });
  expect([titles(iphone), titles(pixel)]).toEqual([['Soon after'], ['Soon after', 'Later']]);
});

it('CN-18 it is worked on at once, and that it was sent is all that is ever told', async () => {
  tenant.push.set({ lost: 0.5 });
  const [toMany, toOne] = [await toGroups(['Europe']), await toDevice(iphone)];
  expect([toMany, toOne]).toMatchObject([
    { status: 204, text: '' },
    { status: 204, text: '' },
  ]);
  const record = await graph('GET', `/beta/deviceManagement/managedDevices/${iphone.id}`);
  expect(record.body.deviceActionResults).toEqual([]);
  expect((await graph('GET', '/beta/deviceManagement/remoteActionAudits')).body.value).toEqual([]);
  const { body } = await graph('GET', '/beta/deviceManagement/auditEvents');
  expect(
    body.value.map(({ activityType }: { activityType: string }) => activityType),
    'who has sent something',
  ).toEqual([`${action} ManagedDevice`, `${action} DeviceManagement`]);
});

it('CN-19 it stays in the notification centre until its user dismisses it', async () => {
  await toDevice(iphone, { title: 'One' });
  await toDevice(iphone, { title: 'Two' });
  tenant.clock.advance('100d');
  iphone.powerOff();
  iphone.powerOn();
  tenant.clock.advance('5m');
  expect(titles(iphone)).toEqual(['One', 'Two']);
  if (iphone.screen.kind === 'locked') iphone.press('unlock');
  iphone.press('notifications');
  expect(iphone.screenText).toMatch(/One[\s\S]*Two/);
  iphone.press('dismiss-1');
  expect(titles(iphone)).toEqual(['Two']);
  iphone.press('dismiss-all');
  expect(titles(iphone)).toEqual([]);
});
