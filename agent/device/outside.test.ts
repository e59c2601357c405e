import { describe, expect, it } from 'vitest';
import type { OutsideAnswer } from '../../protocol/outside.ts';
import { deviceInformation } from './information.ts';
import { Bench } from './machine.fixture.ts';
import { signIn } from './outside.ts';

const wipe = { type: 'wipe', parameters: {} } as const;
const code = 'ABCDE-FGHJK-LMNP-QRST-UVWX-YZ23';

/** Supervised, bound to its owner's account, and wiped. */
function wipedAndLocked(): Bench {
  const bench = new Bench({ enrollment: 'automated' }, undefined, { findMy: true }).enrolled();
  bench.answer({ allowed: true });
  return bench.configured({ allowActivationLock: true }).obeys(wipe);
}

describe('Activation Lock', () => {
  it('TD-03 a wiped device stops at it, and goes on to its set-up once it is activated', () => {
    const bench = wipedAndLocked();
    expect(bench.state).toMatchObject({ phase: 'wiped', screen: 'activation-lock' });
    expect(bench.input({ press: 'enroll' }, 'letmein')).toBe('no-such-button');
    expect(bench.tell({ type: 'enroll', token: 'letmein' }).wishes).toEqual([]);
    expect(bench.input({ type: code })).toBe('waiting');
    expect(bench.asked.at(-1)?.request).toEqual({ service: 'activation', serialNumber: 'MF0000001', appleId: '', password: code });
    expect(bench.state.screen).toBe('activation-lock');
    bench.answer({ allowed: true });
    expect(bench.state).toMatchObject({ screen: 'set-up-assistant', notice: 'The device is activated.', has: { findMy: false } });
    expect(bench.notes).toContainEqual({ kind: 'activation', outcome: 'allowed' });
    expect(bench.input({ press: 'enroll' }, 'letmein')).toBe('done');
    expect(bench.state.phase).toBe('enrolling');
  });

  it('TD-03 turned on by its next owner, Find My binds it again, with the account that its user remembers', () => {
    const bench = new Bench({}, undefined, { findMy: true, accountPassword: 'mine' }).enrolled();
    bench.answer({ allowed: true });
    bench.obeys(wipe);
    bench.input({ type: code });
    bench.answer({ allowed: true });
    expect(bench.change({ findMy: true }).asked.at(-1)?.request).toMatchObject({ service: 'find-my', on: true, password: 'mine' });
  });

  it.each(['code-wrong', 'code-expired', 'account-wrong', 'unreachable'] as const)('TD-03 %s leaves it locked, and says so', (reason) => {
    const bench = wipedAndLocked();
    bench.press('unlock', { appleId: 'adele@contoso.example', password: 'secret' });
    bench.answer({ allowed: false, reason });
    expect(bench.state).toMatchObject({ screen: 'activation-lock', notice: expect.stringMatching(/wrong|does not|expired|cannot/) });
    expect(bench.notes).toContainEqual({ kind: 'activation', outcome: reason });
  });

  it('TD-04 sends what was typed as it was typed: how it is read is Apple’s affair', () => {
    const bench = wipedAndLocked();
    bench.input({ type: 'abcdefghjklmnpqrstuvwxyz23' });
    expect(bench.asked.at(-1)?.request).toMatchObject({ password: 'abcdefghjklmnpqrstuvwxyz23' });
  });

  it.each([
    ['ios', 'automated', true, true, true],
    ['ios', 'automated', true, false, false],
    ['ios', 'automated', false, true, false],
    ['ios', 'device', true, false, true],
    ['macos', 'automated', true, true, true],
    ['macos', 'device', true, false, true],
    ['android', 'fully-managed', true, true, false],
    ['windows', 'joined', true, true, false],
  ] as const)(
    'TD-03 of %s %s with Find My %s and a policy that allows it on supervised devices %s: %s',
    (platform, enrollment, findMy, allowActivationLock, isLocked) => {
      const bench = new Bench({ platform, enrollment }, undefined, { findMy }).enrolled().configured({ allowActivationLock });
      expect(deviceInformation(bench.state).activationLock).toBe(isLocked);
      expect(bench.obeys(wipe).state.screen).toBe(isLocked ? 'activation-lock' : 'set-up-assistant');
    },
  );
});

describe('Find My', () => {
  it('is told to Apple when the first link opens, and when it changes', () => {
    const bench = new Bench({ enrollment: 'automated' }, undefined, { findMy: true });
    expect(bench.asked).toEqual([]);
    bench.enrolled();
    expect(bench.asked.map(({ request }) => request)).toEqual([
      { service: 'find-my', serialNumber: 'MF0000001', owner: 'adele@contoso.example', password: 'apple-secret', on: true },
    ]);
    bench.answer({ allowed: true });
    expect(bench.change({ findMy: false }).asked.at(-1)?.request).toMatchObject({ on: false });
    bench.answer({ allowed: true });
    expect(bench.change({ jailBroken: true }).wishes).toEqual([]);
    expect(new Bench({ platform: 'android', enrollment: 'dedicated' }).enrolled().change({ findMy: true }).asked).toEqual([]);
  });

  it('is told again when there was no network, or no answer', () => {
    const bench = new Bench().enrolled().tell({ type: 'network', available: false });
    expect(bench.change({ findMy: true }).wishes).toEqual([]);
    expect(bench.tell({ type: 'network', available: true }).wishes).toContain('ask find-my');
    bench.answer({ allowed: false, reason: 'unreachable' });
    expect(bench.tell({ type: 'link-opened' }).wishes).toContain('ask find-my');
    bench.answer({ allowed: true });
    bench.tell({ type: 'link-closed', reason: 'lost' });
    bench.wait();
    expect(bench.tell({ type: 'link-opened' }).wishes).not.toContain('ask find-my');
  });
});

