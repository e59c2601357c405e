import { describe, expect, it } from 'vitest';
import { actionTable, type CommandType, commandTypes, isPossible, whyUnsupported } from '../../protocol/commands.ts';
import type { Inventory } from '../../protocol/messages.ts';
import { enrollmentTypesOf, platforms } from '../../protocol/platforms.ts';
import { ask, bodyOf, deviceId, fakeTenant, testDevice } from './fake-tenant.contract.ts';

const json = { 'content-type': 'application/json' };

/** A body that each action takes. */
const bodies: Partial<Record<CommandType, object>> = {
  enableLostMode: { message: 'Please call', phoneNumber: '1', footer: null },
  cleanWindowsDevice: { keepUserData: false },
  setDeviceName: { deviceName: 'desk-7' },
  deleteUserFromSharedAppleDevice: { userPrincipalName: 'adele@contoso.example' },
  windowsDefenderScan: { quickScan: true },
  sendCustomNotificationToCompanyPortal: { notificationTitle: 'Closed today', notificationBody: 'Please work from home.' },
};

/** One device of each kind, and a Shared iPad. */
const kinds: Partial<Inventory>[] = [
  ...platforms.flatMap((platform) => enrollmentTypesOf[platform].map((enrollment) => ({ platform, enrollment }))),
  { platform: 'android', enrollment: 'device-administrator', osVersion: '6.0' },
  { platform: 'ios', enrollment: 'automated', model: 'iPad Air', shared: true },
];

const post = (type: string, inventory: Partial<Inventory>, body: object | null | undefined, version = 'beta') => {
  const tenant = fakeTenant([testDevice(1, inventory)]);
  const url = `/${version}/deviceManagement/managedDevices/${deviceId(1)}/${type}`;
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: json };
  return { tenant, response: ask(tenant, 'POST', url, sent) };
};

const messageOf = (text: string) => (JSON.parse(text) as { Message: string }).Message;

describe('every action on every kind of device', () => {
  it.each(commandTypes)('M-05 %s is taken where the table says so, and refused with its reason where not', (type) => {
    for (const inventory of kinds) {
      const { tenant, response } = post(type, inventory, bodies[type]);
      const device = testDevice(1, inventory);
      const reason = whyUnsupported(type, device.inventory);
      if (reason === undefined) {
        expect([response.status, tenant.issued.map(({ command }) => command.type)]).toEqual([204, [type]]);
      } else {
        expect([response.status, tenant.issued]).toEqual([400, []]);
        const { error } = bodyOf(response);
        expect(error.code).toBe('BadRequest');
        expect(messageOf(error.message).startsWith(`${reason} - Operation ID`)).toBe(true);
      }
    }
  });

  it.each(commandTypes)('%s has its path on v1.0 exactly when Graph has it there', (type) => {
    const inventory = kinds.find((kind) => whyUnsupported(type, testDevice(1, kind).inventory) === undefined) ?? {};
    const { tenant, response } = post(type, inventory, bodies[type], 'v1.0');
    if (!isPossible(type)) return expect(messageOf(bodyOf(response).error.message)).toContain(actionTable[type].otherwise);
    if (actionTable[type].beta !== true) return expect(response.status).toBe(204);
    expect([response.status, bodyOf(response).error.code]).toEqual([400, 'No method match route template']);
    expect(tenant.issued).toEqual([]);
  });

  it('has actions that only beta knows', () => {
    expect(commandTypes.filter((type) => actionTable[type].beta === true)).toEqual(
      expect.arrayContaining(['enableLostMode', 'setDeviceName', 'rotateBitLockerKeys']),
    );
  });

  it.each<[CommandType, object | undefined, RegExp]>([
    ['recoverPasscode', undefined, /systems that Intune no longer supports/],
    ['updateWindowsDeviceAccount', undefined, /Surface Hub/],
    ['updateWindowsDeviceAccount', { updateWindowsDeviceAccountActionParameter: { deviceAccount: { password: 'secret' } } }, /Surface Hub/],
    ['requestRemoteAssistance', undefined, /TeamViewer connector/],
  ])('knows %s, which no device here can do: %o', (type, body, reason) => {
    for (const inventory of kinds)
      for (const version of ['v1.0', 'beta']) {
        const { tenant, response } = post(type, inventory, body, version);
        expect([response.status, bodyOf(response).error.code, tenant.issued]).toEqual([400, 'BadRequest', []]);
        expect(messageOf(bodyOf(response).error.message)).toMatch(reason);
        expect(response.body).not.toContain('secret');
      }
  });

  it('TD-09 refuses to wipe a personally-owned work profile', () => {
    const { response } = post('wipe', { platform: 'android', enrollment: 'personal-work-profile' }, undefined, 'v1.0');
    expect(messageOf(bodyOf(response).error.message)).toMatch(/^Google does not allow a factory reset/);
  });

  it.each([
    ['6.0.1', 204],
    ['7.0', 400],
    ['14', 400],
  ])('TD-17 resets the passcode of a device administrator on Android %s: %i', (osVersion, status) => {
    const { response } = post('resetPasscode', { platform: 'android', enrollment: 'device-administrator', osVersion }, undefined, 'v1.0');
    expect(response.status).toBe(status);
  });
});

