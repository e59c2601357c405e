/** Who gets a message to groups, against a plain look at all that the groups ever held: whoever is a member, or is still taken for one. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { minuteMs } from '../../../runtime/duration.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { openSqliteStore } from '../../store/sqlite-store.ts';
import type { Store } from '../../store/store.ts';
import { CoreBench } from '../core.fixture.ts';
import type { Member } from '../directory-records.ts';
import { pushAtOnce } from '../settings.ts';
import { addGroup, join, leave, notify, outcomes, personOf, phoneOf, runDue } from './notifications.fixture.ts';

const people = ['adele', 'alex'];
const groups = ['g0', 'g1', 'g2'];

/** A membership, from when until when; Infinity: it has not ended. */
interface Membership {
  group: string;
  member: string;
  until: number;
}

interface Sent {
  id: string;
  groups: string[];
  /** When it is looked for those who came meanwhile. */
  againAt: number;
}

/** The core on its bench, and beside it what a person would write down. */
class Life {
  readonly bench: CoreBench;
  readonly #lagMs: number;
  readonly #memberships: Membership[] = [];
  readonly #phones: { id: string; user: string }[] = [];
  readonly #gone = new Set<string>();
  readonly #again: Sent[] = [];
  #sent = 0;
  /** `device message`, of all that are to get one. */
  readonly expected = new Set<string>();

  constructor(lagMs: number, store: Store) {
    this.#lagMs = lagMs;
    this.bench = new CoreBench({ push: { ...pushAtOnce, membershipLag: { kind: 'constant', ms: lagMs } } }, store);
    for (const group of groups) addGroup(this.bench, group);
    for (const name of people) this.enroll(name);
  }

  enroll(name: string): void {
    this.#phones.push({ id: phoneOf(this.bench, name).id, user: name });
  }

  join(group: string, member: string): void {
    if (this.#gone.has(group) || this.#gone.has(member) || this.#isMember(group, member)) return;
    join(this.bench, group, this.#member(member));
    this.#memberships.push({ group, member, until: Number.POSITIVE_INFINITY });
  }

  /** One of those that there are. */
  leave(which: number): void {
    const open = this.#memberships.filter(({ until }) => until === Number.POSITIVE_INFINITY);
    const membership = open[which % open.length];
    if (membership === undefined) return;
    leave(this.bench, membership.group, this.#member(membership.member));
    membership.until = this.bench.now;
  }

  removeGroup(group: string): void {
    if (this.#gone.has(group)) return;
    this.bench.tenant.directory.remove('group', group);
    this.#gone.add(group);
    for (const one of this.#memberships) {
      if (one.group === group || one.member === group) one.until = Math.min(one.until, this.bench.now);
    }
  }

  notify(named: string[]): void {
    const there = named.filter((group) => !this.#gone.has(group));
    if (there.length === 0 || notify(this.bench, ...there) !== null) return;
    const sent = { id: `notification/${++this.#sent}`, groups: there, againAt: this.bench.now + this.#lagMs };
    runDue(this.bench);
    this.#look(sent, this.bench.now);
    if (this.#lagMs > 0) this.#again.push(sent);
  }

  pass(ms: number): void {
    const until = this.bench.now + ms;
    this.bench.pass(ms);
    while ((this.#again[0]?.againAt ?? Number.POSITIVE_INFINITY) <= until) {
      const sent = this.#again.shift() as Sent;
      this.#look(sent, sent.againAt);
    }
  }

  #look({ id, groups: named }: Sent, at: number): void {
    const found = new Set(named);
    for (const group of found) {
      for (const one of this.#memberships) {
        const isSeen = one.until === Number.POSITIVE_INFINITY || at < one.until + this.#lagMs;
        if (one.group === group && isSeen) found.add(one.member);
      }
    }
    for (const phone of this.#phones) if (found.has(phone.user)) this.expected.add(`${phone.id} ${id}`);
  }

  #isMember(group: string, member: string): boolean {
    return this.#memberships.some((one) => one.group === group && one.member === member && one.until === Number.POSITIVE_INFINITY);
  }

  #member(name: string): Member {
    return people.includes(name) ? personOf(this.bench, name) : { id: name, kind: 'group' };
  }
}

const group = fc.constantFrom(...groups);
const member = fc.constantFrom(...people, ...groups);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('join' as const), group, member }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('leave' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), group }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('enroll' as const), name: fc.constantFrom(...people) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('notify' as const), named: fc.uniqueArray(group, { minLength: 1, maxLength: 2 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), minutes: fc.constantFrom(1, 7, 14, 15, 16, 40) }) },
);

it.each([
  ['memory', createMemoryStore, 200],
  ['SQLite', () => openSqliteStore(':memory:'), 30],
] as const)(
  'CN-09, CN-10, CN-17 whatever groups hold, and held (%s): exactly whom a plain look finds, each once',
  (_name, open, numRuns) => {
    fc.assert(
      fc.property(fc.constantFrom(0, 15, 15), fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), (lag, steps) => {
        const store = open();
        const life = new Life(lag * minuteMs, store);
        for (const one of steps) {
          if (one.kind === 'join') life.join(one.group, one.member);
          else if (one.kind === 'leave') life.leave(one.which);
          else if (one.kind === 'remove') life.removeGroup(one.group);
          else if (one.kind === 'enroll') life.enroll(one.name);
          else if (one.kind === 'notify') life.notify(one.named);
          else life.pass(one.minutes * minuteMs);
          const pushed = outcomes(life.bench).flatMap((note) =>
            note.outcome === 'pushed' ? [`${note.deviceId} ${note.notificationId}`] : [],
          );
          expect(pushed.sort()).toEqual([...life.expected].sort());
        }
        store.close();
      }),
      { numRuns },
    );
  },
);
