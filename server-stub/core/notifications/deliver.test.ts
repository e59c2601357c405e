/** What becomes of pushes: each ends in one way, or is under way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs, secondMs } from '../../../runtime/duration.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { administrator, CoreBench, type Enrolled } from '../core.fixture.ts';
import type { LinkId } from '../effects.ts';
import { type PushSettings, pushAtOnce } from '../settings.ts';
import { addGroup, arrivedOn, notify, notifyPhone, outcomes, phoneOf, runDue, text } from './notifications.fixture.ts';

const with_ = (change: Partial<PushSettings>) => new CoreBench({ push: { ...pushAtOnce, ...change } });

/** For one device: what became of each, in order. */
const fates = (bench: CoreBench, { id }: Enrolled) =>
  outcomes(bench).flatMap(({ deviceId, outcome }) => (deviceId === id ? [outcome] : []));

describe('a device that is there', () => {
  it('CN-13 has it after the latency, late ones after hours, lost ones never', () => {
    const bench = with_({ latency: { kind: 'constant', ms: 5 * secondMs } });
    const phone = phoneOf(bench, 'adele');
    const link = bench.open(phone.peer);
    notifyPhone(bench, phone, 'In time');
    bench.tenant.setPushSettings({ late: { share: 1, by: { kind: 'constant', ms: 3 * hourMs } } });
    notifyPhone(bench, phone, 'Late');
    bench.tenant.setPushSettings({ lost: 1 });
    notifyPhone(bench, phone, 'Lost');
    bench.pass(5 * secondMs - 1);
    expect(arrivedOn(bench, link)).toEqual([]);
    bench.pass(1);
    expect(arrivedOn(bench, link)).toEqual(['In time']);
    bench.pass(3 * hourMs - 1);
    expect(arrivedOn(bench, link)).toEqual(['In time']);
    bench.pass(1);
    expect(arrivedOn(bench, link)).toEqual(['In time', 'Late']);
    bench.pass(100 * dayMs);
    expect(arrivedOn(bench, link)).toEqual(['In time', 'Late']);
    expect(bench.core.nextDeadline()).toBeGreaterThan(bench.now);
  });

  it('a nudge has the same weather: late by hours, with its own draw', () => {
    const bench = with_({ late: { share: 1, by: { kind: 'constant', ms: 2 * hourMs } } });
    const phone = phoneOf(bench, 'adele');
    bench.pass(dayMs);
    const link = bench.open(phone.peer);
    const nudges = () => bench.sent.filter((one) => one.link === link && one.message.type === 'nudge').length;
    const before = nudges();
    bench.issue(phone, 'syncDevice');
    bench.pass(2 * hourMs - 1);
    expect(nudges()).toBe(before);
    bench.pass(1);
    expect(nudges()).toBe(before + 1);
  });

  it('CN-13 shares are those of the settings, over many, and the same with the same seed', () => {
    const lives = [0, 1].map(() => {
      const bench = with_({ lost: 0.1, late: { share: 0.25, by: { kind: 'constant', ms: hourMs } } });
      const names = Array.from({ length: 2000 }, (_, index) => `p${index}`);
      for (const name of names) phoneOf(bench, name);
      addGroup(bench, 'all', names);
      notify(bench, 'all');
      bench.pass(2 * hourMs);
      return bench.notes.filter(({ kind }) => kind === 'notification-pushed');
    });
    expect(lives[0]).toEqual(lives[1]);
    const count = (outcome: string) => lives[0]?.filter((note) => 'outcome' in note && note.outcome === outcome).length ?? 0;
    expect(count('pushed')).toBe(2000);
    expect(count('lost')).toBeGreaterThan(150);
    expect(count('lost')).toBeLessThan(250);
    expect(count('kept')).toBe(2000 - count('lost'));
  });

  it('CN-13 each message has a fate of its own on each device', () => {
    const bench = with_({ lost: 0.5 });
    const phones = ['adele', 'alex'].map((name) => phoneOf(bench, name));
    addGroup(bench, 'field', ['adele', 'alex']);
    for (let sent = 0; sent < 25; sent++) notify(bench, 'field');
    for (const phone of phones) for (let sent = 0; sent < 10; sent++) notifyPhone(bench, phone);
    runDue(bench);
    const [adele, alex] = phones.map((phone) => fates(bench, phone).filter((outcome) => outcome !== 'pushed'));
    for (const one of [adele, alex]) {
      expect(one).toHaveLength(35);
      expect(new Set(one)).toEqual(new Set(['lost', 'kept']));
    }
    expect(adele).not.toEqual(alex);
  });

  it('a millisecond under way is a millisecond', () => {
    const bench = with_({ latency: { kind: 'constant', ms: 1 } });
    const phone = phoneOf(bench, 'adele');
    const link = bench.open(phone.peer);
    notifyPhone(bench, phone, 'Soon');
    runDue(bench);
    expect(arrivedOn(bench, link)).toEqual([]);
    bench.pass(1);
    expect(arrivedOn(bench, link)).toEqual(['Soon']);
  });
});

