/** The way to a mail server: a few connections at a time, each for as many mails as wait. */
import { secondMs } from '../../runtime/duration.ts';
import { serviceAddress } from '../core/compliance/noncompliance-mail.ts';
import type { MailOutcome, MailRecord } from '../core/directory-records.ts';
import { isMailAddress } from '../core/mail/mail-address.ts';
import type { Mailer } from '../stub.ts';
import { SmtpLine } from './smtp-line.ts';
import { smtpMessage } from './smtp-message.ts';
import type { SmtpServerAddress } from './smtp-server-address.ts';

const linesMax = 4;
const silenceMsMaxDefault = 30 * secondMs;

export interface SmtpMailerOptions {
  server: SmtpServerAddress;
  /** In place of the service's own address, which many servers let nobody use. */
  sender: string | undefined;
  /** How long a server may say nothing, in real ms. */
  silenceMsMax?: number;
}

export interface SmtpMailer extends Mailer {
  /** Breaks off what is under way: it is tried again by the next stub. */
  close(): void;
}

const stopping: MailOutcome = { kind: 'later', error: 'The stub was stopped.' };

export function createSmtpMailer({ server, sender, silenceMsMax = silenceMsMaxDefault }: SmtpMailerOptions): SmtpMailer {
  const open = new Set<SmtpLine>();
  const waiting: { mail: MailRecord; answer: (outcome: MailOutcome) => void }[] = [];
  let workers = 0;
  let closed = false;

  function openLine(): SmtpLine {
    const line: SmtpLine = new SmtpLine(server, silenceMsMax, () => open.delete(line));
    open.add(line);
    return line;
  }

  /** Sends what waits, until nothing does. */
  async function work(): Promise<void> {
    workers += 1;
    let line: SmtpLine | null = null;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { mail, answer } = next;
      const from = mail.from === serviceAddress && sender !== undefined ? sender : mail.from;
      if (!isMailAddress(from)) {
        answer({ kind: 'never', error: 'Its sender is no address that mail can come from.' });
        continue;
      }
      const message = await smtpMessage(mail, from);
      if (closed) {
        answer(stopping);
        continue;
      }
      if (line === null || !line.isGood) line = openLine();
      const unready = await line.ready;
      if (unready !== null) {
        // Nobody is there: that is so for all of them.
        for (const one of [next, ...waiting.splice(0)]) one.answer(unready);
        continue;
      }
      answer(await line.deliver(from, mail.pending, message));
      if (!line.isGood) line.close();
    }
    if (line?.isGood === true) line.quit();
    workers -= 1;
  }

  return {
    send: (mail) =>
      new Promise((answer) => {
        if (closed) return answer(stopping);
        waiting.push({ mail, answer });
        if (workers < linesMax) void work();
      }),
    close() {
      closed = true;
      for (const line of open) line.close();
      for (const { answer } of waiting.splice(0)) answer(stopping);
    },
  };
}
