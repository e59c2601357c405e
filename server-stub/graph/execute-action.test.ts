import { describe, expect, it } from 'vitest';
import { CoreBench, type Enrolled } from '../core/core.fixture.ts';
import { firstAdministratorCaller } from '../core/people.ts';
import type { Caller } from './caller.ts';
import { ask, bodyOf } from './fake-tenant.contract.ts';
import type { GraphResponse } from './tenant.ts';

const path = '/beta/deviceManagement/managedDevices/executeAction';
const nobody = '00000000-0000-4000-8000-0000000000ff';

interface Fleet {
  bench: CoreBench;
  phone: Enrolled;
  tablet: Enrolled;
  laptop: Enrolled;
  profile: Enrolled;
}

function fleet(): Fleet {
  const bench = new CoreBench();
  return {
    bench,
    phone: bench.enroll('1', { serialNumber: 'C0001', enrollment: 'automated' }),
    tablet: bench.enroll('2', { serialNumber: 'C0002', enrollment: 'automated', model: 'iPad Air' }),
    laptop: bench.enroll('3', { serialNumber: 'W0003', platform: 'windows', enrollment: 'joined', model: 'Surface', osVersion: '10.0' }),
    profile: bench.enroll('4', { serialNumber: 'A0004', platform: 'android', enrollment: 'personal-work-profile', osVersion: '15' }),
  };
}

function post({ bench }: Fleet, body: unknown, caller: Caller = firstAdministratorCaller(), requestId?: string) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return ask(bench.tenant, 'POST', path, {
    body: text,
    headers: { 'content-type': 'application/json' },
    caller,
    now: bench.now,
    ...(requestId !== undefined && { requestId }),
  });
}

/** Intune's own refusals are JSON within the message. */
function sentence(response: GraphResponse): string {
  const { message } = bodyOf(response).error;
  return message.startsWith('{') ? (JSON.parse(message) as { Message: string }).Message : message;
}

