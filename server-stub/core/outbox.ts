/**
 * What the tenant sends. A mail is written down before anybody tries to send it, and tried until every address has an answer or its time is
 * over. Retries go by the stub's clock: a frozen tenant sends nothing twice. An attempt is counted, and the next one set, before it begins: should
 * the stub die in the middle of it, the mail is tried again under the same Message-ID, as any mail server would.
 */
import { dayMs, hourMs, minuteMs } from '../../runtime/duration.ts';
import { Random } from '../../runtime/random.ts';
import type { MailDraft, MailOutcome, MailRecord } from './directory-records.ts';
import type { ServerNote, ServerOut } from './effects.ts';
import { distinctAddresses, headerText, isMailAddress } from './mail/mail-address.ts';
import { newId } from './new-id.ts';
import type { Core } from './sessions.ts';

/** Between attempts, as mail servers wait (RFC 5321 §4.5.4.1); the last one again and again. */
const waitsMs = [minuteMs, 5 * minuteMs, 15 * minuteMs, hourMs, 4 * hourMs];
/** After this time a mail is tried a last time, and then given up (RFC 5321 §4.5.4.1: four to five days). */
const triedForMs = 5 * dayMs;

const nobody = 'Nobody whom it is for has a mailbox.';
const notAnAddress = 'This is no address that mail can be sent to.';

type Refused = MailRecord['refused'][number];

/**
 * Takes it over.
 * @param dueAt its date
 * @param whyNot why it cannot be sent at all; null: it can
 */
export function queueMail(
  core: Core,
  draft: MailDraft,
  dueAt: number,
  now: number,
  out: ServerOut,
  whyNot: string | null = null,
): MailRecord {
  const id = newMailId(core, draft, dueAt);
  const asked = distinctAddresses([...draft.to, ...draft.cc, ...draft.bcc]);
  const pending = asked.filter(isMailAddress);
  const refused = asked.filter((address) => !isMailAddress(address)).map((address): Refused => ({ address, response: notAnAddress }));
  const error = whyNot ?? (asked.length === 0 ? nobody : pending.length === 0 ? notAnAddress : null);
  const queued: MailRecord = {
    ...draft,
    subject: headerText(draft.subject),
    id,
    at: dueAt,
    messageId: `${id}@mockfleet.example`,
    queuedAt: now,
    state: 'queued',
    attempts: 0,
    nextAttemptAt: now,
    pending,
    refused,
    finishedAt: null,
    error,
  };
  const mail = error === null ? queued : ended(queued, 'not-sent', error, now);
  core.store.saveMail(mail);
  if (error === null) core.store.setTimer(id, 'mail', now);
  tell(mail, error === null ? 'mail-queued' : 'mail-not-sent', error, out);
  return mail;
}

/** One about a device depends on nothing that happens to others: a fleet that is lived in parts has the same ones. */
function newMailId(core: Core, { about }: MailDraft, dueAt: number): string {
  if (about === undefined) return newId(core, 'mail');
  const { deviceId, policyId, actionId } = about;
  for (let count = 1; ; count++) {
    const id = new Random(`${core.settings.seed}/mail/${deviceId}/${policyId}/${actionId}/${dueAt}/${count}`).guid();
    if (core.store.mail(id) === undefined) return id;
  }
}

/** The timer `mail` has come: it is tried (again), unless an attempt is under way. */
export function mailDue(core: Core, mailId: string, now: number, out: ServerOut): void {
  const mail = core.store.mail(mailId);
  if (mail === undefined || mail.state !== 'queued') return;
  const nextAttemptAt = nextAfter(mail, now);
  core.store.setTimer(mailId, 'mail', nextAttemptAt);
  // A server that takes longer than a wait: its answer counts.
  if (core.mailing.has(mailId)) return;
  const tried: MailRecord = { ...mail, attempts: mail.attempts + 1, nextAttemptAt };
  core.mailing.add(mailId);
  core.store.saveMail(tried);
  out.sendMail(tried);
}

/** Of an attempt that begins or ends now. Past the mail's time it is only reached by a stub that died in the last attempt. */
function nextAfter({ attempts, queuedAt }: MailRecord, now: number): number {
  const next = now + (waitsMs[Math.min(attempts, waitsMs.length - 1)] as number);
  const last = queuedAt + triedForMs;
  return now < last ? Math.min(next, last) : next;
}

/** What came of an attempt. */
export function mailTried(core: Core, mailId: string, outcome: MailOutcome, now: number, out: ServerOut): void {
  core.mailing.delete(mailId);
  const before = core.store.mail(mailId);
  if (before === undefined || before.state !== 'queued') return;
  const mail = answered(before, outcome);
  if (mail.pending.length === 0) return finish(core, mail, now, out);
  if (now >= mail.queuedAt + triedForMs) {
    const responses = mail.pending.map((address): Refused => ({ address, response: mail.error ?? 'No answer.' }));
    return finish(core, { ...mail, pending: [], refused: [...mail.refused, ...responses] }, now, out);
  }
  // The attempt that has just ended is counted already.
  const nextAttemptAt = nextAfter({ ...mail, attempts: mail.attempts - 1 }, now);
  core.store.saveMail({ ...mail, nextAttemptAt });
  core.store.setTimer(mailId, 'mail', nextAttemptAt);
  tell(mail, 'mail-postponed', briefly(mail.error), out);
}

/** What is known of each address now. */
function answered(mail: MailRecord, outcome: MailOutcome): MailRecord {
  if (outcome.kind === 'later') return { ...mail, error: outcome.error };
  if (outcome.kind === 'never') {
    const all = mail.pending.map((address): Refused => ({ address, response: outcome.error }));
    return { ...mail, pending: [], refused: [...mail.refused, ...all], error: outcome.error };
  }
  const done = new Set([...outcome.accepted, ...outcome.refused.map(({ address }) => address)]);
  const refused = [...mail.refused, ...outcome.refused];
  const error = outcome.later[0]?.response ?? refused[0]?.response ?? null;
  return { ...mail, pending: mail.pending.filter((address) => !done.has(address)), refused, error };
}

/** Every address has its answer: the mail is sent when one of them took it. */
function finish(core: Core, mail: MailRecord, now: number, out: ServerOut): void {
  const asked = distinctAddresses([...mail.to, ...mail.cc, ...mail.bcc]);
  const state = mail.refused.length < asked.length ? 'sent' : 'failed';
  const end = ended(mail, state, mail.error, now);
  core.store.saveMail(end);
  core.store.setTimer(mail.id, 'mail', null);
  tell(end, state === 'sent' ? 'mail-sent' : 'mail-failed', briefly(end.error), out);
}

/** Its pictures are in whatever was delivered; a tenant that mails for years does not keep them a thousand times. */
function ended(mail: MailRecord, state: MailRecord['state'], error: string | null, now: number): MailRecord {
  const kept = mail.pictures === undefined ? mail : withoutPictures(mail);
  return { ...kept, state, nextAttemptAt: null, pending: [], finishedAt: now, error };
}

function withoutPictures({ pictures: _, ...mail }: MailRecord): MailRecord {
  return mail;
}

/** A server's words name people: logs get the number that they begin with. */
function briefly(error: string | null): string | null {
  if (error === null) return null;
  return /^\d{3}(?= |$)/.exec(error)?.[0] ?? 'no answer';
}

type MailNote = Extract<ServerNote, { mailId: string }>;

function tell(mail: MailRecord, kind: MailNote['kind'], why: string | null, out: ServerOut): void {
  out.note({ kind, deviceId: mail.about?.deviceId ?? null, mailId: mail.id, why });
}
