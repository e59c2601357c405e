/**
 * A run in progress, in its folder: what was asked for, and each shard that was lived to its end, so that a run that is stopped, killed or
 * loses its disk goes on from there. A shard counts from the moment at which its row is written, which is after its part was; one that was
 * under way is lived again from its beginning, and comes to the same.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openSqliteFile, type SqliteFile, type SqliteLayout } from '../runtime/sqlite-file.ts';
import { StoreError } from '../runtime/store-error.ts';
import { packageVersion } from './report/package-version.ts';
import { partPath } from './report/run-part.ts';
import type { KeptShards } from './run-options.ts';
import type { StoreKind } from './store-kind.ts';
import type { ShardFound } from './world/found.ts';
import { type Slice, slicesOf } from './world/slice.ts';

/** Everything that decides what the run comes to. */
export interface RunAsked {
  /** The scenario file's text, and how messages call the file. */
  scenarioText: string;
  scenarioFile: string;
  devices: number;
  days: number;
  seed: string;
  everyCheckIn: boolean;
  codec: boolean;
  store: StoreKind;
  /** null: by the size of the fleet. */
  events: boolean | null;
  shards: number;
  /** The command line that repeats it. */
  replay: string;
}

class UnfinishedRunError extends Error {
  override readonly name = 'UnfinishedRunError';
  readonly code: /** Another process lives a run in this folder now. */
    | 'run-in-progress'
    /** There is one already, of which something was lived. */
    | 'run-unfinished'
    | 'nothing-to-resume'
    /** By another version of mockfleet. */
    | 'unfinished-version'
    | 'unfinished-damaged'
    | 'folder-unwritable';
  constructor(code: UnfinishedRunError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

const applicationId = 0x6d6f_7572;

const layout: SqliteLayout = {
  applicationId,
  schemaVersion: 1,
  schema: `
CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE shard (
  number INTEGER PRIMARY KEY,
  found TEXT NOT NULL,         -- JSON of what it came to (world/found.ts)
  part_bytes INTEGER NOT NULL  -- length of its part
);
PRAGMA application_id = ${applicationId};
PRAGMA user_version = 1;
`,
};

/** Below the run's folder. */
const name = 'unfinished';

export class UnfinishedRun implements KeptShards {
  readonly asked: RunAsked;
  /** Folder of the parts. */
  readonly parts: string;
  readonly found: ShardFound[] = [];
  wallMs = 0;
  readonly #file: SqliteFile;

  private constructor(parts: string, file: SqliteFile, asked: RunAsked) {
    this.parts = parts;
    this.#file = file;
    this.asked = asked;
  }

  /** A new one. @param folder of the run; it must exist @throws UnfinishedRunError where there is one of which something was lived */
  static begin(folder: string, asked: RunAsked): UnfinishedRun {
    const parts = join(folder, name);
    const file = openAnew(folder, parts);
    const { database } = file;
    try {
      const lived = database.prepare('SELECT count(*) FROM shard').pluck().get() as number;
      if (lived > 0) throw alreadyThere(folder, lived, database);
      const set = database.prepare('INSERT OR REPLACE INTO run (key, value) VALUES (?, ?)');
      database.transaction(() => {
        set.run('version', packageVersion() ?? 'unknown');
        set.run('asked', JSON.stringify(asked));
        set.run('wall-ms', '0');
      })();
      const run = new UnfinishedRun(parts, file, asked);
      run.#forgetParts();
      return run;
    } catch (error) {
      file.close();
      throw inThisFolder(error, folder);
    }
  }

  /** The one that is there. @throws UnfinishedRunError */
  static resume(folder: string): UnfinishedRun {
    const parts = join(folder, name);
    if (!existsSync(join(parts, 'run.db'))) throw nothingThere(folder);
    let file: SqliteFile | null = null;
    try {
      file = openSqliteFile(join(parts, 'run.db'), layout);
      const run = new UnfinishedRun(parts, file, readAsked(folder, file.database));
      run.#readShards();
      return run;
    } catch (error) {
      file?.close();
      throw inThisFolder(error, folder);
    }
  }

  keep(found: ShardFound, wallMs: number): void {
    const part = partPath(this.parts, found.slice.number);
    // The row must not reach the disk before what it speaks of.
    const descriptor = openSync(part, 'r+');
    fsyncSync(descriptor);
    closeSync(descriptor);
    const { database } = this.#file;
    database.transaction(() => {
      database.prepare('INSERT INTO shard VALUES (?, ?, ?)').run(found.slice.number, JSON.stringify(found), statSync(part).size);
      database.prepare("UPDATE run SET value = ? WHERE key = 'wall-ms'").run(String(wallMs));
    })();
    this.found.push(found);
  }

  /** Neither closed nor removed. */
  get isOpen(): boolean {
    return this.#file.database.open;
  }

  /** It stays for another time; parts of shards that were not lived to their end do not. */
  close(): void {
    this.#forgetParts();
    this.#file.close();
  }

  /** It is over, and its files are written. */
  remove(): void {
    this.#file.close();
    rmSync(this.parts, { recursive: true, force: true });
  }

  /** What is not as it was left is as good as not lived: its shard comes again. */
  #readShards(): void {
    const { database } = this.#file;
    this.wallMs = Number(database.prepare("SELECT value FROM run WHERE key = 'wall-ms'").pluck().get());
    const slices = slicesOf(this.asked.devices, this.asked.shards);
    const rows = database.prepare('SELECT number, found, part_bytes FROM shard ORDER BY number').all() as ShardRow[];
    for (const { number, found, part_bytes } of rows) {
      const slice = slices[number];
      if (slice !== undefined && isWhole(partPath(this.parts, number), part_bytes)) this.found.push(JSON.parse(found) as ShardFound);
      else database.prepare('DELETE FROM shard WHERE number = ?').run(number);
    }
    this.#forgetParts();
  }

  #forgetParts(): void {
    const kept = new Set(this.found.map(({ slice }) => partPath(this.parts, slice.number)));
    for (const entry of readdirSync(this.parts)) {
      const path = join(this.parts, entry);
      if (/^shard-/.test(entry) && !kept.has(path)) rmSync(path, { force: true });
    }
  }
}

