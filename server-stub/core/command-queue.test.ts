import { describe, expect, it } from 'vitest';
import { dayMs, minuteMs, secondMs } from '../../runtime/duration.ts';
import { admin, CoreBench, commandIn } from './core.fixture.ts';
import { pushAtOnce } from './settings.ts';

function inTouch(settings = {}, inventory = {}) {
  const bench = new CoreBench(settings);
  const device = bench.enroll('request-1', inventory);
  bench.pass(minuteMs);
  const link = bench.open(device.peer);
  bench.checkIn(link, device);
  return { bench, device, link };
}

describe('the queue of a device', () => {
  it('M-04 goes out in order, one at a time, and each command ends once', () => {
    const { bench, device, link } = inTouch();
    for (const type of ['remoteLock', 'syncDevice', 'remoteLock'] as const) bench.issue(device, type);
    const ids = bench.store.commandsOf(device.id).map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    let messages = bench.checkIn(link, device);
    for (const id of ids) {
      expect(commandIn(messages).commandId).toBe(id);
      messages = bench.answer(link, device, id, 'acknowledged');
      expect(messages[0]).toEqual({ type: 'result-accepted', commandId: id });
    }
    expect(messages.at(-1)).toEqual({ type: 'check-in-done' });
    expect(bench.statuses(device)).toEqual(['remoteLock acknowledged', 'syncDevice acknowledged', 'remoteLock acknowledged']);
  });

  it('M-04 delivers again what was not answered, and takes a late second answer without a change', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'remoteLock');
    const { commandId } = commandIn(bench.checkIn(link, device));
    expect(commandIn(bench.checkIn(link, device)).commandId).toBe(commandId);
    bench.answer(link, device, commandId, 'failed', -5);
    expect(bench.answer(link, device, commandId, 'acknowledged')[0]).toEqual({ type: 'result-accepted', commandId });
    expect(bench.store.command(commandId)).toMatchObject({ status: 'failed', errorCode: -5, deliveries: 2 });
  });

  it('M-04 keeps what is answered with not-now, ends the check-in, and delivers it again at the next', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'remoteLock');
    const { commandId } = commandIn(bench.checkIn(link, device));
    expect(bench.answer(link, device, commandId, 'not-now')).toEqual([{ type: 'check-in-done' }]);
    expect(bench.statuses(device)).toEqual(['remoteLock queued']);
    expect(commandIn(bench.checkIn(link, device)).commandId).toBe(commandId);
    bench.answer(link, device, commandId, 'acknowledged');
    bench.answer(link, device, commandId, 'not-now');
    expect(bench.statuses(device)).toEqual(['remoteLock acknowledged']);
  });

  it('refuses the answer to a command that was never delivered, is unknown, or is another device’s', () => {
    const { bench, device } = inTouch();
    const other = bench.enroll('request-2', { serialNumber: 'MF0000002' });
    bench.issue(device, 'remoteLock');
    bench.issue(other, 'remoteLock');
    const otherLink = bench.open(other.peer);
    const delivered = commandIn(bench.checkIn(otherLink, other)).commandId;
    for (const id of ['nonsense', bench.store.commandsOf(device.id)[0]?.id ?? '', delivered]) {
      const link = bench.open(device.peer);
      bench.answer(link, device, id, 'acknowledged');
      expect(bench.refusal(link)).toBe('message-unexpected');
    }
    expect(bench.statuses(device)).toEqual(['remoteLock queued']);
    expect(bench.statuses(other)).toEqual(['remoteLock delivered']);
  });

  it.each(['wipe', 'retire'] as const)('merges two of %s: one execution, two audit entries', (action) => {
    const { bench, device, link } = inTouch();
    expect([bench.issue(device, action), bench.issue(device, action)]).toEqual([null, null]);
    expect(bench.statuses(device)).toEqual([`${action} queued`]);
    const { commandId } = commandIn(bench.checkIn(link, device));
    bench.issue(device, action);
    expect(bench.answer(link, device, commandId, 'acknowledged')).toEqual([{ type: 'result-accepted', commandId }]);
    bench.close(link);
    expect(bench.record(device)).toBeUndefined();
    expect(bench.audits()).toEqual([1, 2, 3].map(() => `${action} ManagedDevice by ${admin}`));
    expect(new Set([...bench.store.audits()].map(({ id }) => id)).size).toBe(3);
  });

  it('drops a queued lock for a retire, and the retire for a wipe', () => {
    const { bench, device } = inTouch();
    bench.issue(device, 'remoteLock');
    bench.issue(device, 'retire');
    expect(bench.statuses(device)).toEqual(['remoteLock canceled', 'retire queued']);
    expect(bench.record(device)?.managementState).toBe('retirePending');
    bench.issue(device, 'wipe');
    expect(bench.statuses(device)).toEqual(['remoteLock canceled', 'retire canceled', 'wipe queued']);
    expect(bench.record(device)?.managementState).toBe('wipePending');
  });

  it('M-04 M-05 a wipe drops what waits; what the device has already ends as the device says', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'resetPasscode');
    bench.issue(device, 'remoteLock');
    const { commandId } = commandIn(bench.checkIn(link, device));
    bench.issue(device, 'wipe');
    expect(bench.statuses(device)).toEqual(['resetPasscode delivered', 'remoteLock canceled', 'wipe queued']);
    expect(bench.record(device)).toMatchObject({ managementState: 'wipePending' });
    bench.answer(link, device, commandId, 'acknowledged');
    expect(bench.statuses(device)).toEqual(['resetPasscode acknowledged', 'remoteLock canceled', 'wipe delivered']);
  });

  it('M-05 of a wipe that the device has and a retire asked for later, the state is that of the newest that is still to come', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'wipe');
    const { commandId } = commandIn(bench.checkIn(link, device));
    const state = () => bench.record(device)?.managementState;
    bench.issue(device, 'retire');
    expect([state(), ...bench.statuses(device)]).toEqual(['retirePending', 'wipe delivered', 'retire queued']);
    bench.cancel(device, 'retire');
    expect([state(), ...bench.statuses(device)]).toEqual(['wipePending', 'wipe delivered', 'retire canceled']);
    bench.issue(device, 'retire');
    bench.answer(link, device, commandId, 'failed', 12);
    expect(state()).toBe('retirePending');
    // A third wipe joins none: the first one has ended.
    bench.issue(device, 'wipe');
    expect(bench.statuses(device).slice(-2)).toEqual(['retire delivered', 'wipe queued']);
  });

  it('M-05 takes the report of a retire after which a wipe was asked for: the device is gone all the same', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'retire');
    const { commandId } = commandIn(bench.checkIn(link, device));
    bench.issue(device, 'wipe');
    bench.answer(link, device, commandId, 'acknowledged');
    bench.close(link);
    expect(bench.statuses(device)).toEqual(['retire acknowledged', 'wipe canceled']);
    expect(bench.notes.at(-1)).toMatchObject({ kind: 'record-removed', why: 'retired' });
  });

  it.each([
    ['retire', 'android', 'fully-managed'],
    ['retire', 'android', 'dedicated'],
    ['retire', 'android', 'corporate-work-profile'],
    ['remoteLock', 'windows', 'joined'],
    ['wipe', 'android', 'personal-work-profile'],
    ['wipe', 'ios', 'user'],
  ] as const)('M-05 refuses %s on %s %s, and leaves no trace of it', (action, platform, enrollment) => {
    const { bench, device } = inTouch({}, { platform, enrollment });
    expect(bench.issue(device, action)).toMatch(/\.$/);
    expect(bench.statuses(device)).toEqual([]);
    expect(bench.audits()).toEqual([]);
    expect(bench.record(device)?.managementState).toBe('managed');
    expect(bench.core.workWaits(device.id)).toBe(false);
  });

  it.each([
    ['failed', 'wipe', 'wipeFailed'],
    ['not-supported', 'retire', 'retireFailed'],
  ] as const)('a device that answers %s to its %s stays managed, as %s', (status, action, state) => {
    const { bench, device, link } = inTouch();
    bench.issue(device, action);
    bench.answer(link, device, commandIn(bench.checkIn(link, device)).commandId, status);
    expect(bench.record(device)?.managementState).toBe(state);
    bench.close(link);
    expect(bench.record(device)).toBeDefined();
  });

  it('M-11 removes the record of a device that reported its wipe and never closed its link', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'wipe');
    bench.answer(link, device, commandIn(bench.checkIn(link, device)).commandId, 'acknowledged');
    expect(bench.record(device)?.managementState).toBe('wipeIssued');
    bench.pass(minuteMs - 1);
    expect(bench.record(device)).toBeDefined();
    bench.pass(1);
    expect(bench.record(device)).toBeUndefined();
    expect(bench.notes.at(-1)).toMatchObject({ why: 'wiped' });
  });

  it('cancels what is asked of a device between its report and its departure', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'wipe');
    bench.answer(link, device, commandIn(bench.checkIn(link, device)).commandId, 'acknowledged');
    bench.issue(device, 'remoteLock');
    bench.issue(device, 'retire');
    bench.close(link);
    expect(bench.statuses(device)).toEqual(['wipe acknowledged', 'remoteLock canceled']);
    expect(bench.notes.at(-1)).toMatchObject({ kind: 'record-removed', why: 'wiped' });
  });

  it('cancels what waits for a device whose user removed the management', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'remoteLock');
    bench.say(link, { type: 'unenroll', deviceId: device.id });
    expect(bench.record(device)).toBeUndefined();
    expect(bench.statuses(device)).toEqual(['remoteLock canceled']);
    expect(bench.closed.at(-1)).toEqual({ link, reason: 'unenrolled' });
    bench.close(link);
    expect(bench.refusal(bench.open(device.peer))).toBe('device-unknown');
  });
});

