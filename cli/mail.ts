/** `mockfleet mail`: what a stub's tenant and its people have sent. No mail ever leaves the stub. */
import type { Argv, CommandModule } from 'yargs';
import { plainTable } from '../simulator/report/plain-table.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import { type ConnectionArguments, connect, connectionOptions } from './connection.ts';
import { listOf } from './http.ts';

interface Mail {
  at: string;
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  contentType: 'text' | 'html';
  body: string;
}

type MailArguments = ConnectionArguments & { to: string | undefined };

export const mailCommand: CommandModule<object, MailArguments> = {
  command: 'mail',
  describe: 'What the tenant of a running stub has sent, newest first; no mail leaves the stub',
  builder: (yargs) =>
    connectionOptions(
      yargs
        .option('to', { type: 'string', requiresArg: true, describe: 'Only what this address got' })
        .example('$0 mail --to adele@contoso.example --json', 'with the whole text of each'),
    ) as Argv<MailArguments>,
  async handler(args) {
    const mails = await listOf<Mail>(await connect(args), '/mockfleet/mail');
    const wanted = args.to?.toLowerCase();
    const found = mails.filter(
      ({ to, cc, bcc }) => wanted === undefined || [...to, ...cc, ...bcc].some((address) => address.toLowerCase() === wanted),
    );
    if (args.json) return void process.stdout.write(`${JSON.stringify(found)}\n`);
    if (found.length === 0) return void process.stdout.write('No mail.\n');
    const rows = found.map(({ at, from, to, subject }) => [at, from, to.join(', '), subject].map(printable));
    process.stdout.write(`${plainTable(rows).join('\n')}\n`);
  },
};
