/**
 * What can happen to a device, as the run's file has it: every note of either side that is in a life's hash (trace.ts), what people and
 * administrators did, and its network. A quiet check-in is none. Times apart, an event is a kind and up to three things:
 * `detail`, a word or a few; `about`, the id of what it is about; `value`, a number. `says` is the sentence; {detail} and {value} stand in it.
 */
import type { DeviceNote } from '../../agent/device/effects.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { TimelineEntry } from '../result.ts';
import type { Step } from '../scenarios/scenario.ts';

/** What the number of an event is. */
type ValueUnit = 'instant' | 'milliseconds' | 'minutes' | 'deliveries';

export interface EventKind {
  who: TimelineEntry['who'];
  name: string;
  says: string;
  value?: ValueUnit;
  about?: 'command' | 'mail' | 'notification' | 'certificate' | 'policy' | 'record';
}

/** In the file a kind is its place in here: new ones come last. */
export const eventKinds = [
  { who: 'network', name: 'network', says: 'the network is {detail}' },
  { who: 'administrator', name: 'action', says: '{detail}' },
  { who: 'administrator', name: 'cancel', says: '{detail}' },
  { who: 'administrator', name: 'copy', says: '{detail}' },
  { who: 'user', name: 'portal', says: '{detail}' },
  { who: 'user', name: 'install', says: '{detail}' },
  { who: 'user', name: 'user', says: '{detail}' },
  { who: 'device', name: 'changed', says: '{detail}' },

  { who: 'device', name: 'enrolled', says: 'is enrolled; its certificate ends {value}', value: 'instant', about: 'record' },
  { who: 'device', name: 'command', says: 'receives {detail}', about: 'command' },
  { who: 'device', name: 'executed', says: 'answers {detail}', about: 'command' },
  { who: 'device', name: 'renewed', says: 'has a new certificate until {value}', value: 'instant' },
  { who: 'device', name: 'screen', says: 'shows {detail}' },
  { who: 'device', name: 'user-input', says: "its user's input: {detail}" },
  { who: 'device', name: 'configured', says: 'applies configuration {detail}' },
  { who: 'device', name: 'access', says: 'signs in: {detail}' },
  { who: 'device', name: 'activation', says: 'asks to be activated: {detail}' },
  { who: 'device', name: 'apps', says: '{detail}' },
  { who: 'device', name: 'power', says: 'power: {detail}' },
  { who: 'device', name: 'notice', says: 'shows its user: {detail}' },
  {
    who: 'device',
    name: 'notification',
    says: 'a notification after {value}: {detail}',
    value: 'milliseconds',
    about: 'notification',
  },
  { who: 'device', name: 'sound', says: 'is heard for {value}', value: 'minutes' },
  { who: 'device', name: 'refused', says: 'is refused by the service: {detail}' },
  { who: 'device', name: 'unenrolled', says: 'has left the management' },
  { who: 'device', name: 'wiped', says: 'is wiped, {detail}' },
  { who: 'device', name: 'link-lost', says: 'loses its link ({detail}), tries again {value}', value: 'instant' },

  { who: 'service', name: 'enrolled', says: 'has a record of the device', about: 'record' },
  { who: 'service', name: 'command-queued', says: 'queues {detail}', about: 'command' },
  { who: 'service', name: 'command-delivered', says: 'hands {detail} over (delivery {value})', value: 'deliveries', about: 'command' },
  { who: 'service', name: 'command-postponed', says: 'keeps {detail} for later: the device said not now', about: 'command' },
  { who: 'service', name: 'command-finished', says: '{detail}', about: 'command' },
  { who: 'service', name: 'configuration-sent', says: 'sends configuration {detail}' },
  { who: 'service', name: 'bypass-code-issued', says: 'has a new bypass code, good until {value}', value: 'instant' },
  { who: 'service', name: 'compliance-changed', says: 'compliance: {detail}' },
  { who: 'service', name: 'noncompliance-action', says: '{detail} for noncompliance, due {value}', value: 'instant', about: 'policy' },
  { who: 'service', name: 'mail-sent', says: 'a mail was sent', about: 'mail' },
  { who: 'service', name: 'mail-postponed', says: 'a mail will be tried again: {detail}', about: 'mail' },
  { who: 'service', name: 'mail-failed', says: 'a mail failed: {detail}', about: 'mail' },
  { who: 'service', name: 'mail-not-sent', says: 'a mail was not sent: {detail}', about: 'mail' },
  { who: 'service', name: 'notification-sent', says: 'a notification was sent to the device', about: 'notification' },
  { who: 'service', name: 'notification-refused', says: 'a notification was refused until {value}', value: 'instant' },
  { who: 'service', name: 'notification-pushed', says: 'a notification: {detail}', about: 'notification' },
  { who: 'service', name: 'push-sent', says: 'a push: {detail}' },
  {
    who: 'service',
    name: 'certificate-issued',
    says: 'issues a certificate ({detail}) until {value}',
    value: 'instant',
    about: 'certificate',
  },
  { who: 'service', name: 'certificate-replaced', says: 'the earlier certificate is replaced', about: 'certificate' },
  { who: 'service', name: 'certificate-expired', says: 'the certificate ended {value}', value: 'instant' },
  { who: 'service', name: 'record-hidden', says: 'the record is hidden' },
  { who: 'service', name: 'record-shown', says: 'the record is shown again' },
  { who: 'service', name: 'refused', says: 'refuses a link: {detail}' },
  { who: 'service', name: 'record-removed', says: 'the record is removed ({detail})', about: 'record' },

  { who: 'network', name: 'fault', says: 'fault {detail}' },
  { who: 'device', name: 'replaced', says: 'is replaced by another one: serial number {detail}' },
  { who: 'service', name: 'renewal-failed', says: 'could not renew the certificate' },
] as const satisfies readonly EventKind[];

