/** Microsoft's client acts on managed devices, and learns what came of it as tools do: by asking until it is done. */
import type { Client } from '@microsoft/microsoft-graph-client';
import type { AuditEvent, DeviceActionResult, ManagedDevice, RemoteActionAudit } from '@microsoft/microsoft-graph-types-beta';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionTable, type CommandType, commandTypes, isPossible } from '../../../protocol/commands.ts';
import { untilAnswered } from '../until.ts';
import { type ClientWorld, clientWith, type DeviceWish, type OpenWorld, refusal, type WorldDevice } from './world.ts';

const path = '/deviceManagement/managedDevices';
const administrator = 'admin@contoso.example';

const iphone: DeviceWish = { name: 'iphone', platform: 'ios', enrollment: 'automated', findMy: true };
const sharedIpad: DeviceWish = { name: 'ipad', platform: 'ios', enrollment: 'automated', model: 'iPad Air (5th generation)', shared: true };
const mac: DeviceWish = { name: 'mac', platform: 'macos' };
const pc: DeviceWish = { name: 'pc', platform: 'windows', enrollment: 'joined' };

interface Row {
  action: CommandType;
  on: DeviceWish;
  body?: object;
  /** The device restarts, and is back after so long. */
  then?: string;
}

/** Every action of the catalogue that leaves the device managed, on one that can do it. Order matters: lost mode first has to be on. */
const rows: Row[] = [
  { action: 'syncDevice', on: iphone },
  { action: 'remoteLock', on: iphone },
  { action: 'resetPasscode', on: iphone },
  { action: 'setDeviceName', on: iphone, body: { deviceName: 'Renamed-1' } },
  { action: 'enableLostMode', on: iphone, body: { message: 'Please call us', phoneNumber: '+49 30 1234', footer: 'Contoso' } },
  { action: 'playLostModeSound', on: iphone, body: { durationInMinutes: '2' } },
  { action: 'locateDevice', on: iphone },
  { action: 'disableLostMode', on: iphone },
  { action: 'bypassActivationLock', on: iphone },
  { action: 'rebootNow', on: iphone, then: '3m' },
  { action: 'logoutSharedAppleDeviceActiveUser', on: sharedIpad },
  { action: 'rotateBitLockerKeys', on: pc },
  { action: 'deleteUserFromSharedAppleDevice', on: sharedIpad, body: { userPrincipalName: 'adele@contoso.example' } },
  { action: 'windowsDefenderScan', on: pc, body: { quickScan: false } },
  { action: 'windowsDefenderUpdateSignatures', on: pc },
  { action: 'rotateFileVaultKey', on: mac },
  { action: 'shutDown', on: iphone },
];
/** Those after which the device is managed no more, or as good as new. */
const leaving: CommandType[] = ['retire', 'wipe', 'cleanWindowsDevice'];
/** Those that have no result: the suite of notifications sends them. */
const pushes = commandTypes.filter((type) => actionTable[type].isPush === true);
const never = commandTypes.filter((type) => !isPossible(type));

