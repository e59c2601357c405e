/**
 * Plants what a seed says of policies, by the steps that Graph has for it: who reads the audit log cannot tell the two apart. What is equal
 * already is left alone, and an action that stays keeps its id: it is not fired a second time.
 */
import type {
  AssignmentTarget,
  CompliancePolicyRecord,
  NotificationTemplateRecord,
  PolicyAssignment,
  ScheduledAction,
  ScheduledRule,
} from '../../server-stub/core/policy-records.ts';
import { brandingOptions } from '../../server-stub/core/policy-records.ts';
import { derivedGuid } from '../../server-stub/graph/derived-guid.ts';
import { plantAccessPolicy } from './plant-access-policies.ts';
import type { Planting } from './planting.ts';
import type { PolicySeeds, SeedAction, SeedPolicy, SeedTarget, SeedTemplate } from './policy-seed.ts';
import { freeId, isSame } from './same-entry.ts';

export function plantPolicies(planting: Planting, seeds: PolicySeeds): void {
  const { tenant, by } = planting;
  const settings = changedMembers(tenant.complianceSettings(), seeds.complianceSettings);
  if (settings !== null) tenant.setComplianceSettings(settings, by);
  const branding = changedMembers(tenant.brand(), seeds.branding);
  if (branding !== null) tenant.setBrand(branding, by);
  // A policy that loses its template to this very change is changed before.
  for (const template of seeds.notificationTemplates) if (!template.remove) plantTemplate(planting, template);
  for (const policy of seeds.compliancePolicies) plantPolicy(planting, policy);
  for (const template of seeds.notificationTemplates) if (template.remove) plantTemplate(planting, template);
  for (const policy of seeds.conditionalAccess) plantAccessPolicy(planting, policy);
}

/** null: nothing is different. */
function changedMembers<T extends object>(before: T, wanted: Partial<T>): Partial<T> | null {
  const changed = Object.entries(wanted).filter(([key, value]) => !isSame(value, before[key as keyof T]));
  return changed.length === 0 ? null : (Object.fromEntries(changed) as Partial<T>);
}

function plantTemplate({ tenant, names, now, by }: Planting, seed: SeedTemplate): void {
  const { displayName, description, branding, messages } = seed;
  const { directory } = tenant;
  const before = names.find('notificationTemplate', seed.id ?? displayName);
  const note = (activity: string, id: string) =>
    tenant.note(`${activity} NotificationMessageTemplate`, { type: 'NotificationMessageTemplate', id, name: displayName }, by);
  if (seed.remove) {
    if (before === undefined) return;
    directory.remove('notificationTemplate', before.id);
    names.removed('notificationTemplate', before);
    note('delete', before.id);
    return;
  }
  const kept: NotificationTemplateRecord = before ?? {
    id: seed.id ?? freeId(tenant, 'notificationTemplate', derivedGuid(`notification template ${displayName.toLowerCase()}`), displayName),
    displayName,
    description: null,
    defaultLocale: null,
    branding: ['includeCompanyLogo', 'includeCompanyName', 'includeContactInformation'],
    roleScopeTagIds: ['0'],
    modifiedAt: now,
    messages: [],
  };
  const template: NotificationTemplateRecord = {
    ...kept,
    displayName,
    ...(description === undefined ? {} : { description }),
    ...(branding === undefined ? {} : { branding: brandingOptions.filter((option) => branding[option] === true) }),
    ...(messages === undefined
      ? {}
      : {
          defaultLocale: messages.find(({ isDefault }) => isDefault)?.locale ?? null,
          messages: messages.map(({ locale, subject, message, isDefault }) => {
            const known = kept.messages.find((one) => one.locale === locale);
            const next = { locale, subject, messageTemplate: message, isDefault, modifiedAt: known?.modifiedAt ?? now };
            return isSame(next, known) ? next : { ...next, modifiedAt: now };
          }),
        }),
  };
  if (before !== undefined && isSame(template, before)) return;
  const saved = { ...template, modifiedAt: now };
  directory.save('notificationTemplate', saved);
  names.saved('notificationTemplate', saved);
  note(before === undefined ? 'create' : 'patch', saved.id);
}

function plantPolicy(planting: Planting, seed: SeedPolicy): void {
  const { tenant, names, now, by } = planting;
  const { displayName, description, settings, type } = seed;
  const before = names.find('compliancePolicy', seed.id ?? displayName);
  if (seed.remove) {
    if (before === undefined) return;
    tenant.removePolicy(before, by);
    names.removed('compliancePolicy', before);
    return;
  }
  if (before === undefined && type === undefined) return;
  const save = (policy: CompliancePolicyRecord, activity: string): CompliancePolicyRecord => {
    tenant.savePolicy(policy, activity, by);
    names.saved('compliancePolicy', policy);
    return policy;
  };
  const changes = {
    displayName,
    ...(description === undefined ? {} : { description }),
    ...(settings === undefined ? {} : { settings }),
  };
  let policy = before ?? save(newPolicy(planting, seed, changes), 'create');
  const changed = { ...policy, ...changes };
  if (!isSame(changed, policy)) policy = save({ ...changed, modifiedAt: now, version: policy.version + 1 }, 'patch');
  const rules = rulesOf(planting, policy, seed.actions);
  if (rules !== null) policy = save({ ...policy, rules, modifiedAt: now }, 'scheduleActionsForRules');
  const assignments = assignmentsOf(planting, policy, seed);
  if (assignments !== null) save({ ...policy, assignments }, 'assign');
}

