/** One connection to a mail server: what it says about a mail and about each address, as an outcome. Nothing here rejects. */
import { domainToASCII } from 'node:url';
import type { NodemailerError } from 'nodemailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { minuteMs, secondMs } from '../../runtime/duration.ts';
import type { MailOutcome } from '../core/directory-records.ts';
import { headerText } from '../core/mail/mail-address.ts';
import type { SmtpServerAddress } from './smtp-server-address.ts';

const connectMsMax = 15 * secondMs;
/** For one mail, even of a server that says something now and then. */
const mailMsMax = 5 * minuteMs;
/** Of a server's words. */
const wordsMax = 300;

export class SmtpLine {
  /** null: it is ready for mails; else what that means for whoever wanted to send one. */
  readonly ready: Promise<MailOutcome | null>;
  /** Whether another mail can go over it. */
  isGood = true;
  readonly #connection: SMTPConnection;
  /** Whoever waits for an answer: the first one counts. */
  #answer: (outcome: MailOutcome | null) => void = () => {};

  /** @param onEnd it is closed, by either side */
  constructor(server: SmtpServerAddress, silenceMsMax: number, onEnd: () => void) {
    this.#connection = new SMTPConnection(connectionOptions(server, silenceMsMax));
    this.#connection.on('error', (error: NodemailerError) => this.#broken(unreachable(error)));
    this.#connection.once('end', () => {
      // It may have said why (421), to a command whose answer never came.
      const last = String(this.#connection.lastServerResponse || '');
      this.#broken({ kind: 'later', error: /^[45]\d\d/.test(last) ? words(last) : 'The mail server closed the connection.' });
      onEnd();
    });
    this.ready = this.#asked((answer) =>
      this.#connection.connect((error) => {
        if (error !== undefined) return answer(unreachable(error));
        if (server.login === null) return answer(null);
        const { user, password: pass } = server.login;
        this.#connection.login({ user, pass, credentials: { user, pass } }, (fault) => answer(fault === null ? null : unreachable(fault)));
      }),
    );
  }

  /** One attempt; when `ready` has said null, and one after the other. */
  async deliver(from: string, pending: readonly string[], message: Buffer): Promise<MailOutcome> {
    const recipients = new Map(pending.map((address) => [address, inEnvelope(address)]));
    // A domain may be written in two ways: its mailbox gets one copy.
    const envelope = { from: inEnvelope(from), to: [...new Set(recipients.values())], size: message.length };
    const outcome = await this.#asked((answer) =>
      this.#connection.send(envelope, message, (error, info) => {
        // Whatever was refused may have left the server in the middle of something.
        if (error !== null) this.isGood = false;
        answer(error === null ? answered(info?.rejectedErrors ?? [], recipients) : refused(error, recipients));
      }),
    );
    return outcome ?? { kind: 'later', error: 'No answer.' };
  }

  /** Takes leave. */
  quit(): void {
    this.isGood = false;
    this.#connection.quit();
  }

  /** At once. */
  close(): void {
    this.#broken({ kind: 'later', error: 'The connection was closed.' });
  }

  #broken(outcome: MailOutcome): void {
    this.isGood = false;
    this.#answer(outcome);
    this.#connection.close();
  }

  #asked(ask: (answer: (outcome: MailOutcome | null) => void) => void): Promise<MailOutcome | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#broken({ kind: 'later', error: 'The mail server took too long.' }), mailMsMax);
      this.#answer = (outcome) => {
        clearTimeout(timer);
        this.#answer = () => {};
        resolve(outcome);
      };
      ask((outcome) => this.#answer(outcome));
    });
  }
}

function connectionOptions({ host, port, isSecure, needsTls, trustsAny }: SmtpServerAddress, silenceMsMax: number) {
  const connectMs = Math.min(connectMsMax, silenceMsMax);
  return {
    host,
    port,
    secure: isSecure,
    requireTLS: needsTls,
    name: 'mockfleet.example',
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    dnsTimeout: connectMs,
    socketTimeout: silenceMsMax,
    // A server that does not take leave must not keep the process.
    socketCloseTimeout: secondMs,
    logger: false,
    tls: { rejectUnauthorized: !trustsAny },
  };
}

/** The domain as servers read it. */
function inEnvelope(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  return `${address.slice(0, at)}@${domainToASCII(domain) || domain}`;
}

/** No connection, no greeting, no TLS, no login: that may change, whatever the number. */
function unreachable(error: NodemailerError): MailOutcome {
  return { kind: 'later', error: wordsOf(error) };
}

/** @param recipients each address, and how it is written in the envelope */
function refused(error: NodemailerError, recipients: ReadonlyMap<string, string>): MailOutcome {
  // Every address by itself.
  if (error.rejectedErrors !== undefined && error.rejectedErrors.length > 0) return answered(error.rejectedErrors, recipients);
  const isForGood = error.command === 'API' || isPermanent(error);
  return { kind: isForGood ? 'never' : 'later', error: wordsOf(error) };
}

function answered(rejected: readonly NodemailerError[], recipients: ReadonlyMap<string, string>): MailOutcome {
  const answers = [...recipients].flatMap(([address, written]) => {
    const error = rejected.find(({ recipient }) => recipient === written);
    return error === undefined ? [] : [{ address, response: wordsOf(error), isForGood: isPermanent(error) }];
  });
  const named = new Set(answers.map(({ address }) => address));
  const some = (isForGood: boolean) =>
    answers.filter((answer) => answer.isForGood === isForGood).map(({ address, response }) => ({ address, response }));
  return {
    kind: 'answered',
    accepted: [...recipients.keys()].filter((address) => !named.has(address)),
    refused: some(true),
    later: some(false),
  };
}

/** Of the connection, not of the mail. */
const badSequence = 503;

/** 5xx, said in answer to the mail itself. */
function isPermanent({ responseCode = 0 }: NodemailerError): boolean {
  return responseCode >= 500 && responseCode < 600 && responseCode !== badSequence;
}

/** The server's own, or what the system says. */
function wordsOf({ response, message }: NodemailerError): string {
  return words(response ?? message);
}

function words(text: string): string {
  return headerText(text).slice(0, wordsMax);
}
