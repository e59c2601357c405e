/** Steps and notes as sentences for a story's timeline. No secret gets into one: what is typed is only described. */
import type { DeviceNote } from '../../agent/device/effects.ts';
import { actionTable, type CommandType } from '../../protocol/commands.ts';
import type { DeviceChange, HandsAct } from '../../protocol/hands.ts';
import type { LockScreenSetting, NotificationPermission, ReasonNotShown, WayToShow } from '../../protocol/notifications.ts';
import { formatDuration, formatInstant } from '../../runtime/duration.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { ActionName } from '../../server-stub/core/records.ts';
import type { TimelineEntry } from '../result.ts';
import type { Copied, Step } from '../scenarios/scenario.ts';
import type { DirectorySeed } from '../tenant/seed.ts';
import { inWords } from './notebook.ts';
import type { Outcome } from './perform.ts';

type Who = TimelineEntry['who'];
export interface Sentence {
  who: Who;
  what: string;
}

const copiedNames: Record<Copied, string> = {
  bypassCode: 'the bypass code',
  passcode: 'the passcode of the reset',
  unlockPin: 'the unlock PIN',
};

/**
 * What a step did to a device; null: it is not told (expectations stand in the report by themselves).
 * @param literally with the texts that the scenario file has the user type
 */
export function stepSentence(step: Step, by: string, outcome: Outcome, literally = false): Sentence | null {
  const told = (who: Who, what: string): Sentence => ({ who, what: outcome === null ? what : `${what}: ${outcome}` });
  switch (step.kind) {
    case 'action':
      return told(
        'administrator',
        `${by} asks for ${titleOf(step.do)}${parametersOf(step.parameters)}${literally ? titleIn(step.parameters) : ''}`,
      );
    case 'cancel':
      return told('administrator', `${by} takes ${titleOf(step.action)} back`);
    case 'copy':
      return told('administrator', `${by} notes ${copiedNames[step.what]}`);
    case 'portal':
      return told('user', `asks for ${titleOf(step.do)} on the self-service site`);
    case 'install':
      return told('user', `asks for the app ${step.appId} on the self-service site`);
    case 'user':
      return told('user', inWords(step.input, literally));
    case 'device': {
      const acts = step.acts.flatMap(actSentences);
      return told(acts[0]?.who ?? 'device', acts.map(({ what }) => what).join(', '));
    }
    case 'tenant':
      return told('administrator', `${by} changes the tenant: ${[...changesOf(step.change), ...seedSentences(step.seed)].join(', ')}`);
    case 'notify':
      // What it says is not repeated, where nobody has the file: nothing but the device keeps it.
      return told(
        'administrator',
        `${by} sends a custom notification${literally ? ` (${JSON.stringify(step.text.title)})` : ''} to ${step.groups.join(', ') || 'no group'}`,
      );
    case 'expect':
      return null;
  }
}

function titleOf(action: ActionName): string {
  return action === 'delete' ? 'the deletion of the record' : actionTable[action].title;
}

/** Parameters that say what kind of wipe it is; texts may be messages or codes, and are left out. */
function parametersOf(parameters: Readonly<Record<string, unknown>>): string {
  const names = Object.entries(parameters).flatMap(([name, value]) => (value === true ? [name] : value === false ? [`no ${name}`] : []));
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}

function titleIn({ notificationTitle }: Readonly<Record<string, unknown>>): string {
  return typeof notificationTitle === 'string' ? ` (${JSON.stringify(notificationTitle)})` : '';
}

function changesOf(change: object): string[] {
  return Object.entries(change).map(([name, value]) => (Array.isArray(value) ? `${name} (${value.length})` : `${name} ${String(value)}`));
}

/** What is changed, by name. */
function seedSentences(seed: DirectorySeed | null): string[] {
  if (seed === null) return [];
  const { complianceSettings, branding, users, groups } = seed;
  const named = (noun: string, all: readonly { displayName: string; remove?: boolean }[]) =>
    all.map(({ displayName, remove }) => `${remove === true ? 'no more ' : ''}${noun} "${displayName}"`);
  return [
    ...users.map(({ userPrincipalName }) => `user ${userPrincipalName}`),
    ...named('group', groups),
    ...changesOf(complianceSettings),
    ...Object.keys(branding).map((name) => `branding ${name}`),
    ...named('template', seed.notificationTemplates),
    ...named('compliance policy', seed.compliancePolicies),
    ...named('Conditional Access', seed.conditionalAccess),
  ];
}

