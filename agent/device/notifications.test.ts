import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceChange } from '../../protocol/hands.ts';
import { deviceViewSchema, handsBytesMax } from '../../protocol/hands.ts';
import type { ServerMessage } from '../../protocol/messages.ts';
import { bodyUnitsMax, titleUnitsMax } from '../../protocol/notification-text.ts';
import type { ReasonNotShown, WayToShow } from '../../protocol/notifications.ts';
import { hourMs } from '../../runtime/duration.ts';
import { screenView } from '../screens/index.ts';
import { Bench, benchStart } from './machine.fixture.ts';
import { unitsOf } from './notifications.ts';
import { nextDeadline } from './step.ts';
import { deviceView } from './view.ts';

const android = { platform: 'android', enrollment: 'fully-managed' } as const;
const passcode = '246810';

const notice = (noticeId: string, title = `About ${noticeId}`) =>
  ({ type: 'notice', noticeId, at: benchStart, title, body: `Please look after ${noticeId}.` }) as const;
const notification = (notificationId: string, title = `About ${notificationId}`, body = `Body of ${notificationId}.`) =>
  ({ type: 'notification', notificationId, sentAt: benchStart, title, body }) as const;

/** What was noted of custom notifications in the latest step. */
const noted = (bench: Bench) => bench.notes.flatMap((note) => (note.kind === 'notification' ? [note.shown] : []));
const titles = (bench: Bench) => deviceView(bench.state).notifications.map(({ title }) => title);
const lines = (bench: Bench) => screenView(bench.state).lines;
const buttons = (bench: Bench) => screenView(bench.state).buttons.map(({ name }) => name);

