/** Custom notifications of a tenant in a test: sent from code, looked at on devices, and pushes that are late, lost or kept. */
import { describe, expect, it } from 'vitest';
import { createTenant, type GroupNotification, type Tenant, TenantError, type TenantOptions } from './msw.ts';

const adele = 'adele@contoso.example';
const options: TenantOptions = {
  users: [{ userPrincipalName: adele }],
  groups: [
    { displayName: 'Berlin', members: [adele] },
    { displayName: 'Twins', id: '10000000-1111-4222-8333-444444444444' },
  ],
  devices: [
    { platform: 'ios', name: 'phone', user: adele },
    { platform: 'windows', name: 'pc', user: adele },
  ],
};
const text = { title: 'Closed today', body: 'Snow.' };
const sent = { sent: true, tryAgainAt: null };

function phoneOf(tenant: Tenant) {
  return tenant.devices.find('phone');
}

describe('sending', () => {
  it('CN-11 CN-18 what was sent is on the devices when the call returns', () => {
    const tenant = createTenant(options);
    const phone = phoneOf(tenant);
    expect(tenant.notify({ ...text, groups: ['berlin'] })).toEqual(sent);
    expect(phone.notify({ title: 'Please restart', body: 'Now.' })).toEqual(sent);
    expect(phone.notifications).toMatchObject([
      { ...text, from: 'custom', shown: 'banner', at: tenant.clock.now() },
      { title: 'Please restart', body: 'Now.' },
    ]);
    expect(phone.banner).toEqual({ app: 'Company Portal', title: 'Please restart', body: 'Now.' });
    phone.press('lock');
    expect(phone.banner).toBeNull();
  });

  it('sends the text of an object that has an id, or more, of its own: two of them are two notifications', () => {
    const tenant = createTenant(options);
    const phone = phoneOf(tenant);
    const announcement = { ...text, id: 'mine', sentAt: 0 };
    tenant.notify({ ...announcement, groups: ['Berlin'] });
    phone.notify(announcement);
    tenant.notify({ ...announcement, groups: ['Berlin'] });
    expect(phone.notifications.map(({ title }) => title)).toEqual([text.title, text.title, text.title]);
  });

  it('CN-07 CN-08 a limit is an outcome, with the instant at which it is possible again', () => {
    const tenant = createTenant(options);
    const phone = phoneOf(tenant);
    const again = { sent: false, tryAgainAt: tenant.clock.now() + 3_600_000 };
    for (let count = 0; count < 10; count += 1) phone.notify(text);
    expect(phone.notify(text)).toEqual(again);
    for (let count = 0; count < 25; count += 1) tenant.notify({ ...text, groups: ['Berlin'] });
    expect(tenant.notify({ ...text, groups: ['Berlin'] })).toEqual(again);
    tenant.clock.set(again.tryAgainAt);
    expect([phone.notify(text), tenant.notify({ ...text, groups: ['Berlin'] })]).toEqual([sent, sent]);
  });

  it('reaches thousands of devices before it returns, from code and through the door', async () => {
    const people = Array.from({ length: 3000 }, (_, place) => `person-${place}@contoso.example`);
    const tenant = createTenant({
      users: people.map((userPrincipalName) => ({ userPrincipalName })),
      groups: [{ displayName: 'Everybody', members: people }],
      devices: people.map((user, place) => ({ platform: place % 2 === 0 ? 'ios' : 'android', user, name: `device-${place}` })),
    });
    const reached = (title: string) =>
      tenant.devices.filter(({ notifications }) => notifications.some((one) => one.title === title)).length;
    tenant.notify({ ...text, groups: ['Everybody'] });
    expect(reached('Closed today')).toBe(3000);
    const headers = { authorization: `Bearer ${tenant.token}`, 'content-type': 'application/json' };
    const found = await tenant.fetch("/v1.0/groups?$filter=displayName eq 'Everybody'", { headers });
    const { value } = (await found.json()) as { value: { id: string }[] };
    const body = { notificationTitle: 'Open again', notificationBody: 'Come.', groupsToNotify: value.map(({ id }) => id) };
    const path = '/beta/deviceManagement/sendCustomNotificationToCompanyPortal';
    expect((await tenant.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })).status).toBe(204);
    expect(reached('Open again')).toBe(3000);
  });

  const groups = ['Berlin'];
  const wrong: [asked: object, code: TenantError['code'], sentence: RegExp][] = [
    [{ ...text, title: 'x'.repeat(51), groups }, 'notification-invalid', /title: 51 characters, and 50 are allowed/],
    [{ ...text, body: '', groups }, 'notification-invalid', /body: write at least one character/],
    [{ title: 'x', groups }, 'notification-invalid', /body: /],
    [{ ...text, groups: [] }, 'notification-invalid', /groups: name one at least/],
    [{ ...text, groups: 'Berlin' }, 'notification-invalid', /groups: a list of names or ids is expected, such as \['Berlin'\]/],
    [text, 'notification-invalid', /groups: a list of names or ids is expected/],
    [null as never, 'notification-invalid', /an object such as/],
    [{ ...text, groups: ['Nowhere'] }, 'group-unknown', /"Nowhere"/],
  ];
  it.each(wrong)('%j is refused', (asked, code, sentence) => {
    const tenant = createTenant(options);
    const send = () => tenant.notify(asked as GroupNotification);
    expect(send).toThrow(TenantError);
    expect(send).toThrow(expect.objectContaining({ code, message: expect.stringMatching(sentence) }));
    expect(phoneOf(tenant).notifications).toEqual([]);
  });

  it('CN-09 names 25 groups at most, each counts once', () => {
    const names = Array.from({ length: 26 }, (_, place) => `Team ${place}`);
    const tenant = createTenant({ ...options, groups: names.map((displayName) => ({ displayName, members: [adele] })) });
    const sendTo = (groups: readonly string[]) => tenant.notify({ ...text, groups });
    expect(() => sendTo(names)).toThrow(
      expect.objectContaining({ code: 'notification-invalid', message: expect.stringMatching(/groups: 26 of them, and 25 are allowed/) }),
    );
    expect(sendTo([...names.slice(1), 'TEAM 1', 'Team 2'])).toEqual(sent);
    expect(phoneOf(tenant).notifications).toHaveLength(1);
  });

  it('says why a device cannot be sent any', async () => {
    const tenant = createTenant({ ...options, devices: [...(options.devices ?? []), { platform: 'ios', name: 'boxed', enrolled: false }] });
    const { devices } = tenant;
    expect(() => devices.find('pc').notify(text)).toThrow(expect.objectContaining({ code: 'action-unavailable' }));
    expect(() => devices.find('boxed').notify(text)).toThrow(expect.objectContaining({ code: 'device-unmanaged' }));
    expect(() => phoneOf(tenant).notify({ title: '', body: 'x' })).toThrow(/title: write at least one character/);
    await tenant.fetch('/v1.0/groups', {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ displayName: 'twins', mailEnabled: false, mailNickname: 'twins', securityEnabled: true }),
    });
    expect(() => tenant.notify({ ...text, groups: ['Twins'] })).toThrow(expect.objectContaining({ code: 'group-ambiguous' }));
    expect(tenant.notify({ ...text, groups: ['10000000-1111-4222-8333-444444444444'] })).toEqual(sent);
    tenant.close();
    expect(() => tenant.notify({ ...text, groups })).toThrow(expect.objectContaining({ code: 'tenant-closed' }));
  });
});

