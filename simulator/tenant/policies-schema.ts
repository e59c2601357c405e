/**
 * Compliance policies as tenant files, the `tenant` of scenarios and its changes on the way write them. Whether settings, groups and templates
 * fit is checked where all that is named is known (policy-references.ts).
 */
import { z } from 'zod';
import { policyTypeTable } from '../../server-stub/core/compliance/policy-types.ts';
import {
  type ComplianceSettings,
  gracePeriodHoursMax,
  type Json,
  type PolicyType,
  policyTypes,
  type ScheduledActionType,
  type scheduledActionTypes,
} from '../../server-stub/core/policy-records.ts';
import { allowed, list, mapping, oneOf, onOrOff, refuse, text, wholeDays, wholeNumber, yesOrNo } from '../scenarios/values.ts';
import { entryShape, mustRemoveOnly, removeShape } from './policy-entry.ts';
import type { SeedAction, SeedPolicy, SeedTarget } from './policy-seed.ts';

const policiesMax = 1000;
const targetsMax = 1000;
const actionsMax = 100;
const validityDaysMax = 120;

export const complianceSettingsSchema = mapping({
  secureByDefault: yesOrNo().optional().describe('true: a device that no policy is assigned to counts as noncompliant.'),
  validityDays: wholeNumber(1, validityDaysMax)
    .optional()
    .describe('Days without contact after which a device counts as noncompliant, 1 to 120. Without it: 30.'),
  scheduledActions: onOrOff().optional().describe('off: actions for noncompliance wait, all but marking the device.'),
}).transform(
  ({ secureByDefault, validityDays, scheduledActions }): Partial<ComplianceSettings> => ({
    ...(secureByDefault === undefined ? {} : { secureByDefault }),
    ...(validityDays === undefined ? {} : { validityDays }),
    ...(scheduledActions === undefined ? {} : { isScheduledActionEnabled: scheduledActions }),
  }),
);

const settingsPhrase = 'a mapping of names of settings in Microsoft Graph to their values';

/** null asks for nothing, as in Graph. */
const settings = z
  .record(z.string(), z.unknown(), allowed(settingsPhrase))
  .transform((value) => Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null)) as Record<string, Json>);

/** The same check for editors as policy-references.ts makes for us. */
const settingsByType = policyTypes.map((type) => ({
  if: { properties: { type: { const: type } }, required: ['type'] },
  then: { properties: { settings: { propertyNames: { enum: Object.keys(policyTypeTable[type].settings) } } } },
}));

/** What Conditional Access and Graph call everybody, as files say it. */
const everybody: ReadonlyMap<string, SeedTarget> = new Map([
  ['all users', { kind: 'allUsers' }],
  ['all devices', { kind: 'allDevices' }],
]);

const target = text(256).transform((name): SeedTarget => everybody.get(name.toLowerCase()) ?? { kind: 'group', name });

const shownActions = [
  'block',
  'notification',
  'pushNotification',
  'remoteLock',
  'retire',
  'noAction',
] as const satisfies readonly ScheduledActionType[];
// Every one of them has its word here.
shownActions satisfies readonly (typeof scheduledActionTypes)[number][];

const daysMax = gracePeriodHoursMax / 24;

const action = mapping({
  do: oneOf(shownActions).describe(
    'block: mark the device noncompliant; notification: a mail to its user; pushNotification: a notice on the device; remoteLock: lock it; retire: put it on the retire list.',
  ),
  after: wholeDays(0, daysMax).optional().describe('Days of noncompliance, 0d to 365d. Without it: 0d, at once.'),
  template: text(256).optional().describe('Of a notification: name of its template.'),
  to: list(text(256), 0, targetsMax, 'groups').optional().describe('Of a notification: groups whose members get it too.'),
}).transform((value, context): SeedAction => {
  const { do: what, after, template, to } = value;
  if (what === 'notification' && template === undefined) {
    const message = '"notification" needs a "template"; allowed: the name of a notification template';
    return refuse(context, { code: 'scenario-missing', message, input: value });
  }
  for (const [key, given] of Object.entries({ template, to })) {
    if (what === 'notification' || given === undefined) continue;
    const message = `"${key}" belongs to "notification", not to "${what}"`;
    return refuse(context, { code: 'scenario-value', message, input: given, path: [key] });
  }
  return { do: what, hours: after ?? 0, template, to: to ?? [] };
});

/** The device is marked by itself (NC-03): whoever names no `block` has it at once. */
const actions = list(action, 0, actionsMax, 'actions').transform((all, context): SeedAction[] => {
  const blocks = all.flatMap((one, index) => (one.do === 'block' ? [index] : []));
  const [first, second] = blocks;
  if (second !== undefined) {
    const message = `"block" is done by actions[${first}] already; allowed: it stands once, with the day on which devices are marked`;
    return refuse(context, { code: 'scenario-value', message, input: 'block', path: [second, 'do'] });
  }
  return first === undefined ? [{ do: 'block', hours: 0, template: undefined, to: [], isImplied: true }, ...all] : all;
});

const shape = {
  ...entryShape('policy'),
  type: oneOf(policyTypes).optional().describe('What kind of devices it is for: one of the types of Microsoft Graph.'),
  description: text(1024).optional().describe('More about it, for people.'),
  settings: settings.optional().describe('What it asks, by the names of its type in Microsoft Graph: all of it.'),
  assignTo: list(target, 0, targetsMax, 'groups').optional().describe('Whom it is for: all users, all devices, or names of groups.'),
  exclude: list(text(256), 0, targetsMax, 'groups').optional().describe('Groups that it is not for. They come before `assignTo`.'),
  actions: actions
    .optional()
    .describe('Actions for noncompliance, in any order. `block` at 0d is there by itself; name it to give a grace period.'),
};

type Given = Omit<SeedPolicy, 'remove' | 'id' | 'description' | 'type' | 'settings' | 'assignTo' | 'exclude' | 'actions'> & {
  [K in 'id' | 'description' | 'settings' | 'assignTo' | 'exclude' | 'actions']?: SeedPolicy[K];
} & { type?: PolicyType | undefined; remove?: boolean | undefined };

const absent = { id: undefined, description: undefined, settings: undefined, assignTo: undefined, exclude: undefined, actions: undefined };
const seedOf = (value: Given): SeedPolicy => ({ ...absent, type: undefined, ...value, remove: value.remove === true });

const policy = mapping(shape)
  .meta({ required: ['displayName', 'type'], allOf: settingsByType })
  .transform((value, context): SeedPolicy => {
    if (value.type !== undefined) return seedOf(value);
    return refuse(context, {
      code: 'scenario-missing',
      message: policyTypes.join(', '),
      input: undefined,
      path: ['type'],
      sentence: false,
    });
  });

/** Of one that is there the type may be left out: it cannot change. */
const policyChange = mapping({ ...shape, ...removeShape('policy') })
  .meta({ allOf: settingsByType })
  .transform((value, context): SeedPolicy => {
    mustRemoveOnly(value, context);
    return seedOf(value);
  });

export const policiesSchema = list(policy, 0, policiesMax, 'compliance policies');
export const policyChangesSchema = list(policyChange, 0, policiesMax, 'compliance policies');
