/** Records, certificates, changes of compliance and refused actions in the run file: all there ever were, also of records that are gone. */
import type Database from 'better-sqlite3';
import type { RunResult } from '../result.ts';
import type { Recorded } from '../world/recorded.ts';
import { BulkInsert } from './bulk-insert.ts';
import { iso } from './run-file-instant.ts';

export const recordTables = `
  -- Every record that a device ever had: another one each time that it is enrolled.
  CREATE TABLE records (
    device_index INTEGER NOT NULL,
    device_id TEXT NOT NULL,
    serial_number TEXT NOT NULL,    -- of the device then
    enrolled_at TEXT NOT NULL,
    removed_at TEXT,
    removed_why TEXT                -- expired, retired, wiped, deleted, unenrolled
  );

  -- Every management certificate that was ever issued.
  CREATE TABLE certificates (
    device_index INTEGER NOT NULL,
    serial_number TEXT NOT NULL,
    purpose TEXT NOT NULL,          -- enroll, renew
    issued_at TEXT NOT NULL,
    not_before TEXT NOT NULL,
    not_after TEXT NOT NULL,
    replaced_at TEXT,               -- its device came with the next one
    expired_at TEXT                 -- the service acted on its end: nothing reaches the device from here on
  );

  -- Every change of a record's complianceState.
  CREATE TABLE compliance_changes (
    device_index INTEGER NOT NULL,
    at TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL
  );

  -- Actions that were asked for and never became a command: greyed out, or too many at once.
  CREATE TABLE refusals (
    device_index INTEGER NOT NULL,
    at TEXT NOT NULL,
    action TEXT NOT NULL,
    initiated_by TEXT NOT NULL,
    why TEXT NOT NULL
  );

  -- What faults did to single devices: all that was of one sort in one row.
  CREATE TABLE fault_hits (
    device_index INTEGER NOT NULL,
    fault TEXT NOT NULL,            -- faults.name
    effect TEXT NOT NULL,           -- delayed, frameLost, linkCut, refused, pushLost, ...
    count INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL
  );
`;

export const faultsTable = `
  -- The windows in which a fault was at work. A run without faults has none.
  CREATE TABLE faults (
    name TEXT NOT NULL,
    kind TEXT NOT NULL,             -- latency, loss, partition, unavailable, ...
    from_at TEXT NOT NULL,
    until_at TEXT NOT NULL,
    devices INTEGER NOT NULL,       -- whom it concerned, in all of its windows
    touched INTEGER NOT NULL        -- those of them to which it did something
  );
`;

export function writeFaults(database: Database.Database, { faults }: Pick<RunResult, 'faults'>): void {
  const insert = database.prepare('INSERT INTO faults VALUES (?, ?, ?, ?, ?, ?)');
  for (const [name, { kind, windows, devices, touched }] of Object.entries(faults)) {
    for (const { from, until } of windows) insert.run(name, kind, iso(Date.parse(from)), iso(Date.parse(until)), devices, touched);
  }
}

export const recordIndices = `
  CREATE INDEX records_by_device_id ON records (device_id);
  CREATE INDEX certificates_by_device ON certificates (device_index);
  CREATE INDEX fault_hits_by_device ON fault_hits (device_index);
  CREATE INDEX compliance_changes_by_device ON compliance_changes (device_index);
`;

export function writeRecords(
  database: Database.Database,
  { records, certificates, complianceChanges, refusals, faultHits }: Recorded,
): void {
  const record = new BulkInsert(database, 'records', 6);
  for (const { index, deviceId, serialNumber, enrolledAt, removedAt, removedWhy } of records) {
    record.add(index, deviceId, serialNumber, iso(enrolledAt), iso(removedAt), removedWhy);
  }
  const certificate = new BulkInsert(database, 'certificates', 8);
  for (const { index, serialNumber, purpose, issuedAt, notBefore, notAfter, replacedAt, expiredAt } of certificates) {
    const [begin, end] = [iso(notBefore), iso(notAfter)];
    certificate.add(index, serialNumber, purpose, iso(issuedAt), begin, end, iso(replacedAt), iso(expiredAt));
  }
  const change = new BulkInsert(database, 'compliance_changes', 4);
  for (const { index, at, from, to } of complianceChanges) change.add(index, iso(at), from, to);
  const refusal = new BulkInsert(database, 'refusals', 5);
  for (const { index, at, action, by, why } of refusals) refusal.add(index, iso(at), action, by, why);
  const hits = new BulkInsert(database, 'fault_hits', 6);
  for (const { index, fault, effect, count, firstAt, lastAt } of faultHits)
    hits.add(index, fault, effect, count, iso(firstAt), iso(lastAt));
  for (const insert of [record, certificate, change, refusal, hits]) insert.end();
}