const permissionWords: Record<NotificationPermission, string> = {
  allowed: 'lets Company Portal show notifications',
  denied: 'lets Company Portal show no notifications',
  'not-asked': 'was not asked yet whether Company Portal may show notifications',
};

const lockScreenWords: Record<LockScreenSetting, string> = {
  shown: 'notifications',
  'content-hidden': 'notifications without their text',
  hidden: 'no notifications',
};

function actSentences(act: HandsAct): Sentence[] {
  if ('input' in act) return [{ who: 'user', what: inWords(act.input) }];
  if ('network' in act) return [{ who: 'network', what: act.network ? 'the network is back' : 'the network is gone' }];
  if ('power' in act) return [{ who: 'user', what: act.power ? 'switches the device on' : 'switches the device off' }];
  if ('enroll' in act) return [{ who: 'user', what: 'enrols the device' }];
  return changeSentences(act.change);
}

function changeSentences(change: DeviceChange): Sentence[] {
  const said: Sentence[] = [];
  const user = (what: string) => said.push({ who: 'user', what });
  const device = (what: string) => said.push({ who: 'device', what });
  if (change.installs !== undefined) user(`installs ${change.installs}`);
  if (change.passcode !== undefined) user(change.passcode === null ? 'removes the passcode' : 'sets a passcode');
  if (change.workProfilePasscode !== undefined)
    user(change.workProfilePasscode === null ? "removes the work profile's passcode" : 'sets a passcode for the work profile');
  if (change.findMy !== undefined) user(change.findMy ? 'turns Find My on' : 'turns Find My off');
  if (change.osVersion !== undefined) device(`is updated to ${change.osVersion}`);
  if (change.jailBroken !== undefined) device(change.jailBroken ? 'is jailbroken' : 'is not jailbroken any more');
  if (change.encrypted !== undefined) device(change.encrypted ? 'is encrypted' : 'is decrypted');
  for (const [name, value] of Object.entries(change.security ?? {}))
    device(value === null ? `is as a good device again: ${name}` : `has ${name} ${value}`);
  if (change.unreadable !== undefined)
    device(change.unreadable.length === 0 ? 'can be read again' : `cannot be read any more: ${change.unreadable.join(', ')}`);
  if (change.companyPortal !== undefined) user(change.companyPortal ? 'installs Company Portal' : 'removes Company Portal');
  if (change.notificationsAllowed !== undefined) user(permissionWords[change.notificationsAllowed]);
  if (change.lockScreenNotifications !== undefined) user(`has the lock screen show ${lockScreenWords[change.lockScreenNotifications]}`);
  if (change.notificationReader !== undefined)
    user(change.notificationReader === null ? 'lets no app read notifications' : `lets ${change.notificationReader} read notifications`);
  for (const habit of [...(change.behavior === undefined ? [] : [change.behavior]), ...(change.behaviors ?? [])]) {
    device(`from now on answers ${habit.on === 'any' ? 'every action' : titleOf(habit.on)} with ${habit.then}`);
  }
  if (change.behaviors?.length === 0) device('loses its habits');
  return said;
}

const titled = (type: CommandType) => actionTable[type].title;

