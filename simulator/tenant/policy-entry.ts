/** What entries of the lists of policies and templates have in common, in tenant files and in scenarios. */
import { z } from 'zod';
import { allowed, refuse, text } from '../scenarios/values.ts';

type Context = Parameters<typeof refuse>[0];

const idPhrase = 'a GUID, such as 00000000-1111-2222-3333-444444444444';
const idPattern = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** By its name it is known again. */
export function entryShape(noun: string) {
  return {
    displayName: text(256).describe(`Name of the ${noun}: by it, it is known again.`),
    id: z
      .string(allowed(idPhrase))
      .regex(idPattern, idPhrase)
      .transform((id) => id.toLowerCase())
      .optional()
      .describe('Without it: made from the name.'),
  };
}

/** Of changes on the way. */
export function removeShape(noun: string) {
  return { remove: z.literal(true, allowed('true')).optional().describe(`true: the ${noun} is taken away.`) };
}

export function mustRemoveOnly(value: { remove?: boolean | undefined }, context: Context): void {
  if (value.remove === undefined) return;
  const more = Object.keys(value).find((key) => !['displayName', 'id', 'remove'].includes(key));
  if (more === undefined) return;
  const message = `"${more}" cannot be said of what is taken away; allowed: only "displayName" beside "remove"`;
  refuse(context, { code: 'scenario-value', message, input: true, path: [more] });
}
