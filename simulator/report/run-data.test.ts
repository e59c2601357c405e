import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { exampleRun } from './example-run.fixture.ts';
import { openRunFile, RunReadError, readRun } from './run-data.ts';
import { writeRunFile } from './run-file.ts';
import { partPath, writePart } from './run-part.ts';

const folder = mkdtempSync(join(tmpdir(), 'mockfleet-run-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { rows, ...data } = exampleRun({ devices: 30, days: 20, story: true, judged: true, notified: true, faulty: true, failing: true });
const file = join(folder, 'run.sqlite');
const part = partPath(folder, 0);
writePart(part, rows);
writeRunFile(file, data, [part]);

/** A file that begins as the run's own. */
function changed(name: string, sql: string): string {
  const path = join(folder, name);
  copyFileSync(file, path);
  const database = new Database(path);
  database.exec(sql);
  database.close();
  return path;
}

function problemOf(run: string): RunReadError {
  try {
    readRun(run);
  } catch (error) {
    if (error instanceof RunReadError) return error;
    throw error;
  }
  throw new Error(`${run} was read`);
}

describe('readRun', () => {
  it('gives back all that reports are made from, from the folder and from the file', () => {
    for (const run of [folder, file]) expect(readRun(run)).toEqual({ ...data, file });
  });

  it('opens the file for reading alone', () => {
    const database = openRunFile(file);
    expect(() => database.exec('DELETE FROM run')).toThrow(/readonly/);
    database.close();
  });

  it('says what is wrong with a run that it cannot read', () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const text = join(folder, 'text.sqlite');
    writeFileSync(text, 'this is no database');
    const half = join(folder, 'half.sqlite');
    const whole = readFileSync(file);
    writeFileSync(half, whole.subarray(0, whole.length / 2));
    const nowhere = join(folder, 'nowhere');
    const expected: [run: string, code: RunReadError['code'], message: RegExp][] = [
      [nowhere, 'run-missing', /nowhere is not there\. Name the folder/],
      [empty, 'run-missing', /empty has no run\.sqlite\. .*--resume/],
      [text, 'run-unreadable', /text\.sqlite cannot be read as the file of a run: file is not a database/],
      [half, 'run-unreadable', /half\.sqlite cannot be read as the file of a run: /],
      [changed('other.sqlite', 'DROP TABLE run'), 'run-unreadable', /no such table: run/],
      [changed('less.sqlite', "DELETE FROM run WHERE key = 'data'"), 'run-unreadable', /it has no data/],
      [changed('torn.sqlite', "UPDATE run SET value = '{' WHERE key = 'data'"), 'run-unreadable', /JSON/],
      [
        changed('old.sqlite', "UPDATE run SET value = '3' WHERE key = 'schema-version'"),
        'run-version',
        /an older mockfleet .* again: mockfleet run /,
      ],
      [changed('new.sqlite', "UPDATE run SET value = '999' WHERE key = 'schema-version'"), 'run-version', /a newer mockfleet/],
      [changed('none.sqlite', "DELETE FROM run WHERE key = 'schema-version'"), 'run-unreadable', /it has no schema-version/],
    ];
    for (const [run, code, message] of expected) {
      const problem = problemOf(run);
      expect(problem.code, run).toBe(code);
      expect(problem.message).toMatch(message);
    }
    expect(existsSync(nowhere)).toBe(false);
  });
});
