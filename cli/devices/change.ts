/** `mockfleet devices change`: what happens to a device outside of any screen. Each option is one act; an order that works is ours. */
import type { CommandModule } from 'yargs';
import { type SecurityChange, securityTraits } from '../../protocol/device-security.ts';
import { type DeviceChange, deviceChangeSchema, type HandsAct } from '../../protocol/hands.ts';
import {
  type LockScreenSetting,
  lockScreenSettings,
  type NotificationPermission,
  notificationPermissions,
} from '../../protocol/notifications.ts';
import { printable } from '../../simulator/scenarios/errors.ts';
import { nearest } from '../../simulator/scenarios/nearest.ts';
import { behaviorHelp, parseBehavior } from '../behavior.ts';
import { connect } from '../connection.ts';
import { CommandError, wrongUse } from '../errors.ts';
import { lastOnly, repeatable } from '../repeated.ts';
import { act, type DeviceArguments, oneDevice } from './find.ts';
import { screenLines } from './screen.ts';

const onOff = ['on', 'off'] as const;
type OnOff = (typeof onOff)[number];

export interface ChangeOptions {
  network?: OnOff | undefined;
  power?: OnOff | undefined;
  'find-my'?: boolean | undefined;
  'jail-broken'?: boolean | undefined;
  encrypted?: boolean | undefined;
  'os-version'?: string | undefined;
  /** `false`: --no-passcode. */
  passcode?: string | false | undefined;
  'work-profile-passcode'?: string | false | undefined;
  'company-portal'?: boolean | undefined;
  'notifications-allowed'?: NotificationPermission | undefined;
  'lock-screen-notifications'?: LockScreenSetting | undefined;
  /** `false`: --no-notification-reader. */
  'notification-reader'?: string | false | undefined;
  install?: string[] | undefined;
  behavior?: string[] | undefined;
  security?: string[] | undefined;
  unreadable?: string[] | undefined;
  'forget-behaviors'?: boolean | undefined;
  enroll?: boolean | undefined;
}

type ChangeArguments = DeviceArguments & ChangeOptions;

const many = ['install', 'behavior', 'security', 'unreadable'] as const;

const change: CommandModule<object, ChangeArguments> = {
  command: 'change <device>',
  describe: 'Unplug its network, switch it off, update it, give it habits: what happens to it outside of its screen',
  builder: (yargs) =>
    oneDevice(repeatable(yargs))
      .option('network', { choices: onOff, requiresArg: true, describe: 'Plug its network in, or out' })
      .option('power', { choices: onOff, requiresArg: true, describe: 'The power button' })
      .option('find-my', { type: 'boolean', describe: 'Its user turns Find My on (--no-find-my: off)' })
      .option('jail-broken', { type: 'boolean', describe: 'Jailbroken or rooted (--no-jail-broken: no longer)' })
      .option('encrypted', { type: 'boolean', describe: 'Its disk is encrypted (--no-encrypted: is not)' })
      .option('os-version', { type: 'string', requiresArg: true, describe: 'It was updated to this version' })
      .option('passcode', { type: 'string', describe: 'Its user sets a passcode (--no-passcode: removes it)' })
      .option('work-profile-passcode', { type: 'string', describe: 'The same of its work profile' })
      .option('company-portal', { type: 'boolean', describe: 'iOS, Android: Company Portal is there (--no-company-portal: is removed)' })
      .option('notifications-allowed', {
        choices: notificationPermissions,
        requiresArg: true,
        describe: 'Whether its user lets Company Portal show notifications; not-asked: it asks when it is opened',
      })
      .option('lock-screen-notifications', {
        choices: lockScreenSettings,
        requiresArg: true,
        describe: 'What its lock screen shows of notifications: all, of which app they are, nothing',
      })
      .option('notification-reader', {
        type: 'string',
        describe: 'Android: this app reads the notifications of others (--no-notification-reader: none does)',
      })
      .option('install', { type: 'string', array: true, requiresArg: true, describe: 'Its user installs this app; may be repeated' })
      .option('behavior', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: `A habit; the first that fits decides. ${behaviorHelp}`,
      })
      .option('forget-behaviors', { type: 'boolean', describe: 'It loses its habits (before --behavior gives it others)' })
      .option('security', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe:
          'What policies ask about, as NAME=VALUE: threatLevel=high, usbDebugging=true; NAME= is as a good device has it; may be repeated',
      })
      .option('unreadable', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'A setting of policies that cannot be read off it; may be repeated, "" for none',
      })
      .option('enroll', { type: 'boolean', describe: 'Enrol it, as a new record if it was managed before' })
      .example('$0 devices change phone --network off', 'nothing reaches it until --network on')
      .example('$0 devices change phone --security threatLevel=high', 'a defense partner worries about it')
      .example('$0 devices change phone --behavior wipe:silent', 'its next wipes are never reported')
      .example('$0 devices change phone --behavior "any:fail:12@5% x1"', 'fails once, by chance') as never,
  async handler(given) {
    const args = lastOnly(given, many);
    const acts = actsOf(args);
    if (acts.length === 0) throw wrongUse('Say what changes, for example --network off.');
    const stub = await connect(args);
    for (const [index, what] of acts.entries()) {
      const { outcome, view } = await act(stub, args.device, what);
      if (outcome !== 'done' && outcome !== 'waiting') {
        const why = `It is ${view.phase}, its power ${view.power}.`;
        throw new CommandError(`change-${outcome}`, `The device is in no state for ${JSON.stringify(Object.keys(what)[0])}. ${why}`);
      }
      if (index < acts.length - 1) continue;
      if (args.json) process.stdout.write(`${JSON.stringify({ outcome, view })}\n`);
      else process.stdout.write(`${printable(view.description)}\n\n${screenLines(view.screen)}`);
    }
  },
};

