/**
 * The run file: a run as a SQLite database, for questions that no report foresaw.
 *
 *   sqlite3 run.sqlite "SELECT platform, state, count(*) FROM devices GROUP BY 1, 2"
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { CommandRecord } from '../../server-stub/core/records.ts';
import type { DeviceOutcome, RunData } from '../result.ts';
import { dayOf } from './figures.ts';
import { packageVersion } from './package-version.ts';
import { complianceIndices, complianceTables, writeCompliance } from './run-file-compliance.ts';
import { iso } from './run-file-instant.ts';
import { notificationIndices, notificationTables, writeNotifications } from './run-file-notifications.ts';

/**
 * Every instant is text, ISO 8601 in UTC with milliseconds (`2027-03-04T05:06:07.000Z`): of one length, so that sorting the text
 * sorts by time, readable as it is, and understood by SQLite's date functions. Flags are 0 or 1. What is unknown or never came is NULL.
 */
const tables = `
  -- One row per fact about the run: scenario, seed, digest, passed, result (the JSON of run --json), scenario-text, replay,
  -- from, until (instants), mockfleet-version, schema-version.
  CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;

  -- One row per device that the scenario asked for. The columns from device_name to deleted copy the stub's record and are NULL where
  -- it has none at the end; state is then 'removed' or 'not-enrolled', otherwise the record's managementState.
  CREATE TABLE devices (
    device_index INTEGER PRIMARY KEY,
    group_name TEXT NOT NULL,
    serial_number TEXT NOT NULL,
    platform TEXT NOT NULL,
    enrollment TEXT NOT NULL,
    state TEXT NOT NULL,
    phase TEXT NOT NULL,            -- the device's own view: enrolled, wiped, ...
    check_ins INTEGER NOT NULL,     -- lived, executed or not
    device_id TEXT,                 -- the id of its (last) enrolment
    device_name TEXT,
    user_principal_name TEXT,
    model TEXT,
    os_version TEXT,
    compliance_state TEXT,
    enrolled_at TEXT,
    last_sync_at TEXT,
    certificate_serial_number TEXT,
    certificate_not_before TEXT,
    certificate_not_after TEXT,
    deleted INTEGER,                -- 1: deleted by an administrator, waits for its device
    removed_at TEXT,
    removed_why TEXT
  );

  -- One row per command that was ever queued; device_id also names devices whose record is gone.
  CREATE TABLE commands (
    id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    action TEXT NOT NULL,           -- what the administrator asked for
    command TEXT NOT NULL,          -- what the device was told to do; differs for delete
    parameters TEXT NOT NULL,       -- JSON
    status TEXT NOT NULL,
    initiated_by TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    delivered_at TEXT,
    finished_at TEXT,
    deliveries INTEGER NOT NULL,
    error_code INTEGER
  );

  -- The fleet over time: how many devices were in a state at a sample. Every state has a row at every sample, zero or not.
  CREATE TABLE state_series (day REAL NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL, count INTEGER NOT NULL);
`;

/** Made after the rows, which is faster. */
const indices = `
  CREATE INDEX devices_by_state ON devices (state, platform);
  CREATE INDEX devices_by_device_id ON devices (device_id);
  CREATE INDEX devices_by_serial_number ON devices (serial_number);
  CREATE INDEX devices_by_group ON devices (group_name, state);
  CREATE UNIQUE INDEX commands_by_id ON commands (id);
  CREATE INDEX commands_by_device ON commands (device_id, requested_at);
  CREATE INDEX commands_by_action ON commands (action, status);
  CREATE INDEX state_series_by_state ON state_series (state, day);
  CREATE INDEX state_series_by_day ON state_series (day);
`;

const schemaVersion = 3;

/**
 * Writes the run's file, in place of one that is there. The folder must exist.
 * It grows under another name in the same folder and is renamed when it is whole: a crash leaves the old file or none, never half a one.
 */
export function writeRunFile(path: string, data: RunData): void {
  const unfinished = `${path}.${process.pid}.unfinished`;
  rmSync(unfinished, { force: true });
  try {
    const database = new Database(unfinished);
    try {
      // Nobody else sees this file and an unfinished one is thrown away: neither journal nor waiting for the disk, row by row.
      database.pragma('journal_mode = OFF');
      database.pragma('synchronous = OFF');
      database.exec(tables);
      database.exec(complianceTables);
      database.exec(notificationTables);
      database.transaction(() => {
        writeRun(database, data);
        writeDevices(database, data.devices());
        writeCommands(database, data.commands());
        writeSeries(database, data);
        writeCompliance(database, data);
        writeNotifications(database, data);
        database.exec(indices);
        database.exec(complianceIndices);
        database.exec(notificationIndices);
      })();
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

function writeRun(database: Database.Database, data: RunData): void {
  const insert = database.prepare('INSERT INTO run (key, value) VALUES (?, ?)');
  const { result } = data;
  const rows: Record<string, string | null> = {
    'schema-version': String(schemaVersion),
    'mockfleet-version': packageVersion() ?? null,
    scenario: result.scenario,
    seed: result.seed,
    digest: result.digest,
    passed: result.passed ? '1' : '0',
    from: iso(data.from),
    until: iso(data.until),
    replay: data.replay,
    result: JSON.stringify(result),
    'scenario-text': data.scenarioText,
  };
  for (const [key, value] of Object.entries(rows)) insert.run(key, value);
}

function writeDevices(database: Database.Database, devices: Iterable<DeviceOutcome>): void {
  const insert = database.prepare(`INSERT INTO devices VALUES (${Array(22).fill('?').join(', ')})`);
  for (const device of devices) {
    const { record } = device;
    insert.run(
      device.index,
      device.group,
      device.serialNumber,
      device.platform,
      device.enrollment,
      stateOf(device),
      device.phase,
      device.checkIns,
      device.deviceId,
      record?.managedDeviceName ?? null,
      record?.inventory.userPrincipalName ?? null,
      record?.inventory.model ?? null,
      record?.inventory.osVersion ?? null,
      record?.complianceState ?? null,
      iso(record?.enrolledAt),
      iso(record?.lastSyncAt),
      record?.certificate.serialNumber ?? null,
      iso(record?.certificate.notBefore),
      iso(record?.certificate.notAfter),
      record === null ? null : Number(record.deleted),
      iso(device.removedAt),
      device.removedWhy,
    );
  }
}

/** The same words as the result's `states`. */
function stateOf(device: DeviceOutcome): string {
  if (device.record !== null) return device.record.managementState;
  return device.removedAt === null ? 'not-enrolled' : 'removed';
}

function writeCommands(database: Database.Database, commands: Iterable<CommandRecord>): void {
  const insert = database.prepare(`INSERT INTO commands VALUES (${Array(12).fill('?').join(', ')})`);
  for (const command of commands) {
    insert.run(
      command.id,
      command.deviceId,
      command.action,
      command.command.type,
      JSON.stringify(command.command.parameters),
      command.status,
      command.initiatedBy,
      iso(command.requestedAt),
      iso(command.deliveredAt),
      iso(command.finishedAt),
      command.deliveries,
      command.errorCode,
    );
  }
}

function writeSeries(database: Database.Database, { series }: RunData): void {
  const insert = database.prepare('INSERT INTO state_series (day, at, state, count) VALUES (?, ?, ?, ?)');
  for (const { name, counts } of series.states) {
    for (const [index, count] of counts.entries())
      insert.run(dayOf(index, series.stepMs), iso(series.startAt + index * series.stepMs), name, count);
  }
}
