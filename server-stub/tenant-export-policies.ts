/** Policies, templates and branding as a tenant file says them (simulator/tenant reads them). */
import {
  type AccessPolicyRecord,
  type BrandingOption,
  brandDefault,
  type CompliancePolicyRecord,
  type NotificationTemplateRecord,
  type ScheduledAction,
} from './core/policy-records.ts';
import type { GraphTenant } from './graph/tenant.ts';
import { appWords, everybodyWords, platformWords, wordFor } from './tenant-file-words.ts';

/** What entries are called in the file; undefined: they are not there any more. */
export interface PolicyNames {
  user(id: string): string | undefined;
  group(id: string): string | undefined;
  template(id: string): string | undefined;
}

/** In the order of names; `names` of what they refer to. */
export function exportPolicies(tenant: GraphTenant, names: PolicyNames): Record<string, unknown> {
  const { directory } = tenant;
  const { secureByDefault, validityDays, isScheduledActionEnabled } = tenant.complianceSettings();
  const brand = Object.entries(tenant.brand()).filter(([key, value]) => value !== brandDefault[key as keyof typeof brandDefault]);
  return {
    complianceSettings: { secureByDefault, validityDays, scheduledActions: isScheduledActionEnabled ? 'on' : 'off' },
    branding: Object.fromEntries(brand),
    notificationTemplates: byName(directory.entriesAfter('notificationTemplate', null)).map(templateOf),
    compliancePolicies: byName(directory.entriesAfter('compliancePolicy', null)).map((policy) => policyOf(policy, names)),
    conditionalAccess: byName(directory.entriesAfter('accessPolicy', null)).map((policy) => accessPolicyOf(policy, names)),
  };
}

function byName<T extends { displayName: string; id: string }>(entries: Iterable<T>): T[] {
  const keyOf = ({ displayName, id }: T) => `${displayName}\0${id}`;
  return [...entries].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const brandingWords: Readonly<Record<BrandingOption, string>> = {
  includeCompanyLogo: 'logo',
  includeCompanyName: 'companyName',
  includeContactInformation: 'contact',
  includeCompanyPortalLink: 'portalLink',
  includeDeviceDetails: 'deviceDetails',
};

function templateOf({ displayName, id, description, branding, messages }: NotificationTemplateRecord): object {
  const switches = Object.entries(brandingWords).map(([option, word]) => [word, branding.includes(option as BrandingOption)]);
  return {
    displayName,
    id,
    ...(description === null || description === '' ? {} : { description }),
    branding: Object.fromEntries(switches),
    messages: messages.map(({ locale, subject, messageTemplate, isDefault }) => ({
      locale,
      subject,
      message: messageTemplate,
      ...(isDefault ? { default: true } : {}),
    })),
  };
}

function policyOf(policy: CompliancePolicyRecord, names: PolicyNames): object {
  const { displayName, id, type, description, settings, assignments, rules } = policy;
  const assignTo = assignments.flatMap(({ target }): string[] => {
    if (target.kind === 'allUsers') return ['all users'];
    if (target.kind === 'allDevices') return ['all devices'];
    return target.kind === 'group' ? [names.group(target.groupId) ?? []].flat() : [];
  });
  const exclude = assignments.flatMap(({ target }) => (target.kind === 'exclusion' ? (names.group(target.groupId) ?? []) : []));
  const actions = rules.flatMap((rule) => rule.actions).flatMap((action) => actionOf(action, names));
  const isPlain = actions.length === 1 && rules[0]?.actions[0]?.type === 'block' && rules[0].actions[0].hours === 0;
  return {
    displayName,
    id,
    type,
    ...(description === null || description === '' ? {} : { description }),
    settings,
    assignTo: assignTo.sort(),
    ...(exclude.length === 0 ? {} : { exclude: exclude.sort() }),
    ...(isPlain ? {} : { actions }),
  };
}

/** A mail whose template is not there any more is none. */
function actionOf({ type, hours, templateId, ccGroups }: ScheduledAction, names: PolicyNames): object[] {
  const when = hours === 0 ? {} : { after: `${hours / 24}d` };
  if (type !== 'notification') return [{ do: type, ...when }];
  const template = names.template(templateId);
  if (template === undefined) return [];
  const to = ccGroups.flatMap((id) => names.group(id) ?? []);
  return [{ do: type, ...when, template, ...(to.length === 0 ? {} : { to }) }];
}

function accessPolicyOf(policy: AccessPolicyRecord, names: PolicyNames): object {
  const { displayName, id, state, users, applications, platforms, clientAppTypes, grant, signInFrequencyHours } = policy;
  const people = (ids: readonly string[], groups: readonly string[], roles: readonly string[]) => [
    ...ids.flatMap((one) => (isWord(one) ? [wordFor(everybodyWords, one)] : (names.user(one) ?? []))),
    ...groups.flatMap((one) => names.group(one) ?? []),
    ...roles.map((one) => `role: ${one}`),
  ];
  const exclude = people(users.excludeUsers, users.excludeGroups, users.excludeRoles);
  const { includeApplications, excludeApplications } = applications;
  const apps = (all: readonly string[]) => all.map((one) => wordFor(appWords, one));
  const onPlatforms = (all: readonly string[]) => all.map((one) => wordFor(platformWords, one));
  return {
    displayName,
    id,
    state,
    users: people(users.includeUsers, users.includeGroups, users.includeRoles),
    ...(exclude.length === 0 ? {} : { exclude }),
    apps: apps(includeApplications),
    ...(excludeApplications.length === 0 ? {} : { excludeApps: apps(excludeApplications) }),
    ...(platforms === null ? {} : { platforms: onPlatforms(platforms.includePlatforms) }),
    ...(platforms === null || platforms.excludePlatforms.length === 0 ? {} : { excludePlatforms: onPlatforms(platforms.excludePlatforms) }),
    ...(clientAppTypes.join() === 'all' ? {} : { clientAppTypes }),
    ...(grant === null ? { require: [] } : { require: grant.builtInControls, ...(grant.operator === 'OR' ? { requireOne: true } : {}) }),
    ...(signInFrequencyHours === null ? {} : { signInFrequency: `${signInFrequencyHours}h` }),
  };
}

function isWord(id: string): boolean {
  return Object.values(everybodyWords).some((word) => word.toLowerCase() === id.toLowerCase());
}
