/**
 * The store of the live stub: one SQLite file, described in sqlite-schema.ts, opened and guarded by sqlite-file.ts.
 * What a transaction wrote is on the disk when it returns (WAL, synchronous = FULL). Records handed out are fresh objects.
 * Ids are ordered as SQLite orders text, which is code-unit order for everything but characters beyond U+FFFF; ids are plain ASCII.
 */
import type { Database } from 'better-sqlite3';
import { asStoreError, openSqliteFile } from '../../runtime/sqlite-file.ts';
import type { CommandRecord, Timer, TimerKind } from '../core/records.ts';
import { deviceVerbs } from './sqlite-devices.ts';
import { directoryVerbs } from './sqlite-directory.ts';
import { mailVerbs, sendVerbs, signInVerbs } from './sqlite-logs.ts';
import {
  type AccessTokenRow,
  type AuditRow,
  accessToken,
  accessTokenRow,
  auditRecord,
  type BypassCodeRow,
  bypassCode,
  bypassCodeRow,
  type CommandRow,
  commandColumns,
  commandRecord,
  commandRow,
  type FindMyRow,
  findMy,
  findMyRow,
  json,
} from './sqlite-rows.ts';
import { stubLayout } from './sqlite-schema.ts';
import { insertion, upsert } from './sqlite-text.ts';
import type {
  AppleStore,
  AuditStore,
  CertificateStore,
  CertificateUse,
  CommandStore,
  EnrollmentStore,
  SettingStore,
  Store,
  TimerStore,
  TokenStore,
} from './store.ts';

/** Rows read at once by a listing: a listing holds no cursor, because better-sqlite3 refuses to write under one. */
const listingRowsMax = 256;

/** `path` is a file in an existing folder (made if absent), or `:memory:`. Throws StoreError. */
export function openSqliteStore(path: string): Store {
  const file = openSqliteFile(path, stubLayout);
  const { database } = file;
  try {
    return {
      ...deviceVerbs(database),
      ...commandVerbs(database),
      ...certificateVerbs(database),
      ...enrollmentVerbs(database),
      ...timerVerbs(database),
      ...auditVerbs(database),
      ...appleVerbs(database),
      ...tokenVerbs(database),
      ...directoryVerbs(database),
      ...mailVerbs(database),
      ...signInVerbs(database),
      ...sendVerbs(database),
      ...settingVerbs(database),
      transaction: transactions(database, path),
      close: file.close,
    };
  } catch (error) {
    // No such table or column.
    file.close();
    throw asStoreError(error, path);
  }
}

/** Whether the transaction is open is asked of SQLite itself: some failures (a full disk) end it without us. */
function transactions(database: Database, path: string): Store['transaction'] {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const rollback = database.prepare('ROLLBACK');
  return (work) => {
    if (database.inTransaction) throw new Error('transactions are not nested');
    try {
      begin.run();
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      if (database.inTransaction) rollback.run();
      throw asStoreError(error, path);
    }
  };
}

