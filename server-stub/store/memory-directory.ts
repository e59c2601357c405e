/** The directory and the mailbox of the memory store. */
import {
  type DirectoryEntries,
  type Entry,
  type EntryKind,
  type MailRecord,
  type Member,
  nameOfEntry,
  type ReceivedMail,
} from '../core/directory-records.ts';
import type { SignInRecord } from '../core/policy-records.ts';
import type { DirectoryStore, MailStore, SignInStore } from './store.ts';

/** Between two listings of a group; more, and it is sorted anew. */
const changesFollowed = 64;

interface EntriesOfKind {
  byId: Map<string, Entry>;
  byName: Map<string, Entry>;
  /** Ids; null: to be sorted anew. */
  sorted: string[] | null;
  /** In the order of their ids; null: to be listed anew. */
  all: Entry[] | null;
}

interface Listed {
  all: Member[];
  /** Since it was listed last. */
  changes: number;
}

export function createMemoryDirectory(): DirectoryStore {
  const kinds = new Map<EntryKind, EntriesOfKind>();
  const groups = new Map<string, Map<string, Member>>();
  /** Most are in one group, and need no set. */
  const memberships = new Map<string, string | Set<string>>();
  /** Of groups that were listed, in the order of their ids; as long as few changes came between two listings. */
  const sorted = new Map<string, Listed>();

  const of = (kind: EntryKind) => {
    let found = kinds.get(kind);
    if (found === undefined) {
      found = { byId: new Map(), byName: new Map(), sorted: [], all: [] };
      kinds.set(kind, found);
    }
    return found;
  };
  const get = <Kind extends EntryKind>(kind: Kind, id: string) => of(kind).byId.get(id) as DirectoryEntries[Kind] | undefined;

  /** Never changed once made: a listing under way goes on with it. */
  function sortedIds(entries: EntriesOfKind): string[] {
    entries.sorted ??= [...entries.byId.keys()].sort();
    return entries.sorted;
  }

  function* after<Kind extends EntryKind>(kind: Kind, afterId: string | null): Iterable<DirectoryEntries[Kind]> {
    for (const id of sortedIds(of(kind))) {
      const entry = afterId === null || id > afterId ? get(kind, id) : undefined;
      if (entry !== undefined) yield entry;
    }
  }

  /** In the order of their ids. */
  function membersOf(groupId: string): readonly Member[] {
    const listed = sorted.get(groupId) ?? {
      all: [...(groups.get(groupId)?.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1)),
      changes: 0,
    };
    listed.changes = 0;
    sorted.set(groupId, listed);
    return listed.all;
  }

  /** @param now the member; undefined: it is none any more */
  function memberChanged(groupId: string, id: string, now: Member | undefined): void {
    const listed = sorted.get(groupId);
    if (listed === undefined) return;
    // Whoever plants or empties a large group does not pay for its order with each member.
    if (++listed.changes > changesFollowed) return void sorted.delete(groupId);
    const place = countUpTo(listed.all, id);
    const isThere = listed.all[place - 1]?.id === id;
    listed.all.splice(isThere ? place - 1 : place, isThere ? 1 : 0, ...(now === undefined ? [] : [now]));
  }

  function isIn(memberId: string, groupId: string): void {
    const groupIds = memberships.get(memberId);
    if (groupIds === undefined) memberships.set(memberId, groupId);
    else if (typeof groupIds === 'object') groupIds.add(groupId);
    else if (groupIds !== groupId) memberships.set(memberId, new Set([groupIds, groupId]));
  }

  function isInNoMore(memberId: string, groupId: string): void {
    const groupIds = memberships.get(memberId);
    if (typeof groupIds === 'object') groupIds.delete(groupId);
    else if (groupIds === groupId) memberships.delete(memberId);
  }

  /** Ids of the groups that it is in. */
  function groupsOf(memberId: string): string[] {
    const groupIds = memberships.get(memberId);
    if (groupIds === undefined) return [];
    return typeof groupIds === 'string' ? [groupIds] : [...groupIds];
  }

  function leave(groupId: string, memberId: string): Member | undefined {
    const members = groups.get(groupId);
    const member = members?.get(memberId);
    if (members?.delete(memberId) === true) memberChanged(groupId, memberId, undefined);
    return member;
  }

  return {
    entry: get,
    entryNamed: <Kind extends EntryKind>(kind: Kind, name: string) => of(kind).byName.get(name) as DirectoryEntries[Kind] | undefined,
    saveEntry(kind, entry) {
      const entries = of(kind);
      const name = nameOfEntry(kind, entry);
      const owner = name === null ? undefined : entries.byName.get(name);
      if (owner !== undefined && owner.id !== entry.id) throw new Error(`another ${kind} is called ${name}`);
      const earlier = entries.byId.get(entry.id);
      const earlierName = earlier === undefined ? null : nameOfEntry(kind, earlier);
      if (earlierName !== null) entries.byName.delete(earlierName);
      if (earlier === undefined) entries.sorted = null;
      entries.all = null;
      // A copy: the caller may go on with its own.
      const kept = { ...entry };
      entries.byId.set(entry.id, kept);
      if (name !== null) entries.byName.set(name, kept);
    },
    removeEntry(kind, id) {
      const entries = of(kind);
      const entry = entries.byId.get(id);
      if (entry === undefined) return;
      const name = nameOfEntry(kind, entry);
      if (name !== null) entries.byName.delete(name);
      entries.byId.delete(id);
      entries.sorted = null;
      entries.all = null;
      for (const groupId of groupsOf(id)) leave(groupId, id);
      memberships.delete(id);
      for (const memberId of groups.get(id)?.keys() ?? []) isInNoMore(memberId, id);
      groups.delete(id);
      sorted.delete(id);
    },
    entriesAfter: after,
    allEntries<Kind extends EntryKind>(kind: Kind) {
      const entries = of(kind);
      // Each look at a device and each sign-in asks for the tenant's policies.
      entries.all ??= sortedIds(entries).map((id) => entries.byId.get(id) as Entry);
      return entries.all as DirectoryEntries[Kind][];
    },
    members: (groupId) => [...membersOf(groupId)],
    membersAfter(groupId, afterId, max) {
      const all = membersOf(groupId);
      const from = afterId === null ? 0 : countUpTo(all, afterId);
      return all.slice(from, from + max);
    },
    memberOf: (memberId) => groupsOf(memberId).sort(),
    addMember(groupId, member) {
      const members = groups.get(groupId) ?? new Map<string, Member>();
      if (members.has(member.id)) return;
      const kept = { ...member };
      groups.set(groupId, members.set(member.id, kept));
      memberChanged(groupId, member.id, kept);
      isIn(member.id, groupId);
    },
    removeMember(groupId, memberId) {
      isInNoMore(memberId, groupId);
      return leave(groupId, memberId);
    },
  };
}

