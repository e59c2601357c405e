/** The `timeline` of a scenario file: what happens, when, and to which devices. `expand()` makes instants of it. */
import { z } from 'zod';
import { enrollmentTypes, platforms } from '../../protocol/platforms.ts';
import { minuteMs } from '../../runtime/duration.ts';
import { type ActionName, actionNames } from '../../server-stub/core/records.ts';
import { expectSchema } from './expect-schema.ts';
import { notifySchema } from './notify-schema.ts';
import { type Copied, copiedThings, type Selector, type Step, type TimelineEvent } from './scenario.ts';
import { actionStep, deviceSchema, portalSchema, userSchema } from './step-schema.ts';
import type { StoryExpectation } from './story-expectation.ts';
import { type TenantChange, tenantChangeSchema } from './tenant-schema.ts';
import { allowed, duration, kebabName, list, mapping, oneOf, refuse, share, text } from './values.ts';

/** Instants of one file: each looks at every device once, so this bounds the work of a run. */
const eventsMax = 10_000;
const entriesMax = 1000;

const selector = mapping({
  share: share().prefault(1).describe('Share of the devices that match, drawn for each device.'),
  platforms: list(oneOf(platforms), 1, platforms.length, 'platforms').optional().describe('Only devices of these platforms.'),
  enrollments: list(oneOf(enrollmentTypes), 1, enrollmentTypes.length, 'enrollment types')
    .optional()
    .describe('Only devices that were enrolled in one of these ways.'),
  groups: list(kebabName(), 1, 1000, 'names of groups').optional().describe('Only devices of these groups of the fleet.'),
  network: oneOf(['online', 'offline', 'any'])
    .default('any')
    .describe('Only devices that are online, or offline, at that moment; any: both.'),
}).transform(
  (value): Selector => ({
    ...value,
    platforms: value.platforms ?? null,
    enrollments: value.enrollments ?? null,
    groups: value.groups ?? null,
  }),
);

const every = mapping({
  from: duration().describe('The first time, since the start.'),
  until: duration().describe('Not later than this, since the start.'),
  each: duration(minuteMs).describe('Time between two; at least 1m.'),
}).transform(({ from, until, each }, context) => {
  if (from > until) {
    const message = '"until" lies before "from"; allowed: a duration that is not shorter than "from"';
    return refuse(context, { code: 'scenario-range', message, input: until, path: ['until'] });
  }
  return { firstMs: from, stepMs: each, times: Math.floor((until - from) / each) + 1 };
});

/** The keys of which an entry has exactly one: what it does. */
const doings = ['do', 'cancel', 'user', 'portal', 'device', 'tenant', 'notify', 'copy', 'expect'] as const;

