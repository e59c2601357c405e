/** The tenant as Graph sees it: what the routes of this folder ask of the core, and a request and an answer as plain data. */
import type { Command, CommandType } from '../../protocol/commands.ts';
import type { NotificationText } from '../../protocol/notification-text.ts';
import type { EnrollmentType, Platform } from '../../protocol/platforms.ts';
import type { DevicePolicy } from '../core/compliance/device-policies.ts';
import type { Directory } from '../core/directory.ts';
import type { MailDraft, MailRecord, ReceivedMail, UserRecord } from '../core/directory-records.ts';
import type {
  AccessPolicyRecord,
  Brand,
  CompliancePolicyRecord,
  ComplianceSettings,
  LocalizedMessage,
  NotificationTemplateRecord,
  SignInRecord,
} from '../core/policy-records.ts';
import type { ActionName, AuditRecord, CommandRecord, ComplianceState, DeviceRecord } from '../core/records.ts';
import type { Issued } from '../core/requests.ts';
import type { PushChange, PushSettings, TenantConfiguration } from '../core/settings.ts';
import type { DeviceCondition, DeviceIndex } from '../store/store.ts';
import type { Caller } from './caller.ts';

export interface GraphTenant {
  /** Visible records only: a deleted one is not found. */
  device(id: string): DeviceRecord | undefined;
  /** Visible records in the order of their ids, beginning after `afterId`; `where`: only these. */
  devicesAfter(afterId: string | null, where?: DeviceCondition): Iterable<DeviceRecord>;
  /** Sorts and searches visible records without reading them; undefined: they have to be gone through. */
  readonly deviceIndex?: DeviceIndex | undefined;
  commandsOf(deviceId: string): CommandRecord[];
  /** Newest first. */
  allCommands(): Iterable<CommandRecord>;
  /** Newest first. */
  audits(): Iterable<AuditRecord>;
  /** Why this action is greyed out for this device, now; undefined: it can be asked for. */
  whyUnavailable(device: DeviceRecord, type: CommandType): string | undefined;
  /** The live Activation Lock bypass code that the service shows for the device (TD-05). */
  bypassCode(device: DeviceRecord): string | null;
  /** The FileVault recovery key of a Mac; null: it has none. */
  fileVaultKey(device: DeviceRecord): string | null;
  /** Queues an action. `refused`: why it is greyed out; `tryAgainAt`: too many were sent within the hour. */
  issue(deviceId: string, command: Command, by: Initiator): Issued;
  /** Sends a custom notification to the people in groups that are there, 25 at most. `tryAgainAt`: not now, then. */
  notifyGroups(groupIds: readonly string[], text: NotificationText, by: Initiator): { tryAgainAt: number | null };
  /** How the push service is; no real tenant shows it. */
  pushSettings(): PushSettings;
  setPushSettings(change: PushChange): void;
  /** How many notifications are on their way, and how many wait for devices that are away. */
  pushCounts(): { underWay: number; kept: number };
  /**
   * Takes back what was not delivered yet: the newest open command of that action.
   * `delivered`: too late; `not-found`: no such action is open.
   */
  cancel(deviceId: string, action: ActionName, by: Initiator): 'canceled' | 'delivered' | 'not-found';
  configuration(): TenantConfiguration;
  /** Changes what the tenant asks of its devices; they hear of it by a push and apply it at their next check-in. */
  configure(change: Partial<TenantConfiguration>, by: Initiator): void;
  /** The device's user wants an app that is available to it. False: none such is. */
  requestApp(deviceId: string, appId: string): boolean;
  /** A person of this tenant by an access token of the self-service site. */
  portalUser(token: string): string | undefined;
  /** A token for the self-service site, for someone who proved who they are. */
  portalToken(userPrincipalName: string): string;
  readonly directory: Directory;
  /**
   * Whether this person has the permission by a role: of the directory, or of Intune by an assignment. With a device: for that one
   * (the scope of the assignment), without: for any at all.
   */
  allows(userId: string, resourceAction: string, device?: DeviceRecord): boolean;
  /** How many visible records there are of each kind. */
  deviceCounts(): { platform: Platform; enrollment: EnrollmentType; count: number }[];
  complianceCounts(): { state: ComplianceState; count: number }[];
  /** Changes what administrators may write about a record. */
  editDevice(deviceId: string, change: DeviceEdit, by: Initiator): void;
  /** Days without contact after which a record is hidden, 30 to 270; null: never. */
  cleanupDays(): number | null;
  setCleanupDays(days: number | null, by: Initiator): void;
  /** Writes into the audit log what was done to something that is no device. @param activity `create RoleAssignment` */
  note(activity: string, about: { type: string; id: string; name: string }, by: Initiator): void;
  /** Compliance policies are read through the directory. @param activity `create`, `patch`, `assign`, `scheduleActionsForRules` */
  savePolicy(policy: CompliancePolicyRecord, activity: string, by: Initiator): void;
  removePolicy(policy: CompliancePolicyRecord, by: Initiator): void;
  /** Every policy that reaches the device now, with what was last made of it; that of the service itself first. */
  policiesOf(device: DeviceRecord): DevicePolicy[];
  /** The same for many devices: good until something changes. @param only beside that of the service this one alone, by its id */
  policyReader(only?: string): (device: DeviceRecord) => DevicePolicy[];
  complianceSettings(): ComplianceSettings;
  setComplianceSettings(change: Partial<ComplianceSettings>, by: Initiator): void;
  brand(): Brand;
  setBrand(change: Partial<Brand>, by: Initiator): void;
  /** Devices on the retire list: confirmed, they are retired; cancelled, they leave the list until an action puts them on it again. */
  decideRetire(deviceIds: readonly string[], decision: 'confirm' | 'cancel', by: Initiator): void;
  /** Mails a message to somebody as a device's user would get it; variables of devices stay as they are. */
  sendTestMail(template: NotificationTemplateRecord, message: LocalizedMessage, to: UserRecord): void;
  /** Conditional Access policies are read through the directory. */
  saveAccessPolicy(policy: AccessPolicyRecord, activity: 'create' | 'patch', by: Initiator): void;
  removeAccessPolicy(policy: AccessPolicyRecord, by: Initiator): void;
  /** Newest first. */
  signIns(): Iterable<SignInRecord>;
  signIn(id: string): SignInRecord | undefined;
  /** What was sent, or is still to be, newest first. */
  mails(): Iterable<MailRecord>;
  sendMail(draft: MailDraft): MailRecord;
  /** What the stub's own mailbox took in, newest first. */
  receivedMails(): Iterable<ReceivedMail>;
  receivedMail(id: string): ReceivedMail | undefined;
  receiveMail(mail: Omit<ReceivedMail, 'id' | 'at'>): ReceivedMail;
  clearReceivedMails(): void;
  /** Hides the record at once and lets its device be retired or wiped at its next check-in. */
  deleteDevice(deviceId: string, by: Initiator): void;
}

/** Who asks for something, by user principal name. The device's own user leaves no audit entry (TD-07). */
export interface Initiator {
  name: string;
  isUser: boolean;
  /** A program that signed in as itself. */
  isApplication?: boolean;
  /** Object id of a user, appId of an application. */
  id?: string;
  /** Of several actions that were asked for at once. */
  bulkId?: string;
}

export interface DeviceEdit {
  notes?: string | null;
  managedDeviceName?: string;
  owner?: 'company' | 'personal';
}

export interface GraphRequest {
  method: string;
  /** Scheme, host and port that the caller used, without a slash at the end: what links in answers begin with. */
  origin: string;
  /** Still percent-encoded, version included: `/v1.0/deviceManagement/managedDevices`. */
  path: string;
  /** Still percent-encoded, without the question mark. */
  query: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** '' when there is none. */
  body: string;
  /** GUID of this request, made at the edge. */
  requestId: string;
  /** The stub's clock. */
  now: number;
  caller: Caller;
}

export interface GraphResponse {
  status: number;
  headers: Record<string, string>;
  /** '' when there is none. */
  body: string;
}
