/** Who gets a notification to groups, and that nobody is held up by it. */
import { describe, expect, it } from 'vitest';
import { dayMs, minuteMs } from '../../../runtime/duration.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { openSqliteStore } from '../../store/sqlite-store.ts';
import { CoreBench } from '../core.fixture.ts';
import { newUser } from '../people.ts';
import { pushAtOnce } from '../settings.ts';
import {
  addGroup,
  arrivedOn,
  join,
  leave,
  notify,
  notifyPhone,
  outcomes,
  personOf,
  phoneOf,
  pushed,
  runDue,
} from './notifications.fixture.ts';

const atOnce = { push: pushAtOnce };

/** One piece. */
const step = (bench: CoreBench) => bench.core.receive({ type: 'deadline' }, bench.now, bench.out);

/** People with a phone each, in one group: more than one piece of work. */
function crowd(bench: CoreBench, groupId: string, count: number): string[] {
  const names = Array.from({ length: count }, (_, index) => `${groupId}-${1000 + index}`);
  const phones = names.map((name) => phoneOf(bench, name).id);
  addGroup(bench, groupId, names);
  return phones;
}

describe('who gets it', () => {
  it('CN-01, CN-10 people on each of their phones and tablets, and on no Mac or PC', () => {
    const bench = new CoreBench(atOnce);
    const iphone = phoneOf(bench, 'adele');
    const android = phoneOf(bench, 'adele', { platform: 'android', enrollment: 'fully-managed' });
    phoneOf(bench, 'adele', { platform: 'macos', enrollment: 'automated' });
    phoneOf(bench, 'adele', { platform: 'windows', enrollment: 'joined' });
    phoneOf(bench, 'alex');
    addGroup(bench, 'field', ['adele']);
    expect(notify(bench, 'field')).toBeNull();
    runDue(bench);
    expect(pushed(bench).sort()).toEqual([iphone.id, android.id].sort());
  });

  it('CN-10 a person is the same one in whatever case the name is written', () => {
    const bench = new CoreBench(atOnce);
    const phone = phoneOf(bench, 'adele');
    const tablet = phoneOf(bench, 'ADELE');
    const user = bench.tenant.directory.user('adele@contoso.example');
    if (user !== undefined) bench.tenant.directory.save('user', { ...user, userPrincipalName: 'Adele@Contoso.example' });
    addGroup(bench, 'field', ['adele']);
    notify(bench, 'field');
    runDue(bench);
    expect(pushed(bench).sort()).toEqual([phone.id, tablet.id].sort());
  });

  it('CN-09, CN-10 at any depth, each device once, whatever contains whatever; devices in groups are ignored', () => {
    const bench = new CoreBench(atOnce);
    const [adele, alex, megan] = ['adele', 'alex', 'megan'].map((name) => phoneOf(bench, name));
    const shared = phoneOf(bench, '', { platform: 'android', enrollment: 'dedicated' });
    addGroup(bench, 'inner', ['megan', 'adele']);
    addGroup(bench, 'outer', ['adele', { id: 'inner', kind: 'group' }, { id: shared.id, kind: 'device' }]);
    join(bench, 'inner', { id: 'outer', kind: 'group' });
    join(bench, 'inner', { id: 'inner', kind: 'group' });
    addGroup(bench, 'leads', ['adele', 'alex', { id: 'nobody', kind: 'user' }, { id: 'no-group', kind: 'group' }]);
    addGroup(bench, 'empty');
    notify(bench, 'empty', 'outer', 'leads');
    runDue(bench);
    expect(pushed(bench).sort()).toEqual([adele, alex, megan].map((phone) => phone?.id).sort());
  });

  it('CN-11 a device without a user is in no group, and gets what is sent to it alone', () => {
    const bench = new CoreBench(atOnce);
    const kiosk = phoneOf(bench, '', { platform: 'android', enrollment: 'dedicated' });
    const link = bench.open(kiosk.peer);
    expect(notifyPhone(bench, kiosk, 'Clean me')).toBeNull();
    expect(arrivedOn(bench, link)).toEqual(['Clean me']);
  });

  it('a record that nobody sees gets none: deleted, or hidden by the cleanup', () => {
    const bench = new CoreBench(atOnce);
    const deleted = phoneOf(bench, 'adele');
    const hidden = phoneOf(bench, 'adele');
    const seen = phoneOf(bench, 'adele');
    addGroup(bench, 'field', ['adele']);
    bench.delete(deleted);
    const record = bench.record(hidden);
    if (record !== undefined) bench.store.saveDevice({ ...record, hidden: true });
    notify(bench, 'field');
    runDue(bench);
    expect(pushed(bench)).toEqual([seen.id]);
  });

  it('CN-18 whoever sends hears at once that it was sent, before anybody has it', () => {
    const bench = new CoreBench(atOnce);
    phoneOf(bench, 'adele');
    addGroup(bench, 'field', ['adele']);
    expect(notify(bench, 'field')).toBeNull();
    expect(pushed(bench)).toEqual([]);
    expect(bench.core.nextDeadline()).toBe(bench.now);
  });
});

