/** `mockfleet tenant`: tenant files, to begin with, to check, to plant in a running stub and to export from one. */
import { writeFileSync } from 'node:fs';
import type { Argv, CommandModule } from 'yargs';
import { printable } from '../simulator/scenarios/errors.ts';
import { loadSeedFile } from '../simulator/tenant/load-seed.ts';
import { startingTenant } from '../simulator/tenant/starting-file.ts';
import { type ConnectionArguments, connect, connectionOptions } from './connection.ts';
import { CommandError } from './errors.ts';
import { callOrFail } from './http.ts';
import { countsOf } from './serve-tenant.ts';
import { shellWord } from './shell-word.ts';

const path = '/mockfleet/tenant';

const fileDefault = 'tenant.yaml';

const create: CommandModule<object, { file: string }> = {
  command: 'new [file]',
  describe: 'Write a tenant file to begin with, with a comment on each thing that can be changed',
  builder: (yargs) => yargs.positional('file', { type: 'string', default: fileDefault, describe: 'Where' }),
  handler({ file }) {
    try {
      writeFileSync(file, startingTenant, { flag: 'wx' });
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'it is there already' : (error as Error).message;
      throw new CommandError('file-unwritable', `${file} cannot be written: ${why}. Choose another name.`);
    }
    process.stdout.write(`${printable(file)} is written. Try: mockfleet serve --tenant ${shellWord(file)}\n`);
  },
};

const check: CommandModule<object, { file: string; json: boolean }> = {
  command: 'check <file>',
  describe: 'Say what is wrong with a tenant file, and where',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', demandOption: true })
      .option('json', { type: 'boolean', default: false, describe: 'Print JSON' }),
  handler({ file, json }) {
    const counts = countsOf(loadSeedFile(file).seed);
    process.stdout.write(
      json ? `${JSON.stringify({ valid: true, ...counts })}\n` : `${printable(file)} is a tenant: ${inWords(counts)}.\n`,
    );
  },
};

const apply: CommandModule<object, ConnectionArguments & { file: string }> = {
  command: 'apply <file>',
  describe: 'Plant a tenant file in a running stub, all but its devices: they begin with `serve --tenant`',
  builder: (yargs) =>
    connectionOptions(yargs.positional('file', { type: 'string', demandOption: true })) as Argv<ConnectionArguments & { file: string }>,
  async handler(args) {
    // What is wrong with it is told by its name, before anybody is asked.
    const { text } = loadSeedFile(args.file);
    const answer = (await callOrFail(await connect(args), 'POST', path, text)) as { planted: Record<string, number> };
    if (args.json) return void process.stdout.write(`${JSON.stringify(answer)}\n`);
    const { devices = 0, ...others } = answer.planted;
    process.stdout.write(`Planted: ${inWords(others)}.\n`);
    if (devices > 0) process.stderr.write(`Its devices were left out (${devices}): \`mockfleet serve --tenant\` starts them.\n`);
  },
};

const exported: CommandModule<object, ConnectionArguments> = {
  command: 'export',
  describe: 'The tenant of a running stub as a tenant file, without secrets',
  builder: (yargs) =>
    connectionOptions(yargs).example('$0 tenant export > tenant.yaml', 'to be planted again: mockfleet serve --tenant tenant.yaml'),
  async handler(args) {
    const answer = await callOrFail(await connect(args), 'GET', `${path}?format=${args.json ? 'json' : 'yaml'}`);
    process.stdout.write(args.json ? `${JSON.stringify(answer)}\n` : String(answer));
  },
};

/** `2 users, 1 group`. */
function inWords(counts: Record<string, number>): string {
  const words = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${count === 1 ? singularOf(wordsOf(name)) : wordsOf(name)}`);
  return words.length === 0 ? 'nothing but settings' : words.join(', ');
}

/** `compliancePolicies`: compliance policies. */
function wordsOf(name: string): string {
  return name === 'conditionalAccess' ? 'Conditional Access policies' : name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function singularOf(words: string): string {
  return words.endsWith('ies') ? `${words.slice(0, -3)}y` : words.slice(0, -1);
}

export const tenantCommand: CommandModule = {
  builder: (yargs) =>
    yargs.command([create, check, apply, exported] as unknown as CommandModule[]).demandCommand(1, 'Name one: new, check, apply, export.'),
  handler() {},
};
