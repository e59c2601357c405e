import { describe, expect, it } from 'vitest';
import { hourMs, secondMs } from '../../runtime/duration.ts';
import { Bench } from './machine.fixture.ts';
import { nextDeadline, nextNoteworthy } from './step.ts';

const restart = { type: 'rebootNow', parameters: {} } as const;
const shutDown = { type: 'shutDown', parameters: {} } as const;
const supervised = { enrollment: 'automated' } as const;
const windows = { platform: 'windows', enrollment: 'joined', osVersion: '10.0.22631' } as const;

describe('a restart', () => {
  it('waits until its result was taken, and is over after about 90 seconds', () => {
    const bench = new Bench(windows).enrolled();
    expect(bench.checkIn().command('c', restart).sent).toMatchObject([{ status: 'acknowledged' }]);
    expect(bench.state.power).toBe('on');
    expect(bench.hear({ type: 'result-accepted', commandId: 'another' }).wishes).toEqual([]);
    expect(bench.hear({ type: 'result-accepted', commandId: 'c' }).wishes).toEqual(['close-link restarting']);
    expect(bench.state).toMatchObject({ power: 'restarting', screen: 'off', link: 'closed' });
    const at = bench.now;
    expect(nextNoteworthy(bench.state, false, false)).toBe(nextDeadline(bench.state));
    bench.wait();
    expect(bench.now - at).toBeGreaterThanOrEqual(75 * secondMs);
    expect(bench.now - at).toBeLessThanOrEqual(105 * secondMs);
    expect(bench.wishes).toEqual(['open-link certificate']);
    expect(bench.state).toMatchObject({ power: 'on', screen: 'home', restartedAt: null });
    expect(bench.tell({ type: 'link-opened' }).sent.at(-1)).toMatchObject({ type: 'check-in', trigger: 'connect' });
  });

  it('leaves an iPhone with a passcode without a network until it is unlocked', () => {
    const bench = new Bench(supervised, undefined, { passcode: '246810' }).enrolled().obeys(restart).wait();
    expect(bench.wishes).toEqual([]);
    expect(bench.state).toMatchObject({ power: 'on', screen: 'locked', beforeFirstUnlock: true, link: 'closed' });
    expect(nextDeadline(bench.state)).toBe(Number.POSITIVE_INFINITY);
    expect(bench.tell({ type: 'network', available: false }).tell({ type: 'network', available: true }).wishes).toEqual([]);
    bench.now += 100 * hourMs;
    expect(bench.input({ type: 'wrong' })).toBe('refused');
    expect(bench.wishes).toEqual([]);
    expect(bench.input({ type: '246810' })).toBe('done');
    expect(bench.wishes).toEqual(['open-link certificate']);
    bench.tell({ type: 'link-opened' });
    // The scheduled ones of those hours passed unlived: one check-in, because it connected.
    expect(bench.sent).toMatchObject([{ type: 'check-in', trigger: 'connect' }]);
    expect(nextDeadline(bench.done().state)).toBeGreaterThan(bench.now);
  });

  it('leaves an iPhone in lost mode in reach: its screen has no passcode prompt, and only the management can end it', () => {
    const bench = new Bench(supervised, undefined, { passcode: '246810' }).enrolled();
    bench
      .obeys({ type: 'enableLostMode', parameters: { message: 'Call us' } })
      .obeys(restart, 'd')
      .wait();
    expect(bench.state).toMatchObject({ screen: 'lost-mode', beforeFirstUnlock: false, link: 'opening' });
  });

  it('leaves no iPhone waiting for a passcode that was taken away', () => {
    const bench = new Bench(supervised, undefined, { passcode: '246810' }).enrolled().obeys(restart).wait();
    expect(bench.change({ passcode: null }).wishes).toEqual(['open-link certificate']);
    expect(bench.state.screen).toBe('home');
  });

  it.each([
    ['an iPhone without a passcode', supervised, null, 'home'],
    ['a Mac with a password', { platform: 'macos', enrollment: 'automated' }, 'secret', 'locked'],
    ['a Windows device with a password', windows, 'secret', 'locked'],
  ] as const)('connects %s again at once', (_what, kind, passcode, screen) => {
    const bench = new Bench(kind, undefined, { passcode }).enrolled().obeys(restart).wait();
    expect(bench.wishes).toEqual(['open-link certificate']);
    expect(bench.state.screen).toBe(screen);
  });

  it('M-04 comes once, though its result is reported again', () => {
    const bench = new Bench(windows).enrolled().checkIn().command('c', restart);
    bench.tell({ type: 'link-closed', reason: 'lost' });
    // Whether the result arrived is not known: the restart does not wait for another chance.
    expect(bench.state).toMatchObject({ power: 'restarting', reconnectAt: null });
    bench.wait().tell({ type: 'link-opened' });
    expect(bench.command('c', restart).notes).toMatchObject([{ kind: 'check-in' }, { redelivered: true }]);
    expect(bench.hear({ type: 'result-accepted', commandId: 'c' }).wishes).toEqual([]);
    expect(bench.state.power).toBe('on');
  });

  it('M-11 comes after the process was killed before the answer', () => {
    const bench = new Bench(windows).enrolled().checkIn().command('c', restart);
    expect(bench.tell({ type: 'started' }).wishes).toEqual([]);
    expect(bench.state.power).toBe('restarting');
    expect(bench.wait().wishes).toEqual(['open-link certificate']);
  });

  it('is cut short by the power button, and a clock that was set back does not make it longer', () => {
    const bench = new Bench(windows).enrolled().obeys(restart);
    bench.now -= 300 * hourMs;
    bench.tell({ type: 'clock-set-back' });
    expect(nextDeadline(bench.state) - bench.now).toBeLessThanOrEqual(105 * secondMs);
    expect(bench.tell({ type: 'power', on: true }).state).toMatchObject({ power: 'on', restartedAt: null });
  });
});