describe('a device that is away', () => {
  it('CN-13 gets each when it is back, in order, once; the newest nudge alone', () => {
    const bench = with_({});
    const phone = phoneOf(bench, 'adele');
    for (const body of ['One', 'Two', 'Three']) {
      notifyPhone(bench, phone, body);
      bench.issue(phone, 'syncDevice');
      bench.pass(hourMs);
    }
    const link = bench.open(phone.peer);
    expect(arrivedOn(bench, link)).toEqual(['One', 'Two', 'Three']);
    expect(bench.sent.filter((one) => one.link === link && one.message.type === 'nudge')).toHaveLength(1);
    bench.close(link);
    const again = bench.open(phone.peer);
    expect(arrivedOn(bench, again)).toEqual([]);
    expect(bench.tenant.pushCounts()).toEqual({ underWay: 0, kept: 0 });
  });

  it('CN-13 gets those whose time to live is not over: to the millisecond', () => {
    const bench = with_({ notificationsKeptForMs: 2 * hourMs });
    const phone = phoneOf(bench, 'adele');
    notifyPhone(bench, phone, 'Too late');
    bench.pass(1);
    notifyPhone(bench, phone, 'Just in time');
    bench.pass(2 * hourMs);
    const link = bench.open(phone.peer);
    expect(arrivedOn(bench, link)).toEqual(['Just in time']);
    expect(fates(bench, phone)).toEqual(['pushed', 'kept', 'pushed', 'kept', 'expired', 'delivered']);
  });

  it('CN-13 the time to live begins when it has come through, however late that is', () => {
    const bench = with_({ notificationsKeptForMs: 2 * hourMs, latency: { kind: 'constant', ms: 5 * hourMs } });
    const phone = phoneOf(bench, 'adele');
    notifyPhone(bench, phone, 'Late');
    bench.pass(7 * hourMs);
    expect(arrivedOn(bench, bench.open(phone.peer))).toEqual(['Late']);
  });

  it('at midnight, when others are let go, still gets what is good up to that millisecond', () => {
    const bench = with_({ notificationsKeptForMs: 2 * hourMs });
    const phone = phoneOf(bench, 'adele');
    const midnight = Math.ceil(bench.now / dayMs + 1) * dayMs;
    bench.pass(midnight - 3 * hourMs - bench.now);
    notifyPhone(bench, phone, 'Too late');
    bench.pass(hourMs);
    notifyPhone(bench, phone, 'Just in time');
    bench.pass(2 * hourMs);
    expect(bench.now).toBe(midnight);
    expect(fates(bench, phone)).toEqual(['pushed', 'kept', 'pushed', 'kept', 'expired']);
    expect(bench.tenant.pushCounts().kept).toBe(1);
    expect(arrivedOn(bench, bench.open(phone.peer))).toEqual(['Just in time']);
  });

  it('that never comes back: what is too late for it is let go within a day, for many devices piece by piece', () => {
    const bench = with_({ notificationsKeptForMs: 2 * hourMs });
    const names = Array.from({ length: 200 }, (_, index) => `p${index}`);
    for (const name of names) phoneOf(bench, name);
    addGroup(bench, 'all', names);
    notify(bench, 'all');
    runDue(bench);
    expect(bench.tenant.pushCounts().kept).toBe(200);
    bench.pass(2 * hourMs);
    notify(bench, 'all');
    bench.tenant.setPushSettings({ notificationsKeptForMs: 40 * dayMs });
    runDue(bench);
    bench.now += dayMs;
    let pieces = 0;
    for (; bench.core.nextDeadline() <= bench.now; pieces++) bench.core.receive({ type: 'deadline' }, bench.now, bench.out);
    expect(pieces).toBeGreaterThan(3);
    expect(bench.tenant.pushCounts().kept).toBe(200);
    expect(outcomes(bench).filter(({ outcome }) => outcome === 'expired')).toHaveLength(200);
    bench.pass(41 * dayMs);
    expect(bench.tenant.pushCounts().kept).toBe(0);
  });

  it('has 100 waiting at most; the oldest ones go', () => {
    const bench = with_({});
    const phone = phoneOf(bench, 'adele');
    for (let sent = 0; sent < 105; sent++) {
      expect(notifyPhone(bench, phone, `Number ${sent}`)).toBeNull();
      bench.pass(10 * minuteMs);
    }
    expect(bench.tenant.pushCounts().kept).toBe(100);
    const arrived = arrivedOn(bench, bench.open(phone.peer));
    expect(arrived).toHaveLength(100);
    expect([arrived[0], arrived.at(-1)]).toEqual(['Number 5', 'Number 104']);
    expect(fates(bench, phone).filter((outcome) => outcome === 'expired')).toHaveLength(5);
  });

  it('whose record goes, or has gone while it was on its way: it is for nobody', () => {
    const bench = with_({ latency: { kind: 'constant', ms: minuteMs } });
    const phone = phoneOf(bench, 'adele', { platform: 'android', enrollment: 'fully-managed' });
    notifyPhone(bench, phone, 'Kept');
    bench.pass(minuteMs);
    notifyPhone(bench, phone, 'On its way');
    const link = bench.open(phone.peer);
    bench.say(link, { type: 'unenroll', deviceId: phone.id });
    bench.pass(minuteMs);
    expect(arrivedOn(bench, link)).toEqual(['Kept']);
    expect(fates(bench, phone)).toEqual(['pushed', 'kept', 'pushed', 'delivered', 'gone']);
    const other = phoneOf(bench, 'alex', { platform: 'android', enrollment: 'fully-managed' });
    bench.tenant.setPushSettings({ notificationsKeptForMs: 1000 * dayMs });
    notifyPhone(bench, other);
    bench.pass(minuteMs);
    // Its certificate ends, and half a year later its record is removed.
    bench.pass(600 * dayMs);
    expect(bench.record(other)).toBeUndefined();
    expect(fates(bench, other)).toEqual(['pushed', 'kept', 'gone']);
    expect(bench.tenant.pushCounts()).toEqual({ underWay: 0, kept: 0 });
  });

  it('that the cleanup hid gets it when it comes back', () => {
    const bench = with_({});
    bench.tenant.setCleanupDays(30, administrator);
    const phone = phoneOf(bench, 'adele');
    bench.pass(20 * dayMs);
    notifyPhone(bench, phone, 'Come back');
    bench.pass(15 * dayMs);
    expect(bench.record(phone)?.hidden).toBe(true);
    expect(arrivedOn(bench, bench.open(phone.peer))).toEqual(['Come back']);
  });
});