function newPolicy(
  planting: Planting,
  { id: wanted, displayName, type, actions }: SeedPolicy,
  changes: Partial<CompliancePolicyRecord>,
): CompliancePolicyRecord {
  const { tenant, now } = planting;
  const id = wanted ?? freeId(tenant, 'compliancePolicy', derivedGuid(`compliance policy ${displayName.toLowerCase()}`), displayName);
  const policy: CompliancePolicyRecord = {
    id,
    type: type as NonNullable<typeof type>,
    displayName,
    description: null,
    createdAt: now,
    modifiedAt: now,
    version: 1,
    settings: {},
    roleScopeTagIds: ['0'],
    assignments: [],
    rules: [],
    ...changes,
  };
  const block: SeedAction = { do: 'block', hours: 0, template: undefined, to: [] };
  return { ...policy, rules: rulesOf(planting, policy, actions ?? [block]) ?? [] };
}

/** The rules with these actions; null: they have them already. */
function rulesOf(
  { names }: Planting,
  { id: policyId, rules }: CompliancePolicyRecord,
  wanted: readonly SeedAction[] | undefined,
): ScheduledRule[] | null {
  if (wanted === undefined) return null;
  const there = rules.flatMap(({ actions }) => actions);
  const left = [...there];
  const actions = wanted.map((seed): ScheduledAction => {
    const about = {
      type: seed.do,
      hours: seed.hours,
      templateId: seed.template === undefined ? '' : (names.find('notificationTemplate', seed.template)?.id ?? ''),
      ccGroups: seed.to.flatMap((name) => names.find('group', name)?.id ?? []),
    };
    const place = left.findIndex(({ id: _, ...other }) => isSame(about, other));
    const [kept] = place < 0 ? [] : left.splice(place, 1);
    return kept ?? { id: '', ...about };
  });
  if (left.length === 0 && actions.every(({ id }) => id !== '')) return null;
  const ids = new Set(there.map(({ id }) => id));
  const named = actions.map((action) => {
    if (action.id !== '') return action;
    const label = `action ${policyId} ${JSON.stringify({ ...action, id: undefined })}`;
    let id = derivedGuid(label);
    for (let copy = 2; ids.has(id); copy++) id = derivedGuid(`${label} ${copy}`);
    ids.add(id);
    return { ...action, id };
  });
  const [rule] = rules;
  return [{ id: rule?.id ?? derivedGuid(`rule ${policyId}`), ruleName: rule?.ruleName ?? 'PasswordRequired', actions: named }];
}

/** Ids as the real service makes them. */
const targetIds = { allUsers: 'acacacac-9df4-4c7d-9d50-4ef0226f57a9', allDevices: 'adadadad-808e-44e2-905a-0b7873a8a531' };

/** Those that the seed speaks of in place of those of their kind; null: they are so already. */
function assignmentsOf(
  { names }: Planting,
  { id: policyId, assignments }: CompliancePolicyRecord,
  { assignTo, exclude }: SeedPolicy,
): PolicyAssignment[] | null {
  if (assignTo === undefined && exclude === undefined) return null;
  const isExclusion = ({ target }: PolicyAssignment) => target.kind === 'exclusion';
  const assigned = (target: AssignmentTarget): PolicyAssignment => {
    const id = `${policyId}_${target.kind === 'allUsers' || target.kind === 'allDevices' ? targetIds[target.kind] : target.groupId}`;
    return { id, target };
  };
  const group = (kind: 'group' | 'exclusion', name: string): PolicyAssignment[] => {
    const groupId = names.find('group', name)?.id;
    return groupId === undefined ? [] : [assigned({ kind, groupId })];
  };
  const included =
    assignTo?.flatMap((target: SeedTarget) => (target.kind === 'group' ? group('group', target.name) : [assigned(target)])) ??
    assignments.filter((one) => !isExclusion(one));
  const excluded = exclude?.flatMap((name) => group('exclusion', name)) ?? assignments.filter(isExclusion);
  const wanted = [...included, ...excluded];
  const keyOf = ({ target }: PolicyAssignment) => JSON.stringify(target);
  const once = wanted.filter((one, index) => wanted.findIndex((other) => keyOf(other) === keyOf(one)) === index);
  const sorted = (all: readonly PolicyAssignment[]) => all.map(keyOf).sort();
  return isSame(sorted(once), sorted(assignments)) ? null : once;
}
