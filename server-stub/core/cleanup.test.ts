import { describe, expect, it } from 'vitest';
import { dayMs, hourMs } from '../../runtime/duration.ts';
import { administrator, benchStart, CoreBench, commandIn, type Enrolled } from './core.fixture.ts';

/** A tenant with the rule, and a phone that checked in an hour after its enrollment and went away. */
function away(days: number | null = 30): { bench: CoreBench; phone: Enrolled; lastSyncAt: number } {
  const bench = new CoreBench();
  if (days !== null) bench.tenant.setCleanupDays(days, administrator);
  const phone = bench.enroll();
  bench.pass(hourMs);
  visit(bench, phone);
  return { bench, phone, lastSyncAt: bench.now };
}

function visit(bench: CoreBench, phone: Enrolled): ReturnType<CoreBench['checkIn']> {
  const link = bench.open(phone.peer);
  const messages = bench.checkIn(link, phone);
  bench.close(link);
  return messages;
}

const shown = ({ tenant }: CoreBench) => [...tenant.devicesAfter(null)].map(({ id }) => id);

describe('the cleanup of inactive devices', () => {
  it('hides a device that was away for exactly as many days, in the name of the service', () => {
    const { bench, phone, lastSyncAt } = away();
    bench.pass(30 * dayMs - 1);
    expect(shown(bench)).toEqual([phone.id]);
    bench.pass(1);
    expect(bench.now).toBe(lastSyncAt + 30 * dayMs);
    expect(shown(bench)).toEqual([]);
    expect(bench.tenant.device(phone.id)).toBeUndefined();
    expect(bench.tenant.deviceCounts()).toEqual([]);
    expect(bench.notes.at(-1)).toEqual({ kind: 'record-hidden', deviceId: phone.id });
    expect([...bench.store.audits()][0]).toMatchObject({
      activity: 'cleanup ManagedDevice',
      actorType: 'service',
      deviceId: phone.id,
      at: bench.now,
    });
  });

  it('touches neither its queue nor its state, and it comes back when it checks in', () => {
    const { bench, phone } = away();
    bench.issue(phone, 'remoteLock');
    bench.pass(30 * dayMs);
    expect(bench.record(phone)).toMatchObject({ hidden: true, managementState: 'managed' });
    expect(bench.statuses(phone)).toEqual(['remoteLock queued']);
    bench.pass(100 * dayMs);
    const link = bench.open(phone.peer);
    expect(shown(bench)).toEqual([]);
    expect(commandIn(bench.checkIn(link, phone)).command.type).toBe('remoteLock');
    expect(shown(bench)).toEqual([phone.id]);
    expect(bench.notes.some(({ kind }) => kind === 'record-shown')).toBe(true);
    bench.close(link);
    bench.pass(30 * dayMs - 1);
    expect(shown(bench)).toEqual([phone.id]);
    bench.pass(1);
    expect(shown(bench)).toEqual([]);
  });

  it('counts from the latest check-in, however often it was looked at before', () => {
    const { bench, phone } = away();
    for (let visits = 0; visits < 5; visits++) {
      bench.pass(29 * dayMs);
      visit(bench, phone);
    }
    bench.pass(30 * dayMs - 1);
    expect(shown(bench)).toEqual([phone.id]);
    bench.pass(1);
    expect(shown(bench)).toEqual([]);
  });

  it('lets a hidden device’s next check-in count for drivers that leave quiet ones out', () => {
    const { bench, phone } = away();
    expect(bench.core.workWaits(phone.id)).toBe(false);
    bench.pass(30 * dayMs);
    expect(bench.core.workWaits(phone.id)).toBe(true);
    visit(bench, phone);
    expect(bench.core.workWaits(phone.id)).toBe(false);
  });

  it('never hides a device that holds a link: drivers may leave its check-ins out', () => {
    const { bench, phone } = away();
    const link = bench.open(phone.peer);
    bench.pass(200 * dayMs);
    expect(shown(bench)).toEqual([phone.id]);
    const last = bench.now - hourMs;
    bench.core.receive({ type: 'quiet-check-ins', deviceId: phone.id, last }, bench.now, bench.out);
    bench.close(link);
    bench.pass(30 * dayMs - hourMs - 1);
    expect(shown(bench)).toEqual([phone.id]);
    bench.pass(1);
    expect(shown(bench)).toEqual([]);
  });

  it('TD-16 leaves the removal, 180 days after the certificate’s end, as it is', () => {
    const { bench, phone } = away();
    bench.pass(30 * dayMs);
    bench.now = phone.peer.notAfter;
    bench.pass(180 * dayMs - 1);
    expect(bench.record(phone)).toMatchObject({ hidden: true });
    bench.pass(1);
    expect(bench.record(phone)).toBeUndefined();
    expect(bench.notes.at(-1)).toMatchObject({ kind: 'record-removed', why: 'expired' });
  });

  it('TD-15 does not bring a device back whose certificate has ended', () => {
    const { bench, phone } = away();
    bench.pass(400 * dayMs);
    expect(bench.refusal(bench.open(phone.peer))).toBe('certificate-expired');
    expect(shown(bench)).toEqual([]);
  });

  it('applies a rule that is set later to everybody: who is overdue is hidden at once, and the clock never goes back', () => {
    const { bench, phone } = away(null);
    bench.pass(100 * dayMs);
    expect(shown(bench)).toEqual([phone.id]);
    bench.tenant.setCleanupDays(90, administrator);
    expect(bench.core.nextDeadline()).toBe(bench.now);
    bench.pass(0);
    expect(shown(bench)).toEqual([]);
  });

  it('can be made stricter, and be turned off; who is hidden then stays so until it checks in', () => {
    const { bench, phone } = away(270);
    bench.pass(40 * dayMs);
    bench.tenant.setCleanupDays(60, administrator);
    bench.pass(20 * dayMs);
    expect(shown(bench)).toEqual([]);
    bench.tenant.setCleanupDays(null, administrator);
    expect(bench.tenant.cleanupDays()).toBeNull();
    expect(shown(bench)).toEqual([]);
    visit(bench, phone);
    expect(shown(bench)).toEqual([phone.id]);
    bench.pass(200 * dayMs);
    expect(shown(bench)).toEqual([phone.id]);
    expect(bench.audits().filter((line) => line.startsWith('patch DeviceManagement'))).toHaveLength(3);
  });

  it('leaves deleted records alone', () => {
    const { bench, phone } = away();
    bench.delete(phone);
    bench.pass(31 * dayMs);
    expect(bench.record(phone)).toMatchObject({ deleted: true, hidden: false });
  });

  it('M-11 shows a record again whose enrollment is asked for again', () => {
    const bench = new CoreBench();
    bench.tenant.setCleanupDays(30, administrator);
    const phone = bench.enroll();
    bench.pass(30 * dayMs);
    expect(shown(bench)).toEqual([]);
    expect(bench.enroll().id).toBe(phone.id);
    expect(shown(bench)).toEqual([phone.id]);
    bench.pass(30 * dayMs);
    expect(shown(bench)).toEqual([]);
  });

  it('goes on after a restart', () => {
    const { bench, phone, lastSyncAt } = away();
    const again = new CoreBench({}, bench.store);
    again.now = benchStart + hourMs;
    again.pass(lastSyncAt + 30 * dayMs - again.now);
    expect(shown(again)).toEqual([]);
    expect(again.record(phone)?.hidden).toBe(true);
  });
});
