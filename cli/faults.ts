/** `mockfleet faults`: what goes wrong at a running stub: on the links of devices by this command, and beside it what others switch on. */
import type { Argv, CommandModule } from 'yargs';
import { formatDuration, parseDuration } from '../runtime/duration.ts';
import type { PushView } from '../server-stub/control-push.ts';
import type { LinkFaultsView } from '../server-stub/faulty-links.ts';
import type { MailFaultState } from '../server-stub/mail/mail-faults.ts';
import type { ThrottleView } from '../server-stub/throttle.ts';
import { plainTable } from '../simulator/report/plain-table.ts';
import { type ConnectionArguments, connect, connectionOptions } from './connection.ts';
import { wrongUse } from './errors.ts';
import { type Connection, callOrFail } from './http.ts';
import { mailFaultsText } from './mail.ts';
import { distributionText, shareText } from './push-options.ts';

const path = '/mockfleet/faults';
const delayMsMax = 10_000;

/** Everything that can be switched on, by where it is. */
const places = { links: path, throttle: '/mockfleet/throttle', mail: '/mockfleet/mail/faults', push: '/mockfleet/push' } as const;

interface AllFaults {
  links: LinkFaultsView;
  throttle: ThrottleView;
  mail: MailFaultState;
  push: PushView;
}

async function allFaults(stub: Connection): Promise<AllFaults> {
  const entries = Object.entries(places).map(async ([name, place]) => [name, await callOrFail(stub, 'GET', place)]);
  return Object.fromEntries(await Promise.all(entries)) as AllFaults;
}

const show: CommandModule<object, ConnectionArguments> = {
  command: ['show', '$0'],
  describe: 'All that is switched on: links of devices, Graph, mails and pushes',
  builder: connectionOptions,
  async handler(args) {
    const all = await allFaults(await connect(args));
    process.stdout.write(args.json ? `${JSON.stringify(all)}\n` : `${faultsText(all).join('\n')}\n`);
  },
};

interface LinkArguments extends ConnectionArguments {
  latency: string | undefined;
  jitter: string | undefined;
  loss: string | undefined;
  share: string | undefined;
  unreachable: boolean | undefined;
}

const text = { type: 'string', requiresArg: true } as const;

const links: CommandModule<object, LinkArguments> = {
  command: 'links',
  describe: 'Let something go wrong on the links of devices, in real time, until the stub ends or `faults off`',
  builder: (yargs) =>
    connectionOptions(
      yargs
        .option('latency', { ...text, describe: 'How long each frame takes, each way: 200ms (10s at most)' })
        .option('jitter', { ...text, describe: 'Up to so much longer, drawn for each frame: 50ms' })
        .option('loss', { ...text, describe: 'Share of the frames that are lost: 1%, 0.01. Each of them breaks its link' })
        .option('unreachable', { type: 'boolean', describe: 'Cut the links and turn new ones away; --no-unreachable ends that' })
        .option('share', { ...text, describe: 'Of so many devices, always the same ones: 50%, 0.5 (default: all)' })
        .example('$0 faults links --latency 200ms --jitter 50ms --loss 1%', 'a bad network')
        .example('$0 faults links --unreachable --share 10%', 'every tenth device is away'),
    ) as unknown as Argv<LinkArguments>,
  async handler(args) {
    const change = linkFaultsOf(args);
    const view = (await callOrFail(await connect(args), 'POST', path, change)) as LinkFaultsView;
    process.stdout.write(args.json ? `${JSON.stringify(view)}\n` : `${linksText(view)}\n`);
  },
};

