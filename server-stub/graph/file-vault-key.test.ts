import { describe, expect, it } from 'vitest';
import { CoreBench, commandIn, type Enrolled } from '../core/core.fixture.ts';
import { firstAdministratorCaller } from '../core/people.ts';
import type { Caller } from './caller.ts';
import { ask, bodyOf } from './fake-tenant.contract.ts';

const devices = 'deviceManagement/managedDevices';
const pattern = /^[A-Z0-9]{4}(-[A-Z0-9]{4}){5}$/;

/** A Mac with FileVault on, and its link. */
function mac(bench: CoreBench, serialNumber = 'M1', encrypted = true) {
  const device = bench.enroll(serialNumber, { platform: 'macos', enrollment: 'automated', model: 'MacBook Pro', serialNumber });
  const link = bench.open(device.peer);
  bench.tell(link, device, { encrypted });
  return { device, link };
}

function get(bench: CoreBench, path: string, caller: Caller = firstAdministratorCaller(), tenant = bench.tenant) {
  return ask(tenant, 'GET', path, { caller, now: bench.now });
}

const askFor = (bench: CoreBench, { id }: Enrolled) => get(bench, `/beta/${devices}/${id}/getFileVaultKey`);
const keyOf = (bench: CoreBench, device: Enrolled) => bodyOf(askFor(bench, device)).value as unknown as string;

/** The device fetches the rotation that waits for it, and answers it. */
function rotated(bench: CoreBench, { device, link }: ReturnType<typeof mac>, status: 'acknowledged' | 'failed') {
  const { commandId } = commandIn(bench.checkIn(link, device));
  bench.answer(link, device, commandId, status);
}

