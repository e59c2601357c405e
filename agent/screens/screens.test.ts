/** Each screen: what it shows, and what comes of everything that can be done to it. */
import { describe, expect, it } from 'vitest';
import { type InputOutcome, type ScreenKind, screenKinds, screenText, type UserInput } from '../../protocol/screens.ts';
import { Bench, benchStart } from '../device/machine.fixture.ts';
import { screenView } from './index.ts';

const supervised = { enrollment: 'automated' } as const;
const passcode = '246810';

/** A device that shows this screen, by the shortest way. */
const benches: Record<ScreenKind, () => Bench> = {
  off: () => new Bench().enrolled().tell({ type: 'power', on: false }),
  'set-up-assistant': () => new Bench(),
  'activation-lock': () => new Bench({}, undefined, { findMy: true }).enrolled().obeys({ type: 'wipe', parameters: {} }),
  'recovery-lock': () =>
    new Bench({ platform: 'macos', enrollment: 'device' }).enrolled().obeys({ type: 'remoteLock', parameters: { pin: '135791' } }),
  'lost-mode': () =>
    new Bench(supervised)
      .enrolled()
      .obeys({ type: 'enableLostMode', parameters: { message: 'Call us', phoneNumber: '555', footer: 'Contoso' } }),
  locked: () => new Bench({}, undefined, { passcode }).enrolled().obeys({ type: 'remoteLock', parameters: {} }),
  'new-passcode': () => new Bench().enrolled().configured({ passcodeRequired: true, passcodeLengthMin: 6 }),
  'reset-consent': () =>
    new Bench({ platform: 'android', enrollment: 'personal-work-profile' }, undefined, {
      workProfile: { passcode, resetConsent: false },
    })
      .enrolled()
      .configured({ workProfilePasscodeRequired: true }),
  home: () => new Bench().enrolled(),
  'company-portal': () => {
    const bench = new Bench().enrolled().configured({ apps: [{ id: 'expenses', name: 'Expenses', intent: 'available' }] });
    bench.press('company-portal');
    return bench;
  },
  'notification-prompt': () => {
    const bench = new Bench().enrolled().change({ notificationsAllowed: 'not-asked' });
    bench.press('company-portal');
    return bench;
  },
  'notification-centre': () => {
    const bench = new Bench().enrolled();
    for (const id of ['n1', 'n2']) bench.hear(notification(id));
    bench.press('notifications');
    return bench;
  },
};

const notification = (notificationId: string) =>
  ({ type: 'notification', notificationId, sentAt: benchStart, title: `About ${notificationId}`, body: 'Look.\nHere.' }) as const;

const shown: Record<ScreenKind, { fields: string[]; buttons: string[] }> = {
  off: { fields: [], buttons: ['power'] },
  'set-up-assistant': { fields: [], buttons: ['enroll', 'continue'] },
  'activation-lock': { fields: ['appleId', 'password'], buttons: ['unlock'] },
  'recovery-lock': { fields: ['pin'], buttons: ['unlock'] },
  'lost-mode': { fields: [], buttons: [] },
  locked: { fields: ['passcode'], buttons: ['unlock'] },
  'new-passcode': { fields: ['passcode'], buttons: ['set'] },
  'reset-consent': { fields: [], buttons: ['allow', 'not-now'] },
  home: { fields: [], buttons: ['lock', 'company-portal', 'open-outlook', 'open-teams', 'open-sharepoint', 'power'] },
  'company-portal': { fields: [], buttons: ['sync', 'install-expenses', 'notifications-off', 'home'] },
  'notification-prompt': { fields: [], buttons: ['allow', 'dont-allow'] },
  'notification-centre': { fields: [], buttons: ['dismiss-1', 'dismiss-2', 'dismiss-all', 'home'] },
};

