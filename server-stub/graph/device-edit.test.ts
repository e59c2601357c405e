import { describe, expect, it } from 'vitest';
import { CoreBench, newPhone } from '../core/core.fixture.ts';
import { firstAdministratorCaller } from '../core/people.ts';
import { ask, bodyOf } from './fake-tenant.contract.ts';
import type { GraphRequest, GraphTenant } from './tenant.ts';

const list = '/v1.0/deviceManagement/managedDevices';
const admin = { caller: firstAdministratorCaller() };

function call(tenant: GraphTenant, method: string, url: string, body?: unknown, rest: Partial<GraphRequest> = admin) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  return ask(tenant, method, url, { ...sent, ...rest });
}

describe('PATCH managedDevices/{id}', () => {
  it('changes what administrators may write, answers with the whole device, and stands in the audit log', () => {
    const bench = new CoreBench();
    const phone = bench.enroll();
    const change = { managedDeviceName: 'Adele’s phone', notes: 'lent until May', managedDeviceOwnerType: 'company' };
    const response = call(bench.tenant, 'PATCH', `${list}/${phone.id}`, { '@odata.type': '#microsoft.graph.managedDevice', ...change });
    expect(response.status).toBe(200);
    expect(bodyOf(response)).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#deviceManagement/managedDevices/$entity',
      id: phone.id,
      serialNumber: 'MF0000001',
      ...change,
    });
    expect(bodyOf(call(bench.tenant, 'GET', `${list}('${phone.id}')`))).toMatchObject(change);
    expect(bodyOf(call(bench.tenant, 'GET', `${list}?$filter=managedDeviceOwnerType eq 'company'`)).value).toHaveLength(1);
    expect(bench.audits().at(-1)).toBe('patch ManagedDevice by admin@contoso.example');
    expect(bench.statuses(phone)).toEqual([]);
  });

  it('has another name for the owner on beta, in any case, and takes the notes away again', () => {
    const bench = new CoreBench();
    const phone = bench.enroll();
    const beta = `${list.replace('v1.0', 'beta')}/${phone.id.toUpperCase()}`;
    expect(bodyOf(call(bench.tenant, 'PATCH', beta, { OwnerType: 'Company', notes: 'x' }))).toMatchObject({
      ownerType: 'company',
      notes: 'x',
    });
    expect(bodyOf(call(bench.tenant, 'PATCH', beta, { notes: null }))).toMatchObject({ ownerType: 'company', notes: null });
    const before = bench.audits().length;
    expect(call(bench.tenant, 'PATCH', beta, {}).status).toBe(200);
    expect(bench.audits()).toHaveLength(before);
  });

  it.each<[unknown, string]>([
    [{ deviceName: 'x' }, "'deviceName' is read-only"],
    [{ complianceState: 'compliant' }, "'complianceState' is read-only"],
    [{ activationLockBypassCode: 'x' }, "'activationLockBypassCode' is read-only"],
    [{ ownerType: 'company' }, "'ownerType'"],
    [{ weather: 'fine' }, "'weather'"],
    [{ constructor: 'x' }, "'constructor'"],
    [{ managedDeviceOwnerType: 'unknown' }, 'one of company, personal'],
    [{ managedDeviceOwnerType: null }, 'one of company, personal'],
    [{ managedDeviceName: '' }, '1 to 255 characters'],
    [{ managedDeviceName: 'x'.repeat(256) }, '1 to 255 characters'],
    [{ notes: 5 }, 'at most 4096 characters'],
    [{ notes: 'x'.repeat(4097) }, 'at most 4096 characters'],
    [{ notes: 'fine', managedDeviceName: {} }, "'managedDeviceName'"],
    [[], 'must be a JSON object'],
  ])('refuses %j by name, and changes nothing', (body, text) => {
    const bench = new CoreBench();
    const phone = bench.enroll();
    const before = bench.record(phone);
    const response = call(bench.tenant, 'PATCH', `${list}/${phone.id}`, body);
    expect(response.status).toBe(400);
    expect(response.body).toContain(text);
    expect(bench.record(phone)).toEqual(before);
    expect(bench.audits()).toEqual([]);
  });

  it('needs a device, the permission and the role', () => {
    const bench = new CoreBench();
    const phone = bench.enroll();
    expect(call(bench.tenant, 'PATCH', `${list}/nobody`, { notes: 'x' }).status).toBe(404);
    const privileged = { ...admin.caller, permissions: new Set(['DeviceManagementManagedDevices.PrivilegedOperations.All']) };
    expect(call(bench.tenant, 'PATCH', `${list}/${phone.id}`, { notes: 'x' }, { caller: privileged }).status).toBe(403);
    const allows = (_user: string, action: string) => action !== 'Microsoft.Intune_ManagedDevices_Update';
    expect(call({ ...bench.tenant, allows }, 'PATCH', `${list}/${phone.id}`, { notes: 'x' }).status).toBe(403);
    expect(bench.record(phone)?.notes).toBeNull();
  });
});