it('CN-06 no note holds a text, and neither does a store', () => {
  const store = createMemoryStore();
  const bench = new CoreBench({ push: { ...pushAtOnce, membershipLag: { kind: 'constant', ms: hourMs } } }, store);
  const phone = phoneOf(bench, 'adele');
  addGroup(bench, 'field', ['adele']);
  notify(bench, 'field');
  notifyPhone(bench, phone);
  bench.pass(2 * hourMs);
  const kept = [[...store.audits()], [...store.devicesAfter(null)], [...store.allCommands()], store.setting('push')];
  const told = JSON.stringify([bench.notes, kept]);
  expect(told).toContain('notification-pushed');
  expect(told).not.toContain(text.title);
  expect(told).not.toContain(text.body);
});

it('CN-13 whatever happens, each push ends once, as delivered, lost, expired or gone, or is under way or kept; the texts come to whom they were pushed', () => {
  const anyMs = fc.constantFrom(0, 1, 7 * secondMs, minuteMs, 20 * minuteMs, hourMs, 9 * hourMs, 3 * dayMs);
  const which = fc.integer({ min: 0, max: 3 });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('notify-phone' as const, 'open' as const, 'close' as const), which }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('notify-groups' as const) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('pass' as const, 'jump' as const), ms: anyMs }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('back' as const), ms: fc.constantFrom(minuteMs, 2 * hourMs) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('unenroll' as const, 'delete' as const, 'leave' as const), which }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('weather' as const), lost: fc.constantFrom(0, 0.5), latency: anyMs, ttl: anyMs }),
    },
  );
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const bench = with_({ membershipLag: { kind: 'uniform', fromMs: 0, untilMs: hourMs } });
      const names = ['adele', 'alex', 'megan', 'lidia'];
      const phones = names.map((name) => phoneOf(bench, name, { platform: 'android', enrollment: 'fully-managed' }));
      addGroup(bench, 'field', names);
      const links = new Map<number, LinkId>();
      for (const one of steps) {
        const number = 'which' in one ? one.which : 0;
        const phone = phones[number] as Enrolled;
        const link = links.get(number);
        const isThere = bench.tenant.device(phone.id) !== undefined;
        if (one.kind === 'pass') bench.pass(one.ms);
        else if (one.kind === 'jump') bench.now += one.ms;
        else if (one.kind === 'back') bench.now -= one.ms;
        else if (one.kind === 'notify-groups') notify(bench, 'field');
        else if (one.kind === 'notify-phone' && isThere) notifyPhone(bench, phone);
        else if (one.kind === 'open' && link === undefined) {
          if (bench.record(phone) !== undefined && bench.now >= phone.peer.notBefore) links.set(number, bench.open(phone.peer));
        } else if (one.kind === 'close' && link !== undefined) {
          bench.close(link);
          links.delete(number);
        } else if (one.kind === 'unenroll' && link !== undefined && isThere) {
          bench.say(link, { type: 'unenroll', deviceId: phone.id });
          links.delete(number);
        } else if (one.kind === 'delete' && isThere) bench.delete(phone);
        else if (one.kind === 'leave') {
          const user = bench.tenant.directory.user(`${names[number]}@contoso.example`);
          bench.tenant.directory.removeMember('field', user?.id ?? '');
        } else if (one.kind === 'weather') {
          const { lost, latency, ttl } = one;
          bench.tenant.setPushSettings({ lost, latency: { kind: 'constant', ms: latency }, notificationsKeptForMs: ttl });
        }
        const states = new Map<string, string>();
        for (const { deviceId, notificationId, outcome } of outcomes(bench)) {
          const key = `${deviceId} ${notificationId}`;
          const before = states.get(key);
          const isAllowed =
            outcome === 'pushed'
              ? before === undefined
              : before === 'pushed' || (before === 'kept' && outcome !== 'lost' && outcome !== 'kept');
          expect(isAllowed, `${key}: ${before} → ${outcome}`).toBe(true);
          states.set(key, outcome);
          seen.add(outcome);
        }
        const open = (state: string) => [...states.values()].filter((outcome) => outcome === state).length;
        expect(bench.tenant.pushCounts()).toEqual({ underWay: open('pushed'), kept: open('kept') });
        expect(bench.sent.filter(({ message }) => message.type === 'notification')).toHaveLength(open('delivered'));
      }
      // Nothing that is due is due for ever.
      for (let piece = 0; bench.core.nextDeadline() <= bench.now; piece++) {
        expect(piece).toBeLessThan(1000);
        bench.core.receive({ type: 'deadline' }, bench.now, bench.out);
      }
    }),
    {
      numRuns: 150,
      examples: [
        [
          [
            { kind: 'notify-groups' },
            { kind: 'pass', ms: minuteMs },
            { kind: 'open', which: 0 },
            { kind: 'unenroll', which: 0 },
            { kind: 'weather', lost: 0.5, latency: minuteMs, ttl: 0 },
            { kind: 'notify-phone', which: 1 },
            { kind: 'notify-phone', which: 1 },
            { kind: 'notify-phone', which: 1 },
            { kind: 'notify-phone', which: 2 },
            { kind: 'notify-phone', which: 2 },
            { kind: 'open', which: 2 },
            { kind: 'unenroll', which: 2 },
            { kind: 'pass', ms: 3 * dayMs },
          ],
        ],
      ],
    },
  );
  expect([...seen].sort()).toEqual(['delivered', 'expired', 'gone', 'kept', 'lost', 'pushed']);
});
