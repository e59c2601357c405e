/** The stub's own mailbox on a port: a mail server that takes whatever any program of this machine sends to it, and sends nothing on. */
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { secondMs } from '../../runtime/duration.ts';
import type { Log } from '../../runtime/log.ts';
import type { ReceivedMail } from '../core/directory-records.ts';
import type { MailFaults } from './mail-faults.ts';
import { readReceivedMail } from './received-mail.ts';
import { smtpUrl } from './smtp-server-address.ts';

/** As Exchange Online does by default. */
const mailBytesMax = 25 * 1024 * 1024;
/** Reading a mail costs some hundred bytes for each: 25 MB of pictures have less, 25 MB of nothing but line breaks would take all memory. */
const mailLinesMax = 500_000;
const connectionsMax = 100;
const silenceMsMax = 60 * secondMs;
/** Nobody but this machine: it asks for no login. */
const host = '127.0.0.1';

export interface SmtpMailboxOptions {
  /** 0: a free one. */
  port: number;
  /** Keeps it; what it throws is answered as a fault of ours. */
  receive: (mail: Omit<ReceivedMail, 'id' | 'at'>) => ReceivedMail;
  faults: MailFaults;
  log: Log;
}

export interface SmtpMailbox {
  readonly port: number;
  /** `smtp://127.0.0.1:PORT` */
  readonly url: string;
  /** Breaks off whoever is sending; they try again. */
  close(): Promise<void>;
}

/** @throws Error (rejects) with what the system says: the port is taken */
export async function openSmtpMailbox({ port, receive, faults, log }: SmtpMailboxOptions): Promise<SmtpMailbox> {
  const answering = (answer: string | null) => (answer === null ? null : smtpError(answer));
  const server = new SMTPServer({
    name: 'mockfleet.example',
    banner: 'mockfleet, everything arrives',
    size: mailBytesMax,
    maxClients: connectionsMax,
    socketTimeout: silenceMsMax,
    // Whoever still sends when the stub stops tries again.
    closeTimeout: 1,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS'],
    // Programs that were told a login may use it: any is right.
    authOptional: true,
    allowInsecureAuth: true,
    onAuth: (_auth, _session, callback) => callback(null, { user: 'anybody' }),
    logger: false,
    onConnect: (_session, callback) => callback(answering(faults.ofConnection())),
    onMailFrom: (_address, _session, callback) => callback(answering(faults.ofMail())),
    onRcptTo: ({ address }, _session, callback) => callback(answering(faults.ofRecipient(address))),
    onData: (stream, session, callback) => {
      take(stream, session).then(
        ({ id }) => {
          if (faults.losesAnswer()) return breakOff(server, session);
          callback(null, `kept as ${id}`);
        },
        (error: Error) => {
          if (!('responseCode' in error)) log.error({ event: 'mailbox-failed', error: error.stack }, 'A mail that came could not be kept.');
          callback(error);
        },
      );
    },
  });

  async function take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<ReceivedMail> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) if (!stream.sizeExceeded) chunks.push(chunk);
    if (stream.sizeExceeded) throw smtpError(`552 5.3.4 A mail has at most ${mailBytesMax} bytes here.`);
    const raw = Buffer.concat(chunks);
    if (linesOf(raw) > mailLinesMax) throw smtpError(`552 5.3.4 A mail has at most ${mailLinesMax} lines here.`);
    const { mailFrom, rcptTo } = session.envelope;
    const from = mailFrom === false ? '' : mailFrom.address;
    const mail = await readReceivedMail(
      raw,
      from,
      rcptTo.map(({ address }) => address),
    ).catch((error: Error) => {
      throw smtpError(`554 5.6.0 The mail cannot be read (${error.message}).`);
    });
    return receive(mail);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', (error: Error) =>
    log.warn({ event: 'mailbox-connection-failed', error: error.message }, 'A connection to the mailbox failed.'),
  );
  const { port: actual } = server.server.address() as AddressInfo;
  return {
    port: actual,
    url: smtpUrl({ host, port: actual, isSecure: false }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function linesOf(raw: Buffer): number {
  let lines = 1;
  for (let at = raw.indexOf('\n'); at >= 0; at = raw.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** Without a word. */
function breakOff(server: SMTPServer, session: SMTPServerSession): void {
  for (const connection of server.connections) if (connection.id === session.id) connection.close();
}

function smtpError(answer: string): Error & { responseCode: number } {
  return Object.assign(new Error(answer.slice(4) || 'No.'), { responseCode: Number(answer.slice(0, 3)) });
}
