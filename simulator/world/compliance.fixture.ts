/** Scenarios in which devices break policies, and their apps sign in by themselves. */
import fc from 'fast-check';
import type { SignInPlan } from '../../agent/device/state.ts';
import { dayMs, hourMs, minuteMs } from '../../runtime/duration.ts';
import type { PolicyType } from '../../server-stub/core/policy-records.ts';
import { type LapsePlan, lapseKinds, type Scenario } from '../scenarios/scenario.ts';
import type { SeedAccessPolicy, SeedAction, SeedPolicy, SeedTemplate } from '../tenant/policy-seed.ts';
import { type DirectorySeed, nothingPlanted } from '../tenant/seed.ts';
import { anyScenario, scenarioStart, stepOf } from './scenario.fixture.ts';

export function policyOf(displayName: string, type: PolicyType, change: Partial<SeedPolicy> = {}): SeedPolicy {
  return {
    displayName,
    id: undefined,
    remove: false,
    type,
    description: undefined,
    settings: {},
    assignTo: [{ kind: 'allUsers' }],
    exclude: [],
    actions: [actionOf('block', 0)],
    ...change,
  };
}

export function actionOf(what: SeedAction['do'], days: number): SeedAction {
  return { do: what, hours: days * 24, template: what === 'notification' ? 'Warning' : undefined, to: [] };
}

export const warning: SeedTemplate = {
  displayName: 'Warning',
  id: undefined,
  remove: false,
  description: undefined,
  branding: undefined,
  messages: [{ locale: 'en-us', subject: 'Your device', message: 'It does not keep the rules.', isDefault: true }],
};

/** Only compliant devices are let in. */
export function accessPolicyOf(change: Partial<SeedAccessPolicy> = {}): SeedAccessPolicy {
  return {
    displayName: 'Compliant devices only',
    id: undefined,
    remove: false,
    state: 'enabled',
    users: [{ kind: 'word', name: 'All' }],
    exclude: [],
    apps: ['All'],
    excludeApps: [],
    platforms: undefined,
    excludePlatforms: undefined,
    clientAppTypes: undefined,
    require: ['compliantDevice'],
    operator: 'OR',
    signInFrequencyHours: null,
    ...change,
  };
}

const settingsOf: Partial<Record<PolicyType, SeedPolicy['settings']>>[] = [
  {
    iosCompliancePolicy: { passcodeRequired: true },
    macOSCompliancePolicy: { passwordRequired: true },
    androidWorkProfileCompliancePolicy: { passwordRequired: true },
    androidDeviceOwnerCompliancePolicy: { passwordRequired: true },
    windows10CompliancePolicy: { passwordRequired: true },
  },
  {
    iosCompliancePolicy: { securityBlockJailbrokenDevices: true, osMinimumVersion: '16.0' },
    macOSCompliancePolicy: { storageRequireEncryption: true, osMinimumVersion: '13.0' },
    androidWorkProfileCompliancePolicy: { securityBlockJailbrokenDevices: true, osMinimumVersion: '10' },
    androidDeviceOwnerCompliancePolicy: { osMinimumVersion: '10' },
    windows10CompliancePolicy: { storageRequireEncryption: true, bitLockerEnabled: true, osMinimumVersion: '10.0.19041.0' },
  },
  {
    iosCompliancePolicy: {
      deviceThreatProtectionEnabled: true,
      deviceThreatProtectionRequiredSecurityLevel: 'low',
      passcodeExpirationDays: 20,
    },
    androidWorkProfileCompliancePolicy: { deviceThreatProtectionEnabled: true, deviceThreatProtectionRequiredSecurityLevel: 'low' },
  },
];

const days = fc.constantFrom(0, 0, 0, 1, 2, 5, 30);
const actions = fc
  .tuple(days, fc.array(fc.tuple(fc.constantFrom('notification', 'remoteLock', 'pushNotification', 'retire'), days), { maxLength: 4 }))
  .map(([grace, others]): SeedAction[] => [actionOf('block', grace), ...others.map(([what, day]) => actionOf(what, day))]);

const policies = fc
  .record({ settings: fc.constantFrom(...settingsOf), actions, toDevices: fc.boolean() })
  .map(({ settings, actions, toDevices }) =>
    (Object.entries(settings) as [PolicyType, SeedPolicy['settings']][]).map(([type, asked]) =>
      policyOf(`${type} ${Object.keys(asked ?? {}).join()}`, type, {
        settings: asked,
        actions,
        assignTo: [{ kind: toDevices ? 'allDevices' : 'allUsers' }],
      }),
    ),
  );

const seed = (change: Partial<DirectorySeed>): DirectorySeed => ({ ...nothingPlanted, ...change });

/** What administrators change on the way. */
const changes = fc.oneof(
  fc.constant(seed({ conditionalAccess: [accessPolicyOf()] })),
  fc.constant(seed({ conditionalAccess: [accessPolicyOf({ state: 'disabled' })] })),
  fc.constant(seed({ conditionalAccess: [accessPolicyOf({ apps: ['00000002-0000-0ff1-ce00-000000000000'] })] })),
  fc.constant(seed({ complianceSettings: { secureByDefault: true } })),
  fc.constant(seed({ complianceSettings: { isScheduledActionEnabled: false } })),
  fc.constant(seed({ complianceSettings: { validityDays: 3 } })),
  policies.map((compliancePolicies) => seed({ compliancePolicies, notificationTemplates: [warning] })),
  policies.map((all) => seed({ compliancePolicies: all.map((one) => ({ ...one, remove: true })) })),
);

const signIns: fc.Arbitrary<SignInPlan | null> = fc.constantFrom(
  null,
  { apps: ['outlook'], everyMs: 4 * hourMs },
  { apps: ['outlook', 'teams'], everyMs: 7 * hourMs },
  { apps: ['sharepoint'], everyMs: 90 * minuteMs },
);

const lapses: fc.Arbitrary<LapsePlan | null> = fc.constantFrom(
  null,
  { perMonth: 0.6, lasts: { kind: 'uniform', fromMs: hourMs, untilMs: 12 * dayMs }, of: lapseKinds },
  { perMonth: 1, lasts: { kind: 'constant', ms: 3 * dayMs }, of: ['passcode', 'osVersion'] },
);

export function anyComplianceScenario(devices: number): fc.Arbitrary<Scenario> {
  return fc
    .record({
      scenario: anyScenario(devices).filter((one) => one.days <= 420),
      policies,
      isAccessConditional: fc.boolean(),
      signIns,
      lapses,
      changes: fc.array(fc.tuple(fc.nat(100 * 24), changes), { maxLength: 4 }),
    })
    .map(({ scenario, policies, isAccessConditional, signIns, lapses, changes }) => ({
      ...scenario,
      tenant: {
        ...scenario.tenant,
        planted: seed({
          compliancePolicies: policies,
          notificationTemplates: [warning],
          conditionalAccess: isAccessConditional ? [accessPolicyOf()] : [],
        }),
      },
      fleet: scenario.fleet.map((group) => ({ ...group, signIns, lapses })),
      timeline: [
        ...scenario.timeline,
        ...changes.map(([hour, one], n) => stepOf(scenarioStart + hour * hourMs, { kind: 'tenant', change: {}, seed: one }, 100 + n)),
      ].sort((a, b) => a.at - b.at),
    }));
}
