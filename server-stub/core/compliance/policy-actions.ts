/** What a policy does about devices that break it, as it is scheduled now. */
import type { CompliancePolicyRecord, ScheduledAction } from '../policy-records.ts';
import type { Core } from '../sessions.ts';
import { builtInPolicy } from './built-in.ts';

export interface PolicyActions {
  /** null: that of the service itself, or one that is gone. */
  policy: CompliancePolicyRecord | null;
  actions: readonly ScheduledAction[];
}

const ofTheService: PolicyActions = {
  policy: null,
  actions: [{ id: builtInPolicy.id, type: 'block', hours: 0, templateId: '', ccGroups: [] }],
};

export function policyActions(core: Core, policyId: string): PolicyActions {
  if (policyId === builtInPolicy.id) return ofTheService;
  const policy = core.store.entry('compliancePolicy', policyId) ?? null;
  return { policy, actions: policy === null ? [] : scheduledActions(policy) };
}

/** By the rules that they stand in, which nobody changes in place: each look at a device asks for them. */
const actionsOf = new WeakMap<CompliancePolicyRecord['rules'], readonly ScheduledAction[]>();

/** In the order in which an administrator gave them. */
export function scheduledActions({ rules }: Pick<CompliancePolicyRecord, 'rules'>): readonly ScheduledAction[] {
  let actions = actionsOf.get(rules);
  if (actions === undefined) {
    actions = rules.flatMap((rule) => rule.actions);
    actionsOf.set(rules, actions);
  }
  return actions;
}

/** Whether nothing but their ids tells them apart: then the one has been done when the other has. */
export function isSameAction(a: ScheduledAction, b: ScheduledAction): boolean {
  return (
    a.type === b.type &&
    a.hours === b.hours &&
    a.templateId === b.templateId &&
    a.ccGroups.length === b.ccGroups.length &&
    a.ccGroups.every((id) => b.ccGroups.includes(id))
  );
}
