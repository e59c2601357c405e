/** What a filter may look at inside the structures of a managed device. Passcodes and PINs are not there: a filter would find them out. */
import type { ConfigurationManagerClientEnabledFeatures, DeviceActionResult } from '@microsoft/microsoft-graph-types';
import type { HardwareInformation, SharedAppleDeviceUser } from '@microsoft/microsoft-graph-types-beta';
import { collectionOf, structureOf } from './property.ts';

export const actionResultsShape = collectionOf(
  structureOf<DeviceActionResult>({
    actionName: 'Edm.String',
    actionState: 'enum',
    startDateTime: 'Edm.DateTimeOffset',
    lastUpdatedDateTime: 'Edm.DateTimeOffset',
  }),
);

export const configurationManagerShape = structureOf<ConfigurationManagerClientEnabledFeatures>({
  inventory: 'Edm.Boolean',
  modernApps: 'Edm.Boolean',
  resourceAccess: 'Edm.Boolean',
  deviceConfiguration: 'Edm.Boolean',
  compliancePolicy: 'Edm.Boolean',
  windowsUpdateForBusiness: 'Edm.Boolean',
});

export const hardwareShape = structureOf<HardwareInformation>({
  serialNumber: 'Edm.String',
  totalStorageSpace: 'Edm.Int64',
  freeStorageSpace: 'Edm.Int64',
  imei: 'Edm.String',
  meid: 'Edm.String',
  manufacturer: 'Edm.String',
  model: 'Edm.String',
  phoneNumber: 'Edm.String',
  subscriberCarrier: 'Edm.String',
  cellularTechnology: 'Edm.String',
  wifiMac: 'Edm.String',
  operatingSystemLanguage: 'Edm.String',
  isSupervised: 'Edm.Boolean',
  isEncrypted: 'Edm.Boolean',
  batterySerialNumber: 'Edm.String',
  batteryHealthPercentage: 'Edm.Int64',
  batteryLevelPercentage: 'Edm.Int64',
  isSharedDevice: 'Edm.Boolean',
  sharedDeviceCachedUsers: collectionOf(
    structureOf<SharedAppleDeviceUser>({
      userPrincipalName: 'Edm.String',
      dataToSync: 'Edm.Boolean',
      dataQuota: 'Edm.Int64',
      dataUsed: 'Edm.Int64',
    }),
  ),
  osBuildNumber: 'Edm.String',
  operatingSystemEdition: 'Edm.String',
  ipAddressV4: 'Edm.String',
  residentUsersCount: 'Edm.Int64',
  esimIdentifier: 'Edm.String',
});
