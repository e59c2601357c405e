/** `mockfleet throttle`: let a running stub refuse requests of Graph, to see what a client makes of it. */
import type { Argv, CommandModule } from 'yargs';
import { type ConnectionArguments, connect, connectionOptions } from './connection.ts';
import { wholeNumber, wrongUse } from './errors.ts';
import { callOrFail } from './http.ts';

const path = '/mockfleet/throttle';
const countMax = 1_000_000;
const secondsMax = 3600;

interface ThrottleArguments extends ConnectionArguments {
  what: 'show' | 'off' | undefined;
  next: number | undefined;
  'retry-after': number | undefined;
  status: number | undefined;
  of: string | undefined;
  requests: number | undefined;
  writes: number | undefined;
  per: number | undefined;
  intune: boolean | undefined;
}

interface ThrottleView {
  next: number;
  of: string;
  status: number;
  retryAfterSeconds: number;
  limits: { requests: number | null; writes: number | null; perSeconds: number };
  refused: number;
}

export const throttleCommand: CommandModule<object, ThrottleArguments> = {
  builder: (yargs) =>
    connectionOptions(
      yargs
        .positional('what', {
          choices: ['show', 'off'] as const,
          describe: 'show: how it is set (also without anything); off: no refusals',
        })
        .option('next', { type: 'number', requiresArg: true, describe: 'Refuse so many of the next requests' })
        .option('retry-after', { type: 'number', requiresArg: true, describe: 'With --next: seconds to wait (default: 1)' })
        .option('status', { choices: [429, 503, 504], requiresArg: true, describe: 'With --next: what is answered (default: 429)' })
        .option('of', { choices: ['all', 'writes'], requiresArg: true, describe: 'With --next: which requests (default: all)' })
        .option('requests', { type: 'number', requiresArg: true, describe: 'At most so many requests of a program in a while' })
        .option('writes', { type: 'number', requiresArg: true, describe: 'At most so many of them that change something' })
        .option('per', { type: 'number', requiresArg: true, describe: 'Length of that while in seconds (default: 20)' })
        .option('intune', { type: 'boolean', describe: 'The limits of the real service' })
        .example('$0 throttle --next 3 --retry-after 2', 'the next three requests have to be asked again after two seconds')
        .example('$0 throttle --requests 100 --writes 20 --per 10', 'limits; they count in real time'),
    ) as unknown as Argv<ThrottleArguments>,
  async handler(args) {
    const change = changeOf(args);
    const service = await connect(args);
    const view = (await (change === undefined
      ? callOrFail(service, 'GET', path)
      : callOrFail(service, 'POST', path, change))) as ThrottleView;
    process.stdout.write(args.json ? `${JSON.stringify(view)}\n` : throttleText(view));
  },
};

/** The body of the request; undefined: nothing changes. Pure. @throws CommandError `wrong-use` */
export function changeOf(args: Omit<ThrottleArguments, keyof ConnectionArguments>): Record<string, unknown> | undefined {
  const demand = {
    next: wholeNumber('next', args.next, 0, countMax),
    retryAfterSeconds: wholeNumber('retry-after', args['retry-after'], 0, secondsMax),
    status: args.status,
    of: args.of,
  };
  const limits = {
    requests: wholeNumber('requests', args.requests, 1, countMax),
    writes: wholeNumber('writes', args.writes, 1, countMax),
    perSeconds: wholeNumber('per', args.per, 1, secondsMax),
  };
  const ways = [
    args.what === 'off' ? { off: true } : undefined,
    args.intune === true ? { preset: 'intune' } : undefined,
    said(demand),
    said(limits),
  ].filter((way) => way !== undefined);
  if (ways.length > 1 || (args.what === 'show' && ways.length > 0)) {
    throw wrongUse(
      'Say one thing at a time: show, off, --intune, --next (with --retry-after, --status, --of), or limits (--requests, --writes, --per).',
    );
  }
  const [change] = ways;
  if (change !== undefined && said(demand) !== undefined && args.next === undefined) {
    throw wrongUse('--retry-after, --status and --of go with --next: how many requests are refused.');
  }
  return change;
}

function said(members: Record<string, unknown>): Record<string, unknown> | undefined {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

function throttleText({ next, of, status, retryAfterSeconds, limits, refused }: ThrottleView): string {
  const count = (limit: number | null) => (limit === null ? 'any number' : String(limit));
  const demand =
    next === 0
      ? 'none'
      : `${next} of ${of === 'writes' ? 'those that write' : 'all'}, answered ${status}, Retry-After ${retryAfterSeconds} s`;
  const allowed =
    limits.requests === null && limits.writes === null
      ? 'none'
      : `${count(limits.requests)} requests and ${count(limits.writes)} writes of a program in ${limits.perSeconds} s`;
  return `next refusals  ${demand}\nlimits         ${allowed}\nrefused        ${refused} since the stub was started\n`;
}
