import { describe, expect, it } from 'vitest';
import { deviceViewSchema, type HandsAct } from '../../protocol/hands.ts';
import { dayMs } from '../../runtime/duration.ts';
import { inputOfAct } from './hands.ts';
import { Bench, benchStart, inventory } from './machine.fixture.ts';
import { type DeviceState, newDevice, type Phase } from './state.ts';
import { revived } from './stored-state.ts';
import { describe as describeDevice, deviceView, viewParts } from './view.ts';

describe('the view of a device', () => {
  it('M-07 is what its schema says, and holds no secret', () => {
    const bench = new Bench({ shared: true }, undefined, {
      passcode: '246810',
      accountPassword: 'account',
      tokens: { outlook: 'opaque' },
    }).enrolled();
    bench.configured({ apps: [{ id: 'mail', name: 'Mail', intent: 'required' }] });
    const view = deviceView(bench.state);
    expect(deviceViewSchema.parse(view)).toEqual(view);
    expect(view).toMatchObject({ phase: 'enrolled', deviceId: 'device-1', companyData: true, certificateEndsAt: expect.any(Number) });
    expect(JSON.stringify(view)).not.toMatch(/246810|"account"|opaque/);
  });

  it('says what is otherwise than on a good device, and which habits it has', () => {
    const bench = new Bench({ platform: 'android', enrollment: 'personal-work-profile' }, undefined, { passcode: '246810' }).enrolled();
    bench.change({ jailBroken: true, security: { threatLevel: 'high' }, unreadable: ['passcodeRequired'], notificationReader: 'Diary' });
    bench.change({ behavior: { on: 'wipe', then: 'fail', errorCode: 5 } });
    expect(deviceView(bench.state).condition).toEqual({
      jailBroken: true,
      encrypted: true,
      findMy: false,
      passcode: true,
      workProfilePasscode: false,
      security: { threatLevel: 'high' },
      unreadable: ['passcodeRequired'],
      notificationReader: 'Diary',
      behaviors: [{ on: 'wipe', then: 'fail', errorCode: 5 }],
    });
    expect(deviceViewSchema.parse(deviceView(bench.state))).toEqual(deviceView(bench.state));
  });

  it('can be shown however much is installed', () => {
    const apps = Array.from({ length: 100 }, (_, n) => ({ id: `${n}`, name: 'x'.repeat(256), source: 'user' as const }));
    expect(deviceViewSchema.safeParse(deviceView(new Bench({}, undefined, { apps }).enrolled().state)).success).toBe(true);
  });

  it('CN-14 is another one when a banner goes, and nothing else does', () => {
    const bench = new Bench({ platform: 'android', enrollment: 'fully-managed' }).enrolled();
    bench.press('company-portal');
    bench.hear({ type: 'notification', notificationId: 'n1', sentAt: benchStart, title: 'Snow', body: 'Stay' });
    const parts = viewParts(bench.state);
    expect(deviceView(bench.state).screen.banner).not.toBeNull();
    bench.press('sync');
    expect(deviceView(bench.state).screen.banner).toBeNull();
    expect(viewParts(bench.state).every((part, n) => part === parts[n])).toBe(false);
  });

  it('is another one only when one of its parts is', () => {
    const bench = new Bench({}, undefined, { passcode: '246810' }).enrolled();
    const acts: (() => unknown)[] = [
      () => bench.press('lock'),
      () => bench.input({ type: 'wrong' }),
      () => bench.input({ type: '246810' }),
      () => bench.press('company-portal'),
      () => bench.configured({ passcodeRequired: true, passcodeLengthMin: 8 }),
      () => bench.change({ installs: 'Chess', osVersion: '18.0' }),
      () => bench.tell({ type: 'network', available: false }),
      () => bench.tell({ type: 'network', available: true }).tell({ type: 'link-opened' }).done(),
      () => bench.checkIn().hear({ type: 'notice', noticeId: 'n1', at: benchStart, title: 'Look', body: 'Here' }).done(),
      () => bench.input({ type: '12345678' }),
      () => bench.hear({ type: 'notification', notificationId: 'n2', sentAt: benchStart, title: 'Snow', body: 'Stay' }),
      () => bench.press('notifications'),
      () => bench.press('dismiss-1'),
      () => bench.change({ lockScreenNotifications: 'hidden' }),
      () => bench.change({ behavior: { on: 'wipe', then: 'silent' } }),
      () => bench.press('home'),
      () => bench.press('open-outlook'),
      () => bench.answer({ allowed: false, reason: 'not-signed-in' }),
      () => bench.obeys({ type: 'retire', parameters: {} }),
    ];
    for (const act of acts) {
      const [view, parts] = [JSON.stringify(deviceView(bench.state)), viewParts(bench.state)];
      act();
      if (JSON.stringify(deviceView(bench.state)) === view) continue;
      expect(viewParts(bench.state).every((part, n) => part === parts[n])).toBe(false);
    }
    const parts = viewParts(bench.state);
    bench.tell({ type: 'deadline' });
    expect(viewParts(bench.state)).toEqual(parts);
  });

  it.each<[Phase, Partial<DeviceState>, RegExp]>([
    ['set-up', {}, /is new and shows its set-up assistant/],
    ['set-up', { setUpDone: true }, /is in use and not managed/],
    ['enrolling', {}, /is being enrolled/],
    ['enrolled', {}, /is enrolled as d, its certificate ends 2031-01-01T00:00:00Z/],
    ['leaving', {}, /has carried out a wipe and reports it/],
    ['retired', {}, /was retired and is no longer managed/],
    ['wiped', {}, /was wiped and shows its set-up assistant/],
    ['wiped', { activationLocked: true }, /was wiped and stands at its Activation Lock/],
    ['wiped', { recoveryPin: '135791' }, /was wiped and waits for its PIN/],
    ['wiped', { setUpDone: true }, /was wiped and is in use without management/],
    ['refused', {}, /was refused \(certificate-expired\): too late/],
  ])('says where a device in phase %s stands: %j', (phase, more, sentence) => {
    const state: DeviceState = {
      ...newDevice(inventory, 7),
      phase,
      deviceId: 'd',
      certificate: { serialNumber: '4A', notBefore: benchStart, notAfter: benchStart + 365 * dayMs, renewFrom: benchStart },
      leaving: { commandId: 'c', by: 'wipe' },
      refusal: { code: 'certificate-expired', message: 'too late', at: benchStart },
      ...more,
    };
    expect(describeDevice(state)).toMatch(sentence);
    expect(describeDevice(state)).toMatch(/^Adele’s iPhone \(ios, device\) /);
    expect(deviceView(state).description).toBe(describeDevice(state));
  });
});

