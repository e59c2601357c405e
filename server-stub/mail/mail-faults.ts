/** What the stub's own mailbox refuses, so that tests can see what becomes of a mail that does not arrive. Off until somebody asks for it. */
import { z } from 'zod';
import { wrongField } from '../wrong-field.ts';

const countMax = 1_000_000;
const answerDefault = '451 4.3.0 Not now, as you asked.';

const next = z.strictObject({
  next: z.int().min(0).max(countMax),
  answer: z
    .string()
    .regex(/^[45]\d\d(?: [\x20-\x7e]{0,200})?$/, 'an answer of SMTP: 400 to 599, then a sentence in ASCII')
    .optional(),
  to: z.string().min(3).max(254).optional(),
});
const lost = z.strictObject({ lost: z.int().min(0).max(countMax) });
const down = z.strictObject({ down: z.boolean() });
const off = z.strictObject({ off: z.literal(true) });
const changes = { next, lost, down, off };

/**
 * `next`: refuses so many mails, or with `to` so many times this address alone; `lost`: takes so many in and breaks off before it says so;
 * `down`: lets nobody in.
 */
export type MailFaultChange = z.infer<typeof next> | z.infer<typeof lost> | z.infer<typeof down> | z.infer<typeof off>;

export interface MailFaultState {
  down: boolean;
  next: number;
  answer: string;
  to: string | null;
  lost: number;
}

const allowed =
  'Send one of {"next":3,"answer":"451 4.3.0 Try again"}, the same with "to":"adele@contoso.example" for one address, {"lost":1}, {"down":true}, {"down":false}, {"off":true}.';

/** What is wrong with a change, and what is allowed; undefined: nothing, it is a MailFaultChange. */
export function wrongMailFault(change: unknown): string | undefined {
  const isObject = typeof change === 'object' && change !== null;
  const meant = Object.entries(changes).find(([name]) => isObject && name in change);
  const { error } = (meant?.[1] ?? next).safeParse(change);
  return error === undefined ? undefined : `${allowed} ${wrongField(change, error)}`;
}

const none: MailFaultState = { down: false, next: 0, answer: answerDefault, to: null, lost: 0 };

export class MailFaults {
  #state = none;

  show(): MailFaultState {
    return { ...this.#state };
  }

  set(change: MailFaultChange): void {
    if ('off' in change) this.#state = none;
    else if ('down' in change) this.#state = { ...this.#state, down: change.down };
    else if ('lost' in change) this.#state = { ...this.#state, lost: change.lost };
    else this.#state = { ...this.#state, next: change.next, answer: change.answer ?? answerDefault, to: change.to ?? null };
  }

  /** The answer to whoever connects; null: welcome. */
  ofConnection(): string | null {
    return this.#state.down ? '421 4.3.2 Down, as you asked.' : null;
  }

  /** The answer to the next mail; null: it may come. Each counts. */
  ofMail(): string | null {
    return this.#state.to === null ? this.#taken() : null;
  }

  /** The answer to an address of the mail that comes; null: it is fine. */
  ofRecipient(address: string): string | null {
    return this.#state.to?.toLowerCase() === address.toLowerCase() ? this.#taken() : null;
  }

  /** Whether the mail that was taken in is never answered. */
  losesAnswer(): boolean {
    const { lost: left } = this.#state;
    if (left > 0) this.#state = { ...this.#state, lost: left - 1 };
    return left > 0;
  }

  #taken(): string | null {
    const { next: left, answer } = this.#state;
    if (left > 0) this.#state = { ...this.#state, next: left - 1 };
    return left > 0 ? answer : null;
  }
}
