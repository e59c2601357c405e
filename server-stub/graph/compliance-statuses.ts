/** What a compliance policy makes of each device and each user (Graph: intune-deviceconfig-devicecompliancedevicestatus, -userstatus; reference §4.4). */
import type { DeviceComplianceUserStatus, DeviceComplianceDeviceStatus as DeviceStatusV1 } from '@microsoft/microsoft-graph-types';
import type { DeviceComplianceDeviceStatus as DeviceStatusBeta } from '@microsoft/microsoft-graph-types-beta';
import { formatInstant } from '../../runtime/duration.ts';
import type { UserRecord } from '../core/directory-records.ts';
import type { CompliancePolicyRecord, ComplianceStatus } from '../core/policy-records.ts';
import { deviceNameOf } from '../core/records.ts';
import { type Collection, itemsAfter } from './collection.ts';
import { noGraceDate, unsetDate } from './compliance-dates.ts';
import { type Reached, reachedBy, statusOf, worse } from './compliance-reach.ts';
import { column, date, type Properties, text } from './directory-columns.ts';
import type { Call, GraphVersion } from './endpoint.ts';
import { peopleOnce } from './people-once.ts';
import { type Resource, resource } from './property.ts';

interface DeviceStatusSource extends Reached {
  policy: CompliancePolicyRecord;
  user: UserRecord | undefined;
}

/** Device, policy and user, as the real service puts them together; the device first, so that they are in the order of the devices. */
const deviceStatusId = ({ device, found, user }: DeviceStatusSource) => `${device.id}_${found.id}_${user?.id ?? noUser}`;
const noUser = '00000000-0000-0000-0000-000000000000';

const deviceTable = {
  id: text(deviceStatusId),
  deviceDisplayName: text(({ device }) => deviceNameOf(device)),
  userName: text(({ user }) => user?.displayName ?? ''),
  deviceModel: text(({ device }) => device.inventory.model),
  complianceGracePeriodExpirationDateTime: date(({ found: { graceUntil } }) =>
    graceUntil === null ? noGraceDate : formatInstant(graceUntil),
  ),
  status: column('enum', ({ found }) => statusOf(found.state)),
  lastReportedDateTime: date(({ found: { evaluatedAt } }) => (evaluatedAt === null ? unsetDate : formatInstant(evaluatedAt))),
  userPrincipalName: text(({ device }) => device.inventory.userPrincipalName),
} satisfies Properties<DeviceStatusV1, DeviceStatusSource>;

/** The number of the system: 0 in every public sample. */
const deviceTableBeta = { ...deviceTable, platform: column('Edm.Int64', () => 0) } satisfies Properties<
  DeviceStatusBeta,
  DeviceStatusSource
>;

export const deviceStatusOf: Readonly<Record<GraphVersion, Resource<DeviceStatusSource>>> = {
  'v1.0': resource('microsoft.graph.deviceComplianceDeviceStatus', deviceTable),
  beta: resource('microsoft.graph.deviceComplianceDeviceStatus', deviceTableBeta),
};

/** In the order of the devices. */
export function deviceStatuses({ tenant, version }: Call, policy: CompliancePolicyRecord, path: string) {
  const userOf = peopleOnce(tenant.directory);
  return {
    path,
    resource: deviceStatusOf[version],
    *items(afterId) {
      for (const { device, found } of reachedBy(tenant, policy, afterId?.slice(0, 36) ?? null)) {
        const { userPrincipalName } = device.inventory;
        yield { device, found, policy, user: userPrincipalName === '' ? undefined : userOf(userPrincipalName) };
      }
    },
    idOf: deviceStatusId,
    sourceOf: (one) => one,
  } satisfies Collection<DeviceStatusSource, DeviceStatusSource>;
}

interface UserStatusSource {
  policy: CompliancePolicyRecord;
  userPrincipalName: string;
  user: UserRecord | undefined;
  devices: number;
  status: ComplianceStatus;
  evaluatedAt: number | null;
}

const userStatusId = ({ policy, user, userPrincipalName }: UserStatusSource) => `${policy.id}_${user?.id ?? userPrincipalName}`;

export const userStatus: Resource<UserStatusSource> = resource('microsoft.graph.deviceComplianceUserStatus', {
  id: text(userStatusId),
  userDisplayName: text(({ user }) => user?.displayName ?? ''),
  devicesCount: column('Edm.Int64', ({ devices }) => devices),
  status: column('enum', ({ status }) => status),
  lastReportedDateTime: date(({ evaluatedAt }) => (evaluatedAt === null ? unsetDate : formatInstant(evaluatedAt))),
  userPrincipalName: text(({ userPrincipalName }) => userPrincipalName),
} satisfies Properties<DeviceComplianceUserStatus, UserStatusSource>);

/** Whoever has a device that the policy reaches, by the worst of them; in the order of their names. */
export function userStatuses({ tenant }: Call, policy: CompliancePolicyRecord, path: string) {
  return {
    path,
    resource: userStatus,
    items(afterId) {
      const userOf = peopleOnce(tenant.directory);
      const users = new Map<string, UserStatusSource>();
      for (const { device, found } of reachedBy(tenant, policy)) {
        const { userPrincipalName } = device.inventory;
        if (userPrincipalName === '') continue;
        const status = statusOf(found.state);
        const known = users.get(userPrincipalName);
        if (known === undefined) {
          const { evaluatedAt } = found;
          users.set(userPrincipalName, { policy, userPrincipalName, user: userOf(userPrincipalName), devices: 1, status, evaluatedAt });
          continue;
        }
        known.devices += 1;
        known.status = worse(known.status, status);
        known.evaluatedAt = Math.max(known.evaluatedAt ?? 0, found.evaluatedAt ?? 0) || null;
      }
      const sorted = [...users.values()].sort((a, b) => (a.userPrincipalName < b.userPrincipalName ? -1 : 1));
      return afterId === null ? sorted : itemsAfter(sorted, (one) => userStatusId(one) === afterId);
    },
    idOf: userStatusId,
    sourceOf: (one) => one,
  } satisfies Collection<UserStatusSource, UserStatusSource>;
}
