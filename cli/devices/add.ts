/** `mockfleet devices add` and `remove`: devices that live in the stub's own process, and come back with its next start. */
import type { Argv, CommandModule } from 'yargs';
import { platforms } from '../../protocol/platforms.ts';
import { type AddedDevice, addedAtOnceMax } from '../../server-stub/control-fleet.ts';
import { printable } from '../../simulator/scenarios/errors.ts';
import { type ConnectionArguments, connect, connectionOptions } from '../connection.ts';
import { wholeNumber } from '../errors.ts';
import { callOrFail } from '../http.ts';
import { type DeviceArguments, oneDevice } from './find.ts';

interface AddArguments extends ConnectionArguments {
  platform: string;
  enrollment: string | undefined;
  name: string | undefined;
  user: string | undefined;
  model: string | undefined;
  count: number;
}

/** More of them are told in one line. */
const shownMax = 20;

const add: CommandModule<object, AddArguments> = {
  command: 'add',
  describe: 'Add devices that live in the stub itself: they enrol, obey, and come back with its next start',
  builder: (yargs) =>
    connectionOptions(
      yargs
        .option('platform', { choices: platforms, demandOption: true, requiresArg: true, describe: 'Operating system' })
        .option('enrollment', {
          type: 'string',
          requiresArg: true,
          describe: 'Way to be enrolled (default: the platform\u2019s most common one)',
        })
        .option('name', { type: 'string', requiresArg: true, describe: 'Device name; of several: NAME-1, NAME-2 and so on' })
        .option('user', {
          type: 'string',
          describe: 'User principal name of its user, "" for none (default: one for each, called as the device is)',
        })
        .option('model', { type: 'string', requiresArg: true, describe: 'Model (default: common ones of the platform)' })
        .option('count', { type: 'number', default: 1, requiresArg: true, describe: `How many that are alike, up to ${addedAtOnceMax}` })
        .example('$0 devices add --platform ios --name sales --count 10', 'ten phones, sales-1 to sales-10')
        .example('$0 devices add --platform android --enrollment fully-managed --user adele@contoso.example', 'one of a person'),
    ) as unknown as Argv<AddArguments>,
  async handler(args) {
    const { platform, enrollment, name, user, model } = args;
    const count = wholeNumber('count', args.count, 1, addedAtOnceMax);
    const stub = await connect(args);
    const asked = { platform, enrollment, name, user, model, count };
    const { devices } = (await callOrFail(stub, 'POST', '/mockfleet/devices', asked)) as { devices: AddedDevice[] };
    process.stdout.write(args.json ? `${JSON.stringify(devices)}\n` : addedText(devices));
  },
};

function addedText(devices: readonly AddedDevice[]): string {
  const lines = devices.slice(0, shownMax).map(({ deviceName, serialNumber }) => `  ${printable(deviceName)}  ${serialNumber}`);
  const more = devices.length > shownMax ? [`  \u2026 and ${devices.length - shownMax} more`] : [];
  const what = devices.length === 1 ? '1 device lives in the stub, and enrols:' : `${devices.length} devices live in the stub, and enrol:`;
  return `${[what, ...lines, ...more].join('\n')}\n`;
}

const remove: CommandModule<object, DeviceArguments> = {
  command: 'remove <device>',
  describe: 'Switch a device off that was added so, and forget it; its record stays until it is deleted',
  builder: oneDevice,
  async handler(args) {
    const stub = await connect(args);
    const answer = (await callOrFail(stub, 'DELETE', `/mockfleet/devices/${encodeURIComponent(args.device)}`)) as { removed: string };
    process.stdout.write(
      args.json ? `${JSON.stringify(answer)}\n` : `${printable(args.device)} (${answer.removed}) is switched off and forgotten.\n`,
    );
  },
};

export const addCommands = [add, remove] as unknown as CommandModule[];