interface ShardRow {
  number: Slice['number'];
  found: string;
  part_bytes: number;
}

function isWhole(part: string, bytes: number): boolean {
  if (!existsSync(part) || statSync(part).size !== bytes) return false;
  try {
    const database = new Database(part, { readonly: true });
    try {
      return database.pragma('quick_check(1)', { simple: true }) === 'ok';
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}

/** One that nobody can go on with is in nobody's way. */
function openAnew(folder: string, parts: string): SqliteFile {
  const path = join(parts, 'run.db');
  try {
    if (!existsSync(parts)) mkdirSync(parts);
    try {
      return openSqliteFile(path, layout);
    } catch (error) {
      if (!(error instanceof StoreError) || (error.code !== 'store-corrupt' && error.code !== 'store-too-new')) throw error;
      rmSync(parts, { recursive: true, force: true });
      mkdirSync(parts);
      return openSqliteFile(path, layout);
    }
  } catch (error) {
    throw inThisFolder(error, folder);
  }
}

function readAsked(folder: string, database: Database.Database): RunAsked {
  const read = (key: string) => database.prepare('SELECT value FROM run WHERE key = ?').pluck().get(key) as string | undefined;
  const [version, asked] = [read('version'), read('asked')];
  if (version === undefined || asked === undefined) throw damaged(folder);
  const own = packageVersion() ?? 'unknown';
  if (version !== own) {
    throw new UnfinishedRunError(
      'unfinished-version',
      `The run in ${folder} was begun by mockfleet ${version}; this is ${own}, with which the rest might be lived otherwise. Use that version, or begin anew: ${(JSON.parse(asked) as RunAsked).replay}`,
    );
  }
  return JSON.parse(asked) as RunAsked;
}

function alreadyThere(folder: string, lived: number, database: Database.Database): UnfinishedRunError {
  const { replay, shards } = JSON.parse(database.prepare("SELECT value FROM run WHERE key = 'asked'").pluck().get() as string) as RunAsked;
  return new UnfinishedRunError(
    'run-unfinished',
    `${folder} holds an unfinished run, of which ${lived} of ${shards} shards are lived: ${replay}\nGo on with it (mockfleet run --resume ${folder}), name another folder with --out, or remove ${join(folder, name)}.`,
  );
}

function nothingThere(folder: string): UnfinishedRunError {
  const isFinished = existsSync(join(folder, 'result.json'));
  const found = isFinished ? 'the run in it is finished' : existsSync(folder) ? 'there is no run in it' : 'there is no such folder';
  return new UnfinishedRunError('nothing-to-resume', `Nothing to go on with in ${folder}: ${found}.`);
}

function damaged(folder: string, cause?: unknown): UnfinishedRunError {
  const where = join(folder, name);
  return new UnfinishedRunError(
    'unfinished-damaged',
    `The unfinished run in ${where} is damaged. Remove it, and begin the run anew.`,
    cause,
  );
}

/** What the file says, in the words of a run. */
function inThisFolder(error: unknown, folder: string): unknown {
  if (error instanceof SyntaxError) return damaged(folder, error);
  if (error instanceof StoreError) {
    if (error.code === 'store-locked') {
      const message = `Another mockfleet lives a run in ${folder} at this moment. Wait for it, or name another folder with --out.`;
      return new UnfinishedRunError('run-in-progress', message, error);
    }
    if (error.code !== 'store-inaccessible') return damaged(folder, error);
  }
  if (!(error instanceof StoreError) && !(error instanceof Error && 'syscall' in error)) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new UnfinishedRunError(
    'folder-unwritable',
    `Cannot write to ${folder}: ${why}. Name another folder with --out, or use --no-report.`,
    error,
  );
}
