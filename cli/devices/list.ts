/** `mockfleet devices list` and `show`: what Graph says. */
import Table from 'cli-table3';
import type { Argv, CommandModule } from 'yargs';
import { printable } from '../../simulator/scenarios/errors.ts';
import { type ConnectionArguments, connect, connectionOptions } from '../connection.ts';
import { CommandError, wholeNumber, wrongUse } from '../errors.ts';
import { callOrFail, isMicrosoft } from '../http.ts';
import { actionResultLines } from './action-results.ts';
import { allDevices, type Device, type DeviceArguments, devicePath, findDevice, oneDevice } from './find.ts';

interface ListArguments extends ConnectionArguments {
  filter: string | undefined;
  select: string | undefined;
  orderby: string | undefined;
  top: number | undefined;
  beta: boolean;
}

const topMax = 1_000_000;

/** Without --select: a head, and the property below it. */
const usualColumns: Readonly<Record<string, string>> = {
  id: 'id',
  deviceName: 'name',
  operatingSystem: 'system',
  osVersion: 'version',
  managementState: 'state',
  lastSyncDateTime: 'last check-in',
  managementCertificateExpirationDate: 'certificate ends',
};

const list: CommandModule<object, ListArguments> = {
  command: 'list',
  describe: 'All devices, or those of a Graph filter',
  builder: (yargs) =>
    connectionOptions(
      yargs
        .option('filter', { type: 'string', requiresArg: true, describe: "OData, as Graph takes it: operatingSystem eq 'iOS'" })
        .option('select', { type: 'string', requiresArg: true, describe: 'Properties, separated by commas: the columns of the table' })
        .option('orderby', { type: 'string', requiresArg: true, describe: 'OData: lastSyncDateTime desc' })
        .option('top', { type: 'number', requiresArg: true, describe: 'At most so many' })
        .option('beta', { type: 'boolean', default: false, describe: 'Ask the beta version of Graph, which has more properties' })
        .example('$0 devices list --filter "managementState eq \'wipePending\'"', 'those that wait for a wipe')
        .example('$0 devices list --select deviceName,userPrincipalName --orderby deviceName', 'these two, in order'),
    ) as Argv<ListArguments>,
  async handler(args) {
    const { filter, orderby, beta } = args;
    const select = selected(args.select);
    const top = wholeNumber('top', args.top, 1, topMax);
    const shown = select ?? Object.keys(usualColumns);
    const devices = await allDevices(await connect(args), { filter, orderby, beta, top, select: args.json ? select : shown });
    if (args.json) return void process.stdout.write(`${JSON.stringify(devices)}\n`);
    if (devices.length === 0) {
      return void process.stdout.write(
        filter === undefined
          ? 'No devices. `mockfleet devices add --platform ios` adds one, `mockfleet agent` starts one of its own.\n'
          : 'No device fits the filter.\n',
      );
    }
    const table = new Table({
      head: select ?? Object.values(usualColumns),
      style: { head: [], border: [] },
    });
    for (const one of devices) table.push(shown.map((name) => printable(inWords(one[name]))));
    process.stdout.write(`${table.toString()}\n`);
  },
};

/** @throws CommandError `wrong-use` */
function selected(text: string | undefined): string[] | undefined {
  const names = text?.split(',').map((name) => name.trim());
  if (names?.every((name) => /^\w+$/.test(name)) === false) {
    throw wrongUse('--select takes names of properties, separated by commas: --select deviceName,lastSyncDateTime.');
  }
  return names;
}

function inWords(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const show: CommandModule<object, DeviceArguments> = {
  command: 'show <device>',
  describe: 'Everything that Graph says about one device, and what became of the actions on it',
  builder: oneDevice,
  async handler(args) {
    const stub = await connect(args);
    const { id } = await findDevice(stub, args.device);
    const device = (await callOrFail(stub, 'GET', devicePath(id))) as Device;
    // Graph shows the code to those who ask for it by name.
    const code = await callOrFail(stub, 'GET', `${devicePath(id)}?$select=activationLockBypassCode`).catch((error: unknown) => {
      // A real tenant may have the device and let nobody see its code.
      if (isMicrosoft(stub.url) && error instanceof CommandError) return {};
      throw error;
    });
    const shown = { ...device, ...withoutAnnotations(code as object) };
    process.stdout.write(args.json ? `${JSON.stringify({ ...device, ...(code as object) })}\n` : `${deviceText(shown)}\n`);
  },
};

function withoutAnnotations(entity: object): object {
  return Object.fromEntries(Object.entries(entity).filter(([name]) => !name.startsWith('@')));
}

function deviceText(device: Device): string {
  const { deviceActionResults, ...others } = device;
  const results = Array.isArray(deviceActionResults) ? actionResultLines(deviceActionResults) : [];
  const facts = Object.entries(withoutAnnotations(others)).filter(([, value]) => !saysNothing(value));
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.map(([name, value]) =>
    printable(`${name.padEnd(width)}  ${typeof value === 'object' ? JSON.stringify(value, spoken) : value}`),
  );
  return [
    ...lines,
    ...(results.length === 0 ? [] : ['', 'Actions (newest last; wipe and retire show in managementState):', ...results]),
  ].join('\n');
}

/** Of nested objects, too, only what says something. */
function spoken(key: string, value: unknown): unknown {
  return key !== '' && saysNothing(value) ? undefined : value;
}

function saysNothing(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

export const listCommands = [list, show] as unknown as CommandModule[];
