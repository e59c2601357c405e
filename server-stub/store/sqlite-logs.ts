/** What only grows, in SQLite: mails that were sent, mails that came in, sign-ins. A row has its record in JSON. */
import type { Database } from 'better-sqlite3';
import type { MailRecord, ReceivedMail } from '../core/directory-records.ts';
import type { SignInRecord } from '../core/policy-records.ts';
import type { MailStore, SendStore, SignInStore } from './store.ts';

/** As listings of devices: no cursor is held, because better-sqlite3 refuses to write under one. */
const listingRowsMax = 256;
/** Some of these have 25 MB. */
const receivedRowsMax = 8;

type LogTable = 'mails' | 'received_mails' | 'sign_ins';

/** Newest first. */
function listing<Record>(database: Database, table: LogTable, rowsMax = listingRowsMax): () => Iterable<Record> {
  const selectBefore = database.prepare<[number, number], { position: number; record: string }>(
    `SELECT position, record FROM ${table} WHERE position < ? ORDER BY position DESC LIMIT ?`,
  );
  return function* newestFirst() {
    let before = Number.MAX_SAFE_INTEGER;
    for (;;) {
      const rows = selectBefore.all(before, rowsMax);
      if (rows.length === 0) return;
      for (const row of rows) {
        before = row.position;
        yield JSON.parse(row.record) as Record;
      }
    }
  };
}

function byId<Record>(database: Database, table: LogTable): (id: string) => Record | undefined {
  const select = database.prepare<[string], string>(`SELECT record FROM ${table} WHERE id = ?`).pluck();
  return (id) => {
    const record = select.get(id);
    return record === undefined ? undefined : (JSON.parse(record) as Record);
  };
}

export function mailVerbs(database: Database): MailStore {
  const save = database.prepare<[string, number, string]>(
    'INSERT INTO mails (id, at, record) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record',
  );
  const receive = database.prepare<[string, number, string]>('INSERT INTO received_mails (id, at, record) VALUES (?, ?, ?)');
  const clear = database.prepare('DELETE FROM received_mails');
  return {
    saveMail: (mail) => void save.run(mail.id, mail.at, JSON.stringify(mail)),
    mail: byId<MailRecord>(database, 'mails'),
    mails: listing<MailRecord>(database, 'mails'),
    addReceivedMail: (mail) => void receive.run(mail.id, mail.at, JSON.stringify(mail)),
    receivedMail: byId<ReceivedMail>(database, 'received_mails'),
    receivedMails: listing<ReceivedMail>(database, 'received_mails', receivedRowsMax),
    clearReceivedMails: () => void clear.run(),
  };
}

export function signInVerbs(database: Database): SignInStore {
  const append = database.prepare<[string, number, string]>('INSERT INTO sign_ins (id, at, record) VALUES (?, ?, ?)');
  return {
    appendSignIn: (signIn) => void append.run(signIn.id, signIn.at, JSON.stringify(signIn)),
    signIn: byId<SignInRecord>(database, 'sign_ins'),
    signIns: listing<SignInRecord>(database, 'sign_ins'),
  };
}

export function sendVerbs(database: Database): SendStore {
  const selectAfter = database
    .prepare<[string, number], number>('SELECT at FROM notification_sends WHERE device_id = ? AND at > ? ORDER BY at')
    .pluck();
  const add = database.prepare<[string, number]>('INSERT INTO notification_sends (device_id, at) VALUES (?, ?)');
  const forget = database.prepare<[number, number]>('DELETE FROM notification_sends WHERE at <= ? OR at > ?');
  return {
    sendsAfter: (to, after) => selectAfter.all(to, after),
    addSend: (to, at) => void add.run(to, at),
    forgetSends: (after, until) => void forget.run(after, until),
  };
}
