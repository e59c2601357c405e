/** The directory in SQLite: an entry is a row with its record in JSON. */
import type { Database } from 'better-sqlite3';
import { type DirectoryEntries, type Entry, type EntryKind, type Member, nameOfEntry } from '../core/directory-records.ts';
import type { DirectoryStore } from './store.ts';

/** As listings of devices: no cursor is held, because better-sqlite3 refuses to write under one. */
const listingRowsMax = 256;

/** How many names are remembered with what they stand for: a page of devices looks for hundreds of people. */
const namesKeptMax = 10_000;

interface EntryRow {
  id: string;
  record: string;
}

export function directoryVerbs(database: Database): DirectoryStore {
  const select = database.prepare<[string, string], string>('SELECT record FROM directory WHERE kind = ? AND id = ?').pluck();
  const selectNamed = database.prepare<[string, string], string>('SELECT record FROM directory WHERE kind = ? AND name = ?').pluck();
  const selectAfter = database.prepare<[string, string, number], EntryRow>(
    'SELECT id, record FROM directory WHERE kind = ? AND id > ? ORDER BY id LIMIT ?',
  );
  const save = database.prepare<[string, string, string | null, string]>(
    'INSERT INTO directory (kind, id, name, record) VALUES (?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name, record = excluded.record',
  );
  const remove = database.prepare<[string, string]>('DELETE FROM directory WHERE kind = ? AND id = ?');
  const forget = database.prepare<[string, string]>('DELETE FROM memberships WHERE group_id = ? OR member_id = ?');
  // Atomic inside a transaction (where it is a savepoint) and outside of one.
  const removeAll = database.transaction((kind: EntryKind, id: string) => {
    if (remove.run(kind, id).changes > 0) forget.run(id, id);
  });
  const selectMembers = database.prepare<[string], Member>(
    'SELECT member_id AS id, member_kind AS kind FROM memberships WHERE group_id = ? ORDER BY member_id',
  );
  const selectMembersAfter = database.prepare<[string, string, number], Member>(
    'SELECT member_id AS id, member_kind AS kind FROM memberships WHERE group_id = ? AND member_id > ? ORDER BY member_id LIMIT ?',
  );
  const selectGroups = database.prepare<[string], { id: string }>(
    'SELECT group_id AS id FROM memberships WHERE member_id = ? ORDER BY group_id',
  );
  const add = database.prepare<[string, string, string]>(
    'INSERT INTO memberships (group_id, member_id, member_kind) VALUES (?, ?, ?) ON CONFLICT (group_id, member_id) DO NOTHING',
  );
  const leave = database.prepare<[string, string], Member>(
    'DELETE FROM memberships WHERE group_id = ? AND member_id = ? RETURNING member_id AS id, member_kind AS kind',
  );
  const parsed = <Kind extends EntryKind>(_kind: Kind, record: string | undefined) =>
    record === undefined ? undefined : (JSON.parse(record) as DirectoryEntries[Kind]);

  /** What was found by name since the latest change of the directory. Nothing of a transaction, which may yet be taken back. */
  const named = new Map<string, Entry | undefined>();
  function byName<Kind extends EntryKind>(kind: Kind, name: string): DirectoryEntries[Kind] | undefined {
    if (database.inTransaction) return parsed(kind, selectNamed.get(kind, name));
    const key = `${kind} ${name}`;
    if (!named.has(key)) {
      if (named.size >= namesKeptMax) named.clear();
      named.set(key, parsed(kind, selectNamed.get(kind, name)));
    }
    return named.get(key) as DirectoryEntries[Kind] | undefined;
  }

  function* after<Kind extends EntryKind>(kind: Kind, afterId: string | null): Iterable<DirectoryEntries[Kind]> {
    let last = afterId ?? '';
    for (;;) {
      const rows = selectAfter.all(kind, last, listingRowsMax);
      if (rows.length === 0) return;
      for (const row of rows) {
        last = row.id;
        yield parsed(kind, row.record) as DirectoryEntries[Kind];
      }
    }
  }

  return {
    entry: (kind, id) => parsed(kind, select.get(kind, id)),
    entryNamed: byName,
    saveEntry(kind, entry) {
      named.clear();
      save.run(kind, entry.id, nameOfEntry(kind, entry), JSON.stringify(entry));
    },
    removeEntry(kind, id) {
      named.clear();
      removeAll(kind, id);
    },
    entriesAfter: after,
    allEntries: (kind) => [...after(kind, null)],
    members: (groupId) => selectMembers.all(groupId),
    membersAfter: (groupId, afterId, max) => selectMembersAfter.all(groupId, afterId ?? '', max),
    memberOf: (memberId) => selectGroups.all(memberId).map(({ id }) => id),
    addMember: (groupId, { id, kind }) => void add.run(groupId, id, kind),
    removeMember: (groupId, memberId) => leave.get(groupId, memberId),
  };
}
