#!/usr/bin/env node
/** The command line: the table of commands, and how they fail. */
import type { CommandModule } from 'yargs';
import yargs from 'yargs';
import { packageVersion } from '../simulator/report/package-version.ts';
import { nearest } from '../simulator/scenarios/nearest.ts';
import { type Command, commands, nameOf } from './commands.ts';
import { errorText, exitCodeOf, exitCodes, wrongUse } from './errors.ts';

const words = process.argv.slice(2);

const cli = yargs(words)
  .scriptName('mockfleet')
  .usage('$0 <command>\n\nA local Intune: a management stub, devices that behave like real ones, and their years in seconds.')
  .command(await Promise.all(commands.map(wanted)))
  .example('$0 run', 'live 600 days of 5,000 devices, and write a report')
  .example('$0 run --help', 'everything about a command')
  .epilogue('Exit codes: 0 fine; 1 it failed; 2 wrong use; 99 an expectation or threshold was missed.')
  .strict()
  .recommendCommands()
  .parserConfiguration({ 'duplicate-arguments-array': false })
  .wrap(Math.min(process.stdout.columns || 100, 120))
  .help()
  .alias('help', 'h')
  .version(packageVersion() ?? 'unknown')
  .exitProcess(false)
  .fail((message, error) => {
    // What yargs itself finds wrong is the user's slip; what a handler throws has its own code.
    throw error === undefined || error.name === 'YError' ? wrongUse(sentence(message ?? error?.message)) : error;
  });

// `mockfleet … | head` closes our standard output early: nobody is left to read, and that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

try {
  if (words.length === 0) process.stdout.write(`${await cli.getHelp()}\n`);
  else await cli.parseAsync();
} catch (error) {
  const exitCode = exitCodeOf(error);
  process.stderr.write(`${errorText(error, { debug: process.env.MOCKFLEET_DEBUG === '1' })}${await hint(error, exitCode)}\n`);
  process.exitCode = exitCode;
}

/** Of a command that none of the words names, only what the list of commands says of it. */
async function wanted(entry: Command): Promise<CommandModule> {
  const { command, describe } = entry;
  const body = words.includes(nameOf(entry)) ? await entry.load() : { handler() {} };
  return { command, describe, ...body };
}

function sentence(text: string): string {
  const [first = '', ...others] = text.split('\n');
  return [/[.!?:]$/.test(first) ? first : `${first}.`, ...others].join('\n');
}

/** After wrong use: the option that was probably meant, and where to read on. A scenario's errors say what is allowed themselves. */
async function hint(error: unknown, exitCode: number): Promise<string> {
  if (exitCode !== exitCodes.wrongUse || !(error instanceof Error) || error.name === 'ScenarioError') return '';
  // yargs tells nobody which options a command has, but its help names them all.
  const help = await cli.getHelp();
  const options = [...help.matchAll(/--([a-z][a-z-]*)/g)].map((match) => match[1] as string);
  const unknown = /^Unknown arguments?: ([^,.\s]+)/.exec(error.message)?.[1];
  const meant = unknown === undefined ? undefined : nearest(unknown, options);
  const command = /^mockfleet( [a-z][a-z-]*)*/.exec(help)?.[0] ?? 'mockfleet';
  return `${meant === undefined ? '' : ` Did you mean --${meant}?`}\n\`${command} --help\` says more.`;
}
