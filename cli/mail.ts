/** `mockfleet mail`: what arrived in a stub's own mailbox, what its tenant sends and how that stands, and a mailbox that refuses. */
import type { Argv, CommandModule } from 'yargs';
import { plainTable } from '../simulator/report/plain-table.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import { type ConnectionArguments, connect, connectionOptions } from './connection.ts';
import { CommandError, wrongUse } from './errors.ts';
import { callOrFail, listOf } from './http.ts';

interface Mail {
  id: string;
  at: string;
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  state: string | null;
}

interface ArrivedMail extends Mail {
  text: string | null;
  html: string | null;
  /** Base64. */
  raw: string | null;
}

interface OutgoingMail extends Mail {
  attempts: number;
  nextAttemptAt: string | null;
  error: string | null;
}

type SearchArguments = ConnectionArguments & { to: string | undefined; subject: string | undefined };

/** Words that a list is searched by, in its address. */
function queryOf(search: Record<string, string | undefined>): string {
  const words = Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]));
  return words.length === 0 ? '' : `?${words.join('&')}`;
}

function searchOptions<T>(yargs: Argv<T>): Argv<T & SearchArguments> {
  return connectionOptions(
    yargs
      .option('to', { type: 'string', requiresArg: true, describe: 'Only what this address gets' })
      .option('subject', { type: 'string', requiresArg: true, describe: 'Only those with this in their subject' }),
  ) as unknown as Argv<T & SearchArguments>;
}

const list: CommandModule<object, SearchArguments> = {
  command: ['list', '$0'],
  describe: 'Mails that arrived in the mailbox, newest first',
  builder: (yargs) => searchOptions(yargs).example('$0 mail --to adele@contoso.example --json', 'with the whole text of each'),
  async handler(args) {
    const stub = await connect(args);
    const mails = await listOf<Mail>(stub, `/mockfleet/mail${queryOf({ to: args.to, subject: args.subject })}`);
    if (args.json) return void process.stdout.write(`${JSON.stringify(mails)}\n`);
    if (mails.length === 0) {
      const queued = await listOf<OutgoingMail>(stub, '/mockfleet/outbox?state=queued');
      const hint = queued.length === 0 ? '' : ` Still to be sent: ${queued.length}, see \`mockfleet mail outbox\`.`;
      return void process.stdout.write(`No mail.${hint}\n`);
    }
    const rows = mails.map(({ id, at, from, to, cc, subject }) => [id, at, from, [...to, ...cc].join(', '), subject].map(printable));
    process.stdout.write(`${plainTable(rows).join('\n')}\n`);
  },
};

const outbox: CommandModule<object, SearchArguments & { only: string | undefined }> = {
  command: 'outbox',
  describe: 'Mails that the tenant sends, newest first: how each stands, and why',
  builder: (yargs) =>
    searchOptions(yargs).option('only', {
      choices: ['queued', 'sent', 'failed', 'not-sent'],
      describe: 'Only those in this state',
    }) as unknown as Argv<SearchArguments & { only: string | undefined }>,
  async handler(args) {
    const stub = await connect(args);
    const mails = await listOf<OutgoingMail>(stub, `/mockfleet/outbox${queryOf({ to: args.to, subject: args.subject, state: args.only })}`);
    if (args.json) return void process.stdout.write(`${JSON.stringify(mails)}\n`);
    if (mails.length === 0) return void process.stdout.write('Nothing was sent.\n');
    const rows = mails.map((mail) =>
      [mail.at, standing(mail), [...mail.to, ...mail.cc, ...mail.bcc].join(', '), mail.subject].map(printable),
    );
    process.stdout.write(`${plainTable(rows).join('\n')}\n`);
  },
};

function standing({ state, attempts, nextAttemptAt, error }: OutgoingMail): string {
  const after = attempts > 1 || (state === 'queued' && attempts > 0) ? `, ${attempts} attempts` : '';
  const next = nextAttemptAt === null || attempts === 0 ? '' : `, again at ${nextAttemptAt}`;
  return `${state}${after}${next}${error === null ? '' : ` (${error})`}`;
}

interface ShowArguments extends ConnectionArguments {
  id: string;
  html: boolean | undefined;
  text: boolean | undefined;
  raw: boolean | undefined;
}

