/**
 * A process to be killed: commits transaction after transaction into the store named by its argument and prints each number as soon
 * as it is committed. A second argument makes it do less: `hold` opens the store, prints `open`, and waits;
 * `try` prints `open`, or the code of the refusal, and ends; `migrate-and-hold` migrates a file of version 1, prints `migrated`, and
 * waits before the commit.
 */
import { writeSync } from 'node:fs';
import process from 'node:process';
import Database from 'better-sqlite3';
import { StoreError } from '../../runtime/store-error.ts';
import { sampleAudit, sampleCommand, sampleDevice } from './sample-records.fixture.ts';
import { stubLayout } from './sqlite-schema.ts';
import { openSqliteStore } from './sqlite-store.ts';

const [path = '', mode = 'commit'] = process.argv.slice(2);
const print = (line: string | number) => void writeSync(1, `${line}\n`);

function hold(): void {
  const store = openSqliteStore(path);
  print('open');
  // Held by the timer: what nobody holds is collected, and its lock with it.
  setInterval(() => store.setting('held'), 60_000);
}

function tryToOpen(): void {
  try {
    openSqliteStore(path).close();
    print('open');
  } catch (error) {
    print(error instanceof StoreError ? error.code : String(error));
  }
}

/** What opening the file does, with the killer given time between the last write of the migration and its commit. */
function migrateAndHold(): void {
  const database = new Database(path);
  // One page at most stays in memory: the others are in the file's log before the commit, as those of a large migration are.
  database.pragma('cache_size = 1');
  database.exec(`BEGIN IMMEDIATE; ${stubLayout.migrations?.[1]}; PRAGMA user_version = 2;`);
  print('migrated');
  setInterval(() => database.inTransaction, 60_000);
}

function commitForEver(): void {
  const store = openSqliteStore(path);
  for (let number = 1; ; number++) {
    const id = String(number).padStart(8, '0');
    store.transaction(() => {
      store.saveDevice(sampleDevice(id));
      store.addCommand(sampleCommand(`c${id}`, id));
      store.setTimer(id, 'push', number);
      store.appendAudit(sampleAudit(`a${id}`));
      store.saveSetting('last', id);
    });
    print(number);
  }
}

if (mode === 'hold') hold();
else if (mode === 'try') tryToOpen();
else if (mode === 'migrate-and-hold') migrateAndHold();
else commitForEver();