describe('executeAction', () => {
  it('does what it can, and says of which devices it could not and why', () => {
    const all = fleet();
    const { phone, tablet, profile } = all;
    const response = post(all, { actionName: 'wipe', deviceIds: [phone.id, profile.id, nobody, tablet.id.toUpperCase(), 'no guid'] });
    expect(response.status).toBe(200);
    expect(bodyOf(response).value).toEqual({
      '@odata.type': 'microsoft.graph.bulkManagedDeviceActionResult',
      successfulDeviceIds: [phone.id, tablet.id.toUpperCase()],
      failedDeviceIds: [],
      notFoundDeviceIds: [nobody, 'no guid'],
      notSupportedDeviceIds: [profile.id],
    });
    expect(all.bench.statuses(phone)).toEqual(['wipe queued']);
    expect(all.bench.statuses(profile)).toEqual([]);
  });

  it('TD-11 shows as one bulk in remoteActionAudits, and each device has its audit entry', () => {
    const all = fleet();
    post(all, { actionName: 'syncDevice', deviceIds: [all.phone.id, all.laptop.id] });
    const list = ask(all.bench.tenant, 'GET', '/beta/deviceManagement/remoteActionAudits', { caller: firstAdministratorCaller() });
    const audits = bodyOf(list).value;
    expect(audits).toHaveLength(2);
    expect(audits.map(({ deviceActionCategory }) => deviceActionCategory)).toEqual(['bulk', 'bulk']);
    expect(audits[0]?.bulkDeviceActionId).toMatch(/^[0-9a-f-]{36}$/);
    expect(audits[1]?.bulkDeviceActionId).toBe(audits[0]?.bulkDeviceActionId);
    expect(all.bench.audits().filter((line) => line.startsWith('syncDevice ManagedDevice'))).toHaveLength(2);
  });

  it('takes the parameters of its action, and looks at no other one', () => {
    const all = fleet();
    const { laptop, phone } = all;
    const parameters = { keepEnrollmentData: true, keepUserData: true, persistEsimDataPlan: null, carrierUrl: 'x', '@odata.type': '#x' };
    expect(post(all, { actionName: 'wipe', deviceIds: [laptop.id], ...parameters }).status).toBe(200);
    expect(all.bench.store.commandsOf(laptop.id)[0]?.command.parameters).toMatchObject({ keepEnrollmentData: true, keepUserData: true });
    expect(post(all, { actionName: 'retire', deviceIds: [phone.id], ...parameters }).status).toBe(200);
    expect(all.bench.store.commandsOf(phone.id)[0]?.command).toEqual({ type: 'retire', parameters: {} });
  });

  it.each([
    ['quickScan', { type: 'windowsDefenderScan', parameters: { quickScan: true } }, 'quickScan'],
    ['fullScan', { type: 'windowsDefenderScan', parameters: { quickScan: false } }, 'fullScan'],
    ['signatureUpdate', { type: 'windowsDefenderUpdateSignatures', parameters: {} }, 'windowsDefenderUpdateSignatures'],
  ])('%s is asked of Windows devices, and of no other one', (actionName, command, audited) => {
    const all = fleet();
    const { laptop, phone } = all;
    expect(bodyOf(post(all, { actionName, deviceIds: [laptop.id, phone.id] })).value).toMatchObject({
      successfulDeviceIds: [laptop.id],
      notSupportedDeviceIds: [phone.id],
    });
    expect(all.bench.store.commandsOf(laptop.id).map((one) => one.command)).toEqual([command]);
    const list = ask(all.bench.tenant, 'GET', '/beta/deviceManagement/remoteActionAudits', { caller: firstAdministratorCaller() });
    expect(bodyOf(list).value).toMatchObject([{ action: audited, managedDeviceId: laptop.id }]);
  });

  it('takes the kind of a scan from its name alone', () => {
    const all = fleet();
    const response = post(all, { actionName: 'quickScan', deviceIds: [all.laptop.id], quickScan: false });
    expect([response.status, sentence(response)]).toEqual([400, expect.stringContaining("'quickScan' in the request payload")]);
  });

  it('deletes records', () => {
    const all = fleet();
    const { value } = bodyOf(post(all, { actionName: 'delete', deviceIds: [all.phone.id, all.profile.id] }));
    expect(value).toMatchObject({ successfulDeviceIds: [all.phone.id, all.profile.id] });
    expect([...all.bench.tenant.devicesAfter(null)].map(({ id }) => id).sort()).toEqual([all.tablet.id, all.laptop.id].sort());
  });

  it('names several devices by what tells them apart', () => {
    const all = fleet();
    const { phone, tablet, laptop, profile } = all;
    const deviceIds = [phone.id, tablet.id, laptop.id, profile.id];
    const bySerial = bodyOf(post(all, { actionName: 'setDeviceName', deviceIds, deviceName: 'MF-{{SerialNumber}}' })).value;
    expect(bySerial).toMatchObject({ successfulDeviceIds: deviceIds.slice(0, 3), notSupportedDeviceIds: [profile.id] });
    const asked = (id: string) => {
      const command = all.bench.store.commandsOf(id).at(-1)?.command;
      return command?.type === 'setDeviceName' ? command.parameters.deviceName : '';
    };
    expect([asked(phone.id), asked(laptop.id)]).toEqual(['MF-C0001', 'MF-W0003']);
    post(all, { actionName: 'setDeviceName', deviceIds: deviceIds.slice(0, 3), deviceName: 'MF-{{rand:6}}-{{rand:1}}' });
    const names = deviceIds.slice(0, 3).map(asked);
    for (const name of names) expect(name).toMatch(/^MF-\d{6}-\d$/);
    expect(new Set(names).size).toBe(3);
    const once = bodyOf(post(all, { actionName: 'setDeviceName', deviceIds: [phone.id], deviceName: 'just-this' })).value;
    expect(once).toMatchObject({ successfulDeviceIds: [phone.id] });
  });

  it('fails for a name that the device’s system does not take', () => {
    const all = fleet();
    const { value } = bodyOf(post(all, { actionName: 'setDeviceName', deviceIds: [all.laptop.id], deviceName: 'two words' }));
    expect(value).toMatchObject({ failedDeviceIds: [all.laptop.id], successfulDeviceIds: [] });
    expect(all.bench.statuses(all.laptop)).toEqual([]);
  });

  it.each(['collectDiagnostics', 'activateDeviceEsim', 'unknownFutureValue'])('knows %s, which no device here can do', (actionName) => {
    const all = fleet();
    expect(bodyOf(post(all, { actionName, deviceIds: [all.phone.id, nobody] })).value).toMatchObject({
      notSupportedDeviceIds: [all.phone.id],
      notFoundDeviceIds: [nobody],
    });
  });

  it.each<[string, unknown, string]>([
    ['no action', { deviceIds: [nobody] }, "'actionName' of executeAction is missing"],
    ['an unknown action', { actionName: 'explode', deviceIds: [nobody] }, '"explode" is none of retire, delete'],
    ['a name of every object', { actionName: 'constructor', deviceIds: [nobody] }, 'is none of'],
    ['a number as an action', { actionName: 5, deviceIds: [nobody] }, '5 is none of'],
    ['no devices', { actionName: 'wipe' }, "'deviceIds' of executeAction is missing"],
    ['an empty list', { actionName: 'wipe', deviceIds: [] }, 'names no device'],
    ['a text for a list', { actionName: 'wipe', deviceIds: nobody }, 'a list of ids is expected'],
    ['numbers for ids', { actionName: 'wipe', deviceIds: [5] }, 'a list of ids is expected'],
    ['one device twice', { actionName: 'wipe', deviceIds: ['aa', 'b', 'AA'] }, '"AA" twice'],
    ['101 devices', { actionName: 'wipe', deviceIds: Array.from({ length: 101 }, (_, n) => `${n}`) }, '101 devices, and 100 are allowed'],
    ['an unknown parameter', { actionName: 'wipe', deviceIds: [nobody], macOsUnlockCode: '123456' }, "'macOsUnlockCode' in the request"],
    ['a parameter of the wrong type', { actionName: 'wipe', deviceIds: [nobody], keepUserData: 'yes' }, "'keepUserData' of executeAction"],
    ['no name', { actionName: 'setDeviceName', deviceIds: [nobody] }, "'deviceName' of setDeviceName is missing"],
    ['one name for two', { actionName: 'setDeviceName', deviceIds: ['a', 'b'], deviceName: 'same' }, 'told apart by {{serialnumber}}'],
    ['an unknown variable', { actionName: 'setDeviceName', deviceIds: ['a'], deviceName: '{{user}}' }, 'told apart by {{serialnumber}}'],
    ['too many digits', { actionName: 'setDeviceName', deviceIds: ['a'], deviceName: '{{rand:99}}' }, 'told apart by {{serialnumber}}'],
    ['no object', '[]', 'must be a JSON object'],
    ['no JSON', '{', 'valid JSON'],
  ])('refuses %s, and does nothing', (_what, body, text) => {
    const all = fleet();
    const response = post(all, body);
    expect(response.status).toBe(400);
    expect(sentence(response)).toContain(text);
    expect([...all.bench.store.allCommands()]).toEqual([]);
  });

  it('is not there on v1.0, and takes no GET', () => {
    const { bench } = fleet();
    const caller = firstAdministratorCaller();
    // Beta alone knows the word, and it is no id of a device either.
    const old = ask(bench.tenant, 'POST', path.replace('beta', 'v1.0'), { caller });
    expect([old.status, JSON.parse(old.body).error.message]).toEqual([400, "Resource not found for the segment 'executeAction'."]);
    expect(ask(bench.tenant, 'GET', path, { caller }).status).toBe(405);
  });

  it('needs the permission of its action: of the token, of the role, and for each device', () => {
    const all = fleet();
    const { bench, phone, tablet } = all;
    const person = { ...firstAdministratorCaller(), id: 'u1', name: 'helper@contoso.example' };
    const asked = { actionName: 'wipe', deviceIds: [phone.id, tablet.id] };
    const reader = { ...firstAdministratorCaller(), permissions: new Set(['DeviceManagementManagedDevices.ReadWrite.All']) };
    expect(post(all, asked, reader).status).toBe(403);
    const real = bench.tenant;
    const granting = (allows: typeof real.allows) =>
      ask({ ...bench.tenant, allows }, 'POST', path, {
        body: JSON.stringify(asked),
        headers: { 'content-type': 'application/json' },
        caller: person,
      });
    expect(granting((_user, action) => action === 'Microsoft.Intune_ManagedDevices_Read').status).toBe(403);
    expect(bench.statuses(phone)).toEqual([]);
    const scoped = granting((_user, _action, device) => device === undefined || device.id === tablet.id);
    expect(bodyOf(scoped).value).toMatchObject({ successfulDeviceIds: [tablet.id], failedDeviceIds: [phone.id] });
    expect(bench.statuses(phone)).toEqual([]);
  });
});