describe('whether a notification is shown', () => {
  const rows: [string, object, DeviceChange, ReasonNotShown | null][] = [
    ['an iPhone as it comes', {}, {}, null],
    ['an Android as it comes', android, {}, null],
    ['an iPhone without the app', {}, { companyPortal: false }, 'no-app'],
    ['an Android without the app', android, { companyPortal: false }, 'no-app'],
    ['an iPhone whose user said no', {}, { notificationsAllowed: 'denied' }, 'not-allowed'],
    ['an Android that was not asked yet', android, { notificationsAllowed: 'not-asked' }, 'not-allowed'],
    ['an Android without Google Play services', android, { security: { googlePlayServices: false } }, 'no-google-play'],
    ['an iPhone, which knows nothing of Google', {}, { security: { googlePlayServices: false } }, null],
    ['a Mac', { platform: 'macos' }, {}, 'no-app'],
    ['a PC', { platform: 'windows', enrollment: 'joined' }, { companyPortal: true, notificationsAllowed: 'allowed' }, 'no-app'],
  ];
  it.each(rows)('CN-03 CN-04 %s', (_who, inventory, change, why) => {
    const bench = new Bench(inventory).enrolled().change(change);
    bench.now += 5_000;
    bench.hear(notification('n1'));
    const shown = why ?? 'banner';
    expect(bench.notes).toEqual([{ kind: 'notification', notificationId: 'n1', shown, afterMs: 5_000 }]);
    expect(bench.wishes, 'nobody is told').toEqual([]);
    expect(titles(bench)).toEqual(why === null ? ['About n1'] : []);
    bench.checkIn().hear(notice('c1')).done();
    expect(deviceView(bench.state).notices).toHaveLength(why === null ? 1 : 0);
  });

  it('CN-13 one that comes while the device’s clock is behind the stub’s took no time, not less', () => {
    const bench = new Bench().enrolled();
    bench.now -= 14;
    bench.hear(notification('n1'));
    expect(bench.notes).toEqual([{ kind: 'notification', notificationId: 'n1', shown: 'banner', afterMs: 0 }]);
  });

  it('CN-03 the app asks when it is opened, once, and its user may change the answer', () => {
    const bench = new Bench().enrolled().change({ notificationsAllowed: 'not-asked' });
    bench.press('company-portal');
    expect(screenView(bench.state)).toMatchObject({
      kind: 'notification-prompt',
      title: 'Company Portal would like to send you notifications',
    });
    bench.press('dont-allow');
    expect(bench.state.screen).toBe('company-portal');
    expect(noted(bench.hear(notification('n1')))).toEqual(['not-allowed']);
    bench.press('home');
    bench.press('company-portal');
    expect(bench.state.screen, 'asked once').toBe('company-portal');
    bench.press('notifications-on');
    expect(buttons(bench)).toContain('notifications-off');
    bench.press('home');
    expect(noted(bench.hear(notification('n2')))).toEqual(['banner']);
    bench.press('company-portal');
    bench.press('notifications-off');
    expect(noted(bench.hear(notification('n3')))).toEqual(['not-allowed']);
    expect(titles(bench), 'what came stays').toEqual(['About n2']);
  });

  it('CN-03 an app that was installed again has to ask, and what it had shown is gone', () => {
    const bench = new Bench().enrolled().hear(notification('n1'));
    bench.press('company-portal');
    bench.change({ companyPortal: false });
    expect(bench.state.screen).toBe('home');
    expect(buttons(bench)).not.toContain('company-portal');
    expect(titles(bench)).toEqual([]);
    bench.change({ companyPortal: true });
    expect(deviceView(bench.state)).toMatchObject({ companyPortal: true, notificationsAllowed: 'not-asked' });
    bench.press('company-portal');
    bench.press('allow');
    bench.press('home');
    expect(noted(bench.hear(notification('n2')))).toEqual(['banner']);
    expect(
      bench.change({ companyPortal: false }).change({ companyPortal: true, notificationsAllowed: 'allowed' }).state.has.companyApp,
    ).toEqual({
      ...{ installed: true, permission: 'allowed', lockScreen: 'shown', reader: null },
    });
  });

  it('CN-01 a Mac has nothing to ask for, and takes no change of it', () => {
    const bench = new Bench({ platform: 'macos' }, undefined, {
      companyApp: { installed: false, permission: 'not-asked', lockScreen: 'hidden', reader: 'Digest' },
    }).enrolled();
    const before = bench.state.has.companyApp;
    bench.change({ companyPortal: true, notificationsAllowed: 'denied', lockScreenNotifications: 'shown', notificationReader: null });
    expect(bench.state.has.companyApp).toBe(before);
    bench.press('company-portal');
    expect(bench.state.screen).toBe('company-portal');
    expect(buttons(bench)).toEqual(['sync', 'home']);
  });

  it('CN-04 an iPhone needs nothing of Google, whatever is said of it', () => {
    const bench = new Bench({}, undefined, { security: { googlePlayServices: false } }).enrolled();
    expect(noted(bench.hear(notification('n1')))).toEqual(['banner']);
    expect(bench.hear({ type: 'nudge' }).sent).toMatchObject([{ type: 'check-in', trigger: 'push' }]);
  });

  it('CN-04 nudges come the same way: without Google Play services a device hears of what waits at its scheduled check-ins', () => {
    const bench = new Bench(android).enrolled();
    expect(bench.hear({ type: 'nudge' }).sent).toMatchObject([{ type: 'check-in', trigger: 'push' }]);
    bench.done().change({ security: { googlePlayServices: false } });
    expect(bench.hear({ type: 'nudge' }).wishes).toEqual([]);
    expect(bench.wait().sent).toMatchObject([{ type: 'device-information' }, { type: 'check-in', trigger: 'schedule' }]);
  });
});