describe('the push service', () => {
  it('CN-13 makes notifications late, lost and kept, as the test says', () => {
    const tenant = createTenant({ ...options, push: { latency: '2h' } });
    const phone = phoneOf(tenant);
    phone.notify(text);
    expect([phone.notifications.length, tenant.push.underWay]).toEqual([0, 1]);
    tenant.clock.advance('2h');
    expect([phone.notifications.length, tenant.push.underWay]).toEqual([1, 0]);
    tenant.push.set({ lost: '100%', latency: '0s' });
    phone.notify(text);
    tenant.clock.advance('30d');
    expect(phone.notifications.length).toBe(1);
    tenant.push.set({ lost: 0, notificationsKeptFor: '1h' });
    phone.goOffline();
    phone.notify(text);
    expect(tenant.push.kept).toBe(1);
    tenant.clock.advance('2h');
    phone.comeOnline();
    expect(phone.notifications.length).toBe(1);
  });

  it('shows its settings, and goes back to how the tenant began', () => {
    const { push } = createTenant({ push: { late: { share: '5%', by: { uniform: ['1h', '8h'] } } } });
    const began = push.settings;
    expect(began).toEqual({
      lost: 0,
      latency: '0ms',
      late: { share: 0.05, by: { uniform: ['1h', '8h'] } },
      keptFor: '1d',
      notificationsKeptFor: '28d',
      membershipLag: '0ms',
    });
    push.set({ membershipLag: { exponential: '15m' }, lost: 1 });
    expect(push.settings).toEqual({ ...began, membershipLag: { exponential: '15m' }, lost: 1 });
    push.reset();
    expect(push.settings).toEqual(began);
  });

  it('says what is wrong', () => {
    expect(() => createTenant({ push: { lost: '110%' } })).toThrow(/createTenant: push: lost: write a share from 0 to 1/);
    expect(() => createTenant({ push: 'bad' as never })).toThrow(/createTenant: push: /);
    expect(() => createTenant({ push: { latenzy: '1s' } as never })).toThrow(/latenzy/);
    expect(() => createTenant().push.set({ latency: '5' })).toThrow(expect.objectContaining({ code: 'push-invalid' }));
  });

  it('CN-03 a device begins as it is said to be', () => {
    const tenant = createTenant({
      ...options,
      devices: [
        { platform: 'ios', name: 'phone', user: adele, has: { notifications: 'not-asked', lockScreenNotifications: 'hidden' } },
        { platform: 'android', name: 'bare', user: adele, has: { companyPortal: false, notificationReader: 'Diary' } },
      ],
    });
    tenant.notify({ ...text, groups: ['Berlin'] });
    expect(tenant.devices.map(({ view }) => [view.companyPortal, view.notificationsAllowed, view.notifications.length])).toEqual([
      [true, 'not-asked', 0],
      [false, 'allowed', 0],
    ]);
  });
});
