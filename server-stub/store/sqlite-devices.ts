/**
 * Devices in SQLite. A listing is in the order of the ids whatever it is looked up by, and reads the rows it hands out and hardly more:
 * one value of an indexed column is one stretch of its index (which goes on by id); several values are as many stretches, merged by id;
 * a span of time is in the order of its instants, so its ids are sorted first and the rows are then read one by one.
 *
 * A listing holds no cursor, because better-sqlite3 refuses to write under one: it reads ahead, the more the longer it goes on, and
 * what it has read before a write it reads again, because the caller may save what it gets.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { Platform } from '../../protocol/platforms.ts';
import { type DeviceRecord, isVisible } from '../core/records.ts';
import { satisfies, wantedTexts } from './device-condition.ts';
import { deviceIndex } from './sqlite-device-index.ts';
import { type DeviceRow, type DeviceValues, deviceColumns, deviceRecord, deviceRow, recordColumns } from './sqlite-rows.ts';
import { upsert } from './sqlite-text.ts';
import type { DeviceCondition, DeviceStore } from './store.ts';

type DeviceCount = ReturnType<DeviceStore['deviceCounts']>[number];
type ManagementCount = ReturnType<DeviceStore['managementCounts']>[number];
type ComplianceCount = ReturnType<DeviceStore['complianceCounts']>[number];
type TextCondition = Exclude<DeviceCondition, { property: 'lastSyncAt' }>;

/** Rows read at once, in the first step and at most. */
const rowsMin = 32;
const rowsMax = 128;
/** Ids are small: of a span, each step reads four times as many, so that its index is gone through few times. */
const idsMin = 1024;

const columns = recordColumns.join(', ');
const visible = 'deleted = 0 AND hidden = 0';

/** The column and the index by which a property is looked up. */
const lookups: Record<Exclude<TextCondition['property'], 'id'>, { column: string; index: string }> = {
  userPrincipalName: { column: 'user_key', index: 'devices_of_user' },
  complianceState: { column: 'compliance_state', index: 'devices_by_compliance' },
  operatingSystem: { column: 'operating_system', index: 'devices_by_system' },
  managementState: { column: 'management_state', index: 'devices_by_management' },
};

/** The next rows after an id, at most so many. */
type Read = (afterId: string, limit: number) => DeviceValues[];

