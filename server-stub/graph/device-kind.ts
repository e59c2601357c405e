/** What Graph says about a kind of device: the table of reference §1.6, keyed on platform and enrollment type. */
import type { DeviceEnrollmentType as EnrollmentV1, ManagementAgentType } from '@microsoft/microsoft-graph-types';
import type { DeviceType, DeviceEnrollmentType as EnrollmentBeta, JoinType } from '@microsoft/microsoft-graph-types-beta';
import type { Inventory } from '../../protocol/messages.ts';
import { type EnrollmentType, type enrollmentTypesOf, isTablet, type Platform } from '../../protocol/platforms.ts';

interface DeviceKind {
  enrollmentV1: EnrollmentV1;
  /** The members that v1.0 lacks collapse to `unknownFutureValue` there. */
  enrollmentBeta: EnrollmentBeta;
  agent: ManagementAgentType;
  owner: 'company' | 'personal';
  supervised: boolean;
  deviceType: DeviceType;
  joinType: JoinType;
  /** `Unknown` where Intune does not evaluate it (Windows, macOS, Android Enterprise without a work profile). */
  jailBroken: 'False' | 'Unknown';
  /** iOS and Android encrypt themselves; FileVault and BitLocker nobody told us about. */
  encrypted: boolean;
}

const applePersonal = {
  enrollmentV1: 'userEnrollment',
  enrollmentBeta: 'userEnrollment',
  agent: 'mdm',
  owner: 'personal',
  supervised: false,
  deviceType: 'iPhone',
  joinType: 'azureADRegistered',
  jailBroken: 'False',
  encrypted: true,
} as const satisfies DeviceKind;

const appleAutomated = {
  ...applePersonal,
  enrollmentV1: 'appleBulkWithUser',
  enrollmentBeta: 'appleBulkWithUser',
  owner: 'company',
  supervised: true,
} as const satisfies DeviceKind;

const mac = { deviceType: 'macMDM', jailBroken: 'Unknown', encrypted: false } as const;

const androidCorporate = {
  ...applePersonal,
  enrollmentV1: 'unknownFutureValue',
  enrollmentBeta: 'androidEnterpriseFullyManaged',
  agent: 'googleCloudDevicePolicyController',
  owner: 'company',
  deviceType: 'androidEnterprise',
  jailBroken: 'Unknown',
} as const satisfies DeviceKind;

const windows = {
  enrollmentV1: 'windowsAzureADJoin',
  enrollmentBeta: 'windowsAzureADJoin',
  agent: 'mdm',
  owner: 'company',
  supervised: false,
  deviceType: 'desktop',
  joinType: 'azureADJoined',
  jailBroken: 'Unknown',
  encrypted: false,
} as const satisfies DeviceKind;

const kinds: { [P in Platform]: Record<(typeof enrollmentTypesOf)[P][number], DeviceKind> } = {
  ios: {
    device: applePersonal,
    automated: appleAutomated,
    user: { ...applePersonal, enrollmentV1: 'appleUserEnrollment', enrollmentBeta: 'appleAccountDrivenUserEnrollment' },
  },
  macos: {
    device: { ...applePersonal, ...mac },
    automated: { ...appleAutomated, ...mac },
  },
  android: {
    'personal-work-profile': {
      ...applePersonal,
      agent: 'googleCloudDevicePolicyController',
      deviceType: 'androidForWork',
    },
    'corporate-work-profile': {
      ...androidCorporate,
      enrollmentBeta: 'androidEnterpriseCorporateWorkProfile',
      jailBroken: 'False',
    },
    'fully-managed': androidCorporate,
    dedicated: { ...androidCorporate, enrollmentBeta: 'androidEnterpriseDedicatedDevice' },
    'device-administrator': { ...applePersonal, deviceType: 'android' },
  },
  windows: {
    joined: windows,
    registered: {
      ...windows,
      enrollmentV1: 'windowsAutoEnrollment',
      enrollmentBeta: 'windowsAutoEnrollment',
      owner: 'personal',
      joinType: 'azureADRegistered',
    },
  },
};

/** The kind of one device: its row, and what its model and its user change in it. */
export function kindOf(inventory: Inventory): DeviceKind {
  const rows: Partial<Record<EnrollmentType, DeviceKind>> = kinds[inventory.platform];
  const row = rows[inventory.enrollment];
  if (row === undefined) throw new Error(`No device is ${inventory.platform} and ${inventory.enrollment} at once.`);
  const userless = row.enrollmentV1 === 'appleBulkWithUser' && inventory.userPrincipalName === '';
  if (!userless && !isTablet(inventory)) return row;
  return {
    ...row,
    ...(userless && { enrollmentV1: 'appleBulkWithoutUser', enrollmentBeta: 'appleBulkWithoutUser' }),
    ...(isTablet(inventory) && { deviceType: 'iPad' }),
  };
}
