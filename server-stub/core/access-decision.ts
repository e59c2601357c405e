/**
 * Conditional Access: whether somebody may use an app, from this device, now (NC-12; reference §9; Graph: conditionalAccessPolicy). Every
 * policy whose conditions hold asks for its controls; one that is not satisfied keeps the app out. What excludes wins over what includes.
 *
 * Of the controls, `compliantDevice` is what devices here are judged by: by what the directory holds of them, so that a grace keeps access
 * and a device that was never evaluated has none. `mfa` and `approvedApplication` count as satisfied: people here always can, and these
 * apps always are. No device here belongs to a domain.
 */
import type { OfficeApp, OutsideReason } from '../../protocol/outside.ts';
import type { Platform } from '../../protocol/platforms.ts';
import { hourMs } from '../../runtime/duration.ts';
import { tenantConfiguration } from './configuration.ts';
import type { UserRecord } from './directory-records.ts';
import { hasRoleOf } from './directory-role-ids.ts';
import { transitiveGroupIds } from './group-walk.ts';
import { directoryApps } from './office-apps.ts';
import type { AccessPolicyRecord, AppliedAccessPolicy } from './policy-records.ts';
import type { DeviceRecord } from './records.ts';
import type { Core } from './sessions.ts';

interface AccessAttempt {
  /** undefined: the directory does not know this person (any more). */
  user: UserRecord | undefined;
  app: OfficeApp;
  /** The managed device that it comes from; undefined: from none. */
  device: DeviceRecord | undefined;
  /** null: not known; then a policy for certain platforms is not for this attempt. */
  platform: Platform | null;
}

type AccessOutcome = 'allowed' | OutsideReason;

export interface AccessDecision {
  outcome: AccessOutcome;
  /** Every policy that was looked at. */
  policies: readonly AppliedAccessPolicy[];
  /** How long what it opens stays open. */
  lifetimeMs: number;
}

/** Of an access token, where no policy says otherwise (Entra: 60 to 90 minutes). */
const lifetimeMsDefault = hourMs;

/** The switch `requireManagedDevice` of a tenant says the same as this policy. */
const managedDevicePolicy: AccessPolicyRecord = {
  id: '5d0c3f52-8f0e-4b0a-9a64-7c1d2e3f4a5b',
  displayName: 'Require a managed, compliant device',
  state: 'enabled',
  createdAt: 0,
  modifiedAt: null,
  users: { includeUsers: ['All'], excludeUsers: [], includeGroups: [], excludeGroups: [], includeRoles: [], excludeRoles: [] },
  applications: { includeApplications: ['All'], excludeApplications: [], includeUserActions: [] },
  platforms: null,
  clientAppTypes: ['all'],
  grant: { operator: 'OR', builtInControls: ['compliantDevice'] },
  signInFrequencyHours: null,
};

/** The same question has the same answer until a policy, the person, their groups or the device change: nothing in it is a matter of time. */
export function decideAccess(core: Core, attempt: AccessAttempt): AccessDecision {
  const policies: AppliedAccessPolicy[] = [];
  return decide(core, attempt, policies);
}

/** The outcome alone: asked for each app of a device whenever something of the device has changed. */
export function accessOutcome(core: Core, attempt: AccessAttempt): AccessOutcome {
  return decide(core, attempt, null).outcome;
}

/** @param policies takes what is to be said of each policy; null: nobody wants to know */
function decide(core: Core, attempt: AccessAttempt, policies: AppliedAccessPolicy[] | null): AccessDecision {
  const { user } = attempt;
  if (user === undefined) return keptOut('account-unknown');
  if (!user.accountEnabled) return keptOut('account-disabled');
  let outcome: AccessOutcome = 'allowed';
  let hours: number | null = null;
  const groups = groupsOf(core, user);
  for (const policy of accessPolicies(core)) {
    const { state, signInFrequencyHours } = policy;
    const applies = state !== 'disabled' && appliesTo(policy, attempt, user, groups);
    const why = applies ? whyNotGranted(policy, attempt) : null;
    policies?.push(appliedAs(policy, resultOf(state, applies, why), applies));
    if (!applies || state !== 'enabled') continue;
    if (why !== null && rank(why) > rank(outcome)) outcome = why;
    if (signInFrequencyHours !== null) hours = Math.min(hours ?? signInFrequencyHours, signInFrequencyHours);
  }
  return { outcome, policies: policies ?? none, lifetimeMs: hours === null ? lifetimeMsDefault : hours * hourMs };
}

const keptOut = (outcome: OutsideReason): AccessDecision => ({ outcome, policies: [], lifetimeMs: 0 });

function accessPolicies(core: Core): readonly AccessPolicyRecord[] {
  const policies = core.store.allEntries('accessPolicy');
  return tenantConfiguration(core).requireManagedDevice ? [managedDevicePolicy, ...policies] : policies;
}