describe('how a notification comes to be seen', () => {
  const locked = (change: DeviceChange) => () => {
    const bench = new Bench({}, undefined, { passcode }).enrolled().change(change);
    bench.press('lock');
    return bench;
  };
  const opened = (inventory: object, button: string) => () => {
    const bench = new Bench(inventory).enrolled().hear(notification('n0'));
    bench.press(button);
    return bench;
  };
  const rows: [string, () => Bench, WayToShow][] = [
    ['CN-14 in use', () => new Bench().enrolled(), 'banner'],
    ['CN-14 Company Portal is open on iOS', opened({}, 'company-portal'), 'in-app'],
    ['CN-14 Company Portal is open on Android', opened(android, 'company-portal'), 'banner'],
    ['CN-14 the notification centre is open', opened({}, 'notifications'), 'banner'],
    ['CN-15 locked, all is shown', locked({ lockScreenNotifications: 'shown' }), 'lock-screen'],
    ['CN-15 locked, the content is hidden', locked({ lockScreenNotifications: 'content-hidden' }), 'lock-screen'],
    ['CN-15 locked, nothing is shown', locked({ lockScreenNotifications: 'hidden' }), 'notification-centre'],
    ['CN-14 a new passcode is asked for', () => new Bench().enrolled().configured({ passcodeRequired: true }), 'notification-centre'],
    [
      'CN-14 lost',
      () => new Bench({ enrollment: 'automated' }).enrolled().obeys({ type: 'enableLostMode', parameters: { message: 'Call us' } }),
      'notification-centre',
    ],
  ];
  it.each(rows)('%s', (_what, make, shown) => {
    const bench = make().hear(notification('n1'));
    expect(noted(bench)).toEqual([shown]);
    const view = deviceView(bench.state);
    expect(view.notifications.at(-1)).toMatchObject({ title: 'About n1', body: 'Body of n1.', from: 'custom', shown, at: benchStart });
    expect(view.screen.banner).toEqual(shown === 'banner' ? { app: 'Company Portal', title: 'About n1', body: 'Body of n1.' } : null);
  });

  it('CN-14 a banner goes with the next input, and with the screen', () => {
    const banner = (bench: Bench) => screenView(bench.state).banner;
    const bench = new Bench().enrolled().hear(notification('n1')).hear(notification('n2'));
    expect(banner(bench), 'the newest').toMatchObject({ title: 'About n2' });
    bench.input({ press: 'open-outlook', screen: -1 });
    expect(banner(bench), 'nothing was pressed').toMatchObject({ title: 'About n2' });
    bench.press('open-outlook');
    expect(banner(bench)).toBeNull();
    bench.hear(notification('n3')).obeys({ type: 'remoteLock', parameters: {} });
    expect(banner(bench)).toBeNull();
    bench.press('unlock');
    expect(banner(bench), 'it does not come back').toBeNull();
    expect(titles(bench)).toEqual(['About n1', 'About n2', 'About n3']);
  });

  it('CN-14 what came into the open app stands there until it is dismissed, and not in the notification centre', () => {
    const bench = new Bench().enrolled();
    bench.press('company-portal');
    bench.hear(notification('n1')).hear(notification('n2'));
    expect(lines(bench).slice(1)).toEqual([
      '1. 2030-01-01T00:00:00Z About n1',
      'Body of n1.',
      '2. 2030-01-01T00:00:00Z About n2',
      'Body of n2.',
    ]);
    bench.press('home');
    expect(buttons(bench)).not.toContain('notifications');
    bench.press('company-portal');
    expect(buttons(bench)).toEqual(['sync', 'dismiss-1', 'dismiss-2', 'dismiss-all', 'notifications-off', 'home']);
    expect(bench.press('dismiss-1')).toBe('done');
    expect(titles(bench)).toEqual(['About n2']);
    bench.tell({ type: 'network', available: false });
    expect(bench.press('dismiss-all'), 'needs no network').toBe('done');
    expect(buttons(bench)).toEqual(['sync', 'notifications-off', 'home']);
  });

  it.each([
    ['shown', ['Company Portal: About n1', 'Body of n1.']],
    ['content-hidden', ['Company Portal: Notification']],
    ['hidden', []],
  ] as const)('CN-15 a lock screen that is set to %s lists %j', (lockScreenNotifications, listed) => {
    const bench = new Bench({}, undefined, { passcode }).enrolled().change({ lockScreenNotifications });
    bench.press('lock');
    bench.hear(notification('n1'));
    expect(lines(bench)).toEqual(listed);
    bench.input({ type: passcode });
    expect(screenView(bench.state).buttons).toContainEqual({ name: 'notifications', label: 'Notifications (1)' });
  });

  it('CN-15 after a restart nothing comes before the first unlock, because nothing is reached', () => {
    const bench = new Bench({ enrollment: 'automated' }, undefined, { passcode })
      .enrolled()
      .hear(notification('n1'))
      .obeys({ type: 'rebootNow', parameters: {} });
    bench.wait();
    expect(bench.state).toMatchObject({ beforeFirstUnlock: true, link: 'closed' });
    expect(lines(bench).slice(1), 'what came before is still there').toEqual(['Company Portal: About n1', 'Body of n1.']);
  });
});

