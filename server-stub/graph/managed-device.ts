/**
 * managedDevice of v1.0 and of beta, from a device record (Graph: intune-devices-manageddevice; reference §1.2, §1.3).
 * Microsoft's type packages check the tables: a property that is missing, misspelt or of the wrong type does not compile.
 * Values that no simulated device has are the defaults seen in the field (reference §1.6). The order is that of live answers.
 */
import type { ManagedDevicePartnerReportedHealthState, ManagedDevice as ManagedDeviceV1 } from '@microsoft/microsoft-graph-types';
import type {
  HardwareInformation,
  LoggedOnUser,
  ManagedDevice as ManagedDeviceBeta,
  ManagementState,
} from '@microsoft/microsoft-graph-types-beta';
import type { threatLevels } from '../../protocol/device-security.ts';
import { factsOfPlatform, operatingSystemOf } from '../../protocol/platforms.ts';
import { formatInstant } from '../../runtime/duration.ts';
import type { UserRecord } from '../core/directory-records.ts';
import { type CommandRecord, type DeviceRecord, deviceNameOf, newestCertificate } from '../core/records.ts';
import { actionResults } from './action-results.ts';
import { noGraceDate, unsetDate } from './compliance-dates.ts';
import { azureDeviceId, derivedGuid } from './derived-guid.ts';
import { kindOf } from './device-kind.ts';
import { actionResultsShape, configurationManagerShape, hardwareShape } from './device-shapes.ts';
import {
  type Column,
  collectionOf,
  type PropertyType,
  type Resource,
  resource,
  type Shape,
  structureOf,
  type Visibility,
} from './property.ts';

/** What a property may read. */
export interface DeviceSource {
  device: DeviceRecord;
  /** The stub's clock. */
  now: number;
  /** Asked only by the property that needs it. */
  commands: () => readonly CommandRecord[];
  bypassCode: () => string | null;
  /** End of the grace of the policies that the device breaks, the earliest; null: it breaks none. */
  graceUntil: () => number | null;
  /** A person of the directory, by user principal name. */
  user: (userPrincipalName: string) => UserRecord | undefined;
  /** `Prefer: include-unknown-enum-members`: members that v1.0 does not know are served as they are. */
  unknownMembers: boolean;
}

/** Navigations are resources of their own, never part of a device's answer. */
type Navigation =
  | 'assignmentFilterEvaluationStatusDetails'
  | 'detectedApps'
  | 'deviceCategory'
  | 'deviceCompliancePolicyStates'
  | 'deviceConfigurationStates'
  | 'deviceHealthScriptStates'
  | 'logCollectionRequests'
  | 'managedDeviceMobileAppConfigurationStates'
  | 'securityBaselineStates'
  | 'users'
  | 'windowsProtectionState';

type Table<Entity> = { [Name in Exclude<keyof Entity, Navigation>]-?: Column<Required<Entity>[Name], DeviceSource> };

/** v1.0 serves managementState since 2026; the types of 2.43.1 do not have it yet (reference §1.2). */
type V1 = ManagedDeviceV1 & { managementState?: ManagementState };

function column<Value>(type: PropertyType, read: (source: DeviceSource) => Value): Column<Value, DeviceSource> {
  return { type, read, visibility: 'always', hidden: null };
}

const text = <Value extends string | null>(read: (source: DeviceSource) => Value) => column('Edm.String', read);
const flag = <Value extends boolean | null>(read: (source: DeviceSource) => Value) => column('Edm.Boolean', read);
const size = (read: (source: DeviceSource) => number) => column('Edm.Int64', read);
const date = (read: (source: DeviceSource) => string) => column('Edm.DateTimeOffset', read);
const oneOf = <Value extends string>(read: (source: DeviceSource) => Value) => column('enum', read);
const structure = <Value>(shape: Shape | null, read: (source: DeviceSource) => Value) => ({
  ...column('complex', read),
  ...(shape !== null && { shape }),
});

/** Real only where `visibility` says; elsewhere `hidden`. */
function only<Value>(visibility: Visibility, hidden: Value | null, of: Column<Value, DeviceSource>): Column<Value, DeviceSource> {
  return { ...of, visibility, hidden };
}

const user = (source: DeviceSource) => source.device.inventory.userPrincipalName;
/** The device's user in the directory; undefined: it has none, or that person was deleted. */
const person = (source: DeviceSource) => (user(source) === '' ? undefined : source.user(user(source)));
const kind = (source: DeviceSource) => kindOf(source.device.inventory);
/** Whose it is: as an administrator said, else as its kind says. */
const owner = (source: DeviceSource) => source.device.owner ?? kind(source).owner;
const directoryId = (source: DeviceSource) => azureDeviceId(source.device.id);

