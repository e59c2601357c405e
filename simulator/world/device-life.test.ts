import { describe, expect, it } from 'vitest';
import { lastSlotAt, slotTime } from '../../agent/device/cadence.ts';
import { standInPeer } from '../../certs/stand-in-identity.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../../runtime/duration.ts';
import { pushAtOnce } from '../../server-stub/core/settings.ts';
import { admin, Pair, type PairOptions, pairStart } from './pair.fixture.ts';

const yearMs = 365 * dayMs;

function enrolledPair(options: PairOptions = {}): Pair {
  const pair = new Pair(options);
  pair.enroll();
  pair.pass(hourMs);
  return pair;
}

/** A device that went away on day 10 with an action waiting, and nothing since. */
function awayWith(action: 'wipe' | 'retire' | null): Pair {
  const pair = enrolledPair();
  pair.passUntil(pairStart + 10 * dayMs);
  pair.network(false);
  if (action !== null) pair.issue(action);
  return pair;
}

const checkIns = (pair: Pair) =>
  pair.deviceNotes.flatMap((note) => (note.kind === 'check-in' ? [{ at: note.at, trigger: note.trigger }] : []));
const statuses = (pair: Pair) => pair.commands.map((one) => `${one.action} ${one.status}`);
const refusals = (pair: Pair) => pair.serverNotes.flatMap((note) => (note.kind === 'refused' ? [note.code] : []));

describe('enrollment', () => {
  it('M-01 makes a request, gets a certificate for exactly 365 days, and is managed', () => {
    const pair = new Pair();
    pair.enroll();
    const types = pair.frames.map(({ message }) => message.type);
    expect(types).toEqual(['enroll', 'enrolled', 'device-information', 'check-in', 'check-in-done']);
    const peer = standInPeer(pair.certificate ?? '');
    expect(peer).toMatchObject({ subject: pair.deviceId, notBefore: pairStart, notAfter: pairStart + yearMs });
    expect(pair.device).toMatchObject({ phase: 'enrolled', screen: 'home', token: null, csr: null, enrolledAt: pairStart });
    expect(pair.record).toMatchObject({ managementState: 'managed', certificate: { notAfter: pairStart + yearMs }, lastSyncAt: pairStart });
  });

  it('M-01 waits for a network before it asks', () => {
    const pair = new Pair();
    pair.network(false);
    pair.enroll();
    pair.pass(dayMs);
    expect(pair.frames).toEqual([]);
    pair.network(true);
    expect(pair.device.phase).toBe('enrolled');
    expect(pair.device.certificate?.notBefore).toBe(pairStart + dayMs);
  });

  it('is refused for good with a wrong token, and keeps no token', () => {
    const pair = new Pair({ token: 'letmeim' });
    pair.enroll();
    pair.pass(dayMs);
    expect(pair.device).toMatchObject({ phase: 'refused', refusal: { code: 'enrollment-token-invalid' }, token: null, certificate: null });
    expect(pair.frames.filter(({ from }) => from === 'device')).toHaveLength(1);
  });
});

