/** What a test says about its tenant: the same as a tenant file says, in code. `readSeed` (simulator/tenant) checks it and fills in the rest. */
import type { SecurityTraits } from '../../protocol/device-security.ts';
import type { Behavior } from '../../protocol/hands.ts';
import type { LockScreenSetting, NotificationPermission } from '../../protocol/notifications.ts';
import type { EnrollmentType, Platform } from '../../protocol/platforms.ts';
import type { DirectoryRole } from '../../server-stub/core/directory-records.ts';
import type { AccessPolicyRecord, Brand, Json, PolicyType, ScheduledActionType } from '../../server-stub/core/policy-records.ts';
import type { TenantApp } from '../../server-stub/core/settings.ts';
import type { PushWords } from '../../server-stub/push-words.ts';

export interface TenantOptions {
  /** When the tenant's time begins: `2026-01-01T08:00:00Z` (the default), a Date, or milliseconds since 1970. It stands until it is advanced. */
  start?: string | number | Date;
  /** Ids are drawn from it: equal seeds give equal ids. */
  seed?: string;
  /** How pushes come through: `{ lost: '5%', latency: { uniform: ['1s', '10s'] }, membershipLag: '15m' }`. Without it: each of them, at once. */
  push?: Partial<PushWords>;
  organization?: { displayName?: string; domain?: string; id?: string };
  users?: readonly UserOptions[];
  groups?: readonly GroupOptions[];
  applications?: readonly ApplicationOptions[];
  roles?: readonly RoleOptions[];
  roleAssignments?: readonly RoleAssignmentOptions[];
  devices?: readonly DeviceOptions[];
  /** What is asked of the devices, and of those who sign in. */
  tenant?: {
    policy?: {
      passcodeRequired?: boolean;
      passcodeLengthMin?: number;
      workProfilePasscodeRequired?: boolean;
      allowActivationLock?: boolean;
    };
    apps?: readonly TenantApp[];
    requireManagedDevice?: boolean;
  };
  /** What counts for all compliance policies. */
  complianceSettings?: { secureByDefault?: boolean; validityDays?: number; scheduledActions?: 'on' | 'off' };
  /** How the Company Portal and mails look, by Graph's names (intuneBrand). */
  branding?: Partial<Brand>;
  notificationTemplates?: readonly NotificationTemplateOptions[];
  compliancePolicies?: readonly CompliancePolicyOptions[];
  conditionalAccess?: readonly AccessPolicyOptions[];
  /** Devices without contact for so many days (30 to 270) are hidden. */
  cleanupDays?: number | 'off';
}

export interface DeviceOptions {
  platform: Platform;
  /** Without it: the first one of the platform. */
  enrollment?: EnrollmentType;
  /** Without it: platform and place. */
  name?: string;
  /** So many that are alike, called NAME-1, NAME-2 and so on. */
  count?: number;
  /** Principal name of its user; '' for none. Without it: a user of its own, called as the device is. */
  user?: string;
  serialNumber?: string;
  model?: string;
  manufacturer?: string;
  osVersion?: string;
  /** What it has when it is enrolled. */
  has?: {
    passcode?: string;
    workProfilePasscode?: string;
    findMy?: Share;
    jailBroken?: Share;
    encrypted?: Share;
    shared?: Share;
    esim?: Share;
    /** What policies ask about, where it is otherwise than on a good device. */
    security?: SecurityTraits;
    /** iOS, Android: Company Portal (Android: or the Intune app) is there; without a word it is. */
    companyPortal?: Share | boolean;
    /** iOS, Android: whether Company Portal may show notifications; `not-asked`: it asks when it is opened. Without a word it may. */
    notifications?: NotificationPermission | { allowed?: Share; notAsked?: Share };
    /** iOS, Android: what the lock screen shows of notifications. Without a word all of it. */
    lockScreenNotifications?: LockScreenSetting;
    /** Android: an app that reads the notifications of others. */
    notificationReader?: string | { app: string; share?: Share };
    /** Apps that its user installed, by name. */
    apps?: readonly string[];
  };
  /** What it does with actions. The first one that fits decides. */
  behaviors?: readonly BehaviorOptions[];
  wipesSilently?: Share;
  /** false: it is still in its box; `enroll()` brings it in. */
  enrolled?: boolean;
}

/** Of several devices that are alike: 0 to 1, or `90%`. */
type Share = number | string;

