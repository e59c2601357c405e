/** The `fleet` of a scenario file: groups of devices of one kind, with how they behave. */
import { enrollmentTypes, enrollmentTypesOf, isEnrollmentTypeOf, platforms } from '../../protocol/platforms.ts';
import { defaultModels } from './default-models.ts';
import { show } from './errors.ts';
import type { Absences, DeviceModel, FleetGroup } from './scenario.ts';
import { countRange, distribution, duration, kebabName, list, mapping, oneOf, refuse, share, span, text, weight } from './values.ts';

const groupsMax = 1000;
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
  length: distribution().describe('How long an absence lasts: a duration, {uniform: [a, b]} or {exponential: mean}.'),
}).transform((value): Absences => value);

const lostForEver = mapping({
  share: share().describe("Share of the group's devices that go offline and never return."),
  between: span().describe('They vanish within this range of time since the start: [from, until].'),
});

/** The same check for editors as the transform below makes for us. */
const enrollmentByPlatform = platforms.map((platform) => ({
  if: { properties: { platform: { const: platform } }, required: ['platform'] },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
  then: { properties: { enrollment: { enum: enrollmentTypesOf[platform] } } },
}));

const group = mapping({
  name: kebabName().describe('Name of the group, unique in the file; the timeline can select devices by it.'),
  weight: weight().describe(
    'How large the group is, relative to the others: with weights 40 and 60, the groups get 40 % and 60 % of the devices.',
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
    .prefault('14d')
    .describe('The devices enrol one after the other, spread evenly over this long from the start.'),
  models: list(model, 1, modelsMax, 'models').optional().describe('What the devices are. Without it: a few common models of the platform.'),
  wipesSilently: share()
    .prefault(0)
    .describe('Share of the devices that begin a wipe before they report it: the action stays pending though the device is gone.'),
  absences: absences.optional().describe('Some devices go offline for a while.'),
  lostForEver: lostForEver.optional().describe('Some devices go offline and never come back.'),
})
  .meta({ allOf: enrollmentByPlatform })
  .transform((value, context): FleetGroup => {
    const { platform, enrollment = enrollmentTypesOf[platform][0], enrolledWithin, models, absences, lostForEver, ...rest } = value;
    if (!isEnrollmentTypeOf(platform, enrollment)) {
      const message = `${show(enrollment)} is not an enrollment type of ${platform}; allowed: ${enrollmentTypesOf[platform].join(', ')}`;
      return refuse(context, { code: 'scenario-value', message, input: enrollment, path: ['enrollment'] });
    }
    return {
      ...rest,
      platform,
      enrollment,
      enrolledWithinMs: enrolledWithin,
      models: models ?? defaultModels[platform].map((row): DeviceModel => ({ ...row })),
      absences: absences ?? null,
      lostForEver: lostForEver ?? null,
    };
  });

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
