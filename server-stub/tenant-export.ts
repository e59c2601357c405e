/**
 * The tenant as a tenant file says it (simulator/tenant reads it): whom and what it has, by name, without any secret. Who plants it again
 * gets the same people, groups, programs, roles and settings with the same ids, and devices of the same kinds.
 */
import { builtInRole } from './core/built-in-roles.ts';
import {
  type ApplicationRecord,
  type GroupRecord,
  type Member,
  type RoleAssignmentRecord,
  type RoleDefinitionRecord,
  type UserRecord,
  userPrincipalNamePattern,
} from './core/directory-records.ts';
import { type DeviceRecord, deviceNameOf } from './core/records.ts';
import { recordOfDeviceObject } from './graph/derived-guid.ts';
import type { GraphTenant } from './graph/tenant.ts';
import { exportPolicies, type PolicyNames } from './tenant-export-policies.ts';

/** JSON, in the order of names. What has the value that a new one begins with is left out. */
export function exportTenant(tenant: GraphTenant): Record<string, unknown> {
  const { directory } = tenant;
  const names = namesOf(tenant);
  const { policy, apps, requireManagedDevice } = configurationOf(tenant);
  const byName = <T extends { displayName: string; id: string }>(entries: Iterable<T>): T[] =>
    [...entries].sort((a, b) => compare(a.displayName, b.displayName) || compare(a.id, b.id));
  const { id, displayName, domain } = directory.organization();
  return {
    organization: { displayName, domain, id },
    users: [...directory.entriesAfter('user', null)]
      .filter(({ userPrincipalName }) => isPerson(userPrincipalName))
      .sort((a, b) => compare(a.userPrincipalName, b.userPrincipalName))
      .map(userOf),
    groups: byName(directory.entriesAfter('group', null)).map((group) => groupOf(group, directory.members(group.id), names)),
    applications: byName(directory.entriesAfter('application', null)).map(applicationOf),
    roles: byName(directory.entriesAfter('roleDefinition', null)).flatMap((role) => (role.isBuiltIn ? [] : [roleOf(role)])),
    roleAssignments: byName(directory.entriesAfter('roleAssignment', null)).map((assignment) => assignmentOf(assignment, names)),
    ...exportPolicies(tenant, names),
    devices: [...newestOf(tenant)]
      .sort((a, b) => compare(deviceNameOf(a), deviceNameOf(b)) || compare(a.inventory.serialNumber, b.inventory.serialNumber))
      .map(deviceOf),
    tenant: { policy, apps, requireManagedDevice },
    cleanupDays: tenant.cleanupDays() ?? 'off',
  };
}

/** What an entry is called in the file: its name where no other of its kind has it, else its id. Of devices else the serial number. */
interface Names extends PolicyNames {
  user(id: string): string | undefined;
  group(id: string): string | undefined;
  role(id: string): string | undefined;
  template(id: string): string | undefined;
  device(objectId: string): string | undefined;
}

function namesOf(tenant: GraphTenant): Names {
  const { directory } = tenant;
  const devices = [...newestOf(tenant)];
  const deviceNames = counted(devices.map(deviceNameOf));
  const deviceOfRecord = new Map(devices.map((device) => [device.id, device]));
  const nameOf = (kind: 'group' | 'roleDefinition' | 'notificationTemplate') => {
    const entries: { id: string; displayName: string }[] = [...directory.entriesAfter(kind, null)];
    const names = counted(entries.map(({ displayName }) => displayName));
    const byId = new Map(entries.map((entry) => [entry.id, entry.displayName]));
    return (id: string) => {
      const name = byId.get(id);
      const isPlain = name !== undefined && names.get(name.toLowerCase()) === 1 && !isTaken.test(name);
      return name === undefined ? undefined : isPlain ? name : id;
    };
  };
  return {
    user(id) {
      const name = directory.user(id)?.userPrincipalName;
      return name !== undefined && isPerson(name) ? name : undefined;
    },
    group: nameOf('group'),
    template: nameOf('notificationTemplate'),
    role: (id) => builtInRole(id)?.displayName ?? nameOf('roleDefinition')(id),
    device(objectId) {
      const device = deviceOfRecord.get(recordOfDeviceObject(objectId) ?? '');
      if (device === undefined) return undefined;
      const name = deviceNameOf(device);
      return deviceNames.get(name.toLowerCase()) === 1 ? name : device.inventory.serialNumber;
    },
  };
}

