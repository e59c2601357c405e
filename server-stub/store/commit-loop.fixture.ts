/**
 * A process to be killed: commits transaction after transaction into the store named by its argument and prints each number as soon
 * as it is committed. A second argument makes it do less: `hold` opens the store, prints `open`, and waits;
 * `try` prints `open`, or the code of the refusal, and ends.
 */
import { writeSync } from 'node:fs';
import process from 'node:process';
import { StoreError } from '../../runtime/store-error.ts';
import { sampleAudit, sampleCommand, sampleDevice } from './sample-records.fixture.ts';
import { openSqliteStore } from './sqlite-store.ts';

const [path = '', mode = 'commit'] = process.argv.slice(2);
const print = (line: string | number) => void writeSync(1, `${line}\n`);

function hold(): void {
  openSqliteStore(path);
  print('open');
  setInterval(() => {}, 60_000);
}

function tryToOpen(): void {
  try {
    openSqliteStore(path).close();
    print('open');
  } catch (error) {
    print(error instanceof StoreError ? error.code : String(error));
  }
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
else commitForEver();
