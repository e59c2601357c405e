/**
 * What must come of every action on every kind of device, written down a second time: by hand, from the requirements, the decisions and
 * reference §2 and §8, and not from the catalogue that the product reads. Where both are wrong in the same way, nobody is warned; where
 * one of them changes, the table test says which cell.
 */
import type { CommandType } from '../../protocol/commands.ts';
import type { EnrollmentType, Platform } from '../../protocol/platforms.ts';

export interface KindOfTest {
  label: string;
  platform: Platform;
  enrollment: EnrollmentType;
  osVersion: string;
  model: string;
  shared?: boolean;
  /** The actions that it can do, by the letters below. */
  can: string;
}

const letters: Record<string, CommandType> = {
  s: 'syncDevice',
  l: 'remoteLock',
  p: 'resetPasscode',
  b: 'bypassActivationLock',
  r: 'retire',
  w: 'wipe',
  R: 'rebootNow',
  S: 'shutDown',
  L: 'locateDevice',
  e: 'enableLostMode',
  d: 'disableLostMode',
  o: 'playLostModeSound',
  c: 'cleanWindowsDevice',
  n: 'setDeviceName',
  k: 'rotateBitLockerKeys',
  u: 'logoutSharedAppleDeviceActiveUser',
  U: 'deleteUserFromSharedAppleDevice',
  v: 'windowsDefenderScan',
  V: 'windowsDefenderUpdateSignatures',
  f: 'rotateFileVaultKey',
  x: 'recoverPasscode',
  y: 'updateWindowsDeviceAccount',
  z: 'requestRemoteAssistance',
  t: 'sendCustomNotificationToCompanyPortal',
};

const android = { platform: 'android', model: 'Pixel 8' } as const;

export const kindsOfTest: readonly KindOfTest[] = [
  { label: 'iPhone, device enrolment', platform: 'ios', enrollment: 'device', osVersion: '17.5', model: 'iPhone 15', can: 'slprwt' },
  { label: 'iPhone, automated', platform: 'ios', enrollment: 'automated', osVersion: '17.5', model: 'iPhone 15', can: 'slpbrwRSLedont' },
  { label: 'iPhone, User Enrollment', platform: 'ios', enrollment: 'user', osVersion: '17.5', model: 'iPhone 15', can: 'slrt' },
  {
    label: 'Shared iPad',
    platform: 'ios',
    enrollment: 'automated',
    osVersion: '17.5',
    model: 'iPad Air (5th generation)',
    shared: true,
    can: 'slpbrwRSLedonuUt',
  },
  { label: 'Mac', platform: 'macos', enrollment: 'device', osVersion: '14.5', model: 'MacBook Pro', can: 'slrwRSf' },
  { label: 'Mac, automated', platform: 'macos', enrollment: 'automated', osVersion: '14.5', model: 'MacBook Pro', can: 'slbrwRSnf' },
  { label: 'Mac, managed by Jamf', platform: 'macos', enrollment: 'jamf', osVersion: '14.5', model: 'MacBook Pro', can: '' },
  { ...android, label: 'Android 14, personal work profile', enrollment: 'personal-work-profile', osVersion: '14', can: 'slprt' },
  { ...android, label: 'Android 7.1, personal work profile', enrollment: 'personal-work-profile', osVersion: '7.1', can: 'slrt' },
  { ...android, label: 'Android 14, corporate work profile', enrollment: 'corporate-work-profile', osVersion: '14', can: 'slpwLont' },
  { ...android, label: 'Android 14, fully managed', enrollment: 'fully-managed', osVersion: '14', can: 'slpwRLont' },
  { ...android, label: 'Android 14, dedicated', enrollment: 'dedicated', osVersion: '14', can: 'slpwRLont' },
  { ...android, label: 'Android 6.0, device administrator', enrollment: 'device-administrator', osVersion: '6.0.1', can: 'slprwt' },
  { ...android, label: 'Android 7.0, device administrator', enrollment: 'device-administrator', osVersion: '7.0', can: 'slrwt' },
  { label: 'Windows 11, joined', platform: 'windows', enrollment: 'joined', osVersion: '10.0.22631', model: 'Latitude', can: 'srwRLcnkvV' },
  {
    label: 'Windows 10, registered',
    platform: 'windows',
    enrollment: 'registered',
    osVersion: '10.0.19045',
    model: 'Latitude',
    can: 'srwRLckvV',
  },
];

/** How the device and its tenant are before the action. */
export interface Before {
  passcode: boolean;
  encrypted: boolean;
  findMy: boolean;
  allowActivationLock: boolean;
  workProfilePasscodeRequired: boolean;
  resetConsent: boolean;
  lostMode: boolean;
  keepUserData: boolean;
  keepEnrollmentData: boolean;
  quickScan: boolean;
  /** The user to be removed is one of the iPad. */
  isItsUser: boolean;
}

export const devicePasscode = '246810';
export const workPasscode = '135790';

