/** A real mail server of a test: it answers what the test says, and keeps what it took in, parsed. */
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { readSmtpServerAddress, type SmtpServerAddress } from '../../server-stub/mail/smtp-server-address.ts';

export interface TakenMail {
  from: string;
  /** Of the envelope. */
  recipients: string[];
  raw: string;
  mail: Email;
}

export class MailServer {
  readonly taken: TakenMail[] = [];
  /** By address; an SMTP answer. */
  readonly refusals = new Map<string, string>();
  /** To the next mails, as a whole. */
  readonly answers: string[] = [];
  /** After it took a mail in: `answer` says so, `silence` says nothing, `break` breaks off. */
  end: 'answer' | 'silence' | 'break' = 'answer';
  connections = 0;
  /** At one time. */
  connectionsMost = 0;
  readonly #server: SMTPServer;

  constructor(options: SMTPServerOptions = {}) {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 1,
      ...options,
      onConnect: (_session, callback) => {
        this.connections += 1;
        this.connectionsMost = Math.max(this.connectionsMost, this.#server.connections.size);
        callback();
      },
      onMailFrom: (_address, _session, callback) => {
        const answer = this.answers.shift();
        callback(answer === undefined ? null : smtpError(answer));
      },
      onRcptTo: ({ address }, _session, callback) => {
        const answer = this.refusals.get(address);
        callback(answer === undefined ? null : smtpError(answer));
      },
      onData: (stream, { id, envelope }, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const raw = Buffer.concat(chunks);
          void PostalMime.parse(raw).then((mail) => {
            const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
            this.taken.push({ from, recipients: envelope.rcptTo.map(({ address }) => address), raw: raw.toString(), mail });
            if (this.end === 'answer') callback(null);
            else if (this.end === 'break') for (const one of this.#server.connections) if (one.id === id) one.close();
          });
        });
      },
    });
    // Clients that break off are what some tests are about.
    this.#server.on('error', () => {});
  }

  /** @param port 0: a free one */
  async open(port = 0): Promise<this> {
    await new Promise<void>((resolve) => void this.#server.listen(port, '127.0.0.1', () => resolve()));
    return this;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** As a mailer wants it. */
  get address(): SmtpServerAddress {
    return readSmtpServerAddress(this.url) as SmtpServerAddress;
  }

  get newest(): TakenMail {
    const newest = this.taken.at(-1);
    if (newest === undefined) throw new Error('No mail has come.');
    return newest;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

/** The addresses in a header, as they are read by a mail program. */
export function addressesOf(list: Email['to']): string[] {
  return (list ?? []).flatMap(({ address, group }) => (group === undefined ? [address ?? ''] : addressesOf(group)));
}

function smtpError(answer: string): Error & { responseCode: number } {
  return Object.assign(new Error(answer.slice(4)), { responseCode: Number(answer.slice(0, 3)) });
}