function commandVerbs(database: Database): CommandStore {
  // These words are those of the partial index, else SQLite does not use it.
  const open = "status IN ('queued', 'delivered')";
  const select = (where: string) => database.prepare<[string], CommandRow>(`SELECT * FROM commands WHERE ${where}`);
  const byId = select('id = ?');
  const nextOpen = select(`device_id = ? AND ${open} ORDER BY position LIMIT 1`);
  const allOpen = select(`device_id = ? AND ${open} ORDER BY position`);
  const allOf = select('device_id = ? ORDER BY position');
  const insert = database.prepare<CommandRow>(insertion('commands', commandColumns));
  const assignments = commandColumns.map((column) => `${column} = @${column}`).join(', ');
  const update = database.prepare<CommandRow>(`UPDATE commands SET ${assignments} WHERE id = @id`);

  const selectBefore = database.prepare<[number, number], CommandRow & { position: number }>(
    'SELECT * FROM commands WHERE position < ? ORDER BY position DESC LIMIT ?',
  );
  let writes = 0;

  /** As in the listing of devices: nothing is handed out that was read before the latest write. */
  function* newestFirst(): Iterable<CommandRecord> {
    let before = Number.MAX_SAFE_INTEGER;
    for (;;) {
      const writesBefore = writes;
      const rows = selectBefore.all(before, listingRowsMax);
      if (rows.length === 0) return;
      for (const row of rows) {
        if (writes !== writesBefore) break;
        before = row.position;
        yield commandRecord(row);
      }
    }
  }

  return {
    addCommand(record) {
      writes++;
      insert.run(commandRow(record));
    },
    saveCommand(record) {
      writes++;
      if (update.run(commandRow(record)).changes === 0) throw new Error(`no command ${record.id}`);
    },
    command: (id) => first(byId.get(id)),
    nextOpenCommand: (deviceId) => first(nextOpen.get(deviceId)),
    openCommands: (deviceId) => allOpen.all(deviceId).map(commandRecord),
    commandsOf: (deviceId) => allOf.all(deviceId).map(commandRecord),
    allCommands: newestFirst,
  };
}

function first(row: CommandRow | undefined): CommandRecord | undefined {
  return row && commandRecord(row);
}

function certificateVerbs(database: Database): CertificateStore {
  const columns = ['serial_number', 'device_id', 'use', 'not_before', 'not_after'];
  const save = database.prepare<object>(upsert('certificates', 'serial_number', columns));
  const select = database.prepare<[string], { deviceId: string; use: CertificateUse }>(
    'SELECT device_id AS deviceId, use FROM certificates WHERE serial_number = ?',
  );
  return {
    saveCertificate(deviceId, { serialNumber, notBefore, notAfter }, use) {
      save.run({ serial_number: serialNumber, device_id: deviceId, use, not_before: notBefore, not_after: notAfter });
    },
    certificate: (serialNumber) => select.get(serialNumber),
  };
}

function enrollmentVerbs(database: Database): EnrollmentStore {
  const save = database.prepare<object>(upsert('enrollments', 'request_id', ['request_id', 'device_id']));
  const select = database.prepare<[string], { deviceId: string }>('SELECT device_id AS deviceId FROM enrollments WHERE request_id = ?');
  return {
    saveEnrollment: (requestId, deviceId) => void save.run({ request_id: requestId, device_id: deviceId }),
    enrolledDevice: (requestId) => select.get(requestId)?.deviceId,
  };
}

function timerVerbs(database: Database): TimerStore {
  const set = database.prepare<[string, string, number]>(
    'INSERT INTO timers (device_id, kind, at) VALUES (?, ?, ?) ON CONFLICT (device_id, kind) DO UPDATE SET at = excluded.at',
  );
  const clear = database.prepare<[string, string]>('DELETE FROM timers WHERE device_id = ? AND kind = ?');
  const setValidity = database.prepare<[number]>(
    "INSERT INTO timers (device_id, kind, at) SELECT id, 'validity', last_sync_at + ? FROM devices WHERE deleted = 0 ON CONFLICT (device_id, kind) DO UPDATE SET at = excluded.at",
  );
  const next = database.prepare<[], Timer>('SELECT at, device_id AS deviceId, kind FROM timers ORDER BY at, device_id, kind LIMIT 1');
  const ofKind = database.prepare<[string, number, string, number], Timer>(
    'SELECT at, device_id AS deviceId, kind FROM timers WHERE kind = ? AND (at, device_id) > (?, ?) ORDER BY at, device_id LIMIT ?',
  );

  function* timersOf(kind: TimerKind, from: number): Iterable<Timer> {
    // No id is before the empty one.
    let last = { at: from, deviceId: '' };
    for (;;) {
      const timers = ofKind.all(kind, last.at, last.deviceId, listingRowsMax);
      yield* timers;
      if (timers.length < listingRowsMax) return;
      last = timers.at(-1) ?? last;
    }
  }

  return {
    setTimer(deviceId, kind, at) {
      if (at === null) clear.run(deviceId, kind);
      else set.run(deviceId, kind, at);
    },
    setValidityTimers: (afterMs) => void setValidity.run(afterMs),
    nextTimer: () => next.get(),
    timersOf,
  };
}