const v1Table: Table<V1> = {
  id: text(({ device }) => device.id),
  userId: text((source) => person(source)?.id ?? ''),
  deviceName: text(({ device }) => deviceNameOf(device)),
  managedDeviceOwnerType: oneOf(owner),
  managementState: oneOf(({ device }) => device.managementState),
  enrolledDateTime: date(({ device }) => formatInstant(device.enrolledAt)),
  lastSyncDateTime: date(({ device }) => formatInstant(device.lastSyncAt)),
  operatingSystem: text(({ device }) => operatingSystemOf(device.inventory)),
  complianceState: oneOf(({ device }) => device.complianceState),
  jailBroken: text(jailBroken),
  managementAgent: oneOf((source) => kind(source).agent),
  osVersion: text(({ device }) => device.inventory.osVersion),
  easActivated: flag(() => false),
  easDeviceId: text(() => ''),
  easActivationDateTime: date(() => unsetDate),
  azureADRegistered: flag(() => true),
  deviceEnrollmentType: oneOf((source) => {
    const { enrollmentV1, enrollmentBeta } = kind(source);
    // The header shows members that the v1.0 types cannot name.
    return source.unknownMembers && enrollmentV1 === 'unknownFutureValue' ? (enrollmentBeta as typeof enrollmentV1) : enrollmentV1;
  }),
  // TD-06: by id, and only when $select names it; a filter must not find it out either.
  activationLockBypassCode: {
    ...only(
      'selected',
      null,
      text(({ bypassCode }) => bypassCode()),
    ),
    secret: true,
  },
  emailAddress: text((source) => person(source)?.mail ?? ''),
  azureADDeviceId: text(directoryId),
  deviceRegistrationState: oneOf(() => 'registered'),
  deviceCategoryDisplayName: text(() => 'Unknown'),
  isSupervised: flag((source) => kind(source).supervised),
  exchangeLastSuccessfulSyncDateTime: date(() => unsetDate),
  exchangeAccessState: oneOf(() => 'none'),
  exchangeAccessStateReason: oneOf(() => 'none'),
  remoteAssistanceSessionUrl: text(() => null),
  remoteAssistanceSessionErrorDetails: text(() => null),
  isEncrypted: flag(isEncrypted),
  userPrincipalName: text(user),
  model: text(({ device }) => device.inventory.model),
  manufacturer: text(({ device }) => device.inventory.manufacturer),
  imei: text(() => ''),
  complianceGracePeriodExpirationDateTime: date(({ graceUntil }) => instantOr(noGraceDate, graceUntil())),
  serialNumber: text(({ device }) => device.inventory.serialNumber),
  phoneNumber: text(() => ''),
  androidSecurityPatchLevel: text(securityPatch),
  userDisplayName: text((source) => person(source)?.displayName ?? ''),
  configurationManagerClientEnabledFeatures: structure(configurationManagerShape, () => null),
  wiFiMacAddress: text(() => ''),
  deviceHealthAttestationState: structure(structureOf({}), () => null),
  subscriberCarrier: text(() => ''),
  meid: text(() => ''),
  totalStorageSpaceInBytes: size(() => 0),
  freeStorageSpaceInBytes: size(() => 0),
  managedDeviceName: text(({ device }) => device.managedDeviceName),
  partnerReportedThreatState: oneOf(threatState),
  requireUserEnrollmentApproval: flag(() => null),
  managementCertificateExpirationDate: date(({ device }) => formatInstant(newestCertificate(device).notAfter)),
  iccid: text(() => null),
  udid: only('selected', null, text(udid)),
  notes: text(({ device }) => device.notes),
  ethernetMacAddress: text(() => null),
  physicalMemoryInBytes: size(() => 0),
  enrollmentProfileName: text(() => ''),
  // Lists leave it empty; by id it is filled with or without $select: only the absence in lists is reported (reference §1.5).
  deviceActionResults: only(
    'by-id',
    [],
    structure(actionResultsShape, ({ commands, now }) => actionResults(commands(), now)),
  ),
};

