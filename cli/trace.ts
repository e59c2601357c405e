/** `mockfleet trace`: the life of one device of a run, both sides, in the order of time. */
import type { CommandModule } from 'yargs';
import { parseDuration, parseInstant } from '../runtime/duration.ts';
import { formatCount } from '../simulator/report/figures.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import { nameOf } from '../simulator/trace/find-device.ts';
import type { LifeEntry } from '../simulator/trace/life-listener.ts';
import { type Traced, traceRun } from '../simulator/trace/trace-run.ts';
import { CommandError, wrongUse } from './errors.ts';

interface TraceArguments {
  run: string;
  device: string;
  from: string | undefined;
  until: string | undefined;
  messages: boolean;
  'check-ins': boolean;
  json: boolean;
}

export const traceCommand: CommandModule<object, TraceArguments> = {
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: "A run's folder, or its run.sqlite" })
      .option('device', {
        // A serial number may look like a number.
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'Its number, serial number, name, or the id of any of its records; the beginning of one will do',
      })
      .option('from', { type: 'string', requiresArg: true, describe: 'Show what was at or after this: 90d since the start, or an instant' })
      .option('until', { type: 'string', requiresArg: true, describe: 'Show what was before this' })
      .option('messages', { type: 'boolean', default: false, describe: 'Every frame on the wire, both ways; secrets are left out' })
      .option('check-ins', { type: 'boolean', default: false, describe: 'Every check-in, quiet ones too' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON object per line' })
      .example('$0 trace mockfleet-out/fleet-lifecycle-1 --device 4711', 'all that happened to device 4711')
      .example('$0 trace run.sqlite --device MF0000042 --messages --from 400d', 'and every frame since day 400')
      .epilogue(
        [
          'The device is lived again, alone: a life depends on the seed and the number of the device, and on no other device.',
          'Its hash in the file of the run says that it is the same life; if it is not, another version of mockfleet has made the run.',
          '',
          'Exit codes: 0 the same life; 1 another life, or it cannot be shown; 2 wrong use.',
        ].join('\n'),
      ),
  handler(args) {
    const span = { from: args.from, until: args.until };
    for (const [option, text] of Object.entries(span)) if (text !== undefined) instantOf(option, text, 0);
    const traced = traceRun(args.run, args.device, { messages: args.messages, checkIns: args['check-ins'] });
    const startAt = traced.run.from;
    const from = args.from === undefined ? Number.NEGATIVE_INFINITY : instantOf('from', args.from, startAt);
    const until = args.until === undefined ? Number.POSITIVE_INFINITY : instantOf('until', args.until, startAt);
    const shown = traced.entries.filter(({ at }) => at >= from && at < until);
    if (args.json)
      for (const entry of shown) process.stdout.write(`${JSON.stringify({ ...entry, at: new Date(entry.at).toISOString() })}\n`);
    else print(traced, shown);
    const { isSame, life, device } = traced;
    if (isSame === false) {
      throw new CommandError(
        'life-differs',
        `This is NOT the life of the run: it has ${life}, the run's file has ${device.life}. Another version of mockfleet has made the run; trace it with that one, or run it again: ${traced.run.replay}`,
      );
    }
  },
};

function instantOf(option: string, text: string, startAt: number): number {
  const duration = parseDuration(text);
  const instant = duration === undefined ? parseInstant(text) : startAt + duration;
  if (instant !== undefined) return instant;
  throw wrongUse(
    `--${option} takes a time since the start of the run (90d, 36h) or an instant (2026-03-04T05:06:07Z); ${JSON.stringify(text)} is neither.`,
  );
}

function print({ run, device, entries, until, isSame, life }: Traced, shown: readonly LifeEntry[]): void {
  const { stdout } = process;
  const { result } = run;
  const kind = [device.platform, device.enrollment, ...(device.model === null ? [] : [device.model]), `group ${device.group}`];
  const lines = [
    `${nameOf(device)}: ${kind.join(', ')}`,
    `Run ${result.scenario}, seed ${result.seed}, ${formatCount(result.devices)} devices; state at the end: ${device.state}`,
    '',
    ...table(shown),
    '',
    ...(shown.length === entries.length ? [] : [`${formatCount(shown.length)} of ${formatCount(entries.length)} entries.`]),
    ...(until < run.until ? [`The run was stopped: this device was lived up to ${new Date(until).toISOString()}.`] : []),
    ...(isSame === true ? [`Same life as in the run: life ${life}.`] : []),
    ...(isSame === null ? ['A live run: as it was written down then.'] : []),
  ];
  for (const line of lines) stdout.write(`${printable(line)}\n`);
}

function table(entries: readonly LifeEntry[]): string[] {
  if (entries.length === 0) return ['Nothing happened.'];
  const days = Math.max(...entries.map(({ day }) => String(day).length));
  return entries.map(({ at, day, who, what }) => {
    return `${new Date(at).toISOString()}  day ${String(day).padStart(days)}  ${who.padEnd(13)}  ${what}`;
  });
}
