import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScenario } from '../run.ts';
import { findScenario } from '../scenarios/catalogue.ts';
import { parseScenario } from '../scenarios/load.ts';
import { writeRunFile } from './run-file.ts';

const document = readFileSync(new URL('run-file.md', import.meta.url), 'utf8');
const questions = [...document.matchAll(/```sql\n(.*?)```/gs)].map((match) => match[1] as string);

/** Of each heading of the third order: the first words of its table's rows. */
function documented(): Record<string, string[]> {
  const parts = document.split(/^### /m).slice(1);
  return Object.fromEntries(
    parts.map((part) => {
      const rows = [...part.matchAll(/^\| (\w+) \|/gm)].map((match) => match[1] as string);
      return [part.slice(0, part.indexOf('\n')).trim(), rows.filter((row) => row !== 'column')];
    }),
  );
}

describe('run-file.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mockfleet-run-document-'));
  let database: Database.Database;
  beforeAll(async () => {
    // With faults, so that there is something to ask about them: what was lost on the way is handed over again.
    const text = `${findScenario('fleet-lifecycle').text}\nfaults:\n  - { name: outage, unavailable: true, from: 80d, until: 81d }\n  - { name: shaky, loss: 20%, from: 20d, until: 60d }\n`;
    const run = await runScenario(
      { scenario: parseScenario(text, 'with-a-fault.yaml'), text },
      { devices: 300, days: 350, shards: 1, workers: 1, parts: folder },
    );
    run.close();
    writeRunFile(join(folder, 'run.sqlite'), run, run.parts);
    database = new Database(join(folder, 'run.sqlite'), { readonly: true });
  });
  afterAll(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has every table and view of a run\u2019s file with every column, and no others', () => {
    const names = database
      .prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all() as string[];
    const found = names.map((name): [string, string[]] => {
      return [name, (database.pragma(`table_xinfo(${name})`) as { name: string }[]).map((column) => column.name)];
    });
    expect(documented()).toEqual(Object.fromEntries(found));
  });

  it('asks ten questions, and each has an answer in a run where such things happen', () => {
    expect(questions).toHaveLength(10);
    const answers = questions.map(
      (sql) => database.prepare(sql.replace('device_index = 7 AND day >= 100', 'device_index = 7')).all().length,
    );
    expect(
      answers.every((rows) => rows > 0),
      `rows: ${answers.join(', ')}`,
    ).toBe(true);
  });
});
