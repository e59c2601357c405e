/** `mockfleet devices`: the administrator's view of a running stub's devices, and the actions on them. All through Graph. */
import Table from 'cli-table3';
import type { Argv, CommandModule } from 'yargs';
import { type Connection, type ConnectionArguments, callOrFail, connectionOptions, findStub } from './connection.ts';
import { CommandError } from './errors.ts';

type Device = Record<string, unknown> & { id: string; deviceName: string };
type DeviceArguments = ConnectionArguments & { device: string };

const collection = '/v1.0/deviceManagement/managedDevices';

interface Page {
  value: Device[];
  '@odata.nextLink'?: string;
}

async function allDevices(stub: Connection, filter: string | undefined): Promise<Device[]> {
  const devices: Device[] = [];
  let path: string | undefined = filter === undefined ? collection : `${collection}?$filter=${encodeURIComponent(filter)}`;
  while (path !== undefined) {
    const page = (await callOrFail(stub, 'GET', path)) as Page;
    devices.push(...page.value);
    const next: string | undefined = page['@odata.nextLink'];
    path = next?.slice(next.indexOf('/v1.0'));
  }
  return devices;
}

/** A device by its id, name or serial number. @throws CommandError when none or several have it */
async function findDevice(stub: Connection, wanted: string): Promise<Device> {
  const quoted = `'${wanted.replaceAll("'", "''")}'`;
  const found = await allDevices(stub, `id eq ${quoted} or deviceName eq ${quoted} or serialNumber eq ${quoted}`);
  const [first] = found;
  if (first === undefined)
    throw new CommandError(
      'device-not-found',
      `No device has the id, name or serial number ${wanted}. \`mockfleet devices list\` shows them.`,
    );
  if (found.length > 1)
    throw new CommandError(
      'device-ambiguous',
      `${found.length} devices are called ${wanted}; use the id: ${found.map((one) => one.id).join(', ')}.`,
    );
  return first;
}

const list: CommandModule<object, ConnectionArguments & { filter: string | undefined }> = {
  command: 'list',
  describe: 'All devices, or those of a Graph filter',
  builder: (yargs) =>
    connectionOptions(
      yargs.option('filter', { type: 'string', requiresArg: true, describe: "OData, as Graph takes it: operatingSystem eq 'iOS'" }),
    ) as Argv<ConnectionArguments & { filter: string | undefined }>,
  async handler(args) {
    const devices = await allDevices(findStub(args), args.filter);
    if (args.json) return void process.stdout.write(`${JSON.stringify(devices)}\n`);
    if (devices.length === 0) return void process.stdout.write('No devices. `mockfleet agent` starts one.\n');
    const table = new Table({
      head: ['id', 'name', 'system', 'state', 'last check-in', 'certificate ends'],
      style: { head: [], border: [] },
    });
    for (const one of devices) {
      table.push(
        [
          one.id,
          one.deviceName,
          `${one.operatingSystem} ${one.osVersion}`,
          one.managementState,
          one.lastSyncDateTime,
          one.managementCertificateExpirationDate,
        ].map(String),
      );
    }
    process.stdout.write(`${table.toString()}\n`);
  },
};

const show: CommandModule<object, DeviceArguments> = {
  command: 'show <device>',
  describe: 'Everything that Graph says about one device',
  builder: oneDevice,
  async handler(args) {
    const stub = findStub(args);
    const { id } = await findDevice(stub, args.device);
    const device = (await callOrFail(stub, 'GET', `/beta/deviceManagement/managedDevices/${id}`)) as object;
    if (args.json) return void process.stdout.write(`${JSON.stringify(device)}\n`);
    const lines = Object.entries(device).filter(([name, value]) => !name.startsWith('@') && value !== null && value !== '');
    const width = Math.max(...lines.map(([name]) => name.length));
    const text = lines.map(([name, value]) => `${name.padEnd(width)}  ${typeof value === 'object' ? JSON.stringify(value) : value}`);
    process.stdout.write(`${text.join('\n')}\n`);
  },
};

function oneDevice(yargs: Argv): Argv<DeviceArguments> {
  return connectionOptions(
    yargs.positional('device', { type: 'string', demandOption: true, describe: 'Id, name or serial number' }),
  ) as unknown as Argv<DeviceArguments>;
}

/** One action as a command of its own. A 204 says that it was accepted, not that it is done. */
function action(name: string, describe: string, method: 'POST' | 'DELETE', verb: string): CommandModule<object, DeviceArguments> {
  return {
    command: `${name} <device>`,
    describe,
    builder: oneDevice,
    async handler(args) {
      const stub = findStub(args);
      const { id, deviceName } = await findDevice(stub, args.device);
      await callOrFail(stub, method, verb === '' ? `${collection}/${id}` : `${collection}/${id}/${verb}`);
      process.stdout.write(
        args.json ? `${JSON.stringify({ id, action: name, accepted: true })}\n` : `Accepted: ${name} ${deviceName} (${id}).\n`,
      );
    },
  };
}

const actions = [
  action('sync', 'Ask the device to check in', 'POST', 'syncDevice'),
  action('lock', 'Lock the device remotely', 'POST', 'remoteLock'),
  action('retire', 'Remove the management, keep the user\u2019s data', 'POST', 'retire'),
  action('wipe', 'Reset the device to its factory state', 'POST', 'wipe'),
  action('delete', 'Delete the record; the device is retired or wiped when it next checks in', 'DELETE', ''),
];

export const devicesCommand: CommandModule = {
  command: 'devices',
  describe: 'List and show the devices of a running stub, and act on them',
  builder: (yargs) =>
    yargs
      .command([list, show, ...actions] as unknown as CommandModule[])
      .demandCommand(1, 'Name one: list, show, sync, lock, retire, wipe, delete.'),
  handler() {},
};