describe('while it is worked on', () => {
  it('a check-in is answered, and a timer that is due has its turn, between two pieces', () => {
    const bench = new CoreBench(atOnce);
    const phones = crowd(bench, 'all', 300);
    const other = phoneOf(bench, 'alex');
    const link = bench.open(other.peer);
    notify(bench, 'all');
    step(bench);
    expect(pushed(bench).length).toBeGreaterThan(0);
    expect(pushed(bench).length).toBeLessThanOrEqual(128);
    expect(bench.checkIn(link, other).map(({ type }) => type)).toContain('check-in-done');
    bench.issue(other, 'syncDevice');
    const before = pushed(bench).length;
    step(bench);
    expect(bench.sent.at(-1)?.message).toEqual({ type: 'nudge' });
    expect(pushed(bench)).toHaveLength(before);
    runDue(bench);
    expect(pushed(bench).sort()).toEqual(phones.sort());
    expect(bench.core.nextDeadline()).toBeGreaterThan(bench.now);
  });

  it('another one takes turns with it, and is done long before', () => {
    const bench = new CoreBench(atOnce);
    crowd(bench, 'all', 600);
    const alex = phoneOf(bench, 'alex');
    addGroup(bench, 'leads', ['alex']);
    notify(bench, 'all');
    step(bench);
    notify(bench, 'leads');
    step(bench);
    step(bench);
    expect(pushed(bench)).toContain(alex.id);
    expect(pushed(bench).length).toBeLessThan(400);
    runDue(bench);
    expect(pushed(bench)).toHaveLength(601);
  });

  it('neither of two large ones waits until the other is done', () => {
    const bench = new CoreBench(atOnce);
    const groups = ['a', 'b'].map((id) => new Set(crowd(bench, id, 400)));
    for (const id of ['a', 'b']) notify(bench, id);
    for (let piece = 0; piece < 4; piece++) step(bench);
    const reached = groups.map((phones) => pushed(bench).filter((id) => phones.has(id)).length);
    for (const count of reached) {
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThan(400);
    }
  });

  it('groups, people and devices count as what they are when their turn comes', () => {
    const bench = new CoreBench(atOnce);
    const phones = crowd(bench, 'all', 400);
    addGroup(bench, 'gone', ['all-1000', 'all-1001']);
    notify(bench, 'all', 'gone');
    step(bench);
    const early = new Set(pushed(bench));
    const late = phones.filter((id) => !early.has(id));
    const nameOf = (id: string | undefined) => bench.store.device(id ?? '')?.inventory.userPrincipalName ?? '';
    const [renamed, left, removed, deleted] = late;
    const user = bench.tenant.directory.user(nameOf(renamed));
    if (user !== undefined) bench.tenant.directory.save('user', { ...user, userPrincipalName: 'new.name@contoso.example' });
    leave(bench, 'all', nameOf(left).split('@')[0] ?? '');
    bench.tenant.directory.remove('user', personOf(bench, nameOf(removed).split('@')[0] ?? '').id);
    bench.tenant.deleteDevice(deleted ?? '', { name: 'admin', isUser: false });
    bench.tenant.directory.remove('group', 'gone');
    runDue(bench);
    const missing = new Set([left, removed, deleted]);
    expect(nameOf(renamed)).toBe('new.name@contoso.example');
    expect(pushed(bench).sort()).toEqual(phones.filter((id) => !missing.has(id)).sort());
  });

  it('a group that is deleted ends it there', () => {
    const bench = new CoreBench(atOnce);
    crowd(bench, 'all', 300);
    notify(bench, 'all');
    step(bench);
    const count = pushed(bench).length;
    bench.tenant.directory.remove('group', 'all');
    runDue(bench);
    expect(pushed(bench)).toHaveLength(count);
    expect(bench.core.nextDeadline()).toBeGreaterThan(bench.now);
  });

  it('a clock that is set back does not stop it', () => {
    const bench = new CoreBench(atOnce);
    crowd(bench, 'all', 300);
    notify(bench, 'all');
    step(bench);
    bench.now -= 10 * dayMs;
    // The driver tells the core the time; nothing is due then.
    step(bench);
    runDue(bench);
    expect(pushed(bench)).toHaveLength(300);
    expect(bench.core.nextDeadline()).toBeGreaterThan(bench.now);
  });

  it('very many empty groups are no piece each', () => {
    const bench = new CoreBench(atOnce);
    for (let index = 0; index < 200; index++) addGroup(bench, `e${index}`);
    const alex = phoneOf(bench, 'alex');
    addGroup(bench, 'top', [...Array.from({ length: 200 }, (_, index) => ({ id: `e${index}`, kind: 'group' as const })), 'alex']);
    notify(bench, 'top');
    let pieces = 0;
    for (; bench.core.nextDeadline() <= bench.now; pieces++) step(bench);
    expect(pushed(bench)).toEqual([alex.id]);
    expect(pieces).toBeLessThan(12);
  });

  it('a stub that dies in it sends the rest to nobody, and counts it once', () => {
    const store = createMemoryStore();
    const before = new CoreBench(atOnce, store);
    crowd(before, 'all', 300);
    notify(before, 'all');
    step(before);
    const after = new CoreBench(atOnce, store);
    runDue(after);
    expect(pushed(after)).toEqual([]);
    expect(after.tenant.pushCounts()).toEqual({ underWay: 0, kept: 0 });
    expect(store.sendsAfter('', 0)).toEqual([before.now]);
  });
});

it('memory and SQLite push to the same devices in the same order, whatever the order in which they came', () => {
  const lives = [createMemoryStore(), openSqliteStore(':memory:')].map((store) => {
    const bench = new CoreBench({ push: { ...pushAtOnce, lost: 0.2, latency: { kind: 'uniform', fromMs: 0, untilMs: minuteMs } } }, store);
    crowd(bench, 'b', 70);
    crowd(bench, 'a', 150);
    for (let index = 0; index < 30; index++) store.saveEntry('user', newUser(`no-phone-${index}@contoso.example`, 0));
    addGroup(bench, 'both', [
      { id: 'b', kind: 'group' },
      { id: 'a', kind: 'group' },
      ...Array.from({ length: 30 }, (_, index) => `no-phone-${index}`),
    ]);
    notify(bench, 'both', 'a');
    bench.pass(5 * minuteMs);
    store.close();
    return outcomes(bench);
  });
  expect(lives[0]).toEqual(lives[1]);
  expect(lives[0]?.filter(({ outcome }) => outcome === 'pushed')).toHaveLength(220);
});