/** `device enrolled`, `service command-queued`, … */
export type EventName = (typeof eventKinds)[number] extends infer K
  ? K extends { who: infer W extends string; name: infer N extends string }
    ? `${W} ${N}`
    : never
  : never;

const places = new Map(eventKinds.map(({ who, name }, place) => [`${who} ${name}`, place]));

/** The kind's number. */
export function kindOf(name: EventName): number {
  return places.get(name) as number;
}

/** Takes an event. @param about the id of what `eventKinds` says */
export type EventSink = (name: EventName, detail: string | null, about: string | null, value: number | null) => void;

/** An event in words, as the file's view device_events has it. */
export function eventSentence(name: EventName, detail: string | null, value: number | null): string {
  const { says, value: unit }: EventKind = eventKinds[kindOf(name)] as EventKind;
  return says.replace('{value}', value === null ? '' : valueText(value, unit)).replace('{detail}', () => detail ?? '');
}

function valueText(value: number, unit: ValueUnit | undefined): string {
  if (unit === 'instant') return new Date(value).toISOString();
  if (unit === 'milliseconds') return `${(value / 1000).toFixed(1)} s`;
  return unit === 'minutes' ? `${value} min` : String(value);
}

/** What of a device's note is an event. */
export function deviceEvent(note: DeviceNote, add: EventSink): void {
  switch (note.kind) {
    case 'check-in':
    case 'quiet-check-ins':
      return;
    case 'enrolled':
      return add('device enrolled', null, note.deviceId, note.notAfter);
    case 'command':
      return add('device command', note.redelivered ? `${note.command} again` : note.command, note.commandId, null);
    case 'executed':
      return add('device executed', `${note.command}: ${note.status}`, note.commandId, null);
    case 'renewed':
      return add('device renewed', null, null, note.notAfter);
    case 'screen':
      return add('device screen', note.screen, null, null);
    case 'user-input':
      return add('device user-input', note.outcome, null, null);
    case 'configured':
      return add('device configured', note.version, null, null);
    case 'access':
      return add('device access', `${note.app} ${note.outcome}`, null, null);
    case 'activation':
      return add('device activation', note.outcome, null, null);
    case 'apps':
      return add('device apps', appsText(note), null, null);
    case 'power':
      return add('device power', note.power, null, null);
    case 'notice':
      return add('device notice', note.title, null, null);
    case 'notification':
      return add('device notification', note.shown, note.notificationId, note.afterMs);
    case 'sound':
      return add('device sound', null, null, note.minutes);
    case 'refused':
      return add('device refused', note.code, null, null);
    case 'unenrolled':
      return add('device unenrolled', null, null, null);
    case 'wiped':
      return add('device wiped', note.reported ? 'and has reported it' : 'and has not reported it', null, null);
    case 'link-lost':
      return add('device link-lost', note.reason, null, note.retryAt);
    case 'replaced':
      return add('device replaced', note.serialNumber, null, null);
    default:
      note satisfies never;
  }
}

