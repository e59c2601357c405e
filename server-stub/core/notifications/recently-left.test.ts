/** CN-17: memberships, and ends of managements, are seen with a lag. */
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../runtime/duration.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { CoreBench, commandIn, type Enrolled } from '../core.fixture.ts';
import type { LinkId } from '../effects.ts';
import { type PushSettings, pushAtOnce } from '../settings.ts';
import { addGroup, arrivedOn, join, leave, notify, notifyPhone, outcomes, phoneOf, pushed, runDue, text } from './notifications.fixture.ts';

const lag = 15 * minuteMs;
const lagging = (change: Partial<PushSettings> = {}) => ({
  push: { ...pushAtOnce, membershipLag: { kind: 'constant', ms: lag } as const, ...change },
});

function field(bench = new CoreBench(lagging())) {
  const adele = phoneOf(bench, 'adele');
  const alex = phoneOf(bench, 'alex');
  addGroup(bench, 'field', ['adele', 'alex']);
  return { bench, adele, alex };
}

describe('people', () => {
  it('CN-17 who left less than the lag ago still gets it, who left longer ago does not', () => {
    const { bench, adele, alex } = field();
    leave(bench, 'field', 'adele');
    bench.pass(lag - 1);
    notify(bench, 'field');
    runDue(bench);
    expect(pushed(bench)).toEqual([alex.id, adele.id]);
    bench.pass(1);
    bench.notes = [];
    notify(bench, 'field');
    runDue(bench);
    expect(pushed(bench)).toEqual([alex.id]);
  });

  it('CN-17 who joined, or enrolled, after it was sent gets it when the lag is over, nobody twice; who joins later does not', () => {
    const { bench, adele, alex } = field();
    phoneOf(bench, 'megan');
    phoneOf(bench, 'late');
    notify(bench, 'field');
    runDue(bench);
    expect(pushed(bench).sort()).toEqual([adele.id, alex.id].sort());
    bench.notes = [];
    bench.pass(lag - 1);
    join(bench, 'field', 'megan');
    const tablet = phoneOf(bench, 'adele');
    expect(pushed(bench)).toEqual([]);
    bench.pass(1);
    expect(pushed(bench)).toHaveLength(2);
    expect(pushed(bench)).toContain(tablet.id);
    join(bench, 'field', 'late');
    bench.pass(dayMs);
    expect(pushed(bench)).toHaveLength(2);
  });

  it('CN-17 without a lag there is none of it', () => {
    const { bench, alex } = field(new CoreBench({ push: pushAtOnce }));
    leave(bench, 'field', 'adele');
    notify(bench, 'field');
    runDue(bench);
    join(bench, 'field', 'adele');
    bench.pass(dayMs);
    expect(pushed(bench)).toEqual([alex.id]);
  });

  it.each([
    ['the group within is taken out', (bench: CoreBench) => void leave(bench, 'all', { id: 'field', kind: 'group' })],
    ['the group within is deleted', (bench: CoreBench) => void bench.tenant.directory.remove('group', 'field')],
  ])('CN-17 %s: who was in it still counts, as long as the lag', (_what, change) => {
    const { bench, adele, alex } = field();
    addGroup(bench, 'all', [{ id: 'field', kind: 'group' }]);
    change(bench);
    notify(bench, 'all');
    runDue(bench);
    expect(pushed(bench).sort()).toEqual([adele.id, alex.id].sort());
    bench.notes = [];
    bench.pass(lag);
    notify(bench, 'all');
    bench.pass(lag);
    expect(pushed(bench)).toEqual([]);
  });

  it('who left and came again is there once; very many who left are gone through piece by piece', () => {
    const bench = new CoreBench(lagging());
    const names = Array.from({ length: 300 }, (_, index) => `p${1000 + index}`);
    const phones = names.map((name) => phoneOf(bench, name).id);
    addGroup(bench, 'field', names);
    for (const name of names) leave(bench, 'field', name);
    join(bench, 'field', 'p1000');
    notify(bench, 'field');
    let pieces = 0;
    for (; bench.core.nextDeadline() <= bench.now; pieces++) bench.core.receive({ type: 'deadline' }, bench.now, bench.out);
    expect(pushed(bench).sort()).toEqual(phones.sort());
    expect(pieces).toBeGreaterThanOrEqual(3);
  });

  it('who leaves in a future that is not any more has not left yet, and is there once; a restart sees what is', () => {
    const store = createMemoryStore();
    const { bench, adele, alex } = field(new CoreBench(lagging(), store));
    leave(bench, 'field', 'adele');
    bench.now -= hourMs;
    notify(bench, 'field');
    runDue(bench);
    expect(pushed(bench)).toEqual([alex.id]);
    bench.now += hourMs;
    const after = new CoreBench(lagging(), store);
    after.now = bench.now;
    notify(after, 'field');
    runDue(after);
    expect(pushed(after)).toEqual([alex.id]);
    expect(pushed(after)).not.toContain(adele.id);
  });
});

