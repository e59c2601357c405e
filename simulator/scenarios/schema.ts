/**
 * The schema of a scenario file. One source for three things: what the loader refuses, what the simulator gets (`Scenario`: the output),
 * and the JSON Schema for editors (the input; `scripts/write-scenario-schema.ts`). Every `.describe()` is help that an editor shows.
 */
import { z } from 'zod';
import type { Platform } from '../../protocol/platforms.ts';
import { dayMs } from '../../runtime/duration.ts';
import { expectationsSchema, unknownFaults } from './expectations-schema.ts';
import { faultsOf, faultsSchema, unknownGroups } from './faults-schema.ts';
import { fleetSchema } from './fleet-schema.ts';
import { checkPlanted } from './planted-references.ts';
import { sharedHolidaysSchema, sharedOsUpdatesSchema, sharedStormsSchema } from './population-schema.ts';
import { presetNames, withFleetPreset } from './presets.ts';
import type { FleetGroup, Holiday, OsUpdate, Scenario, Storm } from './scenario.ts';
import { tenantSchema } from './tenant-schema.ts';
import { thresholdsSchema } from './thresholds-schema.ts';
import { expand, timelineSchema } from './timeline-schema.ts';
import { allowed, instant, kebabName, list, mapping, oneOf, refuse, text, wholeNumber } from './values.ts';

export type { Scenario } from './scenario.ts';

export const daysMax = 36_500;
export const devicesMax = 2_000_000;

const part = () => text(2000);

const answer = mapping({
  administrator: part().describe('What the administrator sees.'),
  device: part().describe('What the device shows.'),
  why: part().describe('Why that is so.'),
  whatToDo: part().describe('What to do about it.'),
});

const seedPhrase = 'text of 1 to 64 characters, or a whole number';
const requirementPhrase = 'the id of a requirement, such as M-09';

const file = mapping({
  name: kebabName().describe(
    'Name of the scenario: lower-case letters, digits and dashes. In the catalogue it is also the name of the file.',
  ),
  title: text(120).describe('One line that says what happens.'),
  question: text(500).optional().describe('The question of a user that this scenario answers.'),
  description: text(10_000).optional().describe('More about it, for people.'),
  requirements: list(z.string(allowed(requirementPhrase)).regex(/^[A-Z]{1,3}-\d{1,3}$/, requirementPhrase), 0, 100, 'ids of requirements')
    .default([])
    .describe('Ids of the requirements that this scenario shows.'),
  answer: answer.optional().describe('The answer to the question: it makes a story of the scenario.'),
  seed: z
    .union([z.string().min(1).max(64), z.int()], allowed(seedPhrase))
    .default(1)
    .describe('Where all chance comes from: text or a whole number. The same seed gives the same run.'),
  start: instant().prefault('2026-01-01T00:00:00Z').describe('When the scenario begins: ISO 8601 with its zone.'),
  days: wholeNumber(1, daysMax).describe('How many days are lived, from the start.'),
  devices: wholeNumber(1, devicesMax)
    .optional()
    .describe('How many devices there are, over all groups. May be left out where every group has a `count`.'),
  tenant: tenantSchema.prefault({}).describe('Settings of the management service.'),
  preset: oneOf(presetNames)
    .optional()
    .describe('A whole fleet with a name, with its holidays and updates: fills in what the file does not say itself.'),
  holidays: sharedHolidaysSchema
    .default([])
    .describe(
      'Days without a network for the whole fleet or for groups of it, by their local time: 12-25, 2026-12-24, {from: 12-24, until: 01-01}.',
    ),
  storms: sharedStormsSchema
    .default([])
    .describe('Many devices of the fleet lose their network at once, and come back at about the same time.'),
  osUpdates: sharedOsUpdatesSchema.default([]).describe('Versions of operating systems that come out, and when devices take them.'),
  fleet: fleetSchema.describe('Groups of devices: what they are and how they behave.'),
  timeline: timelineSchema
    .prefault([])
    .describe(
      'What happens, and when: what administrators, users and devices do, and what must be true then. Times are since the start and do not stretch with `days`.',
    ),
  faults: faultsSchema.prefault([]).describe('What goes wrong, for which devices, and when: links, the service, pushes, mails, clocks.'),
  expectations: expectationsSchema.default([]).describe('What must be true of the result at the end of the run.'),
  thresholds: thresholdsSchema
    .default([])
    .describe('What `mockfleet load` with this scenario has to keep to: figures and their limits, such as check-in.p99<250ms.'),
});