describe('CN-16 an app that reads the notifications of others', () => {
  const read = (bench: Bench) => deviceView(bench.state).readByOtherApps;

  it('has a copy of each from then on, on Android', () => {
    const bench = new Bench(android).enrolled().hear(notification('n0')).change({ notificationReader: 'Digest' });
    bench.hear(notification('n1'));
    bench.change({ lockScreenNotifications: 'hidden' }).press('lock');
    bench.hear(notification('n2'));
    expect(read(bench)).toEqual([
      { app: 'Digest', at: benchStart, title: 'About n1', body: 'Body of n1.' },
      { app: 'Digest', at: benchStart, title: 'About n2', body: 'Body of n2.' },
    ]);
    bench.change({ notificationReader: null }).hear(notification('n3'));
    expect(read(bench)).toHaveLength(2);
    bench.press('unlock');
    bench.press('notifications');
    bench.press('dismiss-all');
    expect(read(bench), 'what it has read stays with it').toHaveLength(2);
    bench.obeys({ type: 'wipe', parameters: {} });
    expect(read(bench)).toEqual([]);
  });

  it('gets nothing that is not shown, and nothing on iOS', () => {
    const denied = new Bench(android).enrolled().change({ notificationReader: 'Digest', notificationsAllowed: 'denied' });
    expect(read(denied.hear(notification('n1')))).toEqual([]);
    const phone = new Bench().enrolled().change({ notificationReader: 'Digest' });
    expect(read(phone.hear(notification('n1')))).toEqual([]);
    expect(phone.state.has.companyApp.reader).toBeNull();
  });
});