describe('deletion', () => {
  it('M-05 hides the record at once, drops what waits, and asks the device to leave', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'remoteLock');
    bench.delete(device);
    const tenant = bench.core.tenant(bench.now, bench.out);
    expect(tenant.device(device.id)).toBeUndefined();
    expect([...tenant.devicesAfter(null)]).toEqual([]);
    expect(() => bench.issue(device, 'wipe')).toThrow(/is not there/);
    expect(bench.statuses(device)).toEqual(['remoteLock canceled', 'delete queued']);
    expect(commandIn(bench.checkIn(link, device)).command).toEqual({ type: 'retire', parameters: {} });
    bench.delete(device);
    expect(bench.audits()).toEqual([`remoteLock ManagedDevice by ${admin}`, `delete ManagedDevice by ${admin}`]);
  });

  it('M-05 wipes a fully managed device', () => {
    const { bench, device, link } = inTouch({}, { platform: 'android', enrollment: 'fully-managed' });
    bench.delete(device);
    expect(commandIn(bench.checkIn(link, device)).command).toEqual({ type: 'wipe', parameters: {} });
  });

  it('TD-16 removes a deleted record when its certificate ends, or at once when it has', () => {
    const { bench, device } = inTouch();
    bench.delete(device);
    bench.pass(366 * dayMs);
    expect(bench.record(device)).toBeUndefined();
    expect(bench.statuses(device)).toEqual(['delete expired']);
    const other = bench.enroll('request-2');
    bench.pass(366 * dayMs);
    expect(bench.record(other)?.managementState).toBe('unhealthy');
    bench.delete(other);
    expect(bench.record(other)).toBeUndefined();
    expect(bench.core.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('push', () => {
  const pushes = (bench: CoreBench) => bench.notes.flatMap((note) => (note.kind === 'push-sent' ? [note.outcome] : []));
  const nudges = (bench: CoreBench, link: number) => bench.sent.filter((one) => one.link === link && one.message.type === 'nudge').length;

  it('M-03 reaches a device that is there after its latency, newest wish wins', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'syncDevice');
    bench.pass(4 * secondMs);
    bench.issue(device, 'remoteLock');
    bench.pass(5 * secondMs - 1);
    expect(nudges(bench, link)).toBe(0);
    bench.pass(1);
    expect(nudges(bench, link)).toBe(1);
    expect(pushes(bench)).toEqual(['delivered']);
  });

  it.each([
    [dayMs, 1],
    [dayMs + 1, 0],
  ])('M-03 is kept for a device that is away: after %i ms it gets %i', (away, count) => {
    const { bench, device, link } = inTouch();
    bench.close(link);
    bench.issue(device, 'syncDevice');
    bench.issue(device, 'remoteLock');
    bench.pass(5 * secondMs + away);
    expect(pushes(bench)).toEqual(['kept']);
    const back = bench.open(device.peer);
    expect(nudges(bench, back)).toBe(count);
    // The link broke before the device could follow: the nudge comes again, until a check-in.
    bench.close(back);
    const again = bench.open(device.peer);
    expect(nudges(bench, again)).toBe(count);
    bench.checkIn(again, device);
    expect(nudges(bench, bench.open(device.peer))).toBe(0);
  });

  it('M-03 may be lost, as often as the setting says', () => {
    const { bench, device } = inTouch({ push: { ...pushAtOnce, lost: 0.5 } });
    for (let n = 0; n < 400; n++) {
      bench.issue(device, 'syncDevice');
      bench.pass(0);
    }
    const lost = pushes(bench).filter((outcome) => outcome === 'lost').length;
    expect(pushes(bench)).toHaveLength(400);
    expect(lost).toBeGreaterThan(150);
    expect(lost).toBeLessThan(250);
  });
});

describe('certificate end', () => {
  it('TD-15 refuses a device in touch, with both dates in words, and closes its link', () => {
    const { bench, device, link } = inTouch();
    bench.issue(device, 'wipe');
    bench.pass(365 * dayMs);
    expect(bench.refusal(link)).toBe('certificate-expired');
    expect(bench.sent.at(-1)?.message).toMatchObject({ message: expect.stringContaining('2031-01-01T00:00:00Z') as string });
    expect(bench.statuses(device)).toEqual(['wipe expired']);
    expect(bench.record(device)?.managementState).toBe('wipeFailed');
    expect(bench.checkIn(link, device)).toEqual([]);
  });

  it('TD-13 keeps the state that a failed wipe left, whatever is tried afterwards', () => {
    const { bench, device } = inTouch();
    bench.pass(366 * dayMs);
    expect(bench.issue(device, 'wipe')).toBeNull();
    bench.issue(device, 'syncDevice');
    expect(bench.record(device)?.managementState).toBe('wipeFailed');
    expect(bench.statuses(device)).toEqual(['wipe expired', 'syncDevice expired']);
    expect(bench.core.workWaits(device.id)).toBe(false);
  });
});
