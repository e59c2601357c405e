/** The mails of `mockfleet serve`: through a server that is named, or into a mailbox of the stub's own; either way over SMTP. */
import type { Log } from '../runtime/log.ts';
import { isMailAddress } from '../server-stub/core/mail/mail-address.ts';
import { MailFaults } from '../server-stub/mail/mail-faults.ts';
import { openSmtpMailbox, type SmtpMailboxOptions } from '../server-stub/mail/smtp-mailbox.ts';
import { createSmtpMailer, type SmtpMailer } from '../server-stub/mail/smtp-mailer.ts';
import { readSmtpServerAddress, type SmtpServerAddress, smtpUrl } from '../server-stub/mail/smtp-server-address.ts';
import { CommandError, wholeNumber, wrongUse } from './errors.ts';

export interface MailArguments {
  smtp: string | undefined;
  'smtp-from': string | undefined;
  'mailbox-port': number | undefined;
}

export interface Mail {
  mailer: SmtpMailer;
  faults: MailFaults;
  /** Where the tenant's mails go, without a login. */
  url: string;
  close(): Promise<void>;
}

/** @throws CommandError `wrong-use` */
export function mustFitMail(args: MailArguments): void {
  namedServer(args);
  const { 'mailbox-port': port, 'smtp-from': from } = args;
  if (port !== undefined) wholeNumber('mailbox-port', port, 0, 65_535);
  if (from !== undefined && !isMailAddress(from)) throw wrongUse('--smtp-from takes an address, such as intune@contoso.example.');
}

/** @throws CommandError `wrong-use`; nothing of the address is repeated: a password may be in it */
function namedServer({ smtp }: MailArguments): SmtpServerAddress | null {
  const text = smtp ?? process.env.MOCKFLEET_SMTP;
  if (text === undefined || text === '') return null;
  const server = readSmtpServerAddress(text);
  if (typeof server === 'string') throw wrongUse(`--smtp (or MOCKFLEET_SMTP) names a mail server: ${server}.`);
  return server;
}

/** @throws CommandError (rejects) `address-unavailable` */
export async function openMail(args: MailArguments, { log, receive }: Pick<SmtpMailboxOptions, 'receive'> & { log: Log }): Promise<Mail> {
  const faults = new MailFaults();
  const named = namedServer(args);
  const port = args['mailbox-port'];
  const mailbox = named !== null && port === undefined ? null : await openMailbox({ port: port ?? 0, receive, faults, log });
  const server = named ?? (readSmtpServerAddress(mailbox?.url ?? '') as SmtpServerAddress);
  const mailer = createSmtpMailer({ server, sender: args['smtp-from'] });
  return {
    mailer,
    faults,
    url: smtpUrl(server),
    async close() {
      mailer.close();
      await mailbox?.close();
    },
  };
}

async function openMailbox(options: SmtpMailboxOptions): ReturnType<typeof openSmtpMailbox> {
  try {
    return await openSmtpMailbox(options);
  } catch (error) {
    throw new CommandError(
      'address-unavailable',
      `127.0.0.1:${options.port} cannot be listened on for mail (${(error as Error).message}). Choose another --mailbox-port; 0 picks a free one.`,
    );
  }
}