describe('every screen', () => {
  it.each(screenKinds)('M-07 %s shows its fields and buttons', (kind) => {
    const bench = benches[kind]();
    const view = screenView(bench.state);
    expect(view.kind).toBe(kind);
    expect(view.number).toBe(bench.state.screenNumber);
    expect({ fields: view.fields.map(({ name }) => name), buttons: view.buttons.map(({ name }) => name) }).toEqual(shown[kind]);
    for (const { name, secret } of view.fields) expect(secret, name).toBe(name !== 'appleId');
    expect(screenText(view).split('\n')[0]).toBe(view.title);
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
  });

  it.each(screenKinds)('M-07 %s takes nothing that was meant for another screen', (kind) => {
    const bench = benches[kind]();
    const { screenNumber } = bench.state;
    const before = JSON.stringify(bench.state);
    const button = shown[kind].buttons[0] ?? 'unlock';
    expect(bench.input({ press: button, screen: screenNumber - 1 })).toBe('screen-changed');
    expect(bench.input({ type: passcode, screen: screenNumber + 1 })).toBe('screen-changed');
    expect(JSON.stringify(bench.state)).toBe(before);
  });

  it.each(screenKinds)('M-07 %s has no other buttons and no other fields', (kind) => {
    const bench = benches[kind]();
    const before = JSON.stringify(bench.state);
    for (const press of ['no', 'constructor', 'install-', 'install-other', 'Lock']) expect(bench.press(press)).toBe('no-such-button');
    const [button] = shown[kind].buttons;
    if (button !== undefined) expect(bench.press(button, { other: 'x' })).toBe('no-such-field');
    if (shown[kind].fields.length === 0) expect(bench.input({ type: passcode })).toBe('nothing-to-type');
    expect(JSON.stringify(bench.state)).toBe(before);
  });
});

const rows: [ScreenKind, UserInput, InputOutcome, next: ScreenKind, notice: string | null][] = [
  ['off', { press: 'power' }, 'done', 'home', null],
  ['set-up-assistant', { press: 'enroll' }, 'refused', 'set-up-assistant', 'No device management is known to this device.'],
  ['set-up-assistant', { press: 'continue' }, 'done', 'home', null],
  ['activation-lock', { press: 'unlock', values: { password: 'code' } }, 'waiting', 'activation-lock', null],
  ['activation-lock', { type: 'code' }, 'waiting', 'activation-lock', null],
  ['recovery-lock', { press: 'unlock', values: { pin: '135791' } }, 'done', 'home', null],
  ['recovery-lock', { type: '' }, 'refused', 'recovery-lock', 'The PIN is wrong.'],
  ['locked', { type: passcode }, 'done', 'home', null],
  ['locked', { press: 'unlock', values: { passcode: '000000' } }, 'refused', 'locked', 'The passcode is wrong.'],
  ['locked', { press: 'unlock' }, 'refused', 'locked', 'The passcode is wrong.'],
  ['new-passcode', { type: '12345' }, 'refused', 'new-passcode', 'The passcode needs at least 6 characters.'],
  ['new-passcode', { press: 'set', values: { passcode: '123456' } }, 'done', 'home', null],
  ['reset-consent', { press: 'allow' }, 'done', 'home', null],
  ['reset-consent', { press: 'not-now' }, 'done', 'home', null],
  ['home', { press: 'lock' }, 'done', 'locked', null],
  ['home', { press: 'company-portal' }, 'done', 'company-portal', null],
  ['home', { press: 'open-outlook' }, 'waiting', 'home', null],
  ['home', { press: 'open-teams' }, 'waiting', 'home', null],
  ['home', { press: 'open-sharepoint' }, 'waiting', 'home', null],
  ['home', { press: 'power' }, 'done', 'off', null],
  ['company-portal', { press: 'sync' }, 'done', 'company-portal', null],
  ['company-portal', { press: 'install-expenses' }, 'done', 'company-portal', null],
  ['company-portal', { press: 'notifications-off' }, 'done', 'company-portal', null],
  ['company-portal', { press: 'home' }, 'done', 'home', null],
  ['notification-prompt', { press: 'allow' }, 'done', 'company-portal', null],
  ['notification-prompt', { press: 'dont-allow' }, 'done', 'company-portal', null],
  ['notification-centre', { press: 'dismiss-1' }, 'done', 'notification-centre', null],
  ['notification-centre', { press: 'dismiss-2' }, 'done', 'notification-centre', null],
  ['notification-centre', { press: 'dismiss-all' }, 'done', 'notification-centre', null],
  ['notification-centre', { press: 'home' }, 'done', 'home', null],
];

