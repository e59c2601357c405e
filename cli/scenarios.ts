/** `mockfleet scenarios`: the catalogue, one scenario of it in words, and the beginning of another one. */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { CommandModule } from 'yargs';
import { plainTable } from '../simulator/report/plain-table.ts';
import { type CatalogueEntry, findScenario, listScenarios } from '../simulator/scenarios/catalogue.ts';
import { withPresetsWritten } from '../simulator/scenarios/presets-written.ts';
import { startingFile } from '../simulator/scenarios/starting-file.ts';
import { CommandError, wrongUse } from './errors.ts';
import { scenarioText } from './scenario-text.ts';
import { shellWord } from './shell-word.ts';

const show: CommandModule<object, { name: string; json: boolean; yaml: boolean }> = {
  command: 'show <name>',
  describe: 'What a scenario is about: question, answer, what happens, and how to play it',
  builder: (yargs) =>
    yargs
      .positional('name', { type: 'string', demandOption: true, describe: 'Name of a built-in scenario, or the path of a .yaml file' })
      .option('json', { type: 'boolean', default: false, describe: 'JSON instead of text' })
      .option('yaml', { type: 'boolean', default: false, describe: 'The file itself, with what its presets fill in' })
      .example('$0 scenarios show wipe-pending-for-ever', 'why, and what to do')
      .example('$0 scenarios show office --yaml > my-office.yaml', 'every parameter of a fleet, to change it'),
  handler({ name, json, yaml }) {
    const { scenario, text } = findScenario(name);
    if (yaml) {
      process.stdout.write(withPresetsWritten(text));
      return;
    }
    const { question, answer, requirements, title } = scenario;
    const told = { name: scenario.name, title, question, requirements, answer };
    if (json) process.stdout.write(`${JSON.stringify(told)}\n`);
    else {
      process.stdout.write(scenarioText(scenario, name, Math.min(process.stdout.columns || 100, 120)));
      // A fleet is what its file says: there is no shorter way to tell its parameters.
      if (scenario.answer === null) process.stdout.write(`\nThe file\n\n${withPresetsWritten(text)}`);
    }
  },
};

const create: CommandModule<object, { file: string }> = {
  command: 'new <file>',
  describe: 'Write a commented file to start a scenario of your own from',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'Path of the new file, for example my-ticket.yaml' })
      .example('$0 scenarios new my-ticket.yaml', 'then change it, and: mockfleet run ./my-ticket.yaml'),
  handler({ file }) {
    const base = /^(.+)\.ya?ml$/i.exec(basename(file))?.[1];
    if (base === undefined) throw wrongUse(`A scenario file ends in .yaml; ${file} does not.`);
    // A scenario's name has lower-case letters, digits and dashes.
    const name =
      base
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '') || 'my-scenario';
    try {
      writeFileSync(file, startingFile(name), { flag: 'wx' });
    } catch (error) {
      throw unwritten(file, error as NodeJS.ErrnoException);
    }
    const path = /[/\\]/.test(file) ? file : `./${file}`;
    process.stdout.write(`${file} is written. Change it, then: mockfleet run ${shellWord(path)}\n`);
  },
};

function unwritten(file: string, error: NodeJS.ErrnoException): CommandError {
  if (error.code === 'EEXIST')
    return new CommandError('file-exists', `${file} is there already and was left as it is. Choose another name.`);
  return new CommandError('file-unwritable', `${file} cannot be written (${error.message}). Choose another path.`);
}

export const scenariosCommand: CommandModule<object, { json: boolean }> = {
  builder: (yargs) =>
    yargs
      .command([show, create] as unknown as CommandModule[])
      .option('json', { type: 'boolean', default: false, describe: 'JSON instead of text' })
      .example('$0 scenarios --json', 'name, question, requirements and platforms of each'),
  handler({ json }) {
    const entries = listScenarios();
    process.stdout.write(json ? `${JSON.stringify(entries.map(forJson))}\n` : catalogueText(entries, process.stdout.columns || 80));
  },
};

function forJson({ name, title, question, requirements, platforms, answer, isStory }: CatalogueEntry) {
  return { name, title, question, requirements, platforms, answer, isStory };
}

/** Stories first: somebody with a ticket looks for a symptom. */
function catalogueText(entries: CatalogueEntry[], width: number): string {
  const stories = entries.filter((entry) => entry.isStory);
  const others = entries.filter((entry) => !entry.isStory);
  const groups = [
    { title: 'Stories: a question and its answer (mockfleet scenarios show NAME, mockfleet run NAME)', entries: stories },
    { title: 'Fleets: many devices, and figures about them (mockfleet run NAME)', entries: others },
  ].filter((group) => group.entries.length > 0);
  return groups.map((group) => `${group.title}\n\n${table(group.entries, width)}`).join('\n');
}

/** Names are never broken, so that they can be copied; what a scenario is about takes the room that is left. */
function table(entries: CatalogueEntry[], width: number): string {
  const nameWidth = Math.max(...entries.map((entry) => entry.name.length)) + 2;
  const rows = entries.map(({ name, title, question, platforms, requirements }) => [
    name,
    [question ?? title, `${platforms.join(', ')}  ${requirements.join(' ')}`.trim()].filter((line) => line !== '').join('\n'),
  ]);
  const lines = plainTable(rows, { widths: [nameWidth, Math.max(30, Math.min(width, 120) - nameWidth)], wraps: true });
  return `${lines.join('\n')}\n`;
}
