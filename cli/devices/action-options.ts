/** The options of an action's command, made from what the action takes (protocol/actions.ts): nobody writes them twice. */
import type { Options } from 'yargs';
import { z } from 'zod';
import { actionTable, type CommandType } from '../../protocol/commands.ts';
import { wrongUse } from '../errors.ts';

/** What the options of today mean. One that is not here is described by its own words. */
const about: Readonly<Record<string, string>> = {
  keepEnrollmentData: 'Windows: stay enrolled, and keep the user account',
  keepUserData: 'Keep what the user has made (Windows)',
  macOsUnlockCode: 'macOS: six digits that open the Mac again',
  persistEsimDataPlan: 'Keep the eSIM',
  obliterationBehavior: 'macOS: what to do where erasing all content is not possible; accepted, without effect',
  useProtectedWipe: 'Windows: a wipe that cannot be got around; accepted, without effect',
  message: 'What whoever finds the device reads',
  phoneNumber: 'Number to call, shown on the device',
  footer: 'Small print below the message',
  durationInMinutes: 'How long the sound is played',
  userPrincipalName: 'Whom to remove from the Shared iPad',
  quickScan: 'Scan only where malware usually is',
  deviceName: 'The new name; Windows: 15 characters at most',
  notificationTitle: 'At most 50 characters',
  notificationBody: 'At most 500 characters; - reads standard input',
};

/** Where Graph's own words are long, and a command says them already. Either is taken. */
const shortNames: Readonly<Record<string, string>> = { notificationTitle: 'title', notificationBody: 'body' };

interface Parameter {
  /** As Graph calls it: `keepUserData`. */
  name: string;
  /** As the command line calls it: `keep-user-data`, or by a short name. */
  option: string;
  settings: Options;
}

/**
 * A structure is no option: only what no device here can do takes one.
 * @throws Error for a parameter of a type that no option can give: our fault, found by the first test that lists the commands
 */
export function parametersOf(type: CommandType): Parameter[] {
  return Object.entries(actionTable[type].asked.shape).flatMap(([name, schema]) => {
    const required = !(schema instanceof z.ZodOptional);
    const inner: unknown = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
    if (inner instanceof z.ZodRecord) return [];
    const long = words(name).join('-');
    const option = shortNames[name] ?? long;
    // yargs would ask for the one and not say that there is the other.
    const or = required && inner instanceof z.ZodBoolean ? ` (or --no-${option})` : '';
    const common = {
      describe: `${about[name] ?? words(name).join(' ')}${or}`,
      ...(required ? { demandOption: true } : {}),
      ...(option === long ? {} : { alias: long }),
    };
    return [{ name, option, settings: { ...common, ...typeOf(inner, `${type}.${name}`) } }];
  });
}

function typeOf(schema: unknown, where: string): Options {
  if (schema instanceof z.ZodBoolean) return { type: 'boolean' };
  if (schema instanceof z.ZodEnum) return { choices: schema.options.map(String), requiresArg: true };
  if (schema instanceof z.ZodString) return { type: 'string', requiresArg: true };
  throw new Error(`No option can give ${where}.`);
}

/** `macOsUnlockCode` → mac, os, unlock, code. */
function words(name: string): string[] {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).split(' ');
}

/**
 * The body of the action's request from the command's arguments; undefined where the action takes nothing.
 * @throws CommandError `wrong-use` that names the option
 */
export function bodyOf(type: CommandType, args: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const parameters = parametersOf(type);
  if (parameters.length === 0) return undefined;
  const given = parameters.filter(({ option }) => args[option] !== undefined);
  const body = Object.fromEntries(given.map(({ name, option }) => [name, args[option]]));
  const parsed = actionTable[type].asked.safeParse(body);
  if (parsed.success) return body;
  const [issue] = parsed.error.issues;
  const wrong = parameters.find(({ name }) => name === issue?.path[0]);
  throw wrongUse(`--${wrong?.option ?? '?'} does not fit: ${issue?.message}.`);
}
