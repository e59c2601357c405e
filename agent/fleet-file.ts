/**
 * What the devices of a fleet keep over a restart, all in one SQLite file: a file for each costs half a megabyte and five descriptors.
 * The same promise as an agent's own file: everything that one input changes is written in one transaction (M-11).
 */
import { openSqliteFile, type SqliteLayout } from '../runtime/sqlite-file.ts';
import type { AgentFile, StoredIdentity } from './agent-file.ts';
import type { DeviceState } from './device/state.ts';

const addedTable = `
CREATE TABLE added (             -- devices that nothing but this file knows of
  serial_number TEXT PRIMARY KEY,
  entry TEXT NOT NULL          -- how whoever added it describes it
) WITHOUT ROWID;
`;

const fleetLayout: SqliteLayout = {
  applicationId: 0x6d6f_666c,
  schemaVersion: 2,
  migrations: { 1: addedTable },
  schema: `
CREATE TABLE device (
  serial_number TEXT PRIMARY KEY,
  state TEXT NOT NULL,         -- JSON of the whole device (agent/device/state.ts)
  now INTEGER NOT NULL         -- the device's clock at that step, ms since 1970
) WITHOUT ROWID;
CREATE TABLE identity (
  serial_number TEXT PRIMARY KEY,
  certificate TEXT NOT NULL,   -- PEM
  private_key TEXT NOT NULL    -- PEM (PKCS#8)
) WITHOUT ROWID;
CREATE TABLE requested_key (   -- keys whose certificate has not come yet
  serial_number TEXT NOT NULL,
  request_id TEXT NOT NULL,
  private_key TEXT NOT NULL,
  PRIMARY KEY (serial_number, request_id)
) WITHOUT ROWID;
${addedTable}
PRAGMA application_id = ${0x6d6f_666c};
PRAGMA user_version = 2;
`,
};

export interface AddedRow {
  serialNumber: string;
  entry: string;
}

export interface FleetFile {
  /** What this device keeps. Closing it closes nothing: the others go on. What happened to it is not written down. */
  device(serialNumber: string): AgentFile;
  /** What all of them keep meanwhile is written at once: the disk is waited for a single time. */
  atOnce(work: () => void): void;
  /** In the order of their serial numbers. */
  added(): AddedRow[];
  /** All of them, or none. */
  add(rows: readonly AddedRow[]): void;
  /** Everything that is kept of this device, its keys included. */
  forget(serialNumber: string): void;
  close(): void;
}

/** @throws StoreError (corrupt, in use by another process, not writable, too new) */
export function openFleetFile(path: string): FleetFile {
  const file = openSqliteFile(path, fleetLayout);
  const { database } = file;
  const selectDevice = database.prepare<[string], { state: string; now: number }>('SELECT state, now FROM device WHERE serial_number = ?');
  const upsertDevice = database.prepare('INSERT OR REPLACE INTO device (serial_number, state, now) VALUES (?, ?, ?)');
  const selectIdentity = database.prepare<[string], StoredIdentity>(
    'SELECT certificate, private_key AS privateKey FROM identity WHERE serial_number = ?',
  );
  const upsertIdentity = database.prepare('INSERT OR REPLACE INTO identity (serial_number, certificate, private_key) VALUES (?, ?, ?)');
  const deleteIdentity = database.prepare('DELETE FROM identity WHERE serial_number = ?');
  const selectKey = database.prepare<[string, string], { privateKey: string }>(
    'SELECT private_key AS privateKey FROM requested_key WHERE serial_number = ? AND request_id = ?',
  );
  const upsertKey = database.prepare('INSERT OR REPLACE INTO requested_key (serial_number, request_id, private_key) VALUES (?, ?, ?)');
  const deleteKeys = database.prepare('DELETE FROM requested_key WHERE serial_number = ?');
  const selectAdded = database.prepare<[], AddedRow>('SELECT serial_number AS serialNumber, entry FROM added ORDER BY serial_number');
  const insertAdded = database.prepare('INSERT INTO added (serial_number, entry) VALUES (?, ?)');
  const deletions = ['device', 'identity', 'requested_key', 'added'].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE serial_number = ?`),
  );
  const addAll = database.transaction((rows: readonly AddedRow[]) => {
    for (const { serialNumber, entry } of rows) insertAdded.run(serialNumber, entry);
  });
  const forgetAll = database.transaction((serialNumber: string) => {
    for (const deletion of deletions) deletion.run(serialNumber);
  });
  return {
    atOnce: (work) => database.transaction(work).immediate(),
    added: () => selectAdded.all(),
    add: (rows) => addAll.immediate(rows),
    forget: (serialNumber) => forgetAll.immediate(serialNumber),
    device: (serialNumber) => ({
      load() {
        const row = selectDevice.get(serialNumber);
        return row === undefined ? undefined : { state: JSON.parse(row.state) as DeviceState, now: row.now };
      },
      identity: () => selectIdentity.get(serialNumber),
      transaction: (work) => database.transaction(work).immediate(),
      saveState: (state, now) => void upsertDevice.run(serialNumber, JSON.stringify(state), now),
      saveRequestedKey: (requestId, privateKey) => void upsertKey.run(serialNumber, requestId, privateKey),
      saveIdentity(requestId, certificate) {
        const key = selectKey.get(serialNumber, requestId);
        if (key === undefined) throw new Error(`A certificate came for request ${requestId}, whose key is not in this file.`);
        upsertIdentity.run(serialNumber, certificate, key.privateKey);
        deleteKeys.run(serialNumber);
      },
      eraseIdentity() {
        deleteIdentity.run(serialNumber);
        deleteKeys.run(serialNumber);
      },
      appendEvent() {},
      close() {},
    }),
    close: file.close,
  };
}