const betaTable: Table<ManagedDeviceBeta> = {
  ...v1Table,
  deviceEnrollmentType: oneOf((source) => kind(source).enrollmentBeta),
  ownerType: oneOf(owner),
  deviceType: oneOf((source) => kind(source).deviceType),
  joinType: oneOf((source) => kind(source).joinType),
  aadRegistered: flag(() => true),
  azureActiveDirectoryDeviceId: text(directoryId),
  enrolledByUserPrincipalName: text(user),
  lostModeState: oneOf(({ device }) => (device.information?.lostMode === true ? 'enabled' : 'disabled')),
  retireAfterDateTime: date(({ device }) => instantOr(unsetDate, device.compliance.retireListed?.at ?? null)),
  preferMdmOverGroupPolicyAppliedDateTime: date(() => unsetDate),
  autopilotEnrolled: flag(() => false),
  bootstrapTokenEscrowed: flag(() => false),
  deviceFirmwareConfigurationInterfaceManaged: flag(() => false),
  managementFeatures: oneOf(() => 'none'),
  chassisType: oneOf(() => 'unknown'),
  processorArchitecture: oneOf(() => 'unknown'),
  specificationVersion: text(() => ''),
  securityPatchLevel: text(securityPatch),
  skuFamily: text(() => ''),
  skuNumber: size(() => 0),
  roleScopeTagIds: structure(collectionOf('Edm.String'), () => []),
  usersLoggedOn: structure(
    collectionOf(structureOf<LoggedOnUser>({ userId: 'Edm.String', lastLogOnDateTime: 'Edm.DateTimeOffset' })),
    () => [],
  ),
  chromeOSDeviceInfo: structure(null, () => []),
  cloudPcRemoteActionResults: structure(null, () => []),
  configurationManagerClientHealthState: structure(structureOf({}), () => null),
  configurationManagerClientInformation: structure(structureOf({}), () => null),
  windowsActiveMalwareCount: size(() => 0),
  windowsRemediatedMalwareCount: size(() => 0),
  hardwareInformation: only('selected', hardwareDefaults(), structure(hardwareShape, hardware)),
};

export const managedDeviceOf: Readonly<Record<'v1.0' | 'beta', Resource<DeviceSource>>> = {
  'v1.0': resource('microsoft.graph.managedDevice', v1Table),
  beta: resource('microsoft.graph.managedDevice', betaTable),
};

function instantOr(none: string, instant: number | null): string {
  return instant === null ? none : formatInstant(instant);
}

/** Where no partner has said anything, a tenant shows that it does not know (reference §1.6), though nothing speaks against the device. */
function threatState({ device }: DeviceSource): ManagedDevicePartnerReportedHealthState {
  const level = device.information?.security?.threatLevel;
  return level === undefined ? 'unknown' : threatStates[level];
}

const threatStates: Readonly<Record<(typeof threatLevels)[number], ManagedDevicePartnerReportedHealthState>> = {
  secured: 'secured',
  low: 'lowSeverity',
  medium: 'mediumSeverity',
  high: 'highSeverity',
  unavailable: 'unresponsive',
};

/** Android's alone is a day (reference §1.3); Apple's letters are not told. */
function securityPatch({ device: { inventory, information } }: DeviceSource): string {
  return inventory.platform === 'android' ? (information?.security?.securityPatch ?? '') : '';
}

/** `Unknown` where Intune does not evaluate it (reference §1.6); a device that has not told yet counts as sound. */
function jailBroken(source: DeviceSource): 'True' | 'False' | 'Unknown' {
  if (!kind(source).judgesJailbreak) return 'Unknown';
  return source.device.information?.jailBroken === true ? 'True' : 'False';
}

function isEncrypted({ device }: DeviceSource): boolean {
  return device.information?.encrypted ?? factsOfPlatform(device.inventory.platform).encryptsItself;
}

/** Apple's hardware id, in its two shapes; hidden from the management under User Enrollment, as Apple does. */
function udid({ device }: DeviceSource): string | null {
  const { platform, enrollment, serialNumber } = device.inventory;
  const guid = derivedGuid(`udid ${serialNumber}`).toUpperCase();
  if (platform === 'macos') return guid;
  if (platform !== 'ios' || enrollment === 'user') return null;
  const hex = guid.replaceAll('-', '');
  return `${hex.slice(0, 8)}-${hex.slice(8, 24)}`;
}

function hardwareDefaults(): HardwareInformation {
  return {
    serialNumber: '',
    totalStorageSpace: 0,
    freeStorageSpace: 0,
    imei: '',
    meid: null,
    manufacturer: null,
    model: null,
    phoneNumber: null,
    subscriberCarrier: null,
    cellularTechnology: null,
    wifiMac: null,
    operatingSystemLanguage: null,
    isSupervised: false,
    isEncrypted: false,
    batterySerialNumber: null,
    batteryHealthPercentage: 0,
    batteryLevelPercentage: null,
    isSharedDevice: false,
    sharedDeviceCachedUsers: [],
    osBuildNumber: null,
    operatingSystemEdition: null,
    ipAddressV4: null,
    residentUsersCount: null,
    esimIdentifier: null,
  };
}

/** Of a Shared iPad the service knows who is on it now; whose data it still caches, the device does not tell. */
function hardware(source: DeviceSource): HardwareInformation {
  const { inventory, information } = source.device;
  const { serialNumber, manufacturer, model } = inventory;
  const activeUser = information?.activeUser ?? null;
  return {
    ...hardwareDefaults(),
    serialNumber,
    manufacturer,
    model,
    isSupervised: kind(source).supervised,
    isEncrypted: isEncrypted(source),
    isSharedDevice: inventory.shared === true,
    sharedDeviceCachedUsers:
      activeUser === null ? [] : [{ userPrincipalName: activeUser, dataToSync: false, dataQuota: null, dataUsed: 0 }],
  };
}