/** A habit of a device: what it does with actions of a kind. */
export interface BehaviorOptions extends Pick<Behavior, 'on' | 'then'> {
  /** Of `fail`. */
  errorCode?: number;
  /** Of `slow`: how long it takes, `90m`. */
  delay?: string;
  /** How often it does so, drawn for each delivery: 0 to 1, or `90%`. */
  chance?: Share;
  /** So many times; without it: for ever. */
  times?: number;
}

export interface UserOptions {
  userPrincipalName: string;
  id?: string;
  displayName?: string;
  givenName?: string | null;
  surname?: string | null;
  mail?: string | null;
  jobTitle?: string | null;
  department?: string | null;
  officeLocation?: string | null;
  mobilePhone?: string | null;
  usageLocation?: string | null;
  preferredLanguage?: string | null;
  accountEnabled?: boolean;
  /** Of the directory (`Global Administrator`), or of Intune (`Help Desk Operator`), which are over all devices. */
  roles?: readonly (DirectoryRole | (string & {}))[];
  /** Without it: the tenant's enrollment token. */
  password?: string;
  /** A bearer token for calls to Graph, to use without signing in. */
  token?: string;
  tokenPermissions?: readonly string[];
}

export interface GroupOptions {
  displayName: string;
  id?: string;
  description?: string;
  /** People by principal name, groups by name, devices as `device: NAME`. */
  members?: readonly string[];
}

export interface ApplicationOptions {
  displayName: string;
  clientId?: string;
  id?: string;
  secret?: string;
  token?: string;
  tokenPermissions?: readonly string[];
  /** Of Microsoft Graph, granted to the program itself (client credentials). */
  permissions?: readonly string[];
  delegatedPermissions?: readonly string[];
  publicClient?: boolean;
}

export interface RoleOptions {
  displayName: string;
  id?: string;
  description?: string;
  /** `Microsoft.Intune_RemoteTasks_Wipe` */
  allowed: readonly string[];
}

export interface RoleAssignmentOptions {
  displayName: string;
  id?: string;
  description?: string;
  /** A built-in role of Intune, or one of `roles`. */
  role: string;
  /** Groups whose members have the role. */
  members: readonly string[];
  scope?: 'all devices' | 'all users' | 'all devices and users' | readonly string[];
}

export interface CompliancePolicyOptions {
  displayName: string;
  id?: string;
  /** One of Microsoft Graph: `iosCompliancePolicy`. */
  type: PolicyType;
  description?: string;
  /** By Graph's names: `{ passcodeRequired: true, osMinimumVersion: '17.0' }`. */
  settings?: Readonly<Record<string, Json>>;
  /** `all users`, `all devices`, or names of groups. */
  assignTo?: readonly string[];
  /** Names of groups. */
  exclude?: readonly string[];
  /** `block` at once is done by itself; name it to give a grace period. */
  actions?: readonly NoncomplianceActionOptions[];
}

export interface NoncomplianceActionOptions {
  /** block: mark the device noncompliant; retire: put it on the retire list. */
  do: ScheduledActionType;
  /** Days of noncompliance, `0d` to `365d`. Without it: at once. */
  after?: string;
  /** Of a notification: name of its template. */
  template?: string;
  /** Of a notification: groups whose members get it too. */
  to?: readonly string[];
}

export interface NotificationTemplateOptions {
  displayName: string;
  id?: string;
  description?: string;
  branding?: { logo?: boolean; companyName?: boolean; contact?: boolean; portalLink?: boolean; deviceDetails?: boolean };
  messages: readonly { locale: string; subject: string; message: string; default?: boolean }[];
}

export interface AccessPolicyOptions {
  displayName: string;
  id?: string;
  /** Without it: enabled. */
  state?: AccessPolicyRecord['state'];
  /** `all users`, `none`, `guests`, principal names, names of groups. Without it: all users. */
  users?: readonly string[];
  exclude?: readonly string[];
  /** `all`, `none`, `office365`, `outlook`, `sharepoint`, `teams`, or client ids. Without it: all. */
  apps?: readonly string[];
  excludeApps?: readonly string[];
  platforms?: readonly string[];
  excludePlatforms?: readonly string[];
  clientAppTypes?: readonly string[];
  /** `compliantDevice` (the default), `block` and the like. */
  require?: readonly string[];
  /** true: one of them is enough. */
  requireOne?: boolean;
  /** How long a sign-in lasts: `8h`. */
  signInFrequency?: string | null;
}
