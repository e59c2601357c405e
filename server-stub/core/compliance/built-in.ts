/**
 * The policy that the service itself has for every device: one is assigned, the device is in touch, its user exists (reference §4.5).
 * It marks at once, and does nothing else.
 */
import { userPrincipalNamePattern } from '../directory-records.ts';
import type { ComplianceSettings, SettingResult } from '../policy-records.ts';
import type { DeviceRecord } from '../records.ts';
import type { Core } from '../sessions.ts';

/** Graph's name of it, and an id that is the same in every tenant of ours. */
export const builtInPolicy = {
  id: 'f2b6a1c4-0d57-8e3b-a9c1-6d1b8e0c4a55',
  displayName: 'Default Device Compliance Policy',
  type: 'defaultDeviceCompliancePolicy',
} as const;

/** @param isActive it was in touch within the validity period */
export function judgeBuiltIn(
  core: Core,
  record: DeviceRecord,
  settings: ComplianceSettings,
  policies: number,
  isActive: boolean,
): readonly SettingResult[] {
  const { userPrincipalName } = record.inventory;
  const hasPolicy = policies > 0 || !settings.secureByDefault;
  // Whoever is called as no real directory would call a person was never one of it.
  const userExists =
    core.store.entryNamed('user', userPrincipalName.toLowerCase()) !== undefined || !userPrincipalNamePattern.test(userPrincipalName);
  return results[(hasPolicy ? 4 : 0) + (isActive ? 2 : 0) + (userExists ? 1 : 0)] as readonly SettingResult[];
}

/** Of three answers there are eight combinations, which all devices share. */
const results: readonly (readonly SettingResult[])[] = Array.from({ length: 8 }, (_, answers) => {
  const result = (setting: string, bit: number): SettingResult => ({
    setting: `DefaultDeviceCompliancePolicy.${setting}`,
    state: (answers & bit) !== 0 ? 'compliant' : 'nonCompliant',
  });
  return [result('RequireDeviceCompliancePolicyAssigned', 4), result('RequireRemainContact', 2), result('RequireUserExistence', 1)];
});
