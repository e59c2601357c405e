/** What a tenant has beside devices: people, groups, programs that sign in, and who may do what. Plain records, kept by kind. */
import type { AccessPolicyRecord, CompliancePolicyRecord, NotificationTemplateRecord } from './policy-records.ts';

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
  compliancePolicy: CompliancePolicyRecord;
  notificationTemplate: NotificationTemplateRecord;
  accessPolicy: AccessPolicyRecord;
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

/** How far a mail has come. `failed`: a server refused it for good, or none took it in time; `not-sent`: there was nobody to send it to. */
export const mailStates = ['queued', 'sent', 'failed', 'not-sent'] as const;
export type MailState = (typeof mailStates)[number];

/** What somebody of the tenant, or the tenant itself, asked to be sent. */
export interface MailDraft {
  /** Address. */
  from: string;
  to: readonly string[];
  cc: readonly string[];
  bcc: readonly string[];
  subject: string;
  contentType: 'text' | 'html';
  body: string;
  /** The same without markup, where `body` is HTML; absent: none is sent along. */
  text?: string;
  /** Pictures within an HTML body, by their `cid`; a mail that is at its end has none any more. */
  pictures?: readonly MailPicture[];
  /** What it was sent for; absent: somebody wrote it. */
  about?: MailSubject;
}

export interface MailPicture {
  contentId: string;
  /** `image/png` */
  type: string;
  base64: string;
}

export interface MailSubject {
  deviceId: string;
  policyId: string;
  actionId: string;
  templateId: string;
}

/** A mail on its way, or at its end. */
export interface MailRecord extends MailDraft {
  id: string;
  /** Its date: when it was due, even if it went later. */
  at: number;
  /** Without brackets; the same however often it is tried. */
  messageId: string;
  /** When it was taken over: from then on its time runs (outbox.ts). */
  queuedAt: number;
  state: MailState;
  /** Begun ones. */
  attempts: number;
  /** When it is tried (again), should the attempt under way come to nothing; null: no more. */
  nextAttemptAt: number | null;
  /** Who is still to get it. */
  pending: readonly string[];
  /** Those whom a server refused for good, with its words. */
  refused: readonly { address: string; response: string }[];
  finishedAt: number | null;
  /** What the latest attempt met, or why nobody gets it. */
  error: string | null;
}

/** What came of an attempt: by a mail server's answers, per address. */
export type MailOutcome =
  | {
      kind: 'answered';
      accepted: readonly string[];
      refused: readonly { address: string; response: string }[];
      later: readonly { address: string; response: string }[];
    }
  /** No answer at all, or one about the whole mail that a later try may change. */
  | { kind: 'later'; error: string }
  | { kind: 'never'; error: string };

/** What the stub's own mailbox took in, from whoever sent it. */
export interface ReceivedMail {
  id: string;
  at: number;
  /** Of the SMTP envelope. */
  envelopeFrom: string;
  envelopeTo: readonly string[];
  from: string;
  to: readonly string[];
  cc: readonly string[];
  subject: string;
  /** Without brackets; '' for none. */
  messageId: string;
  /** Of its header; null: it has none that can be read. */
  date: number | null;
  text: string | null;
  /** Its pictures are in it. */
  html: string | null;
  /** As it came over the wire, base64; null: it came within the process. */
  raw: string | null;
}
