/** Policies of a tenant in a test: the same words as in tenant files, and what they make of a device in the hand. */
import { describe, expect, it } from 'vitest';
import { createTenant, type TenantOptions } from './msw.ts';

const policies: TenantOptions = {
  users: [{ userPrincipalName: 'adele@contoso.example', displayName: 'Adele Vance' }],
  notificationTemplates: [
    { displayName: 'Warning', messages: [{ locale: 'en-us', subject: 'Please update', message: '{{DeviceName}} is too old.' }] },
  ],
  compliancePolicies: [
    {
      displayName: 'New phones',
      type: 'iosCompliancePolicy',
      settings: { osMinimumVersion: '17.0', deviceThreatProtectionEnabled: true, deviceThreatProtectionRequiredSecurityLevel: 'low' },
      assignTo: ['all users'],
      actions: [{ do: 'block', after: '3d' }, { do: 'notification', after: '2d', template: 'Warning' }, { do: 'pushNotification' }],
    },
  ],
  conditionalAccess: [{ displayName: 'Compliant devices only' }],
  devices: [{ platform: 'ios', name: 'phone', user: 'adele@contoso.example', osVersion: '17.5' }],
};

describe('the compliance of a device in a test', () => {
  it('NC-03 NC-06 NC-08 goes from compliant over its grace to noncompliant, and back', () => {
    const tenant = createTenant(policies);
    const phone = tenant.devices.find('phone');
    expect(phone.compliance).toMatchObject({ state: 'compliant', isCompliant: true, isRetireListed: false });
    phone.change({ security: { threatLevel: 'high' } });
    tenant.clock.advance('8h');
    const { state, isCompliant, policies: found = [] } = phone.compliance ?? {};
    expect({ state, isCompliant }).toEqual({ state: 'inGracePeriod', isCompliant: true });
    expect(found.map(({ displayName }) => displayName)).toEqual(['Default Device Compliance Policy', 'New phones']);
    expect(found[1]).toMatchObject({
      state: 'inGracePeriod',
      settings: { osMinimumVersion: 'compliant', deviceThreatProtectionRequiredSecurityLevel: 'nonCompliant' },
    });
    expect(phone.notices).toHaveLength(1);
    expect(tenant.mailbox.length).toBe(0);
    tenant.clock.set(found[1]?.graceUntil ?? 0);
    expect(phone.compliance).toMatchObject({ state: 'noncompliant', isCompliant: false });
    expect(tenant.mailbox.find({ to: 'adele@contoso.example' })?.subject).toBe('Please update');
    phone.press('open-outlook');
    expect(phone.view.access.outlook).toBe('device-not-compliant');
    phone.change({ security: { threatLevel: null } });
    tenant.clock.advance('8h');
    expect(phone.compliance).toMatchObject({ state: 'compliant', isCompliant: true });
    phone.press('open-outlook');
    expect(phone.view.access.outlook).toBe('allowed');
  });

  it('is null where there is no record, and an error where a setting cannot be read', () => {
    const tenant = createTenant(policies);
    const phone = tenant.devices.find('phone');
    phone.change({ unreadable: ['osMinimumVersion'] });
    tenant.clock.advance('8h');
    expect(phone.compliance?.state).toBe('error');
    const fresh = tenant.devices.add({ platform: 'ios', name: 'fresh', enrolled: false });
    expect(fresh.compliance).toBeNull();
    expect(fresh.notices).toEqual([]);
  });

  it.each<[options: object, sentence: string]>([
    [{ compliancePolicies: [{ displayName: 'x' }] }, 'compliancePolicies[0].type: it is missing; allowed: androidCompliancePolicy'],
    [
      { compliancePolicies: [{ displayName: 'x', type: 'iosCompliancePolicy', settings: { passwordRequired: true } }] },
      '"passwordRequired" is no setting of iosCompliancePolicy',
    ],
    [
      { compliancePolicies: [{ displayName: 'x', type: 'iosCompliancePolicy', assignTo: ['Nobody'] }] },
      'compliancePolicies[0].assignTo[0]: the file has no group "Nobody"',
    ],
    [{ compliencePolicies: [] }, 'compliancePolicies'],
    [{ devices: [{ platform: 'ios', has: { security: { threatLevel: 'severe' } } }] }, 'secured, low, medium, high'],
  ])('%j is refused in words', (options, sentence) => {
    expect(() => createTenant(options)).toThrow(sentence);
  });
});