const none: readonly AppliedAccessPolicy[] = [];

/** What the log says of a policy: the same of most sign-ins, which share it. */
const applied = new WeakMap<AccessPolicyRecord, Map<AppliedAccessPolicy['result'], AppliedAccessPolicy>>();

function appliedAs(policy: AccessPolicyRecord, result: AppliedAccessPolicy['result'], applies: boolean): AppliedAccessPolicy {
  let byResult = applied.get(policy);
  if (byResult === undefined) {
    byResult = new Map();
    applied.set(policy, byResult);
  }
  let one = byResult.get(result);
  if (one === undefined) {
    const { id, displayName, grant } = policy;
    one = { id, displayName, result, controls: applies ? (grant?.builtInControls ?? []) : [] };
    byResult.set(result, one);
  }
  return one;
}

/** Of several reasons the weightiest is told. */
const reasons: readonly AccessOutcome[] = ['allowed', 'device-not-joined', 'device-not-compliant', 'device-not-managed', 'access-blocked'];
const rank = (outcome: AccessOutcome) => reasons.indexOf(outcome);

/** Looked up at most once, and only where a policy asks. */
function groupsOf(core: Core, { id }: UserRecord): () => ReadonlySet<string> {
  let groups: ReadonlySet<string> | undefined;
  return () => {
    groups ??= transitiveGroupIds(core, id);
    return groups;
  };
}

function appliesTo(policy: AccessPolicyRecord, attempt: AccessAttempt, user: UserRecord, groups: () => ReadonlySet<string>): boolean {
  const { users, applications, platforms, clientAppTypes } = policy;
  return (
    // The apps of a device are neither browsers nor old mail programs.
    (clientAppTypes.includes('all') || clientAppTypes.includes('mobileAppsAndDesktopClients')) &&
    isAmong(applications.includeApplications, attempt.app) &&
    !isAmong(applications.excludeApplications, attempt.app) &&
    (platforms === null || isFor(platforms, attempt.platform)) &&
    isNamed(users.includeUsers, users.includeGroups, users.includeRoles, user, groups) &&
    !isNamed(users.excludeUsers, users.excludeGroups, users.excludeRoles, user, groups)
  );
}

/** All three are part of Office 365. */
function isAmong(applications: readonly string[], app: OfficeApp): boolean {
  return applications.some((one) => one === 'All' || one === 'Office365' || one === directoryApps[app].resourceId);
}

const graphPlatforms: Readonly<Record<Platform, string>> = { ios: 'iOS', macos: 'macOS', android: 'android', windows: 'windows' };

function isFor({ includePlatforms, excludePlatforms }: NonNullable<AccessPolicyRecord['platforms']>, platform: Platform | null): boolean {
  const has = (names: readonly string[]) => names.includes('all') || (platform !== null && names.includes(graphPlatforms[platform]));
  return has(includePlatforms) && !has(excludePlatforms);
}

function isNamed(
  userIds: readonly string[],
  groupIds: readonly string[],
  roleIds: readonly string[],
  { id, profile, directoryRoles }: UserRecord,
  groups: () => ReadonlySet<string>,
): boolean {
  if (userIds.includes('All') || userIds.includes(id)) return true;
  if (profile?.userType === 'Guest' && userIds.includes('GuestsOrExternalUsers')) return true;
  return hasRoleOf(directoryRoles, roleIds) || (groupIds.length > 0 && groupIds.some((one) => groups().has(one)));
}

/** Why the controls of a policy are not satisfied; null: they are, or it has none. */
function whyNotGranted({ grant }: AccessPolicyRecord, attempt: AccessAttempt): OutsideReason | null {
  if (grant === null || grant.builtInControls.length === 0) return null;
  let worst: OutsideReason | null = null;
  for (const control of grant.builtInControls) {
    const why = whyNotSatisfied(control, attempt);
    if (why === null && grant.operator === 'OR') return null;
    if (why !== null && (worst === null || rank(why) > rank(worst))) worst = why;
  }
  return worst;
}

function whyNotSatisfied(control: string, { device }: AccessAttempt): OutsideReason | null {
  switch (control) {
    case 'block':
      return 'access-blocked';
    case 'compliantDevice':
      if (device === undefined) return 'device-not-managed';
      return device.compliance.isTrusted === true ? null : 'device-not-compliant';
    case 'domainJoinedDevice':
      return 'device-not-joined';
    default:
      return null;
  }
}

function resultOf(state: AccessPolicyRecord['state'], applies: boolean, why: OutsideReason | null): AppliedAccessPolicy['result'] {
  if (state === 'disabled') return 'notEnabled';
  const isReport = state === 'enabledForReportingButNotEnforced';
  if (!applies) return isReport ? 'reportOnlyNotApplied' : 'notApplied';
  if (why === null) return isReport ? 'reportOnlySuccess' : 'success';
  return isReport ? 'reportOnlyFailure' : 'failure';
}
