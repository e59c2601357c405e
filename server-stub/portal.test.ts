import { beforeEach, describe, expect, it } from 'vitest';
import type { Enrolled } from './core/core.fixture.ts';
import { secretHash } from './core/secret.ts';
import { DoorBench, doorPassword, doorToken } from './door.fixture.ts';
import { testInformation } from './graph/fake-tenant.contract.ts';

let door: DoorBench;
let phone: Enrolled;
let tablet: Enrolled;
let foreign: Enrolled;
beforeEach(() => {
  door = new DoorBench();
  phone = door.bench.enroll('r1', { serialNumber: 'SN1', deviceName: 'phone' });
  tablet = door.bench.enroll('r2', {
    platform: 'android',
    enrollment: 'personal-work-profile',
    serialNumber: 'SN2',
    deviceName: 'tablet',
    model: 'Pixel Tablet',
    osVersion: '14',
  });
  foreign = door.bench.enroll('r3', { serialNumber: 'SN3', userPrincipalName: 'ben@contoso.example' });
});

const signIn = (userPrincipalName: string, password: string) =>
  door.call('POST', '/portal/sign-in', { userPrincipalName, password }, { token: null });

async function adele() {
  const { body } = await signIn('Adele@contoso.example', doorPassword);
  const token = String(body.token);
  return (method: string, path: string) => door.call(method, `/portal/${path}`, undefined, { token });
}

const graph = async (path: string) => (await door.call('GET', `/beta/deviceManagement/${path}`)).body;

describe('signing in', () => {
  it.each([
    ['a wrong password', 'adele@contoso.example', 'wrong'],
    ['somebody who has no device', 'nobody@contoso.example', doorPassword],
    ['nobody at all', '', doorPassword],
  ])('%s gets one and the same answer', async (_who, name, password) => {
    expect(await signIn(name, password)).toMatchObject({
      status: 401,
      body: { error: { code: 'sign-in-refused', message: expect.stringMatching(/do not go together, or nobody of this name/) } },
    });
  });

  it('takes JSON with both members, and nothing else', async () => {
    for (const body of [undefined, '{', [], { userPrincipalName: 'adele@contoso.example' }, { password: doorPassword }]) {
      expect((await door.call('POST', '/portal/sign-in', body, { token: null })).status).toBe(401);
    }
  });

  it('takes a person’s own password where there is one, the administrator’s token of who administers, and nobody who is disabled', async () => {
    const { directory } = door.bench.tenant;
    const person = directory.user('adele@contoso.example');
    if (person === undefined) throw new Error('Adele has a device, and is there.');
    const outcomes = async () => {
      const passwords = [doorPassword, 'own', doorToken];
      return Promise.all(passwords.map(async (one) => (await signIn('adele@contoso.example', one)).status));
    };
    expect(await outcomes()).toEqual([200, 401, 200]);
    directory.save('user', { ...person, passwordHash: secretHash('own') });
    expect(await outcomes()).toEqual([401, 200, 401]);
    directory.save('user', { ...person, directoryRoles: ['Intune Administrator'] });
    expect(await outcomes()).toEqual([401, 401, 200]);
    directory.save('user', { ...person, accountEnabled: false });
    expect(await outcomes()).toEqual([401, 401, 401]);
  });

  it('is needed for all else; the administrator’s token is another one', async () => {
    const paths: [string, string][] = [
      ['GET', 'devices'],
      ['GET', `devices/${phone.id}/apps`],
      ['POST', `devices/${phone.id}/wipe`],
      ['POST', `devices/${phone.id}/apps/x/install`],
    ];
    for (const [method, path] of paths) {
      for (const token of [null, 'made-up', doorPassword, undefined]) {
        const answer = await door.call(method, `/portal/${path}`, undefined, token === undefined ? {} : { token });
        expect([answer.status, answer.body.error.code]).toEqual([401, 'unauthorized']);
      }
    }
    expect(door.bench.statuses(phone)).toEqual([]);
  });

  it('ends when the account is disabled, or removed', async () => {
    const portal = await adele();
    const { directory } = door.bench.tenant;
    const person = directory.user('adele@contoso.example');
    if (person === undefined) throw new Error('Adele has a device, and is there.');
    directory.save('user', { ...person, accountEnabled: false });
    expect((await portal('GET', 'devices')).status).toBe(401);
    expect((await portal('POST', `devices/${phone.id}/wipe`)).status).toBe(401);
    expect(door.bench.statuses(phone)).toEqual([]);
    directory.save('user', person);
    expect((await portal('GET', 'devices')).status).toBe(200);
    directory.remove('user', person.id);
    expect((await portal('GET', 'devices')).status).toBe(401);
  });

  it('writes neither the password nor the token into the log', async () => {
    const { body } = await signIn('adele@contoso.example', doorPassword);
    await signIn('adele@contoso.example', 'sesame-open');
    const log = door.log.join('\n');
    for (const secret of [String(body.token), doorPassword, 'sesame-open']) expect(log).not.toContain(secret);
  });
});

