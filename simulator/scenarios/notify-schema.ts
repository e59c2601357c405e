/** The `notify` of the timeline: a custom notification to the people in groups, as an administrator writes it. */
import { z } from 'zod';
import { bodyCharactersMax, bodySchema, groupsToNotifyMax, titleCharactersMax, titleSchema } from '../../protocol/notification-text.ts';
import type { Step } from './scenario.ts';
import { allowed, list, mapping, refuse, text, yesOrNo } from './values.ts';

/** Of a file; what the service takes is checked below. */
const groupsWritten = 100;
const unitsMax = 20_000;

const written = (charactersMax: number) => {
  const phrase = `text of 1 to ${charactersMax} characters`;
  return z.string(allowed(phrase)).max(unitsMax, phrase).meta({ minLength: 1 });
};

export const notifySchema = mapping({
  title: written(titleCharactersMax)
    .default('')
    .describe(`Its title: up to ${titleCharactersMax} characters, as a person counts them: an emoji is one.`),
  body: written(bodyCharactersMax).default('').describe(`Its text: up to ${bodyCharactersMax} characters.`),
  groups: list(text(256), 0, groupsWritten, 'names of groups')
    .default([])
    .describe(`The groups of the tenant whose people get it, by name: up to ${groupsToNotifyMax}; groups within them do not count.`),
  unchecked: yesOrNo()
    .default(false)
    .describe(
      'true: what the service refuses (too long, no title, too many groups) is no error of the file: it is asked for, and refused.',
    ),
})
  .meta({ anyOf: [{ required: ['title', 'body', 'groups'] }, { properties: { unchecked: { const: true } }, required: ['unchecked'] }] })
  .transform(({ title, body, groups, unchecked }, context): Step => {
    const step: Step = { kind: 'notify', text: { title, body }, groups };
    if (unchecked) return step;
    const wrong = (key: string, message: string, input: unknown) =>
      refuse(context, { code: input === '' ? 'scenario-missing' : 'scenario-value', message, input, path: [key] });
    for (const [key, value, schema, charactersMax] of [
      ['title', title, titleSchema, titleCharactersMax],
      ['body', body, bodySchema, bodyCharactersMax],
    ] as const) {
      const why = schema.safeParse(value).error?.issues[0]?.message;
      const phrase = `allowed: text of 1 to ${charactersMax} characters, as a person counts them`;
      if (why !== undefined) wrong(key, `${value === '' ? 'it is missing' : `the service refuses it: ${why}`}; ${phrase}`, value);
    }
    const count = new Set(groups.map((name) => name.toLowerCase())).size;
    if (count === 0) wrong('groups', `it goes to nobody; allowed: names of 1 to ${groupsToNotifyMax} groups of the tenant`, '');
    if (count > groupsToNotifyMax) wrong('groups', `it names ${count} groups; allowed: up to ${groupsToNotifyMax}`, groups);
    return step;
  });
