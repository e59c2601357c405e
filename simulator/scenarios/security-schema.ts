/** What compliance policies ask of a device beyond its passcode and its version, as files write it: `security: { threatLevel: high }`. */
import { z } from 'zod';
import {
  platformsWith,
  type SecurityChange,
  type SecurityTrait,
  securityChangeSchema,
  securityTraits,
} from '../../protocol/device-security.ts';
import { mapping, refuse } from './values.ts';

interface Shape {
  enum?: readonly string[];
  type?: string;
  minimum?: number;
  maximum?: number;
  format?: string;
  pattern?: string;
}

/** The member's schema in words: what of it is allowed. */
function phraseOf(trait: SecurityTrait, { enum: words, type, minimum, maximum, format }: Shape): string {
  if (words !== undefined) return words.join(', ');
  if (type === 'boolean') return 'true or false';
  if (type === 'integer') return `a whole number from ${minimum} to ${maximum}`;
  if (format === 'date') return 'a day such as 2026-08-05';
  return trait === 'build' ? 'a build as Apple writes it, in quotes: "21F90"' : 'one to four numbers with dots, in quotes: "4.18.24060.7"';
}

function member(trait: SecurityTrait) {
  const schema = securityChangeSchema.shape[trait];
  const { $schema: _, ...shape } = z.toJSONSchema(schema);
  const { anyOf = [shape] } = shape as { anyOf?: Shape[] };
  const phrase = phraseOf(trait, anyOf[0] as Shape);
  return z
    .unknown()
    .meta(shape)
    .transform((input, context): unknown => {
      const result = schema.safeParse(input);
      if (result.success) return result.data;
      return refuse(context, { code: 'scenario-value', message: `${phrase}, or null (as a good device has it)`, input, sentence: false });
    })
    .optional()
    .describe(`${platformsWith(trait).join(', ')}: ${phrase}; null: as a good device has it.`);
}

type Members = Record<SecurityTrait, ReturnType<typeof member>>;

export const securitySchema = mapping(Object.fromEntries(securityTraits.map((trait) => [trait, member(trait)])) as Members)
  .meta({ minProperties: 1 })
  .transform((value): SecurityChange => Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)));