const off: CommandModule<object, ConnectionArguments & { all: boolean | undefined }> = {
  command: 'off',
  describe: 'The links of devices are as they should be',
  builder: (yargs) =>
    connectionOptions(
      yargs.option('all', { type: 'boolean', describe: 'Graph, mails and pushes too; pushes as the stub was started' }),
    ) as unknown as Argv<ConnectionArguments & { all: boolean | undefined }>,
  async handler(args) {
    const stub = await connect(args);
    await callOrFail(stub, 'POST', places.links, { off: true });
    if (args.all === true) {
      await callOrFail(stub, 'POST', places.throttle, { off: true });
      await callOrFail(stub, 'POST', places.mail, { off: true });
      await callOrFail(stub, 'POST', places.push, { reset: true });
    }
    const all = await allFaults(stub);
    process.stdout.write(args.json ? `${JSON.stringify(all)}\n` : `${faultsText(all).join('\n')}\n`);
  },
};

/** The body of the request. Pure. @throws CommandError `wrong-use` */
export function linkFaultsOf(args: Omit<LinkArguments, keyof ConnectionArguments>): Record<string, number | boolean> {
  const given = {
    latencyMs: delay('latency', args.latency),
    jitterMs: delay('jitter', args.jitter),
    loss: shareOf('loss', args.loss),
    unreachable: args.unreachable,
    share: shareOf('share', args.share),
  };
  const change = Object.entries(given).filter((entry): entry is [string, number | boolean] => entry[1] !== undefined);
  if (change.length === 0) throw wrongUse('Say what goes wrong: --latency, --jitter, --loss, --unreachable, of which --share.');
  return Object.fromEntries(change);
}

function delay(option: string, words: string | undefined): number | undefined {
  if (words === undefined) return undefined;
  const ms = parseDuration(words);
  if (ms !== undefined && ms <= delayMsMax) return ms;
  throw wrongUse(`--${option} takes a duration up to 10s, such as 200ms; "${words}" is none.`);
}

function shareOf(option: string, words: string | undefined): number | undefined {
  if (words === undefined) return undefined;
  const [, digits, percent] = /^(\d{1,3}(?:\.\d{1,6})?|\.\d{1,6})(%?)$/.exec(words.trim()) ?? [];
  const value = Number(digits) / (percent === '%' ? 100 : 1);
  if (digits !== undefined && value <= 1) return value;
  throw wrongUse(`--${option} takes a share such as 1% or 0.01; "${words}" is none.`);
}

function faultsText({ links: ofLinks, throttle, mail, push }: AllFaults): string[] {
  const { next, status, limits } = throttle;
  const refusals = next === 0 ? [] : [`refuses the next ${next} with ${status}`];
  const limited = limits.requests === null && limits.writes === null ? [] : [`has limits a program (\`mockfleet throttle\`)`];
  const graph = [...refusals, ...limited].join(', ') || 'answers everything';
  const lost = shareText(push.lost);
  const late = push.late.share === 0 ? '' : `, ${shareText(push.late.share)} late by ${distributionText(push.late.by)}`;
  return plainTable([
    ['links', linksText(ofLinks)],
    ['graph', graph],
    ['mail', mailFaultsText(mail)],
    ['push', `${lost} lost, latency ${distributionText(push.latency)}${late}`],
  ]);
}

function linksText({ latencyMs, jitterMs, loss, unreachable, share, links: open, touched, broken, turnedAway }: LinkFaultsView): string {
  const parts = [
    unreachable ? 'unreachable' : null,
    latencyMs > 0 ? `${formatDuration(latencyMs)} latency` : null,
    jitterMs > 0 ? `up to ${formatDuration(jitterMs)} jitter` : null,
    loss > 0 ? `${shareText(loss)} of the frames lost` : null,
  ].filter((part) => part !== null);
  if (parts.length === 0) return `as they should be (${open} open)`;
  const whose = share === 1 ? 'all devices' : `${shareText(share)} of the devices`;
  return `${parts.join(', ')}; of ${whose} (${touched} of ${open} links, ${broken} broken, ${turnedAway} turned away)`;
}

export const faultsCommand: CommandModule = {
  builder: (yargs) =>
    yargs
      .command([show, links, off] as unknown as CommandModule[])
      .demandCommand(0)
      .strict(),
  handler() {},
};
