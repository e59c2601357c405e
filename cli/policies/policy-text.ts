/** A compliance policy for people: what it asks, whom it is for, and what happens on which day. Pure. */
import { plainTable } from '../../simulator/report/plain-table.ts';
import { printable } from '../../simulator/scenarios/errors.ts';
import type { Assignment, Policy, ScheduledAction } from './find.ts';

/** Of any policy; what is left is what it asks. */
const facts = [
  'id',
  'displayName',
  'description',
  'createdDateTime',
  'lastModifiedDateTime',
  'version',
  'roleScopeTagIds',
  'assignments',
  'scheduledActionsForRule',
];
/** What asks for nothing, and is left out for people. */
const nothing: readonly unknown[] = [null, false, '', 'deviceDefault', 'unavailable', 'notSet', 'none', 'notConfigured'];

export interface PolicyWords {
  groups: ReadonlyMap<string, string>;
  templates: ReadonlyMap<string, string>;
}

export function typeOf({ '@odata.type': type }: Policy): string {
  return type.replace('#microsoft.graph.', '');
}

export function policyText(policy: Policy, words: PolicyWords): string {
  const settings = Object.entries(policy).filter(
    ([name, value]) => !name.includes('@') && !facts.includes(name) && !nothing.includes(value) && !isEmpty(value),
  );
  const rows = [
    ['name', policy.displayName],
    ['id', policy.id],
    ['type', typeOf(policy)],
    ...(typeof policy.description === 'string' && policy.description !== '' ? [['description', policy.description]] : []),
    ['version', String(policy.version)],
    ['changed', String(policy.lastModifiedDateTime)],
  ];
  const asked = settings.map(([name, value]) => [`  ${name}`, typeof value === 'object' ? JSON.stringify(value) : String(value)]);
  const targets = (policy.assignments ?? []).map((one) => `  ${targetText(one, words)}`);
  const actions = actionsOf(policy).map((action) => [`  ${dayOf(action)}`, actionText(action, words)]);
  const table = (some: string[][]) => plainTable(some.map((row) => row.map(printable)));
  return [
    ...table(rows),
    ...['', 'Asks:', ...(asked.length === 0 ? ['  nothing'] : table(asked))],
    ...['', 'Is for:', ...(targets.length === 0 ? ['  nobody'] : targets.map(printable))],
    ...['', 'A device that breaks it:', ...table(actions)],
  ].join('\n');
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function targetText({ target }: Assignment, { groups }: Pick<PolicyWords, 'groups'>): string {
  const kind = target['@odata.type'].replace('#microsoft.graph.', '');
  if (kind === 'allLicensedUsersAssignmentTarget') return 'all users';
  if (kind === 'allDevicesAssignmentTarget') return 'all devices';
  const name = groups.get(target.groupId ?? '') ?? target.groupId ?? kind;
  return kind === 'exclusionGroupAssignmentTarget' ? `not ${name}` : name;
}

/** In the order of their days. */
export function actionsOf({ scheduledActionsForRule }: Policy): ScheduledAction[] {
  const all = scheduledActionsForRule?.flatMap(({ scheduledActionConfigurations }) => scheduledActionConfigurations) ?? [];
  return all.sort((a, b) => a.gracePeriodHours - b.gracePeriodHours);
}

function dayOf({ gracePeriodHours: hours }: ScheduledAction): string {
  if (hours === 0) return 'at once';
  return hours % 24 === 0 ? `day ${hours / 24}` : `after ${hours} h`;
}

const titles: Readonly<Record<string, string>> = {
  block: 'counts as noncompliant',
  notification: 'its user gets a mail',
  pushNotification: 'shows its user a notice',
  remoteLock: 'is locked',
  retire: 'is put on the retire list',
  noAction: 'nothing happens',
};

export function actionText({ actionType, notificationTemplateId, notificationMessageCCList }: ScheduledAction, words: PolicyWords): string {
  const title = titles[actionType] ?? actionType;
  if (actionType !== 'notification') return title;
  const template = words.templates.get(notificationTemplateId ?? '') ?? notificationTemplateId ?? 'none';
  const copies = (notificationMessageCCList ?? []).map((id) => words.groups.get(id) ?? id);
  return `${title} (${template}${copies.length === 0 ? '' : `; also ${copies.join(', ')}`})`;
}

/** Ids of all groups that it names. */
export function groupsOf(policy: Policy): string[] {
  const targets = (policy.assignments ?? []).flatMap(({ target }) => target.groupId ?? []);
  return [...targets, ...actionsOf(policy).flatMap(({ notificationMessageCCList }) => notificationMessageCCList ?? [])];
}