describe('a device that is off', () => {
  it('comes back only by its power button', () => {
    const bench = new Bench(supervised).enrolled().obeys(shutDown);
    expect(bench.state).toMatchObject({ power: 'off', screen: 'off' });
    expect(nextDeadline(bench.state)).toBe(Number.POSITIVE_INFINITY);
    expect(bench.input({ type: 'hello' })).toBe('nothing-to-type');
    bench.now += 24 * hourMs;
    expect(bench.press('power')).toBe('done');
    expect(bench.tell({ type: 'link-opened' }).sent.at(-1)).toMatchObject({ trigger: 'connect' });
  });

  it('neither enrols nor connects, and a driver may press the button twice', () => {
    const bench = new Bench();
    expect(bench.tell({ type: 'power', on: false }).state.screen).toBe('off');
    expect(bench.tell({ type: 'power', on: false }).notes).toEqual([]);
    expect(bench.tell({ type: 'enroll', token: 'letmein' }).wishes).toEqual([]);
    expect(bench.tell({ type: 'power', on: true }).state.screen).toBe('set-up-assistant');
    expect(bench.tell({ type: 'power', on: true }).notes).toEqual([]);
  });

  it('switched off while it enrols, goes on when it is on again', () => {
    const bench = new Bench().tell({ type: 'enroll', token: 'letmein' }).tell({ type: 'power', on: false });
    bench.tell({ type: 'csr-created', requestId: bench.state.requestId ?? '', csr: 'csr' });
    expect(bench.wishes).toEqual([]);
    expect(bench.tell({ type: 'power', on: true }).wishes).toEqual(['open-link none']);
  });

  it('M-11 that is leaving reports when it is on again', () => {
    const bench = new Bench(supervised).enrolled().checkIn().command('c', { type: 'wipe', parameters: {} });
    expect(bench.tell({ type: 'power', on: false }).wishes).toEqual(['close-link switched-off']);
    bench.tell({ type: 'power', on: true });
    expect(bench.tell({ type: 'link-opened' }).sent).toMatchObject([{ type: 'command-result', commandId: 'c' }]);
  });
});