describe('renewal', () => {
  it('M-02 happens at the first check-in within 30 days of the end, and the old certificate is refused afterwards', () => {
    const pair = enrolledPair();
    const renewFrom = pairStart + yearMs - 30 * dayMs;
    const [first] = pair.identities;
    pair.passQuietlyUntil(renewFrom - 1);
    pair.pass(hourMs * 9);
    const renewed = pair.deviceNotes.find((note) => note.kind === 'renewed');
    const schedule = { platform: 'ios', key: pair.device.key, enrolledAt: pairStart } as const;
    expect(renewed?.at).toBe(slotTime(schedule, lastSlotAt(schedule, renewFrom - 1) + 1));
    expect(pair.identities).toHaveLength(2);
    const validFrom = Math.floor((renewed?.at ?? 0) / 1000) * 1000;
    expect(pair.record?.certificate.notAfter).toBe(validFrom + yearMs);
    expect(pair.record?.nextCertificate).toBeNull();
    expect(pair.comeWith(first ?? '')).toMatchObject([{ type: 'refused', code: 'certificate-replaced' }]);
    expect(pair.device.phase).toBe('enrolled');
  });

  it('M-02 goes on every year for as long as the device checks in', () => {
    const pair = enrolledPair();
    for (let year = 1; year <= 4; year++) {
      pair.passQuietlyUntil((pair.device.certificate?.renewFrom ?? 0) - 1);
      pair.pass(dayMs);
      expect(pair.identities).toHaveLength(year + 1);
    }
    expect(pair.now).toBeGreaterThan(pairStart + 3.6 * yearMs);
    expect(pair.device.phase).toBe('enrolled');
    expect(refusals(pair)).toEqual([]);
  });

  it('M-02 leaves the old certificate good until the device comes with the new one', () => {
    const untilRenewal = () => {
      const pair = enrolledPair();
      pair.passQuietlyUntil((pair.device.certificate?.renewFrom ?? 0) - 1);
      return pair;
    };
    const whole = untilRenewal();
    const from = whole.steps;
    whole.pass(9 * hourMs);
    let lost = 0;
    for (let at = from + 1; at <= whole.steps; at++) {
      const pair = untilRenewal();
      pair.planMishap(at, 'device killed, nothing arrives');
      pair.pass(9 * hourMs);
      expect(refusals(pair)).toEqual([]);
      expect(pair.identities).toHaveLength(2);
      expect(pair.record?.certificate.serialNumber).toBe(pair.device.certificate?.serialNumber);
      // Issued at enrollment; issued, and killed before it was installed; issued again.
      if (pair.serverNotes.filter((note) => note.kind === 'certificate-issued').length === 3) lost += 1;
    }
    expect(lost).toBeGreaterThan(0);
  });

  it('M-02 is tried again at the next check-in after a failed one', () => {
    const pair = enrolledPair({ settings: { renewalWindowMs: 2 * dayMs } });
    pair.passQuietlyUntil(pairStart + 363 * dayMs - 1);
    pair.network(false);
    pair.pass(dayMs + hourMs);
    pair.network(true);
    expect(pair.identities).toHaveLength(2);
    pair.pass(5 * dayMs);
    expect(pair.device.phase).toBe('enrolled');
  });
});

describe('check-ins', () => {
  it.each([
    ['ios', 'device', [15, 30, 45, 60]],
    ['macos', 'automated', [15, 30, 45, 60]],
    ['android', 'fully-managed', [3, 6, 9, 12, 15, 30, 45, 60, 75, 90, 105, 120, 135]],
    ['windows', 'joined', [3, 6, 9, 12, 15, 30, 45, 60, 75, 90, 105, 120, 135]],
  ] as const)('M-03 of %s come often at first, then about every eight hours', (platform, enrollment, bursts) => {
    const pair = new Pair({ platform, enrollment });
    pair.enroll();
    pair.pass(30 * dayMs);
    const scheduled = checkIns(pair).filter(({ trigger }) => trigger === 'schedule');
    expect(scheduled.slice(0, bursts.length).map(({ at }) => at)).toEqual(bursts.map((minute) => pairStart + minute * minuteMs));
    const gaps = scheduled.slice(bursts.length).map(({ at }, n, all) => at - (all[n - 1]?.at ?? at - 8 * hourMs));
    expect(Math.min(...gaps)).toBeGreaterThan(8 * hourMs - 15 * minuteMs);
    expect(Math.max(...gaps)).toBeLessThan(8 * hourMs + 15 * minuteMs);
    expect(gaps.length).toBeGreaterThanOrEqual(89);
    expect(pair.record?.lastSyncAt).toBe(scheduled.at(-1)?.at);
  });

  it('M-03 come at once when the stub nudges or the user presses Sync', () => {
    const pair = enrolledPair();
    pair.pass(2 * dayMs);
    const before = checkIns(pair).length;
    pair.tell({ type: 'user-synced' });
    const synced = pair.now;
    pair.issue('syncDevice');
    pair.pass(minuteMs);
    expect(checkIns(pair).slice(before)).toEqual([
      { at: synced, trigger: 'user' },
      { at: synced + 5 * secondMs, trigger: 'push' },
    ]);
  });

  it('M-03 make up for those missed while away, once', () => {
    const pair = enrolledPair();
    pair.pass(2 * dayMs);
    pair.network(false);
    const before = checkIns(pair).length;
    pair.pass(5 * dayMs);
    expect(checkIns(pair)).toHaveLength(before);
    pair.network(true);
    expect(checkIns(pair).slice(before)).toEqual([{ at: pair.now, trigger: 'connect' }]);
  });

  it('M-03 without any push still come on schedule', () => {
    const pair = enrolledPair({ settings: { push: { ...pushAtOnce, lost: 1 } } });
    pair.pass(2 * dayMs);
    pair.issue('remoteLock');
    pair.pass(minuteMs);
    expect(statuses(pair)).toEqual(['remoteLock queued']);
    pair.pass(9 * hourMs);
    expect(statuses(pair)).toEqual(['remoteLock acknowledged']);
    expect(pair.serverNotes.filter((note) => note.kind === 'push-sent')).toMatchObject([{ outcome: 'lost' }]);
  });
});

