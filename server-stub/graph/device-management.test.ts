import { describe, expect, it } from 'vitest';
import { dayMs } from '../../runtime/duration.ts';
import { CoreBench } from '../core/core.fixture.ts';
import { firstAdministratorCaller } from '../core/people.ts';
import { ask, bodyOf } from './fake-tenant.contract.ts';
import type { GraphRequest, GraphTenant } from './tenant.ts';

const root = '/beta/deviceManagement';
const cleanup = `${root}/managedDeviceCleanupSettings`;
const admin = { caller: firstAdministratorCaller() };

function call(tenant: GraphTenant, method: string, url: string, body?: unknown, rest: Partial<GraphRequest> = admin) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  return ask(tenant, method, url, { ...sent, ...rest });
}

describe('deviceManagement', () => {
  it('is one entity, with the settings of its version', () => {
    const { tenant } = new CoreBench();
    const v1 = bodyOf(call(tenant, 'GET', '/v1.0/deviceManagement'));
    expect(v1).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#deviceManagement',
      subscriptionState: 'active',
      settings: { deviceComplianceCheckinThresholdDays: 30, isScheduledActionEnabled: true, secureByDefault: false },
    });
    expect(v1.managedDeviceCleanupSettings).toBeUndefined();
    expect(bodyOf(call(tenant, 'GET', `${root}?$select=managedDeviceCleanupSettings`))).toEqual({
      '@odata.context': 'https://graph.microsoft.com/beta/$metadata#deviceManagement(managedDeviceCleanupSettings)',
      managedDeviceCleanupSettings: { deviceInactivityBeforeRetirementInDays: '0' },
    });
    expect(bodyOf(call(tenant, 'GET', `${root}/settings`))).toMatchObject({ secureByDefault: false, enhancedJailBreak: false });
  });

  it('hides devices after the days that were set, on the property or on the entity, and says in the audit log who set them', () => {
    const bench = new CoreBench();
    bench.enroll();
    const set = { deviceInactivityBeforeRetirementInDays: '45' };
    const response = call(bench.tenant, 'PATCH', root, {
      '@odata.type': '#microsoft.graph.deviceManagement',
      managedDeviceCleanupSettings: set,
    });
    expect(response.status).toBe(200);
    expect(bodyOf(response).managedDeviceCleanupSettings).toEqual(set);
    expect(bodyOf(call(bench.tenant, 'GET', cleanup))).toMatchObject(set);
    expect(bodyOf(call(bench.tenant, 'GET', `${root}/settings`)).deviceInactivityBeforeRetirementInDay).toBe(45);
    bench.pass(45 * dayMs - 1);
    const list = () => bodyOf(call(bench.tenant, 'GET', '/v1.0/deviceManagement/managedDevices')).value;
    expect(list()).toHaveLength(1);
    bench.pass(1);
    expect(list()).toEqual([]);
    expect(call(bench.tenant, 'PATCH', cleanup, { deviceInactivityBeforeRetirementInDays: '270' }).status).toBe(204);
    expect(bench.tenant.cleanupDays()).toBe(270);
    const { value } = bodyOf(call(bench.tenant, 'GET', `${root}/auditEvents?$filter=category eq 'DeviceConfiguration'`));
    expect(value.map(({ activity, activityOperationType }) => [activity, activityOperationType])).toEqual([
      ['patch DeviceManagement', 'Patch'],
      ['patch DeviceManagement', 'Patch'],
    ]);
    expect(new Set(value.map(({ id }) => id)).size).toBe(2);
  });

  it.each([[null], [''], ['0']])('has no rule any more after %j', (days) => {
    const { tenant } = new CoreBench();
    call(tenant, 'PATCH', cleanup, { deviceInactivityBeforeRetirementInDays: '30' });
    expect(tenant.cleanupDays()).toBe(30);
    call(tenant, 'PATCH', cleanup, { deviceInactivityBeforeRetirementInDays: days });
    expect(tenant.cleanupDays()).toBeNull();
    expect(bodyOf(call(tenant, 'GET', cleanup)).deviceInactivityBeforeRetirementInDays).toBe('0');
  });

  it.each<[unknown, string]>([
    [{ deviceInactivityBeforeRetirementInDays: '29' }, "'30' to '270'"],
    [{ deviceInactivityBeforeRetirementInDays: '271' }, "'30' to '270'"],
    [{ deviceInactivityBeforeRetirementInDays: 90 }, "'30' to '270'"],
    [{ deviceInactivityBeforeRetirementInDays: '1e2' }, "'30' to '270'"],
    [{ deviceInactivityBeforeRetirementInDays: ' 90' }, "'30' to '270'"],
    [{ deviceInactivityBeforeRetirementInDays: ['90'] }, "'30' to '270'"],
    [{ days: '90' }, "'days'"],
    [{}, "'deviceInactivityBeforeRetirementInDays' is missing"],
  ])('refuses %j on either path, and changes nothing', (settings, text) => {
    const { tenant } = new CoreBench();
    for (const response of [
      call(tenant, 'PATCH', cleanup, settings),
      call(tenant, 'PATCH', root, { managedDeviceCleanupSettings: settings }),
    ]) {
      expect(response.status).toBe(400);
      expect(response.body).toContain(text);
    }
    expect(tenant.cleanupDays()).toBeNull();
  });

  it.each([
    ['/v1.0/deviceManagement', { managedDeviceCleanupSettings: { deviceInactivityBeforeRetirementInDays: '90' } }, 'Could not find'],
    [root, { subscriptionState: 'disabled' }, "'subscriptionState' of deviceManagement cannot be changed here; settings, "],
    [root, { weather: 'fine' }, "'weather'"],
    [root, { managedDeviceCleanupSettings: 'often' }, 'is an object'],
    [root, { managedDeviceCleanupSettings: ['90'] }, 'is an object'],
  ])('refuses to change by PATCH %s %j', (url, body, text) => {
    const response = call(new CoreBench().tenant, 'PATCH', url, body);
    expect(response.status).toBe(400);
    expect(response.body).toContain(text);
  });

  it.each(['$select=colour', '$filter=true', '$expand=x', '$colour=red'])(
    'takes no option where it answers with a structure: %s',
    (option) => {
      const { tenant } = new CoreBench();
      for (const url of [`${root}/settings`, cleanup]) expect(call(tenant, 'GET', `${url}?${option}`).status).toBe(400);
      expect(call(tenant, 'GET', `${root}?$select=colour`).status).toBe(400);
    },
  );

  it('needs the permissions of the cleanup', () => {
    const { tenant } = new CoreBench();
    const limited = (permission: string) => ({ caller: { ...firstAdministratorCaller(), permissions: new Set([permission]) } });
    const body = { deviceInactivityBeforeRetirementInDays: '90' };
    expect(call(tenant, 'PATCH', cleanup, body, limited('DeviceManagementManagedDevices.Read.All')).status).toBe(403);
    expect(call(tenant, 'GET', cleanup, undefined, limited('DeviceManagementManagedDevices.Read.All')).status).toBe(200);
    const asked: string[] = [];
    const allows = (_user: string, action: string) => {
      asked.push(action);
      return false;
    };
    expect(call({ ...tenant, allows }, 'PATCH', cleanup, body).status).toBe(403);
    expect(asked).toEqual(['Microsoft.Intune_ManagedDeviceCleanupSettings_Update']);
    expect(tenant.cleanupDays()).toBeNull();
  });
});