/** How many of the sorted members have this id or come before it. */
function countUpTo(all: readonly Member[], id: string): number {
  let from = 0;
  let until = all.length;
  while (from < until) {
    const middle = (from + until) >> 1;
    if ((all[middle] as Member).id <= id) from = middle + 1;
    else until = middle;
  }
  return from;
}

export function createMemoryMails(): MailStore {
  const mails = new Map<string, MailRecord>();
  let received: ReceivedMail[] = [];
  return {
    // A copy: the caller may go on with its own.
    saveMail: (mail) => void mails.set(mail.id, { ...mail }),
    mail: (id) => mails.get(id),
    *mails() {
      for (const mail of [...mails.values()].reverse()) yield mail;
    },
    addReceivedMail: (mail) => void received.push(mail),
    receivedMail: (id) => received.find((mail) => mail.id === id),
    *receivedMails() {
      const all = received;
      for (let index = all.length - 1; index >= 0; index--) yield all[index] as ReceivedMail;
    },
    clearReceivedMails() {
      received = [];
    },
  };
}

export function createMemorySignIns(): SignInStore {
  const signIns: SignInRecord[] = [];
  return {
    appendSignIn: (signIn) => void signIns.push(signIn),
    signIn: (id) => signIns.find((one) => one.id === id),
    *signIns() {
      for (let index = signIns.length - 1; index >= 0; index--) yield signIns[index] as SignInRecord;
    },
  };
}