export const scenarioSchema = z
  .preprocess(withFleetPreset, file)
  .transform(
    (
      { start, seed, timeline, faults, question, description, answer, devices, preset: _, holidays, storms, osUpdates, ...own },
      context,
    ): Scenario => {
      const groups = own.fleet.map((group) => group.name);
      const rest = { ...own, fleet: withShared(own.fleet, { holidays, storms, osUpdates }, context) };
      timeline.forEach(({ to, when, step }, index) => {
        to.groups?.forEach((name, position) => {
          if (groups.includes(name)) return;
          const message = `the fleet has no group "${name}"; allowed: ${groups.slice(0, 20).join(', ')}`;
          const path = ['timeline', index, 'to', 'groups', position];
          refuse(context, { code: 'scenario-value', message, input: name, path });
        });
        const lastAt = when.firstMs + (when.times - 1) * when.stepMs;
        if (step.kind !== 'expect' || lastAt < rest.days * dayMs) return;
        const message = `it is expected after the end, and would never be judged; allowed: before ${rest.days}d`;
        refuse(context, { code: 'scenario-range', message, input: lastAt, path: ['timeline', index, when.times > 1 ? 'every' : 'at'] });
      });
      for (const { name, path } of unknownGroups(faults, groups)) {
        const message = `the fleet has no group "${name}"; allowed: ${groups.slice(0, 20).join(', ')}`;
        refuse(context, { code: 'scenario-value', message, input: name, path });
      }
      const faultNames = faults.map(({ name }) => name);
      for (const { name, path } of unknownFaults(rest.expectations, faultNames)) {
        const message = `the file has no fault "${name}"; allowed: ${faultNames.slice(0, 20).join(', ') || 'none, as it has no faults'}`;
        refuse(context, { code: 'scenario-value', message, input: name, path });
      }
      checkPlanted(rest.tenant.planted, rest.fleet, timeline, context);
      return {
        ...rest,
        seed: String(seed),
        startAt: start,
        devices: sizeOf(rest.fleet, devices, context),
        question: question ?? null,
        description: description ?? null,
        answer: answer ?? null,
        timeline: expand(timeline, start),
        faults: faultsOf(faults, start),
      };
    },
  );

interface Shared {
  holidays: readonly { groups: readonly string[] | null; is: Holiday }[];
  storms: readonly { groups: readonly string[] | null; is: Storm }[];
  osUpdates: readonly { groups: readonly string[] | null; platform: Platform; is: OsUpdate }[];
}

/** What the file says of the whole fleet, or of several groups of it, comes before what each says itself. */
function withShared(fleet: readonly FleetGroup[], shared: Shared, context: Parameters<typeof refuse>[0]): FleetGroup[] {
  const names = fleet.map(({ name }) => name);
  for (const key of ['holidays', 'storms', 'osUpdates'] as const) {
    shared[key].forEach(({ groups }, index) => {
      groups?.forEach((name, position) => {
        if (names.includes(name)) return;
        const message = `the fleet has no group "${name}"; allowed: ${names.slice(0, 20).join(', ')}`;
        refuse(context, { code: 'scenario-value', message, input: name, path: [key, index, 'groups', position] });
      });
    });
  }
  return fleet.map((group) => {
    const isOf = ({ groups }: { groups: readonly string[] | null }) => groups === null || groups.includes(group.name);
    const updates = shared.osUpdates.filter((one) => isOf(one) && one.platform === group.platform).map(({ is }) => is);
    return {
      ...group,
      holidays: [...shared.holidays.filter(isOf).map(({ is }) => is), ...group.holidays],
      storms: [...shared.storms.filter(isOf).map(({ is }) => is), ...group.storms],
      osUpdates: [...updates, ...group.osUpdates].sort((a, b) => a.atMs - b.atMs),
    };
  });
}

/** How many devices there are: what the file says, or what the groups' counts make. */
function sizeOf(fleet: readonly FleetGroup[], devices: number | undefined, context: Parameters<typeof refuse>[0]): number {
  const counted = fleet.reduce((sum, { count }) => sum + (count ?? 0), 0);
  const isCounted = fleet.every(({ count }) => count !== null);
  if (devices === undefined) {
    if (isCounted && counted <= devicesMax) return counted;
    const message = isCounted
      ? `the counts of the fleet add up to ${counted}; allowed: up to ${devicesMax}`
      : `it is missing; allowed: a whole number from 1 to ${devicesMax}, or a "count" in every group`;
    return refuse(context, { code: isCounted ? 'scenario-range' : 'scenario-missing', message, input: devices, path: ['devices'] });
  }
  if (devices < counted || (isCounted && devices > counted)) {
    const message = `the counts of the fleet add up to ${counted}; allowed: ${isCounted ? counted : `${counted} or more`}`;
    return refuse(context, { code: 'scenario-range', message, input: devices, path: ['devices'] });
  }
  return devices;
}

type JsonSchema = Record<string, unknown> & { required?: string[]; allOf?: unknown[] };

/** A key that a preset fills in is required only where there is none. */
function orPreset(schema: JsonSchema, key: string): void {
  schema.required = (schema.required ?? []).filter((one) => one !== key);
  schema.allOf = [...(schema.allOf ?? []), { anyOf: [{ required: [key] }, { required: ['preset'] }] }];
}

/** The JSON Schema of a scenario file (draft 2020-12), for editors. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-2020-12' }) as JsonSchema;
  const fleet = (schema.properties as Record<string, JsonSchema>).fleet as JsonSchema;
  orPreset(schema, 'fleet');
  orPreset(fleet.items as JsonSchema, 'platform');
  return {
    $schema,
    $id: 'https://mockfleet.example/scenario.schema.json',
    title: 'mockfleet scenario',
    description: 'A fleet, what happens to it, and what is expected of the outcome: one run of `mockfleet run`.',
    ...schema,
  };
}
