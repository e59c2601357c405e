/** The `timeline` of a scenario file: what administrators do, when, and to which devices. `expand()` makes instants of it. */
import type { z } from 'zod';
import { commandTypes } from '../../protocol/commands.ts';
import { enrollmentTypes, platforms } from '../../protocol/platforms.ts';
import { minuteMs } from '../../runtime/duration.ts';
import type { ActionName } from '../../server-stub/core/records.ts';
import type { Selector, TimelineEvent } from './scenario.ts';
import { duration, kebabName, list, mapping, oneOf, refuse, share, text } from './values.ts';

/** Instants of one file: each looks at every device once, so this bounds the work of a run. */
const eventsMax = 10_000;
const entriesMax = 1000;

const actions = [...commandTypes, 'delete'] as const satisfies readonly ActionName[];

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

const entry = mapping({
  at: duration().optional().describe('When, since the start. Either this or `every`.'),
  every: every.optional().describe('Several times: {from: 30d, until: 330d, each: 30d}, all since the start. Either this or `at`.'),
  do: oneOf(actions).describe(
    'What the administrator does: an action of Microsoft Graph by its name, or delete (of the record). ' +
      'A kind of device that can never do it refuses it: that is part of the simulation.',
  ),
  to: selector.prefault({}).describe('To which devices: all conditions must hold. Without it: to all.'),
  by: text(256)
    .regex(/^[^\s@]+@[^\s@]+$/, 'a user principal name such as admin@contoso.example')
    .optional()
    .describe('User principal name of the administrator who does it.'),
})
  .meta({ oneOf: [{ required: ['at'] }, { required: ['every'] }] })
  .transform(({ at, every, by, ...rest }, context) => {
    if ((at === undefined) === (every === undefined)) {
      const message = `${at === undefined ? 'it does not say when' : 'both "at" and "every" are given'}; allowed: either "at" or "every"`;
      return refuse(context, { code: at === undefined ? 'scenario-missing' : 'scenario-value', message, input: rest });
    }
    return { when: every ?? { firstMs: at ?? 0, stepMs: 0, times: 1 }, by: by ?? null, ...rest };
  });

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

/** The instants of a timeline, in the order of time. */
export function expand(entries: z.output<typeof timelineSchema>, startAt: number): TimelineEvent[] {
  const events = entries.flatMap(({ when, ...rest }, index) =>
    Array.from(
      { length: when.times },
      (_, repetition): TimelineEvent => ({ ...rest, at: startAt + when.firstMs + repetition * when.stepMs, entry: index, repetition }),
    ),
  );
  return events.sort((a, b) => a.at - b.at || a.entry - b.entry || a.repetition - b.repetition);
}