describe('actions', () => {
  it('M-04 wait for an offline device and are carried out in order, once each', () => {
    const pair = enrolledPair();
    pair.network(false);
    pair.issue('remoteLock');
    pair.pass(hourMs);
    pair.issue('syncDevice');
    pair.issue('remoteLock');
    pair.pass(20 * dayMs);
    expect(statuses(pair)).toEqual(['remoteLock queued', 'syncDevice queued', 'remoteLock queued']);
    pair.network(true);
    pair.pass(dayMs);
    expect(pair.executed).toEqual(['remoteLock', 'syncDevice', 'remoteLock']);
    expect(statuses(pair)).toEqual(['remoteLock acknowledged', 'syncDevice acknowledged', 'remoteLock acknowledged']);
    expect(pair.commands.map(({ deliveries }) => deliveries)).toEqual([1, 1, 1]);
  });

  it('M-04 delivered again are answered again, but not carried out again', () => {
    const waiting = () => {
      const pair = enrolledPair();
      pair.network(false);
      pair.issue('remoteLock');
      pair.pass(9 * hourMs);
      return pair;
    };
    const whole = waiting();
    const from = whole.steps;
    whole.network(true);
    let redeliveries = 0;
    for (let at = from + 1; at <= whole.steps; at++) {
      const pair = waiting();
      pair.planMishap(at, 'link lost, nothing arrives');
      pair.network(true);
      pair.pass(10 * minuteMs);
      expect(pair.executed).toEqual(['remoteLock']);
      expect(statuses(pair)).toEqual(['remoteLock acknowledged']);
      if (!pair.deviceNotes.some((note) => note.kind === 'command' && note.redelivered)) continue;
      redeliveries += 1;
      expect(pair.commands[0]?.deliveries).toBe(2);
      expect(pair.frames.filter(({ message }) => message.type === 'command-result')).toHaveLength(2);
    }
    expect(redeliveries).toBeGreaterThan(0);
  });

  it('M-05 a locked device opens when its user types the passcode', () => {
    const pair = enrolledPair();
    pair.issue('remoteLock');
    pair.pass(minuteMs);
    expect(pair.device.screen).toBe('locked');
    pair.tell({ type: 'user-input', input: { press: 'unlock' } });
    expect(pair.device.screen).toBe('home');
  });

  it.each([
    ['wipe', 'wiped', 'set-up-assistant', 'wiped'],
    ['retire', 'retired', 'home', 'retired'],
  ] as const)('M-05 %s leaves the device %s, erases its identity, and its record goes', (action, phase, screen, why) => {
    const pair = enrolledPair();
    expect(pair.issue(action)).toBeNull();
    expect(pair.record?.managementState).toBe(`${action}Pending`);
    pair.pass(minuteMs);
    expect(pair.device).toMatchObject({ phase, screen, certificate: null });
    expect(pair.certificate).toBeNull();
    expect(pair.record).toBeUndefined();
    expect(statuses(pair)).toEqual([`${action} acknowledged`]);
    expect(pair.serverNotes.at(-1)).toMatchObject({ kind: 'record-removed', why });
    const known = pair.frames.length;
    pair.pass(30 * dayMs);
    expect(pair.frames).toHaveLength(known);
  });

  it('M-05 a Windows wipe that keeps the enrollment leaves the device managed', () => {
    const pair = enrolledPair({ platform: 'windows', enrollment: 'joined' });
    pair.issue('wipe', { keepEnrollmentData: true });
    pair.pass(minuteMs);
    expect(pair.device.phase).toBe('enrolled');
    expect(pair.record?.managementState).toBe('managed');
    expect(statuses(pair)).toEqual(['wipe acknowledged']);
  });

  it('M-05 an iOS wipe knows no such wish', () => {
    const pair = enrolledPair();
    pair.issue('wipe', { keepEnrollmentData: true });
    pair.pass(minuteMs);
    expect(pair.device.phase).toBe('wiped');
    expect(pair.record).toBeUndefined();
  });

  it.each([
    ['ios', 'device', 'retired'],
    ['android', 'personal-work-profile', 'retired'],
    ['android', 'fully-managed', 'wiped'],
    ['android', 'dedicated', 'wiped'],
  ] as const)('M-05 delete hides a record of %s %s at once, and the device is %s at its next check-in', (platform, enrollment, phase) => {
    const pair = enrolledPair({ platform, enrollment });
    pair.network(false);
    pair.delete();
    expect(pair.record?.deleted).toBe(true);
    pair.pass(10 * dayMs);
    expect(pair.device.phase).toBe('enrolled');
    pair.network(true);
    expect(pair.device.phase).toBe(phase);
    expect(pair.record).toBeUndefined();
    expect(pair.serverNotes.at(-1)).toMatchObject({ kind: 'record-removed', why: 'deleted' });
  });

  it('a device that left can be enrolled anew, as another record', () => {
    const pair = enrolledPair();
    const first = pair.deviceId;
    pair.issue('wipe');
    pair.pass(minuteMs);
    pair.enroll();
    pair.pass(dayMs);
    expect(pair.deviceId).not.toBe(first);
    expect(pair.record?.managementState).toBe('managed');
    pair.issue('remoteLock');
    pair.pass(minuteMs);
    expect(pair.executed).toEqual(['wipe', 'remoteLock']);
  });
});

