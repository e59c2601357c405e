/** One command for each action of the catalogue, and what there is to say about actions: which ones are there, and taking one back. */
import Table from 'cli-table3';
import type { CommandModule } from 'yargs';
import { actionTable, type CommandType, commandTypes } from '../../protocol/commands.ts';
import { noLines } from '../../simulator/report/plain-table.ts';
import { nearest } from '../../simulator/scenarios/nearest.ts';
import { type Connection, callOrFail, findStub } from '../connection.ts';
import { CommandError, wrongUse } from '../errors.ts';
import { shellWord } from '../shell-word.ts';
import { stateFolderDefault } from '../state-folder.ts';
import { bodyOf, parametersOf } from './action-options.ts';
import { type DeviceArguments, devicePath, findDevice, handsPath, oneDevice } from './find.ts';

/** An action for one device, now: of the catalogue, or `delete`. */
interface Availability {
  name: string;
  title: string;
  available: boolean;
  reason: string | null;
}

/** A 204 says that it was accepted, not that it is done. */
function actionCommand(type: CommandType): CommandModule<object, DeviceArguments> {
  const { cli, about, beta } = actionTable[type];
  return {
    command: `${cli} <device>`,
    describe: about,
    builder(yargs) {
      for (const { option, settings } of parametersOf(type)) yargs.option(option, settings);
      return oneDevice(
        yargs.epilogue(`Graph: POST /${beta === true ? 'beta' : 'v1.0'}${devicePath('{id}').slice('/beta'.length)}/${type}`),
      ) as never;
    },
    async handler(args) {
      const body = bodyOf(type, args as unknown as Record<string, unknown>);
      const stub = findStub(args);
      const { id, deviceName } = await findDevice(stub, args.device);
      try {
        await callOrFail(stub, 'POST', `${devicePath(id)}/${type}`, body);
      } catch (error) {
        throw (await whyGreyedOut(stub, id, type)) ?? error;
      }
      accepted(args, cli, { id, deviceName });
    },
  };
}

/** Graph says `BadRequest` of everything: whether the action is greyed out, the stub itself knows. */
async function whyGreyedOut(stub: Connection, id: string, type: CommandType): Promise<CommandError | undefined> {
  const found = (await actionsOf(stub, id).catch(() => [])).find(({ name }) => name === type);
  if (found === undefined || found.available) return undefined;
  return new CommandError('action-unavailable', `${found.reason} \`mockfleet devices actions ${id}\` shows what this device can do.`);
}

function accepted(args: DeviceArguments, name: string, { id, deviceName }: { id: string; deviceName: string }): void {
  if (args.json) return void process.stdout.write(`${JSON.stringify({ id, action: name, accepted: true })}\n`);
  process.stdout.write(`Accepted: ${name} ${deviceName} (${id}).\n`);
  const words = `${shellWord(args.device)}${args.state === stateFolderDefault ? '' : ` --state ${shellWord(args.state)}`}`;
  // Not part of the result: a hint for people.
  process.stderr.write(
    name === 'delete'
      ? `Its device hears of it at its next check-in. What it shows: mockfleet devices screen ${words}\n`
      : `What Graph says of it: mockfleet devices show ${words}\nWhat the device shows: mockfleet devices screen ${words}\n`,
  );
}

const deleteCommand: CommandModule<object, DeviceArguments> = {
  command: 'delete <device>',
  describe: 'Delete the record; the device is retired or wiped when it next checks in',
  builder: oneDevice,
  async handler(args) {
    const stub = findStub(args);
    const found = await findDevice(stub, args.device);
    await callOrFail(stub, 'DELETE', devicePath(found.id));
    accepted(args, 'delete', found);
  },
};

const actionsCommand: CommandModule<object, DeviceArguments> = {
  command: 'actions <device>',
  describe: 'Which actions this device can do now, and why not the others',
  builder: oneDevice,
  async handler(args) {
    const actions = await actionsOf(findStub(args), args.device);
    if (args.json) return void process.stdout.write(`${JSON.stringify(actions)}\n`);
    const nameWidth = Math.max(...actions.map(({ name }) => cliName(name).length)) + 2;
    const table = new Table({
      chars: noLines,
      style: { 'padding-left': 0, 'padding-right': 2, head: [], border: [], compact: true },
      colWidths: [nameWidth, 5, Math.max(30, Math.min(process.stdout.columns || 100, 140) - nameWidth - 5)],
      wordWrap: true,
    });
    for (const { name, title, available, reason } of actions)
      table.push([cliName(name), available ? 'yes' : 'no', available ? title : (reason ?? '')]);
    const lines = table.toString().split('\n');
    process.stdout.write(`${lines.map((line) => line.trimEnd()).join('\n')}\n`);
  },
};

async function actionsOf(stub: Connection, device: string): Promise<Availability[]> {
  return (await callOrFail(stub, 'GET', handsPath(device, '/actions'))) as Availability[];
}

function cliName(name: string): string {
  return isCommandType(name) ? actionTable[name].cli : name;
}

function isCommandType(name: string): name is CommandType {
  return (commandTypes as readonly string[]).includes(name);
}

const cancelCommand: CommandModule<object, DeviceArguments & { action: string }> = {
  command: 'cancel <device> <action>',
  describe: 'Take back an action that was not delivered to the device yet',
  builder: (yargs) =>
    oneDevice(
      yargs.positional('action', {
        type: 'string',
        demandOption: true,
        describe: 'As its command is called (wipe, lock …), or by Graph\u2019s name',
      }),
    ).example('$0 devices cancel phone wipe', 'while the phone is switched off'),
  async handler(args) {
    const type = actionNamed(args.action);
    await callOrFail(findStub(args), 'POST', handsPath(args.device, `/actions/${type}/cancel`));
    process.stdout.write(
      args.json ? `${JSON.stringify({ action: type, canceled: true })}\n` : `Canceled: ${args.action} ${args.device}.\n`,
    );
  },
};

function actionNamed(name: string): CommandType {
  const found = commandTypes.find((type) => type === name || actionTable[type].cli === name);
  if (found !== undefined) return found;
  const known = commandTypes.map((type) => actionTable[type].cli);
  const near = nearest(name, known);
  throw wrongUse(`There is no action "${name}".${near === undefined ? '' : ` Did you mean ${near}?`} Allowed: ${known.join(', ')}.`);
}

export const actionCommands = [
  ...commandTypes.map(actionCommand),
  deleteCommand,
  actionsCommand,
  cancelCommand,
] as unknown as CommandModule[];