describe('sign-in', () => {
  it('TD-10 goes on after a retire, with the token of before', () => {
    const bench = new Bench().enrolled();
    expect(bench.press('open-outlook')).toBe('waiting');
    expect(bench.asked.at(-1)?.request).toEqual({
      service: 'sign-in',
      app: 'outlook',
      userPrincipalName: 'adele@contoso.example',
      deviceId: 'device-1',
      token: null,
    });
    bench.answer({ allowed: true, token: 'opaque' });
    expect(bench.state).toMatchObject({ access: { outlook: 'allowed' }, notice: 'Outlook is signed in.' });
    bench.obeys({ type: 'retire', parameters: {} });
    bench.press('open-outlook');
    expect(bench.asked.at(-1)?.request).toMatchObject({ deviceId: null, token: 'opaque' });
    bench.answer({ allowed: false, reason: 'device-not-managed' });
    expect(bench.state).toMatchObject({ access: { outlook: 'device-not-managed' }, has: { tokens: { outlook: 'opaque' } } });
    expect(bench.notes).toContainEqual({ kind: 'access', app: 'outlook', outcome: 'device-not-managed' });
  });

  it('is answered by the device itself where there is no network', () => {
    const bench = new Bench().enrolled().tell({ type: 'network', available: false });
    expect(bench.press('open-teams')).toBe('refused');
    expect(bench.state).toMatchObject({ access: { teams: 'no-network' }, notice: 'Teams: there is no connection.' });
    expect(bench.asked).toEqual([]);
  });

  it('of an app by itself is told only when it is news, and leaves the screen alone', () => {
    const bench = new Bench().enrolled();
    bench.press('open-outlook');
    bench.answer({ allowed: true, token: 'opaque', expiresAt: 1 });
    const attempt = (answer: OutsideAnswer) => {
      const said = bench.notes.length;
      expect(signIn(bench.state, 'outlook', bench.out, true)).toBe('waiting');
      expect(bench.asked.at(-1)?.request).toMatchObject({ background: true, token: 'opaque', deviceId: 'device-1' });
      bench.answer(answer);
      return bench.notes.slice(said);
    };
    const { version } = bench.state.information;
    expect(attempt({ allowed: true, token: 'opaque', expiresAt: 2 })).toEqual([]);
    expect(attempt({ allowed: false, reason: 'unreachable' })).toEqual([]);
    const kept = { kind: 'access', app: 'outlook', outcome: 'device-not-compliant' };
    expect(attempt({ allowed: false, reason: 'device-not-compliant' })).toEqual([kept]);
    expect(attempt({ allowed: false, reason: 'device-not-compliant' })).toEqual([]);
    expect(bench.state).toMatchObject({ access: { outlook: 'device-not-compliant' }, notice: 'Outlook is signed in.' });
    expect(bench.state.information.version).toBe(version);
    expect(attempt({ allowed: true, token: 'opaque' })).toEqual([{ ...kept, outcome: 'allowed' }]);
  });

  it('of an app by itself waits its turn, and does nothing without a network', () => {
    const bench = new Bench().enrolled();
    bench.press('open-teams');
    const asked = bench.asked.length;
    expect(signIn(bench.state, 'outlook', bench.out, true)).toBe('refused');
    bench.answer({ allowed: true, token: 'opaque' });
    bench.tell({ type: 'network', available: false });
    expect(signIn(bench.state, 'outlook', bench.out, true)).toBe('refused');
    expect(bench.asked).toHaveLength(asked);
    expect(bench.state.access).toEqual({ teams: 'allowed' });
  });

  it('begins anew where the device is enrolled anew: its new record has been told nothing', () => {
    const bench = new Bench().enrolled();
    bench.press('open-teams');
    bench.answer({ allowed: true, token: 'opaque' });
    bench.obeys({ type: 'retire', parameters: {} });
    expect(bench.state.access).toEqual({ teams: 'allowed' });
    bench.tell({ type: 'enroll', token: 'letmein' });
    expect([bench.state.access, bench.state.has.tokens]).toEqual([{}, { teams: 'opaque' }]);
  });

  it('is refused where nobody has an account', () => {
    const bench = new Bench({ userPrincipalName: '' }).enrolled();
    expect(bench.press('open-sharepoint')).toBe('refused');
    expect(bench.asked).toEqual([]);
  });

  it('hears only the answer to the latest question, and none after a wipe or a start', () => {
    const bench = new Bench().enrolled();
    bench.press('open-outlook');
    const late = bench.asked.at(-1)?.id ?? 0;
    bench.press('open-teams');
    bench.tell({ type: 'outside-answered', id: late, answer: { allowed: true, token: 'late' } });
    expect([bench.state.access, bench.state.has.tokens]).toEqual([{}, {}]);
    bench.tell({ type: 'started' });
    bench.answer({ allowed: true, token: 'late' });
    expect([bench.state.access, bench.state.has.tokens]).toEqual([{}, {}]);
    bench.press('open-teams');
    bench.tell({ type: 'link-opened' }).done();
    bench.obeys(wipe);
    bench.answer({ allowed: true, token: 'late' });
    expect([bench.state.access, bench.state.has.tokens]).toEqual([{}, {}]);
  });

  it('hears no answer to what it asked before it was switched off', () => {
    const bench = new Bench().enrolled();
    bench.press('open-outlook');
    bench.press('power');
    bench.answer({ allowed: true, token: 'late' });
    expect([bench.state.access, bench.state.has.tokens]).toEqual([{}, {}]);
  });
});
