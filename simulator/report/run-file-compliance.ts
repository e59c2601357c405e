/** Compliance in the run file: what policies made of the devices, the mails that were sent about it, and who was let in. */
import type Database from 'better-sqlite3';
import type { RunData, RunRows } from '../result.ts';
import { BulkInsert } from './bulk-insert.ts';
import { dayOf } from './figures.ts';
import { iso } from './run-file-instant.ts';

/** In a run without compliance policies and without sign-ins they are empty, but for what the service itself asks of its devices. */
export const complianceTables = `
  -- What each policy found at its latest look at a device that has a record at the end.
  CREATE TABLE policy_results (
    device_index INTEGER NOT NULL,
    policy_id TEXT NOT NULL,        -- f2b6a1c4-0d57-8e3b-a9c1-6d1b8e0c4a55: what the service itself asks
    state TEXT NOT NULL,            -- Graph's complianceStatus
    noncompliant_since TEXT,        -- begin of the spell that it is in
    marked INTEGER NOT NULL,        -- 1: its grace, if any, is over
    actions_fired INTEGER NOT NULL  -- of this spell, the mark included
  );

  -- One row per mail of the tenant; device_id also names devices whose record is gone.
  CREATE TABLE mails (
    id TEXT PRIMARY KEY,
    at TEXT NOT NULL,               -- its date
    device_id TEXT,
    policy_id TEXT,
    action_id TEXT,
    subject TEXT NOT NULL,
    recipients TEXT NOT NULL,       -- JSON: to, cc, bcc
    state TEXT NOT NULL,            -- queued, sent, failed, not-sent
    attempts INTEGER NOT NULL,
    finished_at TEXT,
    error TEXT,
    device_index INTEGER
  ) WITHOUT ROWID;

  -- The tenant's sign-in log: of what apps do by themselves, the attempts that were answered otherwise than the one before.
  CREATE TABLE sign_ins (
    at TEXT NOT NULL,
    user_principal_name TEXT NOT NULL,
    app TEXT NOT NULL,
    device_id TEXT,
    outcome TEXT NOT NULL,          -- allowed, or why not
    background INTEGER NOT NULL,    -- 1: the app asked by itself
    compliant INTEGER,              -- what the directory held of the device then
    device_index INTEGER
  );
`;

export const complianceSeriesTable = `

  -- The fleet over time by complianceState, as state_series.
  CREATE TABLE compliance_series (day REAL NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL, count INTEGER NOT NULL);
`;

export const complianceIndices = `
  CREATE INDEX policy_results_by_device ON policy_results (device_index);
  CREATE INDEX mails_by_device ON mails (device_index);
  CREATE INDEX sign_ins_by_device ON sign_ins (device_index);
  CREATE INDEX compliance_series_by_state ON compliance_series (state, day);
`;

/** @param indexOf the device of a record */
export function writeCompliance(
  database: Database.Database,
  { devices, mails, signIns }: RunRows,
  indexOf: ReadonlyMap<string, number>,
): void {
  const device = (id: string | null) => (id === null ? null : (indexOf.get(id) ?? null));
  const results = new BulkInsert(database, 'policy_results', 6);
  for (const { index, record } of devices()) {
    for (const { policyId, state, since, isMarked, fired } of record?.compliance.results ?? []) {
      results.add(index, policyId, state, iso(since), Number(isMarked), fired.length);
    }
  }
  const mail = new BulkInsert(database, 'mails', 12);
  for (const { id, at, about, subject, to, cc, bcc, state, attempts, finishedAt, error } of mails()) {
    const { deviceId = null, policyId = null, actionId = null } = about ?? {};
    const recipients = JSON.stringify([...to, ...cc, ...bcc]);
    const finished = iso(finishedAt);
    mail.add(id, iso(at), deviceId, policyId, actionId, subject, recipients, state, attempts, finished, error, device(deviceId));
  }
  const signIn = new BulkInsert(database, 'sign_ins', 8);
  for (const { at, userPrincipalName, app, deviceId, outcome, isBackground, isCompliant } of signIns()) {
    const compliant = isCompliant === null ? null : Number(isCompliant);
    signIn.add(iso(at), userPrincipalName, app, deviceId, outcome, Number(isBackground), compliant, device(deviceId));
  }
  for (const insert of [results, mail, signIn]) insert.end();
}

export function writeComplianceSeries(database: Database.Database, { compliance }: Pick<RunData, 'compliance'>): void {
  const series = database.prepare('INSERT INTO compliance_series VALUES (?, ?, ?, ?)');
  for (const { name, counts } of compliance.states) {
    for (const [index, count] of counts.entries())
      series.run(dayOf(index, compliance.stepMs), iso(compliance.startAt + index * compliance.stepMs), name, count);
  }
}