export function describeActions(open: OpenWorld): void {
  describe('M-05 the client acts on managed devices', () => {
    let world: ClientWorld;
    let client: Client;
    const devices = new Map<string, WorldDevice>();
    beforeAll(async () => {
      world = await open({ tenant: { policy: { allowActivationLock: true } } });
      client = clientWith(world);
    });
    afterAll(() => world.close());

    async function deviceOf(wish: DeviceWish): Promise<WorldDevice> {
      const device = devices.get(wish.name) ?? (await world.device(wish));
      devices.set(wish.name, device);
      return device;
    }
    const versionOf = (action: CommandType) => (actionTable[action].beta === true ? 'beta' : 'v1.0');
    const post = (id: string, action: CommandType, body: object | null = null): Promise<unknown> =>
      client.api(`${path}/${id}/${action}`).version(versionOf(action)).post(body);
    const read = (id: string): Promise<ManagedDevice> => client.api(`${path}/${id}`).version('beta').get();

    /** What `deviceActionResults` says of the action, when it is not pending any more. */
    function ended(id: string, action: CommandType): Promise<DeviceActionResult> {
      return untilAnswered(`the end of ${action}`, async () => {
        const { deviceActionResults } = (await client.api(`${path}/${id}`).select('deviceActionResults').get()) as ManagedDevice;
        return deviceActionResults?.find(({ actionName, actionState }) => actionName === action && actionState !== 'pending');
      });
    }
    /** The newest row about the device in `remoteActionAudits`, when it says `done`: what tools poll, because it outlives the record. */
    function audited(id: string): Promise<RemoteActionAudit> {
      return untilAnswered(`the end of what was asked of ${id}`, async () => {
        const { value } = (await client
          .api('/deviceManagement/remoteActionAudits')
          .version('beta')
          .filter(`managedDeviceId eq '${id}'`)
          .get()) as { value: RemoteActionAudit[] };
        return value.find(({ actionState }) => actionState === 'done');
      });
    }
    async function auditEventsOf(id: string): Promise<AuditEvent[]> {
      const { value } = (await client.api('/deviceManagement/auditEvents').filter(`resources/any(r: r/resourceId eq '${id}')`).get()) as {
        value: AuditEvent[];
      };
      return value;
    }

    it('has a row here for every action of the catalogue', () => {
      expect([...rows.map(({ action }) => action), ...leaving, ...pushes, ...never].sort()).toEqual([...commandTypes].sort());
    });

    it.each(rows)('$action', async ({ action, on, body, then }) => {
      const { id } = await deviceOf(on);
      if (action === 'bypassActivationLock') await bypassCode(id);
      expect(await post(id, action, body)).toBeUndefined();
      expect(await ended(id, action)).toMatchObject({ actionName: action, actionState: 'done' });
      if (then !== undefined) await world.advance(then);
      const events = await auditEventsOf(id);
      expect(events.find(({ activityType }) => activityType === `${action} ManagedDevice`)).toMatchObject({
        activityResult: 'Success',
        actor: { userPrincipalName: administrator },
        resources: [{ resourceId: id, auditResourceType: expect.stringMatching(/ManagedDevice/) }],
      });
    });

    it.each(never)('%s: no device here can do it, and the client is told why', async (action) => {
      const { id } = await deviceOf(pc);
      const error = await refusal(post(id, action));
      expect(error).toMatchObject({ statusCode: 400, code: 'BadRequest' });
      expect(error?.message).toContain(actionTable[action].otherwise);
    });

    it('reads the results of actions with their own members', async () => {
      const { deviceActionResults } = await read((await deviceOf(iphone)).id);
      const located = deviceActionResults?.find(({ actionName }) => actionName === 'locateDevice');
      expect(located).toMatchObject({
        '@odata.type': '#microsoft.graph.locateDeviceActionResult',
        deviceLocation: { latitude: expect.any(Number), longitude: expect.any(Number) },
      });
      const scanned = (await read((await deviceOf(pc)).id)).deviceActionResults?.find(
        ({ actionName }) => actionName === 'windowsDefenderScan',
      );
      expect(scanned).toMatchObject({ '@odata.type': '#microsoft.graph.windowsDefenderScanActionResult', scanType: 'Full' });
      const removed = (await read((await deviceOf(sharedIpad)).id)).deviceActionResults?.at(-1);
      expect(removed).toMatchObject({
        '@odata.type': '#microsoft.graph.deleteUserFromSharedAppleDeviceActionResult',
        userPrincipalName: 'adele@contoso.example',
      });
      const locked = await deviceOf(mac);
      await post(locked.id, 'remoteLock');
      expect(await ended(locked.id, 'remoteLock')).toMatchObject({ unlockPin: expect.stringMatching(/^\d{6}$/) });
    });

    it('reads the FileVault key of a Mac, and has another one after a rotation', async () => {
      const { id } = await world.device({ name: 'mac-with-key', platform: 'macos' });
      const key = async () => ((await client.api(`${path}/${id}/getFileVaultKey`).version('beta').get()) as { value: string }).value;
      const first = await key();
      expect(first).toMatch(/^[A-Z0-9]{4}(-[A-Z0-9]{4}){5}$/);
      await post(id, 'rotateFileVaultKey');
      expect(await audited(id)).toMatchObject({ action: 'rotateFileVaultKey' });
      expect(await key()).not.toBe(first);
      const { value } = (await client.api(path).version('beta').get()) as { value: ManagedDevice[] };
      expect(JSON.stringify(value)).not.toContain(await key());
      const phone = await refusal(
        client
          .api(`${path}/${(await deviceOf(iphone)).id}/getFileVaultKey`)
          .version('beta')
          .get(),
      );
      expect(phone).toMatchObject({ statusCode: 400, code: 'BadRequest' });
    });

    it('TD-07 polls remoteActionAudits until a wipe is done, whose record is gone by then', async () => {
      const { id } = await world.device({ name: 'wiped', platform: 'ios' });
      await post(id, 'wipe', { keepEnrollmentData: false, keepUserData: false });
      expect(await audited(id)).toMatchObject({
        action: 'factoryReset',
        deviceDisplayName: 'wiped',
        initiatedByUserPrincipalName: administrator,
        managedDeviceId: id,
      });
      await gone(id);
      expect(await auditEventsOf(id)).toMatchObject([{ activityType: 'wipe ManagedDevice', activityOperationType: 'Action' }]);
    });

    it('TD-07 retires and cleans', async () => {
      const phone = await world.device({ name: 'retired', platform: 'android', enrollment: 'personal-work-profile' });
      await client.api(`${path}('${phone.id}')/microsoft.graph.retire`).post(null);
      expect(await audited(phone.id)).toMatchObject({ action: 'removeCompanyData', deviceDisplayName: 'retired' });
      await gone(phone.id);
      const cleaned = await world.device({ name: 'cleaned', platform: 'windows' });
      await post(cleaned.id, 'cleanWindowsDevice', { keepUserData: true });
      expect(await audited(cleaned.id)).toMatchObject({ action: 'cleanWindowsDevice' });
    });

    it('TD-07 sees a wipe wait for a device that is away, and each of two administrators in the audit log', async () => {
      const away = await world.device({ name: 'away', platform: 'ios' });
      await away.network(false);
      await post(away.id, 'wipe');
      expect(await read(away.id)).toMatchObject({ managementState: 'wipePending' });
      const { value } = (await client
        .api('/deviceManagement/remoteActionAudits')
        .version('beta')
        .filter(`managedDeviceId eq '${away.id}'`)
        .get()) as { value: RemoteActionAudit[] };
      expect(value).toMatchObject([{ action: 'factoryReset', actionState: 'pending' }]);
      await away.network(true);
      expect(await audited(away.id)).toMatchObject({ action: 'factoryReset' });
      await gone(away.id);
    });

    it('TD-06 sees the bypass code by id when $select names it, and nowhere else', async () => {
      const { id } = await deviceOf(iphone);
      const code = await bypassCode(id);
      const filtered = await refusal(client.api(path).filter(`activationLockBypassCode eq '${code}'`).get());
      expect(filtered).toMatchObject({ statusCode: 400 });
      const elsewhere = [
        await client.api(path).get(),
        await client.api(path).select('id,activationLockBypassCode').get(),
        await client.api(path).version('beta').filter(`id eq '${id}'`).select('activationLockBypassCode').get(),
        await client.api(`${path}/${id}`).get(),
        await client.api(`${path}/${id}`).version('beta').get(),
        await client.api('/deviceManagement/auditEvents').get(),
        await client.api('/deviceManagement/remoteActionAudits').version('beta').get(),
      ];
      expect(JSON.stringify(elsewhere)).not.toContain(code);
    });

    it('changes what administrators may change, and deletes', async () => {
      const { id } = await world.device({ name: 'edited', platform: 'windows' });
      const changed = await client
        .api(`${path}/${id}`)
        .patch({ managedDeviceName: 'Reception', notes: 'at the front desk', managedDeviceOwnerType: 'personal' });
      const expected = { id, managedDeviceName: 'Reception', managedDeviceOwnerType: 'personal' };
      expect(changed).toMatchObject(expected);
      expect(await client.api(`${path}/${id}`).select('id,notes,managedDeviceName,managedDeviceOwnerType').get()).toMatchObject({
        ...expected,
        notes: 'at the front desk',
      });
      await client.api(`${path}/${id}`).delete();
      await gone(id);
      expect((await auditEventsOf(id)).map(({ activityType }) => activityType)).toContain('delete ManagedDevice');
    });

    it('asks many devices at once', async () => {
      const [one, two, phone] = [
        await world.device({ name: 'many-1', platform: 'windows' }),
        await world.device({ name: 'many-2', platform: 'windows' }),
        await world.device({ name: 'many-3', platform: 'ios' }),
      ];
      const nobody = '00000000-0000-4000-8000-000000000000';
      const { value } = (await client
        .api(`${path}/executeAction`)
        .version('beta')
        .post({ actionName: 'rebootNow', deviceIds: [one.id, two.id, phone.id, nobody] })) as { value: object };
      expect(value).toEqual({
        '@odata.type': 'microsoft.graph.bulkManagedDeviceActionResult',
        successfulDeviceIds: [one.id, two.id],
        failedDeviceIds: [],
        notFoundDeviceIds: [nobody],
        notSupportedDeviceIds: [phone.id],
      });
      const rows = await Promise.all([audited(one.id), audited(two.id)]);
      expect(rows).toMatchObject([
        { action: 'rebootNow', deviceActionCategory: 'bulk' },
        { action: 'rebootNow', deviceActionCategory: 'bulk' },
      ]);
      expect(rows[0].bulkDeviceActionId).toMatch(/^[0-9a-f-]{36}$/);
      expect(rows[0].bulkDeviceActionId).toBe(rows[1].bulkDeviceActionId);
    });

    it('reads what is on a device, and what all of them are', async () => {
      const { id } = await deviceOf(pc);
      expect(await client.api(`${path}/${id}/detectedApps`).version('beta').get()).toMatchObject({ value: expect.any(Array) });
      const { value } = (await client.api(path).get()) as { value: ManagedDevice[] };
      const running = (system: string) => value.filter(({ operatingSystem }) => operatingSystem === system).length;
      expect(await client.api('/deviceManagement/managedDeviceOverview').get()).toMatchObject({
        enrolledDeviceCount: value.length,
        deviceOperatingSystemSummary: { windowsCount: running('Windows'), macOSCount: running('macOS') },
      });
    });

    it('hides devices without contact, after as many days as it says', async () => {
      const settings = () => client.api('/deviceManagement/managedDeviceCleanupSettings').version('beta');
      await client
        .api('/deviceManagement')
        .version('beta')
        .patch({ managedDeviceCleanupSettings: { deviceInactivityBeforeRetirementInDays: '30' } });
      expect(await settings().get()).toMatchObject({ deviceInactivityBeforeRetirementInDays: '30' });
      await settings().patch({ deviceInactivityBeforeRetirementInDays: '45' });
      expect(await settings().get()).toMatchObject({ deviceInactivityBeforeRetirementInDays: '45' });
      const lost = await world.device({ name: 'lost', platform: 'windows' });
      await lost.network(false);
      await world.advance('44d');
      expect(await read(lost.id)).toMatchObject({ deviceName: 'lost' });
      await world.advance('2d');
      await gone(lost.id);
      await lost.network(true);
      await untilAnswered('it is back', async () => {
        await world.advance('1h');
        return (await refusal(read(lost.id))) === undefined;
      });
    });

    /** The code of the device, once there is one. */
    function bypassCode(id: string): Promise<string> {
      return untilAnswered(`a bypass code for ${id}`, async () => {
        const { activationLockBypassCode } = (await client.api(`${path}/${id}`).select('activationLockBypassCode').get()) as ManagedDevice;
        return activationLockBypassCode ?? undefined;
      });
    }
    async function gone(id: string): Promise<void> {
      await untilAnswered(`${id} is gone`, async () => (await refusal(read(id)))?.statusCode === 404);
    }
  });
}
