/** One device, as plain data: the whole of what it knows between two inputs. A snapshot of it plus the inputs replays everything. */
import type { Command } from '../../protocol/commands.ts';
import type { Configuration, InstalledApp, Location } from '../../protocol/device-information.ts';
import type { DeviceSecurity, SecurityTraits } from '../../protocol/device-security.ts';
import type { Behavior } from '../../protocol/hands.ts';
import type { CheckInTrigger, CommandStatus, Inventory, RefusalCode } from '../../protocol/messages.ts';
import type { LockScreenSetting, NotificationPermission, NotificationSource, WayToShow } from '../../protocol/notifications.ts';
import type { OfficeApp, OutsideReason, OutsideRequest } from '../../protocol/outside.ts';
import { factsOfPlatform, hasWorkProfile } from '../../protocol/platforms.ts';
import type { ScreenKind } from '../../protocol/screens.ts';

/**
 * Where a device is in its managed life.
 *   set-up     not managed: new, shows its set-up assistant
 *   enrolling  asks for an identity
 *   enrolled   has one; checks in
 *   leaving    has carried out a retire or a wipe and reports it; the identity lives until the report was taken
 *   retired    no longer managed, the user's own data untouched
 *   wiped      back at its set-up assistant
 *   refused    the server will never take this identity again
 */
export type Phase = 'set-up' | 'enrolling' | 'enrolled' | 'leaving' | 'retired' | 'wiped' | 'refused';

export interface DeviceCertificate {
  /** Upper-case hexadecimal. */
  serialNumber: string;
  notBefore: number;
  notAfter: number;
  /** From this instant on the next one is asked for, at a check-in. */
  renewFrom: number;
}

/** What the device is doing over its open link; one thing at a time. */
export type Exchange = 'none' | 'enrollment' | 'check-in' | 'renewal' | 'report';

export interface ExecutedCommand {
  id: string;
  status: CommandStatus;
  errorCode?: number;
  location?: Location;
}

/** Apps that sign in by themselves, and how often: about every `everyMs`. */
export interface SignInPlan {
  apps: readonly OfficeApp[];
  everyMs: number;
}

export interface DeviceTraits {
  /** Starts a wipe before it reports it, so that the report never comes (TD-12). */
  wipesSilently: boolean;
}

/** What the user has set and done: nothing of it is on the wire but as `DeviceInformation` says. */
export interface Possessions {
  /** The device passcode, in the clear; never in a note, a log or a frame. */
  passcode: string | null;
  /** null: it is as old as the enrollment, as far as anybody knows. */
  passcodeSetAt: number | null;
  /** Android with a work profile: its own passcode and since when, and whether the user let the administrator reset it. */
  workProfile: { passcode: string | null; setAt?: number; resetConsent: boolean } | null;
  apps: readonly InstalledApp[];
  /** Wi-Fi, mail and the like that the management brought. */
  companyData: boolean;
  /** The user's own pictures and documents. */
  userData: boolean;
  esim: boolean;
  encrypted: boolean;
  jailBroken: boolean;
  /** What is otherwise than on a good device (protocol/device-security.ts). */
  security: SecurityTraits;
  /** Windows: what was measured at the latest start; null: as it is now. */
  atBoot: NonNullable<DeviceSecurity['atBoot']> | null;
  /** Settings of policies that cannot be read off it. */
  unreadable: readonly string[];
  /** The owner's Apple Account is signed in, and Find My on. */
  findMy: boolean;
  /** The password of that account: opens the Activation Lock screen too. */
  accountPassword: string;
  /** Of a Shared iPad. */
  activeUser: string | null;
  /** Of a Shared iPad: who was logged in before, and can again. Not told. */
  cachedUsers: readonly string[];
  /** Access tokens by app: they outlive a retire (TD-10). */
  tokens: Readonly<Partial<Record<OfficeApp, string>>>;
  /** How often the BitLocker recovery key was replaced. */
  bitLockerKey: number;
  /** iOS, Android. Shared by devices; replaced, never changed. */
  companyApp: Readonly<CompanyApp>;
}

/** Company Portal or the Intune app, and what its user lets it do. */
export interface CompanyApp {
  installed: boolean;
  permission: NotificationPermission;
  lockScreen: LockScreenSetting;
  /** Android: an app that reads the notifications of others. */
  reader: string | null;
}

