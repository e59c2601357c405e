/**
 * The run file: a run as a SQLite database, for questions that no report foresaw.
 *
 *   sqlite3 run.sqlite "SELECT platform, state, count(*) FROM devices GROUP BY 1, 2"
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { dayMs } from '../../runtime/duration.ts';
import type { RunData } from '../result.ts';
import { dayOf } from './figures.ts';
import { packageVersion } from './package-version.ts';
import { runDataText, runFileSchema } from './run-data.ts';
import { eventViews, writeEventKinds } from './run-events.ts';
import { complianceIndices, complianceSeriesTable, writeComplianceSeries } from './run-file-compliance.ts';
import { iso } from './run-file-instant.ts';
import { notificationDelaysTable, notificationIndices, writeNotificationDelays, writeNotifications } from './run-file-notifications.ts';
import { faultsTable, recordIndices, writeFaults } from './run-file-records.ts';
import { pageBytes, partTableNames, partTables, partVersion } from './run-part.ts';

/**
 * Every instant is text, ISO 8601 in UTC with milliseconds (`2027-03-04T05:06:07.000Z`): of one length, so that sorting the text
 * sorts by time, readable as it is, and understood by SQLite's date functions. Flags are 0 or 1. What is unknown or never came is NULL.
 */
const tables = `
  -- One row per fact about the run: scenario, seed, digest, passed, result (the JSON of run --json), data (JSON: what reports are made
  -- from besides), scenario-text, replay, from, until (instants), events (1: each was kept), mockfleet-version, schema-version.
  CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;

  -- What there was of each day. Days without any have no row.
  CREATE TABLE series (
    family TEXT NOT NULL,           -- devices, certificates, asked, done, removed, mails
    name TEXT NOT NULL,             -- of devices: enrolled; of certificates: issued, renewed, expired; else an action, a reason, a state
    day INTEGER NOT NULL,           -- from 0
    at TEXT NOT NULL,               -- its begin
    count INTEGER NOT NULL
  );

  -- Actions as an administrator counts them: commands by what became of them, and those that were refused.
  CREATE VIEW actions AS
    SELECT device_index, id, action, CASE WHEN status IN ('queued', 'delivered') THEN 'open' ELSE status END AS outcome, initiated_by,
      by_user, bulk_id, requested_at, delivered_at, finished_at, NULL AS why FROM commands
    UNION ALL SELECT device_index, NULL, action, 'refused', initiated_by, 0, NULL, at, NULL, at, why FROM refusals;

  -- The fleet over time: how many devices were in a state at a sample. Every state has a row at every sample, zero or not.
  CREATE TABLE state_series (day REAL NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL, count INTEGER NOT NULL);
`;

/** Made after the rows, which is faster. */
const indices = `
  CREATE INDEX devices_by_state ON devices (state, platform);
  CREATE INDEX devices_by_serial_number ON devices (serial_number);
  CREATE INDEX devices_by_group ON devices (group_name, state);
  CREATE UNIQUE INDEX commands_by_id ON commands (id);
  CREATE INDEX commands_by_device ON commands (device_index);
  CREATE INDEX commands_by_action ON commands (action, status);
  CREATE INDEX state_series_by_state ON state_series (state, day);
  CREATE INDEX state_series_by_day ON state_series (day);
`;

/**
 * Writes the run's file, in place of one that is there. The folder must exist.
 * @param parts paths of what the shards have left (run-part.ts), all of them
 * It grows under another name in the same folder and is renamed when it is whole: a crash leaves the old file or none, never half a one.
 */
export function writeRunFile(path: string, data: RunData, parts: readonly string[]): void {
  const unfinished = `${path}.${process.pid}.unfinished`;
  rmSync(unfinished, { force: true });
  try {
    const database = new Database(unfinished);
    try {
      database.pragma(`page_size = ${pageBytes(data.result.devices)}`);
      // Nobody else sees this file and an unfinished one is thrown away: neither journal nor waiting for the disk, row by row.
      database.pragma('journal_mode = OFF');
      database.pragma('synchronous = OFF');
      for (const sql of [...partTables, tables, complianceSeriesTable, notificationDelaysTable, faultsTable, eventViews])
        database.exec(sql);
      for (const part of parts) takePart(database, part);
      database.transaction(() => {
        writeRun(database, data);
        writeEventKinds(database);
        writeSeries(database, data);
        writeComplianceSeries(database, data);
        writeDaily(database, data);
        writeFaults(database, data.result);
        writeNotifications(database, data.notificationsToGroups, new Map());
        writeNotificationDelays(database, data);
        database.exec(indices);
        database.exec(complianceIndices);
        database.exec(notificationIndices);
        database.exec(recordIndices);
      })();
      // Of a sample of each index: enough to choose between them.
      database.pragma('analysis_limit = 1000');
      database.exec('ANALYZE');
    } finally {
      database.close();
    }
    // Once, for the whole file: the rename must not reach the disk before what it names.
    const descriptor = openSync(unfinished, 'r+');
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** @throws Error that names it, where it is missing, damaged or not whole */
function takePart(database: Database.Database, path: string): void {
  // ATTACH would make an empty one.
  if (!existsSync(path)) throw new Error(`${path}, a part of the run, is missing.`);
  try {
    database.prepare('ATTACH ? AS part').run(path);
    try {
      if (database.pragma('part.user_version', { simple: true }) !== partVersion) throw new Error('it is not whole');
      for (const name of partTableNames) database.exec(`INSERT INTO main.${name} SELECT * FROM part.${name}`);
    } finally {
      database.exec('DETACH part');
    }
  } catch (error) {
    throw new Error(`${path}, a part of the run, cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function writeRun(database: Database.Database, data: RunData): void {
  const insert = database.prepare('INSERT INTO run (key, value) VALUES (?, ?)');
  const { result } = data;
  const rows: Record<string, string | null> = {
    'schema-version': String(runFileSchema),
    'mockfleet-version': packageVersion() ?? null,
    scenario: result.scenario,
    seed: result.seed,
    digest: result.digest,
    passed: result.passed ? '1' : '0',
    from: iso(data.from),
    until: iso(data.until),
    replay: data.replay,
    result: JSON.stringify(result),
    data: runDataText(data),
    'scenario-text': data.scenarioText,
    events: database.prepare('SELECT 1 FROM lives LIMIT 1').pluck().get() === undefined ? '0' : '1',
  };
  for (const [key, value] of Object.entries(rows)) insert.run(key, value);
}

function writeSeries(database: Database.Database, { series }: RunData): void {
  const insert = database.prepare('INSERT INTO state_series (day, at, state, count) VALUES (?, ?, ?, ?)');
  for (const { name, counts } of series.states) {
    for (const [index, count] of counts.entries())
      insert.run(dayOf(index, series.stepMs), iso(series.startAt + index * series.stepMs), name, count);
  }
}

function writeDaily(database: Database.Database, { measures, series }: RunData): void {
  const insert = database.prepare('INSERT INTO series (family, name, day, at, count) VALUES (?, ?, ?, ?, ?)');
  for (const [family, names] of Object.entries(measures.daily)) {
    for (const [name, counts] of Object.entries(names)) {
      for (const [day, count] of counts.entries()) {
        if (count !== 0) insert.run(family, name, day, iso(series.startAt + day * dayMs), count);
      }
    }
  }
}
