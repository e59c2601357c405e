/**
 * Plants a seed in a tenant: what the seed says is so afterwards, what it does not say stays as it was. Doing it again changes nothing
 * more, so that a tenant file can be planted at every start. Secrets are kept as hashes.
 */
import type { Entry, EntryKind, RoleAssignmentRecord, UserRecord } from '../../server-stub/core/directory-records.ts';
import { firstAdministrator, newUser } from '../../server-stub/core/people.ts';
import { type DeviceRecord, deviceNameOf } from '../../server-stub/core/records.ts';
import { secretHash } from '../../server-stub/core/secret.ts';
import { derivedGuid, deviceObjectId } from '../../server-stub/graph/derived-guid.ts';
import type { GraphTenant, Initiator } from '../../server-stub/graph/tenant.ts';
import { namedEntries } from './named-entries.ts';
import { plantPolicies } from './plant-policies.ts';
import type { Planting } from './planting.ts';
import { freeId, isSame } from './same-entry.ts';
import type {
  DirectorySeed,
  SeedApplication,
  SeedGroup,
  SeedMember,
  SeedRole,
  SeedRoleAssignment,
  SeedToken,
  SeedUser,
  TenantSeed,
} from './seed.ts';
import { mustBeFree } from './taken-ids.ts';

/**
 * @param by who stands in the audit log for what is asked of devices; null: the first administrator
 * @throws ScenarioError before anything is planted: an id that cannot be given
 */
export function plant(tenant: GraphTenant, seed: TenantSeed, now: number, by: Initiator | null = null): void {
  mustBeFree(tenant, seed);
  const initiator = by ?? { name: firstAdministrator, isUser: false };
  const planting = { tenant, names: namedEntries(tenant), now, by: initiator };
  plantOrganization(tenant, seed);
  for (const user of seed.users) plantUser(planting, user);
  for (const role of seed.roles) plantRole(planting, role);
  for (const application of seed.applications) plantApplication(planting, application);
  for (const group of seed.groups) plantGroup(planting, group);
  plantMembers(planting, seed.groups);
  for (const assignment of seed.roleAssignments) plantAssignment(planting, assignment);
  plantUserRoles(planting, seed.users);
  plantPolicies(planting, seed);
  const configuration = tenant.configuration();
  const changed = Object.entries(seed.configuration).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(configuration[key as keyof typeof configuration]),
  );
  if (changed.length > 0) tenant.configure(Object.fromEntries(changed), initiator);
  if (seed.cleanupDays !== undefined && seed.cleanupDays !== tenant.cleanupDays()) tenant.setCleanupDays(seed.cleanupDays, initiator);
}

/** The part that a scenario says of its tenant, or changes on the way. @throws ScenarioError before anything is planted */
export function plantDirectory(tenant: GraphTenant, seed: DirectorySeed, now: number, by: Initiator): void {
  mustBeFree(tenant, { ...seed, applications: [] });
  const planting = { tenant, names: namedEntries(tenant), now, by };
  for (const user of seed.users) plantUser(planting, user);
  for (const group of seed.groups) plantGroup(planting, group);
  plantMembers(planting, seed.groups);
  plantUserRoles(planting, seed.users);
  plantPolicies(planting, seed);
}

/** Takes those out of their groups who leave, and brings the people, groups and devices in who are there by now; a device is there when it is enrolled (`plantDevice`). */
function plantMembers({ tenant, names, now }: Planting, groups: readonly SeedGroup[]): void {
  const hasDevices = groups.some(({ members, leave = [] }) => [...members, ...leave].some(({ kind }) => kind === 'device'));
  const devices = hasDevices ? devicesByName(tenant) : new Map<string, string>();
  const idOf = ({ kind, name }: PlainMember): string | undefined => {
    if (kind === 'device') return devices.get(name.toLowerCase());
    if (kind === 'group') return names.find('group', name)?.id;
    const known = tenant.directory.user(name);
    if (known !== undefined) return known.id;
    // Named as the user of a device alone: one whom the tenant would have from its enrollment on.
    const user = newUser(name, now);
    tenant.directory.save('user', user);
    return user.id;
  };
  for (const group of groups) {
    const { id } = names.find('group', group.id ?? group.displayName) ?? {};
    if (id === undefined) continue;
    for (const member of (group.leave ?? []).filter(isPlain)) {
      const memberId = idOf(member);
      if (memberId !== undefined) tenant.directory.removeMember(id, memberId);
    }
    const there = new Set(tenant.directory.members(id).map((member) => member.id));
    for (const member of group.members.filter(isPlain)) {
      const memberId = idOf(member);
      if (memberId !== undefined && !there.has(memberId)) tenant.directory.addMember(id, { kind: member.kind, id: memberId });
    }
  }
}

