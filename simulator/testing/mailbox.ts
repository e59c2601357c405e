/** Where mails of a tenant in a test arrive. Nothing of it leaves the test. */
import type { MailRecord } from '../../server-stub/core/directory-records.ts';
import { type MailFaultChange, type MailFaults, wrongMailFault } from '../../server-stub/mail/mail-faults.ts';
import { type ArrivedMail, arrivedMail, isTo } from '../../server-stub/mail/mail-view.ts';
import { receive, takeIn } from '../../server-stub/mail/own-mailbox.ts';
import type { Engine } from './engine.ts';
import { TenantError } from './errors.ts';

/** What a mail is looked for by: every member that is there. Addresses without regard to case. */
export interface MailSearch {
  /** One of its recipients, copies included. */
  to?: string;
  from?: string;
  /** The whole subject, or what it has to match. */
  subject?: string | RegExp;
}

/** Oldest first: the newest one is the last. */
export class Mailbox implements Iterable<ArrivedMail> {
  readonly #engine: Engine;
  readonly #faults: MailFaults;

  constructor(engine: Engine, faults: MailFaults) {
    this.#engine = engine;
    this.#faults = faults;
  }

  get length(): number {
    return this.all().length;
  }

  /** Negative: from the newest one. */
  at(place: number): ArrivedMail | undefined {
    return this.all().at(place);
  }

  all(): ArrivedMail[] {
    return [...this.#engine.tenant().receivedMails()].reverse().map(arrivedMail);
  }

  /** Those that fit, oldest first. */
  filter(search: MailSearch): ArrivedMail[] {
    return this.all().filter((mail) => fits(mail, search));
  }

  /** The newest one that fits. */
  find(search: MailSearch): ArrivedMail | undefined {
    return this.filter(search).at(-1);
  }

  /** What the tenant sends, oldest first: with its state, its attempts, and why nobody got it. */
  outbox(): MailRecord[] {
    return [...this.#engine.tenant().mails()].reverse();
  }

  /** Lets it refuse mails: `{ next: 3, answer: '451 4.3.0 Try again' }`, `{ down: true }`, `{ off: true }`. @throws TenantError `mail-fault-invalid` */
  fail(change: MailFaultChange): void {
    this.#engine.mustBeOpen();
    const wrong = wrongMailFault(change);
    if (wrong !== undefined) throw new TenantError('mail-fault-invalid', wrong);
    this.#faults.set(change);
  }

  /** Empties it; what is sent from now on comes in. */
  clear(): void {
    this.#engine.do((machines) => machines.tenant().clearReceivedMails());
  }

  [Symbol.iterator](): Iterator<ArrivedMail> {
    return this.all()[Symbol.iterator]();
  }
}

/** From now on mails arrive there; what was sent before (a scenario was lived up to here) has arrived already. */
export function openMailbox(engine: Engine, faults: MailFaults): Mailbox {
  const { machines } = engine;
  const sent = [...machines.tenant().mails()].filter(({ state }) => state === 'sent');
  for (const mail of sent.reverse()) receive(machines.tenant(), mail, [...mail.to, ...mail.cc, ...mail.bcc]);
  machines.takeMail = (mail) => takeIn(machines.tenant(), mail, faults);
  return new Mailbox(engine, faults);
}

function fits(mail: ArrivedMail, { to, from, subject }: MailSearch): boolean {
  if (to !== undefined && !isTo(mail, to)) return false;
  if (from !== undefined && mail.from.toLowerCase() !== from.toLowerCase()) return false;
  if (subject === undefined) return true;
  return typeof subject === 'string' ? mail.subject === subject : subject.test(mail.subject);
}
