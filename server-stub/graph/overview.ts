/** managedDeviceOverview: how many devices of which kind there are (Graph: intune-devices-manageddeviceoverview; reference §1.7). */
import type {
  DeviceExchangeAccessStateSummary,
  ManagedDeviceOverview as OverviewV1,
  DeviceOperatingSystemSummary as SystemsV1,
} from '@microsoft/microsoft-graph-types';
import type {
  ManagedDeviceOverview as OverviewBeta,
  DeviceOperatingSystemSummary as SystemsBeta,
} from '@microsoft/microsoft-graph-types-beta';
import { formatInstant } from '../../runtime/duration.ts';
import { derivedGuid } from './derived-guid.ts';
import type { Endpoint, GraphVersion } from './endpoint.ts';
import { readDevices } from './managed-devices.ts';
import { type Column, type PropertyType, type Resource, resource } from './property.ts';
import { answerSingleton } from './singleton.ts';
import type { GraphTenant } from './tenant.ts';

type Counts = ReturnType<GraphTenant['deviceCounts']>;

interface OverviewSource {
  counts: Counts;
  tenantId: string;
  now: number;
}

type Table<Entity> = { [Name in keyof Entity]-?: Column<Required<Entity>[Name], OverviewSource> };

function column<Value>(type: PropertyType, read: (source: OverviewSource) => Value): Column<Value, OverviewSource> {
  return { type, read, visibility: 'always', hidden: null };
}

function sum(counts: Counts, fits: (one: Counts[number]) => boolean): number {
  return counts.reduce((total, one) => (fits(one) ? total + one.count : total), 0);
}

function systems({ counts }: OverviewSource): Required<SystemsV1> {
  const of = (platform: string) => sum(counts, (one) => one.platform === platform);
  const enrolled = (enrollment: string) => sum(counts, (one) => one.enrollment === enrollment);
  return {
    androidCount: of('android'),
    iosCount: of('ios'),
    macOSCount: of('macos'),
    windowsMobileCount: 0,
    windowsCount: of('windows'),
    unknownCount: 0,
    androidDedicatedCount: enrolled('dedicated'),
    androidDeviceAdminCount: enrolled('device-administrator'),
    androidFullyManagedCount: enrolled('fully-managed'),
    androidWorkProfileCount: enrolled('personal-work-profile'),
    androidCorporateWorkProfileCount: enrolled('corporate-work-profile'),
    configMgrDeviceCount: 0,
  };
}

function systemsBeta(source: OverviewSource): Required<SystemsBeta> {
  return { ...systems(source), aospUserAssociatedCount: 0, aospUserlessCount: 0, chromeOSCount: 0, linuxCount: 0 };
}

/** No device of ours has to do with Exchange. */
function exchange({ counts }: OverviewSource): Required<DeviceExchangeAccessStateSummary> {
  return {
    allowedDeviceCount: 0,
    blockedDeviceCount: 0,
    quarantinedDeviceCount: 0,
    unknownDeviceCount: 0,
    unavailableDeviceCount: sum(counts, () => true),
  };
}

const all = ({ counts }: OverviewSource) => sum(counts, () => true);

const v1Table: Table<OverviewV1> = {
  id: column('Edm.String', ({ tenantId }) => derivedGuid(`overview ${tenantId}`)),
  enrolledDeviceCount: column('Edm.Int64', all),
  mdmEnrolledCount: column('Edm.Int64', all),
  dualEnrolledDeviceCount: column('Edm.Int64', () => 0),
  deviceOperatingSystemSummary: column<OverviewV1['deviceOperatingSystemSummary'] & object>('complex', systems),
  deviceExchangeAccessStateSummary: column<OverviewV1['deviceExchangeAccessStateSummary'] & object>('complex', exchange),
};

const betaTable: Table<OverviewBeta> = {
  ...v1Table,
  deviceOperatingSystemSummary: column<OverviewBeta['deviceOperatingSystemSummary'] & object>('complex', systemsBeta),
  lastModifiedDateTime: column('Edm.DateTimeOffset', ({ now }) => formatInstant(now)),
  managedDeviceModelsAndManufacturers: column('complex', () => null),
};

const overviewOf: Readonly<Record<GraphVersion, Resource<OverviewSource>>> = {
  'v1.0': resource('microsoft.graph.managedDeviceOverview', v1Table),
  beta: resource('microsoft.graph.managedDeviceOverview', betaTable),
};

export const overviewEndpoints: readonly Endpoint[] = [
  {
    path: 'deviceManagement/managedDeviceOverview',
    methods: {
      GET: {
        needs: readDevices,
        answer: (call) =>
          answerSingleton(call, 'deviceManagement/managedDeviceOverview', overviewOf[call.version], {
            counts: call.tenant.deviceCounts(),
            tenantId: call.tenant.directory.organization().id,
            now: call.request.now,
          }),
      },
    },
  },
];
