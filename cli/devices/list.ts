/** `mockfleet devices list` and `show`: what Graph says. */
import Table from 'cli-table3';
import type { Argv, CommandModule } from 'yargs';
import { printable } from '../../simulator/scenarios/errors.ts';
import { type ConnectionArguments, callOrFail, connectionOptions, findStub } from '../connection.ts';
import { actionResultLines } from './action-results.ts';
import { allDevices, type Device, type DeviceArguments, devicePath, findDevice, oneDevice } from './find.ts';

type ListArguments = ConnectionArguments & { filter: string | undefined };

const list: CommandModule<object, ListArguments> = {
  command: 'list',
  describe: 'All devices, or those of a Graph filter',
  builder: (yargs) =>
    connectionOptions(
      yargs
        .option('filter', { type: 'string', requiresArg: true, describe: "OData, as Graph takes it: operatingSystem eq 'iOS'" })
        .example('$0 devices list --filter "managementState eq \'wipePending\'"', 'those that wait for a wipe'),
    ) as Argv<ListArguments>,
  async handler(args) {
    const devices = await allDevices(findStub(args), args.filter);
    if (args.json) return void process.stdout.write(`${JSON.stringify(devices)}\n`);
    if (devices.length === 0) return void process.stdout.write('No devices. `mockfleet agent` starts one.\n');
    const table = new Table({
      head: ['id', 'name', 'system', 'state', 'last check-in', 'certificate ends'],
      style: { head: [], border: [] },
    });
    for (const one of devices) {
      const cells = [
        one.id,
        one.deviceName,
        `${one.operatingSystem} ${one.osVersion}`,
        one.managementState,
        one.lastSyncDateTime,
        one.managementCertificateExpirationDate,
      ];
      table.push(cells.map((cell) => printable(String(cell))));
    }
    process.stdout.write(`${table.toString()}\n`);
  },
};

const show: CommandModule<object, DeviceArguments> = {
  command: 'show <device>',
  describe: 'Everything that Graph says about one device, and what became of the actions on it',
  builder: oneDevice,
  async handler(args) {
    const stub = findStub(args);
    const { id } = await findDevice(stub, args.device);
    const device = (await callOrFail(stub, 'GET', devicePath(id))) as Device;
    // Graph shows the code to those who ask for it by name.
    const code = (await callOrFail(stub, 'GET', `${devicePath(id)}?$select=activationLockBypassCode`)) as object;
    const shown = { ...device, ...withoutAnnotations(code) };
    process.stdout.write(args.json ? `${JSON.stringify({ ...device, ...code })}\n` : `${deviceText(shown)}\n`);
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
