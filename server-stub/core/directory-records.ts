/** What a tenant has beside devices: people, groups, programs that sign in, and who may do what. Plain records, kept by kind. */

/** Roles of the directory, as far as they decide about devices; those of Intune are role definitions with assignments. */
export const directoryRoles = [
  'Global Administrator',
  'Intune Administrator',
  'Global Reader',
  'User Administrator',
  'Groups Administrator',
] as const;
export type DirectoryRole = (typeof directoryRoles)[number];

/** What a user principal name looks like. Whoever enrols a device may be called otherwise; then they are no person of a real tenant. */
export const userPrincipalNamePattern = /^(?=.{3,113}$)[^\s@]+@[^\s@]+$/;

export interface Organization {
  /** GUID: the tenant id. */
  id: string;
  displayName: string;
  /** The verified domain: what names of users end with. */
  domain: string;
}

export interface UserRecord {
  id: string;
  userPrincipalName: string;
  displayName: string;
  givenName: string | null;
  surname: string | null;
  /** The mailbox; null: none, so that no mail can be sent to this person. */
  mail: string | null;
  jobTitle: string | null;
  department: string | null;
  officeLocation: string | null;
  mobilePhone: string | null;
  /** Two letters. */
  usageLocation: string | null;
  /** `en-US`. */
  preferredLanguage: string | null;
  accountEnabled: boolean;
  createdAt: number;
  directoryRoles: readonly DirectoryRole[];
  /** See secretHash (core/secret.ts); null: signs in with no password of their own. */
  passwordHash: string | null;
  /** The rest of a profile: kept and shown, nothing else depends on it. Absent: nothing is set. */
  profile?: Partial<Record<ProfileText, string | null>>;
  businessPhones?: readonly string[];
  otherMails?: readonly string[];
}

/** Graph's names of the texts in a profile. */
export type ProfileText =
  | 'ageGroup'
  | 'city'
  | 'companyName'
  | 'country'
  | 'employeeId'
  | 'employeeType'
  | 'faxNumber'
  | 'mailNickname'
  | 'passwordPolicies'
  | 'postalCode'
  | 'state'
  | 'streetAddress'
  | 'userType';

export const groupVisibilities = ['Public', 'Private', 'HiddenMembership'] as const;
type GroupVisibility = (typeof groupVisibilities)[number];

export interface GroupRecord {
  id: string;
  displayName: string;
  description: string | null;
  mailNickname: string;
  mailEnabled: boolean;
  securityEnabled: boolean;
  createdAt: number;
  /** `Unified`: a Microsoft 365 group. Absent: a plain one. */
  groupTypes?: readonly 'Unified'[];
  /** Shown, nothing else depends on it. Absent: nobody has said. */
  visibility?: GroupVisibility | null;
  /** Address of one that mail reaches. */
  mail?: string;
  /** Ids of users; shown, nothing else depends on it. */
  owners?: readonly string[];
}

/** A program that signs in: application and service principal in one. */
export interface ApplicationRecord {
  /** Object id. */
  id: string;
  /** Client id. */
  appId: string;
  displayName: string;
  secretHashes: readonly string[];
  /** Of Microsoft Graph, granted to the program itself (client credentials): `DeviceManagementManagedDevices.Read.All`. */
  permissions: readonly string[];
  /** Of Microsoft Graph, granted to it on behalf of people who sign in with it. */
  delegatedPermissions: readonly string[];
  /** It keeps no secret: the device-code and password flows. */
  isPublicClient: boolean;
  createdAt: number;
}

/** A bearer token that was given out by name (a tenant file), not by signing in. */
export interface NamedTokenRecord {
  /** Hash of the token: see secretHash. */
  id: string;
  /** Of a user or of an application. */
  principalId: string;
  principalType: 'user' | 'application';
  /** Permissions of Microsoft Graph; null: all that a user may have delegated, or all that the application was granted. */
  permissions: readonly string[] | null;
}

/** Intune's role (reference §6.2). */
export interface RoleDefinitionRecord {
  id: string;
  displayName: string;
  description: string;
  isBuiltIn: boolean;
  /** `Microsoft.Intune_RemoteTasks_Wipe`. */
  allowedResourceActions: readonly string[];
}

export interface RoleAssignmentRecord {
  id: string;
  displayName: string;
  description: string;
  roleDefinitionId: string;
  /** Ids of groups whose members have the role. */
  members: readonly string[];
  /** `resourceScope`: over the devices, and the users' devices, of `scopeGroups` alone. */
  scopeType: 'resourceScope' | 'allDevices' | 'allLicensedUsers' | 'allDevicesAndLicensedUsers';
  scopeGroups: readonly string[];
}

/** By kind. */
export interface DirectoryEntries {
  user: UserRecord;
  group: GroupRecord;
  application: ApplicationRecord;
  namedToken: NamedTokenRecord;
  roleDefinition: RoleDefinitionRecord;
  roleAssignment: RoleAssignmentRecord;
}
export type EntryKind = keyof DirectoryEntries;
export type Entry = DirectoryEntries[EntryKind];

/** The other name by which an entry is looked up, folded; null: it has none. */
export function nameOfEntry(kind: EntryKind, entry: Entry): string | null {
  if (kind === 'user') return (entry as UserRecord).userPrincipalName.toLowerCase();
  if (kind === 'application') return (entry as ApplicationRecord).appId.toLowerCase();
  return null;
}

export interface Member {
  /** Object id: of a device its id in the directory, which is not that of its record (graph/derived-guid.ts). */
  id: string;
  kind: 'user' | 'group' | 'device';
}

/** A mail that somebody of the tenant, or the tenant itself, sent. */
export interface MailRecord {
  id: string;
  at: number;
  /** Address. */
  from: string;
  to: readonly string[];
  cc: readonly string[];
  bcc: readonly string[];
  subject: string;
  contentType: 'text' | 'html';
  body: string;
}
