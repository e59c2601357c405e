/** What each action does to a device, on each kind that can do it; and that nothing happens on the others. */
import { describe, expect, it } from 'vitest';
import { actionTable, type Command, type CommandType, commandTypes, isPossible, whyUnsupported } from '../../protocol/commands.ts';
import { enrollmentTypesOf, type Kind, type Platform, platforms } from '../../protocol/platforms.ts';
import { deviceInformation } from '../device/information.ts';
import type { DeviceState } from '../device/state.ts';
import { full, inUse, names } from './in-use.fixture.ts';

const models: Record<Platform, string> = { ios: 'iPad (10th generation)', macos: 'iMac', android: 'Pixel 8', windows: 'Latitude' };
const osVersions: Record<Platform, readonly string[]> = {
  ios: ['17.5'],
  macos: ['14.5'],
  android: ['6.0.1', '7.0', '14'],
  windows: ['10.0'],
};
const kinds: Kind[] = platforms.flatMap((platform) =>
  enrollmentTypesOf[platform].flatMap((enrollment) =>
    osVersions[platform].map((osVersion) => ({ platform, enrollment, osVersion, model: models[platform], shared: platform === 'ios' })),
  ),
);

const loggedOut = { activeUser: null, cachedUsers: ['adele@contoso.example'] };

/** The ordinary effect on an ordinary device; `undefined`: acknowledged, and nothing else. */
const ordinary: { [T in CommandType]?: { parameters: object; shows: (state: DeviceState, kind: Kind) => void } } = {
  syncDevice: { parameters: {}, shows: (state) => expect(state).toMatchObject({ screen: 'home', has: full }) },
  remoteLock: { parameters: {}, shows: (state) => expect(state.screen).toBe('locked') },
  resetPasscode: {
    parameters: { passcode: '135791' },
    shows: (state, { platform }) => expect(state.has.passcode).toBe(platform === 'ios' ? null : '135791'),
  },
  retire: {
    parameters: {},
    shows: (state, { enrollment }) => {
      expect(state).toMatchObject({ phase: 'retired', screen: 'home', configuration: null });
      expect(state.has).toMatchObject({
        companyData: false,
        userData: true,
        esim: true,
        passcode: '246810',
        tokens: { outlook: 'opaque' },
        // The one in a work profile goes with it.
        companyApp: { installed: enrollment !== 'personal-work-profile' },
      });
      expect(names(state)).toEqual(enrollment === 'device-administrator' ? ['Chess', 'Mail', 'Expenses'] : ['Chess']);
      expect(state.has.apps.every(({ source }) => source === 'user')).toBe(true);
    },
  },
  wipe: {
    parameters: {},
    shows: (state, kind) => {
      expect(state).toMatchObject({ phase: 'wiped', screen: 'set-up-assistant', configuration: null });
      expect(state.has).toEqual({
        passcode: null,
        passcodeSetAt: null,
        workProfile: null,
        apps: [],
        companyData: false,
        userData: false,
        esim: false,
        encrypted: kind.platform === 'ios' || kind.platform === 'android',
        jailBroken: false,
        security: {},
        atBoot: null,
        unreadable: [],
        findMy: false,
        accountPassword: 'apple-secret',
        activeUser: null,
        cachedUsers: [],
        tokens: {},
        bitLockerKey: 0,
        companyApp: { installed: true, permission: 'allowed', lockScreen: 'shown', reader: null },
      });
    },
  },
  rebootNow: { parameters: {}, shows: (state) => expect(state).toMatchObject({ power: 'restarting', screen: 'off', link: 'closed' }) },
  shutDown: { parameters: {}, shows: (state) => expect(state).toMatchObject({ power: 'off', screen: 'off', restartedAt: null }) },
  enableLostMode: {
    parameters: { message: 'Call us', phoneNumber: '555' },
    shows: (state) =>
      expect(state).toMatchObject({ screen: 'lost-mode', lostMode: { message: 'Call us', phoneNumber: '555', footer: '' } }),
  },
  cleanWindowsDevice: {
    parameters: { keepUserData: true },
    shows: (state) => {
      expect(state).toMatchObject({ phase: 'enrolled', screen: 'home', has: { userData: true, passcode: '246810' } });
      expect(names(state)).toEqual(['Mail', 'Expenses']);
    },
  },
  setDeviceName: {
    parameters: { deviceName: 'renamed' },
    shows: ({ inventory }, { platform }) => expect(inventory.deviceName).toBe(platform === 'android' ? 'Adele’s iPhone' : 'renamed'),
  },
  rotateBitLockerKeys: { parameters: {}, shows: ({ has }) => expect(has.bitLockerKey).toBe(4) },
  logoutSharedAppleDeviceActiveUser: { parameters: {}, shows: ({ has }) => expect(has).toMatchObject(loggedOut) },
  deleteUserFromSharedAppleDevice: {
    parameters: { userPrincipalName: 'ADELE@contoso.example' },
    shows: ({ has }) => expect(has).toMatchObject({ activeUser: null, cachedUsers: [] }),
  },
  windowsDefenderScan: { parameters: { quickScan: false }, shows: (state) => expect(state).toMatchObject({ screen: 'home', has: full }) },
  rotateFileVaultKey: { parameters: {}, shows: (state) => expect(state).toMatchObject({ screen: 'home', has: full }) },
  windowsDefenderUpdateSignatures: { parameters: {}, shows: (state) => expect(state).toMatchObject({ screen: 'home', has: full }) },
};