/** Something that Company Portal was sent, and its user has not dismissed yet. */
export interface DeviceNotification {
  id: string;
  /** When it arrived. */
  at: number;
  from: NotificationSource;
  title: string;
  body: string;
  shown: WayToShow;
}

export interface DeviceState {
  inventory: Inventory;
  traits: DeviceTraits;
  /** Seeds this device's stateless draws. Unsigned 32 bits. */
  key: number;
  phase: Phase;
  /** What the screen shows; follows from the rest of the state (agent/screens). */
  screen: ScreenKind;
  screenNumber: number;
  notice: string | null;
  power: 'on' | 'restarting' | 'off';
  /** When a restart is over. */
  restartedAt: number | null;
  /** After a restart an iPhone with a passcode has no network until it is unlocked (reference §2.5). */
  beforeFirstUnlock: boolean;
  locked: boolean;
  /** A Mac that was locked or wiped with a PIN. */
  recoveryPin: string | null;
  lostMode: { message: string; phoneNumber: string; footer: string } | null;
  /** Wiped while bound to its owner's Apple Account: `activation-lock` until Apple lets it go on. */
  activationLocked: boolean;
  /** The app that is open on the home screen. */
  open: 'company-portal' | 'notification-centre' | null;
  /** The set-up assistant was gone through without enrolling. */
  setUpDone: boolean;
  /** Replaced by `change` (information.ts), never changed in place: devices share it. */
  has: Readonly<Possessions>;
  /** What Apple was told last about Find My. */
  findMyTold: boolean;
  /** The user would not let the administrator reset the work profile's passcode; asked again after the next check-in. */
  consentDeclined: boolean;
  behaviors: readonly Behavior[];
  /** How often a command that is still to be carried out was delivered before, by its id. */
  putOff: Readonly<Record<string, number>>;
  /** What the tenant asked for last. */
  configuration: Configuration | null;
  /** A command that takes its time. */
  slow: { commandId: string; command: Command; until: number } | null;
  /** What the device does once the server has taken the result of this command. */
  afterReport: { commandId: string; goesDown: 'restart' | 'shut-down' } | null;
  /** `version` grows with each change of what the device tells about itself; the server knows it up to `known`, `sent` is on its way. */
  information: { version: number; sent: number; known: number };
  /** A question to a service outside the management that was not answered yet. */
  asked: { id: number; request: OutsideRequest } | null;
  /** Questions asked so far. */
  asks: number;
  /** The latest answer of the directory, by app. */
  access: Readonly<Partial<Record<OfficeApp, 'allowed' | OutsideReason>>>;
  /** Apps that sign in by themselves (sign-ins.ts); null: none does. Replaced, never changed in place. */
  signIns: {
    /** Shared by all devices of a kind. */
    plan: SignInPlan;
    /** The next attempt; null: none can be made now. */
    at: number | null;
    /** Apps of the latest attempt that were not answered yet. */
    left: readonly OfficeApp[];
    /** The latest attempt was answered, and as far as the device knows, the next one will be answered alike. */
    isSettled: boolean;
  } | null;
  /** Enrollments begun so far: each is a request of its own. */
  enrollments: number;
  /** Opens the tenant's door at enrollment; forgotten afterwards. */
  token: string | null;
  requestId: string | null;
  /** PEM of the enrollment request, until it was answered. */
  csr: string | null;
  renewals: number;
  deviceId: string | null;
  enrolledAt: number;
  certificate: DeviceCertificate | null;
  network: boolean;
  link: 'closed' | 'opening' | 'open';
  /** When the latest link opened. */
  linkSince: number;
  exchange: Exchange;
  /** How long an answer may take, on the device's clock: a driver whose clock runs faster than real time says more. */
  replyMs: number;
  /** When the peer has to have answered, the next attempt to open a link is due, or null. */
  replyBy: number | null;
  reconnectAt: number | null;
  /** Failed attempts in a row. */
  attempts: number;
  /** A check-in is wanted as soon as there is a link, and why. */
  wanted: CheckInTrigger | null;
  /** Why the check-in under way was begun, until its first answer. */
  asking: CheckInTrigger | null;
  /** The next scheduled check-in (cadence.ts). */
  nextSlot: number;
  /** Its instant. */
  nextSlotAt: number;
  lastCheckInAt: number | null;
  checkIns: number;
  /** Newest last, at most executedMax: a redelivery is answered again, never carried out again. */
  executed: ExecutedCommand[];
  /** The command whose report is under way in phase `leaving`. */
  leaving: { commandId: string; by: 'retire' | 'wipe' } | null;
  refusal: { code: RefusalCode; message: string; at: number } | null;
  /** The notification centre, and what stands in Company Portal itself; newest last. Replaced, never changed in place. */
  notifications: readonly DeviceNotification[];
  /** Code units of text in them: so it need not be counted with each that comes. */
  notificationUnits: number;
  /** Id of the one that is shown as a banner, until the next input or another screen. */
  banner: string | null;
  /** Ids of those dismissed last. */
  dismissed: readonly string[];
  /** What another app has read, newest last. */
  read: readonly { app: string; at: number; title: string; body: string }[];
}