describe('CN-19 the notification centre', () => {
  it('holds each until its user dismisses it, over restarts and new links', () => {
    const bench = new Bench({ enrollment: 'automated' }).enrolled();
    for (const id of ['n1', 'n2', 'n3']) bench.hear(notification(id));
    bench.obeys({ type: 'rebootNow', parameters: {} }).wait();
    expect(bench.wishes).toContain('open-link certificate');
    bench.tell({ type: 'started' });
    bench.press('notifications');
    expect(lines(bench)).toEqual([
      '1. Company Portal: About n1',
      'Body of n1.',
      '2. Company Portal: About n2',
      'Body of n2.',
      '3. Company Portal: About n3',
      'Body of n3.',
    ]);
    const { number } = screenView(bench.state);
    bench.input({ press: 'dismiss-2', screen: number });
    expect(bench.input({ press: 'dismiss-2', screen: number }), 'it would be another one now').toBe('screen-changed');
    expect(titles(bench)).toEqual(['About n1', 'About n3']);
    bench.press('dismiss-all');
    expect(lines(bench)).toEqual(['There are none.']);
    expect(bench.press('dismiss-all')).toBe('no-such-button');
    bench.press('home');
    expect(buttons(bench)).not.toContain('notifications');
  });

  it('takes none twice, dismissed or not', () => {
    const bench = new Bench().enrolled().hear(notification('n1')).hear(notification('n1', 'Another text'));
    expect(bench.notes).toEqual([]);
    bench.press('notifications');
    bench.press('dismiss-1');
    expect(bench.hear(notification('n1')).notes).toEqual([]);
    bench.checkIn().hear(notice('c1')).done();
    expect(titles(bench)).toEqual(['About c1']);
    bench.press('dismiss-1');
    expect(bench.checkIn().hear(notice('c1')).notes).not.toContainEqual(expect.objectContaining({ kind: 'notice' }));
    expect(titles(bench)).toEqual([]);
    // One that came before a notice that was due long ago is known all the same.
    bench
      .hear(notification('n2'))
      .checkIn()
      .hear({ ...notice('c2'), at: benchStart - hourMs })
      .done();
    expect(bench.hear(notification('n2')).notes).toEqual([]);
    expect(titles(bench)).toEqual(['About n2', 'About c2']);
  });

  it.each([
    ['a wipe', {}, 'wipe', false],
    ['a retire', {}, 'retire', true],
    ['a retire that removes the work profile with the app', { platform: 'android', enrollment: 'personal-work-profile' }, 'retire', false],
  ] as const)('after %s', (_what, inventory, type, stays) => {
    const bench = new Bench(inventory).enrolled().hear(notification('n1')).obeys({ type, parameters: {} });
    expect(titles(bench)).toEqual(stays ? ['About n1'] : []);
    if (!stays) return;
    expect(bench.state.phase).toBe('retired');
    bench.press('notifications');
    bench.press('dismiss-1');
    expect(titles(bench)).toEqual([]);
  });

  it('a new work profile comes with the app', () => {
    const bench = new Bench({ platform: 'android', enrollment: 'personal-work-profile' })
      .enrolled()
      .obeys({ type: 'retire', parameters: {} });
    expect(deviceView(bench.state).companyPortal).toBe(false);
    expect(noted(bench.enrolled().hear(notification('n1')))).toEqual(['banner']);
  });

  it('keeps the latest fifty, and of long ones fewer', () => {
    const bench = new Bench().enrolled();
    for (let n = 1; n <= 60; n++) bench.hear(notification(`n${n}`));
    expect(titles(bench)).toEqual(Array.from({ length: 50 }, (_, n) => `About n${n + 11}`));
    for (let n = 1; n <= 60; n++) bench.hear(notification(`long${n}`, `Long ${n}`, 'x'.repeat(bodyUnitsMax)));
    expect(titles(bench)).toEqual(['Long 57', 'Long 58', 'Long 59', 'Long 60']);
  });

  it('has room for 65,536 code units of text, to the unit', () => {
    for (const [units, first] of [
      [65_536, 'About n1'],
      [65_537, 'About n2'],
    ] as const) {
      const bench = new Bench().enrolled();
      for (let n = 1; n <= 4; n++) bench.hear(notification(`n${n}`, undefined, 'x'.repeat(bodyUnitsMax)));
      const before = deviceView(bench.state).notifications.reduce((sum, { title, body }) => sum + title.length + body.length, 0);
      bench.hear(notification('n5', 'T', 'x'.repeat(units - before - 1)));
      expect(titles(bench)[0], `${units}`).toBe(first);
      expect(titles(bench).at(-1)).toBe('T');
    }
  });

  it('CN-19 of the latest fifty that were dismissed none comes back; a new app knows nothing of them', () => {
    const bench = new Bench().enrolled();
    for (let n = 1; n <= 50; n++) bench.hear(notification(`n${n}`));
    bench.press('notifications');
    bench.press('dismiss-all');
    for (const id of ['n1', 'n25', 'n50']) expect(noted(bench.hear(notification(id)))).toEqual([]);
    expect(titles(bench)).toEqual([]);
    bench.change({ companyPortal: false }).change({ companyPortal: true, notificationsAllowed: 'allowed' });
    expect(noted(bench.hear(notification('n1')))).toHaveLength(1);
    expect(titles(bench)).toEqual(['About n1']);
  });

  it('fits a frame of hands, whatever came, on every screen that lists it', () => {
    const bench = new Bench(android, undefined, { passcode }).enrolled().change({ notificationReader: 'Digest' });
    for (let n = 1; n <= 50; n++) {
      // Three bytes for each unit of it.
      bench.hear(notification(`n${n}`, '\u6f22'.repeat(titleUnitsMax), '\u6f22'.repeat(n % 2 === 0 ? bodyUnitsMax : 500)));
      bench
        .checkIn()
        .hear({ ...notice(`c${n}`), title: '\u6f22'.repeat(256), body: '\u6f22'.repeat(2048) })
        .done();
    }
    for (const button of ['open-outlook', 'notifications', 'home', 'lock']) {
      bench.press(button);
      bench.hear(notification(`after ${button}`, '\u6f22'.repeat(titleUnitsMax), '\u6f22'.repeat(bodyUnitsMax)));
      const view = deviceView(bench.state);
      expect(deviceViewSchema.parse(view)).toEqual(view);
      const frame = JSON.stringify({ type: 'result', requestId: 1, result: { outcome: 'done', view } });
      expect(new TextEncoder().encode(frame).length).toBeLessThan(handsBytesMax);
    }
  });

  it('has a body in paragraphs, and cuts a long one between characters as a person sees them', () => {
    const family = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}';
    const bench = new Bench().enrolled().hear(notification('n1', 'Snow', `One\r\n\tTwo\n\n${family.repeat(400)}`));
    bench.press('notifications');
    const [title, ...body] = lines(bench);
    expect([title, ...body.slice(0, 3)]).toEqual(['1. Company Portal: Snow', 'One', ' Two', '']);
    // 186 families of eleven units each are the most that 2,048 hold, with the ellipsis.
    expect(body.slice(3)).toEqual([`${family.repeat(186)}\u2026`]);
    expect(deviceView(bench.state).notifications[0]?.body, 'whole').toContain(family.repeat(400));
    expect(deviceViewSchema.safeParse(deviceView(bench.state)).success).toBe(true);
  });

  it('notes hold no text of it', () => {
    const bench = new Bench(android).enrolled().change({ notificationReader: 'Digest' });
    const notes: unknown[] = [];
    const told = (one: Bench) => notes.push(...one.notes, one.sent, one.wishes);
    told(bench.hear(notification('n1', 'Secret-title', 'Secret-body')));
    for (const press of ['notifications', 'dismiss-1', 'home', 'lock', 'unlock'])
      told(bench.tell({ type: 'user-input', input: { press } }));
    told(bench.change({ notificationsAllowed: 'denied' }).hear(notification('n2', 'Secret-title', 'Secret-body')));
    expect(JSON.stringify(notes)).not.toContain('Secret');
  });
});

