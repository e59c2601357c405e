/** Policies of a tenant, and what came of them on a device: plain records. Policies are entries of the directory, by kind. */
import type { PasscodeRules } from '../../protocol/device-information.ts';
import type { OfficeApp, OutsideReason } from '../../protocol/outside.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * Graph's types of compliance policies, without `microsoft.graph.` (reference §4.2). No device of ours has a system of the last five;
 * defaultDeviceCompliancePolicy is the service's own.
 */
export const policyTypes = [
  'androidCompliancePolicy',
  'androidWorkProfileCompliancePolicy',
  'androidDeviceOwnerCompliancePolicy',
  'iosCompliancePolicy',
  'macOSCompliancePolicy',
  'windows10CompliancePolicy',
  'windows10MobileCompliancePolicy',
  'windows81CompliancePolicy',
  'windowsPhone81CompliancePolicy',
  'androidForWorkCompliancePolicy',
  'aospDeviceOwnerCompliancePolicy',
] as const;
export type PolicyType = (typeof policyTypes)[number];

export interface CompliancePolicyRecord {
  id: string;
  type: PolicyType;
  displayName: string;
  description: string | null;
  createdAt: number;
  modifiedAt: number;
  /** Counts changes, from 1. */
  version: number;
  /** By Graph's names, as they were given. null, false and what is absent ask for nothing. */
  settings: Readonly<Record<string, Json>>;
  roleScopeTagIds: readonly string[];
  assignments: readonly PolicyAssignment[];
  /** Graph keeps the actions in rules; there is one in effect. */
  rules: readonly ScheduledRule[];
}

export interface PolicyAssignment {
  id: string;
  target: AssignmentTarget;
}

export type AssignmentTarget =
  | { kind: 'allUsers' }
  | { kind: 'allDevices' }
  | { kind: 'group'; groupId: string }
  | { kind: 'exclusion'; groupId: string };

export interface ScheduledRule {
  id: string;
  ruleName: string | null;
  actions: readonly ScheduledAction[];
}

/** What can be done about a noncompliant device, in Graph's words. `block`: mark it noncompliant. */
export const scheduledActionTypes = ['noAction', 'notification', 'block', 'retire', 'pushNotification', 'remoteLock'] as const;
export type ScheduledActionType = (typeof scheduledActionTypes)[number];

/** A year of days: the latest that an action can be scheduled for (NC-04). */
export const gracePeriodHoursMax = 365 * 24;

export interface ScheduledAction {
  id: string;
  type: ScheduledActionType;
  /** Since the device was found noncompliant; 0: at once. */
  hours: number;
  /** Of a `notification`; '' for none. */
  templateId: string;
  /** Ids of groups whose members get a copy of a `notification`. */
  ccGroups: readonly string[];
}

/** Switches of a template, in the order of Graph's flags (reference §5). */
export const brandingOptions = [
  'includeCompanyLogo',
  'includeCompanyName',
  'includeContactInformation',
  'includeCompanyPortalLink',
  'includeDeviceDetails',
] as const;
export type BrandingOption = (typeof brandingOptions)[number];

export interface NotificationTemplateRecord {
  id: string;
  displayName: string;
  description: string | null;
  defaultLocale: string | null;
  branding: readonly BrandingOption[];
  roleScopeTagIds: readonly string[];
  modifiedAt: number;
  messages: readonly LocalizedMessage[];
}

export interface LocalizedMessage {
  /** In lower case: `en-us`. */
  locale: string;
  subject: string;
  messageTemplate: string;
  isDefault: boolean;
  modifiedAt: number;
}

/** Base64, as Graph carries it. */
export interface Picture {
  type: string;
  value: string;
}

/** What Company Portal and mails look like (Graph: intuneBrand). */
export interface Brand {
  displayName: string | null;
  contactITName: string | null;
  contactITPhoneNumber: string | null;
  contactITEmailAddress: string | null;
  contactITNotes: string | null;
  privacyUrl: string | null;
  onlineSupportSiteUrl: string | null;
  onlineSupportSiteName: string | null;
  themeColor: { r: number; g: number; b: number } | null;
  showLogo: boolean;
  lightBackgroundLogo: Picture | null;
  darkBackgroundLogo: Picture | null;
  showNameNextToLogo: boolean;
  showDisplayNameNextToLogo: boolean;
}

export const brandDefault: Brand = {
  displayName: null,
  contactITName: null,
  contactITPhoneNumber: null,
  contactITEmailAddress: null,
  contactITNotes: null,
  privacyUrl: null,
  onlineSupportSiteUrl: null,
  onlineSupportSiteName: null,
  themeColor: null,
  showLogo: false,
  lightBackgroundLogo: null,
  darkBackgroundLogo: null,
  showNameNextToLogo: false,
  showDisplayNameNextToLogo: false,
};

