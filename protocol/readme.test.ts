/** What README.md says for people holds for programs: every type is in its tables, every frame in it is one. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeDeviceMessage, decodeServerMessage, ProtocolError } from './codec.ts';
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

interface Frame {
  link: number;
  from: 'device' | 'server';
  frame: string;
}
type Step =
  | Frame
  | { link: number; opened: true; certificate: string | null }
  | { link: number; closedBy: string; reason: string }
  | { link: number; broken: true }
  | { administrator: string };

const folder = new URL('./examples/sessions/', import.meta.url);
const sessions = readdirSync(folder)
  .sort()
  .map((file) => ({ file, ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { title: string; steps: Step[] }) }));

/** A step as README.md shows it. Of PEM texts only the first line: the rest says nothing to a reader. */
function lineOf(step: Step): string {
  if ('administrator' in step) return `  » ${step.administrator}`;
  const { link } = step;
  if ('frame' in step)
    return `${link} ${step.from === 'server' ? '→' : '←'} ${step.frame.replace(/(-----BEGIN [A-Z ]+-----\\n)[^"]*/g, '$1…')}`;
  if ('opened' in step)
    return `${link} · opened ${step.certificate === null ? 'without a certificate' : `with the certificate ${step.certificate}`}`;
  return `${link} · ${'broken' in step ? 'broken off' : `closed by the ${step.closedBy}: ${step.reason}`}`;
}

/** Why a frame cannot be read; undefined: it can. */
function codeOf(from: Frame['from'], frame: string): string | undefined {
  try {
    (from === 'server' ? decodeServerMessage : decodeDeviceMessage)(frame);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return error.code;
  }
}

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

  it('shows whole sessions as they were recorded, and names each', () => {
    expect(sessions.length).toBeGreaterThan(5);
    for (const { file, title } of sessions) expect(section('Sessions')).toContain(`| [${file}](examples/sessions/${file}) | ${title} |`);
    const shown = [...section('Sessions').matchAll(/```text\n([\s\S]*?)```/g)].map(([, text = '']) => text.trim());
    expect(shown).toEqual(sessions.slice(0, shown.length).map(({ steps }) => steps.map(lineOf).join('\n')));
    expect(shown.length).toBeGreaterThan(2);
  });

  it.each(sessions)('$file: every frame can be read, but for those that are refused for it', ({ steps }) => {
    const links = [...new Set(steps.flatMap((step) => ('link' in step ? [step.link] : [])))];
    for (const link of links) {
      const frames = steps.filter((step): step is Frame => 'frame' in step && step.link === link);
      expect(frames[0]).toMatchObject({ from: 'server', frame: expect.stringMatching(/^{"type":"clock",/) });
      for (const [index, { from, frame }] of frames.entries()) {
        const code = codeOf(from, frame);
        if (code !== undefined) expect(JSON.parse(frames[index + 1]?.frame ?? '{}')).toMatchObject({ type: 'refused', code });
      }
    }
  });
});