describe('one’s own devices', () => {
  it('are listed, with what can be done to each', async () => {
    const call = await adele();
    const { body } = await call('GET', 'devices');
    const list = body as unknown as { id: string; actions: { name: string; available: boolean; reason: string | null }[] }[];
    expect(list.map(({ id }) => id).sort()).toEqual([phone.id, tablet.id].sort());
    expect(list.find(({ id }) => id === tablet.id)).toMatchObject({
      deviceName: 'tablet',
      operatingSystem: 'Android',
      model: 'Pixel Tablet',
      managementState: 'managed',
      lastSyncDateTime: '2030-01-01T00:00:00Z',
      temporaryPasscode: null,
      unlockPin: null,
    });
    const actions = list.find(({ id }) => id === tablet.id)?.actions ?? [];
    expect(actions.map(({ name }) => name)).toEqual(['syncDevice', 'remoteLock', 'resetPasscode', 'retire', 'wipe']);
    expect(actions.find(({ name }) => name === 'wipe')).toMatchObject({
      available: false,
      reason: expect.stringMatching(/^Google does not allow/),
    });
  });

  it.each(['syncDevice', 'remoteLock', 'resetPasscode', 'retire', 'wipe', 'WIPE'])(
    'TD-07 do %s, which leaves no audit entry',
    async (action) => {
      const call = await adele();
      expect(await call('POST', `devices/${phone.id}/${action}`)).toMatchObject({ status: 202, text: '' });
      const { value: audits } = await graph('auditEvents');
      expect(audits).toEqual([]);
      const { value: actions } = await graph('remoteActionAudits');
      expect(actions).toMatchObject([
        { managedDeviceId: phone.id, actionState: 'pending', initiatedByUserPrincipalName: 'adele@contoso.example' },
      ]);
      expect(door.live(phone)).toMatchObject([
        { type: 'command', command: { type: action === 'WIPE' ? 'wipe' : action } },
        {},
        ...(/wipe|retire/i.test(action) ? [] : [{}]),
      ]);
    },
  );

  it('TD-07 an administrator’s wipe of the same device does leave one', async () => {
    expect((await door.call('POST', `/v1.0/deviceManagement/managedDevices/${phone.id}/wipe`)).status).toBe(204);
    expect((await graph('auditEvents')).value).toMatchObject([
      { activityType: 'wipe ManagedDevice', actor: { userPrincipalName: 'admin@contoso.example' }, resources: [{ resourceId: phone.id }] },
    ]);
  });

  it('say why they cannot', async () => {
    const call = await adele();
    const answer = await call('POST', `devices/${tablet.id}/wipe`);
    expect(answer).toMatchObject({
      status: 409,
      body: { error: { code: 'action-unavailable', message: expect.stringMatching(/^Google/) } },
    });
    expect(door.bench.statuses(tablet)).toEqual([]);
  });

  it('show the passcode that was made for them, for 7 days', async () => {
    const call = await adele();
    await call('POST', `devices/${tablet.id}/resetPasscode`);
    const shown = async () => {
      const { body } = await call('GET', 'devices');
      return (body as unknown as { id: string; temporaryPasscode: string | null }[]).find(({ id }) => id === tablet.id)?.temporaryPasscode;
    };
    expect(await shown()).toBeNull();
    const told = door.live(tablet).find((message) => message.type === 'command');
    const passcode = told?.type === 'command' && told.command.type === 'resetPasscode' ? told.command.parameters.passcode : undefined;
    expect(passcode).toMatch(/^\d{8}$/);
    expect(await shown()).toBe(passcode);
    door.bench.pass(7 * 24 * 3_600_000 + 1);
    expect(await shown()).toBeNull();
    expect(door.log.join('\n')).not.toContain(passcode);
  });

  it.each(['retire', 'wipe', 'explode'])('do not include anybody else’s: %s', async (action) => {
    const call = await adele();
    for (const id of [foreign.id, 'nobody']) {
      expect(await call('POST', `devices/${id}/${action}`)).toMatchObject({ status: 404, body: { error: { code: 'device-unknown' } } });
    }
    expect(await call('GET', `devices/${foreign.id}/apps`)).toMatchObject({ status: 404 });
    expect(await call('POST', `devices/${foreign.id}/apps/expenses/install`)).toMatchObject({ status: 404 });
    expect(door.bench.statuses(foreign)).toEqual([]);
  });

  it.each(['explode', 'bypassActivationLock', 'rebootNow', 'delete'])('have no %s', async (action) => {
    const call = await adele();
    expect(await call('POST', `devices/${phone.id}/${action}`)).toMatchObject({ status: 404, body: { error: { code: 'action-unknown' } } });
  });
});

