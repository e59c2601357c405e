/** `mockfleet scenarios`: the catalogue. */
import Table from 'cli-table3';
import type { CommandModule } from 'yargs';
import { noLines } from '../simulator/report/plain-table.ts';
import { type CatalogueEntry, listScenarios } from '../simulator/scenarios/catalogue.ts';

export const scenariosCommand: CommandModule<object, { json: boolean }> = {
  command: 'scenarios',
  describe: 'List the built-in scenarios',
  builder: (yargs) =>
    yargs
      .option('json', { type: 'boolean', default: false, describe: 'A JSON array instead of the table' })
      .example('$0 scenarios --json', 'name, question, requirements and platforms of each'),
  handler({ json }) {
    const entries = listScenarios();
    process.stdout.write(json ? `${JSON.stringify(entries.map(forJson))}\n` : table(entries, process.stdout.columns || 80));
  },
};

function forJson({ name, question, requirements, platforms }: CatalogueEntry) {
  return { name, question, requirements, platforms };
}

/** Names are never broken, so that they can be copied; what a scenario is about takes the room that is left. */
function table(entries: CatalogueEntry[], width: number): string {
  const nameWidth = Math.max(...entries.map((entry) => entry.name.length)) + 2;
  const rows = new Table({
    chars: noLines,
    style: { 'padding-left': 0, 'padding-right': 2, head: [], border: [], compact: true },
    colWidths: [nameWidth, Math.max(30, Math.min(width, 120) - nameWidth)],
    wordWrap: true,
  });
  for (const { name, title, question, platforms, requirements } of entries) {
    rows.push([name, [question ?? title, platforms.join(', '), requirements.join(' ')].filter((line) => line !== '').join('\n')]);
  }
  const lines = rows.toString().split('\n');
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