/** What a device says of itself, as far as a story is about it. */
export function deviceSentence(note: DeviceNote): Sentence | null {
  const device = (what: string): Sentence => ({ who: 'device', what });
  switch (note.kind) {
    case 'enrolled':
      return device(`is enrolled; its certificate ends ${formatInstant(note.notAfter)}`);
    case 'command':
      return device(`receives ${titled(note.command)}${note.redelivered ? ' again' : ''}`);
    case 'executed':
      return device(
        note.status === 'acknowledged' ? `carries ${titled(note.command)} out` : `answers ${titled(note.command)}: ${note.status}`,
      );
    case 'replaced':
      return device(`is another one from now on: ${note.serialNumber}`);
    case 'renewed':
      return device(`has a new certificate until ${formatInstant(note.notAfter)}`);
    case 'screen':
      return device(`shows ${note.screen}`);
    case 'configured':
      return device('applies the configuration of its tenant');
    case 'access':
      return device(note.outcome === 'allowed' ? `${note.app} signs in` : `${note.app} is kept from signing in: ${note.outcome}`);
    case 'activation':
      return device(note.outcome === 'allowed' ? 'is activated' : `is not activated: ${note.outcome}`);
    case 'apps': {
      const parts = [
        ...(note.installed.length === 0 ? [] : [`installs ${note.installed.join(', ')}`]),
        ...(note.removed.length === 0 ? [] : [`removes ${note.removed.join(', ')}`]),
      ];
      return parts.length === 0 ? null : device(parts.join('; '));
    }
    case 'power':
      return device(note.power === 'on' ? 'is on' : note.power === 'off' ? 'is off' : 'restarts');
    case 'notice':
      return device(`shows its user: ${note.title}`);
    case 'notification':
      return device(shownWords[note.shown]);
    case 'sound':
      return device(`is heard for ${formatDuration(note.minutes * 60_000)}`);
    case 'refused':
      return device(`is refused by the service: ${note.code}`);
    case 'unenrolled':
      return device('has left the management');
    case 'wiped':
      return device(note.reported ? 'is wiped' : 'is wiped, and has not reported it');
    case 'check-in':
    case 'quiet-check-ins':
    case 'link-lost':
    case 'user-input':
      return null;
  }
}

/** How a notification came to be seen, or why it did not. */
const shownWords: Record<WayToShow | ReasonNotShown, string> = {
  banner: 'shows a notification above the screen',
  'lock-screen': 'shows a notification on the lock screen',
  'in-app': 'shows a notification in Company Portal',
  'notification-centre': 'has a notification in its notification centre',
  'no-app': 'does not show a notification: Company Portal is not there',
  'not-allowed': 'does not show a notification: its user does not let it',
  'no-google-play': 'does not show a notification: there are no Google Play services',
};

/** What becomes of a notification on its way; that it was sent and has come, its sender and its device say. */
const pushedWords = {
  lost: 'a notification was lost on its way',
  kept: 'a notification is kept: the device is away',
  expired: 'a notification was kept for too long',
  gone: 'a notification came too late: the device has left the management',
} as const;

/** What the service says, as far as a story is about it and the step that caused it does not say it already. */
export function serverSentence(note: ServerNote): Sentence | null {
  const service = (what: string): Sentence => ({ who: 'service', what });
  switch (note.kind) {
    case 'command-delivered':
      return service(`hands ${titleOf(note.action)} over${note.deliveries > 1 ? ` (delivery ${note.deliveries})` : ''}`);
    case 'command-postponed':
      return service(`keeps ${titleOf(note.action)} for later: the device said not now`);
    case 'command-finished':
      return service(`${titleOf(note.action)} ended: ${note.status}`);
    case 'notification-pushed':
      return note.outcome in pushedWords ? service(pushedWords[note.outcome as keyof typeof pushedWords]) : null;
    case 'push-sent':
      return note.outcome === 'delivered'
        ? null
        : service(note.outcome === 'lost' ? 'a push was lost' : 'keeps a push: the device is away');
    case 'certificate-expired':
      return service('the certificate has ended: nothing reaches the device any more');
    case 'compliance-changed':
      return service(`the device counts as ${note.to} (before: ${note.from})`);
    case 'noncompliance-action':
      return note.action === 'block'
        ? null
        : service(`${note.action} for noncompliance${note.outcome === 'done' ? '' : `: not done (${note.why})`}`);
    case 'mail-sent':
      return service('a mail was sent');
    case 'mail-not-sent':
      return service(`a mail was not sent: ${note.why}`);
    case 'renewal-failed':
      return service('could not sign the next certificate');
    case 'record-hidden':
      return service('the record is hidden: the device was away for too long');
    case 'record-shown':
      return service('the record is shown again');
    case 'record-removed':
      return service(`the record is removed (${note.why})`);
    case 'refused':
      return service(`refuses a link: ${note.code}`);
    default:
      return null;
  }
}