/** What would be read as a person, a device, an id, or (with spaces around it) another name. */
const isTaken = /@|^(device|role|usersOf|devicesOf):|^\s|\s$|^[0-9a-f]{8}-[0-9a-f]{4}-|^(all users|all devices|none|guests)$/i;

/** An agent may be enrolled by somebody whose name no real directory takes; a file could not name them. */
function isPerson(userPrincipalName: string): boolean {
  return userPrincipalNamePattern.test(userPrincipalName);
}

/** How often each name is there, folded. */
function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  return counts;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A device that was enrolled again may have left a record behind: the newest one of each serial number. */
function newestOf(tenant: GraphTenant): Iterable<DeviceRecord> {
  const newest = new Map<string, DeviceRecord>();
  for (const device of tenant.devicesAfter(null)) {
    const key = device.inventory.serialNumber.toLowerCase();
    const other = newest.get(key);
    if (other === undefined || other.enrolledAt <= device.enrolledAt) newest.set(key, device);
  }
  return newest.values();
}

function userOf(user: UserRecord): object {
  const { userPrincipalName, id, displayName, givenName, surname, mail, accountEnabled, directoryRoles } = user;
  const { jobTitle, department, officeLocation, mobilePhone, usageLocation, preferredLanguage } = user;
  return {
    userPrincipalName,
    id,
    displayName,
    givenName,
    surname,
    mail,
    ...without(null, { jobTitle, department, officeLocation, mobilePhone, usageLocation, preferredLanguage }),
    ...(accountEnabled ? {} : { accountEnabled }),
    ...(directoryRoles.length === 0 ? {} : { roles: directoryRoles }),
  };
}

function groupOf({ displayName, id, description, mailNickname }: GroupRecord, members: readonly Member[], names: Names): object {
  const named = members.flatMap(({ id: memberId, kind }) => {
    const name = names[kind](memberId);
    return name === undefined ? [] : [kind === 'device' ? `device: ${name}` : name];
  });
  return { displayName, id, ...without(null, { description }), mailNickname, members: named.sort(compare) };
}

function applicationOf(application: ApplicationRecord): object {
  const { displayName, appId, id, permissions, delegatedPermissions, isPublicClient } = application;
  return {
    displayName,
    clientId: appId,
    id,
    permissions,
    delegatedPermissions,
    ...(isPublicClient ? { publicClient: true } : {}),
  };
}

function roleOf({ displayName, id, description, allowedResourceActions }: RoleDefinitionRecord): object {
  return { displayName, id, ...without('', { description }), allowed: allowedResourceActions };
}

const scopeWords = {
  allDevices: 'all devices',
  allLicensedUsers: 'all users',
  allDevicesAndLicensedUsers: 'all devices and users',
} as const;

function assignmentOf(assignment: RoleAssignmentRecord, names: Names): object {
  const { displayName, id, description, roleDefinitionId, members, scopeType, scopeGroups } = assignment;
  const groups = (ids: readonly string[]) => ids.flatMap((one) => names.group(one) ?? []).sort(compare);
  return {
    displayName,
    id,
    ...without('', { description }),
    role: names.role(roleDefinitionId) ?? roleDefinitionId,
    members: groups(members),
    scope: scopeType === 'resourceScope' ? groups(scopeGroups) : scopeWords[scopeType],
  };
}

function deviceOf(device: DeviceRecord): object {
  const { platform, enrollment, serialNumber, userPrincipalName, model, manufacturer, osVersion, shared } = device.inventory;
  return {
    name: deviceNameOf(device),
    platform,
    enrollment,
    serialNumber,
    user: isPerson(userPrincipalName) ? userPrincipalName : '',
    ...without('', { model, manufacturer, osVersion: device.information?.osVersion ?? osVersion }),
    ...(shared === true ? { has: { shared: true } } : {}),
  };
}

function configurationOf(tenant: GraphTenant) {
  const { apps, requireManagedDevice, ...policy } = tenant.configuration();
  return { policy, apps, requireManagedDevice };
}

function without<T extends object>(value: unknown, members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== value)) as Partial<T>;
}