describe('getFileVaultKey', () => {
  it.each(['getFileVaultKey', 'getFileVaultKey()', 'microsoft.graph.getFileVaultKey()'])('%s is a text of six groups', (name) => {
    const bench = new CoreBench();
    const { device } = mac(bench);
    const { status, body } = get(bench, `/beta/${devices}/${device.id}/${name}`);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      '@odata.context': expect.stringMatching(/\/beta\/\$metadata#Edm\.String$/),
      value: expect.stringMatching(pattern),
    });
  });

  it('is the same until a rotation is carried out, and another one then', () => {
    const bench = new CoreBench();
    const one = mac(bench);
    const first = keyOf(bench, one.device);
    expect(keyOf(bench, one.device)).toBe(first);
    bench.issue(one.device, 'rotateFileVaultKey');
    expect(keyOf(bench, one.device)).toBe(first);
    rotated(bench, one, 'failed');
    expect(keyOf(bench, one.device)).toBe(first);
    bench.issue(one.device, 'rotateFileVaultKey');
    rotated(bench, one, 'acknowledged');
    const second = keyOf(bench, one.device);
    expect(second).toMatch(pattern);
    bench.issue(one.device, 'rotateFileVaultKey');
    rotated(bench, one, 'acknowledged');
    expect(new Set([first, second, keyOf(bench, one.device)]).size).toBe(3);
  });

  it('is another one on each Mac and in each tenant, and outlasts a restart of the service', () => {
    const bench = new CoreBench();
    const [one, two] = [mac(bench), mac(bench, 'M2')];
    const key = keyOf(bench, one.device);
    expect(keyOf(bench, two.device)).not.toBe(key);
    expect(keyOf(new CoreBench({}, bench.store), one.device)).toBe(key);
    // Ids are public: who knows them all, but not the seed, has nothing.
    expect(keyOf(new CoreBench({ seed: 'another' }, bench.store), one.device)).not.toBe(key);
  });

  it('stands nowhere else: in no entity, result, note, command or entry of a log', () => {
    const bench = new CoreBench();
    const one = mac(bench);
    const first = keyOf(bench, one.device);
    bench.issue(one.device, 'rotateFileVaultKey');
    rotated(bench, one, 'acknowledged');
    const second = keyOf(bench, one.device);
    const seen = [
      get(bench, `/beta/${devices}`).body,
      get(bench, `/beta/${devices}/${one.device.id}`).body,
      get(bench, `/beta/${devices}/${one.device.id}?$select=deviceActionResults,hardwareInformation,notes`).body,
      get(bench, '/beta/deviceManagement/remoteActionAudits').body,
      get(bench, '/v1.0/deviceManagement/auditEvents').body,
      JSON.stringify([bench.notes, bench.sent, [...bench.store.allCommands()], bench.store.device(one.device.id)]),
    ].join();
    expect(seen).toContain(one.device.id);
    for (const key of [first, second]) expect(seen).not.toContain(key);
  });

  it.each(['$select=fileVaultKey', "$filter=getFileVaultKey eq 'x'", "$filter=fileVaultKey eq 'x'", '$orderby=fileVaultKey'])(
    'cannot be asked for by %s',
    (query) => {
      const bench = new CoreBench();
      mac(bench);
      expect(get(bench, `/beta/${devices}?${encodeURI(query)}`).status).toBe(400);
    },
  );

  it.each([
    ['ios', 'automated'],
    ['android', 'dedicated'],
    ['windows', 'joined'],
  ] as const)('is refused on %s %s with the reason', (platform, enrollment) => {
    const bench = new CoreBench();
    const response = askFor(bench, bench.enroll('1', { platform, enrollment, osVersion: '14' }));
    expect([response.status, bodyOf(response).error.code]).toEqual([400, 'BadRequest']);
    expect(bodyOf(response).error.message).toContain('FileVault exists on Macs only.');
  });

  it('is not there on a Mac whose disk is not encrypted, or that has told nothing yet', () => {
    const bench = new CoreBench();
    const silent = bench.enroll('2', { platform: 'macos', enrollment: 'device', serialNumber: 'M2' });
    for (const device of [mac(bench, 'M1', false).device, silent]) {
      const response = askFor(bench, device);
      expect([response.status, bodyOf(response).error.code]).toEqual([404, 'ResourceNotFound']);
      expect(bodyOf(response).error.message).toContain('FileVault is off');
    }
  });

  it('is not there on v1.0, on a record that is gone, by another verb, with an option', () => {
    const bench = new CoreBench();
    const { device } = mac(bench);
    const path = `${devices}/${device.id}/getFileVaultKey`;
    expect(get(bench, `/v1.0/${path}`).status).toBe(400);
    expect(get(bench, `/beta/${path}?$select=value`).status).toBe(400);
    expect(ask(bench.tenant, 'POST', `/beta/${path}`, { caller: firstAdministratorCaller(), now: bench.now }).status).toBe(405);
    bench.delete(device);
    expect(askFor(bench, device).status).toBe(404);
  });

  it('needs a permission and a role of its own: who may rotate may not read', () => {
    const bench = new CoreBench();
    const { device } = mac(bench);
    const path = `/beta/${devices}/${device.id}/getFileVaultKey`;
    const limited = (permission: string) => ({ ...firstAdministratorCaller(), permissions: new Set([permission]) });
    expect(get(bench, path, limited('DeviceManagementManagedDevices.ReadWrite.All')).status).toBe(403);
    expect(get(bench, path, limited('DeviceManagementManagedDevices.PrivilegedOperations.All')).status).toBe(200);
    const only = (action: string) => ({ ...bench.tenant, allows: (_id: string, asked: string) => asked.endsWith(action) });
    expect(get(bench, path, undefined, only('_RotateFileVaultKey')).status).toBe(403);
    expect(get(bench, path, undefined, only('_GetFileVaultKey')).status).toBe(200);
    const elsewhere = { ...bench.tenant, allows: (_id: string, _asked: string, about?: { id: string }) => about === undefined };
    expect(get(bench, path, undefined, elsewhere).status).toBe(403);
  });
});
