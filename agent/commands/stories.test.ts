/** What actions do that depends on more than the kind of device: parameters, what was done before, what the device lacks. */
import { describe, expect, it } from 'vitest';
import type { Command } from '../../protocol/commands.ts';
import { Bench } from '../device/machine.fixture.ts';
import { errorCodes } from './error-codes.ts';
import { inUse, names } from './in-use.fixture.ts';

describe('wipe', () => {
  const wipe = (parameters: Extract<Command, { type: 'wipe' }>['parameters']) => ({ type: 'wipe', parameters }) as const;

  it.each([
    ['ios', 'device', {}, false],
    ['ios', 'device', { persistEsimDataPlan: true }, true],
    ['android', 'fully-managed', { persistEsimDataPlan: true }, true],
    ['android', 'fully-managed', { persistEsimDataPlan: false }, false],
  ] as const)('M-06 of %s %s with %j: the eSIM stays: %s', (platform, enrollment, parameters, esim) => {
    expect(inUse({ platform, enrollment, osVersion: '14' }).obeys(wipe(parameters)).state.has.esim).toBe(esim);
    // One that was never there does not come.
    expect(inUse({ platform, enrollment, osVersion: '14' }, { esim: false }).obeys(wipe(parameters)).state.has.esim).toBe(false);
  });

  it('M-06 keepUserData keeps the user’s data on Windows, and nowhere else', () => {
    const windows = inUse({ platform: 'windows', enrollment: 'joined' }).obeys(wipe({ keepUserData: true }));
    expect(windows.state).toMatchObject({ phase: 'wiped', has: { userData: true, apps: [], passcode: null } });
    expect(inUse({}).obeys(wipe({ keepUserData: true, keepEnrollmentData: true })).state).toMatchObject({
      phase: 'wiped',
      has: { userData: false },
    });
  });

  it.each(['joined', 'registered'] as const)(
    'M-06 keepEnrollmentData leaves a %s Windows device enrolled, and its required apps come again',
    (enrollment) => {
      const bench = inUse({ platform: 'windows', enrollment });
      bench.press('lock');
      bench.checkIn().command('c', wipe({ keepEnrollmentData: true }));
      expect(bench.state).toMatchObject({
        phase: 'enrolled',
        screen: 'home',
        configuration: null,
        has: { apps: [], userData: true, companyData: false },
      });
      expect(bench.notes).toContainEqual({ kind: 'apps', installed: [], removed: ['Chess', 'Mail', 'Expenses'] });
      // It comes back by itself, without a configuration.
      const again = bench.hear({ type: 'result-accepted', commandId: 'c' }).done().sent.at(-1);
      expect(again).toMatchObject({ type: 'check-in', trigger: 'connect' });
      expect(again).not.toHaveProperty('configuration');
      bench.hear({
        type: 'configuration',
        configuration: {
          version: 'v',
          passcodeRequired: false,
          workProfilePasscodeRequired: false,
          passcodeLengthMin: 4,
          allowActivationLock: false,
          apps: [{ id: 'mail', name: 'Mail', intent: 'required' }],
        },
      });
      expect(names(bench.state)).toEqual(['Mail']);
      expect(bench.state.has.companyData).toBe(true);
    },
  );

  it('M-06 a Mac that was wiped with a PIN asks for it first, after Apple’s lock', () => {
    const bench = inUse({ platform: 'macos', enrollment: 'device' }, { findMy: true }).obeys(wipe({ macOsUnlockCode: '135791' }));
    expect(bench.state.screen).toBe('activation-lock');
    bench.press('unlock', { appleId: 'adele@contoso.example', password: 'apple-secret' });
    bench.answer({ allowed: true });
    expect(bench.state.screen).toBe('recovery-lock');
    expect(bench.input({ type: '000000' })).toBe('refused');
    expect(bench.input({ type: '135791' })).toBe('done');
    expect(bench.state.screen).toBe('set-up-assistant');
    // Elsewhere the PIN means nothing.
    expect(inUse({}).obeys(wipe({ macOsUnlockCode: '135791' })).state.screen).toBe('set-up-assistant');
  });

  it('obliterationBehavior and useProtectedWipe are taken, and change nothing', () => {
    const bench = inUse({ platform: 'macos', enrollment: 'device' });
    bench.obeys(wipe({ obliterationBehavior: 'doNotObliterate', useProtectedWipe: true }));
    expect(bench.state).toMatchObject({ phase: 'wiped', screen: 'set-up-assistant' });
  });
});