describe('what comes of an input', () => {
  it.each(rows)('M-07 on %s: %j is %s, then %s', (kind, input, outcome, next, notice) => {
    const bench = benches[kind]();
    const number = bench.state.screenNumber;
    expect(bench.input({ ...input, screen: number })).toBe(outcome);
    expect(bench.state).toMatchObject({ screen: next, notice });
    // Another list of notifications is another screen, too: the same button means another one.
    const isOther = next !== kind || ('press' in input && input.press.startsWith('dismiss-'));
    expect(bench.state.screenNumber > number).toBe(isOther);
    expect(bench.notes.filter(({ kind: one }) => one === 'screen')).toEqual(next === kind ? [] : [{ kind: 'screen', screen: next }]);
  });

  it('has a row for every button', () => {
    const pressed = new Set(rows.flatMap(([kind, input]) => ('press' in input ? [`${kind} ${input.press}`] : [])));
    expect(pressed).toEqual(new Set(screenKinds.flatMap((kind) => shown[kind].buttons.map((button) => `${kind} ${button}`))));
  });

  it('M-07 with the tenant’s token, `enroll` begins an enrollment, during which nothing else can be pressed', () => {
    const bench = new Bench();
    expect(bench.input({ press: 'enroll' }, 'letmein')).toBe('done');
    expect(bench.state).toMatchObject({ phase: 'enrolling', screen: 'set-up-assistant', token: 'letmein' });
    expect(screenView(bench.state).buttons).toEqual([]);
  });

  it('M-07 set up without management, a device is in use, and can be enrolled later', () => {
    const bench = new Bench();
    bench.press('continue');
    expect(screenView(bench.state).buttons.map(({ name }) => name)).not.toContain('company-portal');
    expect(bench.enrolled().state).toMatchObject({ phase: 'enrolled', screen: 'home' });
  });

  it('M-07 typed while the screen changes, a passcode goes nowhere', () => {
    const bench = benches.home();
    const seen = bench.state.screenNumber;
    bench.obeys({ type: 'remoteLock', parameters: {} });
    expect(bench.input({ press: 'open-outlook', screen: seen })).toBe('screen-changed');
    expect(bench.asked).toEqual([]);
    expect(bench.press('open-outlook')).toBe('no-such-button');
  });

  it('M-07 a notice goes with its screen, and with the next input', () => {
    const bench = benches.locked();
    bench.input({ type: 'wrong' });
    expect(screenView(bench.state).notice).toBe('The passcode is wrong.');
    bench.input({ type: passcode });
    expect(bench.state.notice).toBeNull();
    bench.press('lock');
    bench.input({ type: 'wrong' });
    bench.obeys({ type: 'wipe', parameters: {} }, 'w');
    expect(bench.state).toMatchObject({ screen: 'set-up-assistant', notice: null });
  });

  it('M-03 Sync in Company Portal is a check-in of the user', () => {
    const bench = benches['company-portal']();
    bench.press('sync');
    expect(bench.sent.at(-1)).toMatchObject({ type: 'check-in', trigger: 'user' });
    bench.done().tell({ type: 'network', available: false });
    expect(bench.press('sync')).toBe('refused');
    expect(bench.press('install-expenses')).toBe('refused');
    expect(bench.state.notice).toBe('There is no connection.');
    bench.tell({ type: 'network', available: true });
    expect(bench.press('sync')).toBe('done');
    expect(bench.state).toMatchObject({ screen: 'company-portal', notice: null });
  });

  it('TD-08 what is installed from Company Portal is managed, and no longer offered', () => {
    const bench = benches['company-portal']();
    bench.press('install-expenses');
    expect(bench.state.has.apps).toEqual([{ id: 'expenses', name: 'Expenses', source: 'available' }]);
    expect(bench.notes).toContainEqual({ kind: 'apps', installed: ['Expenses'], removed: [] });
    expect(bench.press('install-expenses')).toBe('no-such-button');
  });

  it('M-07 a lost device shows its message and what to call, and the wiped one what it was', () => {
    expect(screenView(benches['lost-mode']().state).lines).toEqual(['Call us', 'Call 555', 'Contoso']);
    const refused = new Bench().tell({ type: 'enroll', token: 'wrong' });
    refused.tell({ type: 'csr-created', requestId: refused.state.requestId ?? '', csr: 'csr' }).tell({ type: 'link-opened' });
    refused.hear({ type: 'refused', code: 'enrollment-token-invalid', message: 'Not this one.' });
    expect(screenView(refused.state)).toMatchObject({
      kind: 'set-up-assistant',
      lines: ['The management refused this device: Not this one.'],
    });
    expect(refused.input({ press: 'enroll' }, 'letmein')).toBe('done');
  });
});

it('M-07 an answer to the first of two prompts for a new passcode is not taken by the second', () => {
  const bench = new Bench({ platform: 'android', enrollment: 'personal-work-profile' })
    .enrolled()
    .configured({ passcodeRequired: true, workProfilePasscodeRequired: true });
  const { number } = screenView(bench.state);
  const set = { press: 'set', values: { passcode }, screen: number };
  bench.tell({ type: 'user-input', input: set });
  expect(bench.state.has).toMatchObject({ passcode, workProfile: { passcode: null } });
  bench.tell({ type: 'user-input', input: set });
  expect(bench.state.screen).toBe('new-passcode');
  expect(bench.state.has.workProfile?.passcode).toBeNull();
});
