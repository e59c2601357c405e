/** A new device as the options of `mockfleet agent` describe it. */
import { randomBytes } from 'node:crypto';
import type { Argv } from 'yargs';
import { userApp } from '../agent/device/apps.ts';
import {
  accountPasswordDefault,
  companyAppDefault,
  type DeviceState,
  newDevice,
  newPossessions,
  type Possessions,
} from '../agent/device/state.ts';
import { type DeviceModel, platformTraits } from '../agent/platforms.ts';
import { appsMax } from '../protocol/device-information.ts';
import type { Inventory } from '../protocol/messages.ts';
import {
  type LockScreenSetting,
  lockScreenSettings,
  type NotificationPermission,
  notificationPermissions,
} from '../protocol/notifications.ts';
import {
  type EnrollmentType,
  enrollmentTypesOf,
  hasWorkProfile,
  isEnrollmentTypeOf,
  isTablet,
  type Platform,
  platforms,
} from '../protocol/platforms.ts';
import { nearest } from '../simulator/scenarios/nearest.ts';
import { behaviorHelp, parseBehavior } from './behavior.ts';
import { wrongUse } from './errors.ts';

export interface DeviceOptions {
  platform: string;
  enrollment: string | undefined;
  name: string | undefined;
  serial: string | undefined;
  user: string;
  model: string | undefined;
  'os-version': string | undefined;
  passcode: string | undefined;
  'work-profile-passcode': string | undefined;
  'find-my': boolean;
  shared: boolean;
  app: string[] | undefined;
  encrypted: boolean | undefined;
  'jail-broken': boolean;
  'company-portal'?: boolean | undefined;
  'notifications-allowed'?: NotificationPermission | undefined;
  'lock-screen-notifications'?: LockScreenSetting | undefined;
  'notification-reader'?: string | undefined;
  behavior: string[] | undefined;
  'wipes-silently': boolean;
}

/** Options that may come several times. */
export const manyDeviceOptions = ['app', 'behavior'] as const;

const group = 'A new device (what an old one has is in its folder):';

export function deviceOptions<T>(yargs: Argv<T>): Argv<T & DeviceOptions> {
  const text = { type: 'string', requiresArg: true, group } as const;
  return yargs
    .option('platform', { ...text, default: 'ios', describe: `Platform: ${platforms.join(', ')}` })
    .option('enrollment', { ...text, describe: 'Way to be enrolled (default: the platform\u2019s most common one)' })
    .option('name', { ...text, describe: 'Device name' })
    .option('serial', { ...text, describe: 'Serial number (default: a random one)' })
    .option('user', { ...text, default: 'user@contoso.example', describe: 'User principal name of its user' })
    .option('model', { ...text, describe: 'Model (default: the platform\u2019s most common one)' })
    .option('os-version', { ...text, describe: 'Version of its system (default: the model\u2019s)' })
    .option('passcode', { ...text, describe: 'Its user has set this passcode' })
    .option('work-profile-passcode', { ...text, describe: 'Android: and this one for the work profile' })
    .option('find-my', {
      type: 'boolean',
      default: false,
      group,
      describe: `Apple: Find My is on; the account is --user, its password ${accountPasswordDefault}`,
    })
    .option('shared', { type: 'boolean', default: false, group, describe: 'A Shared iPad, with its user logged in' })
    .option('app', { ...text, array: true, describe: 'An app that its user has installed; may be repeated' })
    .option('encrypted', {
      type: 'boolean',
      group,
      describe: 'Its disk is encrypted, or not: --no-encrypted (default: the platform\u2019s)',
    })
    .option('jail-broken', { type: 'boolean', default: false, group, describe: 'Jailbroken or rooted' })
    .option('company-portal', {
      type: 'boolean',
      group,
      describe: 'iOS, Android: Company Portal is there, or not: --no-company-portal (default: it is)',
    })
    .option('notifications-allowed', {
      choices: notificationPermissions,
      requiresArg: true,
      group,
      describe: 'iOS, Android: whether Company Portal may show notifications; not-asked: it asks when it is opened (default: allowed)',
    })
    .option('lock-screen-notifications', {
      choices: lockScreenSettings,
      requiresArg: true,
      group,
      describe: 'iOS, Android: what the lock screen shows of notifications (default: shown)',
    })
    .option('notification-reader', { ...text, describe: 'Android: an app that reads the notifications of others' })
    .option('behavior', { ...text, array: true, describe: `A habit; may be repeated, the first that fits decides. ${behaviorHelp}` })
    .option('wipes-silently', {
      type: 'boolean',
      default: false,
      group,
      describe: 'Starts a wipe before it reports it, so that it stays pending',
    }) as unknown as Argv<T & DeviceOptions>;
}

/** As long as the protocol takes. */
const labelCharsMax = 256;
const serialCharsMax = 64;
const secretCharsMax = 64;

