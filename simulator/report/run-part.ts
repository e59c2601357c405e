/**
 * The part of a run's file that one shard knows: the rows of its devices, as a SQLite database of its own. The run's file is put together
 * from the parts of all shards (run-file.ts), whichever thread or machine has lived them.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { CommandRecord } from '../../server-stub/core/records.ts';
import type { DeviceOutcome, RunRows } from '../result.ts';
import type { ShardFound } from '../world/found.ts';
import { digestOf } from '../world/trace.ts';
import { BulkInsert } from './bulk-insert.ts';
import { eventTables, writeEvents } from './run-events.ts';
import { complianceTables, writeCompliance } from './run-file-compliance.ts';
import { iso } from './run-file-instant.ts';
import { notificationTables, writeNotifications } from './run-file-notifications.ts';
import { recordTables, writeRecords } from './run-file-records.ts';

const tables = `
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
    removed_why TEXT,
    name TEXT NOT NULL,             -- its own, whether it has a record or not
    life TEXT                       -- a hash of all that happened to it, of both sides; NULL: a live run has none
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
    error_code INTEGER,
    device_index INTEGER,
    by_user INTEGER NOT NULL,       -- 1: its own user asked for it (Company Portal, the self-service site)
    bulk_id TEXT                    -- of several that were asked for at once
  );

  -- The slices of the fleet that were lived one by one. Their number changes nothing else in here.
  CREATE TABLE shards (
    number INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,         -- its first device
    count INTEGER NOT NULL,
    until TEXT NOT NULL,            -- lived up to there
    digest TEXT NOT NULL,
    events_executed INTEGER NOT NULL
  );
`;

/** What a part is made of: the run's file has the same tables, and more. */
export const partTables = [tables, complianceTables, notificationTables, recordTables, eventTables];

/** Their names: every row of a part goes into the table of that name. */
export const partTableNames = [
  'devices',
  'commands',
  'shards',
  'policy_results',
  'mails',
  'sign_ins',
  'notifications',
  'records',
  'certificates',
  'compliance_changes',
  'refusals',
  'fault_hits',
  'lives',
] as const;

/** Written when a part is whole; another number: of another version. */
export const partVersion = 4;

/** Of few devices there are more tables than rows: small pages. Of many, larger ones are faster and hold lives (events) with less waste. */
export function pageBytes(devices: number): number {
  return devices < 300 ? 4096 : 16_384;
}

export function partPath(folder: string, shard: number): string {
  return join(folder, `shard-${shard}.sqlite`);
}

/** In place of one that is there. The folder must exist. @param shard whose rows these are; absent: of a live run, which has no shards */
export function writePart(path: string, rows: RunRows, shard?: ShardFound): void {
  rmSync(path, { force: true });
  const database = new Database(path);
  try {
    database.pragma(`page_size = ${pageBytes(shard?.slice.count ?? 0)}`);
    // One that is not whole is thrown away: neither journal nor waiting for the disk.
    database.pragma('journal_mode = OFF');
    database.pragma('synchronous = OFF');
    for (const sql of partTables) database.exec(sql);
    const indexOf = new Map<string, number>();
    for (const { index, deviceId } of rows.recorded?.records ?? []) indexOf.set(deviceId, index);
    database.transaction(() => {
      const devices = writeDevices(database, rows.devices(), indexOf);
      writeCommands(database, rows.commands(), indexOf);
      writeCompliance(database, rows, indexOf);
      writeNotifications(database, rows.notifications(), indexOf);
      if (rows.recorded !== null) {
        writeRecords(database, rows.recorded);
        writeEvents(database, rows.recorded, devices);
      }
      if (shard !== undefined) writeShard(database, shard);
      database.pragma(`user_version = ${partVersion}`);
    })();
  } finally {
    database.close();
  }
}

function writeShard(database: Database.Database, { slice, until, lanes, eventsExecuted }: ShardFound): void {
  const insert = database.prepare('INSERT INTO shards VALUES (?, ?, ?, ?, ?, ?)');
  insert.run(slice.number, slice.first, slice.count, iso(until), digestOf([lanes]), eventsExecuted);
}

/** Returns their numbers. @param indexOf takes their newest records, where nobody has recorded them */
function writeDevices(database: Database.Database, devices: Iterable<DeviceOutcome>, indexOf: Map<string, number>): number[] {
  const indices: number[] = [];
  const insert = new BulkInsert(database, 'devices', 24);
  for (const device of devices) {
    const { record } = device;
    indices.push(device.index);
    if (device.deviceId !== null) indexOf.set(device.deviceId, device.index);
    insert.add(
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
      device.name,
      device.life,
    );
  }
  insert.end();
  return indices;
}

/** The same words as the result's `states`. */
function stateOf(device: DeviceOutcome): string {
  if (device.record !== null) return device.record.managementState;
  return device.removedAt === null ? 'not-enrolled' : 'removed';
}

function writeCommands(database: Database.Database, commands: Iterable<CommandRecord>, indexOf: ReadonlyMap<string, number>): void {
  const insert = new BulkInsert(database, 'commands', 15);
  for (const command of commands) {
    insert.add(
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
      indexOf.get(command.deviceId) ?? null,
      Number(command.byUser),
      command.bulkId,
    );
  }
  insert.end();
}
