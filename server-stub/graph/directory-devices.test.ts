import { beforeEach, describe, expect, it } from 'vitest';
import { azureDeviceId, deviceObjectId } from './derived-guid.ts';
import { DirectoryBench, program } from './directory.fixture.ts';

const eventual = { consistencylevel: 'eventual' };
const nowhere = '00000000-0000-4000-8000-000000000009';

let bench: DirectoryBench;
let recordId: string;
let objectId: string;
beforeEach(() => {
  bench = new DirectoryBench();
  recordId = bench.enroll().id;
  objectId = deviceObjectId(recordId);
});

const ids = (url: string) => bench.get(url).value.map(({ id }) => id);

describe('directory devices', () => {
  it('are the managed devices, found by the id of the object and by that of the device', () => {
    const managed = bench.get(`/v1.0/deviceManagement/managedDevices/${recordId}`);
    const device = bench.get(`/v1.0/devices/${objectId}`);
    expect(device).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#devices/$entity',
      id: objectId,
      deviceId: managed.azureADDeviceId,
      displayName: managed.deviceName,
      operatingSystem: managed.operatingSystem,
      operatingSystemVersion: managed.osVersion,
      approximateLastSignInDateTime: managed.lastSyncDateTime,
      isManaged: true,
      trustType: 'Workplace',
    });
    expect(bench.get(`/v1.0/devices(deviceId='${azureDeviceId(recordId)}')`)).toEqual(device);
    expect(bench.get('/beta/devices').value.map(({ id }) => id)).toEqual([objectId]);
    expect(ids(`/v1.0/devices?$filter=deviceId eq '${managed.azureADDeviceId}'`)).toEqual([objectId]);
    expect(bench.call('GET', '/v1.0/devices/$count', undefined, eventual).body).toBe('1');
  });

  it('belong to a person and to groups', () => {
    const group = bench.group('Field', objectId);
    const outer = bench.group('Outer', group);
    const person = bench.get('/v1.0/users/adele@contoso.example').id;
    expect(ids(`/v1.0/devices/${objectId}/registeredOwners`)).toEqual([person]);
    expect(ids(`/v1.0/devices/${objectId}/registeredUsers/microsoft.graph.user`)).toEqual([person]);
    expect(ids(`/v1.0/devices/${objectId}/memberOf`)).toEqual([group]);
    expect(ids(`/v1.0/devices/${objectId}/transitiveMemberOf`)).toEqual([group, outer].sort());
    expect(ids('/v1.0/users/ADELE@contoso.example/ownedDevices')).toEqual([objectId]);
    expect(ids(`/v1.0/users/${person}/registeredDevices`)).toEqual([objectId]);
    expect(bench.get('/v1.0/devices?$expand=registeredOwners').value[0]?.registeredOwners).toHaveLength(1);
  });

  it('are gone with their record, and cannot be written', () => {
    expect(bench.outcome('DELETE', `/v1.0/devices/${objectId}`)).toMatch(/^405 /);
    expect(bench.outcome('PATCH', `/v1.0/devices/${objectId}`, {})).toMatch(/^405 /);
    bench.call('DELETE', `/v1.0/deviceManagement/managedDevices/${recordId}`);
    expect(bench.outcome('GET', `/v1.0/devices/${objectId}`)).toMatch(/^404 Request_ResourceNotFound/);
    expect(ids('/v1.0/devices')).toEqual([]);
  });

  it.each([`devices/${nowhere}`, `devices(deviceId='${nowhere}')`, 'devices/x', 'devices/%2e%2e', `directoryObjects/${nowhere}`])(
    '%s is not there',
    (path) => {
      expect(bench.outcome('GET', `/v1.0/${path}`)).toMatch(/^404 Request_ResourceNotFound/);
    },
  );
});

describe('directory objects', () => {
  it('are found by their id alone, whatever they are', () => {
    const group = bench.group('Field');
    const person = bench.get('/v1.0/users/adele@contoso.example').id as string;
    const types = [objectId, group, person].map((id) => bench.get(`/v1.0/directoryObjects/${id}`)['@odata.type']);
    expect(types).toEqual(['#microsoft.graph.device', '#microsoft.graph.group', '#microsoft.graph.user']);
    const byIds = (body: object) => bench.post('/v1.0/directoryObjects/getByIds', body).value.map(({ id }) => id);
    expect(byIds({ ids: [person, nowhere, group] })).toEqual([person, group]);
    expect(byIds({ ids: [person, group], types: ['Group'] })).toEqual([group]);
  });

  it.each([{}, { ids: 'x' }, { ids: [1] }, { ids: [], types: 'user' }, { ids: Array.from({ length: 1001 }, () => 'x') }])(
    'refuse a list of ids that is none',
    (body) => {
      expect(bench.outcome('POST', '/v1.0/directoryObjects/getByIds', body)).toMatch(
        /^400 Request_BadRequest: Invalid value specified for property '(ids|types)'/,
      );
    },
  );
});

describe('the organization', () => {
  it('is one, with its verified domain', () => {
    const [organization] = bench.get('/v1.0/organization').value;
    expect(organization).toMatchObject({
      displayName: 'Contoso',
      mobileDeviceManagementAuthority: 'intune',
      verifiedDomains: [{ name: 'contoso.example', isDefault: true }],
    });
    expect(bench.get(`/beta/organization/${organization?.id}`).displayName).toBe('Contoso');
    expect(bench.outcome('GET', `/v1.0/organization/${nowhere}`)).toMatch(/^404/);
    bench.caller = program('Device.Read.All');
    expect(bench.outcome('GET', '/v1.0/organization')).toMatch(/^403 Authorization_RequestDenied/);
  });
});

describe('applications', () => {
  it('are listed as applications and as service principals, without their secrets', () => {
    const application = {
      id: 'a0000000-0000-4000-8000-000000000001',
      appId: 'b0000000-0000-4000-8000-000000000001',
      displayName: 'Automation',
      secretHashes: ['5ec4e7'],
      permissions: [],
      delegatedPermissions: [],
      isPublicClient: false,
      createdAt: bench.now,
    };
    bench.tenant.directory.save('application', application);
    for (const path of ['applications', 'servicePrincipals']) {
      expect(bench.get(`/v1.0/${path}?$filter=appId eq '${application.appId}'`).value).toMatchObject([{ displayName: 'Automation' }]);
      expect(bench.get(`/v1.0/${path}/${application.id}`).appId).toBe(application.appId);
      expect(bench.get(`/v1.0/${path}(appId='${application.appId}')`).id).toBe(application.id);
      expect(bench.outcome('GET', `/v1.0/${path}/${application.appId}`)).toMatch(/^404/);
      expect(bench.outcome('POST', `/v1.0/${path}`, {})).toMatch(/^405/);
      expect(bench.call('GET', `/beta/${path}`).body).not.toContain('5ec4e7');
    }
  });
});
