/**
 * Intune's built-in roles (MicrosoftDocs/memdocs: role-based-access-control-reference; reference §6.2): their real ids, and of their
 * permissions those on resources that the catalogue knows. None of them may bypass an Activation Lock: only an Intune administrator
 * and custom roles can.
 */
import type { RoleDefinitionRecord } from './directory-records.ts';

/** `ManagedDevices: 'Read Update'` → the two resource actions. */
function role(id: string, displayName: string, description: string, allowed: Readonly<Record<string, string>>): RoleDefinitionRecord {
  const allowedResourceActions = Object.entries(allowed).flatMap(([resource, operations]) =>
    operations.split(' ').map((operation) => `Microsoft.Intune_${resource}_${operation}`),
  );
  return { id, displayName, description, isBuiltIn: true, allowedResourceActions };
}

const crud = 'Create Delete Read Update';
const all = 'Assign Create Delete Read Update';

export const builtInRoles: readonly RoleDefinitionRecord[] = [
  role(
    '0bd113fe-6be5-400c-a28f-ae5553f9c0be',
    'Policy and Profile manager',
    'Policy and Profile Managers manage compliance policy, configuration profiles, Apple enrollment and corporate device identifiers.',
    {
      Audit: 'Read',
      DeviceCompliancePolices: `${all} ViewReports`,
      DeviceConfigurations: `${all} ViewReports`,
      ManagedApps: all,
      Organization: 'Read',
      PolicySets: all,
    },
  ),
  role(
    '2f9f4f7e-2d13-427b-adf2-361a1eef7ae8',
    'School Administrator',
    'School Administrators can manage apps and settings for their groups. They can take remote actions on devices, including remotely locking them, restarting them, and retiring them from management.',
    {
      Audit: 'Read',
      DeviceConfigurations: all,
      ManagedApps: crud,
      ManagedDevices: 'Delete Read SetPrimaryUser Update',
      MobileApps: `${all} Relate`,
      Organization: 'Read',
      PolicySets: all,
      RemoteTasks:
        'ActivateDeviceEsim CleanPC ConfigurationManagerAction DeviceLogs DisableLostMode EnableLostMode InitiateMDMKeyRecovery LocateDevice OnDemandProactiveRemediation PlayLostModeSound RebootNow RemoteLock RequestRemoteAssistance ResetPasscode Retire SetDeviceName SyncDevice Wipe',
      TermsAndConditions: all,
    },
  ),
  role(
    '9e0cc482-82df-4ab2-a24c-0c23a3f52e1e',
    'Help Desk Operator',
    'Help Desk Operators perform remote tasks on users and devices and can assign applications or policies to users or devices.',
    {
      Audit: 'Read',
      DeviceCompliancePolices: 'Read ViewReports',
      DeviceConfigurations: 'Read ViewReports',
      ManagedApps: 'Assign Read Wipe',
      ManagedDevices: 'Read SetPrimaryUser Update ViewReports',
      MobileApps: 'Assign Read',
      Organization: 'Read',
      PolicySets: 'Read',
      RemoteTasks:
        'ActivateDeviceEsim CleanPC ConfigurationManagerAction CustomNotification DeviceLogs DisableLostMode EnableLostMode EnableWindowsIntuneAgent GetFileVaultKey InitiateMDMKeyRecovery LocateDevice ManageSharedDeviceUsers OnDemandProactiveRemediation PlayLostModeSound RebootNow RemoteLock RequestRemoteAssistance ResetPasscode Retire RevokeAppleVppLicenses RotateBitLockerKeys RotateFileVaultKey SetDeviceName ShutDown SyncDevice UpdateDeviceAccount WindowsDefender Wipe',
      Roles: 'Read',
      SecurityBaselines: 'Read',
      TermsAndConditions: 'Read',
    },
  ),
  role(
    'c1d9fcbb-cba5-40b0-bf6b-527006585f4b',
    'Application Manager',
    'Application Managers manage mobile and managed applications, can read device information and can view device configuration profiles.',
    {
      DeviceConfigurations: 'Read',
      ManagedApps: `${all} Wipe`,
      ManagedDevices: 'Read',
      MobileApps: `${all} Relate`,
      Organization: 'Read',
      PolicySets: all,
    },
  ),
  role(
    'c56d53a2-73d0-4502-b6bd-4a9d3dba28d5',
    'Endpoint Security Manager',
    'Manages security and compliance features such as security baselines, device compliance, conditional access, and Microsoft Defender ATP.',
    {
      Audit: 'Read',
      DeviceCompliancePolices: `${all} ViewReports`,
      DeviceConfigurations: 'Read ViewReports',
      ManagedApps: 'Read',
      ManagedDevices: 'Delete Read SetPrimaryUser Update ViewReports',
      MobileApps: 'Read',
      Organization: 'Read',
      PolicySets: 'Read',
      RemoteTasks:
        'ConfigurationManagerAction GetFileVaultKey RebootNow RemoteLock RotateBitLockerKeys RotateFileVaultKey ShutDown SyncDevice WindowsDefender',
      Roles: 'Read',
      SecurityBaselines: all,
      TermsAndConditions: 'Read',
    },
  ),
  role(
    'fa1d7878-e8cb-41a1-8254-0142355c9f84',
    'Read Only Operator',
    'Read Only Operators view user, device, enrollment, configuration and application information and cannot make changes to Intune.',
    {
      Audit: 'Read',
      DeviceCompliancePolices: 'Read ViewReports',
      DeviceConfigurations: 'Read ViewReports',
      ManagedApps: 'Read',
      ManagedDevices: 'Read ViewReports',
      MobileApps: 'Read',
      Organization: 'Read',
      PolicySets: 'Read',
      RemoteTasks: 'GetFileVaultKey',
      Roles: 'Read',
      SecurityBaselines: 'Read',
      TermsAndConditions: 'Read',
    },
  ),
  role(
    'fb2603eb-3c87-4be3-8b5b-d58a5b4a0bc0',
    'Intune Role Administrator',
    'Intune Role Administrators manage custom Intune roles and add assignments for built-in Intune roles. It is the only Intune role that can assign permissions to Administrators.',
    { Organization: 'Read', Roles: all },
  ),
];

const byId = new Map(builtInRoles.map((one) => [one.id, one]));

/** Ids in any case. */
export function builtInRole(id: string): RoleDefinitionRecord | undefined {
  return byId.get(id.toLowerCase());
}
