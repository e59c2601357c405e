/** Every setting of every type of policy, as an administrator writes it in Graph and a device is judged by it. */
import { describe, expect, it } from 'vitest';
import { securityTraitsOf } from '../protocol/device-security.ts';
import type { DeviceChange } from '../protocol/hands.ts';
import { type EnrollmentType, enrollmentTypesOf, type Platform, platforms } from '../protocol/platforms.ts';
import { policyTypeTable } from '../server-stub/core/compliance/policy-types.ts';
import { type Json, type PolicyType, policyTypes } from '../server-stub/core/policy-records.ts';
import type { TenantDevice } from '../simulator/testing/device.ts';
import { createTenant, type Tenant } from '../simulator/testing/node.ts';
import { type Case, good } from './support/compliance-case.ts';
import { cases } from './support/compliance-cases.ts';

/** A device that each type is for. */
const kindOf: Partial<Record<PolicyType, { platform: Platform; enrollment?: EnrollmentType }>> = {
  androidCompliancePolicy: { platform: 'android', enrollment: 'device-administrator' },
  androidWorkProfileCompliancePolicy: { platform: 'android', enrollment: 'personal-work-profile' },
  androidDeviceOwnerCompliancePolicy: { platform: 'android', enrollment: 'fully-managed' },
  iosCompliancePolicy: { platform: 'ios' },
  macOSCompliancePolicy: { platform: 'macos' },
  windows10CompliancePolicy: { platform: 'windows' },
};

const path = '/beta/deviceManagement/deviceCompliancePolicies';
const mark = [{ ruleName: null, scheduledActionConfigurations: [{ actionType: 'block', gracePeriodHours: 0 }] }];