function auditVerbs(database: Database): AuditStore {
  const insert = database.prepare<object>(
    insertion('audits', ['id', 'at', 'actor', 'actor_type', 'actor_id', 'activity', 'device_id', 'device_name', 'resource']),
  );
  const selectBefore = database.prepare<[number, number], AuditRow>(
    'SELECT * FROM audits WHERE position < ? ORDER BY position DESC LIMIT ?',
  );

  function* newestFirst() {
    let before = Number.MAX_SAFE_INTEGER;
    for (;;) {
      const rows = selectBefore.all(before, listingRowsMax);
      if (rows.length === 0) return;
      for (const row of rows) {
        before = row.position;
        yield auditRecord(row);
      }
    }
  }

  return {
    appendAudit({ id, at, actor, actorType, actorId, activity, deviceId, deviceName, resource }) {
      insert.run({
        id,
        at,
        actor,
        actor_type: actorType,
        actor_id: actorId,
        activity,
        device_id: deviceId,
        device_name: deviceName,
        resource: json(resource),
      });
    },
    audits: newestFirst,
  };
}

function appleVerbs(database: Database): AppleStore {
  const saveCode = database.prepare<BypassCodeRow>(
    upsert('bypass_codes', 'serial_number', ['serial_number', 'code', 'expires_at', 'shown']),
  );
  const selectCode = database.prepare<[string], BypassCodeRow>('SELECT * FROM bypass_codes WHERE serial_number = ?');
  const save = database.prepare<FindMyRow>(upsert('find_my', 'serial_number', ['serial_number', 'owner', 'password_hash']));
  const clear = database.prepare<[string]>('DELETE FROM find_my WHERE serial_number = ?');
  const select = database.prepare<[string], FindMyRow>('SELECT * FROM find_my WHERE serial_number = ?');
  return {
    bypassCode(serialNumber) {
      const row = selectCode.get(serialNumber);
      return row && bypassCode(row);
    },
    saveBypassCode: (code) => void saveCode.run(bypassCodeRow(code)),
    findMy(serialNumber) {
      const row = select.get(serialNumber);
      return row && findMy(row);
    },
    saveFindMy(serialNumber, record) {
      if (record === null) clear.run(serialNumber);
      else save.run(findMyRow(record));
    },
  };
}

function tokenVerbs(database: Database): TokenStore {
  const save = database.prepare<AccessTokenRow>(
    `${insertion('access_tokens', ['token', 'user_principal_name', 'app', 'device_id', 'platform', 'outcome'])} ON CONFLICT (token) DO NOTHING`,
  );
  const select = database.prepare<[string], AccessTokenRow>('SELECT * FROM access_tokens WHERE token = ?');
  const saveOutcome = database.prepare<[string | null, string]>('UPDATE access_tokens SET outcome = ? WHERE token = ?');
  return {
    accessToken(token) {
      const row = select.get(token);
      return row && accessToken(row);
    },
    saveAccessToken: (token) => void save.run(accessTokenRow(token)),
    saveTokenOutcome: (token, outcome) => void saveOutcome.run(outcome, token),
  };
}

function settingVerbs(database: Database): SettingStore {
  const save = database.prepare<[string, string]>(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const select = database.prepare<[string], { value: string }>('SELECT value FROM settings WHERE name = ?');
  return {
    setting: (name) => select.get(name)?.value,
    saveSetting: (name, value) => void save.run(name, value),
  };
}