describe('what belongs to a device', () => {
  it('its user: one person, or nobody', () => {
    const bench = new CoreBench();
    const phone = bench.enroll();
    const kiosk = bench.enroll('2', { serialNumber: '2', userPrincipalName: '' });
    const answer = bodyOf(call(bench.tenant, 'GET', `${list}/${phone.id}/users`));
    expect(answer).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users',
      value: [{ userPrincipalName: 'adele@contoso.example', displayName: 'Adele' }],
    });
    expect(bodyOf(call(bench.tenant, 'GET', `${list}/${kiosk.id}/users`)).value).toEqual([]);
    const expanded = bodyOf(call(bench.tenant, 'GET', `${list}?$select=id&$expand=users($select=id,displayName)`)).value;
    const users = (id: string) => expanded.find((one) => one.id === id)?.users;
    expect(users(phone.id)).toMatchObject([{ displayName: 'Adele' }]);
    expect(users(kiosk.id)).toEqual([]);
  });

  it('TD-08 its apps; those of all devices are counted, and lead back to the devices', () => {
    const bench = new CoreBench();
    const apps = [
      { id: 'mail', name: 'Mail', source: 'required' },
      { id: "o'clock", name: 'Clock', source: 'user' },
    ] as const;
    const phone = bench.enroll();
    const laptop = bench.enroll('2', { serialNumber: '2', platform: 'windows', enrollment: 'joined' });
    for (const [device, has] of [[phone, apps] as const, [laptop, apps.slice(0, 1)] as const]) {
      const link = bench.open(device.peer);
      bench.say(link, { type: 'device-information', deviceId: device.id, information: { ...newPhone, apps: [...has] } });
      bench.close(link);
    }
    const all = bodyOf(call(bench.tenant, 'GET', '/v1.0/deviceManagement/detectedApps')).value;
    expect(all.map(({ id, deviceCount, platform }) => [id, deviceCount, platform])).toEqual([
      ['mail', 2, 'unknown'],
      ["o'clock", 1, 'ios'],
    ]);
    expect(call(bench.tenant, 'GET', '/beta/deviceManagement/detectedApps/$count').body).toBe('2');
    expect(bodyOf(call(bench.tenant, 'GET', "/v1.0/deviceManagement/detectedApps('mail')"))).toMatchObject({
      displayName: 'Mail',
      deviceCount: 2,
    });
    const clock = "/v1.0/deviceManagement/detectedApps('o''clock')/managedDevices";
    expect(bodyOf(call(bench.tenant, 'GET', `${clock}?$select=id`))).toEqual({
      '@odata.context': "https://graph.microsoft.com/v1.0/$metadata#deviceManagement/detectedApps('o''clock')/managedDevices(id)",
      '@odata.count': 1,
      value: [{ id: phone.id }],
    });
    expect(call(bench.tenant, 'GET', `${clock}/$count`).body).toBe('1');
    const page = bodyOf(call(bench.tenant, 'GET', '/v1.0/deviceManagement/detectedApps/mail/managedDevices?$top=1&$select=id'));
    const rest = bodyOf(call(bench.tenant, 'GET', page['@odata.nextLink'] ?? ''));
    expect([...page.value, ...rest.value].map(({ id }) => id)).toEqual([phone.id, laptop.id].sort());
    expect(call(bench.tenant, 'GET', '/v1.0/deviceManagement/detectedApps/nothing').status).toBe(404);
    expect(call(bench.tenant, 'GET', '/v1.0/deviceManagement/detectedApps/nothing/managedDevices').status).toBe(404);
    const own = bodyOf(call(bench.tenant, 'GET', `/beta/deviceManagement/managedDevices/${phone.id}?$select=id&$expand=detectedApps`));
    expect(own.detectedApps).toMatchObject([{ id: 'mail', deviceCount: 1 }, { id: "o'clock" }]);
  });

  it('$count of all comes from the counts, and follows what is hidden and deleted', () => {
    const bench = new CoreBench();
    const devices = ['1', '2', '3'].map((serialNumber) => bench.enroll(serialNumber, { serialNumber }));
    expect(call(bench.tenant, 'GET', `${list}/$count`).body).toBe('3');
    bench.delete(devices[0] as (typeof devices)[0]);
    expect(call(bench.tenant, 'GET', `${list}/$count`).body).toBe('2');
    expect(call(bench.tenant, 'GET', `${list}/$count?$filter=serialNumber eq '3'`).body).toBe('1');
  });
});