describe('apps', () => {
  beforeEach(() =>
    door.call('PATCH', '/mockfleet/configuration', {
      apps: [
        { id: 'mail', name: 'Contoso Mail', intent: 'required' },
        { id: 'expenses', name: 'Expenses', intent: 'available' },
        { id: 'desk', name: 'Desk', intent: 'available', platforms: ['windows'] },
      ],
    }),
  );

  it('TD-08 that are available can be asked for, and come with the next check-in', async () => {
    const call = await adele();
    const apps = async () => (await call('GET', `devices/${phone.id}/apps`)).body;
    expect(await apps()).toEqual([{ id: 'expenses', name: 'Expenses', installed: false, requested: false }]);
    door.live(phone);
    expect((await call('POST', `devices/${phone.id}/apps/expenses/install`)).status).toBe(202);
    expect(await apps()).toMatchObject([{ installed: false, requested: true }]);
    expect(door.live(phone)).toMatchObject([
      {
        type: 'configuration',
        configuration: { apps: expect.arrayContaining([{ id: 'expenses', name: 'Expenses', intent: 'requested' }]) },
      },
      { type: 'check-in-done' },
    ]);
    door.live(phone, testInformation({ apps: [{ id: 'expenses', name: 'Expenses', source: 'available' }] }));
    expect(await apps()).toMatchObject([{ installed: true }]);
    expect((await graph(`managedDevices/${phone.id}/detectedApps`)).value).toMatchObject([{ displayName: 'Expenses' }]);
  });

  it.each(['mail', 'desk', 'nothing'])('that are not available cannot: %s', async (app) => {
    const call = await adele();
    expect(await call('POST', `devices/${phone.id}/apps/${app}/install`)).toMatchObject({
      status: 404,
      body: { error: { code: 'app-unknown' } },
    });
  });
});

describe('the page', () => {
  it('runs only what is its own, and nothing inline', async () => {
    const page = await door.call('GET', '/portal', undefined, { token: null });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/,
    );
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(page.text).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/i);
    for (const [, path = ''] of page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      const file = await door.call('GET', path, undefined, { token: null });
      expect([path, file.status]).toEqual([path, 200]);
      expect(file.headers.get('content-type')).toMatch(path.endsWith('.js') ? /^text\/javascript/ : /^text\/css/);
    }
  });

  it('is found with a slash at its end too', async () => {
    const { status, headers } = await door.call('GET', '/portal/', undefined, { token: null });
    expect([status, headers.get('location')]).toEqual([301, '/portal']);
  });

  it('calls only routes that are there', async () => {
    const { text } = await door.call('GET', '/portal/portal.js', undefined, { token: null });
    expect(text).not.toContain('innerHTML');
    expect(text).toContain("'sign-in'");
  });
});