describe('retire', () => {
  const retire = { type: 'retire', parameters: {} } as const;

  it('TD-08 removes managed apps, required or installed from Company Portal, and leaves what the user got elsewhere', () => {
    const bench = new Bench({}, undefined, { apps: [{ id: 'Chess', name: 'Chess', source: 'user' }] }).enrolled();
    bench.configured({
      apps: [
        { id: 'mail', name: 'Mail', intent: 'required' },
        { id: 'expenses', name: 'Expenses', intent: 'available' },
        { id: 'chess', name: 'Chess', intent: 'required' },
      ],
    });
    bench.press('company-portal');
    expect(bench.press('install-expenses')).toBe('done');
    bench.press('home');
    expect(names(bench.state)).toEqual(['Chess', 'Mail', 'Expenses']);
    bench.obeys(retire);
    expect(names(bench.state)).toEqual(['Chess']);
    expect(bench.notes).toContainEqual({ kind: 'apps', installed: [], removed: ['Mail', 'Expenses'] });
  });

  it('M-06 takes the whole work profile of a personal device away', () => {
    const bench = inUse({ platform: 'android', enrollment: 'personal-work-profile', osVersion: '14' });
    bench.change({ workProfilePasscode: '9999' }).obeys(retire);
    expect(bench.state.has).toMatchObject({ workProfile: null, passcode: '246810' });
  });

  it('ends lost mode, and leaves a lock to who knows its passcode', () => {
    const bench = inUse({ enrollment: 'automated' }).obeys({ type: 'enableLostMode', parameters: { message: 'Call us' } }, 'l');
    expect(bench.obeys(retire).state).toMatchObject({ lostMode: null, screen: 'home' });
    const locked = inUse({}).obeys({ type: 'remoteLock', parameters: {} }, 'l').obeys(retire);
    expect(locked.state.screen).toBe('locked');
    expect(locked.input({ type: '246810' })).toBe('done');
    expect(locked.state.screen).toBe('home');
  });

  it('leaves a Mac’s PIN until it was typed', () => {
    const bench = inUse({ platform: 'macos', enrollment: 'device' }).obeys({ type: 'remoteLock', parameters: { pin: '135791' } }, 'l');
    expect(bench.obeys(retire).state).toMatchObject({ phase: 'retired', screen: 'recovery-lock' });
    bench.input({ type: '135791' });
    expect(bench.state.screen).toBe('home');
  });
});

describe('remote lock', () => {
  it('M-07 turns a screen without a passcode off, no more', () => {
    const bench = new Bench().enrolled().obeys({ type: 'remoteLock', parameters: {} });
    expect(bench.state.screen).toBe('locked');
    expect(bench.input({ type: 'anything' })).toBe('nothing-to-type');
    expect(bench.press('unlock')).toBe('done');
    expect(bench.state.screen).toBe('home');
  });

  it('M-06 of a Mac: its PIN; a second lock before that was typed fails, one after it works', () => {
    const lock = (pin: string) => ({ type: 'remoteLock', parameters: { pin } }) as const;
    const bench = inUse({ platform: 'macos', enrollment: 'device' }).obeys(lock('111111'), 'c1');
    expect(bench.state.screen).toBe('recovery-lock');
    expect(bench.obeys(lock('222222'), 'c2').sent).toMatchObject([{ status: 'failed', errorCode: errorCodes.lockedAlready }]);
    expect(bench.input({ type: '222222' })).toBe('refused');
    expect(bench.input({ type: '111111' })).toBe('done');
    expect(bench.obeys(lock('333333'), 'c3').sent).toMatchObject([{ status: 'acknowledged' }]);
  });

  it.each(['set-up', 'wiped'] as const)('M-05 cannot arrive during the set-up: %s', (phase) => {
    const bench = phase === 'set-up' ? new Bench() : inUse({}).obeys({ type: 'wipe', parameters: {} });
    expect(bench.state).toMatchObject({ phase, screen: 'set-up-assistant' });
    expect(bench.command('late', { type: 'remoteLock', parameters: {} }).wishes).toEqual([]);
    expect(bench.state.screen).toBe('set-up-assistant');
    expect(bench.notes).toEqual([]);
  });

  it('M-05 that arrives while the device is being enrolled breaks the link: nothing is locked', () => {
    const bench = new Bench().tell({ type: 'enroll', token: 'letmein' });
    bench.tell({ type: 'csr-created', requestId: bench.state.requestId ?? '', csr: 'csr' }).tell({ type: 'link-opened' });
    expect(bench.command('early', { type: 'remoteLock', parameters: {} }).wishes).toEqual(['close-link message-unexpected']);
    expect(bench.state.screen).toBe('set-up-assistant');
  });
});

