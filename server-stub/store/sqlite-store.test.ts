import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqliteFile } from '../../runtime/sqlite-file.ts';
import { StoreError, type StoreErrorCode } from '../../runtime/store-error.ts';
import { newUser } from '../core/people.ts';
import { notEvaluated } from '../core/policy-records.ts';
import { ids, sampleAudit, sampleCommand, sampleDevice, sampleInformation } from './sample-records.fixture.ts';
import { stubLayout } from './sqlite-schema.ts';
import { schemaOfVersion1 } from './sqlite-schema-1.fixture.ts';
import { schemaOfVersion2 } from './sqlite-schema-2.fixture.ts';
import { schemaOfVersion3 } from './sqlite-schema-3.fixture.ts';
import { schemaOfVersion4 } from './sqlite-schema-4.fixture.ts';
import { schemaOfVersion5 } from './sqlite-schema-5.fixture.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { storeContract } from './store.contract.ts';
import type { DeviceCondition, Store } from './store.ts';

storeContract('SQLite in memory', () => openSqliteStore(':memory:'));

let folder: string;
let path: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mockfleet-store-'));
  path = join(folder, 'stub.sqlite');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

storeContract('SQLite in a file', () => openSqliteStore(path));

/** Opening fails with this code, a message that names the file, and the file untouched. */
function expectRefusal(code: StoreErrorCode, hint: RegExp): void {
  const before = existsSync(path) ? readFileSync(path) : undefined;
  let caught: unknown;
  try {
    openSqliteStore(path).close();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(StoreError);
  expect(caught).toMatchObject({ code, path });
  expect((caught as StoreError).message).toContain(path);
  expect((caught as StoreError).message).toMatch(hint);
  expect(existsSync(path) ? readFileSync(path) : undefined).toEqual(before);
}

function fillStore(devices: number): void {
  const store = openSqliteStore(path);
  store.transaction(() => {
    for (let number = 0; number < devices; number++) store.saveDevice(sampleDevice(`d${number}`));
  });
  store.close();
}

function startChild(...rest: string[]): { child: ChildProcess; lines: AsyncIterable<string> } {
  const script = fileURLToPath(new URL('./commit-loop.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, path, ...rest], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return { child, lines: createInterface({ input: child.stdout }) };
}

describe('what lasts', () => {
  test('a store that is opened again has everything', () => {
    const store = openSqliteStore(path);
    store.saveDevice(sampleDevice('d1', { nextCertificate: { serialNumber: '0B', notBefore: 1, notAfter: 2 } }));
    store.addCommand(sampleCommand('c1', 'd1'));
    store.saveCertificate('d1', { serialNumber: '0A', notBefore: 1, notAfter: 2 }, 'current');
    store.saveEnrollment('r1', 'd1');
    store.setTimer('d1', 'expiry', 7);
    store.appendAudit(sampleAudit('a1'));
    store.saveSetting('policy', 'strict');
    store.close();
    const again = openSqliteStore(path);
    expect(again.device('d1')).toEqual(sampleDevice('d1', { nextCertificate: { serialNumber: '0B', notBefore: 1, notAfter: 2 } }));
    expect(again.openCommands('d1')).toEqual([sampleCommand('c1', 'd1')]);
    expect(again.certificate('0A')).toEqual({ deviceId: 'd1', use: 'current' });
    expect(again.enrolledDevice('r1')).toBe('d1');
    expect(again.nextTimer()).toEqual({ at: 7, deviceId: 'd1', kind: 'expiry' });
    expect([...again.audits()]).toEqual([sampleAudit('a1')]);
    expect(again.setting('policy')).toBe('strict');
    again.close();
  });

  test('a transaction that throws leaves nothing', () => {
    const store = openSqliteStore(path);
    store.saveDevice(sampleDevice('d1'));
    store.setTimer('d1', 'push', 1);
    const adele = newUser('adele@example.com', 5);
    store.saveEntry('user', adele);
    const work = () => {
      store.saveDevice(sampleDevice('d2'));
      store.removeDevice('d1');
      store.addCommand(sampleCommand('c1', 'd1'));
      store.saveEntry('user', { ...adele, displayName: 'Ada' });
      expect(store.entryNamed('user', 'adele@example.com')?.displayName).toBe('Ada');
      throw new Error('ours');
    };
    expect(() => store.transaction(work)).toThrow('ours');
    expect(store.entryNamed('user', 'adele@example.com')?.displayName).toBe('Adele');
    expect(ids(store.devicesAfter(null))).toEqual(['d1']);
    expect(store.nextTimer()).toEqual({ at: 1, deviceId: 'd1', kind: 'push' });
    expect(store.command('c1')).toBeUndefined();
    store.close();
  });

  test.each([1, 40, 250])('a process killed after %i commits: all that it reported is there, nothing by halves', async (commits) => {
    const { child, lines } = startChild();
    let reported = 0;
    for await (const line of lines) {
      reported = Number(line);
      if (reported === commits) child.kill('SIGKILL');
    }
    expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGKILL');
    const store = openSqliteStore(path);
    const stored = ids(store.devicesAfter(null));
    expect(stored.length).toBeGreaterThanOrEqual(reported);
    expect(stored).toEqual(stored.map((_, index) => String(index + 1).padStart(8, '0')));
    expect(ids(store.audits())).toEqual(stored.map((id) => `a${id}`).toReversed());
    expect(stored.map((id) => store.nextOpenCommand(id)?.id)).toEqual(stored.map((id) => `c${id}`));
    expect(store.setting('last')).toBe(stored.at(-1));
    const timers: number[] = [];
    for (let timer = store.nextTimer(); timer !== undefined; timer = store.nextTimer()) {
      timers.push(timer.at);
      store.setTimer(timer.deviceId, timer.kind, null);
    }
    expect(timers).toEqual(stored.map(Number));
    store.close();
  });
});

describe('one stub per file', () => {
  test('a second process is refused; a reader is not; a killed process holds nothing', async () => {
    fillStore(3);
    const { child, lines } = startChild('hold');
    for await (const _ of lines) break;
    expectRefusal('store-locked', /another process/);
    const reader = new Database(path, { readonly: true });
    expect(reader.prepare('SELECT count(*) FROM devices').pluck().get()).toBe(3);
    reader.close();
    child.kill('SIGKILL');
    await once(child, 'exit');
    openSqliteStore(path).close();
  });

  test('a second store in the same process is refused too, and its attempt does not free the lock for others', async () => {
    const store = openSqliteStore(path);
    expectRefusal('store-locked', /another process/);
    const { lines } = startChild('try');
    const said: string[] = [];
    for await (const line of lines) said.push(line);
    expect(said).toEqual(['store-locked']);
    store.close();
    openSqliteStore(path).close();
  });

  test('a reader sees what was committed while the store is open, and writes nothing', () => {
    const store = openSqliteStore(path);
    const reader = new Database(path, { readonly: true });
    for (const name of ['d1', 'd2']) {
      store.saveDevice(sampleDevice(name));
      expect(reader.prepare('SELECT max(id) FROM devices').pluck().get()).toBe(name);
    }
    reader.close();
    store.close();
  });

  test('a commit waits for the disk', () => {
    const file = openSqliteFile(path, stubLayout);
    expect(file.database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(file.database.pragma('synchronous', { simple: true })).toBe(2);
    file.close();
  });

  test('the files are for their owner only', () => {
    const store = openSqliteStore(path);
    store.saveSetting('a', 'b');
    for (const suffix of ['', '-wal', '-shm', '.lock']) expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
    store.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });
});

describe('a file of an earlier version', () => {
  /** As version 1 wrote it: one device, one command, two audit entries. */
  function writeVersion1(): void {
    const old = new Database(path);
    old.pragma('journal_mode = WAL');
    old.exec(schemaOfVersion1);
    old.exec(`
      INSERT INTO devices VALUES ('d1', 'juergen@example.com', 'ios', 'device', 'SN-d1', 'iPhone von Jürgen 📱', 'juergen_IPhone_d1', 'Apple',
        'iPhone 15', '18.1', 'managed', 'unknown', 1700000000000, 1700000000001, '0Ad1', 1700000000000, 1731536000000, NULL, 0, NULL, 0);
      INSERT INTO commands VALUES (1, 'c1', 'd1', 'wipe', '{"type":"wipe","parameters":{"keepUserData":true,"macOsUnlockCode":"123456"}}',
        'queued', 'admin@example.com', 1700000000000, NULL, NULL, 0, NULL);
      INSERT INTO audits VALUES (1, 'a1', 1700000000000, 'admin@example.com', 'wipe ManagedDevice', 'd1', 'iPhone von Jürgen 📱');
      INSERT INTO audits VALUES (2, 'a2', 1700000000000, 'Microsoft Intune', 'delete ManagedDevice', 'd1', 'iPhone von Jürgen 📱');
      INSERT INTO timers VALUES ('d1', 'expiry', 7);`);
    old.close();
  }
  const version = () => {
    const database = new Database(path, { readonly: true });
    const number = database.pragma('user_version', { simple: true });
    database.close();
    return number;
  };
  function expectRows(store: Store): void {
    expect(store.device('d1')).toEqual(sampleDevice('d1'));
    const { inventory } = sampleDevice('d1');
    const named = { deviceName: inventory.deviceName, deviceOwner: inventory.userPrincipalName };
    expect([...store.allCommands()]).toEqual([sampleCommand('c1', 'd1', named)]);
    expect([...store.audits()].map(({ id, actorType }) => [id, actorType])).toEqual([
      ['a2', 'service'],
      ['a1', 'user'],
    ]);
    expect(store.nextTimer()).toEqual({ at: 7, deviceId: 'd1', kind: 'expiry' });
  }

  test('opens with all its rows, takes the new ones, and is migrated once', () => {
    writeVersion1();
    const store = openSqliteStore(path);
    expectRows(store);
    store.saveDevice(sampleDevice('d2', { information: sampleInformation }));
    store.saveFindMy('SN-d2', { serialNumber: 'SN-d2', owner: 'adele', passwordHash: '00' });
    store.close();
    expect(version()).toBe(stubLayout.schemaVersion);
    const again = openSqliteStore(path);
    expectRows(again);
    expect(again.device('d2')?.information).toEqual(sampleInformation);
    expect(again.findMy('SN-d2')?.owner).toBe('adele');
    again.close();
  });

  test('a file of version 2 is migrated: names in any script are found in any case, devices by their system', () => {
    const old = new Database(path);
    old.pragma('journal_mode = WAL');
    old.exec(schemaOfVersion2);
    const columns =
      'management_state, compliance_state, enrolled_at, last_sync_at, certificate_serial_number, certificate_not_before, certificate_not_after';
    const insert = old.prepare(
      `INSERT INTO devices (id, user_principal_name, platform, enrollment_type, serial_number, device_name, managed_device_name, manufacturer,
        model, os_version, ${columns}, deleted, command_count)
        VALUES (?, ?, ?, 'device', 'SN', 'phone', 'name', 'maker', ?, '18.1', 'managed', 'compliant', 1, 2, '0A', 3, 4, 0, 0)`,
    );
    insert.run('d1', 'ÅSA@example.com', 'ios', 'iPad Air');
    insert.run('d2', 'jürgen@EXAMPLE.com', 'ios', 'iPhone 15');
    insert.run('d3', '', 'windows', 'Surface');
    old.exec(`
      INSERT INTO commands (id, device_id, action, command, status, initiated_by, requested_at, deliveries)
        VALUES ('c1', 'd1', 'wipe', '{"type":"wipe","parameters":{}}', 'queued', 'admin@example.com', 5, 0);
      INSERT INTO audits (id, at, actor, activity, device_id, device_name) VALUES ('a1', 5, 'admin@example.com', 'wipe ManagedDevice', 'd1', 'phone');`);
    old.close();
    const store = openSqliteStore(path);
    const found = (condition: DeviceCondition) => ids(store.devicesAfter(null, condition));
    expect(found({ property: 'userPrincipalName', oneOf: ['åsa@EXAMPLE.com'] })).toEqual(['d1']);
    expect(found({ property: 'userPrincipalName', oneOf: ['JÜRGEN@example.com', ''] })).toEqual(['d2', 'd3']);
    expect(found({ property: 'operatingSystem', oneOf: ['iPadOS'] })).toEqual(['d1']);
    expect(found({ property: 'operatingSystem', oneOf: ['iOS', 'Windows', 'macOS'] })).toEqual(['d2', 'd3']);
    expect(store.device('d1')).toMatchObject({ notes: null, owner: null, hidden: false });
    expect(store.command('c1')).toMatchObject({ bulkId: null });
    expect([...store.audits()]).toMatchObject([{ actorId: null, resource: null }]);
    store.close();
    expect(version()).toBe(stubLayout.schemaVersion);
  });

  test('a file of version 3 is migrated: devices are to be judged and watched, and mails count as sent', () => {
    const old = new Database(path);
    old.pragma('journal_mode = WAL');
    old.exec(schemaOfVersion3);
    const insert = old.prepare(
      `INSERT INTO devices (id, user_principal_name, platform, enrollment_type, serial_number, device_name, managed_device_name, manufacturer,
        model, os_version, management_state, compliance_state, enrolled_at, last_sync_at, certificate_serial_number, certificate_not_before,
        certificate_not_after, deleted, command_count)
        VALUES (?, 'adele@example.com', 'ios', 'device', 'SN', 'phone', 'name', 'Apple', 'iPhone 15', '18.1', 'managed', 'unknown', 1, ?, '0A', 3, 4, ?, 0)`,
    );
    insert.run('d1', 1_700_000_000_000, 0);
    insert.run('d2', 1_600_000_000_000, 1);
    const mail = {
      id: 'm1',
      at: 5,
      from: 'admin@example.com',
      to: ['a@example.com'],
      cc: [],
      bcc: [],
      subject: 's',
      contentType: 'text',
      body: 'b',
    };
    old.prepare('INSERT INTO mails (id, at, record) VALUES (?, ?, ?)').run('m1', 5, JSON.stringify(mail));
    old.exec("INSERT INTO access_tokens VALUES ('t1', 'adele@example.com', 'outlook', 'd1')");
    old.close();
    const store = openSqliteStore(path);
    expect(store.device('d1')).toMatchObject({ complianceState: 'unknown', compliance: notEvaluated, access: {}, notices: [] });
    // 30 days after its latest check-in; nobody waits for a deleted one.
    expect(store.nextTimer()).toEqual({ at: 1_702_592_000_000, deviceId: 'd1', kind: 'validity' });
    store.setTimer('d1', 'validity', null);
    expect(store.nextTimer()).toBeUndefined();
    expect([...store.mails()]).toEqual([
      {
        ...mail,
        messageId: 'm1@mockfleet.example',
        queuedAt: 5,
        state: 'sent',
        attempts: 1,
        nextAttemptAt: null,
        pending: [],
        refused: [],
        finishedAt: 5,
        error: null,
      },
    ]);
    expect(store.mail('m1')?.state).toBe('sent');
    expect(store.accessToken('t1')).toMatchObject({ app: 'outlook', platform: null, outcome: null });
    store.close();
    expect(version()).toBe(stubLayout.schemaVersion);
  });

  test('a file of version 4 is migrated: nothing was sent yet, and the phones of a person are found', () => {
    const old = new Database(path);
    old.pragma('journal_mode = WAL');
    old.exec(schemaOfVersion4);
    const insert = old.prepare(
      `INSERT INTO devices (id, user_principal_name, user_key, platform, enrollment_type, serial_number, device_name, managed_device_name,
        manufacturer, model, os_version, management_state, compliance_state, enrolled_at, last_sync_at, certificate_serial_number,
        certificate_not_before, certificate_not_after, deleted, command_count)
        VALUES (?, 'Adele@example.com', 'adele@example.com', ?, 'device', 'SN', 'phone', 'name', 'maker', 'model', '18.1', 'managed', 'unknown',
        1, 2, '0A', 3, 4, 0, 7)`,
    );
    insert.run('d1', 'ios');
    insert.run('d2', 'macos');
    old.close();
    const store = openSqliteStore(path);
    expect(store.deviceIdsOf(['adele@example.com'], ['ios', 'android'])).toEqual(['d1']);
    expect(store.sendsAfter('d1', 0)).toEqual([]);
    store.addSend('d1', 5);
    store.close();
    expect(version()).toBe(stubLayout.schemaVersion);
    const again = openSqliteStore(path);
    expect(again.sendsAfter('d1', 0)).toEqual([5]);
    expect(again.device('d1')?.commandCount).toBe(7);
    again.close();
  });

  test('a file of version 5 is migrated: devices are found by the names and certificates that they have now', () => {
    const old = new Database(path);
    old.pragma('journal_mode = WAL');
    old.exec(schemaOfVersion5);
    const insert = old.prepare(
      `INSERT INTO devices (id, user_principal_name, platform, enrollment_type, serial_number, device_name, managed_device_name, manufacturer,
        model, os_version, management_state, compliance_state, enrolled_at, last_sync_at, certificate_serial_number, certificate_not_before,
        certificate_not_after, deleted, command_count, information, next_certificate)
        VALUES (?, '', 'ios', 'device', 'SN', 'Ärger', 'name', 'maker', 'model', '18.1', 'managed', 'unknown', 1, 2, '0A', 3, 4, 0, 7, ?, ?)`,
    );
    insert.run('d1', null, null);
    insert.run('d2', '{"deviceName":"ÖL"}', '{"serialNumber":"0B","notBefore":5,"notAfter":6}');
    old.close();
    const store = openSqliteStore(path);
    const named = (text: string) => ({ kind: 'equal', of: 'deviceName', oneOf: [text] }) as const;
    expect([store.deviceIndex?.count(named('ärger')), store.deviceIndex?.count(named('öl'))]).toEqual([1, 1]);
    const order = [{ by: 'certificateEnd', descending: true }] as const;
    expect(store.deviceIndex?.ids({ where: null, order, skip: 0, limit: 9 })).toEqual(['d2', 'd1']);
    store.close();
  });

  test.each([
    [1, schemaOfVersion1],
    [2, schemaOfVersion2],
    [3, schemaOfVersion3],
    [4, schemaOfVersion4],
    [5, schemaOfVersion5],
  ])('a file of version %i has the tables and indexes of a new file afterwards', (_version, schema) => {
    const indexes = () => {
      const database = new Database(path, { readonly: true });
      const found = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' ORDER BY name").all();
      database.close();
      return found;
    };
    const old = new Database(path);
    old.pragma('journal_mode = WAL');
    old.exec(schema);
    old.close();
    openSqliteStore(path).close();
    const migrated = indexes();
    path = join(folder, 'new.sqlite');
    openSqliteStore(path).close();
    expect(migrated).toEqual(indexes());
  });

  test('has the tables of a new file afterwards', () => {
    const shape = () => {
      const database = new Database(path, { readonly: true });
      const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all() as string[];
      // How a column is called, its type, whether it may be null, its default, and its place in the key.
      const found = tables.map((table) => [table, database.pragma(`table_info(${table})`)]);
      database.close();
      return found;
    };
    writeVersion1();
    openSqliteStore(path).close();
    const migrated = shape();
    path = join(folder, 'new.sqlite');
    openSqliteStore(path).close();
    expect(migrated).toEqual(shape());
  });

  test('is as old as before when the migration fails in the middle', () => {
    writeVersion1();
    const layout = { ...stubLayout, migrations: { 1: `${stubLayout.migrations?.[1]} INSERT INTO nowhere VALUES (1);` } };
    expect(() => openSqliteFile(path, layout)).toThrow(/nowhere/);
    expect(version()).toBe(1);
    const store = openSqliteStore(path);
    expectRows(store);
    store.close();
  });

  test('is as old as before when the process is killed in the middle', async () => {
    writeVersion1();
    const { child, lines } = startChild('migrate-and-hold');
    for await (const _ of lines) break;
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(version()).toBe(1);
    const store = openSqliteStore(path);
    expectRows(store);
    store.close();
    expect(version()).toBe(stubLayout.schemaVersion);
  });
});

describe('files that are refused and left alone', () => {
  const wayOut = /backup.*move it away/;

  test('text', () => {
    writeFileSync(path, 'not a database, but somebody’s notes\n'.repeat(100));
    expectRefusal('store-corrupt', wayOut);
  });

  test('an empty file', () => {
    writeFileSync(path, '');
    expectRefusal('store-corrupt', wayOut);
  });

  test('the database of another program', () => {
    const other = new Database(path);
    other.exec('CREATE TABLE notes (text)');
    other.close();
    expectRefusal('store-corrupt', /not a mockfleet state file/);
  });

  test.each([10, 1000, 4096, 5000, 20_480])('a file cut off after %i bytes', (bytes) => {
    fillStore(500);
    truncateSync(path, bytes);
    expectRefusal('store-corrupt', wayOut);
  });

  test('a file with a damaged page', () => {
    fillStore(500);
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, statSync(path).size - 3 * 4096);
    closeSync(file);
    expectRefusal('store-corrupt', wayOut);
  });

  test('a file without one of its tables', () => {
    fillStore(1);
    const other = new Database(path);
    other.exec('DROP TABLE timers');
    other.close();
    expectRefusal('store-corrupt', /no such table: timers/);
  });

  test('a log whose file is gone', () => {
    const store = openSqliteStore(path);
    store.saveSetting('a', 'b');
    copyFileSync(`${path}-wal`, join(folder, 'kept'));
    store.close();
    rmSync(path);
    copyFileSync(join(folder, 'kept'), `${path}-wal`);
    expectRefusal('store-corrupt', /log/);
  });

  test('a newer version', () => {
    fillStore(1);
    const newer = new Database(path);
    newer.pragma(`user_version = ${stubLayout.schemaVersion + 1}`);
    newer.close();
    expectRefusal('store-too-new', /newer mockfleet/);
  });

  test('no folder', () => {
    path = join(folder, 'absent', 'stub.sqlite');
    expectRefusal('store-inaccessible', /folder/);
  });
});