/** Whatever has a length is checked here, before anything is made. @throws CommandError `wrong-use` that names the option, never a secret */
export function newDeviceOf(options: DeviceOptions): DeviceState {
  const { platform, enrollment } = kindOf(options);
  const name = nameOf(options);
  mustFit('name', name, labelCharsMax);
  mustFit('user', options.user, labelCharsMax);
  mustFit('serial', options.serial, serialCharsMax);
  mustFit('os-version', options['os-version'], labelCharsMax);
  mustFit('passcode', options.passcode, secretCharsMax);
  mustFit('work-profile-passcode', options['work-profile-passcode'], secretCharsMax);
  const model = modelOf(options, platform, enrollment);
  const random = randomBytes(10);
  const inventory: Inventory = {
    platform,
    enrollment,
    serialNumber: options.serial ?? `MF${random.toString('hex', 0, 5).toUpperCase()}`,
    deviceName: name,
    manufacturer: model.manufacturer,
    model: model.model,
    osVersion: options['os-version'] ?? model.osVersion,
    userPrincipalName: options.user,
    ...(options.shared ? { shared: true } : {}),
  };
  const traits = { wipesSilently: options['wipes-silently'] };
  const behaviors = (options.behavior ?? []).map(parseBehavior);
  return newDevice(inventory, random.readUInt32BE(6), traits, belongings(options, inventory, model), behaviors);
}

/** Also names its folder. */
export function nameOf(options: DeviceOptions): string {
  const { platform, enrollment } = kindOf(options);
  return options.name ?? `${platform}-${enrollment}`;
}

function kindOf({ platform: asked, enrollment: askedEnrollment }: DeviceOptions): { platform: Platform; enrollment: EnrollmentType } {
  const wanted = asked.toLowerCase();
  const platform = platforms.find((one) => one === wanted || (one === 'ios' && wanted === 'ipados'));
  if (platform === undefined) throw wrongUse(`--platform ${asked} is not known. Allowed: ${platforms.join(', ')}.`);
  const enrollment = askedEnrollment ?? enrollmentTypesOf[platform][0];
  if (isEnrollmentTypeOf(platform, enrollment)) return { platform, enrollment };
  throw wrongUse(`--enrollment ${enrollment} does not fit ${platform}. Allowed: ${enrollmentTypesOf[platform].join(', ')}.`);
}

function mustFit(option: string, text: string | undefined, charsMax: number): void {
  if (text === undefined || (text.length >= 1 && text.length <= charsMax)) return;
  throw wrongUse(`--${option} takes 1 to ${charsMax} characters; that is ${text.length}.`);
}

/** By its name; else the first one that is usual for the way of enrollment, and an iPad for --shared or --platform ipados. */
function modelOf(options: DeviceOptions, platform: Platform, enrollment: EnrollmentType): DeviceModel {
  const { models } = platformTraits[platform];
  const { model: wanted } = options;
  if (wanted === undefined) {
    const wantsTablet = options.shared || options.platform.toLowerCase() === 'ipados';
    const fits = (one: DeviceModel) => (one.enrollments?.includes(enrollment) ?? true) && (!wantsTablet || isTablet({ platform, ...one }));
    return models.find((one) => fits(one) && one.shared === (options.shared || undefined)) ?? models.find(fits) ?? models[0];
  }
  const found = models.find((one) => one.model.toLowerCase() === wanted.toLowerCase());
  if (found !== undefined) return found;
  const names = models.map((one) => one.model);
  const near = nearest(wanted, names);
  throw wrongUse(`--model ${wanted} is not known.${near === undefined ? '' : ` Did you mean "${near}"?`} Allowed: ${names.join(', ')}.`);
}

function belongings(options: DeviceOptions, inventory: Inventory, model: DeviceModel): Partial<Possessions> {
  const { platform } = inventory;
  const { passcode, encrypted, app = [], 'work-profile-passcode': workProfilePasscode } = options;
  const { workProfile } = newPossessions(inventory);
  if (workProfilePasscode !== undefined && !hasWorkProfile(inventory))
    throw wrongUse(
      '--work-profile-passcode is for Android with a work profile: --enrollment personal-work-profile or corporate-work-profile.',
    );
  if (options['find-my'] && platform !== 'ios' && platform !== 'macos') throw wrongUse('--find-my is for iOS and macOS.');
  if (options.shared && !isTablet(inventory)) throw wrongUse('--shared is for iPads: leave --model out, or name one.');
  if (app.length > appsMax) throw wrongUse(`A device has at most ${appsMax} apps.`);
  for (const name of app) mustFit('app', name, secretCharsMax);
  return {
    ...(passcode === undefined ? {} : { passcode }),
    ...(workProfile === null || workProfilePasscode === undefined
      ? {}
      : { workProfile: { ...workProfile, passcode: workProfilePasscode } }),
    ...(options['find-my'] ? { findMy: true, accountPassword: accountPasswordDefault } : {}),
    ...(encrypted === undefined ? {} : { encrypted }),
    ...(model.esim === true ? { esim: true } : {}),
    ...companyAppOf(options, platform),
    jailBroken: options['jail-broken'],
    activeUser: options.shared ? options.user : null,
    apps: [...new Set(app)].map(userApp),
  };
}

/** @throws CommandError `wrong-use` for a platform that shows no notifications */
function companyAppOf(options: DeviceOptions, platform: Platform): Partial<Possessions> {
  const { 'company-portal': installed, 'notifications-allowed': permission } = options;
  const { 'lock-screen-notifications': lockScreen, 'notification-reader': reader } = options;
  const named = Object.entries({ installed, permission, lockScreen, reader }).filter(([, value]) => value !== undefined);
  if (named.length === 0) return {};
  if (!platformTraits[platform].takesNotifications) throw wrongUse('Notifications of Company Portal are for iOS and Android.');
  if (reader !== undefined && !platformTraits[platform].sharesNotifications) throw wrongUse('--notification-reader is for Android.');
  mustFit('notification-reader', reader, secretCharsMax);
  return { companyApp: { ...companyAppDefault, ...Object.fromEntries(named) } };
}
