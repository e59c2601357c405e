/** `mockfleet push`: how the push service of a running stub is, for nudges and custom notifications alike. */
import type { Argv, CommandModule } from 'yargs';
import type { PushView } from '../server-stub/control-push.ts';
import { plainTable } from '../simulator/report/plain-table.ts';
import { type ConnectionArguments, connect, connectionOptions } from './connection.ts';
import { wrongUse } from './errors.ts';
import { callOrFail } from './http.ts';
import { distributionText, readPushOptions, shareText } from './push-options.ts';

async function ask(args: ConnectionArguments, change?: object): Promise<void> {
  const stub = await connect(args);
  const view = (await callOrFail(stub, change === undefined ? 'GET' : 'POST', '/mockfleet/push', change)) as PushView;
  process.stdout.write(args.json ? `${JSON.stringify(view)}\n` : `${pushText(view).join('\n')}\n`);
}

const show: CommandModule<object, ConnectionArguments> = {
  command: ['show', '$0'],
  describe: 'How pushes come through, and how many notifications are on their way',
  builder: connectionOptions,
  handler: (args) => ask(args),
};

/** By the command line's names. */
const names = {
  lost: 'lost',
  latency: 'latency',
  late: 'late',
  lateBy: 'late-by',
  membershipLag: 'membership-lag',
  notificationsKeptFor: 'notifications-kept-for',
  keptFor: 'nudges-kept-for',
} as const;

type SetArguments = ConnectionArguments & { [Option in (typeof names)[keyof typeof names]]: string | undefined };

const text = { type: 'string', requiresArg: true } as const;

const set: CommandModule<object, SetArguments> = {
  command: 'set',
  describe: 'Change it, for what is sent from now on; it is remembered',
  builder: (yargs) =>
    connectionOptions(
      yargs
        .option('lost', { ...text, describe: 'Share of the pushes that never arrive: 5%, 0.05' })
        .option('latency', { ...text, describe: 'How long a push takes: 5s, 1s..10s, exponential:20s' })
        .option('late', { ...text, describe: 'Share of those that arrive that is held up on the way' })
        .option('late-by', { ...text, describe: 'With --late: for how long, beside the latency: 1h..8h' })
        .option('membership-lag', {
          ...text,
          describe: 'How late notifications see who left or joined a group, or is not enrolled any more: 15m',
        })
        .option('notifications-kept-for', { ...text, describe: 'How long each notification is kept for a device that is away: 28d' })
        .option('nudges-kept-for', { ...text, describe: 'How long the newest nudge is: 1d' })
        .example('$0 push set --lost 10% --latency 1s..10s', 'as bad as a bad day')
        .example('$0 push set --late 5% --late-by 1h..8h', 'some come hours late'),
    ) as unknown as Argv<SetArguments>,
  handler(args) {
    const texts = Object.fromEntries(Object.entries(names).map(([name, option]) => [name, args[option]]));
    const change = readPushOptions(texts, names);
    if (Object.keys(change).length === 0) throw wrongUse('Say what changes, for example --lost 10%.');
    return ask(args, change);
  },
};

const reset: CommandModule<object, ConnectionArguments> = {
  command: 'reset',
  describe: 'As the stub was started',
  builder: connectionOptions,
  handler: (args) => ask(args, { reset: true }),
};

function pushText({ lost, latency, late, membershipLag, notificationsKeptFor, keptFor, notifications }: PushView): string[] {
  return plainTable([
    ['lost', shareText(lost)],
    ['latency', distributionText(latency)],
    ['late', late.share === 0 ? '0%' : `${shareText(late.share)}, by ${distributionText(late.by)}`],
    ['membership lag', membershipLag === '0ms' ? 'none' : distributionText(membershipLag)],
    ['notifications kept for', notificationsKeptFor],
    ['nudges kept for', keptFor],
    ['on their way', countText(notifications.underWay)],
    ['kept for devices that are away', countText(notifications.kept)],
  ]);
}

function countText(count: number): string {
  return count === 1 ? '1 notification' : `${count} notifications`;
}

export const pushCommand: CommandModule = {
  builder: (yargs) =>
    yargs
      .command([show, set, reset] as unknown as CommandModule[])
      .demandCommand(0)
      .strict(),
  handler() {},
};
