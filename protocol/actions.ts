/**
 * The catalogue of device actions: what each takes, which kinds of device can do it, and why the others cannot.
 * Names are Microsoft Graph's own verbs. One table: the stub refuses by it, consoles grey out by it, devices answer by it.
 */
import { z } from 'zod';
import { bodySchema, titleSchema } from './notification-text.ts';
import { type EnrollmentType, isTablet, type Kind, type Platform } from './platforms.ts';

type Scope = Partial<Record<Platform, 'all' | readonly EnrollmentType[]>>;

interface Exclusion {
  platform: Platform;
  /** Absent: every enrollment type of the platform. */
  enrollments?: readonly EnrollmentType[];
  /** Only versions below, or from, this major one. */
  below?: number;
  from?: number;
  reason: string;
}

export interface Action {
  /** As consoles label its button. */
  title: string;
  /** As the command line calls it. */
  cli: string;
  /** One line of help. */
  about: string;
  /** The name that beta's remoteActionAudits have for it (reference §1.5); five of the actions have none in Microsoft's list. */
  audited: string;
  /** What an administrator may send (Graph's parameters). */
  asked: z.ZodObject;
  /** What the service adds for the device. */
  told: z.ZodObject;
  /** Graph has it in beta alone; v1.0 does not know the path. */
  beta?: true;
  /** Ended by the service itself; the device never hears of it. */
  serviceOnly?: true;
  /** A push to an app on the device, and no command: it is sent at once, never queued, and nothing of it is kept (CN-06, CN-18). */
  isPush?: true;
  on: Scope;
  /** Why a kind that `on` names, or does not name, still cannot; the first row that fits decides. */
  unless?: readonly Exclusion[];
  /** Asked last. */
  needs?: (kind: Kind) => string | undefined;
  /** Why a kind that no row names cannot. */
  otherwise: string;
}

const none = z.object({});
/** Graph has the action, and no device here can do it. */
const nowhere = {} as const satisfies Scope;
const everywhere = { ios: 'all', macos: 'all', android: 'all', windows: 'all' } as const satisfies Scope;
const corporateAndroid = ['corporate-work-profile', 'fully-managed', 'dedicated'] as const;
const supervisedIos = { ios: ['automated'] } as const satisfies Scope;
const line = z.string().max(256);
const pin = z.string().regex(/^\d{6}$/, 'write six digits');
/** The recovery PIN of a Mac; scripts send the empty text for none (reference §2.3). */
const unlockCode = z.string().regex(/^(\d{6})?$/, 'write six digits, or an empty text for none');

const sharedIpadOnly = 'Only a Shared iPad has users that come and go.';
const onSharedIpad = (kind: Kind) => (isTablet(kind) && kind.shared === true ? undefined : sharedIpadOnly);

