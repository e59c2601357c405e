/** People and groups, as every store has to keep them; a part of `storeContract`. */
import { expect, test } from 'vitest';
import type { GroupRecord } from '../core/directory-records.ts';
import { newUser } from '../core/people.ts';
import { ids } from './sample-records.fixture.ts';
import type { Store } from './store.ts';

/** @param opened the store of the test that runs, empty at its beginning */
export function directoryContract(opened: () => Store): void {
  test('an entry of the directory is found by its id and by its other name, until it has another or is gone', () => {
    const store = opened();
    const adele = newUser('Adele@Example.com', 5);
    store.saveEntry('user', adele);
    expect(store.entry('user', adele.id)).toEqual(adele);
    expect(store.entryNamed('user', 'adele@example.com')).toEqual(adele);
    expect(store.entry('group', adele.id)).toBeUndefined();
    store.saveEntry('user', { ...adele, userPrincipalName: 'adele.vance@example.com' });
    expect(store.entryNamed('user', 'adele@example.com')).toBeUndefined();
    expect(store.entryNamed('user', 'adele.vance@example.com')?.id).toBe(adele.id);
    expect(() => store.saveEntry('user', { ...newUser('other@example.com', 5), userPrincipalName: 'ADELE.vance@example.com' })).toThrow();
    store.removeEntry('user', adele.id);
    store.removeEntry('user', adele.id);
    expect(store.entry('user', adele.id)).toBeUndefined();
    expect(store.entryNamed('user', 'adele.vance@example.com')).toBeUndefined();
  });

  test('a name stands for what was saved last, within a transaction and after it', () => {
    const store = opened();
    const adele = { ...newUser('adele@example.com', 5), id: 'u1' };
    const look = () => store.entryNamed('user', 'adele@example.com')?.displayName;
    expect(look()).toBeUndefined();
    store.saveEntry('user', adele);
    expect(look()).toBe('Adele');
    store.transaction(() => {
      store.saveEntry('user', { ...adele, displayName: 'Ada' });
      expect(look()).toBe('Ada');
    });
    expect(look()).toBe('Ada');
  });

  test('entries of a kind come by id, however many, after any id, while others are added and removed', () => {
    const store = opened();
    const all = Array.from({ length: 600 }, (_, index) => `u${1000 + index}`);
    store.transaction(() => {
      for (const id of [...all].reverse()) store.saveEntry('user', { ...newUser(`${id}@example.com`, 5), id });
    });
    expect(ids(store.entriesAfter('user', null))).toEqual(all);
    expect(ids(store.entriesAfter('user', 'u1597x'))).toEqual(['u1598', 'u1599']);
    const seen: string[] = [];
    for (const { id } of store.entriesAfter('user', null)) {
      seen.push(id);
      if (id === 'u1001') store.removeEntry('user', 'u1500');
      if (id === 'u1002') store.saveEntry('user', { ...newUser('late@example.com', 5), id: 'a-late-one' });
    }
    expect(seen).toEqual(all.filter((id) => id !== 'u1500'));
    expect(ids(store.entriesAfter('group', null))).toEqual([]);
  });

  test('all entries of a kind are as they are now, and stay what they were for whoever has them', () => {
    const store = opened();
    const named = (id: string, displayName: string) => ({ ...newUser(`${id}@example.com`, 5), id, displayName });
    const names = () => store.allEntries('user').map(({ displayName }) => displayName);
    expect(names()).toEqual([]);
    store.saveEntry('user', named('b', 'second'));
    store.saveEntry('user', named('a', 'first'));
    const earlier = store.allEntries('user');
    expect(names()).toEqual(['first', 'second']);
    store.saveEntry('user', named('a', 'renamed'));
    expect(names()).toEqual(['renamed', 'second']);
    store.removeEntry('user', 'b');
    store.saveEntry('user', named('c', 'third'));
    expect(names()).toEqual(['renamed', 'third']);
    expect(store.allEntries('group')).toEqual([]);
    expect(earlier.map(({ displayName }) => displayName)).toEqual(['first', 'second']);
  });

  test('members come page by page, however the group changes between the pages', () => {
    const store = opened();
    const name = (index: number) => `u${1000 + index}`;
    const member = (id: string) => ({ id, kind: 'user' }) as const;
    const there = new Set(Array.from({ length: 300 }, (_, index) => name(index)));
    // A page before, so that what was listed once is there to be changed.
    expect(store.membersAfter('g1', null, 5)).toEqual([]);
    store.transaction(() => {
      for (const id of [...there].reverse()) store.addMember('g1', member(id));
    });
    const seen: string[] = [];
    for (let afterId: string | null = null; ; ) {
      const page = store.membersAfter('g1', afterId, 7);
      const rest = [...there].sort().filter((id) => afterId === null || id > afterId);
      expect(page).toEqual(rest.slice(0, 7).map(member));
      afterId = page.at(-1)?.id ?? null;
      if (afterId === null) break;
      seen.push(...page.map(({ id }) => id));
      // The one that was seen last goes, one that was seen comes again, one that is still to come goes, and another comes.
      const at = Number(afterId.slice(1));
      const leaving = [afterId, `u${at + 3}`];
      const joining = [`u${at - 1}`, `u${at + 2}x`];
      for (const id of leaving) {
        expect(store.removeMember('g1', id)).toEqual(there.delete(id) ? member(id) : undefined);
      }
      for (const id of joining) store.addMember('g1', member(id));
      for (const id of joining) there.add(id);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(250);
    expect(store.members('g1')).toEqual([...there].sort().map(member));
    store.transaction(() => {
      for (const id of there) store.removeMember('g1', id);
    });
    expect(store.membersAfter('g1', null, 7)).toEqual([]);
  });

  test('members of a group come by id, each once; a membership goes with either end', () => {
    const store = opened();
    store.saveEntry('user', { ...newUser('a@example.com', 5), id: 'u1' });
    store.addMember('g1', { id: 'u2', kind: 'user' });
    store.addMember('g1', { id: 'd1', kind: 'device' });
    store.addMember('g1', { id: 'u1', kind: 'user' });
    store.addMember('g1', { id: 'u1', kind: 'user' });
    store.addMember('g2', { id: 'u1', kind: 'user' });
    store.addMember('g2', { id: 'g1', kind: 'group' });
    expect(store.members('g1')).toEqual([
      { id: 'd1', kind: 'device' },
      { id: 'u1', kind: 'user' },
      { id: 'u2', kind: 'user' },
    ]);
    expect(store.memberOf('u1')).toEqual(['g1', 'g2']);
    expect(store.memberOf('nobody')).toEqual([]);
    expect(store.removeMember('g1', 'u2')).toEqual({ id: 'u2', kind: 'user' });
    expect(store.removeMember('g1', 'u2')).toBeUndefined();
    store.removeEntry('user', 'u1');
    expect(store.members('g1')).toEqual([{ id: 'd1', kind: 'device' }]);
    expect(store.memberOf('u1')).toEqual([]);
    const group: GroupRecord = {
      id: 'g1',
      displayName: 'Field',
      description: null,
      mailNickname: 'field',
      mailEnabled: false,
      securityEnabled: true,
      createdAt: 5,
    };
    store.saveEntry('group', group);
    store.removeEntry('group', 'g1');
    expect(store.members('g1')).toEqual([]);
    expect(store.members('g2')).toEqual([]);
    expect(store.memberOf('g1')).toEqual([]);
  });
}