describe('managedDeviceOverview', () => {
  it('counts the devices of each kind, and hidden ones nowhere', () => {
    const bench = new CoreBench();
    bench.enroll('1');
    bench.enroll('2', { serialNumber: '2' });
    bench.enroll('3', { serialNumber: '3', platform: 'android', enrollment: 'dedicated' });
    bench.enroll('4', { serialNumber: '4', platform: 'windows', enrollment: 'joined' });
    bench.delete(bench.enroll('5', { serialNumber: '5', platform: 'macos', enrollment: 'device' }));
    for (const version of ['v1.0', 'beta']) {
      expect(bodyOf(call(bench.tenant, 'GET', `/${version}/deviceManagement/managedDeviceOverview`))).toMatchObject({
        '@odata.context': `https://graph.microsoft.com/${version}/$metadata#deviceManagement/managedDeviceOverview`,
        enrolledDeviceCount: 4,
        mdmEnrolledCount: 4,
        dualEnrolledDeviceCount: 0,
        deviceOperatingSystemSummary: { iosCount: 2, androidCount: 1, androidDedicatedCount: 1, windowsCount: 1, macOSCount: 0 },
        deviceExchangeAccessStateSummary: { unavailableDeviceCount: 4 },
      });
    }
    const selected = call(bench.tenant, 'GET', `${root}/managedDeviceOverview?$select=enrolledDeviceCount`);
    expect(bodyOf(selected)).toEqual({ '@odata.context': expect.stringContaining('(enrolledDeviceCount)'), enrolledDeviceCount: 4 });
    expect(call(bench.tenant, 'GET', `${root}/managedDeviceOverview?$filter=id eq 'x'`).status).toBe(400);
    expect(call(bench.tenant, 'PATCH', `${root}/managedDeviceOverview`, {}).status).toBe(405);
  });
});
