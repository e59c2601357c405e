/** The devices of a tenant file: one entry is one device, or several that are alike. */
import { z } from 'zod';
import { platformTraits } from '../../agent/platforms.ts';
import { behaviorsMax } from '../../protocol/hands.ts';
import { enrollmentTypes, enrollmentTypesOf, isEnrollmentTypeOf, platforms } from '../../protocol/platforms.ts';
import { userPrincipalNamePattern } from '../../server-stub/core/directory-records.ts';
import { behaviorSchema } from '../scenarios/behavior-schema.ts';
import { belongingsSchema } from '../scenarios/belongings-schema.ts';
import { show } from '../scenarios/errors.ts';
import { enrollmentByPlatform } from '../scenarios/fleet-schema.ts';
import { signInsSchema } from '../scenarios/habits-schema.ts';
import { type DeviceModel, nothingPlanned } from '../scenarios/scenario.ts';
import { allowed, list, mapping, oneOf, refuse, share, text, wholeNumber } from '../scenarios/values.ts';
import type { SeedDevices } from './seed.ts';
import { namesOf, serialNumberOf } from './seed-devices.ts';

/** Of all entries together: they live in one process. */
export const seedDevicesMax = 20_000;

const userPhrase = "a user principal name such as adele@contoso.example, or '' for none";
const serialPhrase = 'a serial number: text of 1 to 64 characters';

const device = mapping({
  platform: oneOf(platforms).describe('Operating system.'),
  enrollment: text(64)
    .meta({ enum: enrollmentTypes })
    .optional()
    .describe(
      `How it is enrolled; the first is the default. ${platforms.map((one) => `${one}: ${enrollmentTypesOf[one].join(', ')}`).join('. ')}.`,
    ),
  name: text(256).optional().describe('Name of the device; of several: NAME-1, NAME-2. Without it: platform and place in the file.'),
  count: wholeNumber(1, seedDevicesMax).optional().describe('So many that are alike, called NAME-1, NAME-2 and so on.'),
  user: z
    .string(allowed(userPhrase))
    .regex(new RegExp(`^$|${userPrincipalNamePattern.source}`), userPhrase)
    .optional()
    .describe("Principal name of its user; '' for none. Without it: a user of its own, called as the device is."),
  serialNumber: z
    .string(allowed(serialPhrase))
    .regex(/^\S(.{0,62}\S)?$/, serialPhrase)
    .optional()
    .describe('Of a single device. Without it: made from the name.'),
  model: text(256).optional().describe('What it reports as its model. Without it: a common one of the platform.'),
  manufacturer: text(256).optional().describe('What it reports as its manufacturer. Without it: that of the model.'),
  osVersion: text(256).optional().describe('Version of the operating system, as text in quotes: "17.5.1".'),
  has: belongingsSchema.prefault({}).describe('What it has when it is enrolled.'),
  behaviors: list(behaviorSchema, 0, behaviorsMax, 'habits')
    .default([])
    .describe('What it does with actions. The first one that fits decides.'),
  wipesSilently: share().prefault(0).describe('Share of them that begin a wipe before they report it.'),
  signIns: signInsSchema.optional().describe('Office apps sign in by themselves. Without it: only when their user opens them.'),
}).meta({ allOf: enrollmentByPlatform });

export const devicesSchema = list(device, 0, seedDevicesMax, 'devices').transform((all, context): SeedDevices[] => {
  const names = new Map<string, number>();
  let total = 0;
  return all.map((value, index): SeedDevices => {
    const { platform, enrollment = enrollmentTypesOf[platform][0], name = `${platform}-${index + 1}`, count, serialNumber } = value;
    const { user, model, manufacturer, osVersion, has, behaviors, wipesSilently } = value;
    const wrong = (key: string, message: string, input: unknown) =>
      refuse(context, { code: 'scenario-value', message, input, path: [index, key] });
    if (!isEnrollmentTypeOf(platform, enrollment)) {
      return wrong(
        'enrollment',
        `${show(enrollment)} is not an enrollment type of ${platform}; allowed: ${enrollmentTypesOf[platform].join(', ')}`,
        enrollment,
      );
    }
    if (count !== undefined && serialNumber !== undefined) {
      return wrong(
        'serialNumber',
        'each of several devices has a serial number of its own; allowed: either "count" or "serialNumber"',
        serialNumber,
      );
    }
    total += count ?? 1;
    if (total > seedDevicesMax) {
      const message = `with it there are ${total} devices; allowed: up to ${seedDevicesMax} in all`;
      return refuse(context, { code: 'scenario-range', message, input: count, path: [index] });
    }
    for (const serial of serialNumber === undefined ? namesOf(name, count ?? 1).map(serialNumberOf) : [serialNumber]) {
      const first = names.get(serial.toLowerCase());
      names.set(serial.toLowerCase(), index);
      if (first === undefined) continue;
      const message = `it has the ${serialNumber === undefined ? 'name' : 'serial number'} of devices[${first}]; allowed: a name or a serial number of its own`;
      return refuse(context, { code: 'scenario-value', message, input: name, path: [index] });
    }
    const usual = platformTraits[platform].models.filter(({ enrollments }) => enrollments?.includes(enrollment) ?? true);
    const like = usual.find((one) => one.model === model);
    const models: DeviceModel[] =
      model === undefined && manufacturer === undefined
        ? usual.map((one) => ({ ...one, osVersion: osVersion ?? one.osVersion }))
        : [
            {
              model: model ?? usual[0]?.model ?? platform,
              manufacturer: manufacturer ?? like?.manufacturer ?? usual[0]?.manufacturer ?? '',
              osVersion: osVersion ?? like?.osVersion ?? usual[0]?.osVersion ?? '',
              weight: 1,
            },
          ];
    return {
      name,
      serialNumber,
      group: {
        name,
        count: count ?? 1,
        weight: 1,
        platform,
        enrollment,
        enrolledWithinMs: 0,
        models,
        user: user ?? null,
        has,
        behaviors,
        wipesSilently,
        absences: null,
        lostForEver: null,
        signIns: value.signIns ?? null,
        lapses: null,
        ...nothingPlanned,
      },
    };
  });
});
