/** A run's data in its file: all that any report is made from, so that each can be made again. Who asks for a run names its folder or its file. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RunData } from '../result.ts';

/** Of the run's file; it grows whenever a table or what is in `data` changes so that an older reader would misunderstand it. */
export const runFileSchema = 4;

type KeptData = Omit<RunData, 'result' | 'scenarioText' | 'replay'>;

/** Why a run cannot be read: wrong path, no run's file, another version's, damaged. */
export class RunReadError extends Error {
  readonly code: 'run-missing' | 'run-unreadable' | 'run-version';
  constructor(code: RunReadError['code'], message: string) {
    super(message);
    this.name = 'RunReadError';
    this.code = code;
  }
}

/** What the run's file keeps under the key `data`. The result and the texts have keys of their own. */
export function runDataText({ from, until, series, compliance, notificationsToGroups, measures }: RunData): string {
  // A member that is forgotten here does not compile.
  const kept: KeptData = { from, until, series, compliance, notificationsToGroups, measures };
  return JSON.stringify(kept);
}

/** @param run a run's folder or its file. @throws RunReadError `run-missing` */
export function runFilePath(run: string): string {
  const found = statSync(run, { throwIfNoEntry: false });
  if (found === undefined)
    throw new RunReadError('run-missing', `${run} is not there. Name the folder of a run (mockfleet-out/…) or its run.sqlite.`);
  if (!found.isDirectory()) return run;
  const file = join(run, 'run.sqlite');
  if (existsSync(file)) return file;
  throw new RunReadError(
    'run-missing',
    `${run} has no run.sqlite. Name the folder that mockfleet run has written to; one of a run that was killed goes on with: mockfleet run --resume ${run}`,
  );
}

/** Opens a run's file, for reading alone. @throws RunReadError */
export function openRunFile(file: string): Database.Database {
  let database: Database.Database;
  try {
    database = new Database(file, { readonly: true, fileMustExist: true });
  } catch (error) {
    throw unreadable(file, error);
  }
  try {
    const version = Number(runValue(database, 'schema-version') ?? missing('schema-version'));
    if (version === runFileSchema) return database;
    const made = runValue(database, 'mockfleet-version') ?? 'another version';
    const age = version > runFileSchema ? 'a newer mockfleet' : 'an older mockfleet';
    throw new RunReadError(
      'run-version',
      `${file} was written by ${age} (${made}, schema ${version}; this one reads ${runFileSchema}). Use that version, or run it again: ${runValue(database, 'replay') ?? 'mockfleet run'}`,
    );
  } catch (error) {
    database.close();
    throw error instanceof RunReadError ? error : unreadable(file, error);
  }
}

/** @param run a run's folder or its file. @throws RunReadError */
export function readRun(run: string): RunData & { file: string } {
  const file = runFilePath(run);
  const database = openRunFile(file);
  try {
    const value = (key: string) => runValue(database, key) ?? missing(key);
    const data = JSON.parse(value('data')) as KeptData;
    const result = JSON.parse(value('result')) as RunData['result'];
    return { ...data, result, scenarioText: value('scenario-text'), replay: value('replay'), file };
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    database.close();
  }
}

function runValue(database: Database.Database, key: string): string | undefined {
  return database.prepare('SELECT value FROM run WHERE key = ?').pluck().get(key) as string | undefined;
}

function missing(key: string): never {
  throw new Error(`it has no ${key}`);
}

/** The file is damaged, or none of a run. @param file as it is to be named */
export function unreadable(file: string, error: unknown): RunReadError {
  const why = error instanceof Error ? error.message : String(error);
  return new RunReadError(
    'run-unreadable',
    `${file} cannot be read as the file of a run: ${why}. Name the run.sqlite that mockfleet run has written.`,
  );
}
