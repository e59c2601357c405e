/** What a test says about its tenant: the same as a tenant file says, in code. `readSeed` (simulator/tenant) checks it and fills in the rest. */
import type { Behavior } from '../../protocol/hands.ts';
import type { EnrollmentType, Platform } from '../../protocol/platforms.ts';
import type { DirectoryRole } from '../../server-stub/core/directory-records.ts';
import type { TenantApp } from '../../server-stub/core/settings.ts';

export interface TenantOptions {
  /** When the tenant's time begins: `2026-01-01T08:00:00Z` (the default), a Date, or milliseconds since 1970. It stands until it is advanced. */
  start?: string | number | Date;
  /** Ids are drawn from it: equal seeds give equal ids. */
  seed?: string;
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
