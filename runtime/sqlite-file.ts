/**
 * Opens a state file (a stub's, an agent's), or says with a coded StoreError why not. An existing file is never replaced or emptied.
 *
 * - One process per file: `<path>.lock` is a second, empty database that is held in an exclusive transaction as long as the store is
 *   open. The operating system lets go of it when the process dies, however it dies. The state file itself stays readable for others.
 * - A new file is made whole under another name and then renamed, so a file at `path` always has its tables, and one without is damage.
 * - A file of an earlier version is brought up to date at opening; one of a later version is refused.
 * - The files are for their owner only (0600); SQLite gives `-wal` and `-shm` the mode of the file they belong to.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { StoreError } from './store-error.ts';

/** How long to wait for another process: a stub that is just stopping, or an outside reader or writer. */
const lockWaitMs = 1_000;
const busyWaitMs = 5_000;

/** What a state file of a kind holds, and how it is told from other files. */
export interface SqliteLayout {
  /** SQL that makes the tables, `application_id` and `user_version` included. */
  schema: string;
  schemaVersion: number;
  /** SQL that takes a file from version n to n + 1, for each n below `schemaVersion`. `user_version` is written here. */
  migrations?: Readonly<Record<number, string>>;
  /** What migrations need that SQLite lacks: it folds the case of ASCII letters only. */
  functions?: Readonly<Record<string, (text: string) => string>>;
  applicationId: number;
}

export interface SqliteFile {
  database: Database.Database;
  /** Also gives the lock back. */
  close(): void;
}

export function openSqliteFile(path: string, layout: SqliteLayout): SqliteFile {
  if (path === ':memory:') return openInMemory(layout);
  const lock = takeLock(path);
  try {
    if (!existsSync(path)) createFile(path, layout);
    const database = openExisting(path, layout);
    return {
      database,
      close() {
        database.close();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw openingError(error, path);
  }
}

/** What SQLite reports, as the error of ours that it means; others stay what they are. */
export function asStoreError(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  // Extended codes begin with the primary one: SQLITE_IOERR_WRITE.
  const primary = error.code.split('_').slice(0, 2).join('_');
  if (primary === 'SQLITE_CORRUPT' || primary === 'SQLITE_NOTADB') return damaged(path, error.message, error);
  // Every statement is prepared at opening.
  if (/^no such (table|column)/.test(error.message)) return damaged(path, error.message, error);
  if (primary === 'SQLITE_BUSY' || primary === 'SQLITE_LOCKED') return locked(path, error);
  const isInaccessible = ['SQLITE_CANTOPEN', 'SQLITE_IOERR', 'SQLITE_READONLY', 'SQLITE_FULL', 'SQLITE_PERM'].includes(primary);
  return isInaccessible ? inaccessible(path, error) : error;
}

function openingError(error: unknown, path: string): unknown {
  return error instanceof Error && 'syscall' in error ? inaccessible(path, error) : asStoreError(error, path);
}

function openInMemory({ schema }: SqliteLayout): SqliteFile {
  const database = new Database(':memory:');
  database.exec(schema);
  return { database, close: () => void database.close() };
}

function takeLock(path: string): Database.Database {
  let lock: Database.Database | undefined;
  try {
    createPrivately(`${path}.lock`);
    lock = new Database(`${path}.lock`, { timeout: lockWaitMs });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    throw openingError(error, path);
  }
}

function createFile(path: string, { schema }: SqliteLayout): void {
  if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) {
    throw damaged(path, 'the file is gone, but its log (-wal) is still there');
  }
  const draft = `${path}.new`;
  for (const left of [draft, `${draft}-wal`, `${draft}-shm`]) rmSync(left, { force: true });
  createPrivately(draft);
  const database = new Database(draft);
  try {
    prepareConnection(database);
    database.transaction(() => database.exec(schema))();
  } finally {
    database.close();
  }
  renameSync(draft, path);
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

/** Never opens a file that exists: closing it would drop the locks that this process holds on it (POSIX). */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function openExisting(path: string, { applicationId, schemaVersion, migrations, functions = {} }: SqliteLayout): Database.Database {
  const database = new Database(path, { fileMustExist: true, timeout: busyWaitMs });
  try {
    // First what the file is, before anything is written to it.
    if (database.pragma('application_id', { simple: true }) !== applicationId)
      throw damaged(path, 'not a mockfleet state file of this kind');
    const version = database.pragma('user_version', { simple: true });
    if (typeof version !== 'number' || version < 1) throw damaged(path, `schema version ${version}`);
    if (version > schemaVersion) throw tooNew(path, version, schemaVersion);
    const [finding] = database.pragma('quick_check(1)') as { quick_check: string }[];
    if (finding?.quick_check !== 'ok') throw damaged(path, finding?.quick_check ?? 'check failed');
    prepareConnection(database);
    for (const [name, work] of Object.entries(functions)) database.function(name, { deterministic: true }, work);
    for (let from = version; from < schemaVersion; from++) migrate(database, from, migrations?.[from]);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** One step is one transaction, the version its last write: a file that was cut off in the middle is still whole, and as old as before. */
function migrate(database: Database.Database, from: number, sql: string | undefined): void {
  if (sql === undefined) throw new Error(`no migration from schema version ${from}`);
  database
    .transaction(() => {
      database.exec(sql);
      database.pragma(`user_version = ${from + 1}`);
    })
    .immediate();
}

function prepareConnection(database: Database.Database): void {
  database.pragma('journal_mode = WAL');
  // Said explicitly: better-sqlite3 is built to relax to NORMAL under WAL, which may lose an accepted action with the power.
  database.pragma('synchronous = FULL');
}

function damaged(path: string, finding: string, cause?: unknown): StoreError {
  return new StoreError(
    'store-corrupt',
    path,
    `this state file cannot be used (${finding}). Restore it from a backup; or move it away together with its -wal and -shm files to begin with an empty state, and enrol the devices again.`,
    cause,
  );
}

function locked(path: string, cause: unknown): StoreError {
  return new StoreError('store-locked', path, 'in use by another process. Stop that one, or choose another state folder (--state).', cause);
}

function tooNew(path: string, version: number, schemaVersion: number): StoreError {
  const message = `written by a newer mockfleet (schema ${version}, this one knows ${schemaVersion}). Use that version, or another state folder.`;
  return new StoreError('store-too-new', path, message);
}

function inaccessible(path: string, cause: Error): StoreError {
  const message = `cannot be read or written (${cause.message}). Check that the folder exists, is yours to write to, and has space left.`;
  return new StoreError('store-inaccessible', path, message, cause);
}
