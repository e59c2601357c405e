/** `mockfleet query`: any question to a run's file, in SQL. */
import type Database from 'better-sqlite3';
import type { CommandModule } from 'yargs';
import { plainTable } from '../simulator/report/plain-table.ts';
import { openRunFile, runFilePath } from '../simulator/report/run-data.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import { wrongUse } from './errors.ts';

interface QueryArguments {
  run: string;
  sql: string;
  json: boolean;
}

export const queryCommand: CommandModule<object, QueryArguments> = {
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: "A run's folder, or its run.sqlite" })
      .positional('sql', { type: 'string', demandOption: true, describe: 'One SELECT; the file cannot be changed' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON object per row' })
      .example('$0 query mockfleet-out/fleet-lifecycle-1 "SELECT state, count(*) FROM devices GROUP BY state"', 'the fleet at the end')
      .example('$0 query run.sqlite "SELECT at, who, what FROM events WHERE device_index = 7"', 'what happened to device 7')
      .epilogue("Tables, views and ten questions with their SQL: simulator/report/run-file.md in mockfleet's package."),
  handler({ run, sql, json }) {
    const database = openRunFile(runFilePath(run));
    try {
      const statement = prepared(database, sql);
      const rows = answered(statement);
      if (json) for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
      else
        print(
          statement.columns().map(({ name }) => name),
          rows,
        );
    } finally {
      database.close();
    }
  },
};

type Row = Record<string, unknown>;
type Statement = Database.Statement<[], Row>;

/** @throws wrong use: whatever SQLite has against it */
function prepared(database: Database.Database, sql: string): Statement {
  let statement: Statement;
  try {
    statement = database.prepare<[], Row>(sql);
  } catch (error) {
    throw refused(error, tablesOf(database));
  }
  if (statement.reader) return statement;
  throw wrongUse('A run’s file can only be read: write one SELECT.');
}

function answered(statement: Statement): Row[] {
  try {
    return statement.all();
  } catch (error) {
    throw refused(error, null);
  }
}

function tablesOf(database: Database.Database): string {
  const names = database.prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY 1");
  return (names.pluck().all() as string[]).join(', ');
}

function refused(error: unknown, tables: string | null): unknown {
  if (!(error instanceof Error)) return error;
  const hint = tables !== null && /no such table/.test(error.message) ? ` Tables and views: ${tables}.` : '';
  return wrongUse(`SQLite does not take that: ${error.message}.${hint}`);
}

function print(columns: readonly string[], rows: readonly Row[]): void {
  const cells = rows.map((row) => columns.map((column) => cellOf(row[column])));
  for (const line of plainTable([[...columns], ...cells])) process.stdout.write(`${line}\n`);
  if (rows.length === 0) process.stderr.write('No rows.\n');
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return printable(Buffer.isBuffer(value) ? value.toString('hex') : String(value));
}
