/** The `fleet` of a scenario file: groups of devices of one kind, with how they behave. */

import { z } from 'zod';
import { platformTraits } from '../../agent/platforms.ts';
import { behaviorsMax } from '../../protocol/hands.ts';
import {
  type EnrollmentType,
  enrollmentTypes,
  enrollmentTypesOf,
  isEnrollmentTypeOf,
  type Platform,
  platforms,
} from '../../protocol/platforms.ts';
import { dayMs } from '../../runtime/duration.ts';
import { behaviorSchema } from './behavior-schema.ts';
import { belongingsSchema } from './belongings-schema.ts';
import { show } from './errors.ts';
import { lapsesSchema, signInsSchema } from './habits-schema.ts';
import {
  batterySchema,
  enrollsSchema,
  holidaysSchema,
  hoursSchema,
  leavesSchema,
  osUpdatesSchema,
  passcodeChangesSchema,
  replacedSchema,
  stormsSchema,
  timeZonesSchema,
} from './population-schema.ts';
import { platformsOf, presetNames, withPreset } from './presets.ts';
import type { Absences, DeviceModel, FleetGroup } from './scenario.ts';
import {
  allowed,
  countRange,
  distribution,
  distributionHelp,
  duration,
  kebabName,
  list,
  mapping,
  oneOf,
  refuse,
  share,
  span,
  text,
  weight,
  wholeNumber,
} from './values.ts';

const groupsMax = 1000;
const countMax = 100_000;
const userPhrase = "a user principal name such as adele@contoso.example, or '' for none";
const modelsMax = 100;
/** An absence is a pair of events in a device's life; more than this is a mistake, not an unsteady device. */
const absencesMax = 1000;

const model = mapping({
  model: text(256).describe('What the device reports as its model.'),
  manufacturer: text(256).describe('What the device reports as its manufacturer.'),
  osVersion: text(256).describe('Version of the operating system, as text in quotes: "17.5.1".'),
  weight: weight().default(1).describe('How common this model is, relative to the others of the group.'),
});

const absences = mapping({
  share: share().describe("Share of the group's devices that ever go offline."),
  count: countRange(absencesMax).describe('How many times each of them goes offline: [fewest, most], both included.'),
  between: span().describe('An absence begins within this range of time since the start: [from, until].'),
  length: distribution().describe(`How long an absence lasts: ${distributionHelp}.`),
}).transform((value): Absences => value);

const lostForEver = mapping({
  share: share().describe("Share of the group's devices that go offline and never return."),
  between: span().describe('They vanish within this range of time since the start: [from, until].'),
});

/** The same check for editors as the transform below makes for us. */
export const enrollmentByPlatform = platforms.map((platform) => ({
  if: { properties: { platform: { const: platform } }, required: ['platform'] },
  then: { properties: { enrollment: { enum: enrollmentTypesOf[platform] } } },
}));