describe('the push notifications of the management', () => {
  it('NC-11 are shown to whoever holds the device, once, and the check-in goes on', () => {
    const bench = new Bench().enrolled().checkIn().hear(notice('n1'));
    expect(bench.notes).toContainEqual({ kind: 'notice', title: 'About n1' });
    expect(bench.state.exchange).toBe('check-in');
    bench.done();
    expect(bench.state.exchange).toBe('none');
    expect(deviceView(bench.state)).toMatchObject({
      notices: [{ at: benchStart, title: 'About n1', body: 'Please look after n1.' }],
      notifications: [{ from: 'compliance', title: 'About n1', shown: 'banner' }],
      screen: { banner: { title: 'About n1' } },
    });
    bench.press('notifications');
    expect(lines(bench)).toEqual(['1. Company Portal: About n1', 'Please look after n1.']);
    bench.checkIn().hear(notice('n1'));
    expect(bench.notes).not.toContainEqual(expect.objectContaining({ kind: 'notice' }));
    bench.done();
    expect(deviceView(bench.state).notices).toHaveLength(1);
  });

  it('NC-11 the latest twenty are told apart from others, and are gone with a wipe', () => {
    const bench = new Bench().enrolled().hear(notification('other')).checkIn();
    for (let n = 1; n <= 25; n++) bench.hear({ ...notice(`n${n}`), body: 'x'.repeat(2048) });
    bench.done();
    const view = deviceView(bench.state);
    expect(view.notices.map(({ title }) => title)).toEqual(Array.from({ length: 20 }, (_, n) => `About n${n + 6}`));
    expect(view.notifications).toHaveLength(26);
    bench.obeys({ type: 'wipe', parameters: {} });
    expect(deviceView(bench.state)).toMatchObject({ notices: [], notifications: [] });
  });
});

