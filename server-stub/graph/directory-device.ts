/**
 * device of the directory (Graph: device; reference §1.7), made from the record of the managed device: in this tenant a device is in
 * the directory as long as it is managed. Microsoft's type packages check the table.
 */
import type { Device as DeviceV1 } from '@microsoft/microsoft-graph-types';
import type { Device as DeviceBeta } from '@microsoft/microsoft-graph-types-beta';
import { operatingSystemOf } from '../../protocol/platforms.ts';
import { formatInstant } from '../../runtime/duration.ts';
import { type DeviceRecord, deviceNameOf } from '../core/records.ts';
import { azureDeviceId, deviceObjectId } from './derived-guid.ts';
import { kindOf } from './device-kind.ts';
import { column, date, flag, type Properties, text, texts } from './directory-columns.ts';
import { type Resource, resource } from './property.ts';

const kind = ({ inventory }: DeviceRecord) => kindOf(inventory);
const noText = text((_: DeviceRecord) => null);
const noDate = date((_: DeviceRecord) => null);
const noFlag = flag((_: DeviceRecord) => null);

/** Intune itself, as the authority that manages it. */
const intuneAppId = '0000000a-0000-0000-c000-000000000000';

/** Joined devices belong to the directory, all others are only registered with it. */
const trustType = (device: DeviceRecord) => (kind(device).joinType === 'azureADJoined' ? 'AzureAd' : 'Workplace');

const v1Table = {
  id: text(({ id }) => deviceObjectId(id)),
  deletedDateTime: noDate,
  accountEnabled: flag(() => true),
  approximateLastSignInDateTime: date(({ lastSyncAt }) => formatInstant(lastSyncAt)),
  complianceExpirationDateTime: noDate,
  deviceCategory: noText,
  deviceId: text(({ id }) => azureDeviceId(id)),
  deviceMetadata: noText,
  deviceOwnership: text((device) => device.owner ?? kind(device).owner),
  deviceVersion: column('Edm.Int64', () => 2),
  displayName: text(deviceNameOf),
  enrollmentProfileName: noText,
  enrollmentType: text((device) => kind(device).enrollmentBeta),
  // What Conditional Access goes by: a grace keeps it (decisions: in grace period).
  isCompliant: flag(({ compliance }) => compliance.isTrusted),
  isManaged: flag(() => true),
  isManagementRestricted: noFlag,
  isRooted: flag(({ information }) => information?.jailBroken ?? false),
  managementType: text(() => 'MDM'),
  manufacturer: text(({ inventory }) => inventory.manufacturer),
  mdmAppId: text(() => intuneAppId),
  model: text(({ inventory }) => inventory.model),
  onPremisesLastSyncDateTime: noDate,
  onPremisesSecurityIdentifier: noText,
  onPremisesSyncEnabled: noFlag,
  operatingSystem: text(({ inventory }) => operatingSystemOf(inventory)),
  operatingSystemVersion: text(({ inventory }) => inventory.osVersion),
  physicalIds: texts(() => []),
  profileType: text(() => 'RegisteredDevice'),
  registrationDateTime: date(({ enrolledAt }) => formatInstant(enrolledAt)),
  systemLabels: texts(() => []),
  trustType: text(trustType),
} satisfies Properties<DeviceV1, DeviceRecord>;

const betaTable = { ...v1Table } satisfies Properties<DeviceBeta, DeviceRecord>;

export const directoryDeviceOf: Readonly<Record<'v1.0' | 'beta', Resource<DeviceRecord>>> = {
  'v1.0': resource('microsoft.graph.device', v1Table),
  beta: resource('microsoft.graph.device', betaTable),
};