describe('a lost device', () => {
  const supervised = { enrollment: 'automated' } as const;
  const enable = { type: 'enableLostMode', parameters: { message: 'Call us' } } as const;
  const locate = { type: 'locateDevice', parameters: {} } as const;
  const sound = { type: 'playLostModeSound', parameters: { durationInMinutes: '3' } } as const;
  const disable = { type: 'disableLostMode', parameters: {} } as const;

  it('M-06 an iPhone is located, heard and found only while it is in lost mode', () => {
    const bench = inUse(supervised);
    expect(bench.obeys(locate, 'c1').sent).toMatchObject([{ status: 'failed', errorCode: errorCodes.notLost }]);
    expect(bench.obeys(sound, 'c2').sent).toMatchObject([{ status: 'not-supported' }]);
    expect(bench.obeys(disable, 'c3').sent).toMatchObject([{ status: 'not-supported' }]);
    bench.obeys(enable, 'c4');
    expect(bench.press('unlock')).toBe('no-such-button');
    expect(bench.obeys(sound, 'c5').notes).toContainEqual({ kind: 'sound', minutes: 3 });
    const [first] = bench.obeys(locate, 'c6').sent;
    expect(first).toMatchObject({ status: 'acknowledged', location: { collectedAt: bench.now } });
    bench.now += 1_000;
    const [again] = bench.checkIn().command('c6', locate).sent.slice(-1);
    expect(again).toEqual(first);
    expect(bench.done().obeys(disable, 'c7').state.screen).toBe('home');
  });

  it.each([
    ['android', 'fully-managed', '14'],
    ['android', 'corporate-work-profile', '14'],
    ['windows', 'joined', '10.0'],
  ] as const)('M-06 %s %s says where it is at any time, and is there again', (platform, enrollment, osVersion) => {
    const bench = inUse({ platform, enrollment, osVersion });
    const [first] = bench.obeys(locate, 'c1').sent;
    bench.now += 1_000;
    const [second] = bench.obeys(locate, 'c2').sent;
    if (first?.type !== 'command-result' || second?.type !== 'command-result') throw new Error('no result');
    expect({ ...second.location, collectedAt: 0 }).toEqual({ ...first.location, collectedAt: 0 });
    expect([first.location?.collectedAt, second.location?.collectedAt]).toEqual([bench.now - 1_000, bench.now]);
  });

  it('M-06 an Android device plays the sound at any time, for five minutes when nobody says', () => {
    const bench = inUse({ platform: 'android', enrollment: 'dedicated', osVersion: '14' });
    expect(bench.obeys({ type: 'playLostModeSound', parameters: {} }).notes).toContainEqual({ kind: 'sound', minutes: 5 });
  });
});

