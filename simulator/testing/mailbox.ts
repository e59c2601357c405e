/** What the tenant, or somebody in it, has sent. Nothing of it leaves the test. */
import type { MailRecord } from '../../server-stub/core/directory-records.ts';

/** What a mail is looked for by: every member that is there. Addresses without regard to case. */
export interface MailSearch {
  /** One of its recipients, copies included. */
  to?: string;
  from?: string;
  /** The whole subject, or what it has to match. */
  subject?: string | RegExp;
}

/** Oldest first: the newest one is the last. */
export class Mailbox implements Iterable<MailRecord> {
  readonly #mails: () => Iterable<MailRecord>;
  /** How many of the oldest were cleared away. */
  #cleared = 0;

  /** @param newestFirst all that were ever sent */
  constructor(newestFirst: () => Iterable<MailRecord>) {
    this.#mails = newestFirst;
  }

  get length(): number {
    return this.all().length;
  }

  /** Negative: from the newest one. */
  at(place: number): MailRecord | undefined {
    return this.all().at(place);
  }

  all(): MailRecord[] {
    return [...this.#mails()].reverse().slice(this.#cleared);
  }

  /** Those that fit, oldest first. */
  filter(search: MailSearch): MailRecord[] {
    return this.all().filter((mail) => fits(mail, search));
  }

  /** The newest one that fits. */
  find(search: MailSearch): MailRecord | undefined {
    return this.filter(search).at(-1);
  }

  /** Empties it; what is sent from now on comes in. */
  clear(): void {
    this.#cleared = [...this.#mails()].length;
  }

  [Symbol.iterator](): Iterator<MailRecord> {
    return this.all()[Symbol.iterator]();
  }
}

function fits(mail: MailRecord, { to, from, subject }: MailSearch): boolean {
  const is = (address: string, wanted: string) => address.toLowerCase() === wanted.toLowerCase();
  if (to !== undefined && ![...mail.to, ...mail.cc, ...mail.bcc].some((address) => is(address, to))) return false;
  if (from !== undefined && !is(mail.from, from)) return false;
  if (subject === undefined) return true;
  return typeof subject === 'string' ? mail.subject === subject : subject.test(mail.subject);
}