describe('parameters', () => {
  const pc = { platform: 'windows', enrollment: 'joined' } as const;
  const phone = { platform: 'ios', enrollment: 'automated' } as const;
  const ipad = { ...phone, model: 'iPad Air', shared: true };

  it('arrive as they were sent, without those that are null', () => {
    const { tenant } = post('enableLostMode', phone, { message: 'Please call', phoneNumber: '+31 20', footer: null });
    expect(tenant.issued[0]?.command).toEqual({
      type: 'enableLostMode',
      parameters: { message: 'Please call', phoneNumber: '+31 20' },
    });
  });

  it.each<[CommandType, Partial<Inventory>, object | undefined, RegExp]>([
    ['cleanWindowsDevice', pc, undefined, /^The parameter 'keepUserData' of cleanWindowsDevice is missing\./],
    ['cleanWindowsDevice', pc, { keepUserData: null }, /^The parameter 'keepUserData' of cleanWindowsDevice is missing\./],
    ['cleanWindowsDevice', pc, { keepUserData: 'yes' }, /^The parameter 'keepUserData' of cleanWindowsDevice is not valid: /],
    ['deleteUserFromSharedAppleDevice', ipad, {}, /^The parameter 'userPrincipalName' of deleteUserFromSharedAppleDevice is missing\./],
    ['deleteUserFromSharedAppleDevice', ipad, { userPrincipalName: '' }, /^The parameter 'userPrincipalName' of .* is not valid: /],
    ['deleteUserFromSharedAppleDevice', ipad, { userPrincipalName: ['a'] }, /^The parameter 'userPrincipalName' of .* is not valid: /],
    [
      'updateWindowsDeviceAccount',
      pc,
      { updateWindowsDeviceAccountActionParameter: 'secret' },
      /^The parameter 'updateWindowsDeviceAccountActionParameter' of updateWindowsDeviceAccount is not valid: /,
    ],
    ['windowsDefenderScan', pc, undefined, /^The parameter 'quickScan' of windowsDefenderScan is missing\./],
    ['windowsDefenderScan', pc, { quickScan: 'yes' }, /^The parameter 'quickScan' of windowsDefenderScan is not valid: /],
    ['enableLostMode', phone, { phoneNumber: '1' }, /^The parameter 'message' of enableLostMode is missing\./],
    ['playLostModeSound', phone, { durationInMinutes: 'ten' }, /^The parameter 'durationInMinutes' .* write whole minutes/],
    ['wipe', phone, { obliterationBehavior: 'always-on' }, /^The parameter 'obliterationBehavior' of wipe is not valid: /],
    ['setDeviceName', pc, {}, /^The parameter 'deviceName' of setDeviceName is missing\./],
  ])('of %s %o: %o is refused by the name of the parameter', (type, inventory, body, message) => {
    const { tenant, response } = post(type, inventory, body);
    expect([response.status, tenant.issued]).toEqual([400, []]);
    expect(messageOf(bodyOf(response).error.message)).toMatch(message);
  });

  it.each<[CommandType, Partial<Inventory>, object]>([
    ['remoteLock', { platform: 'macos', enrollment: 'automated' }, { pin: '123456' }],
    ['resetPasscode', { platform: 'android', enrollment: 'dedicated' }, { passcode: '123456' }],
    ['syncDevice', pc, { constructor: 1 }],
  ])('that the service alone adds to %s are not taken from outside: %o %o', (type, inventory, body) => {
    const { tenant, response } = post(type, inventory, body);
    expect([response.status, tenant.issued]).toEqual([400, []]);
    const { message } = bodyOf(response).error;
    expect(message).toContain(`is not a valid parameter for the operation '${type}'`);
    expect(message).not.toContain('123456');
  });
});

describe('setDeviceName', () => {
  it.each([
    ['windows', 'joined', 'desk-7', undefined],
    ['windows', 'joined', 'büro-7', undefined],
    ['windows', 'joined', '12345', /may not be made of digits only/],
    ['windows', 'joined', 'my desk', /has no spaces/],
    ['windows', 'joined', 'desk_7', /only letters, digits and hyphens/],
    ['windows', 'joined', '', /'deviceName' of setDeviceName is not valid/],
    ['windows', 'joined', 'a'.repeat(63), undefined],
    ['windows', 'joined', 'a'.repeat(64), /'deviceName' of setDeviceName is not valid/],
    ['ios', 'automated', 'phone-7', undefined],
    ['ios', 'automated', '1-2', undefined],
    ['ios', 'automated', '12', /at least one letter or hyphen/],
    ['macos', 'automated', 'my mac', /only letters, digits and hyphens/],
    ['macos', 'automated', 'büro', /only letters, digits and hyphens/],
    ['android', 'dedicated', 'Till 3, ground floor', undefined],
    // That it cannot be renamed at all comes before what is wrong with the name.
    ['ios', 'device', 'my phone', /Only corporate-owned devices can be renamed/],
  ] as const)('%s %s %j', (platform, enrollment, deviceName, message) => {
    const { tenant, response } = post('setDeviceName', { platform, enrollment }, { deviceName });
    if (message === undefined) {
      expect(tenant.issued.map(({ command }) => command)).toEqual([{ type: 'setDeviceName', parameters: { deviceName } }]);
    } else {
      expect([response.status, tenant.issued]).toEqual([400, []]);
      expect(messageOf(bodyOf(response).error.message)).toMatch(message);
    }
  });
});