describe('what a device lacks', () => {
  it('M-06 fails a rotation of BitLocker keys without encryption', () => {
    const bench = inUse({ platform: 'windows', enrollment: 'joined' }, { encrypted: false });
    expect(bench.obeys({ type: 'rotateBitLockerKeys', parameters: {} }).sent).toMatchObject([
      { status: 'failed', errorCode: errorCodes.notEncrypted },
    ]);
    expect(bench.state.has.bitLockerKey).toBe(3);
  });

  it('M-06 fails a rotation of the FileVault key of a Mac without FileVault', () => {
    const bench = inUse({ platform: 'macos', enrollment: 'device' }, { encrypted: false });
    expect(bench.obeys({ type: 'rotateFileVaultKey', parameters: {} }).sent).toMatchObject([
      { status: 'failed', errorCode: errorCodes.notEncrypted },
    ]);
  });

  it('M-06 fails a log-out of nobody', () => {
    const bench = inUse({ enrollment: 'automated', model: 'iPad', shared: true }, { activeUser: null });
    expect(bench.obeys({ type: 'logoutSharedAppleDeviceActiveUser', parameters: {} }).sent).toMatchObject([
      { status: 'failed', errorCode: errorCodes.nobodyLoggedIn },
    ]);
  });

  const ipad = { enrollment: 'automated', model: 'iPad', shared: true } as const;
  const remove = (userPrincipalName: string) => ({ type: 'deleteUserFromSharedAppleDevice', parameters: { userPrincipalName } }) as const;

  it('M-06 fails to remove a user whom a Shared iPad does not have, and leaves the others there', () => {
    const bench = inUse(ipad, { activeUser: 'adele@contoso.example', cachedUsers: ['alex@contoso.example'] });
    expect(bench.obeys(remove('megan@contoso.example')).sent).toMatchObject([{ status: 'failed', errorCode: errorCodes.userUnknown }]);
    expect(bench.state.has).toMatchObject({ activeUser: 'adele@contoso.example', cachedUsers: ['alex@contoso.example'] });
  });

  it('M-06 removes a user of a Shared iPad who is not logged in, and disturbs nobody', () => {
    const bench = inUse(ipad, { activeUser: 'adele@contoso.example', cachedUsers: ['alex@contoso.example', 'lee@contoso.example'] });
    expect(bench.obeys(remove('Alex@contoso.example')).sent).toMatchObject([{ status: 'acknowledged' }]);
    expect(bench.state.has).toMatchObject({ activeUser: 'adele@contoso.example', cachedUsers: ['lee@contoso.example'] });
  });

  it('M-06 has no user any more who was logged out and removed', () => {
    const bench = inUse(ipad).obeys({ type: 'logoutSharedAppleDeviceActiveUser', parameters: {} });
    expect(bench.obeys(remove('adele@contoso.example'), 'first').sent).toMatchObject([{ status: 'acknowledged' }]);
    expect(bench.obeys(remove('adele@contoso.example'), 'second').sent).toMatchObject([
      { status: 'failed', errorCode: errorCodes.userUnknown },
    ]);
  });

  it('fails a reset of an Android passcode that came without the new one', () => {
    const bench = inUse({ platform: 'android', enrollment: 'fully-managed', osVersion: '14' });
    expect(bench.obeys({ type: 'resetPasscode', parameters: {} }).sent).toMatchObject([
      { status: 'failed', errorCode: errorCodes.passcodeMissing },
    ]);
  });
});

describe('fresh start', () => {
  const clean = (keepUserData: boolean) => ({ type: 'cleanWindowsDevice', parameters: { keepUserData } }) as const;

  it.each([
    ['joined', true, 'enrolled', true],
    ['joined', false, 'enrolled', false],
    ['registered', true, 'enrolled', true],
    ['registered', false, 'wiped', false],
  ] as const)('M-06 of a %s device, keeping user data %s: %s', (enrollment, keeps, phase, userData) => {
    const { state } = inUse({ platform: 'windows', enrollment }).obeys(clean(keeps));
    expect(state).toMatchObject({ phase, has: { userData } });
    expect(names(state)).not.toContain('Chess');
    expect(state.screen).toBe(phase === 'wiped' ? 'set-up-assistant' : 'home');
  });
});
