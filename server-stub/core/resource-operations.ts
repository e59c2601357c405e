/** What roles of Intune can allow, as far as anything here asks for it or built-in roles name it (reference §6.2). */

export interface ResourceOperation {
  /** `Microsoft.Intune_RemoteTasks_Wipe`. */
  id: string;
  resourceName: string;
  actionName: string;
  description: string;
}

/** Segments of ids: a resource with its title and its operations; an operation is titled by its own words unless it says otherwise. */
type Operations = Readonly<Record<string, string>>;

const crud: Operations = { Create: 'Create', Delete: 'Delete', Read: 'Read', Update: 'Update' };
const assignable: Operations = { Assign: 'Assign', ...crud };
const reported: Operations = { ...assignable, ViewReports: 'View reports' };

const resources: Readonly<Record<string, readonly [title: string, operations: Operations]>> = {
  Audit: ['Audit data', { Read: 'Read' }],
  // Spelt so by the service itself.
  DeviceCompliancePolices: ['Device compliance policies', reported],
  DeviceConfigurations: ['Device configurations', reported],
  ManagedApps: ['Managed apps', { ...assignable, Wipe: 'Wipe' }],
  ManagedDeviceCleanupRules: ['Managed Device Cleanup Rules', crud],
  ManagedDeviceCleanupSettings: ['Managed Device Cleanup Settings', { Update: 'Update' }],
  ManagedDevices: [
    'Managed devices',
    { Delete: 'Delete', Read: 'Read', SetPrimaryUser: 'Set primary user', Update: 'Update', ViewReports: 'View reports' },
  ],
  MobileApps: ['Mobile apps', { ...assignable, Relate: 'Relate' }],
  Organization: ['Organization', crud],
  PolicySets: ['Policy Sets', assignable],
  RemoteTasks: [
    'Remote tasks',
    {
      ActivateDeviceEsim: 'Update cellular data plan',
      BypassActivationLock: 'Bypass activation lock',
      ChangeAssignments: 'Change assignments',
      CleanPC: 'Clean PC',
      ConfigurationManagerAction: 'Initiate Configuration Manager action',
      CustomNotification: 'Send custom notifications',
      DeviceLogs: 'Collect diagnostics',
      DisableLostMode: 'Disable lost mode',
      EnableLostMode: 'Enable lost mode',
      EnableWindowsIntuneAgent: 'Enable Windows IntuneAgent',
      GetFileVaultKey: 'Get filevault key',
      InitiateDeviceAttestation: 'Initiate device attestation',
      InitiateMDMKeyRecovery: 'Recover MDM Key',
      LocateDevice: 'Locate device',
      ManageSharedDeviceUsers: 'Manage shared device users',
      Offboard: 'Offboard',
      OnDemandProactiveRemediation: 'Run Remediation',
      PauseConfigurationRefresh: 'Pause configuration refresh',
      PlayLostModeSound: 'Play sound to locate lost devices',
      RebootNow: 'Reboot now',
      RemoteLock: 'Remote lock',
      RemoveDFCIManagement: 'Remove DFCI management',
      RequestRemoteAssistance: 'Offer remote assistance',
      ResetPasscode: 'Reset passcode',
      Retire: 'Retire',
      RevokeAppleVppLicenses: 'Revoke App Licenses',
      RotateBitLockerKeys: 'Rotate BitLockerKeys',
      RotateFileVaultKey: 'Rotate filevault key',
      RotateLocalAdminPassword: 'Rotate local administrator password',
      SetDeviceName: 'Set device name',
      ShutDown: 'Shut down',
      SyncDevice: 'Sync devices',
      UpdateDeviceAccount: 'Update device account',
      WindowsDefender: 'Windows defender',
      Wipe: 'Wipe',
    },
  ],
  Roles: ['Roles', assignable],
  SecurityBaselines: ['Security baselines', assignable],
  TermsAndConditions: ['Terms and conditions', assignable],
};

/** In the order of their ids. */
export const resourceOperations: readonly ResourceOperation[] = Object.entries(resources)
  .flatMap(([resource, [title, operations]]) =>
    Object.entries(operations).map(([operation, actionName]) => ({
      id: `Microsoft.Intune_${resource}_${operation}`,
      resourceName: title,
      actionName,
      description: `${title}: ${actionName}`,
    })),
  )
  .sort((a, b) => (a.id < b.id ? -1 : 1));

const byId = new Map(resourceOperations.map((operation) => [operation.id.toLowerCase(), operation]));

/** Ids in any case. */
export function resourceOperation(id: string): ResourceOperation | undefined {
  return byId.get(id.toLowerCase());
}

/**
 * Why a role cannot allow this; undefined: it can. The catalogue has not all of Intune: a resource that it does not know may have any
 * operation, but one that it knows has these alone, so that a slip of the pen is told.
 */
export function whyNoOperation(id: string): string | undefined {
  if (resourceOperation(id) !== undefined) return undefined;
  const [, resource] = /^Microsoft\.Intune_([A-Za-z]+)_[A-Za-z]+$/i.exec(id) ?? [];
  if (resource === undefined) return 'a resource action is written Microsoft.Intune_<Resource>_<Operation>';
  const known = Object.entries(resources).find(([name]) => name.toLowerCase() === resource.toLowerCase());
  if (known === undefined) return undefined;
  return `${known[0]} has ${Object.keys(known[1][1]).join(', ')}`;
}