describe('CN-17 a device that has just been retired', () => {
  const retired = (pushUntil: number | undefined, inventory: object = {}, change: DeviceChange = {}) => {
    const bench = new Bench(inventory).enrolled().change(change).checkIn().command('c', { type: 'retire', parameters: {} });
    return bench.hear({ type: 'result-accepted', commandId: 'c', ...(pushUntil === undefined ? {} : { pushUntil }) });
  };
  const soon = benchStart + hourMs;

  it('keeps its link, says that it has left, and shows what still comes', () => {
    const bench = retired(soon);
    expect(bench.wishes).toEqual(['send left', 'erase-identity']);
    expect(bench.sent).toEqual([{ type: 'left', deviceId: 'device-1' }]);
    expect(bench.notes).toContainEqual({ kind: 'unenrolled', by: 'retire' });
    expect(bench.state).toMatchObject({ phase: 'retired', link: 'open', exchange: 'none', certificate: null });
    expect(nextDeadline(bench.state), 'it waits for nothing').toBe(Number.POSITIVE_INFINITY);
    expect(noted(bench.hear(notification('n1')))).toEqual(['banner']);
    expect(titles(bench)).toEqual(['About n1']);
  });

  const others: ServerMessage[] = [
    { type: 'nudge' },
    { type: 'check-in-done' },
    { type: 'clock', step: 1, now: benchStart, speed: 0, lived: true },
    { type: 'command', commandId: 'd', command: { type: 'remoteLock', parameters: {} } },
    { type: 'result-accepted', commandId: 'c', pushUntil: soon },
    { type: 'refused', code: 'server-error', message: '' },
    notice('n2'),
  ];
  it.each(others.map((message) => [message.type, message] as const))('takes no %s any more', (_type, message) => {
    const bench = retired(soon);
    const before = JSON.stringify(bench.state);
    expect(bench.hear(message).wishes).toEqual([]);
    expect(JSON.stringify(bench.state)).toBe(before);
  });

  it.each([
    ['the server closes it', (bench: Bench) => bench.tell({ type: 'link-closed', reason: 'left' }), []],
    ['the network goes', (bench: Bench) => bench.tell({ type: 'network', available: false }), ['close-link network-lost']],
    ['it is switched off', (bench: Bench) => bench.tell({ type: 'power', on: false }), ['close-link switched-off']],
    ['its process is restarted', (bench: Bench) => bench.tell({ type: 'started' }), []],
  ] as const)('has no link for good once %s', (_what, end, wishes) => {
    const bench = retired(soon);
    expect(end(bench).wishes).toEqual(wishes);
    expect(bench.state.link).toBe('closed');
    bench.tell({ type: 'network', available: true }).tell({ type: 'power', on: true });
    expect(bench.wishes).toEqual([]);
    expect(bench.state.link).toBe('closed');
    expect(bench.hear(notification('n1')).notes, 'a late frame').toEqual([]);
    expect(titles(bench)).toEqual([]);
    expect(nextDeadline(bench.state)).toBe(Number.POSITIVE_INFINITY);
  });

  it('gives it up to be enrolled again', () => {
    const bench = retired(soon).tell({ type: 'enroll', token: 'letmein' });
    expect(bench.wishes[0]).toBe('close-link enrolling');
    expect(bench.enrolledFrom().state).toMatchObject({ phase: 'enrolled', link: 'open' });
  });

  it.each([
    ['the service sees it at once', undefined, {}, {}],
    ['that instant is over', benchStart, {}, {}],
    ['the app is missing', soon, {}, { companyPortal: false }],
    ['nothing may be shown', soon, {}, { notificationsAllowed: 'denied' }],
    [
      'it has no Google Play services',
      soon,
      { platform: 'android', enrollment: 'device-administrator' },
      { security: { googlePlayServices: false } },
    ],
    ['it is a Mac', soon, { platform: 'macos' }, {}],
    ['the app went with the work profile', soon, { platform: 'android', enrollment: 'personal-work-profile' }, {}],
  ] as const)('closes it where %s', (_what, pushUntil, inventory, change) => {
    const bench = retired(pushUntil, inventory, change as DeviceChange);
    expect(bench.wishes).toEqual(['close-link retired', 'erase-identity']);
    expect(bench.state).toMatchObject({ phase: 'retired', link: 'closed' });
  });

  it('shows what comes while its retire is on its way to the service, and after a wipe nothing', () => {
    const leaving = (type: 'retire' | 'wipe') => new Bench().enrolled().checkIn().command('c', { type, parameters: {} });
    expect(noted(leaving('retire').hear(notification('n1')))).toEqual(['banner']);
    const wiped = leaving('wipe').hear(notification('n1'));
    expect([wiped.notes, wiped.wishes, titles(wiped)]).toEqual([[], [], []]);
  });

  it('is about a retire alone: a wiped one keeps nothing', () => {
    const bench = new Bench().enrolled().checkIn().command('c', { type: 'wipe', parameters: {} });
    expect(bench.hear({ type: 'result-accepted', commandId: 'c', pushUntil: soon }).wishes).toEqual(['close-link wiped', 'erase-identity']);
  });
});