const plainGroup = mapping({
  preset: oneOf(presetNames)
    .optional()
    .describe(
      'A population with a name: fills in what the group does not say itself. `mockfleet scenarios show NAME --yaml` has it in full.',
    ),
  name: kebabName().describe('Name of the group, unique in the file; the timeline can select devices by it.'),
  count: wholeNumber(1, countMax).optional().describe('Exactly so many devices: in stories. Either this or `weight`.'),
  weight: weight()
    .optional()
    .describe(
      'How large the group is, relative to the others: with weights 40 and 60, the groups get 40 % and 60 % of the devices. Either this or `count`.',
    ),
  platform: oneOf(platforms).describe('Operating system of the devices.'),
  enrollment: text(64)
    .meta({ enum: enrollmentTypes })
    .optional()
    .describe(
      `How the devices are enrolled; each platform has its own ways, the first is its default. ${platforms
        .map((platform) => `${platform}: ${enrollmentTypesOf[platform].join(', ')}`)
        .join('. ')}.`,
    ),
  enrolledWithin: duration()
    .optional()
    .describe(
      'The devices enrol one after the other, spread evenly over this long from the start. Without it: 14d, or 0s in a counted group.',
    ),
  enrolls: enrollsSchema
    .optional()
    .describe('In waves, in place of `enrolledWithin`: [{within: 14d, share: 70%}, {at: 90d, within: 275d, share: 30%}].'),
  models: list(model, 1, modelsMax, 'models').optional().describe('What the devices are. Without it: a few common models of the platform.'),
  user: z
    .string(allowed(userPhrase))
    .max(256, userPhrase)
    .regex(/^([^\s@]+@[^\s@]+)?$/, userPhrase)
    .optional()
    .describe("User principal name of the devices' user; '' for devices without one. Without it: each has a user of its own."),
  has: belongingsSchema.prefault({}).describe('What the devices have when they are enrolled.'),
  behaviors: list(behaviorSchema, 0, behaviorsMax, 'habits')
    .default([])
    .describe('Habits: what the devices do with actions. The first one that fits decides.'),
  wipesSilently: share()
    .prefault(0)
    .describe('Share of the devices that begin a wipe before they report it: the action stays pending though the device is gone.'),
  absences: absences.optional().describe('Some devices go offline for a while.'),
  lostForEver: lostForEver.optional().describe('Some devices go offline and never come back.'),
  signIns: signInsSchema
    .optional()
    .describe('Office apps sign in by themselves, with somebody at the device or not. Without it: only when their user opens them.'),
  lapses: lapsesSchema.optional().describe('Some devices stop keeping the rules for a while, whatever the policies of the tenant ask.'),
  timeZones: timeZonesSchema
    .prefault('UTC')
    .describe('Where the devices are: a time zone, or several with weights: {Europe/Berlin: 3, America/New_York: 1}.'),
  hours: hoursSchema
    .optional()
    .describe('When the devices have a network, by the clocks of their time zone: {from: 08:00, until: 18:00, jitter: 30m}.'),
  holidays: holidaysSchema
    .default([])
    .describe('Days without a network, from midnight to midnight: 12-25, 2026-12-24, {from: 12-24, until: 01-01}.'),
  leaves: leavesSchema.default([]).describe('Users take leave for weeks or months, and their devices have no network.'),
  storms: stormsSchema.default([]).describe('Many devices lose their network at once, and come back at about the same time.'),
  replaced: replacedSchema(list(model, 1, modelsMax, 'models'))
    .optional()
    .describe('Users get a new device now and then: it is enrolled as another record, the old one is gone.'),
  osUpdates: osUpdatesSchema.default([]).describe('Versions of the operating system that come out, and when devices take them.'),
  passcodeChanges: passcodeChangesSchema.optional().describe('Users change their passcode now and then, where they have one.'),
  battery: batterySchema.optional().describe('Devices run empty now and then, and are off until somebody charges them.'),
})
  .meta({ allOf: enrollmentByPlatform, oneOf: [{ required: ['count'] }, { required: ['weight'] }] })
  .transform((value, context): FleetGroup => {
    const { platform, enrollment = enrollmentTypesOf[platform][0], models, absences, lostForEver, signIns, lapses, user, ...rest } = value;
    const { count, weight, enrolledWithin, enrolls, hours, replaced, passcodeChanges, battery, preset: _, ...plain } = rest;
    if (value.preset !== undefined && !platformsOf(value.preset).includes(platform)) {
      const message = `the preset "${value.preset}" has no devices of ${platform}; allowed: ${platformsOf(value.preset).join(', ')}`;
      return refuse(context, { code: 'scenario-value', message, input: platform, path: ['platform'] });
    }
    if ((count === undefined) === (weight === undefined)) {
      const isMissing = count === undefined;
      const found = isMissing ? 'it does not say how many devices there are' : 'both "count" and "weight" are given';
      const message = `${found}; allowed: either "count" or "weight"`;
      return refuse(context, { code: isMissing ? 'scenario-missing' : 'scenario-value', message, input: value });
    }
    if (enrolls !== undefined && enrolledWithin !== undefined) {
      const message = 'both "enrolls" and "enrolledWithin" are given; allowed: either of them';
      return refuse(context, { code: 'scenario-value', message, input: enrolledWithin, path: ['enrolledWithin'] });
    }
    if (!isEnrollmentTypeOf(platform, enrollment)) {
      const message = `${show(enrollment)} is not an enrollment type of ${platform}; allowed: ${enrollmentTypesOf[platform].join(', ')}`;
      return refuse(context, { code: 'scenario-value', message, input: enrollment, path: ['enrollment'] });
    }
    return {
      ...plain,
      count: count ?? null,
      weight: weight ?? count ?? 1,
      platform,
      enrollment,
      enrolledWithinMs: enrolledWithin ?? (count === undefined ? 14 * dayMs : 0),
      models: models ?? usualModels(platform, enrollment),
      user: user ?? null,
      absences: absences ?? null,
      lostForEver: lostForEver ?? null,
      signIns: signIns ?? null,
      lapses: lapses ?? null,
      enrolls: enrolls ?? null,
      hours: hours ?? null,
      replaced: replaced ?? null,
      osUpdates: [...value.osUpdates].sort((a, b) => a.atMs - b.atMs),
      passcodeChanges: passcodeChanges ?? null,
      battery: battery ?? null,
    };
  });

/** What devices of this kind are when the file names no models. */
function usualModels(platform: Platform, enrollment: EnrollmentType): DeviceModel[] {
  const fitting = platformTraits[platform].models.filter(({ enrollments }) => enrollments?.includes(enrollment) ?? true);
  return fitting.map(({ model, manufacturer, osVersion, weight }) => ({ model, manufacturer, osVersion, weight }));
}

const group = z.preprocess(withPreset, plainGroup);

export const fleetSchema = list(group, 1, groupsMax, 'groups of devices').transform((groups, context): FleetGroup[] => {
  const seen = new Map<string, number>();
  groups.forEach((value, index) => {
    const first = seen.get(value.name);
    if (first !== undefined) {
      const message = `"${value.name}" is already the name of fleet[${first}]; allowed: a name that no other group has`;
      refuse(context, { code: 'scenario-value', message, input: value.name, path: [index, 'name'] });
    }
    seen.set(value.name, first ?? index);
  });
  return groups;
});
