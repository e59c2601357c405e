/** What a tenant sets for all its compliance policies (reference §4.6). */
import { describe, expect, it } from 'vitest';
import { ComplianceBench } from './compliance.fixture.ts';
import { bodyOf } from './fake-tenant.contract.ts';

const root = '/v1.0/deviceManagement';
const beta = '/beta/deviceManagement';

describe('settings of the tenant', () => {
  const settings = (bench: ComplianceBench) => bench.get(root).settings;

  it('are read and changed in both versions', () => {
    const bench = new ComplianceBench();
    const device = bench.device();
    const state = () => bench.get(`${root}/managedDevices/${device.id}`).complianceState;
    expect([settings(bench), state()]).toEqual([
      { deviceComplianceCheckinThresholdDays: 30, isScheduledActionEnabled: true, secureByDefault: false },
      'compliant',
    ]);
    expect(bodyOf(bench.call('PATCH', root, { settings: { secureByDefault: true } }))).toMatchObject({
      settings: { secureByDefault: true },
    });
    expect(state()).toBe('noncompliant');
    const whole = bench.get(`${beta}/settings`);
    expect(bench.call('PATCH', beta, { settings: { ...whole, deviceComplianceCheckinThresholdDays: 120 } }).status).toBe(200);
    expect(settings(bench)).toEqual({ deviceComplianceCheckinThresholdDays: 120, isScheduledActionEnabled: true, secureByDefault: true });
  });

  it.each<[object, RegExp]>([
    [{ deviceComplianceCheckinThresholdDays: 0 }, /'deviceComplianceCheckinThresholdDays' is a whole number from 1 to 120, not 0/],
    [{ deviceComplianceCheckinThresholdDays: 121 }, /not 121/],
    [{ deviceComplianceCheckinThresholdDays: 1.5 }, /not 1.5/],
    [{ secureByDefault: 'yes' }, /'secureByDefault' is true or false/],
    [{ isScheduledActionEnabled: null }, /'isScheduledActionEnabled'/],
    [{ enhancedJailBreak: true }, /'enhancedJailBreak' cannot be changed here/],
    [{ colour: 'red' }, /'colour'/],
  ])('refuse %j, and then nothing is changed', (wrong, why) => {
    const bench = new ComplianceBench();
    const body = { managedDeviceCleanupSettings: { deviceInactivityBeforeRetirementInDays: '90' }, settings: wrong };
    const response = bench.call('PATCH', beta, body);
    const { message } = bodyOf(response).error;
    expect([response.status, message.startsWith('{') ? JSON.parse(message).Message : message]).toEqual([400, expect.stringMatching(why)]);
    expect(bench.tenant.cleanupDays()).toBeNull();
    expect(bench.tenant.complianceSettings()).toMatchObject({ validityDays: 30, secureByDefault: false, isScheduledActionEnabled: true });
  });
});