const show: CommandModule<object, ShowArguments> = {
  command: 'show <id>',
  describe: 'One mail: who, when, and its text; or a part of it as it is',
  builder: (yargs) =>
    connectionOptions(
      yargs
        .positional('id', { type: 'string', demandOption: true, describe: 'As the list names it; its beginning is enough' })
        .option('html', { type: 'boolean', describe: 'Its HTML, pictures included' })
        .option('text', { type: 'boolean', describe: 'Its plain text' })
        .option('raw', { type: 'boolean', describe: 'As it came over the wire (message/rfc822)' })
        .conflicts({ html: ['text', 'raw'], text: ['html', 'raw'], raw: ['html', 'text'] })
        .example('$0 mail show 7f3a --html > mail.html', 'for a browser'),
    ) as unknown as Argv<ShowArguments>,
  async handler(args) {
    const stub = await connect(args);
    const mails = await listOf<Mail>(stub, '/mockfleet/mail');
    const found = mails.filter(({ id }) => id.startsWith(args.id.toLowerCase()));
    const [one] = found;
    if (one === undefined)
      throw new CommandError('mail-not-found', `No mail of the mailbox begins with ${args.id}: see \`mockfleet mail\`.`);
    if (found.length > 1) throw wrongUse(`${found.length} mails begin with ${args.id}: write more of the id.`);
    const mail = (await callOrFail(stub, 'GET', `/mockfleet/mail/${one.id}`)) as ArrivedMail;
    if (args.raw === true) return void process.stdout.write(Buffer.from(partOf(mail.raw, 'raw text: it was never on a wire'), 'base64'));
    if (args.html === true) return void process.stdout.write(partOf(mail.html, 'HTML'));
    if (args.text === true) return void process.stdout.write(partOf(mail.text, 'plain text'));
    if (args.json) return void process.stdout.write(`${JSON.stringify(mail)}\n`);
    const { from, to, cc, bcc, at, subject } = mail;
    const head = [
      ['From', from],
      ['To', to.join(', ')],
      ['Cc', cc.join(', ')],
      ['Bcc', bcc.join(', ')],
      ['Date', at],
      ['Subject', subject],
    ].filter(([, value]) => value !== '');
    const body = mail.text ?? mail.html ?? '';
    const lines = [...plainTable(head.map((row) => row.map(printable))), '', ...body.split('\n').map(printable)];
    process.stdout.write(`${lines.join('\n').trimEnd()}\n`);
  },
};

function partOf(part: string | null, name: string): string {
  if (part === null) throw new CommandError('mail-part-missing', `This mail has no ${name}.`);
  return part;
}

const clear: CommandModule<object, ConnectionArguments> = {
  command: 'clear',
  describe: 'Empty the mailbox',
  builder: connectionOptions,
  async handler(args) {
    await callOrFail(await connect(args), 'DELETE', '/mockfleet/mail');
    process.stdout.write(args.json ? '{"cleared":true}\n' : 'The mailbox is empty.\n');
  },
};

interface FailArguments extends ConnectionArguments {
  next: number | undefined;
  answer: string | undefined;
  only: string | undefined;
  lost: number | undefined;
  down: boolean | undefined;
  off: boolean | undefined;
}

const fail: CommandModule<object, FailArguments> = {
  command: 'fail',
  describe: 'Let the mailbox refuse mails, to see what the tenant makes of it',
  builder: (yargs) =>
    connectionOptions(
      yargs
        .option('next', { type: 'number', requiresArg: true, describe: 'So many mails' })
        .option('answer', { type: 'string', requiresArg: true, describe: 'With these words: "451 Try again", "550 No such user"' })
        .option('only', { type: 'string', requiresArg: true, describe: 'Not the mail, but this address of it' })
        .option('lost', { type: 'number', requiresArg: true, describe: 'Take so many in, and break off before saying so' })
        .option('down', { type: 'boolean', describe: 'Let nobody in; --no-down ends that' })
        .option('off', { type: 'boolean', describe: 'Refuse nothing any more' })
        .conflicts({ next: ['lost', 'down', 'off'], lost: ['down', 'off'], down: 'off' })
        .implies({ answer: 'next', only: 'next' })
        .example('$0 mail fail --next 2 --answer "451 4.3.0 Try again"', 'the next two come later')
        .example('$0 mail fail --down', 'until `--no-down`'),
    ) as unknown as Argv<FailArguments>,
  async handler(args) {
    const { next, answer, only: to, lost, down, off } = args;
    const changes = [
      next !== undefined && { next, answer, to },
      lost !== undefined && { lost },
      down !== undefined && { down },
      off === true && { off },
    ];
    const change = changes.find((one) => one !== false);
    const stub = await connect(args);
    const path = '/mockfleet/mail/faults';
    const state = await callOrFail(stub, change === undefined ? 'GET' : 'POST', path, change);
    process.stdout.write(args.json ? `${JSON.stringify(state)}\n` : `${mailFaultsText(state as Faults)}\n`);
  },
};

interface Faults {
  down: boolean;
  next: number;
  answer: string;
  to: string | null;
  lost: number;
}

/** A sentence. */
export function mailFaultsText({ down, next, answer, to, lost }: Faults): string {
  const parts = [
    down ? 'is down' : null,
    next > 0 ? `answers the next ${next} ${to === null ? 'mails' : `to ${to}`} with "${answer}"` : null,
    lost > 0 ? `breaks off after the next ${lost}` : null,
  ].filter((part) => part !== null);
  return `The mailbox ${parts.length === 0 ? 'takes everything in' : parts.join(', ')}.`;
}

export const mailCommand: CommandModule = {
  builder: (yargs) => yargs.command(list).command(show).command(outbox).command(clear).command(fail).strict(),
  handler() {},
};
