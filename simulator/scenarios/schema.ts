/**
 * The schema of a scenario file. One source for three things: what the loader refuses, what the simulator gets (`Scenario`: the output),
 * and the JSON Schema for editors (the input; `scripts/write-scenario-schema.ts`). Every `.describe()` is help that an editor shows.
 */
import { z } from 'zod';
import { dayMs, hourMs } from '../../runtime/duration.ts';
import { expectationsSchema } from './expectations-schema.ts';
import { fleetSchema } from './fleet-schema.ts';
import type { Scenario, TenantSettings } from './scenario.ts';
import { expand, timelineSchema } from './timeline-schema.ts';
import { allowed, distribution, duration, instant, kebabName, list, mapping, refuse, share, text, wholeNumber } from './values.ts';

export type { Scenario } from './scenario.ts';

export const daysMax = 36_500;
export const devicesMax = 2_000_000;

/** A certificate lives 365 days (M-01): a window as long would renew it at every check-in. */
const renewalWindowMaxMs = 364 * dayMs;

const push = mapping({
  lost: share().prefault('1%').describe('Share of the pushes that never arrive.'),
  latency: distribution()
    .prefault({ uniform: ['1s', '10s'] })
    .describe('How long a push takes to an online device: a duration, {uniform: [a, b]} or {exponential: mean}.'),
  keptFor: duration().prefault('1d').describe('How long a push is kept for a device that is offline; the newest wins.'),
}).transform(({ keptFor, ...rest }) => ({ ...rest, keptForMs: keptFor }));

const tenant = mapping({
  renewalWindow: duration(hourMs, renewalWindowMaxMs).prefault('30d').describe('How long before its end a certificate is renewed.'),
  push: push.prefault({}).describe('The push service that nudges devices to check in.'),
}).transform(({ renewalWindow, push }): TenantSettings => ({ renewalWindowMs: renewalWindow, push }));

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
  seed: z
    .union([z.string().min(1).max(64), z.int()], allowed(seedPhrase))
    .default(1)
    .describe('Where all chance comes from: text or a whole number. The same seed gives the same run.'),
  start: instant().prefault('2026-01-01T00:00:00Z').describe('When the scenario begins: ISO 8601 with its zone.'),
  days: wholeNumber(1, daysMax).describe('How many days are lived, from the start.'),
  devices: wholeNumber(1, devicesMax).describe('How many devices there are, over all groups.'),
  tenant: tenant.prefault({}).describe('Settings of the management service.'),
  fleet: fleetSchema.describe('Groups of devices: what they are and how they behave.'),
  timeline: timelineSchema
    .prefault([])
    .describe('What administrators do, and when. Times are since the start and do not stretch with `days`.'),
  expectations: expectationsSchema.default([]).describe('What must be true of the result at the end of the run.'),
});

export const scenarioSchema = file.transform(({ start, seed, timeline, question, description, ...rest }, context): Scenario => {
  const groups = rest.fleet.map((group) => group.name);
  timeline.forEach(({ to }, index) => {
    to.groups?.forEach((name, position) => {
      if (groups.includes(name)) return;
      const message = `the fleet has no group "${name}"; allowed: ${groups.slice(0, 20).join(', ')}`;
      const path = ['timeline', index, 'to', 'groups', position];
      refuse(context, { code: 'scenario-value', message, input: name, path });
    });
  });
  return {
    ...rest,
    seed: String(seed),
    startAt: start,
    question: question ?? null,
    description: description ?? null,
    timeline: expand(timeline, start),
  };
});

/** The JSON Schema of a scenario file (draft 2020-12), for editors. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-2020-12' });
  return {
    $schema,
    $id: 'https://mockfleet.example/scenario.schema.json',
    title: 'mockfleet scenario',
    description: 'A fleet, what happens to it, and what is expected of the outcome: one run of `mockfleet run`.',
    ...schema,
  };
}