/** What must be seen afterwards. Absent: not looked at. */
export interface After {
  /** 400, and nothing happened. */
  refused?: true;
  /** `actionState` of deviceActionResults. */
  action?: 'done' | 'failed' | 'notSupported';
  /** The record is gone from Graph. */
  gone?: boolean;
  phase?: string;
  screen?: string;
  power?: string;
  userData?: boolean;
  companyData?: boolean;
  /** Apps on the device, by the name that each has in the test. */
  apps?: { required: boolean; own: boolean };
  /** A member of the action's result, and what it looks like. */
  result?: Record<string, RegExp | 'location'>;
  /** `deviceName` in Graph and on the device. */
  names?: { graph: 'new' | 'old'; device: 'new' | 'old' };
  bypassCode?: boolean;
  /** How many users Graph says are on the Shared iPad. */
  users?: number;
  lostModeState?: 'enabled' | 'disabled';
  /** A push, of which no result is kept: the device has it among its notifications, or not. */
  notified?: boolean;
}

const managed = { gone: false, phase: 'enrolled' } as const;

/** @throws nothing: a cell that `kind.can` does not name is refused */
export function expected(kind: KindOfTest, action: CommandType, before: Before): After {
  const letter = Object.keys(letters).find((one) => letters[one] === action) as string;
  if (!kind.can.includes(letter)) return { refused: true, ...managed };
  const isIos = kind.platform === 'ios';
  const supervised = kind.enrollment === 'automated';
  const isApple = isIos || kind.platform === 'macos';
  // Find My turns it on by itself on a device that is not supervised; on a supervised one a policy has to allow it.
  const activationLock = isApple && before.findMy && (!supervised || before.allowActivationLock);
  switch (action) {
    case 'syncDevice':
      return { action: 'done', ...managed };
    case 'remoteLock':
      if (kind.platform === 'macos') return { action: 'done', screen: 'recovery-lock', result: { unlockPin: /^\d{6}$/ }, ...managed };
      return { action: 'done', screen: before.lostMode ? 'lost-mode' : 'locked', ...managed };
    case 'resetPasscode':
      if (isIos) return { action: 'done', screen: before.lostMode ? 'lost-mode' : 'home', ...managed };
      if (kind.enrollment.endsWith('work-profile')) {
        const active = before.workProfilePasscodeRequired && before.resetConsent;
        return active ? { action: 'done', result: { passcode: /^\d{4,16}$/ }, ...managed } : { action: 'notSupported', ...managed };
      }
      return { action: 'done', screen: 'locked', result: { passcode: /^\d{4,16}$/ }, ...managed };
    case 'bypassActivationLock':
      return activationLock ? { action: 'done', bypassCode: true, ...managed } : { refused: true, bypassCode: false, ...managed };
    case 'retire':
      return {
        gone: true,
        phase: 'retired',
        userData: true,
        companyData: false,
        // Without Knox, a device administrator cannot uninstall: the app stays, its company data goes (reference §8.1).
        apps: { required: kind.enrollment === 'device-administrator', own: true },
      };
    case 'wipe':
      if (kind.platform === 'windows' && before.keepEnrollmentData) {
        return { ...managed, userData: true, companyData: true, apps: { required: true, own: false } };
      }
      return {
        gone: true,
        phase: 'wiped',
        screen: activationLock ? 'activation-lock' : 'set-up-assistant',
        userData: kind.platform === 'windows' && before.keepUserData,
        companyData: false,
        apps: { required: false, own: false },
      };
    case 'rebootNow':
      return { action: 'done', power: 'restarting', screen: 'off', ...managed };
    case 'shutDown':
      return { action: 'done', power: 'off', screen: 'off', ...managed };
    case 'locateDevice':
      if (isIos && !before.lostMode) return { action: 'failed', ...managed };
      return { action: 'done', result: { deviceLocation: 'location' }, ...managed };
    case 'enableLostMode':
      return { action: 'done', screen: 'lost-mode', lostModeState: 'enabled', ...managed };
    case 'disableLostMode':
      return before.lostMode ? { action: 'done', lostModeState: 'disabled', ...managed } : { action: 'notSupported', ...managed };
    case 'playLostModeSound':
      return { action: isIos && !before.lostMode ? 'notSupported' : 'done', ...managed };
    case 'cleanWindowsDevice':
      if (kind.enrollment === 'registered' && !before.keepUserData) return { gone: true, phase: 'wiped', userData: false };
      return { action: 'done', userData: before.keepUserData, apps: { required: true, own: false }, ...managed };
    case 'setDeviceName':
      return { action: 'done', names: { graph: 'new', device: kind.platform === 'android' ? 'old' : 'new' }, ...managed };
    case 'rotateBitLockerKeys':
      return { ...managed };
    case 'sendCustomNotificationToCompanyPortal':
      return { notified: true, ...managed };
    case 'rotateFileVaultKey':
      return { action: before.encrypted ? 'done' : 'failed', ...managed };
    case 'deleteUserFromSharedAppleDevice':
      return { action: before.isItsUser ? 'done' : 'failed', users: before.isItsUser ? 0 : 1, ...managed };
    case 'recoverPasscode':
    case 'updateWindowsDeviceAccount':
    case 'requestRemoteAssistance':
      // No kind above can do one of them.
      return { refused: true, ...managed };
    case 'windowsDefenderScan':
      return { action: 'done', result: { scanType: before.quickScan ? /^Quick$/ : /^Full$/ }, ...managed };
    case 'logoutSharedAppleDeviceActiveUser':
      return { action: 'done', users: 0, ...managed };
    case 'windowsDefenderUpdateSignatures':
      return { action: 'done', ...managed };
  }
}
