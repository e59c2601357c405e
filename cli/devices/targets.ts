/** Which devices an action is for: one by name, or all of a Graph filter, after a person has said so. */
import { createInterface } from 'node:readline';
import type { Argv } from 'yargs';
import { printable } from '../../simulator/scenarios/errors.ts';
import { type ConnectionArguments, connectionOptions } from '../connection.ts';
import { CommandError, wrongUse } from '../errors.ts';
import type { Connection } from '../http.ts';
import { allDevices, type Device, findDevice } from './find.ts';

export interface TargetArguments extends ConnectionArguments {
  device: string | undefined;
  filter: string | undefined;
  yes: boolean;
}

/** A command about one device, or about many. */
export function manyDevices<T>(yargs: Argv<T>): Argv<T & TargetArguments> {
  return connectionOptions(
    yargs
      .positional('device', { type: 'string', describe: 'Id, name or serial number; or a Graph filter, as with --filter' })
      .option('filter', { type: 'string', requiresArg: true, describe: "All devices of this Graph filter: operatingSystem eq 'iOS'" })
      .option('yes', { type: 'boolean', default: false, describe: 'Do not ask before it hits more than one' }),
  ) as unknown as Argv<T & TargetArguments>;
}

/** A comparison with a literal, a list or a call: no name of a device looks so. */
const filterLook = /\s(eq|ne|gt|ge|lt|le)\s+('|-?\d|(true|false|null)\b)|\sin\s*\(|\b(startswith|endswith|contains)\s*\(|\/(any|all)\s*\(/i;

/** A filter in the place of a device is read as `--filter`. */
export function withFilter<T extends Pick<TargetArguments, 'device' | 'filter'>>(args: T): T {
  const { device, filter } = args;
  return device !== undefined && filter === undefined && filterLook.test(device) ? { ...args, device: undefined, filter: device } : args;
}

const shownMax = 10;

/** @param what `wipe`, as it is asked about @throws CommandError where none is named, none is found, or nobody agreed */
export async function findTargets(
  stub: Connection,
  { device, filter, yes }: Pick<TargetArguments, 'device' | 'filter' | 'yes'>,
  what: string,
): Promise<Device[]> {
  if ((device === undefined) === (filter === undefined)) {
    throw wrongUse(
      device === undefined
        ? 'Name a device (id, name or serial number), or several by --filter.'
        : 'A device and --filter are two ways to say which: name one of them.',
    );
  }
  if (device !== undefined) return [await findDevice(stub, device)];
  const found = await allDevices(stub, { filter, select: ['id', 'deviceName', 'serialNumber', 'userPrincipalName'] });
  if (found.length > 1 && !yes) await mustAgree(found, what, { input: process.stdin, output: process.stderr });
  return found;
}

/** Where a person is asked, if there is one. */
export interface Asking {
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream & { isTTY?: boolean };
}

/** @throws CommandError `wrong-use` without a terminal, `not-confirmed` */
export async function mustAgree(devices: readonly Device[], what: string, { input, output }: Asking): Promise<void> {
  const lines = devices
    .slice(0, shownMax)
    .map(({ deviceName, serialNumber, userPrincipalName }) =>
      printable(['', deviceName, serialNumber, userPrincipalName].join('  ').trimEnd()),
    );
  const more = devices.length > shownMax ? [`  … and ${devices.length - shownMax} more`] : [];
  const list = `${what} for ${devices.length} devices:\n${[...lines, ...more].join('\n')}\n`;
  if (input.isTTY !== true || output.isTTY !== true) {
    throw wrongUse(`${list}That is more than one, and there is no terminal to ask at: add --yes if all of them are meant.`);
  }
  output.write(list);
  const asking = createInterface({ input, output });
  const answer = await new Promise<string>((resolve) => {
    // Ctrl-C and the end of the input close it, and are no yes.
    asking.once('close', () => resolve(''));
    asking.question('Type yes to go on: ', resolve);
  });
  asking.close();
  if (answer.trim().toLowerCase() === 'yes') return;
  throw new CommandError('not-confirmed', 'Nothing was done.');
}
