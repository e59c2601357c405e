import { formatInstant } from '../runtime/duration.ts';
import type { Log } from '../runtime/log.ts';
import type { ServerNote } from './core/effects.ts';

/** What the core did, as log lines; `at` is the stub's clock, `time` (the logger's own) that of the machine. Check-ins are too many for more than `debug`; refusals are warnings, in words. */
export function logNote(log: Log, note: ServerNote, now: number): void {
  const { kind, ...rest } = note;
  const data = {
    event: kind,
    at: formatInstant(now),
    ...rest,
    ...('notAfter' in note ? { notAfter: formatInstant(note.notAfter) } : {}),
    ...('expiresAt' in note ? { expiresAt: formatInstant(note.expiresAt) } : {}),
    ...('againAt' in note ? { againAt: formatInstant(note.againAt) } : {}),
    ...('dueAt' in note ? { dueAt: formatInstant(note.dueAt) } : {}),
    ...('certificateNotAfter' in note ? { certificateNotAfter: formatInstant(note.certificateNotAfter) } : {}),
  };
  switch (note.kind) {
    case 'checked-in':
    // One for each device that a notification to groups goes to.
    case 'notification-pushed':
    case 'queue-changed':
    case 'configuration-waits':
    case 'compliance-waits':
    case 'access-waits':
      return log.debug(data, kind);
    case 'configuration-sent':
      return log.info(data, `Configuration ${note.version} sent to ${note.deviceId}.`);
    case 'bypass-code-issued':
      return log.info(data, `A new Activation Lock bypass code for ${note.deviceId}, good until ${formatInstant(note.expiresAt)}.`);
    case 'outside-answered':
      return log.info(data, `${note.service} of ${note.deviceId ?? note.serialNumber ?? 'an unknown device'}: ${note.outcome}`);
    case 'notification-sent':
      return log.info(
        data,
        note.deviceId === null
          ? `Custom notification ${note.notificationId} was sent to ${note.groups} ${note.groups === 1 ? 'group' : 'groups'}.`
          : `A custom notification was sent to ${note.deviceId}.`,
      );
    case 'notification-refused':
      return log.info(
        data,
        `A custom notification to ${note.deviceId ?? 'groups'} was refused: too many within an hour. It is possible again at ${formatInstant(note.againAt)}.`,
      );
    case 'refused':
      return log.warn(data, `Refused (${note.code}): ${note.message}`);
    case 'certificate-expired':
      return log.warn(
        data,
        `The certificate of ${note.deviceId} ended at ${formatInstant(note.notAfter)}; the device can never check in again with it.`,
      );
    case 'record-removed':
      return log.info(data, `The record of ${note.deviceId} was removed (${note.why}).`);
    case 'command-queued':
    case 'command-delivered':
    case 'command-postponed':
      return log.info(data, `${note.action} for ${note.deviceId}: ${kind.slice('command-'.length)}`);
    case 'command-finished':
      return log.info(data, `${note.action} for ${note.deviceId}: ${note.status}`);
    case 'compliance-changed':
      return log.info(data, `Compliance of ${note.deviceId}: ${note.from} → ${note.to}`);
    case 'noncompliance-action':
      return log.info(
        data,
        `${note.action} for noncompliance of ${note.deviceId}, of ${formatInstant(note.dueAt)}: ${note.outcome}${note.why === null ? '' : ` (${note.why})`}`,
      );
    case 'mail-failed':
    case 'mail-not-sent':
      return log.warn(data, `Mail ${note.mailId} ${kind === 'mail-failed' ? 'failed' : 'was not sent'}: ${note.why}`);
    case 'mail-queued':
    case 'mail-sent':
    case 'mail-postponed':
      return log.info(data, `Mail ${note.mailId}: ${kind.slice('mail-'.length)}${note.why === null ? '' : ` (${note.why})`}`);
    default:
      return log.info(data, `${kind}: ${note.deviceId}`);
  }
}