/** Members of a fleet's groups are told one by one before a scenario is planted (scenario-tenant.ts). */
type PlainMember = SeedMember & { kind: 'user' | 'group' | 'device' };
const isPlain = (member: SeedMember): member is PlainMember => member.kind !== 'usersOf' && member.kind !== 'devicesOf';

/** Brings a device that was enrolled just now into its groups. Returns whether there were any. */
export function plantDevice(tenant: GraphTenant, { groups }: Pick<TenantSeed, 'groups'>, deviceId: string): boolean {
  const device = tenant.device(deviceId);
  if (device === undefined) return false;
  const byName = groupsByDevice(groups);
  const of = new Set(namesOfDevice(device).flatMap((name) => byName.get(name) ?? []));
  if (of.size === 0) return false;
  const names = namedEntries(tenant);
  for (const group of of) {
    const found = names.find('group', group.id ?? group.displayName);
    if (found !== undefined) tenant.directory.addMember(found.id, { kind: 'device', id: deviceObjectId(deviceId) });
  }
  return true;
}

/** By folded name of a member that is a device. Looked through once for each seed: a fleet enrols one by one. */
function groupsByDevice(groups: readonly SeedGroup[]): ReadonlyMap<string, readonly SeedGroup[]> {
  const known = deviceGroups.get(groups);
  if (known !== undefined) return known;
  const found = new Map<string, SeedGroup[]>();
  for (const group of groups) {
    for (const { kind, name } of group.members) {
      if (kind === 'device') found.set(name.toLowerCase(), [...(found.get(name.toLowerCase()) ?? []), group]);
    }
  }
  deviceGroups.set(groups, found);
  return found;
}

const deviceGroups = new WeakMap<readonly SeedGroup[], ReadonlyMap<string, readonly SeedGroup[]>>();

/** Folded. */
function namesOfDevice(device: DeviceRecord): string[] {
  const { deviceName, serialNumber } = device.inventory;
  return [deviceNameOf(device), deviceName, serialNumber].map((name) => name.toLowerCase());
}

/** Directory objects of the devices, by folded name and serial number. */
function devicesByName(tenant: GraphTenant): Map<string, string> {
  const found = new Map<string, string>();
  for (const device of tenant.devicesAfter(null)) {
    for (const name of namesOfDevice(device)) found.set(name, deviceObjectId(device.id));
  }
  return found;
}

function plantOrganization({ directory }: GraphTenant, { organization }: TenantSeed): void {
  const before = directory.organization();
  const { id = before.id, displayName = before.displayName, domain = before.domain } = organization;
  const after = { id, displayName, domain };
  if (JSON.stringify(after) !== JSON.stringify({ id: before.id, displayName: before.displayName, domain: before.domain })) {
    directory.setOrganization(after);
  }
}

function plantUser({ tenant, now }: Planting, seed: SeedUser): void {
  const { directory } = tenant;
  const { userPrincipalName, facts, directoryRoles, password } = seed;
  const before = directory.user(userPrincipalName) ?? (seed.id === undefined ? undefined : directory.user(seed.id));
  const fresh = newUser(userPrincipalName, now, namesOf(facts.displayName));
  const user: UserRecord = {
    ...(before ?? { ...fresh, id: seed.id ?? freeId(tenant, 'user', fresh.id, userPrincipalName) }),
    userPrincipalName,
    ...facts,
    ...(directoryRoles === undefined ? {} : { directoryRoles }),
    ...(password === undefined ? {} : { passwordHash: secretHash(password) }),
  };
  save(tenant, 'user', user, before);
  plantToken(tenant, seed.token, { id: user.id, type: 'user' });
}

/** Of a new person whose display name is two words, they are the first and the last name. */
function namesOf(displayName: string | undefined): Pick<UserRecord, 'givenName' | 'surname'> | undefined {
  const [givenName, surname, ...others] = displayName?.split(/\s+/) ?? [];
  return givenName === undefined || surname === undefined || others.length > 0 ? undefined : { givenName, surname };
}

function plantToken(tenant: GraphTenant, token: SeedToken | undefined, principal: { id: string; type: 'user' | 'application' }): void {
  if (token === undefined) return;
  const id = secretHash(token.token);
  const entry = { id, principalId: principal.id, principalType: principal.type, permissions: token.permissions };
  save(tenant, 'namedToken', entry, tenant.directory.entry('namedToken', id));
}