/** The device carries out a retire and says so; `left` if it was told until when it may stay, and is not `silent`. */
function retire(bench: CoreBench, phone: Enrolled, how?: 'silent'): { link: LinkId; until: number | undefined } {
  const link = bench.open(phone.peer);
  bench.issue(phone, 'retire');
  const { commandId } = commandIn(bench.checkIn(link, phone, bench.record(phone)?.configuration ?? undefined));
  const accepted = bench.answer(link, phone, commandId, 'acknowledged').find((message) => message.type === 'result-accepted');
  const until = accepted?.type === 'result-accepted' ? accepted.pushUntil : undefined;
  if (until !== undefined && how === undefined) bench.say(link, { type: 'left', deviceId: phone.id });
  return { link, until };
}

describe('a device whose management has ended', () => {
  it('CN-17 still gets what is sent to its user’s groups, until it is seen everywhere that it left; its record is gone at once', () => {
    const { bench, adele, alex } = field();
    const { link, until } = retire(bench, adele);
    expect(until).toBe(bench.now + lag);
    expect(bench.record(adele)).toBeUndefined();
    expect(bench.notes).toContainEqual(expect.objectContaining({ kind: 'record-removed', deviceId: adele.id, why: 'retired' }));
    expect(bench.tenant.device(adele.id)).toBeUndefined();
    expect(bench.core.deviceOn(link)).toBeNull();
    bench.pass(lag - 1);
    notify(bench, 'field');
    runDue(bench);
    expect(pushed(bench).sort()).toEqual([adele.id, alex.id].sort());
    expect(arrivedOn(bench, link)).toEqual([text.body]);
    expect(bench.closed).not.toContainEqual(expect.objectContaining({ link }));
    bench.pass(1);
    expect(bench.closed).toContainEqual({ link, reason: 'left' });
    bench.notes = [];
    notify(bench, 'field');
    bench.pass(dayMs);
    expect(pushed(bench)).toEqual([alex.id]);
  });

  it('CN-17 each as long as its own lag, iPhones and Android devices alike', () => {
    const bench = new CoreBench(lagging());
    const iphone = phoneOf(bench, 'adele');
    const android = phoneOf(bench, 'ADELE', { platform: 'android', enrollment: 'device-administrator' });
    addGroup(bench, 'field', ['adele']);
    const first = retire(bench, iphone);
    bench.pass(lag - 1);
    const second = retire(bench, android);
    expect(second.until).toBe(bench.now + lag);
    bench.pass(1);
    expect(bench.closed).toContainEqual({ link: first.link, reason: 'left' });
    notify(bench, 'field');
    runDue(bench);
    expect(pushed(bench)).toEqual([android.id]);
    expect(arrivedOn(bench, second.link)).toEqual([text.body]);
  });

  it('CN-17 gets what was on its way to it', () => {
    const { bench, adele } = field(new CoreBench(lagging({ latency: { kind: 'constant', ms: minuteMs } })));
    notifyPhone(bench, adele, 'On its way');
    const { link } = retire(bench, adele);
    bench.pass(minuteMs);
    expect(arrivedOn(bench, link)).toEqual(['On its way']);
    expect(outcomes(bench).map(({ outcome }) => outcome)).toEqual(['pushed', 'delivered']);
  });

  it('says nothing more over that link, and whatever it says is not heard', () => {
    const { bench, adele } = field();
    const { link } = retire(bench, adele);
    const before = bench.sent.length;
    bench.checkIn(link, adele);
    bench.say(link, { type: 'left', deviceId: adele.id });
    expect(bench.sent).toHaveLength(before);
    expect(bench.record(adele)).toBeUndefined();
  });

  it('CN-17 counts as one that has left when it has not said so within a minute: on a fast clock its word comes late, and changes nothing', () => {
    const { bench, adele } = field();
    const { link } = retire(bench, adele, 'silent');
    expect(bench.record(adele)).toBeDefined();
    bench.pass(minuteMs);
    expect(bench.record(adele)).toBeUndefined();
    bench.say(link, { type: 'left', deviceId: adele.id });
    notify(bench, 'field');
    runDue(bench);
    expect(arrivedOn(bench, link)).toEqual([text.body]);
    expect(bench.closed).not.toContainEqual(expect.objectContaining({ link }));
    bench.pass(lag - minuteMs);
    expect(bench.closed).toContainEqual({ link, reason: 'left' });
  });

  it('closes the link itself: it is over, and what comes later is for nobody', () => {
    const { bench, adele, alex } = field(new CoreBench(lagging({ latency: { kind: 'constant', ms: minuteMs } })));
    notifyPhone(bench, adele);
    const { link } = retire(bench, adele);
    bench.close(link);
    notify(bench, 'field');
    bench.pass(hourMs);
    expect(outcomes(bench).flatMap(({ deviceId, outcome }) => (deviceId === adele.id ? [outcome] : []))).toEqual(['pushed', 'gone']);
    expect(pushed(bench)).toContain(alex.id);
    expect(bench.closed).not.toContainEqual({ link, reason: 'left' });
  });

  it('is not waited for without a lag, after a wipe, on a Mac, or without a user; `left` out of turn is refused', () => {
    const atOnce = field(new CoreBench({ push: pushAtOnce }));
    expect(retire(atOnce.bench, atOnce.adele).until).toBeUndefined();
    const bench = new CoreBench(lagging());
    expect(retire(bench, phoneOf(bench, 'adele', { platform: 'macos', enrollment: 'automated' })).until).toBeUndefined();
    const kiosk = phoneOf(bench, '', { enrollment: 'automated' });
    expect(retire(bench, kiosk).until).toBeUndefined();
    const phone = phoneOf(bench, 'alex');
    const link = bench.open(phone.peer);
    bench.say(link, { type: 'left', deviceId: phone.id });
    expect(bench.refusal(link)).toBe('message-unexpected');
    expect(bench.record(phone)).toBeDefined();
  });

  it('CN-17 only a retire that was carried out is answered with an instant up to which it may stay', () => {
    const bench = new CoreBench(lagging());
    const phone = phoneOf(bench, 'adele');
    const link = bench.open(phone.peer);
    const answerOf = (action: 'remoteLock' | 'retire' | 'wipe', status: 'acknowledged' | 'failed') => {
      bench.issue(phone, action);
      const { commandId } = commandIn(bench.checkIn(link, phone, bench.record(phone)?.configuration ?? undefined));
      return bench.answer(link, phone, commandId, status).find(({ type }) => type === 'result-accepted');
    };
    for (const [action, status] of [
      ['remoteLock', 'acknowledged'],
      ['retire', 'failed'],
      ['wipe', 'acknowledged'],
    ] as const) {
      const accepted = answerOf(action, status);
      expect(accepted, action).toMatchObject({ type: 'result-accepted' });
      expect(accepted, action).not.toHaveProperty('pushUntil');
    }
    // Whoever was told of none has nothing to stay for.
    bench.say(link, { type: 'left', deviceId: phone.id });
    expect(bench.refusal(link)).toBe('message-unexpected');
  });

  it('with its clock set back or jumped, nothing is asked for again and again', () => {
    const { bench, adele } = field();
    const { link } = retire(bench, adele);
    notify(bench, 'field');
    bench.now -= 400 * dayMs;
    bench.core.receive({ type: 'deadline' }, bench.now, bench.out);
    runDue(bench);
    expect(bench.core.nextDeadline()).toBeGreaterThan(bench.now);
    bench.now += 500 * dayMs;
    runDue(bench);
    expect(bench.core.nextDeadline()).toBeGreaterThan(bench.now);
    expect(bench.closed).toContainEqual({ link, reason: 'left' });
  });
});