async function ask(tenant: Tenant, method: string, url: string, body: unknown): Promise<{ status: number; body: { id: string } & Json }> {
  const headers = { authorization: `Bearer ${tenant.token}`, 'content-type': 'application/json' };
  const response = await tenant.fetch(url, { method, headers, body: JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

/** One policy for all devices, without settings yet. */
async function assignedPolicy(tenant: Tenant, type: PolicyType): Promise<string> {
  const created = await ask(tenant, 'POST', path, {
    '@odata.type': `#microsoft.graph.${type}`,
    displayName: type,
    scheduledActionsForRule: mark,
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  const target = { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' };
  await ask(tenant, 'POST', `${path}/${created.body.id}/assign`, { assignments: [{ target }] });
  return created.body.id;
}

function reset(device: TenantDevice): void {
  const traits = Object.fromEntries(securityTraitsOf[device.platform].map((trait) => [trait, null]));
  device.change({ ...good[device.platform], security: traits, unreadable: [] });
  restart(device);
}

function restart(device: TenantDevice): void {
  device.powerOff();
  device.powerOn();
  if (device.screen.kind === 'locked') device.press('unlock', { passcode: 'Kq7!mZ2#pW' });
}

function stateOf(device: TenantDevice, policy: string, setting: string): string | undefined {
  return device.compliance?.policies.find(({ displayName }) => displayName === policy)?.settings[setting];
}

describe.each(policyTypes.filter((type) => kindOf[type] !== undefined))('%s', (type) => {
  const rows = cases[type] ?? [];

  it('has a case for each setting of the table', () => {
    expect(new Set(rows.map(({ setting }) => setting))).toEqual(new Set(Object.keys(policyTypeTable[type].settings)));
  });

  it('judges each setting as its cases say', async () => {
    const tenant = createTenant({ devices: [{ ...(kindOf[type] as { platform: Platform }), name: 'one', user: 'one@contoso.example' }] });
    const device = tenant.devices.find('one');
    const id = await assignedPolicy(tenant, type);
    let before: Readonly<Record<string, Json>> = {};
    const found: string[] = [];
    const expected: string[] = [];
    for (const one of rows) {
      for (const [changes, state] of one.cases) {
        const asked = { ...one.beside, [one.setting]: one.value };
        const cleared = Object.fromEntries(Object.keys(before).map((name) => [name, null]));
        await ask(tenant, 'PATCH', `${path}/${id}`, { '@odata.type': `#microsoft.graph.${type}`, ...cleared });
        reset(device);
        for (const change of listOf(changes)) change === 'restart' ? restart(device) : device.change(change);
        const written = await ask(tenant, 'PATCH', `${path}/${id}`, { '@odata.type': `#microsoft.graph.${type}`, ...asked });
        // No push tells a device without Google Play services that the policy is another one (CN-04): its start does.
        if (JSON.stringify(changes).includes('"googlePlayServices":false')) restart(device);
        const told = `${one.setting} ${JSON.stringify(one.value)} after ${JSON.stringify(changes)}:`;
        found.push(`${told} ${written.status === 200 ? stateOf(device, type, one.setting) : JSON.stringify(written.body)}`);
        expected.push(`${told} ${state}`);
        before = asked;
      }
    }
    expect(found).toEqual(expected);
    expect(found.length).toBeGreaterThan(rows.length);
  });
});

function listOf(changes: Case[0]): readonly (DeviceChange | 'restart')[] {
  return Array.isArray(changes) ? (changes as readonly (DeviceChange | 'restart')[]) : [changes as DeviceChange];
}

it('a setting that counts only beside another one asks for nothing without it', async () => {
  const tenant = createTenant({ devices: [{ platform: 'ios', name: 'one' }] });
  const device = tenant.devices.find('one');
  const id = await assignedPolicy(tenant, 'iosCompliancePolicy');
  device.change({ security: { threatLevel: 'high' } });
  const level = { '@odata.type': '#microsoft.graph.iosCompliancePolicy', deviceThreatProtectionRequiredSecurityLevel: 'secured' };
  await ask(tenant, 'PATCH', `${path}/${id}`, level);
  expect(device.compliance?.policies[1]).toMatchObject({ state: 'compliant', settings: {} });
  await ask(tenant, 'PATCH', `${path}/${id}`, { ...level, deviceThreatProtectionEnabled: true });
  expect(device.compliance?.policies[1]).toMatchObject({
    state: 'nonCompliant',
    settings: { deviceThreatProtectionEnabled: 'compliant', deviceThreatProtectionRequiredSecurityLevel: 'nonCompliant' },
  });
});

it('NC-02 judges a device by the policies of its own kind alone', async () => {
  const kinds = platforms.flatMap((platform) => enrollmentTypesOf[platform].map((enrollment) => ({ platform, enrollment })));
  const tenant = createTenant({ devices: kinds.map((kind) => ({ ...kind, name: `${kind.platform}-${kind.enrollment}` })) });
  for (const type of policyTypes) await assignedPolicy(tenant, type);
  await tenant.clock.advance('1d');
  const reached = Object.fromEntries(
    tenant.devices.map((device) => [device.name, device.compliance?.policies.slice(1).map(({ displayName }) => displayName)]),
  );
  expect(reached).toEqual({
    'ios-device': ['iosCompliancePolicy'],
    'ios-automated': ['iosCompliancePolicy'],
    'ios-user': ['iosCompliancePolicy'],
    'macos-device': ['macOSCompliancePolicy'],
    'macos-automated': ['macOSCompliancePolicy'],
    'macos-jamf': ['macOSCompliancePolicy'],
    'android-personal-work-profile': ['androidWorkProfileCompliancePolicy'],
    'android-corporate-work-profile': ['androidDeviceOwnerCompliancePolicy'],
    'android-fully-managed': ['androidDeviceOwnerCompliancePolicy'],
    'android-dedicated': ['androidDeviceOwnerCompliancePolicy'],
    'android-device-administrator': ['androidCompliancePolicy'],
    'windows-joined': ['windows10CompliancePolicy'],
    'windows-registered': ['windows10CompliancePolicy'],
  });
});