function appsText({ installed, removed }: Extract<DeviceNote, { kind: 'apps' }>): string {
  const parts = [
    ...(installed.length === 0 ? [] : [`installs ${installed.join(', ')}`]),
    ...(removed.length === 0 ? [] : [`removes ${removed.join(', ')}`]),
  ];
  return parts.join('; ');
}

/** What of the service's note about a device is an event. */
export function serviceEvent(note: ServerNote, add: EventSink): void {
  switch (note.kind) {
    case 'checked-in':
    case 'queue-changed':
    case 'configuration-waits':
    case 'outside-answered':
    case 'compliance-waits':
    case 'access-waits':
    case 'mail-queued':
      return;
    case 'enrolled':
      return add('service enrolled', null, note.deviceId, null);
    case 'command-queued':
    case 'command-postponed':
      return add(`service ${note.kind}`, note.action, note.commandId, null);
    case 'command-delivered':
      return add('service command-delivered', note.action, note.commandId, note.deliveries);
    case 'command-finished':
      return add('service command-finished', `${note.action}: ${note.status}`, note.commandId, null);
    case 'configuration-sent':
      return add('service configuration-sent', note.version, null, null);
    case 'bypass-code-issued':
      return add('service bypass-code-issued', null, null, note.expiresAt);
    case 'compliance-changed':
      return add('service compliance-changed', `${note.from} → ${note.to}`, null, null);
    case 'noncompliance-action':
      return add('service noncompliance-action', noncomplianceText(note), note.policyId, note.dueAt);
    case 'mail-sent':
    case 'mail-postponed':
    case 'mail-failed':
    case 'mail-not-sent':
      return add(`service ${note.kind}`, note.why, note.mailId, null);
    case 'notification-sent':
      return add('service notification-sent', null, note.notificationId, null);
    case 'notification-refused':
      return add('service notification-refused', null, null, note.againAt);
    case 'notification-pushed':
      return add('service notification-pushed', note.outcome, note.notificationId, null);
    case 'push-sent':
      return add('service push-sent', note.outcome, null, null);
    case 'certificate-issued':
      return add('service certificate-issued', note.purpose, note.serialNumber, note.notAfter);
    case 'certificate-replaced':
      return add('service certificate-replaced', null, note.serialNumber, null);
    case 'certificate-expired':
      return add('service certificate-expired', null, null, note.notAfter);
    case 'record-hidden':
    case 'record-shown':
      return add(`service ${note.kind}`, null, null, null);
    case 'refused':
      return add('service refused', note.code, null, null);
    case 'record-removed':
      return add('service record-removed', note.why, note.deviceId, null);
    case 'renewal-failed':
      return add('service renewal-failed', null, null, null);
    default:
      note satisfies never;
  }
}

function noncomplianceText({ action, outcome, why }: Extract<ServerNote, { kind: 'noncompliance-action' }>): string {
  return outcome === 'done' ? `${action}: done` : `${action}: skipped (${why})`;
}

/** The kind of a step of the timeline; null: it is about no device, or asks only. */
export function stepEvent({ kind }: Step): EventName | null {
  switch (kind) {
    case 'action':
    case 'cancel':
    case 'copy':
      return `administrator ${kind}`;
    case 'portal':
    case 'install':
    case 'user':
      return `user ${kind}`;
    case 'device':
      return 'device changed';
    case 'tenant':
    case 'notify':
    case 'expect':
      return null;
  }
}