export function deviceVerbs(database: Database): DeviceStore {
  const select = database.prepare<[string], DeviceValues>(`SELECT ${columns} FROM devices WHERE id = ?`).raw();
  const selectAfter = database
    .prepare<[string, number], DeviceValues>(`SELECT ${columns} FROM devices WHERE id > ? AND ${visible} ORDER BY id LIMIT ?`)
    .raw();
  // Named, so that a plan without the index is an error at opening and not a slow answer.
  const selectBy = mapped(lookups, ({ column, index }) =>
    database
      .prepare<[string, string, number], DeviceValues>(
        `SELECT ${columns} FROM devices INDEXED BY ${index} WHERE ${column} = ? AND id > ? AND ${visible} ORDER BY id LIMIT ?`,
      )
      .raw(),
  );
  const selectSpan = database.prepare<[number, number, string, number], { id: string }>(
    `SELECT id FROM devices INDEXED BY devices_by_sync WHERE last_sync_at BETWEEN ? AND ? AND id > ? AND ${visible} ORDER BY id LIMIT ?`,
  );
  const selectIdsOf = database.prepare<[string], { id: string; platform: Platform }>(
    `SELECT id, platform FROM devices INDEXED BY devices_of_user WHERE user_key = ? AND ${visible}`,
  );
  const save = database.prepare<DeviceRow>(upsert('devices', 'id', deviceColumns));
  const touch = database.prepare<[number, string]>('UPDATE devices SET last_sync_at = ? WHERE id = ?');
  const removals = ['devices WHERE id', 'timers WHERE device_id', 'certificates WHERE device_id', 'enrollments WHERE device_id'].map(
    (place) => database.prepare<[string]>(`DELETE FROM ${place} = ?`),
  );
  // Atomic inside a transaction (where it is a savepoint) and outside of one.
  const removeAll = database.transaction((id: string) => {
    for (const removal of removals) removal.run(id);
  });
  const counts = database.prepare<[], DeviceCount>(
    `SELECT platform, enrollment_type AS enrollment, count(*) AS count FROM devices INDEXED BY devices_by_kind WHERE ${visible} GROUP BY platform, enrollment_type`,
  );
  const states = database.prepare<[], ComplianceCount>(
    `SELECT compliance_state AS state, count(*) AS count FROM devices INDEXED BY devices_by_compliance WHERE ${visible} GROUP BY compliance_state`,
  );
  const managementStates = database.prepare<[], ManagementCount>(
    `SELECT management_state AS state, count(*) AS count FROM devices INDEXED BY devices_by_management WHERE ${visible} GROUP BY management_state`,
  );
  let writes = 0;

  /** Never hands out a row that was read before the latest write. */
  function* listing(afterId: string | null, rowsAfter: (afterId: string) => Iterable<DeviceValues>): Iterable<DeviceRecord> {
    let last = afterId ?? '';
    for (let isWhole = false; !isWhole; ) {
      const writesBefore = writes;
      isWhole = true;
      for (const row of rowsAfter(last)) {
        isWhole = writes === writesBefore;
        if (!isWhole) break;
        last = row[0];
        yield deviceRecord(row);
      }
      // A write after the last row: there may be more now.
      if (writes !== writesBefore) isWhole = false;
    }
  }

  /** Ids first, each row when its turn comes: so it is never out of date. */
  function* oneByOne(ids: Iterable<string>, holds: (record: DeviceRecord) => boolean): Iterable<DeviceRecord> {
    for (const id of ids) {
      const row = select.get(id);
      const record = row && deviceRecord(row);
      if (record !== undefined && isVisible(record) && holds(record)) yield record;
    }
  }

  function* idsOfSpan(afterId: string | null, from: number, until: number): Iterable<string> {
    let last = afterId ?? '';
    for (let limit = idsMin; ; limit *= 4) {
      const rows = selectSpan.all(from, until, last, limit);
      for (const { id } of rows) yield id;
      if (rows.length < limit) return;
      last = rows.at(-1)?.id ?? last;
    }
  }

  function devicesAfter(afterId: string | null, where?: DeviceCondition): Iterable<DeviceRecord> {
    if (where === undefined) return listing(afterId, (last) => readAhead(last, (id, limit) => selectAfter.all(id, limit)));
    if (where.property === 'lastSyncAt') return oneByOne(idsOfSpan(afterId, where.from, where.until), satisfies(where));
    const wanted = wantedTexts(where);
    if (where.property === 'id') {
      return oneByOne(
        wanted.filter((id) => afterId === null || id > afterId),
        () => true,
      );
    }
    const statement = selectBy[where.property];
    const reads = wanted.map(
      (value): Read =>
        (id, limit) =>
          statement.all(value, id, limit),
    );
    return listing(afterId, (last) => merged(reads.map((read) => readAhead(last, read))));
  }

  return {
    device(id) {
      const row = select.get(id);
      return row && deviceRecord(row);
    },
    saveDevice(record) {
      writes++;
      save.run(deviceRow(record));
    },
    touchDevice(id, lastSyncAt) {
      writes++;
      touch.run(lastSyncAt, id);
    },
    removeDevice(id) {
      writes++;
      removeAll(id);
    },
    devicesAfter,
    deviceIdsOf: (names, platforms) =>
      [...new Set(names)]
        .flatMap((name) => selectIdsOf.all(name))
        .flatMap(({ id, platform }) => (platforms.includes(platform) ? [id] : []))
        .sort(),
    deviceCounts: () => counts.all(),
    complianceCounts: () => states.all(),
    managementCounts: () => managementStates.all(),
    deviceIndex: deviceIndex(database),
  };
}

function mapped<Key extends string, From>(of: Record<Key, From>, make: (value: From) => Statement<[string, string, number], DeviceValues>) {
  const entries = Object.entries<From>(of).map(([key, value]) => [key, make(value)]);
  return Object.fromEntries(entries) as Record<Key, Statement<[string, string, number], DeviceValues>>;
}

/** All rows after an id, a few at first. */
function* readAhead(afterId: string, read: Read): Generator<DeviceValues, void, void> {
  let last = afterId;
  for (let limit = rowsMin; ; limit = Math.min(2 * limit, rowsMax)) {
    const rows = read(last, limit);
    yield* rows;
    if (rows.length < limit) return;
    last = rows.at(-1)?.[0] ?? last;
  }
}

interface Run {
  row: DeviceValues;
  rest: Generator<DeviceValues, void, void>;
}

/** Runs of rows, each in the order of its ids, as one; no row is in two of them. */
function* merged(runs: readonly Generator<DeviceValues, void, void>[]): Iterable<DeviceValues> {
  // The run whose turn is next stands last.
  const open: Run[] = [];
  const enter = (rest: Run['rest']) => {
    const next = rest.next();
    if (next.done !== true) open.splice(placeFor(open, next.value[0]), 0, { row: next.value, rest });
  };
  for (const run of runs) enter(run);
  for (let run = open.pop(); run !== undefined; run = open.pop()) {
    yield run.row;
    enter(run.rest);
  }
}

/** How many runs come after this id. */
function placeFor(open: readonly Run[], id: string): number {
  let low = 0;
  let high = open.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((open[middle] as Run).row[0] > id) low = middle + 1;
    else high = middle;
  }
  return low;
}
