/**
 * What happens in the tenant, in words for people who watch it. One table of all notes; null: it is nothing to them, or something else
 * says it already. No secret and no text of a notification gets into one (CN-06): notes have none, and names are all that is added.
 */
import { actionTable } from '../protocol/commands.ts';
import { formatInstant } from '../runtime/duration.ts';
import type { ServerNote } from './core/effects.ts';
import type { ActionName } from './core/records.ts';

type Words = { [Kind in ServerNote['kind']]: ((note: Extract<ServerNote, { kind: Kind }>) => string | null) | null };

const words: Words = {
  enrolled: () => 'is enrolled',
  // A fleet does it all the time; what comes of it has a note of its own.
  'checked-in': ({ trigger }) => (trigger === 'schedule' ? null : `checks in (${trigger})`),
  'command-queued': ({ action }) => `${titleOf(action)} was asked for`,
  'command-delivered': ({ action, deliveries }) => `${titleOf(action)} was handed over${deliveries > 1 ? ` (delivery ${deliveries})` : ''}`,
  'command-postponed': ({ action }) => `${titleOf(action)} waits: the device said not now`,
  'command-finished': ({ action, status }) => `${titleOf(action)} ended: ${status}`,
  'queue-changed': null,
  'configuration-waits': null,
  'configuration-sent': () => 'was sent the tenant\u2019s configuration',
  'bypass-code-issued': ({ expiresAt }) => `has a new Activation Lock bypass code, good until ${formatInstant(expiresAt)}`,
  'outside-answered': ({ service, outcome, by }) => `${serviceNames[service]}: ${outcome}${by === undefined ? '' : ` (by ${by})`}`,
  'compliance-waits': null,
  'compliance-changed': ({ from, to }) => `counts as ${to} (before: ${from})`,
  'noncompliance-action': ({ action, outcome, why }) =>
    `action for noncompliance: ${action}${outcome === 'done' ? '' : `, not done (${why ?? 'it does not fit'})`}`,
  'access-waits': null,
  'mail-queued': () => 'a mail was written',
  'mail-sent': () => 'a mail was sent',
  'mail-postponed': ({ why }) => `a mail is tried again later${because(why)}`,
  'mail-failed': ({ why }) => `an attempt to send a mail failed${because(why)}`,
  'mail-not-sent': ({ why }) => `a mail was not sent${because(why)}`,
  'notification-sent': ({ deviceId, groups }) =>
    deviceId === null
      ? `a custom notification was sent to ${groups} ${groups === 1 ? 'group' : 'groups'}`
      : 'a custom notification was sent',
  'notification-refused': ({ againAt }) =>
    `a custom notification was refused: too many within an hour; possible again at ${formatInstant(againAt)}`,
  'notification-pushed': ({ outcome }) => pushedWords[outcome],
  'push-sent': ({ outcome }) =>
    outcome === 'delivered' ? null : outcome === 'lost' ? 'a push was lost' : 'a push is kept: the device is away',
  'certificate-issued': ({ purpose, notAfter }) =>
    `was issued a certificate${purpose === 'renew' ? ' (a renewal)' : ''} that ends at ${formatInstant(notAfter)}`,
  'renewal-failed': () => 'its next certificate could not be signed',
  'certificate-replaced': () => 'uses its new certificate',
  'certificate-expired': () => 'its certificate has ended: nothing reaches the device any more',
  'record-hidden': () => 'its record is hidden: the device was away for too long',
  'record-shown': () => 'its record is shown again',
  refused: ({ code }) => `a link was refused: ${code}`,
  'record-removed': ({ why }) => `its record was removed (${why})`,
};

const serviceNames: Record<Extract<ServerNote, { kind: 'outside-answered' }>['service'], string> = {
  activation: 'Apple\u2019s activation',
  'find-my': 'Find My',
  'sign-in': 'the sign-in of an app',
};

/** One for each device of a message: only what is out of the ordinary is told. */
const pushedWords: Record<Extract<ServerNote, { kind: 'notification-pushed' }>['outcome'], string | null> = {
  pushed: null,
  delivered: null,
  lost: 'a notification was lost on its way',
  kept: 'a notification is kept: the device is away',
  expired: 'a notification was kept for too long',
  gone: 'a notification came too late: the device has left the management',
};

export function noteInWords(note: ServerNote): string | null {
  const say = words[note.kind] as ((note: ServerNote) => string | null) | null;
  return say === null ? null : say(note);
}

function titleOf(action: ActionName): string {
  return action === 'delete' ? 'The deletion of the record' : actionTable[action].title;
}

function because(why: string | null): string {
  return why === null ? '' : `: ${why}`;
}
