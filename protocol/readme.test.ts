/** What README.md says for people holds for programs: every type is in its tables, every frame in it is one. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { actionTable, commandTypes, isPossible } from './commands.ts';
import { deviceMessageSchema, refusalCodes, serverMessageSchema } from './messages.ts';
import { outsideReasons, outsideRequestSchema } from './outside.ts';
import { inputOutcomes } from './screens.ts';

const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');

/** A section, from its heading to the next one. */
function section(heading: string): string {
  return readme.split(/\n## /).find((text) => text.startsWith(heading)) ?? '';
}

/** The rows of a section's tables: the names in the first cell, and the rest of the row. */
function rows(heading: string): { names: string[]; rest: string }[] {
  return (
    section(heading)
      .split('\n')
      // Not the heads of the tables: a rule follows those.
      .filter((line, index, lines) => line.startsWith('| `') && lines[index + 1]?.startsWith('| --') !== true)
      .map((line) => {
        const [, first = '', ...rest] = line.split(/(?<!\\)\|/);
        return { names: [...first.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name), rest: rest.join('|') };
      })
  );
}

const namesIn = (heading: string) => rows(heading).flatMap(({ names }) => names);
const examples = (heading: string) =>
  [...section(heading).matchAll(/```json\n([\s\S]*?)```/g)].flatMap(([, text = '']) => text.trim().split('\n'));
const typesOf = (schema: typeof deviceMessageSchema | typeof serverMessageSchema) =>
  schema.options.map((option) => option.shape.type.value as string);

describe('README.md', () => {
  it.each([
    ['From the device', deviceMessageSchema],
    ['From the server', serverMessageSchema],
  ] as const)('%s: has a row for each message with its fields, and frames that are read', (heading, schema) => {
    expect(namesIn(heading).sort()).toEqual(typesOf(schema).sort());
    for (const option of schema.options) {
      const row = rows(heading).find(({ names }) => names.includes(option.shape.type.value));
      for (const field of Object.keys(option.shape).filter((name) => name !== 'type')) expect(row?.rest).toContain(field);
    }
    expect(examples(heading).length).toBeGreaterThan(5);
    for (const frame of examples(heading)) expect(() => schema.parse(JSON.parse(frame))).not.toThrow();
  });

  it('has a row for each command that a device gets, with its parameters', () => {
    expect(namesIn('Commands')).toEqual(commandTypes.filter((type) => actionTable[type].serviceOnly !== true && isPossible(type)));
    for (const { names, rest } of rows('Commands')) {
      const type = commandTypes.find((known) => known === names[0]) ?? 'syncDevice';
      const { asked, told } = actionTable[type];
      for (const [name, schema] of Object.entries({ ...asked.shape, ...told.shape })) {
        expect(rest).toContain(`\`${name}${schema.safeParse(undefined).success ? '?' : ''}\``);
      }
    }
  });

  it('names each service outside, and each reason why not', () => {
    expect(namesIn('Outside')).toEqual(outsideRequestSchema.options.map((option) => option.shape.service.value));
    for (const reason of outsideReasons) expect(section('Outside')).toContain(`\`${reason}\``);
    for (const body of examples('Outside')) expect(() => outsideRequestSchema.parse(JSON.parse(body))).not.toThrow();
  });

  it('names each code of a refusal, and what can come of an act', () => {
    expect(namesIn('Codes').sort()).toEqual([...refusalCodes].sort());
    for (const outcome of inputOutcomes) expect(section('Hands')).toContain(`\`${outcome}\``);
  });
});
