/**
 * What an agent keeps over a restart, in one SQLite file (mode 0600): its state, its identity, and what happened to it.
 * Everything that one input changes is written in one transaction, before any effect of it is seen outside (M-11).
 */
import { openSqliteFile, type SqliteLayout } from '../runtime/sqlite-file.ts';
import type { DeviceState } from './device/state.ts';

const agentLayout: SqliteLayout = {
  applicationId: 0x6d6f_6167,
  schemaVersion: 1,
  schema: `
CREATE TABLE device (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  state TEXT NOT NULL,         -- JSON of the whole device (agent/device/state.ts)
  now INTEGER NOT NULL         -- the device's clock at that step, ms since 1970
);
CREATE TABLE identity (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  certificate TEXT NOT NULL,   -- PEM
  private_key TEXT NOT NULL    -- PEM (PKCS#8)
);
CREATE TABLE requested_key (   -- keys whose certificate has not come yet
  request_id TEXT PRIMARY KEY,
  private_key TEXT NOT NULL
);
CREATE TABLE event (           -- what happened, oldest first
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,         -- the device's clock, ms since 1970
  kind TEXT NOT NULL,
  detail TEXT NOT NULL         -- JSON
);
PRAGMA application_id = ${0x6d6f_6167};
PRAGMA user_version = 1;
`,
};

export interface StoredIdentity {
  certificate: string;
  privateKey: string;
}

export interface AgentFile {
  load(): { state: DeviceState; now: number } | undefined;
  identity(): StoredIdentity | undefined;
  /** Runs `work` so that all of its writes last, or none. */
  transaction(work: () => void): void;
  saveState(state: DeviceState, now: number): void;
  saveRequestedKey(requestId: string, privateKey: string): void;
  /** The certificate has come for the key of `requestId`; both become the identity. */
  saveIdentity(requestId: string, certificate: string): void;
  eraseIdentity(): void;
  appendEvent(at: number, kind: string, detail: object): void;
  close(): void;
}

/** @throws StoreError (corrupt, in use by another process, not writable, too new) */
export function openAgentFile(path: string): AgentFile {
  const file = openSqliteFile(path, agentLayout);
  const { database } = file;
  const selectDevice = database.prepare<[], { state: string; now: number }>('SELECT state, now FROM device');
  const upsertDevice = database.prepare(
    'INSERT INTO device (id, state, now) VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state, now = excluded.now',
  );
  const selectIdentity = database.prepare<[], StoredIdentity>('SELECT certificate, private_key AS privateKey FROM identity');
  const upsertIdentity = database.prepare(
    'INSERT INTO identity (id, certificate, private_key) VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET certificate = excluded.certificate, private_key = excluded.private_key',
  );
  const selectKey = database.prepare<[string], { privateKey: string }>(
    'SELECT private_key AS privateKey FROM requested_key WHERE request_id = ?',
  );
  const upsertKey = database.prepare('INSERT OR REPLACE INTO requested_key (request_id, private_key) VALUES (?, ?)');
  const deleteKeys = database.prepare('DELETE FROM requested_key');
  const deleteIdentity = database.prepare('DELETE FROM identity');
  const insertEvent = database.prepare('INSERT INTO event (at, kind, detail) VALUES (?, ?, ?)');
  return {
    load() {
      const row = selectDevice.get();
      return row === undefined ? undefined : { state: JSON.parse(row.state) as DeviceState, now: row.now };
    },
    identity: () => selectIdentity.get(),
    transaction: (work) => database.transaction(work).immediate(),
    saveState: (state, now) => void upsertDevice.run(JSON.stringify(state), now),
    saveRequestedKey: (requestId, privateKey) => void upsertKey.run(requestId, privateKey),
    saveIdentity(requestId, certificate) {
      const key = selectKey.get(requestId);
      if (key === undefined) throw new Error(`A certificate came for request ${requestId}, whose key is not in this file.`);
      upsertIdentity.run(certificate, key.privateKey);
      deleteKeys.run();
    },
    eraseIdentity() {
      deleteIdentity.run();
      deleteKeys.run();
    },
    appendEvent: (at, kind, detail) => void insertEvent.run(at, kind, JSON.stringify(detail)),
    close: file.close,
  };
}

/** The same in memory, for fleets whose devices need not outlive the process. What it keeps is the state itself, no copy. */
export function memoryAgentFile(): AgentFile {
  let kept: { state: DeviceState; now: number } | undefined;
  let identity: StoredIdentity | undefined;
  const keys = new Map<string, string>();
  return {
    load: () => kept,
    identity: () => identity,
    transaction: (work) => work(),
    saveState(state, now) {
      kept = { state, now };
    },
    saveRequestedKey: (requestId, privateKey) => void keys.set(requestId, privateKey),
    saveIdentity(requestId, certificate) {
      identity = { certificate, privateKey: keys.get(requestId) ?? '' };
      keys.clear();
    },
    eraseIdentity() {
      identity = undefined;
      keys.clear();
    },
    appendEvent() {},
    close() {},
  };
}