/** Tells the kinds on which the action takes more than the kind: they have stories of their own below. */
const conditional = (type: CommandType, { platform, enrollment }: Kind) =>
  type === 'disableLostMode' ||
  (platform === 'ios' && (type === 'playLostModeSound' || type === 'locateDevice')) ||
  (type === 'resetPasscode' && enrollment.endsWith('work-profile'));

const cells = commandTypes.flatMap((type) => kinds.map((kind) => ({ type, kind, supported: whyUnsupported(type, kind) === undefined })));
const commandOf = (type: CommandType) => ({ type, parameters: ordinary[type]?.parameters ?? {} }) as Command;
const titled = ({ type, kind: { platform, enrollment, osVersion } }: (typeof cells)[number]) =>
  [type, platform, enrollment, osVersion] as const;

describe('every action on every kind', () => {
  const can = cells.filter(({ type, kind, supported }) => supported && actionTable[type].serviceOnly !== true && !conditional(type, kind));
  it.each(can.map((cell) => [...titled(cell), cell] as const))('M-05 %s on %s %s %s does what it says', (...row) => {
    const { type, kind } = row[4];
    const bench = inUse(kind).obeys(commandOf(type));
    expect(bench.sent).toMatchObject([{ type: 'command-result', status: 'acknowledged' }]);
    ordinary[type]?.shows(bench.state, kind);
    // The same command once more would be another command; the same id is not.
    if (bench.state.phase === 'enrolled' && bench.state.link === 'open') {
      const before = JSON.stringify([bench.state.has, bench.state.inventory, bench.state.screen]);
      bench.checkIn().command('c', commandOf(type));
      expect(bench.notes).toContainEqual({ kind: 'command', commandId: 'c', command: type, redelivered: true });
      expect(JSON.stringify([bench.state.has, bench.state.inventory, bench.state.screen])).toBe(before);
    }
  });

  const cannot = cells.filter(({ supported }) => !supported);
  it.each(cannot.map((cell) => [...titled(cell), cell] as const))('M-05 %s on %s %s %s is not supported, and does nothing', (...row) => {
    const { type, kind } = row[4];
    const bench = inUse(kind);
    const before = JSON.stringify([bench.state.has, bench.state.inventory, bench.state.screen]);
    expect(bench.obeys(commandOf(type)).sent).toMatchObject([{ type: 'command-result', status: 'not-supported' }]);
    expect(JSON.stringify([bench.state.has, bench.state.inventory, bench.state.screen])).toBe(before);
    expect(bench.state.phase).toBe('enrolled');
  });

  it('M-05 has a row of effects for each action that a device hears of', () => {
    const silent = [
      'bypassActivationLock',
      'disableLostMode',
      'playLostModeSound',
      'locateDevice',
      'sendCustomNotificationToCompanyPortal',
    ];
    expect(Object.keys(ordinary).sort()).toEqual(commandTypes.filter((type) => !silent.includes(type) && isPossible(type)).sort());
  });

  it('CN-18 a custom notification is no command: a device that gets it as one does not know it', () => {
    const bench = inUse({ enrollment: 'automated' });
    const parameters = { notificationTitle: 'Snow', notificationBody: 'Stay at home.' };
    expect(bench.obeys({ type: 'sendCustomNotificationToCompanyPortal', parameters }).sent).toMatchObject([{ status: 'not-supported' }]);
    expect(bench.state.notifications).toEqual([]);
  });

  it('TD-01 Bypass Activation Lock does nothing on a device, whoever sends it there', () => {
    const bench = inUse({ enrollment: 'automated' });
    const before = JSON.stringify(bench.state.has);
    expect(bench.obeys({ type: 'bypassActivationLock', parameters: {} }).sent).toMatchObject([{ status: 'not-supported' }]);
    expect(JSON.stringify(bench.state.has)).toBe(before);
  });
});

it('M-05 what an action changes is told before its result, and what a user changes before the next check-in; once', () => {
  const bench = inUse({ platform: 'windows', enrollment: 'joined' }).checkIn().done();
  const told = (information: object) => ({
    type: 'device-information',
    deviceId: 'device-1',
    information: { ...deviceInformation(bench.state), ...information },
  });
  expect(bench.checkIn().command('c', { type: 'setDeviceName', parameters: { deviceName: 'renamed' } }).sent).toEqual([
    told({ deviceName: 'renamed' }),
    expect.objectContaining({ type: 'command-result' }),
  ]);
  bench.hear({ type: 'result-accepted', commandId: 'c' }).done();
  expect(bench.checkIn().sent).toMatchObject([{ type: 'check-in' }]);
  bench.done().change({ jailBroken: false });
  expect(bench.checkIn().sent).toEqual([told({ jailBroken: false }), expect.objectContaining({ type: 'check-in' })]);
  expect(bench.done().checkIn().sent).toMatchObject([{ type: 'check-in' }]);
});