/**
 * Power and network come first where they are given, and last where they are taken; habits in the reverse order, because each goes in
 * front of those before it. Pure. @throws CommandError `wrong-use`
 */
export function actsOf(options: ChangeOptions): HandsAct[] {
  const { network, power, install = [], behavior = [], security = [], unreadable } = options;
  const habits = behavior.map(parseBehavior).reverse();
  const changes: DeviceChange[] = [
    ...(options['forget-behaviors'] === true ? [{ behaviors: [] }] : []),
    ...habits.map((habit) => ({ behavior: habit })),
    lastingChange(options),
    ...install.map((name) => ({ installs: name })),
    ...(security.length === 0 ? [] : [{ security: securityOf(security) }]),
    ...(unreadable === undefined ? [] : [{ unreadable: unreadable.filter((name) => name !== '') }]),
  ].filter((one) => Object.keys(one).length > 0);
  return [
    ...(power === 'on' ? [{ power: true }] : []),
    ...(network === 'on' ? [{ network: true }] : []),
    ...changes.map((one) => ({ change: checked(one) })),
    ...(options.enroll === true ? [{ enroll: true as const }] : []),
    ...(network === 'off' ? [{ network: false }] : []),
    ...(power === 'off' ? [{ power: false }] : []),
  ];
}

function lastingChange(options: ChangeOptions): DeviceChange {
  const { 'find-my': findMy, 'jail-broken': jailBroken, encrypted, 'os-version': osVersion } = options;
  const { passcode, 'work-profile-passcode': workProfilePasscode, 'notification-reader': notificationReader } = options;
  const { 'company-portal': companyPortal, 'notifications-allowed': notificationsAllowed } = options;
  const { 'lock-screen-notifications': lockScreenNotifications } = options;
  return {
    ...(findMy === undefined ? {} : { findMy }),
    ...(jailBroken === undefined ? {} : { jailBroken }),
    ...(encrypted === undefined ? {} : { encrypted }),
    ...(osVersion === undefined ? {} : { osVersion }),
    ...(companyPortal === undefined ? {} : { companyPortal }),
    ...(notificationsAllowed === undefined ? {} : { notificationsAllowed }),
    ...(lockScreenNotifications === undefined ? {} : { lockScreenNotifications }),
    ...(notificationReader === undefined ? {} : { notificationReader: notificationReader === false ? null : notificationReader }),
    ...(passcode === undefined ? {} : { passcode: passcode === false ? null : passcode }),
    ...(workProfilePasscode === undefined ? {} : { workProfilePasscode: workProfilePasscode === false ? null : workProfilePasscode }),
  };
}

/** `threatLevel=high`, `usbDebugging=true`, `firewall=`. @throws CommandError `wrong-use` */
function securityOf(words: readonly string[]): SecurityChange {
  const change: Record<string, unknown> = {};
  for (const word of words) {
    const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(word) ?? [];
    if (!(securityTraits as readonly string[]).includes(name)) {
      const near = nearest(name === '' ? word : name, securityTraits);
      const hint = near === undefined ? '' : ` Did you mean ${near}?`;
      throw wrongUse(`--security takes NAME=VALUE, not "${word}".${hint} Names: ${securityTraits.join(', ')}.`);
    }
    change[name] = value === '' ? null : /^(true|false)$/.test(value) ? value === 'true' : /^\d+$/.test(value) ? Number(value) : value;
  }
  return change as SecurityChange;
}

/** The message names the member, never its value: it may be a passcode. */
function checked(asked: DeviceChange): DeviceChange {
  const parsed = deviceChangeSchema.safeParse(asked);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrongUse(`${issue?.path.join('.')} does not fit: ${issue?.message}.`);
}

export const changeCommand = change as unknown as CommandModule;
