import { describe, expect, it } from 'vitest';
import {
  actionTable,
  type CommandType,
  commandOnDelete,
  commandTypes,
  endOfManagement,
  isPossible,
  takesPrecedence,
  whyUnsupported,
} from './commands.ts';
import { enrollmentTypes, enrollmentTypesOf, isEnrollmentTypeOf, type Kind, platforms } from './platforms.ts';

const letters: Record<CommandType, string> = {
  syncDevice: 's',
  remoteLock: 'l',
  resetPasscode: 'p',
  bypassActivationLock: 'b',
  retire: 'r',
  wipe: 'w',
  rebootNow: 'R',
  shutDown: 'S',
  locateDevice: 'L',
  enableLostMode: 'e',
  disableLostMode: 'd',
  playLostModeSound: 'o',
  cleanWindowsDevice: 'c',
  setDeviceName: 'n',
  rotateBitLockerKeys: 'k',
  logoutSharedAppleDeviceActiveUser: 'u',
  deleteUserFromSharedAppleDevice: 'U',
  sendCustomNotificationToCompanyPortal: 't',
  windowsDefenderScan: 'v',
  windowsDefenderUpdateSignatures: 'V',
  rotateFileVaultKey: 'f',
  recoverPasscode: 'x',
  updateWindowsDeviceAccount: 'y',
  requestRemoteAssistance: 'z',
};

/** What each kind of device can do, by the letters above, and what deleting its record asks of it. */
const kinds = [
  ['ios', 'device', '17.5', 'slprwt', 'retire'],
  ['ios', 'automated', '17.5', 'slpbrwRSLedont', 'retire'],
  ['ios', 'user', '17.5', 'slrt', 'retire'],
  ['macos', 'device', '14.5', 'slrwRSf', 'retire'],
  ['macos', 'automated', '14.5', 'slbrwRSnf', 'retire'],
  ['macos', 'jamf', '14.5', '', null],
  ['android', 'personal-work-profile', '14', 'slprt', 'retire'],
  ['android', 'corporate-work-profile', '14', 'slpwLont', 'wipe'],
  ['android', 'fully-managed', '14', 'slpwRLont', 'wipe'],
  ['android', 'dedicated', '14', 'slpwRLont', 'wipe'],
  ['android', 'device-administrator', '6.0.1', 'slprwt', 'retire'],
  ['windows', 'joined', '10.0.22631', 'srwRLcnkvV', 'retire'],
  ['windows', 'registered', '10.0.22631', 'srwRLckvV', 'retire'],
] as const;

describe('the catalogue of actions', () => {
  it.each(kinds)('M-05 of %s %s %s: %s, deleted by a %s', (platform, enrollment, osVersion, can, onDelete) => {
    const kind: Kind = { platform, enrollment, osVersion, model: 'One' };
    for (const type of commandTypes) {
      const reason = whyUnsupported(type, kind);
      if (can.includes(letters[type])) expect(reason, type).toBeUndefined();
      else expect(reason, type).toMatch(/^[A-Z].+\.$/);
    }
    if (onDelete === null) return expect(commandOnDelete(kind)).toBeNull();
    expect(commandOnDelete(kind)).toEqual({ type: onDelete, parameters: {} });
    expect(can).toContain(letters[onDelete]);
  });

  it('knows every kind of device, and has a name of its own for each action', () => {
    const all = platforms.flatMap((platform) => enrollmentTypesOf[platform].map((enrollment) => `${platform} ${enrollment}`));
    expect(kinds.map(([platform, enrollment]) => `${platform} ${enrollment}`)).toEqual(all);
    expect(commandTypes.filter(takesPrecedence)).toEqual(['retire', 'wipe']);
    expect(new Set(commandTypes.map((type) => actionTable[type].cli)).size).toBe(commandTypes.length);
  });

  it('TD-17 a device administrator loses the passcode reset with Android 7.0, a work profile has it from 8.0 on', () => {
    const reason = (enrollment: Kind['enrollment'], osVersion: string) =>
      whyUnsupported('resetPasscode', { platform: 'android', enrollment, osVersion, model: 'One' });
    expect(reason('device-administrator', '6.0.1')).toBeUndefined();
    for (const version of ['7.0', '7.1.2', '8', '14']) expect(reason('device-administrator', version)).toContain('Google');
    for (const version of ['5.1', '7.1.2']) expect(reason('personal-work-profile', version)).toContain('8.0');
    for (const version of ['8.0.0', '9', '14', 'Tiramisu']) expect(reason('corporate-work-profile', version)).toBeUndefined();
  });

  it.each(['logoutSharedAppleDeviceActiveUser', 'deleteUserFromSharedAppleDevice'] as const)(
    'has %s for Shared iPads, and for nothing else',
    (type) => {
      const reason = (change: Partial<Kind>) =>
        whyUnsupported(type, {
          platform: 'ios',
          enrollment: 'automated',
          osVersion: '17',
          model: 'iPad Air (5th generation)',
          shared: true,
          ...change,
        });
      expect(reason({})).toBeUndefined();
      for (const change of [{ shared: false }, { model: 'iPhone 15' }, { enrollment: 'device' as const }])
        expect(reason(change)).toContain('Shared iPad');
    },
  );

  it('says which command ends the management of which device', () => {
    const end = (enrollment: Kind['enrollment'], command: Parameters<typeof endOfManagement>[0]) =>
      endOfManagement(command, { platform: 'windows', enrollment, osVersion: '10.0', model: 'One' });
    expect(end('joined', { type: 'retire', parameters: {} })).toBe('retire');
    expect(end('joined', { type: 'wipe', parameters: {} })).toBe('wipe');
    expect(end('joined', { type: 'wipe', parameters: { keepEnrollmentData: true } })).toBeNull();
    expect(end('joined', { type: 'cleanWindowsDevice', parameters: { keepUserData: false } })).toBeNull();
    expect(end('registered', { type: 'cleanWindowsDevice', parameters: { keepUserData: false } })).toBe('wipe');
    expect(end('registered', { type: 'syncDevice', parameters: {} })).toBeNull();
  });

  it('has actions that no kind can do, because Graph has them', () => {
    expect(commandTypes.filter((type) => !isPossible(type))).toEqual([
      'recoverPasscode',
      'updateWindowsDeviceAccount',
      'requestRemoteAssistance',
    ]);
  });

  it('TD-09 cannot wipe a personally-owned work profile, and says who forbids it', () => {
    const kind: Kind = { platform: 'android', enrollment: 'personal-work-profile', osVersion: '14', model: 'Pixel 8' };
    expect(whyUnsupported('wipe', kind)).toContain('Google');
  });

  it('tells the enrollment types of one platform from those of another', () => {
    const pairs = platforms.flatMap((platform) =>
      enrollmentTypes.filter((type) => isEnrollmentTypeOf(platform, type)).map((type) => [platform, type]),
    );
    expect(pairs).toHaveLength(kinds.length);
    expect(isEnrollmentTypeOf('ios', 'joined')).toBe(false);
    expect(isEnrollmentTypeOf('ios', 'toString')).toBe(false);
  });
});
