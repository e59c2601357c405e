/** How SQLite carries out what the store asks of it: nothing reads a table from one end to the other (issue 4: `$filter` does not scan). */
import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { stubLayout } from './sqlite-schema.ts';
import { openSqliteStore } from './sqlite-store.ts';

/** Every statement that the store prepares: it does so at opening, all of them. */
function statements(): string[] {
  const prepare = vi.spyOn(Database.prototype, 'prepare');
  try {
    openSqliteStore(':memory:').close();
    return prepare.mock.calls.map(([sql]) => sql).filter((sql) => /^(SELECT|INSERT|UPDATE|DELETE)/.test(sql));
  } finally {
    prepare.mockRestore();
  }
}

const database = new Database(':memory:');
database.exec(stubLayout.schema);
database.function('fold_case', { deterministic: true }, String);

/** One line for each step: `SEARCH devices USING PRIMARY KEY (id>?)`. */
function plan(sql: string): string[] {
  const names = [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, 1]);
  const values = names.length > 0 ? [Object.fromEntries(names)] : Array.from(sql.matchAll(/\?/g), () => 1);
  return (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[]).map(({ detail }) => detail);
}

const all = statements();
const reading = (part: string) => all.filter((sql) => sql.startsWith('SELECT') && sql.includes(part));

test('no statement of the store scans a table, but for four that go along an index from its beginning, and one at the start', () => {
  expect(all.length).toBeGreaterThan(40);
  const scans = all.flatMap((sql) => plan(sql).filter((step) => step.startsWith('SCAN')));
  // The earliest timer, and how many devices there are of each kind and state (of narrow indexes, which are a fraction of the table).
  // Once, when the core starts: every device's last contact.
  expect(scans.sort()).toEqual([
    'SCAN devices',
    'SCAN devices USING COVERING INDEX devices_by_compliance',
    'SCAN devices USING COVERING INDEX devices_by_kind',
    'SCAN devices USING COVERING INDEX devices_by_management',
    'SCAN timers USING COVERING INDEX timers_next',
  ]);
});

test.each([
  ['userPrincipalName', 'user_key = ? AND id', 'SEARCH devices USING INDEX devices_of_user (user_key=? AND id>?)'],
  ['complianceState', 'compliance_state = ?', 'SEARCH devices USING INDEX devices_by_compliance (compliance_state=? AND id>?)'],
  ['operatingSystem', 'operating_system = ?', 'SEARCH devices USING INDEX devices_by_system (operating_system=? AND id>?)'],
  ['managementState', 'management_state = ?', 'SEARCH devices USING INDEX devices_by_management (management_state=? AND id>?)'],
  ['id, and pages', 'id > ? AND deleted = 0', 'SEARCH devices USING PRIMARY KEY (id>?)'],
])('devices by %s are in the order of their ids without being sorted', (_property, where, expected) => {
  const found = reading(`WHERE ${where}`).filter((sql) => sql.includes('FROM devices'));
  expect(found).toHaveLength(1);
  expect(found.map(plan)).toEqual([[expected]]);
});

test('the phones of a person are read from an index alone', () => {
  const [sql = ''] = reading('SELECT id, platform FROM devices');
  expect(plan(sql)).toEqual(['SEARCH devices USING COVERING INDEX devices_of_user (user_key=?)']);
});

test('tables of devices are sorted and searched by one index alone, and by name without being sorted', () => {
  const prepare = vi.spyOn(Database.prototype, 'prepare');
  const store = openSqliteStore(':memory:');
  prepare.mockClear();
  const where = { kind: 'contains', of: 'model', text: 'x' } as const;
  for (const by of ['deviceName', 'lastSyncAt'] as const) {
    store.deviceIndex?.ids({ where, order: [{ by, descending: false }], skip: 5, limit: 5 });
  }
  store.deviceIndex?.count(where);
  const asked = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();
  store.close();
  const scan = 'SCAN devices USING COVERING INDEX devices_in_short';
  expect(asked.map(plan)).toEqual([[scan], [scan, 'USE TEMP B-TREE FOR ORDER BY'], [scan]]);
});

test('what was sent within an hour is found, and what was before is forgotten, without a look at all of it', () => {
  const [sql = ''] = reading('FROM notification_sends');
  expect(plan(sql)).toEqual(['SEARCH notification_sends USING COVERING INDEX notification_sends_of (device_id=? AND at>?)']);
  const [forgetting = ''] = all.filter((one) => one.startsWith('DELETE FROM notification_sends'));
  expect(plan(forgetting).filter((step) => step.startsWith('SEARCH'))).toEqual([
    'SEARCH notification_sends USING COVERING INDEX notification_sends_at (at<?)',
    'SEARCH notification_sends USING COVERING INDEX notification_sends_at (at>?)',
  ]);
});

test('what comes next of a kind is found, however many other timers there are', () => {
  const [sql = ''] = reading('FROM timers WHERE kind');
  expect(plan(sql)).toEqual(['SEARCH timers USING COVERING INDEX timers_of_kind (kind=? AND (at,device_id)>(?,?))']);
});

test('devices by lastSyncDateTime are found by its index, and only their ids are sorted', () => {
  const [sql = ''] = reading('last_sync_at BETWEEN');
  expect(sql.startsWith('SELECT id FROM')).toBe(true);
  expect(plan(sql)).toEqual([
    'SEARCH devices USING COVERING INDEX devices_by_sync (last_sync_at>? AND last_sync_at<?)',
    'USE TEMP B-TREE FOR ORDER BY',
  ]);
});