export const executedMax = 200;
/** Shared by all devices. */
const noNotifications: DeviceState['notifications'] = [];
const nothingDismissed: DeviceState['dismissed'] = [];
const nothingRead: DeviceState['read'] = [];
export const nothingPutOff: Readonly<Record<string, number>> = {};
export const replyMsDefault = 60_000;

/** The Apple Account's password where a simulation names none: stories can type it. */
export const accountPasswordDefault = 'apple-secret';

/** Shared by most devices. */
const goodAsItComes: SecurityTraits = {};
const allReadable: readonly string[] = [];

/** Its user let it show notifications when the device was set up. */
export const companyAppDefault: Readonly<CompanyApp> = { installed: true, permission: 'allowed', lockScreen: 'shown', reader: null };

/** What a device has out of its box. */
export function newPossessions(inventory: Inventory): Possessions {
  return {
    passcode: null,
    passcodeSetAt: null,
    workProfile: hasWorkProfile(inventory) ? { passcode: null, resetConsent: false } : null,
    apps: [],
    companyData: false,
    userData: true,
    esim: false,
    encrypted: factsOfPlatform(inventory.platform).encryptsItself,
    jailBroken: false,
    security: goodAsItComes,
    atBoot: null,
    unreadable: allReadable,
    findMy: false,
    accountPassword: accountPasswordDefault,
    activeUser: null,
    cachedUsers: [],
    tokens: {},
    bitLockerKey: 0,
    companyApp: companyAppDefault,
  };
}

/** A device out of its box. `key` seeds all that is drawn for it. */
export function newDevice(
  inventory: Inventory,
  key: number,
  traits: DeviceTraits = { wipesSilently: false },
  has: Partial<Possessions> = {},
  behaviors: readonly Behavior[] = [],
  signIns: SignInPlan | null = null,
): DeviceState {
  return {
    inventory,
    traits,
    key,
    phase: 'set-up',
    screen: 'set-up-assistant',
    screenNumber: 0,
    notice: null,
    power: 'on',
    restartedAt: null,
    beforeFirstUnlock: false,
    locked: false,
    recoveryPin: null,
    lostMode: null,
    activationLocked: false,
    open: null,
    setUpDone: false,
    has: { ...newPossessions(inventory), ...has },
    findMyTold: false,
    consentDeclined: false,
    behaviors,
    putOff: nothingPutOff,
    configuration: null,
    slow: null,
    afterReport: null,
    information: { version: 1, sent: 0, known: 0 },
    asked: null,
    asks: 0,
    access: {},
    signIns: signIns === null ? null : { plan: signIns, at: null, left: [], isSettled: false },
    enrollments: 0,
    token: null,
    requestId: null,
    csr: null,
    renewals: 0,
    deviceId: null,
    enrolledAt: 0,
    certificate: null,
    network: true,
    link: 'closed',
    linkSince: 0,
    exchange: 'none',
    replyMs: replyMsDefault,
    replyBy: null,
    reconnectAt: null,
    attempts: 0,
    wanted: null,
    asking: null,
    nextSlot: 0,
    nextSlotAt: 0,
    lastCheckInAt: null,
    checkIns: 0,
    executed: [],
    leaving: null,
    refusal: null,
    notifications: noNotifications,
    notificationUnits: 0,
    banner: null,
    dismissed: nothingDismissed,
    read: nothingRead,
  };
}
