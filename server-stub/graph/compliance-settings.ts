/** What a tenant sets for all its compliance policies: `settings` of deviceManagement (reference §4.6). */
import type { DeviceManagementSettings as SettingsV1 } from '@microsoft/microsoft-graph-types';
import type { DeviceManagementSettings as SettingsBeta } from '@microsoft/microsoft-graph-types-beta';
import type { ComplianceSettings } from '../core/policy-records.ts';
import type { Need } from './caller.ts';
import type { Call } from './endpoint.ts';
import { badRequest, refusedByIntune } from './errors.ts';
import { initiatorOf } from './initiator.ts';
import type { GraphTenant } from './tenant.ts';

/** Days without contact (Intune: compliance status validity period). */
const daysMin = 1;
const daysMax = 120;

export const writeSettings: Need = {
  permissions: ['DeviceManagementConfiguration.ReadWrite.All', 'DeviceManagementServiceConfig.ReadWrite.All'],
  resourceAction: 'Microsoft.Intune_DeviceCompliancePolices_Update',
  of: 'intune',
};

export function shownSettings(tenant: GraphTenant): Required<SettingsV1> {
  const { secureByDefault, validityDays, isScheduledActionEnabled } = tenant.complianceSettings();
  return { deviceComplianceCheckinThresholdDays: validityDays, isScheduledActionEnabled, secureByDefault };
}

/** The number of the cleanup stands here too; 0: no rule. */
export function shownSettingsBeta(tenant: GraphTenant): SettingsBeta {
  return {
    ...shownSettings(tenant),
    enhancedJailBreak: false,
    deviceInactivityBeforeRetirementInDay: tenant.cleanupDays() ?? 0,
    androidDeviceAdministratorEnrollmentEnabled: true,
  };
}

/** Those that are given; of the others the same value may be sent back. @throws GraphFault 400 that names the setting */
export function settingsChange({ request, tenant, version }: Call, value: unknown): () => void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest("The property 'settings' is an object.");
  const current: Readonly<Record<string, unknown>> = { ...(version === 'beta' ? shownSettingsBeta(tenant) : shownSettings(tenant)) };
  const change: Partial<ComplianceSettings> = {};
  for (const [given, setting] of Object.entries(value)) {
    if (given.includes('@')) continue;
    const name = Object.keys(current).find((one) => one.toLowerCase() === given.toLowerCase());
    if (name === undefined) {
      throw badRequest(`Could not find a property named '${given.slice(0, 64)}' on type 'microsoft.graph.deviceManagementSettings'.`);
    }
    if (name === 'deviceComplianceCheckinThresholdDays') change.validityDays = daysOf(setting);
    else if (name === 'secureByDefault' || name === 'isScheduledActionEnabled') change[name] = flagOf(name, setting);
    else if (setting !== current[name]) throw badRequest(`The setting '${name}' cannot be changed here.`);
  }
  return () => {
    if (Object.keys(change).length > 0) tenant.setComplianceSettings(change, initiatorOf(request));
  };
}

function daysOf(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= daysMin && value <= daysMax) return value;
  throw refusedByIntune(
    `The property 'deviceComplianceCheckinThresholdDays' is a whole number from ${daysMin} to ${daysMax}, not ${(JSON.stringify(value) ?? 'nothing').slice(0, 64)}.`,
  );
}

function flagOf(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw refusedByIntune(`The property '${name}' is true or false, not ${(JSON.stringify(value) ?? 'nothing').slice(0, 64)}.`);
}
