/**
 * A tenant as it is planted: compiled from a tenant file, or from what a test says, by `seed-schema.ts`.
 * What is undefined was not said: it keeps what the tenant has, or gets the service's default where it is new.
 */
import type { DirectoryRole, RoleAssignmentRecord, UserRecord } from '../../server-stub/core/directory-records.ts';
import type { TenantConfiguration } from '../../server-stub/core/settings.ts';
import type { FleetGroup } from '../scenarios/scenario.ts';
import type { PolicySeeds } from './policy-seed.ts';

export interface TenantSeed extends DirectorySeed {
  organization: SeedOrganization;
  applications: readonly SeedApplication[];
  roles: readonly SeedRole[];
  roleAssignments: readonly SeedRoleAssignment[];
  devices: readonly SeedDevices[];
  configuration: Partial<TenantConfiguration>;
  /** null: no cleanup. */
  cleanupDays: number | null | undefined;
}

/** Of a tenant of which a file says nothing. */
export const nothingPlanted: DirectorySeed = {
  users: [],
  groups: [],
  complianceSettings: {},
  branding: {},
  notificationTemplates: [],
  compliancePolicies: [],
  conditionalAccess: [],
};

/** What a scenario says of its tenant too, and changes on the way. */
export interface DirectorySeed extends PolicySeeds {
  users: readonly SeedUser[];
  groups: readonly SeedGroup[];
}

export interface SeedOrganization {
  id?: string | undefined;
  displayName?: string | undefined;
  domain?: string | undefined;
}

/** What a tenant file says of a person beside the name. */
export type UserFacts = Partial<
  Pick<
    UserRecord,
    | 'displayName'
    | 'givenName'
    | 'surname'
    | 'mail'
    | 'jobTitle'
    | 'department'
    | 'officeLocation'
    | 'mobilePhone'
    | 'usageLocation'
    | 'preferredLanguage'
    | 'accountEnabled'
  >
>;

export interface SeedUser {
  userPrincipalName: string;
  id: string | undefined;
  facts: UserFacts;
  /** undefined: as they are. */
  directoryRoles: readonly DirectoryRole[] | undefined;
  /** Of Intune, by name: each an assignment over all devices. */
  intuneRoles: readonly string[];
  password: string | undefined;
  token: SeedToken | undefined;
}

/** A bearer token that is given out by name. */
export interface SeedToken {
  token: string;
  /** null: all that its holder may have. */
  permissions: readonly string[] | null;
}

export interface SeedGroup {
  displayName: string;
  id: string | undefined;
  description: string | undefined;
  mailNickname: string | undefined;
  members: readonly SeedMember[];
  /** Who is no member any more. Of changes on the way alone. */
  leave?: readonly SeedMember[] | undefined;
}

/**
 * `name`: of a user the principal name, of a group its name or id, of a device its name or serial number. In scenarios: of all users or devices
 * of a group of the fleet, its name.
 */
export interface SeedMember {
  kind: 'user' | 'group' | 'device' | 'usersOf' | 'devicesOf';
  name: string;
}

export interface SeedApplication {
  displayName: string;
  id: string | undefined;
  clientId: string | undefined;
  secret: string | undefined;
  token: SeedToken | undefined;
  permissions: readonly string[] | undefined;
  delegatedPermissions: readonly string[] | undefined;
  publicClient: boolean | undefined;
}

export interface SeedRole {
  displayName: string;
  id: string | undefined;
  description: string | undefined;
  allowed: readonly string[];
}

export interface SeedRoleAssignment {
  displayName: string;
  id: string | undefined;
  description: string | undefined;
  /** Name or id of a built-in role or of one of `roles`. */
  role: string;
  /** Names or ids of groups. */
  members: readonly string[];
  scopeType: RoleAssignmentRecord['scopeType'];
  /** Names or ids of groups. */
  scopeGroups: readonly string[];
}

/** One device, or `group.count` that are alike: `name-1`, `name-2` and so on. */
export interface SeedDevices {
  name: string;
  /** Of a single device; undefined: made from the name. */
  serialNumber: string | undefined;
  /** A group of a fleet with this name and count. `user` null: each has a user of its own, called as the device is. */
  group: FleetGroup;
}
