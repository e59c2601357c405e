import { describe, expect, it } from 'vitest';
import { dayMs, hourMs } from '../../runtime/duration.ts';
import { slotTime } from './cadence.ts';
import { scheduleOf } from './check-in.ts';
import { Bench } from './machine.fixture.ts';
import { executedMax } from './state.ts';
import { nextDeadline, nextNoteworthy } from './step.ts';

const lock = { type: 'remoteLock', parameters: {} } as const;
const wipe = { type: 'wipe', parameters: {} } as const;

/** Idle at the instant of its next scheduled check-in, with its certificate near its end. */
function atRenewal(): Bench {
  const bench = new Bench().enrolled();
  bench.now = bench.state.certificate?.renewFrom ?? 0;
  bench.tell({ type: 'quiet-until', before: bench.now });
  bench.now = nextDeadline(bench.state);
  bench.tell({ type: 'deadline' });
  return bench.hear({ type: 'check-in-done' });
}

describe('a device', () => {
  it('M-01 asks over a link without a certificate, and comes back with the one it got', () => {
    const bench = new Bench();
    bench.tell({ type: 'enroll', token: 'letmein' });
    const requestId = bench.state.requestId ?? '';
    expect(bench.wishes).toEqual([`create-csr ${requestId}`]);
    expect(bench.tell({ type: 'csr-created', requestId, csr: 'csr' }).wishes).toEqual(['open-link none']);
    expect(bench.tell({ type: 'link-opened' }).sent).toMatchObject([{ type: 'enroll', requestId, token: 'letmein', csr: 'csr' }]);
    expect(bench.issued('enrolled', requestId).wishes).toEqual(['save-identity pem 4A', 'close-link enrolled', 'open-link certificate']);
    expect(bench.tell({ type: 'link-opened' }).sent).toMatchObject([
      { type: 'device-information', deviceId: 'device-1' },
      { type: 'check-in', trigger: 'connect', deviceId: 'device-1' },
    ]);
  });

  it('M-01 takes no certificate of another request', () => {
    const bench = new Bench();
    bench.tell({ type: 'enroll', token: 'letmein' });
    bench.tell({ type: 'csr-created', requestId: bench.state.requestId ?? '', csr: 'csr' });
    bench.tell({ type: 'link-opened' });
    expect(bench.issued('enrolled', 'another').wishes).toEqual([]);
    expect(bench.state.phase).toBe('enrolling');
  });

  it('M-11 switched off while it enrols, asks again with a new key and the same request', () => {
    const bench = new Bench();
    bench.tell({ type: 'enroll', token: 'letmein' });
    const requestId = bench.state.requestId ?? '';
    bench.tell({ type: 'csr-created', requestId, csr: 'csr' });
    expect(bench.tell({ type: 'started' }).wishes).toEqual([`create-csr ${requestId}`]);
    bench.tell({ type: 'csr-created', requestId, csr: 'csr 2' });
    expect(bench.tell({ type: 'link-opened' }).sent).toMatchObject([{ type: 'enroll', requestId, csr: 'csr 2' }]);
  });

  it('M-02 installs the certificate that it asked for, and no other', () => {
    const bench = atRenewal();
    const requestId = bench.state.requestId ?? '';
    expect(bench.wishes).toEqual([`create-csr ${requestId}`]);
    expect(bench.tell({ type: 'csr-created', requestId, csr: 'csr 2' }).sent).toMatchObject([{ type: 'renew', requestId, csr: 'csr 2' }]);
    expect(bench.issued('renewed', 'another', '4B').wishes).toEqual([]);
    expect(bench.issued('renewed', requestId, '4C').wishes).toEqual([
      'save-identity pem 4C',
      'close-link renewed',
      'open-link certificate',
    ]);
    expect(bench.tell({ type: 'link-opened' }).issued('renewed', requestId, '4D').wishes).toEqual([]);
    expect(bench.state.certificate?.serialNumber).toBe('4C');
  });

  it('M-04 answers a command again that comes again, and forgets only the oldest', () => {
    const bench = new Bench().enrolled();
    bench.tell({ type: 'user-synced' });
    for (let n = 0; n <= executedMax; n++) bench.command(`c${n}`, lock);
    expect(bench.state.screen).toBe('locked');
    bench.press('unlock');
    expect(bench.command(`c${executedMax}`, lock).sent).toMatchObject([{ type: 'command-result', status: 'acknowledged' }]);
    expect(bench.notes).toEqual([{ kind: 'command', commandId: `c${executedMax}`, command: 'remoteLock', redelivered: true }]);
    expect(bench.state.screen).toBe('home');
    expect(bench.state.executed).toHaveLength(executedMax);
    expect(bench.state.executed[0]?.id).toBe('c1');
  });

  it('M-05 says of what its kind can never do that it is not supported, and does nothing', () => {
    const bench = new Bench({ platform: 'windows', enrollment: 'joined' }).enrolled();
    bench.tell({ type: 'user-synced' });
    expect(bench.command('c', lock).sent).toMatchObject([{ type: 'command-result', commandId: 'c', status: 'not-supported' }]);
    expect(bench.state.screen).toBe('home');
    expect(bench.command('c', lock).notes).toMatchObject([{ redelivered: true }]);
  });

  it('M-05 reports a wipe before it erases its identity', () => {
    const bench = new Bench().enrolled();
    bench.tell({ type: 'user-synced' });
    expect(bench.command('c', wipe).wishes).toEqual(['send command-result']);
    expect(bench.state).toMatchObject({ phase: 'leaving', certificate: { serialNumber: '4A' } });
    expect(bench.hear({ type: 'result-accepted', commandId: 'other' }).wishes).toEqual([]);
    expect(bench.hear({ type: 'result-accepted', commandId: 'c' }).wishes).toEqual(['close-link wiped', 'erase-identity']);
    expect(bench.state).toMatchObject({ phase: 'wiped', certificate: null, screen: 'set-up-assistant' });
  });

  it('M-11 that is leaving reports again over every new link', () => {
    const bench = new Bench().enrolled();
    bench.tell({ type: 'user-synced' });
    bench.command('c', { type: 'retire', parameters: {} });
    expect(bench.tell({ type: 'started' }).wishes).toEqual(['open-link certificate']);
    expect(bench.tell({ type: 'link-opened' }).sent).toMatchObject([{ type: 'command-result', commandId: 'c', status: 'acknowledged' }]);
  });

  it.each([
    ['device-unknown', true],
    ['certificate-expired', false],
  ] as const)('TD-14 that is leaving is gone when it is refused as %s; reported: %s', (code, reported) => {
    const bench = new Bench().enrolled();
    bench.tell({ type: 'user-synced' });
    bench.command('c', wipe);
    bench.hear({ type: 'refused', code, message: 'no' });
    expect(bench.state.phase).toBe('wiped');
    expect(bench.notes).toContainEqual({ kind: 'wiped', reported });
  });

  it('TD-12 that wipes in silence says nothing', () => {
    const bench = new Bench({}, { wipesSilently: true }).enrolled();
    bench.tell({ type: 'user-synced' });
    expect(bench.command('c', wipe).wishes).toEqual(['close-link wiped', 'erase-identity']);
    expect(bench.state.phase).toBe('wiped');
  });

  it('TD-15 keeps the words of its refusal, and stays away', () => {
    const bench = new Bench().enrolled();
    bench.hear({ type: 'refused', code: 'certificate-expired', message: 'It ended.' });
    expect(bench.state).toMatchObject({ phase: 'refused', refusal: { code: 'certificate-expired', message: 'It ended.', at: bench.now } });
    expect(nextDeadline(bench.state)).toBe(Number.POSITIVE_INFINITY);
    expect(bench.tell({ type: 'network', available: false }).wishes).toEqual([]);
    expect(bench.tell({ type: 'network', available: true }).wishes).toEqual([]);
    expect(bench.tell({ type: 'started' }).wishes).toEqual([]);
  });

  it('TD-15 has not checked in when it was refused instead of answered', () => {
    const bench = new Bench().enrolled();
    const { checkIns, lastCheckInAt } = bench.state;
    bench.now = nextDeadline(bench.state);
    bench.tell({ type: 'deadline' });
    bench.hear({ type: 'refused', code: 'certificate-expired', message: 'It ended.' });
    expect(bench.state).toMatchObject({ checkIns, lastCheckInAt, phase: 'refused' });
  });

  it('comes back after a refusal that is not for good', () => {
    const bench = new Bench().enrolled();
    bench.hear({ type: 'refused', code: 'session-replaced', message: 'newer' });
    bench.tell({ type: 'link-closed', reason: 'session-replaced' });
    expect(bench.state.phase).toBe('enrolled');
    bench.now = nextDeadline(bench.state);
    expect(bench.tell({ type: 'deadline' }).wishes).toEqual(['open-link certificate']);
  });

  it('gives up a link on which no answer comes, and tries again with doubling pauses of at most five minutes', () => {
    const bench = new Bench().enrolled();
    bench.tell({ type: 'user-synced' });
    const pauses: number[] = [];
    for (let n = 0; n < 14; n++) {
      bench.now = nextDeadline(bench.state);
      expect(bench.tell({ type: 'deadline' }).wishes).toEqual(n === 0 ? ['close-link no-answer'] : ['close-link no-answer']);
      pauses.push(nextDeadline(bench.state) - bench.now);
      bench.now = nextDeadline(bench.state);
      expect(bench.tell({ type: 'deadline' }).wishes).toEqual(['open-link certificate']);
    }
    pauses.forEach((pause, n) => {
      const whole = Math.min(300_000, 1_000 * 2 ** n);
      expect(pause).toBeGreaterThanOrEqual(whole / 2);
      expect(pause).toBeLessThanOrEqual(whole + 1);
    });
    bench.tell({ type: 'link-opened' });
    expect(bench.sent).toMatchObject([{ type: 'check-in', trigger: 'retry' }]);
    bench.hear({ type: 'check-in-done' });
    expect(bench.state.attempts).toBe(0);
  });

  it.each([
    [59_999, 'still doubles its pauses after a link that held less than a minute', 4_000],
    [60_000, 'begins with the shortest pause again after a link that held for a minute', 1_000],
  ])('%i ms: %s', (heldMs, _title, pauseMsMax) => {
    const bench = new Bench().enrolled();
    for (let n = 0; n < 2; n++) {
      bench.tell({ type: 'link-closed', reason: 'lost' });
      bench.now = nextDeadline(bench.state);
      bench.tell({ type: 'deadline' });
    }
    bench.tell({ type: 'link-opened' });
    bench.now += heldMs;
    bench.tell({ type: 'link-closed', reason: 'lost' });
    const pause = nextDeadline(bench.state) - bench.now;
    expect(pause).toBeGreaterThanOrEqual(pauseMsMax / 2);
    expect(pause).toBeLessThanOrEqual(pauseMsMax + 1);
  });

  it('closes a link on which the server says what makes no sense', () => {
    const bench = new Bench().enrolled();
    expect(bench.hear({ type: 'clock', step: 1, now: bench.now, speed: 1, lived: false }).wishes).toEqual([
      'close-link message-unexpected',
    ]);
    expect(bench.state.reconnectAt).not.toBeNull();
  });

  it('M-03 nudged in the middle of a check-in, checks in again right after it', () => {
    const bench = new Bench().enrolled();
    bench.tell({ type: 'user-synced' });
    expect(bench.hear({ type: 'nudge' }).wishes).toEqual([]);
    expect(bench.hear({ type: 'check-in-done' }).sent).toMatchObject([{ type: 'check-in', trigger: 'push' }]);
  });

  it('M-03 checks in on schedule again after the clock was set back, and skips nothing that is still ahead', () => {
    const bench = new Bench().enrolled();
    const first = nextDeadline(bench.state);
    bench.now += 300 * dayMs;
    bench.tell({ type: 'quiet-until', before: bench.now });
    expect(nextDeadline(bench.state)).toBeGreaterThan(bench.now);
    bench.now -= 300 * dayMs;
    bench.tell({ type: 'clock-set-back' });
    expect(nextDeadline(bench.state)).toBe(first);
    bench.tell({ type: 'clock-set-back' });
    expect(nextDeadline(bench.state)).toBe(first);
  });

  it('M-03 does not check in twice at the instant to which its own clock is set back', () => {
    const bench = new Bench().enrolled();
    bench.now = nextDeadline(bench.state);
    bench.tell({ type: 'deadline' });
    bench.hear({ type: 'check-in-done' });
    const next = nextDeadline(bench.state);
    bench.tell({ type: 'clock-set-back' });
    expect(nextDeadline(bench.state)).toBe(next);
  });

  it('keeps the identity that it has when the request for its renewal was refused', () => {
    const bench = atRenewal();
    bench.hear({ type: 'refused', code: 'csr-invalid', message: 'no' });
    bench.tell({ type: 'link-closed', reason: 'csr-invalid' });
    expect(bench.state).toMatchObject({ phase: 'enrolled', certificate: expect.anything() });
  });

  it('M-09 has a next noteworthy instant: the next check-in with work, the renewal without', () => {
    const { state } = new Bench().enrolled();
    const next = nextDeadline(state);
    expect(next).toBe(slotTime(scheduleOf(state), 0));
    expect(nextNoteworthy(state, true, false)).toBe(next);
    const renewal = nextNoteworthy(state, false, false);
    expect(renewal).toBeGreaterThanOrEqual(state.certificate?.renewFrom ?? 0);
    expect(renewal - (state.certificate?.renewFrom ?? 0)).toBeLessThan(9 * hourMs);
  });

  it('M-09 takes over the check-ins that were lived quietly, once', () => {
    const bench = new Bench().enrolled();
    bench.now += 10 * dayMs;
    const before = bench.state.checkIns;
    bench.tell({ type: 'quiet-until', before: bench.now });
    const [note] = bench.notes;
    expect(note).toMatchObject({ kind: 'quiet-check-ins', count: bench.state.checkIns - before, last: bench.state.lastCheckInAt });
    expect(bench.state.checkIns - before).toBeGreaterThan(30);
    expect(nextDeadline(bench.state)).toBeGreaterThanOrEqual(bench.now);
    expect(bench.tell({ type: 'quiet-until', before: bench.now }).notes).toEqual([]);
  });
});