type Act = { do: 'notify'; id: number } | { do: 'press'; button: string } | { do: 'change'; change: DeviceChange } | { do: 'restore' };
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.nat(30).map((id): Act => ({ do: 'notify', id })) },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom('lock', 'unlock', 'company-portal', 'notifications', 'home', 'dismiss-1', 'dismiss-2', 'dismiss-all', 'allow')
      .map((button): Act => ({ do: 'press', button })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<DeviceChange[]>(
        { notificationsAllowed: 'denied' },
        { notificationsAllowed: 'allowed' },
        { notificationsAllowed: 'not-asked' },
        { lockScreenNotifications: 'hidden' },
      )
      .map((change): Act => ({ do: 'change', change })),
  },
  { weight: 1, arbitrary: fc.constant<Act>({ do: 'restore' }) },
);

it('CN-19 whatever comes in whatever order, a device holds exactly what it has shown and nobody has dismissed', () => {
  fc.assert(
    fc.property(fc.array(acts, { maxLength: 60 }), fc.constantFrom({}, android), (sequence, inventory) => {
      const bench = new Bench(inventory).enrolled();
      /** Where each stands, in the order in which they came. */
      let standing: { id: number; inApp: boolean }[] = [];
      const seen = new Set<number>();
      for (const act of sequence) {
        if (act.do === 'notify') {
          const allowed = bench.state.has.companyApp.permission === 'allowed';
          const inApp = bench.state.screen === 'company-portal' && inventory !== android;
          bench.hear(notification(`n${act.id}`));
          if (allowed && !seen.has(act.id)) {
            seen.add(act.id);
            standing.push({ id: act.id, inApp });
          }
        } else if (act.do === 'press') {
          const inApp = bench.state.screen === 'company-portal';
          const list = standing.filter((one) => one.inApp === inApp);
          if (bench.press(act.button) !== 'done' || !act.button.startsWith('dismiss')) continue;
          const gone = act.button === 'dismiss-all' ? list : [list[act.button === 'dismiss-1' ? 0 : 1]];
          standing = standing.filter((one) => !gone.includes(one));
        } else if (act.do === 'change') bench.change(act.change);
        else Object.assign(bench.state, JSON.parse(JSON.stringify(bench.state)));
        expect(titles(bench)).toEqual(standing.map(({ id }) => `About n${id}`));
        expect(bench.state.notificationUnits).toBe(unitsOf(bench.state.notifications));
        expect(bench.state.notifications.map(({ shown }) => shown === 'in-app')).toEqual(standing.map(({ inApp }) => inApp));
        const { banner } = screenView(bench.state);
        if (banner !== null) expect(titles(bench)).toContain(banner.title);
      }
    }),
    { numRuns: 500 },
  );
});
