/** What policies say of the rest of a file: settings of their own type, groups and templates that are there, nobody twice. */
import { policyTypeTable } from '../../server-stub/core/compliance/policy-types.ts';
import { type Json, type PolicyType, policyTypes } from '../../server-stub/core/policy-records.ts';
import { show } from '../scenarios/errors.ts';
import { nearest } from '../scenarios/nearest.ts';
import { type Context, type MustBe, nameUnlessId, once, type Path, wrong } from './known-names.ts';
import type { PolicySeeds, SeedPolicy } from './policy-seed.ts';

/** @param path where these lists stand in the file */
export function checkPolicies(seeds: PolicySeeds, path: Path, mustBe: MustBe, context: Context): void {
  const { compliancePolicies, notificationTemplates, conditionalAccess } = seeds;
  const lists: Record<string, readonly { displayName: string; id: string | undefined }[]> = {
    compliancePolicies,
    notificationTemplates,
    conditionalAccess,
  };
  for (const [key, all] of Object.entries(lists)) {
    once(context, [...path, key], 'displayName', all, nameUnlessId);
    once(context, [...path, key], 'id', all, ({ id }) => id);
  }
  compliancePolicies.forEach((policy, index) => {
    checkPolicy(policy, [...path, 'compliancePolicies', index], mustBe, context);
  });
  conditionalAccess.forEach(({ users, exclude }, index) => {
    for (const [key, all] of Object.entries({ users, exclude })) {
      all?.forEach(({ kind, name }, position) => {
        if (kind === 'user' || kind === 'group') mustBe(kind, name, [...path, 'conditionalAccess', index, key, position]);
      });
    }
  });
}

function checkPolicy({ type, settings, assignTo, exclude, actions }: SeedPolicy, path: Path, mustBe: MustBe, context: Context): void {
  if (type !== undefined) {
    for (const [setting, value] of Object.entries(settings ?? {}))
      checkSetting(type, setting, value, [...path, 'settings', setting], context);
  }
  assignTo?.forEach((target, position) => {
    if (target.kind === 'group') mustBe('group', target.name, [...path, 'assignTo', position]);
  });
  exclude?.forEach((name, position) => {
    mustBe('group', name, [...path, 'exclude', position]);
    // As Graph says it, too.
    const isAssigned = assignTo?.some((target) => target.kind === 'group' && target.name.toLowerCase() === name.toLowerCase());
    if (isAssigned)
      wrong(context, [...path, 'exclude', position], `${show(name)} is in "assignTo" already; allowed: a group in one of both`);
  });
  // One may have been put in front (`block`): places are counted from the end.
  const before = (actions?.length ?? 0) - actionsWritten(actions);
  actions?.forEach(({ template, to }, index) => {
    const place = [...path, 'actions', index - before];
    if (template !== undefined) mustBe('template', template, [...place, 'template']);
    to.forEach((name, position) => {
      mustBe('group', name, [...place, 'to', position]);
    });
  });
}

function actionsWritten(actions: SeedPolicy['actions']): number {
  return actions?.filter(({ isImplied }) => !isImplied).length ?? 0;
}

function checkSetting(type: PolicyType, setting: string, value: Json, path: Path, context: Context): void {
  const rules = policyTypeTable[type].settings;
  const rule = Object.hasOwn(rules, setting) ? rules[setting] : undefined;
  if (rule !== undefined) {
    const allowed = value === null ? undefined : rule.whyNot(value);
    if (allowed !== undefined) wrong(context, path, `${shown(value)} is not allowed here; allowed: ${allowed}`);
    return;
  }
  const near = nearest(setting, Object.keys(rules));
  const others = policyTypes.filter((other) => Object.hasOwn(policyTypeTable[other].settings, setting));
  const hint = near !== undefined ? ` did you mean ${show(near)}?` : others.length > 0 ? ` it is one of ${others.join(', ')};` : '';
  wrong(context, path, `${show(setting)} is no setting of ${type};${hint} allowed: ${Object.keys(rules).join(', ')}`);
}

function shown(value: Json): string {
  return typeof value === 'object' ? JSON.stringify(value).slice(0, 60) : show(value);
}
