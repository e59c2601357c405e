/** `mockfleet clock`: look at and move a stub's clock. */
import type { Argv, CommandModule } from 'yargs';
import { parseDuration, parseInstant } from '../runtime/duration.ts';
import { type ConnectionArguments, connect, connectionOptions } from './connection.ts';
import { wrongUse } from './errors.ts';
import { callOrFail } from './http.ts';

interface ClockAnswer {
  now: string;
  speed: number;
  mode: string;
  advance: { from: string; target: string } | null;
}

async function change(args: ConnectionArguments, body?: object): Promise<void> {
  const stub = await connect(args);
  const answer = (await callOrFail(stub, body === undefined ? 'GET' : 'POST', '/mockfleet/clock', body)) as ClockAnswer;
  const speed = answer.mode === 'scaled' ? ` (\u00d7${answer.speed})` : '';
  const jump = answer.advance === null ? '' : `  on its way from ${answer.advance.from} to ${answer.advance.target}`;
  process.stdout.write(args.json ? `${JSON.stringify(answer)}\n` : `${answer.now}  ${answer.mode}${speed}${jump}\n`);
}

const show: CommandModule<object, ConnectionArguments> = {
  command: 'show',
  describe: 'What time it is there, and how fast time runs',
  builder: connectionOptions,
  handler: (args) => change(args),
};

interface JumpArguments extends ConnectionArguments {
  wait: boolean;
}

const waitOption = {
  type: 'boolean',
  default: true,
  describe: 'Wait until it is there; --no-wait comes back at once, `clock show` says how far it is',
} as const;

const advance: CommandModule<object, JumpArguments & { duration: string }> = {
  command: 'advance <duration>',
  describe: 'Live this long at once: 90s, 15m, 8h, 366d. Devices that are connected live it with you',
  builder: (yargs) =>
    connectionOptions(yargs.positional('duration', { type: 'string', demandOption: true }).option('wait', waitOption)) as Argv<
      JumpArguments & { duration: string }
    >,
  handler: (args) => {
    if (parseDuration(args.duration) === undefined) throw wrongUse(`"${args.duration}" is not a duration. Write 90s, 15m, 8h or 366d.`);
    return change(args, { advance: args.duration, wait: args.wait });
  },
};

const set: CommandModule<object, JumpArguments & { instant: string }> = {
  command: 'set <instant>',
  describe: 'Go to an instant: 2027-01-31T08:00:00Z. Forward is lived, like advance',
  builder: (yargs) =>
    connectionOptions(yargs.positional('instant', { type: 'string', demandOption: true }).option('wait', waitOption)) as Argv<
      JumpArguments & { instant: string }
    >,
  handler: (args) => {
    if (parseInstant(args.instant) === undefined) throw wrongUse(`"${args.instant}" is not an instant. Write 2027-01-31T08:00:00Z.`);
    return change(args, { set: args.instant, wait: args.wait });
  },
};

const stop: CommandModule<object, ConnectionArguments> = {
  command: 'stop',
  describe: 'End an advance where it stands',
  builder: connectionOptions,
  handler: (args) => change(args, { stop: true }),
};

const freeze: CommandModule<object, ConnectionArguments> = {
  command: 'freeze',
  describe: 'Let time stand still',
  builder: connectionOptions,
  handler: (args) => change(args, { freeze: true }),
};

const resume: CommandModule<object, ConnectionArguments> = {
  command: 'resume',
  describe: 'Real time from here on',
  builder: connectionOptions,
  handler: (args) => change(args, { resume: true }),
};

const speed: CommandModule<object, ConnectionArguments & { factor: number }> = {
  command: 'speed <factor>',
  describe: 'Run time at a multiple: 3600 makes an hour of every second',
  builder: (yargs) =>
    connectionOptions(yargs.positional('factor', { type: 'number', demandOption: true })) as Argv<ConnectionArguments & { factor: number }>,
  handler: (args) => {
    if (!(args.factor >= 0)) throw wrongUse('A speed is a number from 0 up.');
    return change(args, { speed: args.factor });
  },
};

export const clockCommand: CommandModule = {
  builder: (yargs) =>
    yargs
      .command([show, advance, set, stop, freeze, resume, speed] as unknown as CommandModule[])
      .demandCommand(1, 'Name one: show, advance, set, stop, freeze, resume, speed.'),
  handler() {},
};
