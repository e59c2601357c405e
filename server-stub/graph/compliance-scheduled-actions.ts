/**
 * What is done about devices that break a policy (Graph: intune-deviceconfig-devicecompliancescheduledactionforrule,
 * -devicecomplianceactionitem; reference §4.3; NC-03, NC-04).
 */
import type { DeviceComplianceActionItem, DeviceComplianceScheduledActionForRule } from '@microsoft/microsoft-graph-types-beta';
import {
  type CompliancePolicyRecord,
  gracePeriodHoursMax,
  type ScheduledAction,
  type ScheduledActionType,
  type ScheduledRule,
  scheduledActionTypes,
} from '../core/policy-records.ts';
import { type Field, listOf, mustHave, nullable, readFields, text as textOf, type Written } from './body-fields.ts';
import { objectsOf } from './body-objects.ts';
import { column, type Properties, text, texts } from './directory-columns.ts';
import type { Call, GraphVersion } from './endpoint.ts';
import { badRequest, refusedByIntune } from './errors.ts';
import { type Resource, resource } from './property.ts';
import { relationship } from './query.ts';

/** Graph has these too, and they are not done here: said, so that nobody waits for them. */
const notEmulated: Readonly<Record<string, string>> = {
  wipe: 'devices are wiped by an administrator alone',
  removeResourceAccessProfiles: 'there are no resource access profiles here',
};
const betaOnly: ReadonlySet<ScheduledActionType> = new Set(['remoteLock']);

const rulesMax = 10;
const actionsMax = 100;
const groupsMax = 100;
/** Graph's way to name no template. */
const noTemplate = '00000000-0000-0000-0000-000000000000';

export const actionItem: Resource<ScheduledAction> = resource('microsoft.graph.deviceComplianceActionItem', {
  id: text(({ id }) => id),
  gracePeriodHours: column('Edm.Int64', ({ hours }) => hours),
  actionType: column('enum', ({ type }) => type),
  notificationTemplateId: text(({ templateId }) => templateId),
  notificationMessageCCList: texts(({ ccGroups }) => ccGroups),
} satisfies Properties<DeviceComplianceActionItem, ScheduledAction>);

const rule: Resource<ScheduledRule> = resource('microsoft.graph.deviceComplianceScheduledActionForRule', {
  id: text(({ id }) => id),
  ruleName: text(({ ruleName }) => ruleName),
} satisfies Properties<DeviceComplianceScheduledActionForRule, ScheduledRule>);

/** Those that this version has a word for. */
export function actionsOf(version: GraphVersion, { actions }: ScheduledRule): ScheduledAction[] {
  return actions.filter(({ type }) => version === 'beta' || !betaOnly.has(type));
}

export const rulesRelation = (version: GraphVersion) =>
  relationship({
    resource: rule,
    of: ({ rules }: CompliancePolicyRecord) => rules,
    sourceOf: (one) => one,
    expansions: () => ({
      scheduledActionConfigurations: relationship({
        resource: actionItem,
        of: (one: ScheduledRule) => actionsOf(version, one),
        sourceOf: (action) => action,
      }),
    }),
  });

const ruleWritten: Written = { resource: rule, name: 'DeviceComplianceScheduledActionForRule', of: 'intune' };
const itemWritten: Written = { resource: actionItem, name: 'DeviceComplianceActionItem', of: 'intune' };

const ignored: Field<null> = { read: () => null, takes: '' };

/** Any value: whoever reads it says what is wrong with it. */
const anything: Field<{ value: unknown }> = { read: (value) => ({ value }), takes: '' };

const ruleFields = { id: ignored, ruleName: nullable(textOf(256, 0)), scheduledActionConfigurations: anything };
const itemFields = {
  id: ignored,
  actionType: anything,
  gracePeriodHours: anything,
  notificationTemplateId: nullable(textOf(64, 0)),
  notificationMessageCCList: nullable(listOf(textOf(64), groupsMax)),
};

/**
 * The whole set of a policy, as a body gives it. An action that was there before keeps its id, so that a spell that has set it off
 * does not do so again.
 * @param name of the property @throws GraphFault 400 that names what is wrong
 */
export function readRules(call: Call, name: string, value: unknown, before: readonly ScheduledRule[]): ScheduledRule[] {
  const old = before.flatMap(({ actions }) => actions);
  const rules = objectsOf(name, value, rulesMax).map((body, index): ScheduledRule => {
    const { ruleName = null, scheduledActionConfigurations } = readFields(body, ruleFields, ruleWritten);
    const place = `${name}[${index}].scheduledActionConfigurations`;
    if (scheduledActionConfigurations === undefined) throw badRequest(`A value is required for property '${place}'.`);
    const actions = objectsOf(place, scheduledActionConfigurations.value, actionsMax).map((item, at) =>
      readAction(call, `${place}[${at}]`, item, old),
    );
    return { id: before[index]?.id ?? call.tenant.directory.newId(`rule ${index}`), ruleName, actions };
  });
  const blocks = rules.flatMap(({ actions }) => actions).filter(({ type }) => type === 'block');
  if (blocks.length !== 1) {
    throw refusedByIntune(
      `Compliance policy must have one and only one block scheduled action; '${name}' has ${blocks.length === 0 ? 'none' : blocks.length}`,
    );
  }
  return withHidden(call.version, rules, before);
}