export const table = {
  syncDevice: {
    title: 'Sync',
    cli: 'sync',
    about: 'Ask the device to check in',
    audited: 'unknown',
    asked: none,
    told: none,
    on: everywhere,
    otherwise: 'Sync is not available for this kind of device.',
  },
  remoteLock: {
    title: 'Remote lock',
    cli: 'lock',
    about: 'Lock the screen until the passcode (macOS: a PIN that the service makes) is typed',
    audited: 'remoteLock',
    asked: none,
    told: z.object({ pin: pin.optional() }),
    on: { ios: 'all', macos: 'all', android: 'all' },
    unless: [{ platform: 'windows', reason: 'Remote lock is not supported on Windows desktop devices.' }],
    otherwise: 'Remote lock is not available for this kind of device.',
  },
  resetPasscode: {
    title: 'Reset passcode',
    cli: 'reset-passcode',
    about: 'iOS: remove the passcode; Android: set a new one that the service makes',
    audited: 'resetPasscode',
    asked: none,
    told: z.object({ passcode: z.string().min(4).max(16).optional() }),
    on: { ios: ['device', 'automated'], android: 'all' },
    unless: [
      {
        platform: 'android',
        enrollments: ['device-administrator'],
        from: 7,
        reason: 'Google removed the passcode reset from device administrators on Android 7.0 and later.',
      },
      {
        platform: 'android',
        enrollments: ['personal-work-profile', 'corporate-work-profile'],
        below: 8,
        reason: 'The passcode of a work profile can only be reset on Android 8.0 and later.',
      },
      { platform: 'ios', enrollments: ['user'], reason: 'Apple does not allow it under User Enrollment.' },
      { platform: 'macos', reason: 'The password of a Mac cannot be reset by its management.' },
      { platform: 'windows', reason: 'The password of a Windows account cannot be reset by the device management.' },
    ],
    otherwise: 'Reset passcode is not available for this kind of device.',
  },
  bypassActivationLock: {
    title: 'Bypass Activation Lock',
    cli: 'bypass-activation-lock',
    about: 'Ask Apple for a fresh Activation Lock bypass code; nothing happens on the device',
    audited: 'unknown',
    asked: none,
    told: none,
    serviceOnly: true,
    on: { ios: ['automated'], macos: ['automated'] },
    unless: [
      { platform: 'ios', reason: 'Only supervised devices have an Activation Lock bypass code.' },
      { platform: 'macos', reason: 'Only Macs of automated enrollment have an Activation Lock bypass code.' },
    ],
    otherwise: 'Activation Lock exists on Apple devices only.',
  },
  retire: {
    title: 'Retire',
    cli: 'retire',
    about: 'Remove the management and what it brought, keep the user\u2019s own data',
    audited: 'removeCompanyData',
    asked: none,
    told: none,
    on: { ios: 'all', macos: 'all', windows: 'all', android: ['personal-work-profile', 'device-administrator'] },
    unless: [
      {
        platform: 'android',
        enrollments: corporateAndroid,
        reason: 'Corporate-owned Android Enterprise devices cannot be retired; wipe them instead.',
      },
    ],
    otherwise: 'Retire is not available for this kind of device.',
  },
  wipe: {
    title: 'Wipe',
    cli: 'wipe',
    about: 'Reset the device to its factory state',
    audited: 'factoryReset',
    asked: z.object({
      keepEnrollmentData: z.boolean().optional(),
      keepUserData: z.boolean().optional(),
      macOsUnlockCode: unlockCode.optional(),
      persistEsimDataPlan: z.boolean().optional(),
      // Of beta, but scripts in the field send them to v1.0 (reference §11): both versions take them.
      obliterationBehavior: z.enum(['default', 'doNotObliterate', 'obliterateWithWarning', 'always']).optional(),
      useProtectedWipe: z.boolean().optional(),
    }),
    told: none,
    on: { ios: ['device', 'automated'], macos: 'all', windows: 'all', android: [...corporateAndroid, 'device-administrator'] },
    unless: [
      {
        platform: 'android',
        enrollments: ['personal-work-profile'],
        reason: 'Google does not allow a factory reset of personally-owned work profile devices; retire them instead.',
      },
      {
        platform: 'ios',
        enrollments: ['user'],
        reason: 'Apple does not allow a wipe of devices under User Enrollment; retire them instead.',
      },
    ],
    otherwise: 'Wipe is not available for this kind of device.',
  },
  rebootNow: {
    title: 'Restart',
    cli: 'restart',
    about: 'Restart the device',
    audited: 'rebootNow',
    asked: none,
    told: none,
    on: { ios: ['automated'], macos: 'all', windows: 'all', android: ['fully-managed', 'dedicated'] },
    unless: [{ platform: 'ios', reason: 'Only supervised devices can be restarted remotely.' }],
    otherwise: 'Restart is only available for fully managed and dedicated Android devices.',
  },
  shutDown: {
    title: 'Shut down',
    cli: 'shut-down',
    about: 'Switch the device off; somebody has to switch it on by hand',
    audited: 'shutDown',
    asked: none,
    told: none,
    on: { ios: ['automated'], macos: 'all' },
    unless: [{ platform: 'ios', reason: 'Only supervised devices can be shut down remotely.' }],
    otherwise: 'Shut down is only available for supervised iOS and iPadOS devices and for Macs.',
  },
  locateDevice: {
    title: 'Locate device',
    cli: 'locate',
    about: 'Ask the device where it is; an iPhone or iPad has to be in lost mode',
    audited: 'locateDevice',
    asked: none,
    told: none,
    on: { ios: ['automated'], android: corporateAndroid, windows: 'all' },
    unless: [
      { platform: 'ios', reason: 'Only supervised devices can be located.' },
      { platform: 'android', reason: 'Only corporate-owned Android Enterprise devices can be located.' },
    ],
    otherwise: 'Macs cannot be located.',
  },
  enableLostMode: {
    title: 'Enable lost mode',
    cli: 'enable-lost-mode',
    about: 'Lock the device and show a message to whoever finds it',
    audited: 'enableLostMode',
    asked: z.object({ message: z.string().min(1).max(1024), phoneNumber: line.optional(), footer: line.optional() }),
    told: none,
    beta: true,
    on: supervisedIos,
    unless: [{ platform: 'ios', reason: 'Lost mode exists on supervised devices only.' }],
    otherwise: 'Lost mode exists on supervised iOS and iPadOS devices only.',
  },
  disableLostMode: {
    title: 'Disable lost mode',
    cli: 'disable-lost-mode',
    about: 'End lost mode',
    audited: 'disableLostMode',
    asked: none,
    told: none,
    on: supervisedIos,
    unless: [{ platform: 'ios', reason: 'Lost mode exists on supervised devices only.' }],
    otherwise: 'Lost mode exists on supervised iOS and iPadOS devices only.',
  },
  playLostModeSound: {
    title: 'Play lost mode sound',
    cli: 'play-sound',
    about: 'Let a lost device be heard',
    audited: 'unknown',
    asked: z.object({
      durationInMinutes: z
        .string()
        .regex(/^\d{1,3}$/, 'write whole minutes, as text: "5"')
        .optional(),
    }),
    told: none,
    beta: true,
    on: { ...supervisedIos, android: corporateAndroid },
    unless: [
      { platform: 'ios', reason: 'Lost mode exists on supervised devices only.' },
      { platform: 'android', reason: 'Only corporate-owned Android Enterprise devices can play the sound.' },
    ],
    otherwise: 'The lost mode sound exists on supervised iOS devices and corporate-owned Android devices only.',
  },
  cleanWindowsDevice: {
    title: 'Fresh start',
    cli: 'fresh-start',
    about: 'Remove every app that did not come with Windows',
    audited: 'cleanWindowsDevice',
    asked: z.object({ keepUserData: z.boolean() }),
    told: none,
    on: { windows: 'all' },
    otherwise: 'Fresh start exists on Windows only.',
  },
  setDeviceName: {
    title: 'Rename device',
    cli: 'rename',
    about: 'Give the device another name',
    audited: 'setDeviceName',
    asked: z.object({ deviceName: z.string().min(1).max(63) }),
    told: none,
    beta: true,
    on: { ios: ['automated'], macos: ['automated'], windows: ['joined'], android: corporateAndroid },
    otherwise: 'Only corporate-owned devices can be renamed.',
  },
  rotateBitLockerKeys: {
    title: 'BitLocker key rotation',
    cli: 'rotate-bitlocker-keys',
    about: 'Replace the BitLocker recovery key',
    audited: 'rotateBitLockerKeys',
    asked: none,
    told: none,
    beta: true,
    on: { windows: 'all' },
    otherwise: 'BitLocker exists on Windows only.',
  },
  logoutSharedAppleDeviceActiveUser: {
    title: 'Log out current user',
    cli: 'log-out-user',
    about: 'Log the current user of a Shared iPad out',
    audited: 'logoutSharedAppleDeviceActiveUser',
    asked: none,
    told: none,
    on: supervisedIos,
    needs: onSharedIpad,
    otherwise: sharedIpadOnly,
  },
  deleteUserFromSharedAppleDevice: {
    title: 'Remove user',
    cli: 'remove-user',
    about: 'Remove a user and the data that a Shared iPad has of them',
    // Microsoft's list has no name for it.
    audited: 'unknown',
    asked: z.object({ userPrincipalName: z.string().min(1).max(256) }),
    told: none,
    on: supervisedIos,
    needs: onSharedIpad,
    otherwise: sharedIpadOnly,
  },
  sendCustomNotificationToCompanyPortal: {
    title: 'Send custom notification',
    cli: 'notify',
    about: 'Show a text to the user of a device: a title and a message, by a push to Company Portal',
    // No remote action that is followed: there is nothing to tell of it (CN-18).
    audited: 'unknown',
    asked: z.object({ notificationTitle: titleSchema, notificationBody: bodySchema }),
    told: none,
    beta: true,
    serviceOnly: true,
    isPush: true,
    on: { ios: 'all', android: 'all' },
    otherwise: 'Custom notifications are for iOS, iPadOS and Android.',
  },
  windowsDefenderScan: {
    title: 'Microsoft Defender scan',
    cli: 'defender-scan',
    about: 'Look for malware: a quick scan, or a full one',
    // Of the quick one; the full one has a name of its own there.
    audited: 'quickScan',
    asked: z.object({ quickScan: z.boolean() }),
    told: none,
    on: { windows: 'all' },
    otherwise: 'Microsoft Defender Antivirus scans Windows devices only.',
  },
  windowsDefenderUpdateSignatures: {
    title: 'Update Microsoft Defender security intelligence',
    cli: 'defender-update',
    about: 'Fetch the newest signatures of malware',
    audited: 'windowsDefenderUpdateSignatures',
    asked: none,
    told: none,
    on: { windows: 'all' },
    otherwise: 'Microsoft Defender Antivirus is updated on Windows devices only.',
  },
  rotateFileVaultKey: {
    title: 'Rotate FileVault recovery key',
    cli: 'rotate-filevault-key',
    about: 'Replace the FileVault recovery key',
    audited: 'rotateFileVaultKey',
    asked: none,
    told: none,
    beta: true,
    on: { macos: 'all' },
    otherwise: 'FileVault exists on Macs only.',
  },
  recoverPasscode: {
    title: 'Recover passcode',
    cli: 'recover-passcode',
    about: 'Of systems that are no longer supported: no device here can do it',
    audited: 'recoverPasscode',
    asked: none,
    told: none,
    on: nowhere,
    otherwise: 'The passcode can only be recovered on systems that Intune no longer supports.',
  },
  updateWindowsDeviceAccount: {
    title: 'Update device account',
    cli: 'update-device-account',
    about: 'Of Surface Hubs: no device here can do it',
    audited: 'updateDeviceAccount',
    // What is in the structure nobody looks at: it holds the password of an account, and goes no further.
    asked: z.object({ updateWindowsDeviceAccountActionParameter: z.record(z.string(), z.unknown()).optional() }),
    told: none,
    on: nowhere,
    otherwise: 'Only a Surface Hub has a device account.',
  },
  requestRemoteAssistance: {
    title: 'New remote assistance session',
    cli: 'remote-assistance',
    about: 'Needs the TeamViewer connector, which no tenant here has',
    audited: 'unknown',
    asked: none,
    told: none,
    on: nowhere,
    otherwise: 'Remote assistance needs the TeamViewer connector, which is not set up for this tenant.',
  },
} as const satisfies Record<string, Action>;