function plantApplication({ tenant, now }: Planting, seed: SeedApplication): void {
  const { directory } = tenant;
  const { displayName, secret, permissions, delegatedPermissions, publicClient } = seed;
  const appId = seed.clientId ?? derivedGuid(`client ${displayName.toLowerCase()}`);
  const before = directory.application(appId) ?? (seed.id === undefined ? undefined : directory.application(seed.id));
  const kept = before ?? {
    id: seed.id ?? freeId(tenant, 'application', derivedGuid(`application ${displayName.toLowerCase()}`), displayName),
    appId,
    displayName,
    secretHashes: [],
    permissions: [],
    delegatedPermissions: [],
    isPublicClient: false,
    createdAt: now,
  };
  const application = {
    ...kept,
    appId,
    displayName,
    ...(secret === undefined ? {} : { secretHashes: [secretHash(secret)] }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(delegatedPermissions === undefined ? {} : { delegatedPermissions }),
    ...(publicClient === undefined ? {} : { isPublicClient: publicClient }),
  };
  save(tenant, 'application', application, before);
  plantToken(tenant, seed.token, { id: application.id, type: 'application' });
}

function plantGroup({ tenant, names, now }: Planting, seed: Omit<SeedGroup, 'members'>): string {
  const { displayName, description, mailNickname } = seed;
  const before = names.find('group', seed.id ?? displayName);
  const group = {
    ...(before ?? {
      id: seed.id ?? freeId(tenant, 'group', derivedGuid(`group ${displayName.toLowerCase()}`), displayName),
      description: null,
      mailNickname: displayName.toLowerCase().replace(/[^a-z0-9]+/g, '') || 'group',
      mailEnabled: false,
      securityEnabled: true,
      createdAt: now,
    }),
    displayName,
    ...(description === undefined ? {} : { description }),
    ...(mailNickname === undefined ? {} : { mailNickname }),
  };
  save(tenant, 'group', group, before);
  names.saved('group', group);
  return group.id;
}

function plantRole({ tenant, names }: Planting, seed: SeedRole): void {
  const { displayName, description, allowed } = seed;
  const before = names.find('roleDefinition', seed.id ?? displayName);
  const role = {
    ...(before ?? {
      id: seed.id ?? freeId(tenant, 'roleDefinition', derivedGuid(`role ${displayName.toLowerCase()}`), displayName),
      description: '',
      isBuiltIn: false,
    }),
    displayName,
    ...(description === undefined ? {} : { description }),
    allowedResourceActions: allowed,
  };
  save(tenant, 'roleDefinition', role, before);
  names.saved('roleDefinition', role);
}

function plantAssignment({ tenant, names }: Planting, seed: SeedRoleAssignment): void {
  const { displayName, description, scopeType } = seed;
  const before = names.find('roleAssignment', seed.id ?? displayName);
  const idsOf = (groups: readonly string[]) => groups.flatMap((name) => names.find('group', name)?.id ?? []);
  const assignment: RoleAssignmentRecord = {
    ...(before ?? {
      id: seed.id ?? freeId(tenant, 'roleAssignment', derivedGuid(`role assignment ${displayName.toLowerCase()}`), displayName),
      description: '',
    }),
    displayName,
    ...(description === undefined ? {} : { description }),
    roleDefinitionId: names.find('roleDefinition', seed.role)?.id ?? '',
    members: idsOf(seed.members),
    scopeType,
    scopeGroups: idsOf(seed.scopeGroups),
  };
  save(tenant, 'roleAssignment', assignment, before);
  names.saved('roleAssignment', assignment);
}

/** Roles of Intune that people have: they have them through groups. Each group, and its assignment, is called as its role is. */
function plantUserRoles(planting: Planting, users: readonly SeedUser[]): void {
  const byRole = new Map<string, SeedMember[]>();
  for (const { userPrincipalName, intuneRoles } of users) {
    for (const role of intuneRoles) {
      const name = planting.names.find('roleDefinition', role)?.displayName ?? role;
      byRole.set(name, [...(byRole.get(name) ?? []), { kind: 'user', name: userPrincipalName }]);
    }
  }
  for (const [role, members] of byRole) {
    const about = { displayName: `${role}: people of the tenant file`, id: undefined, description: undefined, mailNickname: undefined };
    const groupId = plantGroup(planting, about);
    plantMembers(planting, [{ ...about, members }]);
    plantAssignment(planting, { ...about, role, members: [groupId], scopeType: 'allDevicesAndLicensedUsers', scopeGroups: [] });
  }
}

function save<T extends Entry>(tenant: GraphTenant, kind: EntryKind, entry: T, before: T | undefined): void {
  if (before === undefined || !isSame(entry, before)) tenant.directory.save(kind, entry as never);
}