/** Who does not see an action cannot mean to remove it. */
function withHidden(version: GraphVersion, rules: readonly ScheduledRule[], before: readonly ScheduledRule[]): ScheduledRule[] {
  const hidden = version === 'beta' ? [] : before.flatMap(({ actions }) => actions).filter(({ type }) => betaOnly.has(type));
  return rules.map((one, index) => (index === 0 && hidden.length > 0 ? { ...one, actions: [...one.actions, ...hidden] } : one));
}

/** @param old is left without the action that this one takes its id from */
function readAction(call: Call, place: string, body: Record<string, unknown>, old: ScheduledAction[]): ScheduledAction {
  const values = readFields(body, itemFields, itemWritten);
  mustHave(values, ['actionType'], itemWritten);
  const type = readType(call.version, place, values.actionType?.value);
  const action = {
    type,
    hours: readHours(place, values.gracePeriodHours === undefined ? 0 : values.gracePeriodHours.value),
    templateId: readTemplate(call, place, type, values.notificationTemplateId ?? ''),
    ccGroups: readGroups(call, place, type, values.notificationMessageCCList ?? []),
  };
  const same = old.findIndex((one) => contentOf(one) === contentOf(action));
  const [kept] = same === -1 ? [] : old.splice(same, 1);
  return { id: kept?.id ?? call.tenant.directory.newId(`${type} ${action.hours}`), ...action };
}

function contentOf({ type, hours, templateId, ccGroups }: Omit<ScheduledAction, 'id'>): string {
  return JSON.stringify([type, hours, templateId, [...ccGroups].sort()]);
}

function readType(version: GraphVersion, place: string, value: unknown): ScheduledActionType {
  const known = scheduledActionTypes.filter((type) => version === 'beta' || !betaOnly.has(type));
  const lower = typeof value === 'string' ? value.toLowerCase() : '';
  const found = known.find((type) => type.toLowerCase() === lower);
  if (found !== undefined) return found;
  const why =
    Object.entries(notEmulated).find(([name]) => name.toLowerCase() === lower)?.[1] ??
    (scheduledActionTypes.some((type) => type.toLowerCase() === lower) ? 'beta alone has it' : 'there is none such');
  throw refusedByIntune(
    `'${place}.actionType' cannot be ${(JSON.stringify(value) ?? 'nothing').slice(0, 64)}: ${why}; it takes one of ${known.join(', ')}.`,
  );
}

function readHours(place: string, value: unknown): number {
  // Whole days (NC-04): the console's schedule, in Graph's unit.
  if (typeof value === 'number' && value % 24 === 0 && value >= 0 && value <= gracePeriodHoursMax) return value;
  throw refusedByIntune(
    `'${place}.gracePeriodHours' cannot be ${(JSON.stringify(value) ?? 'nothing').slice(0, 64)}: it takes hours that make whole days, from 0 to ${gracePeriodHoursMax}: 24 is one day, and 365 days are the most.`,
  );
}

function readTemplate({ tenant }: Call, place: string, type: ScheduledActionType, id: string): string {
  const isNone = id === '' || id === noTemplate;
  if (type !== 'notification') {
    if (isNone) return '';
    throw refusedByIntune(`'${place}.notificationTemplateId' is for an action of type notification; this one is ${type}: leave it empty.`);
  }
  const template = isNone ? undefined : tenant.directory.entry('notificationTemplate', id);
  if (template !== undefined) return template.id;
  throw refusedByIntune(
    `'${place}.notificationTemplateId' is '${id}': an action of type notification needs the id of a notificationMessageTemplate of this tenant.`,
  );
}

function readGroups({ tenant }: Call, place: string, type: ScheduledActionType, ids: readonly string[]): string[] {
  if (type !== 'notification' && ids.length > 0) {
    throw refusedByIntune(
      `'${place}.notificationMessageCCList' is for an action of type notification; this one is ${type}: leave it empty.`,
    );
  }
  const known = ids.map((id, index) => {
    const group = tenant.directory.entry('group', id);
    if (group !== undefined) return group.id;
    throw refusedByIntune(`'${place}.notificationMessageCCList[${index}]' is '${id}', which is not the id of a group of this tenant.`);
  });
  return [...new Set(known)];
}
