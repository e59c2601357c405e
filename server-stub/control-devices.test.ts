import { beforeEach, describe, expect, it } from 'vitest';
import { actionTable, commandTypes } from '../protocol/commands.ts';
import { DoorBench, heldDevice } from './door.fixture.ts';
import { testInformation } from './graph/fake-tenant.contract.ts';
import { HandsSilent } from './hands-registry.ts';

let door: DoorBench;
beforeEach(() => {
  door = new DoorBench();
});

const devices = '/mockfleet/devices';

describe('looking at devices', () => {
  it('M-07 shows every device that somebody holds, managed or not, and its screen', async () => {
    const held = heldDevice();
    const letGo = door.hands.attach(held);
    const { body } = await door.call('GET', devices);
    expect(body).toMatchObject([{ serialNumber: 'MF0000001', phase: 'set-up', screen: { kind: 'locked', number: 3, title: 'Locked' } }]);
    expect((body as unknown as { screen: object }[])[0]?.screen).not.toHaveProperty('lines');
    expect((await door.call('GET', `${devices}/mf0000001`)).body).toEqual(held.current);
    expect((await door.call('GET', `${devices}/MF0000001/screen`)).body).toEqual(held.current.screen);
    // What it shows is read again at every look.
    held.current = { ...held.current, phase: 'enrolled' };
    expect((await door.call('GET', `${devices}/MF0000001`)).body).toMatchObject({ phase: 'enrolled' });
    letGo();
    expect((await door.call('GET', devices)).body).toEqual([]);
    expect((await door.call('GET', `${devices}/MF0000001`)).body.error.code).toBe('device-unknown');
  });

  it.each([
    ['?format=text', {}],
    ['', { accept: 'text/plain' }],
  ])('M-07 prints a screen as text: %s %o', async (query, headers) => {
    door.hands.attach(heldDevice());
    const { text, headers: answer } = await door.call('GET', `${devices}/MF0000001/screen${query}`, undefined, { headers });
    expect(answer.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toBe('Locked\n09:30\nPasscode: [secret]\n(unlock) Unlock\n');
  });

  it('finds a device by its id, serial number or name, in any case', async () => {
    const { id } = door.bench.enroll('r1', { serialNumber: 'SN1', deviceName: 'Adele’s phone' });
    door.hands.attach(heldDevice({ serialNumber: 'SN1', deviceId: id, deviceName: 'Adele’s phone' }));
    for (const ref of [id, id.toUpperCase(), 'SN1', 'sn1', encodeURIComponent('adele’s PHONE')]) {
      expect((await door.call('GET', `${devices}/${ref}`)).body).toMatchObject({ serialNumber: 'SN1' });
    }
  });

  it('shows a page of them, sorted by name, and those with a text in their name, serial number or user', async () => {
    const people = ['adele@contoso.example', 'ben@contoso.example'];
    for (let number = 0; number < 7; number++) {
      const deviceName = `${number % 2 === 0 ? 'Phone' : 'phone'} ${7 - number}`;
      door.hands.attach(heldDevice({ serialNumber: `SN${number}`, deviceName, userPrincipalName: people[number % 2] ?? '' }));
    }
    const page = async (query: string) => {
      const { body } = await door.call('GET', `${devices}?${query}`);
      const { count, value } = body as unknown as { count: number; value: { deviceName: string; screen: object }[] };
      for (const { screen } of value) expect(screen).not.toHaveProperty('lines');
      return [count, value.map(({ deviceName }) => deviceName.slice(6)).join('')];
    };
    expect(await page('top=3')).toEqual([7, '123']);
    expect(await page('top=3&skip=6')).toEqual([7, '7']);
    expect(await page('top=3&skip=9')).toEqual([7, '']);
    expect(await page('top=9&search=PHONE%202')).toEqual([1, '2']);
    expect(await page('top=9&search=sn6')).toEqual([1, '1']);
    expect(await page('top=2&search=Adele')).toEqual([4, '13']);
    expect((await door.call('GET', devices)).body).toHaveLength(7);
    for (const wrong of ['top=0', 'top=501', 'top=x', 'top=5&skip=-1', 'skip=1', 'search=a']) {
      expect(await door.call('GET', `${devices}?${wrong}`)).toMatchObject({ status: 400, body: { error: { code: 'page-invalid' } } });
    }
  });

  it('asks which one is meant where several have a name', async () => {
    door.hands.attach(heldDevice({ serialNumber: 'SN1' }));
    door.bench.enroll('r2', { serialNumber: 'SN2', deviceName: 'phone' });
    const { status, body } = await door.call('GET', `${devices}/Phone`);
    expect([status, body.error.code]).toEqual([409, 'device-ambiguous']);
    // A serial number wins over somebody else's name.
    door.hands.attach(heldDevice({ serialNumber: 'SN3', deviceName: 'SN1' }));
    expect((await door.call('GET', `${devices}/sn1`)).body).toMatchObject({ serialNumber: 'SN1' });
  });

  it('TD-12 takes a device that was enrolled again for its newest record, and an earlier id for the earlier one', async () => {
    const earlier = door.bench.enroll('r1', { serialNumber: 'SN1' });
    door.bench.now += 1000;
    const later = door.bench.enroll('r2', { serialNumber: 'SN1' });
    door.hands.attach(heldDevice({ serialNumber: 'SN1', deviceId: later.id }));
    door.bench.issue(earlier, 'wipe');
    expect((await door.call('POST', `${devices}/SN1/actions/wipe/cancel`)).body.error.code).toBe('action-not-open');
    expect((await door.call('POST', `${devices}/${earlier.id}/actions/wipe/cancel`)).body).toEqual({ canceled: true });
    expect((await door.call('GET', `${devices}/${earlier.id}`)).body).toMatchObject({ deviceId: later.id });
  });

  it('says that a record’s device is in nobody’s hands', async () => {
    const { id } = door.bench.enroll();
    const { status, body } = await door.call('GET', `${devices}/${id}`);
    expect([status, body.error.code]).toEqual([404, 'hands-missing']);
  });

  it.each(['', '/x', '/x/screen', '/x/actions'])('is for the administrator alone: %s', async (path) => {
    for (const token of [null, 'wrong']) expect((await door.call('GET', `${devices}${path}`, undefined, { token })).status).toBe(401);
  });
});

describe('acting on a device', () => {
  const acts = [
    { input: { press: 'unlock', values: { passcode: '246810' }, screen: 3 } },
    { input: { type: '246810' } },
    JSON.parse('{"change":{"findMy":true,"behavior":{"on":"wipe","then":"silent","times":1}}}'),
    { network: false },
    { power: true },
    { enroll: true },
  ];

  it.each(acts)('hands %o over as it is, and the result back', async (act) => {
    const held = heldDevice({}, async () => 'refused');
    door.hands.attach(held);
    const { status, body } = await door.call('POST', `${devices}/MF0000001/act`, act);
    expect([status, body.outcome, held.acts]).toEqual([200, 'refused', [act]]);
    expect(body.view).toEqual(held.current);
  });

  it('never writes what was typed into the log', async () => {
    door.hands.attach(heldDevice());
    for (const act of acts) await door.call('POST', `${devices}/MF0000001/act`, act);
    await door.call('POST', `${devices}/MF0000001/act`, { input: { type: '246810', screen: '246810' } });
    expect(door.log.join('\n')).not.toContain('246810');
  });

  it.each<[unknown, RegExp]>([
    [undefined, /not a JSON object/],
    ['{', /not a JSON object/],
    [[], /not a JSON object/],
    [{}, /Send one of/],
    [{ sing: true }, /Send one of/],
    [{ network: 'off' }, /network: .*expected boolean/],
    [{ power: 1 }, /power: .*expected boolean/],
    [{ enroll: false }, /enroll: .*expected true/],
    [{ network: true, power: true }, /Unrecognized key/],
    [{ input: { press: 'unlock', values: { passcode: 246810 } } }, /input\.values\.passcode: .*expected string/],
    [{ input: { press: 'unlock', loudly: true } }, /input: Unrecognized key: "loudly"/],
    [{ input: { type: 246810 } }, /input\.type: .*expected string/],
    ['{"change":{"behavior":{"on":"wipe","then":"explode"}}}', /change\.behavior\.then: .*expected one of "not-now"\|/],
    ['{"change":{"behavior":{"on":"dance","then":"fail"}}}', /change\.behavior\.on: .*expected one of "syncDevice"\|/],
    [{ change: { colour: 'red' } }, /change: Unrecognized key: "colour"/],
    ['{"change":{"behaviors":[{"on":"any","then":"slow","delayMs":0}]}}', /change\.behaviors\.0\.delayMs: /],
  ])('refuses %o with the field, and with what may be sent', async (act, sentence) => {
    const held = heldDevice();
    door.hands.attach(held);
    const { status, body } = await door.call('POST', `${devices}/MF0000001/act`, act);
    expect([status, body.error.code, held.acts]).toEqual([400, 'act-invalid', []]);
    expect(body.error.message).toMatch(/^Send one of /);
    expect(body.error.message).toMatch(sentence);
    expect(body.error.message).not.toContain('246810');
  });

  it('says when the device does not answer', async () => {
    const silent = heldDevice({}, () => Promise.reject(new HandsSilent('MF0000001')));
    door.hands.attach(silent);
    const { status, body } = await door.call('POST', `${devices}/MF0000001/act`, { power: true });
    expect([status, body.error.code]).toEqual([504, 'device-silent']);
  });
});

describe('actions of a device', () => {
  interface Row {
    name: string;
    title: string;
    available: boolean;
    reason: string | null;
  }
  const rows = async (ref: string) => (await door.call('GET', `${devices}/${ref}/actions`)).body as unknown as Row[];

  it('M-05 are all listed, in hands or not, greyed out with the reason', async () => {
    const { id } = door.bench.enroll('r1', { platform: 'windows', enrollment: 'joined', serialNumber: 'PC1' });
    for (const ref of [id, 'PC1', 'phone']) {
      const list = await rows(ref);
      expect(list.map(({ name }) => name)).toEqual([...commandTypes, 'delete']);
      for (const { available, reason } of list) expect(reason === null).toBe(available);
      expect(list.find(({ name }) => name === 'remoteLock')).toEqual({
        name: 'remoteLock',
        title: actionTable.remoteLock.title,
        about: actionTable.remoteLock.about,
        available: false,
        reason: 'Remote lock is not supported on Windows desktop devices.',
      });
      expect(list.find(({ name }) => name === 'wipe')).toMatchObject({ available: true, reason: null });
      expect(list.find(({ name }) => name === 'requestRemoteAssistance')).toEqual({
        name: 'requestRemoteAssistance',
        title: 'New remote assistance session',
        about: expect.stringContaining('TeamViewer connector'),
        available: false,
        reason: expect.stringContaining('TeamViewer connector'),
      });
    }
  });

  it('TD-05 grey the bypass of Activation Lock out until a policy allows it and there is a code', async () => {
    const device = door.bench.enroll('r1', { enrollment: 'automated', serialNumber: 'SN1' });
    const bypass = async () => (await rows('SN1')).find(({ name }) => name === 'bypassActivationLock');
    expect(await bypass()).toMatchObject({ available: false, reason: expect.stringMatching(/policy allows Activation Lock/) });
    expect((await door.call('PATCH', '/mockfleet/configuration', { allowActivationLock: true })).status).toBe(200);
    expect(await bypass()).toMatchObject({ available: false });
    door.live(device, testInformation({ activationLock: true }));
    expect(await bypass()).toMatchObject({ available: true, reason: null });
    const code = `/beta/deviceManagement/managedDevices('${device.id}')?$select=activationLockBypassCode`;
    expect((await door.call('GET', code)).body.activationLockBypassCode).toMatch(/^\w{5}-\w{5}-\w{4}-\w{4}-\w{4}-\w{4}$/);
    door.bench.pass(16 * 24 * 3_600_000);
    expect(await bypass()).toMatchObject({ available: false, reason: expect.stringMatching(/expired/) });
    expect((await door.call('GET', code)).body.activationLockBypassCode).toBeNull();
    const refused = await door.call('POST', `/v1.0/deviceManagement/managedDevices/${device.id}/bypassActivationLock`);
    expect([refused.status, refused.body.error.message]).toEqual([400, expect.stringContaining('expired')]);
  });

  it('CN-01 grey the custom notification out on Windows and macOS; CN-18 one that was sent cannot be taken back', async () => {
    const verb = 'sendCustomNotificationToCompanyPortal';
    door.bench.enroll('r1', { platform: 'windows', enrollment: 'joined', serialNumber: 'PC1' });
    door.bench.enroll('r2', { platform: 'macos', enrollment: 'device', serialNumber: 'MAC1' });
    door.bench.enroll('r3', { platform: 'android', enrollment: 'personal-work-profile', serialNumber: 'A1' });
    const phone = door.bench.enroll('r4', { serialNumber: 'I1' });
    for (const [ref, reason] of [
      ['PC1', 'Custom notifications are for iOS, iPadOS and Android.'],
      ['MAC1', 'Custom notifications are for iOS, iPadOS and Android.'],
      ['A1', null],
      ['I1', null],
    ] as const) {
      expect((await rows(ref)).find(({ name }) => name === verb)).toEqual({
        name: verb,
        title: 'Send custom notification',
        about: actionTable[verb].about,
        available: reason === null,
        reason,
      });
    }
    const text = { notificationTitle: 'Closed today', notificationBody: 'Snow' };
    expect((await door.call('POST', `/beta/deviceManagement/managedDevices/${phone.id}/${verb}`, text)).status).toBe(204);
    const cancelled = await door.call('POST', `${devices}/${phone.id}/actions/${verb}/cancel`);
    expect(cancelled).toMatchObject({ status: 404, body: { error: { code: 'action-not-open' } } });
  });

  it('can be taken back while they wait, and no longer', async () => {
    const device = door.bench.enroll();
    const cancel = (name: string) => door.call('POST', `${devices}/${device.id}/actions/${name}/cancel`);
    const state = async () => (await door.call('GET', `/v1.0/deviceManagement/managedDevices/${device.id}`)).body.managementState;
    door.bench.issue(device, 'wipe');
    expect(await state()).toBe('wipePending');
    expect(await cancel('WIPE')).toMatchObject({ status: 200, body: { canceled: true } });
    expect(await state()).toBe('wipeCanceled');
    expect(door.live(device).some(({ type }) => type === 'command')).toBe(false);
    expect(await cancel('wipe')).toMatchObject({ status: 404, body: { error: { code: 'action-not-open' } } });
    expect(await cancel('explode')).toMatchObject({ status: 404, body: { error: { code: 'action-unknown' } } });

    door.bench.issue(device, 'remoteLock');
    const link = door.bench.open(device.peer);
    door.bench.checkIn(link, device);
    expect(await cancel('remoteLock')).toMatchObject({ status: 409, body: { error: { code: 'already-delivered' } } });
    const { body } = await door.call('GET', `/beta/deviceManagement/auditEvents?$filter=activityType eq 'cancel wipe ManagedDevice'`);
    expect(body.value).toMatchObject([{ actor: { userPrincipalName: 'admin@contoso.example' } }]);
  });
});
