/** How much a stub takes of the network: options of `serve`. */
import type { Argv } from 'yargs';
import { type DoorLimits, doorLimitsDefault } from '../server-stub/door-limits.ts';
import { wholeNumber } from './errors.ts';

export interface LimitArguments {
  'max-connections': number;
  'connections-per-second': number;
  'frames-per-second': number;
}

const most = 1_000_000;

export function limitOptions<T>(yargs: Argv<T>): Argv<T & LimitArguments> {
  return yargs
    .option('max-connections', {
      type: 'number',
      default: doorLimitsDefault.connections,
      requiresArg: true,
      describe: 'Devices connected at once; more are told to come back later (too-many-connections)',
    })
    .option('connections-per-second', {
      type: 'number',
      default: doorLimitsDefault.connectionsPerSecond,
      requiresArg: true,
      describe: 'New connections in a second; more are answered 429 with Retry-After',
    })
    .option('frames-per-second', {
      type: 'number',
      default: doorLimitsDefault.framesPerSecond,
      requiresArg: true,
      describe: 'Frames of one device in a second; a faster one loses its link (rate-limited)',
    });
}

/** @throws CommandError */
export function readLimits(args: LimitArguments): Partial<DoorLimits> {
  for (const name of ['max-connections', 'connections-per-second', 'frames-per-second'] as const) wholeNumber(name, args[name], 1, most);
  const connections = args['max-connections'];
  return {
    connections,
    connectionsPerAddress: connections,
    connectionsPerSecond: args['connections-per-second'],
    framesPerSecond: args['frames-per-second'],
  };
}