describe('wipes that are never reported', () => {
  it('TD-12 stay pending until the administrator deletes the record', () => {
    const pair = enrolledPair({ wipesSilently: true });
    pair.issue('wipe');
    pair.pass(100 * dayMs);
    expect(pair.device).toMatchObject({ phase: 'wiped', screen: 'set-up-assistant' });
    expect(pair.deviceNotes.filter((note) => note.kind === 'wiped')).toMatchObject([{ reported: false }]);
    expect(pair.record?.managementState).toBe('wipePending');
    expect(statuses(pair)).toEqual(['wipe delivered']);
    pair.delete();
    expect(pair.record?.deleted).toBe(true);
    expect(statuses(pair)).toEqual(['wipe canceled', 'delete queued']);
    pair.pass(yearMs);
    expect(pair.record).toBeUndefined();
  });

  it('TD-12 otherwise stay pending until the certificate ends, and fail then', () => {
    const pair = enrolledPair({ wipesSilently: true });
    pair.issue('wipe');
    pair.passUntil(pairStart + yearMs);
    expect(pair.record?.managementState).toBe('wipePending');
    pair.pass(1);
    expect(pair.record?.managementState).toBe('wipeFailed');
    expect(statuses(pair)).toEqual(['wipe expired']);
  });
});

describe('offline devices', () => {
  it.each(['wipe', 'retire'] as const)('TD-13 stay in %s-pending until the certificate ends, to the millisecond', (action) => {
    const pair = awayWith(action);
    pair.passUntil(pairStart + yearMs);
    expect(pair.record?.managementState).toBe(`${action}Pending`);
    expect(statuses(pair)).toEqual([`${action} queued`]);
    pair.pass(1);
    expect(pair.record?.managementState).toBe(`${action}Failed`);
    expect(statuses(pair)).toEqual([`${action} expired`]);
  });

  it.each([
    ['wipe', 'wiped'],
    ['retire', 'retired'],
  ] as const)('TD-14 that check in before the end, at its last instant even, are told to %s', (action, phase) => {
    const pair = awayWith(action);
    pair.passUntil(pairStart + yearMs);
    pair.network(true);
    expect(pair.device.phase).toBe(phase);
    expect(pair.record).toBeUndefined();
    expect(statuses(pair)).toEqual([`${action} acknowledged`]);
  });

  it('TD-15 that come a millisecond later are refused for good, and both sides say why', () => {
    const pair = awayWith('wipe');
    pair.passUntil(pairStart + yearMs + 1);
    pair.network(true);
    pair.pass(30 * dayMs);
    const words = 'The management certificate ended at 2031-01-01T09:30:00Z; it is 2031-01-01T09:30:00.001Z now.';
    expect(pair.device).toMatchObject({ phase: 'refused', refusal: { code: 'certificate-expired', at: pairStart + yearMs + 1 } });
    expect(pair.device.refusal?.message).toContain(words);
    expect(pair.serverNotes.find((note) => note.kind === 'refused')).toMatchObject({
      code: 'certificate-expired',
      deviceId: pair.deviceId,
      message: expect.stringContaining(words) as string,
    });
    expect(refusals(pair)).toHaveLength(1);
    expect(pair.executed).toEqual([]);
  });

  it('TD-15 a device that is in touch when its certificate ends is refused too', () => {
    const pair = enrolledPair({ settings: { renewalWindowMs: -dayMs } });
    pair.passQuietlyUntil(pairStart + yearMs - 1);
    pair.pass(1);
    expect(pair.device.phase).toBe('enrolled');
    pair.pass(1);
    expect(pair.device).toMatchObject({ phase: 'refused', refusal: { code: 'certificate-expired' } });
    expect(pair.record?.managementState).toBe('unhealthy');
  });

  it.each([
    ['wipe', 'wipeFailed'],
    [null, 'unhealthy'],
  ] as const)('TD-16 the record goes 180 days after the end, not earlier and not later (pending: %s)', (action, state) => {
    const pair = awayWith(action);
    const due = pairStart + yearMs + 180 * dayMs;
    for (const before of [dayMs, 1]) {
      pair.passUntil(due - before);
      expect(pair.record?.managementState).toBe(state);
    }
    pair.passUntil(due);
    expect(pair.record).toBeUndefined();
    expect(pair.serverNotes.at(-1)).toMatchObject({ kind: 'record-removed', why: 'expired', at: due });
    const [newest] = pair.store.audits();
    expect(newest).toMatchObject({ actor: 'Microsoft Intune', activity: 'delete ManagedDevice', at: due });
  });

  it('TD-16 counts from the newest certificate', () => {
    const pair = enrolledPair();
    pair.passQuietlyUntil((pair.device.certificate?.renewFrom ?? 0) - 1);
    pair.pass(dayMs);
    pair.network(false);
    const due = (pair.device.certificate?.notAfter ?? 0) + 180 * dayMs;
    expect(due).toBeGreaterThan(pairStart + yearMs + 500 * dayMs);
    pair.passUntil(due - 1);
    expect(pair.record?.managementState).toBe('unhealthy');
    pair.pass(1);
    expect(pair.record).toBeUndefined();
  });

  it('TD-13 an action on a device whose certificate has ended expires at once', () => {
    const pair = awayWith(null);
    pair.passUntil(pairStart + yearMs + dayMs);
    expect(pair.issue('remoteLock')).toBeNull();
    expect(pair.record?.managementState).toBe('unhealthy');
    expect(pair.issue('wipe')).toBeNull();
    expect(pair.record?.managementState).toBe('wipeFailed');
    // What failed stays failed, whatever else is tried.
    pair.issue('syncDevice');
    expect(pair.record?.managementState).toBe('wipeFailed');
    expect(statuses(pair)).toEqual(['remoteLock expired', 'wipe expired', 'syncDevice expired']);
    expect(pair.commands.map(({ initiatedBy }) => initiatedBy)).toEqual([admin.name, admin.name, admin.name]);
  });
});
