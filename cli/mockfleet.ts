#!/usr/bin/env node
/** The command line: the table of commands, and how they fail. */
import type { CommandModule } from 'yargs';
import yargs from 'yargs';
import { packageVersion } from '../simulator/report/package-version.ts';
import { nearest } from '../simulator/scenarios/nearest.ts';
import { accessCommand } from './access.ts';
import { agentCommand } from './agent.ts';
import { auditCommand } from './audit.ts';
import { certsCommand } from './certs.ts';
import { clockCommand } from './clock.ts';
import { compareCommand } from './compare.ts';
import { complianceCommand } from './compliance.ts';
import { devicesCommand } from './devices.ts';
import { errorText, exitCodeOf, exitCodes, wrongUse } from './errors.ts';
import { mailCommand } from './mail.ts';
import { notifyCommand } from './notify.ts';
import { policiesCommand } from './policies.ts';
import { pushCommand } from './push.ts';
import { queryCommand } from './query.ts';
import { reportCommand } from './report.ts';
import { runCommand } from './run.ts';
import { scenariosCommand } from './scenarios.ts';
import { serveCommand } from './serve.ts';
import { templatesCommand } from './templates.ts';
import { tenantCommand } from './tenant.ts';
import { throttleCommand } from './throttle.ts';
import { tokenCommand } from './token.ts';
import { traceCommand } from './trace.ts';
import { workerCommand } from './worker.ts';

// A command's arguments are its own affair; the table only needs that it is one.
const commands = [
  runCommand,
  workerCommand,
  reportCommand,
  compareCommand,
  traceCommand,
  queryCommand,
  scenariosCommand,
  serveCommand,
  tenantCommand,
  agentCommand,
  devicesCommand,
  notifyCommand,
  policiesCommand,
  templatesCommand,
  complianceCommand,
  accessCommand,
  auditCommand,
  clockCommand,
  throttleCommand,
  pushCommand,
  mailCommand,
  tokenCommand,
  certsCommand,
] as CommandModule[];

const words = process.argv.slice(2);

const cli = yargs(words)
  .scriptName('mockfleet')
  .usage('$0 <command>\n\nA local Intune: a management stub, devices that behave like real ones, and their years in seconds.')
  .command(commands)
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
