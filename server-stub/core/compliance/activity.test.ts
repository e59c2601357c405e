/** Devices that are out of touch for too long (reference §4.5, §9). */
import { beforeEach, describe, expect, it } from 'vitest';
import { dayMs, hourMs } from '../../../runtime/duration.ts';
import { administrator, CoreBench, type Enrolled } from '../core.fixture.ts';
import { fired, savePolicy, visit } from './spells.fixture.ts';

let bench: CoreBench;
let device: Enrolled;
beforeEach(() => {
  bench = new CoreBench();
  device = bench.enroll();
});

const state = () => bench.record(device)?.complianceState;
const isTrusted = () => bench.record(device)?.compliance.isTrusted;

describe('the validity of what was found', () => {
  it('a device that was not in touch for 30 days counts as noncompliant until its next check-in, each time anew', () => {
    savePolicy(bench, 'p');
    for (let time = 1; time <= 3; time++) {
      visit(bench, device);
      bench.pass(30 * dayMs - 1);
      expect(state(), `before, ${time}`).toBe('compliant');
      bench.pass(1);
      expect([state(), isTrusted()], `after, ${time}`).toEqual(['noncompliant', false]);
      bench.pass(time * 17 * dayMs);
      expect(state()).toBe('noncompliant');
    }
    visit(bench, device);
    expect([state(), isTrusted()]).toEqual(['compliant', true]);
  });

  it('is over on its day, also for a stub that was off then', () => {
    visit(bench, device);
    const from = bench.now;
    fired(bench, from);
    bench.now += 40 * dayMs;
    bench.pass(0);
    expect(fired(bench, from)).toEqual(['720h block']);
    expect(bench.record(device)?.compliance.results[0]?.since).toBe(from + 30 * dayMs);
  });

  it('leaves actions on their days for a stub that was off then', () => {
    const from = bench.now;
    savePolicy(bench, 'p', { actions: ['block 0', 'noAction 840'] });
    visit(bench, device, { passcode: false });
    bench.pass(10 * dayMs);
    visit(bench, device, { passcode: false });
    fired(bench, from);
    bench.now = from + 45 * dayMs;
    bench.pass(0);
    expect(fired(bench, from)).toEqual(['840h noAction', '960h block']);
  });

  it('one that holds its link is in touch', () => {
    const link = bench.open(device.peer);
    bench.tell(link, device);
    bench.checkIn(link, device);
    bench.pass(200 * dayMs);
    expect(state()).toBe('compliant');
    bench.core.receive({ type: 'quiet-check-ins', deviceId: device.id, last: bench.now - hourMs }, bench.now, bench.out);
    bench.close(link);
    bench.pass(30 * dayMs - hourMs - 1);
    expect(state()).toBe('compliant');
    bench.pass(1);
    expect(state()).toBe('noncompliant');
  });

  it('one whose link went with the stub is out of touch from its latest check-in on, however long it was linked before', () => {
    const link = bench.open(device.peer);
    bench.tell(link, device);
    bench.checkIn(link, device);
    bench.pass(200 * dayMs);
    bench.checkIn(link, device);
    // Killed: nobody tells it that the link is gone.
    const again = new CoreBench({}, bench.store);
    again.now = bench.now + dayMs;
    again.pass(29 * dayMs - 1);
    expect(again.record(device)?.complianceState).toBe('compliant');
    again.pass(1);
    expect(again.record(device)?.complianceState).toBe('noncompliant');
  });

  it.each([1, 2, 30, 120])('%i days, to the millisecond, after a link that lasted', (validityDays) => {
    bench.tenant.setComplianceSettings({ validityDays }, administrator);
    const link = bench.open(device.peer);
    bench.tell(link, device);
    bench.checkIn(link, device);
    bench.pass(validityDays * dayMs + 7 * hourMs);
    const last = bench.now - 5 * hourMs;
    bench.core.receive({ type: 'quiet-check-ins', deviceId: device.id, last }, bench.now, bench.out);
    bench.close(link);
    bench.pass(last + validityDays * dayMs - bench.now - 1);
    expect(state()).toBe('compliant');
    bench.pass(1);
    expect(state()).toBe('noncompliant');
  });

  it('a change of it counts at once: shorter for whoever is overdue by it, longer for whoever is not any more', () => {
    visit(bench, device);
    bench.pass(10 * dayMs);
    bench.tenant.setComplianceSettings({ validityDays: 10 }, administrator);
    expect(state()).toBe('noncompliant');
    bench.tenant.setComplianceSettings({ validityDays: 11 }, administrator);
    expect(state()).toBe('compliant');
    bench.pass(dayMs - 1);
    expect(state()).toBe('compliant');
    bench.pass(1);
    expect(state()).toBe('noncompliant');
    bench.tenant.setComplianceSettings({ validityDays: 120 }, administrator);
    expect(state()).toBe('compliant');
    bench.pass(109 * dayMs);
    expect(state()).toBe('noncompliant');
  });

  it('a shorter one is over for whoever was overdue by it with the next check-in, even if that tells nothing new', () => {
    visit(bench, device);
    bench.pass(10 * dayMs);
    bench.tenant.setComplianceSettings({ validityDays: 5 }, administrator);
    expect(bench.core.workWaits(device.id)).toBe(true);
    const link = bench.open(device.peer);
    bench.checkIn(link, device);
    expect(state()).toBe('compliant');
  });

  it('a change of it counts from the latest check-in on, for one that holds its link too', () => {
    const link = bench.open(device.peer);
    bench.tell(link, device);
    bench.checkIn(link, device);
    bench.pass(10 * dayMs);
    bench.tenant.setComplianceSettings({ validityDays: 2 }, administrator);
    bench.core.receive({ type: 'quiet-check-ins', deviceId: device.id, last: bench.now - 6 * hourMs }, bench.now, bench.out);
    bench.close(link);
    bench.pass(2 * dayMs - 6 * hourMs - 1);
    expect(state()).toBe('compliant');
    bench.pass(1);
    expect(state()).toBe('noncompliant');
  });

  it('a shorter one counts for whoever was hidden meanwhile, too', () => {
    bench.tenant.setComplianceSettings({ validityDays: 120 }, administrator);
    bench.tenant.setCleanupDays(30, administrator);
    visit(bench, device);
    bench.pass(31 * dayMs);
    expect(bench.record(device)?.hidden).toBe(true);
    bench.pass(100 * dayMs);
    expect(state(), 'nobody judges what nobody sees').toBe('compliant');
    bench.tenant.setComplianceSettings({ validityDays: 2 }, administrator);
    bench.pass(dayMs);
    visit(bench, device);
    expect(state()).toBe('compliant');
    bench.pass(2 * dayMs);
    expect(state()).toBe('noncompliant');
  });

  it('counts from the next check-in on when the clock was set back', () => {
    visit(bench, device);
    bench.pass(dayMs);
    visit(bench, device);
    bench.now -= 300 * dayMs;
    const earlier = { ...device, peer: { ...device.peer, notBefore: 0 } };
    visit(bench, earlier);
    bench.pass(30 * dayMs - 1);
    expect(state()).toBe('compliant');
    bench.pass(1);
    expect(state()).toBe('noncompliant');
  });

  it('counts from the next check-in on when the clock was set back to before the silence was found', () => {
    visit(bench, device);
    bench.pass(30 * dayMs);
    expect(state()).toBe('noncompliant');
    bench.now -= 29 * dayMs;
    visit(bench, device);
    bench.pass(30 * dayMs - 1);
    expect(state()).toBe('compliant');
    bench.pass(1);
    expect(state()).toBe('noncompliant');
  });

  it('a device that never checked in counts as noncompliant after it, too', () => {
    bench.pass(30 * dayMs);
    expect(state()).toBe('noncompliant');
  });
});
