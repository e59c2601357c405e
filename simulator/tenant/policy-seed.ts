/**
 * Policies of a tenant as they are planted: for compliance, mails about it, branding, Conditional Access. Compiled from a tenant file, the
 * `tenant` of a scenario or what a test says. What is undefined was not said: it stays as it is, or is the service's default where it is new.
 */
import type {
  AccessPolicyRecord,
  Brand,
  BrandingOption,
  ComplianceSettings,
  Json,
  PolicyType,
  ScheduledActionType,
} from '../../server-stub/core/policy-records.ts';

export interface PolicySeeds {
  complianceSettings: Partial<ComplianceSettings>;
  branding: Partial<Brand>;
  notificationTemplates: readonly SeedTemplate[];
  compliancePolicies: readonly SeedPolicy[];
  conditionalAccess: readonly SeedAccessPolicy[];
}

interface SeedEntry {
  displayName: string;
  id: string | undefined;
  /** It is taken away; only in the timeline of a scenario. */
  remove: boolean;
}

export interface SeedPolicy extends SeedEntry {
  /** undefined: that of the policy of this name that is there. */
  type: PolicyType | undefined;
  description: string | null | undefined;
  /** All of them: those that are not named ask for nothing. */
  settings: Readonly<Record<string, Json>> | undefined;
  assignTo: readonly SeedTarget[] | undefined;
  /** Names or ids of groups. */
  exclude: readonly string[] | undefined;
  /** `block` is among them. */
  actions: readonly SeedAction[] | undefined;
}

/** `name`: name or id of a group. */
export type SeedTarget = { kind: 'allUsers' } | { kind: 'allDevices' } | { kind: 'group'; name: string };

export interface SeedAction {
  do: ScheduledActionType;
  /** Since the device was found noncompliant. */
  hours: number;
  /** Name or id of a template; of a `notification`. */
  template: string | undefined;
  /** Names or ids of groups whose members get the mail too. */
  to: readonly string[];
  /** Nobody wrote it: it comes with every policy (NC-03). */
  isImplied?: true;
}

export interface SeedTemplate extends SeedEntry {
  description: string | null | undefined;
  branding: Partial<Record<BrandingOption, boolean>> | undefined;
  messages: readonly SeedMessage[] | undefined;
}

export interface SeedMessage {
  /** In lower case. */
  locale: string;
  subject: string;
  message: string;
  isDefault: boolean;
}

export interface SeedAccessPolicy extends SeedEntry {
  state: AccessPolicyRecord['state'] | undefined;
  users: readonly SeedPrincipal[] | undefined;
  exclude: readonly SeedPrincipal[] | undefined;
  /** Graph's words and client ids. */
  apps: readonly string[] | undefined;
  excludeApps: readonly string[] | undefined;
  /** Graph's names. */
  platforms: readonly string[] | undefined;
  excludePlatforms: readonly string[] | undefined;
  clientAppTypes: readonly string[] | undefined;
  /** Controls; `block` alone. */
  require: readonly string[] | undefined;
  operator: 'AND' | 'OR' | undefined;
  /** null: as the service does. */
  signInFrequencyHours: number | null | undefined;
}

/** `name`: of a user the principal name, of a group its name or id, of a role of the directory its id; of `word` Graph's own: All, None. */
export interface SeedPrincipal {
  kind: 'word' | 'user' | 'group' | 'role';
  name: string;
}
