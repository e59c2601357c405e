/** The retire list, push notifications and locks of the actions for noncompliance; mails have tests of their own. */
import { beforeEach, describe, expect, it } from 'vitest';
import { dayMs, hourMs } from '../../../runtime/duration.ts';
import { administrator, CoreBench, type Enrolled } from '../core.fixture.ts';
import { fired, type Scheduled, savePolicy, visit } from './spells.fixture.ts';

const broken = { passcode: false };

let bench: CoreBench;
let device: Enrolled;
beforeEach(() => {
  bench = new CoreBench();
  device = bench.enroll();
});

const listed = () => bench.record(device)?.compliance.retireListed;

describe('the retire list', () => {
  const lister = (...actions: Scheduled[]) => savePolicy(bench, 'p', { actions: ['block 0', ...actions] });
  const decide = (decision: 'confirm' | 'cancel') => bench.tenant.decideRetire([device.id, device.id, 'nobody'], decision, administrator);

  it('has a device from the day of the action on, once, until it keeps its policy again', () => {
    lister('retire 24', 'retire 48');
    const from = bench.now;
    visit(bench, device, broken);
    expect(listed()).toBeNull();
    bench.pass(3 * dayMs);
    expect(listed()).toEqual({ policyId: 'p', at: from + dayMs });
    expect(bench.record(device)?.managementState).toBe('managed');
    expect(fired(bench, from)).toEqual(['0h block', '24h retire', '48h retire']);
    visit(bench, device);
    expect(listed()).toBeNull();
  });

  it('an administrator confirms: it is retired', () => {
    lister('retire 0');
    visit(bench, device, broken);
    decide('confirm');
    expect(listed()).toBeNull();
    expect(bench.record(device)?.managementState).toBe('retirePending');
    expect(bench.statuses(device)).toEqual(['retire queued']);
    expect(bench.audits()).toContain('retire ManagedDevice by admin@contoso.example');
  });

  it('what a device is asked for by way of leaving comes before its locks, and it is not listed twice', () => {
    lister('retire 0', 'retire 24', 'remoteLock 24', 'pushNotification 24');
    const from = bench.now;
    visit(bench, device, broken);
    decide('confirm');
    fired(bench, from);
    bench.pass(2 * dayMs);
    expect(fired(bench, from)).toEqual(['24h retire skipped', '24h remoteLock skipped', '24h pushNotification skipped']);
    expect(listed()).toBeNull();
    expect(bench.statuses(device)).toEqual(['retire queued']);
  });

  it('or cancels: it is off the list until the next action puts it there again', () => {
    lister('retire 24', 'retire 72');
    const from = bench.now;
    visit(bench, device, broken);
    bench.pass(dayMs);
    decide('cancel');
    decide('cancel');
    expect(listed()).toBeNull();
    expect(bench.audits().filter((text) => text.startsWith('cancelScheduledRetire'))).toHaveLength(1);
    visit(bench, device, broken);
    expect(listed()).toBeNull();
    bench.pass(2 * dayMs);
    expect(listed()).toEqual({ policyId: 'p', at: from + 3 * dayMs });
  });

  it('another policy keeps it there when the first one is kept again', () => {
    lister('retire 24');
    savePolicy(bench, 'q', { settings: { securityBlockJailbrokenDevices: true }, actions: ['block 0', 'retire 48'] });
    const from = bench.now;
    visit(bench, device, { passcode: false, jailBroken: true });
    bench.pass(2 * dayMs);
    visit(bench, device, { passcode: true, jailBroken: true });
    expect(listed()).toEqual({ policyId: 'q', at: from + 2 * dayMs });
    decide('cancel');
    visit(bench, device, { passcode: true, jailBroken: true });
    expect(listed()).toBeNull();
  });

  it('what was cancelled before another policy listed it does not keep it there', () => {
    lister('retire 48');
    savePolicy(bench, 'q', { settings: { securityBlockJailbrokenDevices: true }, actions: ['block 0', 'retire 24'] });
    visit(bench, device, { passcode: false, jailBroken: true });
    bench.pass(dayMs);
    expect(listed()?.policyId).toBe('q');
    decide('cancel');
    bench.pass(dayMs);
    expect(listed()?.policyId).toBe('p');
    visit(bench, device, { passcode: true, jailBroken: true });
    expect(listed()).toBeNull();
  });

  it('is not for kinds that cannot be retired', () => {
    const phone = bench.enroll('request-2', { platform: 'android', enrollment: 'fully-managed', serialNumber: 'MF0000002' });
    savePolicy(bench, 'a', {
      type: 'androidDeviceOwnerCompliancePolicy',
      settings: { passwordRequired: true },
      actions: ['block 0', 'retire 0'],
    });
    const from = bench.now;
    visit(bench, phone, broken);
    expect(fired(bench, from)).toEqual(['0h block', '0h retire skipped']);
    expect(bench.record(phone)?.compliance.retireListed).toBeNull();
  });
});

