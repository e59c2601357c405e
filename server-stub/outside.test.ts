import { beforeEach, describe, expect, it } from 'vitest';
import { DoorBench } from './door.fixture.ts';
import { testInformation } from './graph/fake-tenant.contract.ts';

let door: DoorBench;
beforeEach(() => {
  door = new DoorBench();
});

const activation = (password: string, appleId = '') => ({ service: 'activation', serialNumber: 'SN1', appleId, password }) as const;

describe('/outside', () => {
  it('TD-03 TD-04 lets a wiped device go on with the code that Graph showed, and only with that', async () => {
    const device = door.bench.enroll('r1', { enrollment: 'automated', serialNumber: 'SN1' });
    await door.call('PATCH', '/mockfleet/configuration', { allowActivationLock: true });
    const findMy = { service: 'find-my', serialNumber: 'SN1', owner: 'adele@icloud.example', password: 'apple-secret', on: true };
    expect((await door.outside(findMy)).body).toEqual({ allowed: true });
    door.live(device, testInformation({ activationLock: true }));
    const shown = await door.call('GET', `/beta/deviceManagement/managedDevices/${device.id}?$select=activationLockBypassCode`);
    const code = String(shown.body.activationLockBypassCode);

    expect((await door.outside(activation('WRONG-CODE'))).body).toEqual({ allowed: false, reason: 'code-wrong' });
    expect((await door.outside(activation('wrong', 'adele@icloud.example'))).body).toEqual({ allowed: false, reason: 'account-wrong' });
    expect((await door.outside(activation(code.replaceAll('-', '').toLowerCase()))).body).toEqual({ allowed: true });
    const log = door.log.join('\n');
    for (const secret of [code, 'apple-secret', 'WRONG-CODE']) expect(log).not.toContain(secret);
  });

  it('TD-10 signs an app in with its token after a retire', async () => {
    const device = door.bench.enroll();
    const ask = { service: 'sign-in', app: 'outlook', userPrincipalName: 'adele@contoso.example' };
    expect((await door.outside({ ...ask, deviceId: null, token: null })).body).toEqual({ allowed: false, reason: 'not-signed-in' });
    const { token } = (await door.outside({ ...ask, deviceId: device.id, token: null })).body;
    expect(token).toEqual(expect.any(String));
    door.bench.issue(device, 'retire');
    door.live(device);
    expect((await door.call('GET', `/v1.0/deviceManagement/managedDevices/${device.id}`)).status).toBe(404);
    expect((await door.outside({ ...ask, deviceId: null, token })).body).toMatchObject({ allowed: true });
  });

  it.each<[unknown, RegExp]>([
    [undefined, /not a JSON object/],
    [{}, /service: /],
    [{ service: 'weather' }, /service: /],
    [{ service: 'activation', serialNumber: 'SN1', appleId: '' }, /password: .*expected string/],
    [{ service: 'sign-in', app: 'solitaire', userPrincipalName: 'a', deviceId: null, token: null }, /app: .*"outlook"/],
    [{ service: 'find-my', serialNumber: 'SN1', owner: '', password: 'apple-secret', on: 'yes' }, /on: .*expected boolean/],
  ])('refuses %o', async (body, sentence) => {
    const answer = await door.call('POST', '/outside', body, { token: null });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'outside-invalid']);
    expect(answer.body.error.message).toMatch(sentence);
    expect(answer.body.error.message).not.toContain('apple-secret');
  });

  it('is no page', async () => {
    expect((await door.call('GET', '/outside', undefined, { token: null })).status).toBe(404);
  });
});