const entry = mapping({
  at: duration().optional().describe('When, since the start. Either this or `every`.'),
  every: every.optional().describe('Several times: {from: 30d, until: 330d, each: 30d}, all since the start. Either this or `at`.'),
  do: oneOf(actionNames)
    .optional()
    .describe(
      'What the administrator does: an action of Microsoft Graph by its name, or delete (of the record). ' +
        'A kind of device that can never do it refuses it: that is part of the simulation.',
    ),
  with: z
    .record(z.string(), z.unknown(), allowed('a mapping of names of parameters to their values'))
    .optional()
    .describe('Parameters of the action (`do`), by their names in Microsoft Graph.'),
  cancel: oneOf(actionNames).optional().describe('The administrator takes this action back; possible while it was not delivered.'),
  user: userSchema.optional().describe("What the person at the device's screen does: {press: unlock, values: {passcode: …}} or {type: …}."),
  portal: portalSchema.optional().describe("What the device's own user does at the self-service site."),
  device: deviceSchema.optional().describe('What happens to the device itself: {network: off}, {osVersion: "18.0"}, {enroll: true}, …'),
  tenant: tenantChangeSchema
    .optional()
    .describe('The administrator changes the tenant: what it asks of devices, its people, groups and policies (`to` does not matter).'),
  notify: notifySchema
    .optional()
    .describe(
      'The administrator sends a custom notification to the people in groups of the tenant (`to` does not matter). ' +
        'To one device: do: sendCustomNotificationToCompanyPortal.',
    ),
  copy: oneOf(copiedThings)
    .optional()
    .describe('The administrator notes what Graph shows; later inputs can type it: {bypassCode}, {passcode}, {unlockPin}.'),
  expect: expectSchema.optional().describe('What must be true now, of every selected device.'),
  to: selector.prefault({}).describe('To which devices: all conditions must hold. Without it: to all.'),
  by: text(256)
    .regex(/^[^\s@]+@[^\s@]+$/, 'a user principal name such as admin@contoso.example')
    .optional()
    .describe('User principal name of the administrator who does it.'),
})
  .meta({
    allOf: [{ oneOf: [{ required: ['at'] }, { required: ['every'] }] }, { oneOf: doings.map((name) => ({ required: [name] })) }],
  })
  .transform((value, context) => {
    const { at, every, by, to } = value;
    if ((at === undefined) === (every === undefined)) {
      const message = `${at === undefined ? 'it does not say when' : 'both "at" and "every" are given'}; allowed: either "at" or "every"`;
      return refuse(context, { code: at === undefined ? 'scenario-missing' : 'scenario-value', message, input: value });
    }
    const given = doings.filter((name) => value[name] !== undefined);
    if (given.length !== 1) {
      const found = given.length === 0 ? 'it does not say what happens' : `${given.map((name) => `"${name}"`).join(' and ')} are given`;
      const message = `${found}; allowed: exactly one of ${doings.join(', ')}`;
      return refuse(context, { code: given.length === 0 ? 'scenario-missing' : 'scenario-value', message, input: value });
    }
    if (value.with !== undefined && value.do === undefined) {
      return refuse(context, { code: 'scenario-value', message: '"with" belongs to "do"', input: value.with, path: ['with'] });
    }
    const step = stepOf(value, context);
    return { when: every ?? { firstMs: at ?? 0, stepMs: 0, times: 1 }, by: by ?? null, to, step };
  });

interface Doing {
  do?: ActionName | undefined;
  with?: Record<string, unknown> | undefined;
  cancel?: ActionName | undefined;
  user?: Step | undefined;
  portal?: Step | undefined;
  device?: Step | undefined;
  tenant?: TenantChange | undefined;
  notify?: Step | undefined;
  copy?: Copied | undefined;
  expect?: StoryExpectation[] | undefined;
}

function stepOf(value: Doing, context: Parameters<typeof refuse>[0]): Step {
  if (value.do !== undefined) return actionStep(value.do, value.with, context);
  if (value.cancel !== undefined) return { kind: 'cancel', action: value.cancel };
  if (value.tenant !== undefined) return { kind: 'tenant', ...value.tenant };
  if (value.copy !== undefined) return { kind: 'copy', what: value.copy };
  return value.user ?? value.portal ?? value.device ?? value.notify ?? { kind: 'expect', all: value.expect ?? [] };
}

export const timelineSchema = list(entry, 0, entriesMax, 'events').transform((entries, context) => {
  let events = 0;
  for (const [index, { when }] of entries.entries()) {
    events += when.times;
    if (events <= eventsMax) continue;
    const message = `the timeline has ${events} events up to here; allowed: up to ${eventsMax} in a file`;
    return refuse(context, { code: 'scenario-range', message, input: when, path: [index, 'every'] });
  }
  return entries;
});

/** The instants of a timeline, in the order of time; those of one instant in the order of the file. */
export function expand(entries: z.output<typeof timelineSchema>, startAt: number): TimelineEvent[] {
  const events = entries.flatMap(({ when, ...rest }, index) =>
    Array.from(
      { length: when.times },
      (_, repetition): TimelineEvent => ({ ...rest, at: startAt + when.firstMs + repetition * when.stepMs, entry: index, repetition }),
    ),
  );
  return events.sort((a, b) => a.at - b.at || a.entry - b.entry || a.repetition - b.repetition);
}