describe('an act', () => {
  const rows: [HandsAct, token: string | undefined, ReturnType<typeof inputOfAct>][] = [
    [{ input: { press: 'lock' } }, 'letmein', { type: 'user-input', input: { press: 'lock' }, token: 'letmein' }],
    [{ change: { jailBroken: true } }, undefined, { type: 'changed', change: { jailBroken: true } }],
    [{ network: false }, undefined, { type: 'network', available: false }],
    [{ power: true }, undefined, { type: 'power', on: true }],
    [{ enroll: true }, 'letmein', { type: 'enroll', token: 'letmein' }],
    [{ enroll: true }, undefined, null],
  ];
  it.each(rows)('%j with token %s is %j', (act, token, input) => {
    expect(inputOfAct(new Bench().state, act, token)).toEqual(input);
  });

  it('enrols nobody who is managed, or stands at a lock', () => {
    expect(inputOfAct(new Bench().enrolled().state, { enroll: true }, 'letmein')).toBeNull();
    const locked = new Bench({}, undefined, { findMy: true }).enrolled().obeys({ type: 'wipe', parameters: {} });
    expect(inputOfAct(locked.state, { enroll: true }, 'letmein')).toBeNull();
  });
});

describe('a state of an earlier version', () => {
  /** The members of version 1. */
  const old = ({ inventory: who, traits, key, phase, screen, executed, nextSlot, nextSlotAt, deviceId, certificate }: DeviceState) => ({
    ...{ inventory: who, traits, key, phase, screen, executed, nextSlot, nextSlotAt, deviceId, certificate },
  });

  it('M-11 is read, and goes on', () => {
    const before = new Bench().enrolled();
    const bench = new Bench({ platform: 'android', enrollment: 'dedicated' });
    Object.assign(bench.state, revived(bench.state, { ...old(before.state), screen: 'locked' }));
    expect(bench.state).toMatchObject({ phase: 'enrolled', setUpDone: true, locked: true, has: { workProfile: null, userData: true } });
    bench.tell({ type: 'started' });
    expect(bench.tell({ type: 'link-opened' }).sent).toMatchObject([{ type: 'device-information' }, { type: 'check-in' }]);
    bench.press('unlock');
    expect(bench.state.screen).toBe('home');
  });

  it('M-11 that had not reported its retire yet is in use afterwards, not at its set-up', () => {
    const before = new Bench().enrolled().checkIn().command('c', { type: 'retire', parameters: {} });
    const bench = new Bench();
    Object.assign(bench.state, revived(bench.state, { ...old(before.state), leaving: before.state.leaving }));
    bench.tell({ type: 'started' }).tell({ type: 'link-opened' }).hear({ type: 'result-accepted', commandId: 'c' });
    expect(bench.state).toMatchObject({ phase: 'retired', screen: 'home' });
  });

  it('M-11 of a device with a work profile has one', () => {
    const work = { platform: 'android', enrollment: 'personal-work-profile' } as const;
    const state = revived(new Bench().state, old(new Bench(work).enrolled().state));
    expect(state.has.workProfile).toEqual({ passcode: null, resetConsent: false });
  });

  it('M-11 had notices of noncompliance alone: they stand in the notification centre', () => {
    const { notifications, notificationUnits, dismissed, banner, read, ...state } = new Bench().enrolled().state;
    const { companyApp, ...has } = state.has;
    const notices = [{ id: 'n1', at: benchStart, title: 'Look', body: 'Here' }];
    const bench = new Bench();
    Object.assign(bench.state, revived(bench.state, JSON.parse(JSON.stringify({ ...state, has, notices }))));
    expect(Object.hasOwn(bench.state, 'notices')).toBe(false);
    expect(bench.state).toMatchObject({ notificationUnits: 8, dismissed, banner, read, has: { companyApp } });
    bench.press('notifications');
    expect(deviceView(bench.state)).toMatchObject({
      notices: [{ at: benchStart, title: 'Look', body: 'Here' }],
      screen: { lines: ['1. Company Portal: Look', 'Here'] },
    });
    bench
      .tell({ type: 'started' })
      .tell({ type: 'link-opened' })
      .hear({ type: 'notice', noticeId: 'n1', at: benchStart, title: 'Look', body: 'Here' });
    expect(deviceView(bench.state).notifications).toHaveLength(1);
  });

  it('M-11 of this version is read as it was written', () => {
    const { state } = new Bench({}, undefined, { passcode: '246810' }).enrolled().configured({ passcodeRequired: true });
    expect(revived(new Bench().state, JSON.parse(JSON.stringify(state)))).toEqual(state);
  });
});
