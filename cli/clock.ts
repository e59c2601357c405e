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
}

async function change(args: ConnectionArguments, body?: object): Promise<void> {
  const stub = await connect(args);
  const answer = (await callOrFail(stub, body === undefined ? 'GET' : 'POST', '/mockfleet/clock', body)) as ClockAnswer;
  const speed = answer.mode === 'scaled' ? ` (\u00d7${answer.speed})` : '';
  process.stdout.write(args.json ? `${JSON.stringify(answer)}\n` : `${answer.now}  ${answer.mode}${speed}\n`);
}

const show: CommandModule<object, ConnectionArguments> = {
  command: 'show',
  describe: 'What time it is there, and how fast time runs',
  builder: connectionOptions,
  handler: (args) => change(args),
};

const advance: CommandModule<object, ConnectionArguments & { duration: string }> = {
  command: 'advance <duration>',
  describe: 'Live this long at once: 90s, 15m, 8h, 366d. Devices that are connected live it with you',
  builder: (yargs) =>
    connectionOptions(yargs.positional('duration', { type: 'string', demandOption: true })) as Argv<
      ConnectionArguments & { duration: string }
    >,
  handler: (args) => {
    if (parseDuration(args.duration) === undefined) throw wrongUse(`"${args.duration}" is not a duration. Write 90s, 15m, 8h or 366d.`);
    return change(args, { advance: args.duration });
  },
};

const set: CommandModule<object, ConnectionArguments & { instant: string }> = {
  command: 'set <instant>',
  describe: 'Go to an instant: 2027-01-31T08:00:00Z. Forward is lived, like advance',
  builder: (yargs) =>
    connectionOptions(yargs.positional('instant', { type: 'string', demandOption: true })) as Argv<
      ConnectionArguments & { instant: string }
    >,
  handler: (args) => {
    if (parseInstant(args.instant) === undefined) throw wrongUse(`"${args.instant}" is not an instant. Write 2027-01-31T08:00:00Z.`);
    return change(args, { set: args.instant });
  },
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
      .command([show, advance, set, freeze, resume, speed] as unknown as CommandModule[])
      .demandCommand(1, 'Name one: show, advance, set, freeze, resume, speed.'),
  handler() {},
};
