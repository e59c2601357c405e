import { z } from 'zod';

export interface SchemaHead {
  $id: string;
  title: string;
  description: string;
}

/** JSON Schema, draft 2020-12, of what programs read. Readers must not mind a field that is new. */
export function publishedSchema(schema: z.ZodType, head: SchemaHead): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: 'output',
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      // What any number and any instant is like nobody has to read.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return { $schema, ...head, ...rest };
}