/** What a tenant sets for all its policies (Graph: deviceManagement.settings; reference §4.6, §9). */
export interface ComplianceSettings {
  /** A device without a policy counts as noncompliant. */
  secureByDefault: boolean;
  /** Days without contact after which a device counts as noncompliant, 1 to 120. */
  validityDays: number;
  /** Off: actions other than marking the device wait. */
  isScheduledActionEnabled: boolean;
}

export const complianceSettingsDefault: ComplianceSettings = { secureByDefault: false, validityDays: 30, isScheduledActionEnabled: true };

/** Graph's complianceStatus, as far as devices of ours reach it (reference §1.4). */
export type ComplianceStatus = 'unknown' | 'notApplicable' | 'compliant' | 'nonCompliant' | 'error' | 'conflict';

export interface SettingResult {
  /** Graph's name of the setting. */
  setting: string;
  state: ComplianceStatus;
}

/** What a policy makes of a device, as it was found at its latest evaluation. Never changed in place: devices share them. */
export interface PolicyResult {
  policyId: string;
  policyVersion: number;
  state: ComplianceStatus;
  settings: readonly SettingResult[];
  /** Begin of the spell in which the device breaks the policy; null: it does not. */
  since: number | null;
  /** The device counts as noncompliant: its grace, if any, is over. */
  isMarked: boolean;
  /** Ids of the actions that this spell has set off. */
  fired: readonly string[];
  /** Since when a setting could not be read; null: all can. */
  errorSince: number | null;
  /** false: the policy reaches the device by a group of devices, or it is managed by Jamf: marked, and nothing else (NC-11). */
  takesActions: boolean;
}

export interface DeviceCompliance {
  /** null: never. */
  evaluatedAt: number | null;
  /** The next check-in evaluates: something that counts has changed since the latest time. */
  due: boolean;
  /** From then on the next check-in evaluates, even if nothing else changes (a passcode gets too old). */
  recheckAt: number | null;
  /** That of the service itself first, then those that reach the device. */
  results: readonly PolicyResult[];
  /** What policies bring about on the device; null: nothing. */
  demands: PasscodeDemands | null;
  /** What Conditional Access goes by (the directory's isCompliant); null: not known yet. */
  isTrusted: boolean | null;
  /** On the retire list since, by which policy; null: not on it (reference §4.3). */
  retireListed: { policyId: string; at: number } | null;
}

/** Devices that are asked for the same share it. */
export interface PasscodeDemands {
  passcodeRequired: boolean;
  /** Android: a passcode of the work profile. */
  workProfilePasscodeRequired?: boolean;
  passcodeLengthMin: number;
  /** Absent: nothing else. */
  rules?: PasscodeRules;
}

export const notEvaluated: DeviceCompliance = {
  evaluatedAt: null,
  due: true,
  recheckAt: null,
  results: [],
  demands: null,
  isTrusted: null,
  retireListed: null,
};

export const accessPolicyStates = ['enabled', 'disabled', 'enabledForReportingButNotEnforced'] as const;

/** Conditional Access (Graph: conditionalAccessPolicy), as far as sign-ins of devices depend on it. */
export interface AccessPolicyRecord {
  id: string;
  displayName: string;
  state: (typeof accessPolicyStates)[number];
  createdAt: number;
  modifiedAt: number | null;
  users: {
    /** Ids, or `All`, `None`, `GuestsOrExternalUsers`. */
    includeUsers: readonly string[];
    excludeUsers: readonly string[];
    includeGroups: readonly string[];
    excludeGroups: readonly string[];
    includeRoles: readonly string[];
    excludeRoles: readonly string[];
  };
  applications: {
    /** Client ids, or `All`, `None`, `Office365`. */
    includeApplications: readonly string[];
    excludeApplications: readonly string[];
    includeUserActions: readonly string[];
  };
  /** Graph's names, or `all`; null: any platform. */
  platforms: { includePlatforms: readonly string[]; excludePlatforms: readonly string[] } | null;
  clientAppTypes: readonly string[];
  /** null: nothing is asked for. */
  grant: { operator: 'AND' | 'OR'; builtInControls: readonly string[] } | null;
  /** How long a sign-in lasts, in hours; null: as the service does. */
  signInFrequencyHours: number | null;
}

/** A sign-in of an app, and why it was let in or not (Graph: signIn). */
export interface SignInRecord {
  id: string;
  at: number;
  userPrincipalName: string;
  app: OfficeApp;
  /** Of the record; null: not from a managed device. */
  deviceId: string | null;
  deviceName: string;
  operatingSystem: string;
  outcome: 'allowed' | OutsideReason;
  /** The app asked by itself, with a token that it had. */
  isBackground: boolean;
  isCompliant: boolean | null;
  /** Every policy that was looked at. */
  policies: readonly AppliedAccessPolicy[];
}

export interface AppliedAccessPolicy {
  id: string;
  displayName: string;
  result: 'success' | 'failure' | 'notApplied' | 'notEnabled' | 'reportOnlySuccess' | 'reportOnlyFailure' | 'reportOnlyNotApplied';
  controls: readonly string[];
}