describe('push notifications and locks', () => {
  const notices = (id: Enrolled, told = broken) => visit(bench, id, told).flatMap((sent) => (sent.type === 'notice' ? [sent.at] : []));

  it('reach the device in the check-in that finds it noncompliant, several of one day as one, and never twice', () => {
    savePolicy(bench, 'p', {
      actions: ['block 0', 'pushNotification 0', 'pushNotification 6', 'pushNotification 30', 'pushNotification 40'],
    });
    const from = bench.now;
    expect(notices(device)).toEqual([from]);
    expect(notices(device)).toEqual([]);
    bench.pass(2 * dayMs);
    expect(bench.core.workWaits(device.id)).toBe(true);
    expect(fired(bench, from)).toEqual([
      '0h block',
      '0h pushNotification',
      '6h pushNotification skipped',
      '30h pushNotification',
      '40h pushNotification skipped',
    ]);
    expect(notices(device, { passcode: true })).toEqual([from + 30 * hourMs]);
    expect(notices(device)).toEqual([bench.now]);
  });

  it('wait for a device that is away, the latest twenty of them', () => {
    const days = Array.from({ length: 25 }, (_, day) => day + 1);
    savePolicy(bench, 'p', { actions: ['block 0', ...days.map((day): Scheduled => `pushNotification ${24 * day}`)] });
    const from = bench.now;
    expect(notices(device)).toEqual([]);
    bench.pass(26 * dayMs);
    expect(notices(device)).toEqual(days.slice(-20).map((day) => from + day * dayMs));
  });

  it('are for iOS and Android, and for people', () => {
    const android = { type: 'androidDeviceOwnerCompliancePolicy', settings: { passwordRequired: true } } as const;
    savePolicy(bench, 'a', { ...android, to: [{ kind: 'allDevices' }], actions: ['block 0', 'pushNotification 0'] });
    savePolicy(bench, 'm', {
      type: 'macOSCompliancePolicy',
      settings: { passwordRequired: true },
      actions: ['block 0', 'pushNotification 0'],
    });
    const phone = bench.enroll('r2', { platform: 'android', enrollment: 'fully-managed', serialNumber: 'MF0000002' });
    const kiosk = bench.enroll('r3', { platform: 'android', enrollment: 'dedicated', serialNumber: 'MF0000003', userPrincipalName: '' });
    const mac = bench.enroll('r4', { platform: 'macos', enrollment: 'device', serialNumber: 'MF0000004' });
    expect([phone, kiosk, mac].map((one) => notices(one).length)).toEqual([1, 0, 0]);
  });

  it('NC-07 a lock is asked for by the service itself, where the kind has it', () => {
    savePolicy(bench, 'p', { actions: ['block 0', 'remoteLock 48'] });
    savePolicy(bench, 'w', {
      type: 'windows10CompliancePolicy',
      settings: { passwordRequired: true },
      actions: ['block 0', 'remoteLock 0'],
    });
    const from = bench.now;
    const pc = bench.enroll('r2', { platform: 'windows', enrollment: 'joined', serialNumber: 'MF0000002' });
    visit(bench, pc, broken);
    expect(fired(bench, from)).toEqual(['0h block', '0h remoteLock skipped']);
    visit(bench, device, broken);
    bench.pass(2 * dayMs);
    expect(fired(bench, from)).toEqual(['0h block', '48h remoteLock']);
    expect(bench.statuses(device)).toEqual(['remoteLock queued']);
    expect(bench.audits()).toContain('remoteLock ManagedDevice by Microsoft Intune');
    expect(visit(bench, device, broken).map(({ type }) => type)).toContain('command');
  });
});
