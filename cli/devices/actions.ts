/** One command for each action of the catalogue, and what there is to say about actions: which ones are there, and taking one back. */
import type { CommandModule } from 'yargs';
import { actionTable, type CommandType, commandTypes } from '../../protocol/commands.ts';
import type { NotificationText } from '../../protocol/notification-text.ts';
import { plainTable } from '../../simulator/report/plain-table.ts';
import { printable } from '../../simulator/scenarios/errors.ts';
import { nearest } from '../../simulator/scenarios/nearest.ts';
import { connect, sameServiceWords } from '../connection.ts';
import { CommandError, wrongUse } from '../errors.ts';
import { type Connection, callOrFail, listOf } from '../http.ts';
import { shellWord } from '../shell-word.ts';
import { listenForStop } from '../stop.ts';
import { terminalText } from '../terminal/foreign-text.ts';
import { readText } from '../typed-text.ts';
import { bodyOf, parametersOf } from './action-options.ts';
import { type Device, type DeviceArguments, devicePath, handsPath, oneDevice } from './find.ts';
import { forEachDevice, reportOutcomes } from './many.ts';
import { findTargets, manyDevices, type TargetArguments, withFilter } from './targets.ts';

/** An action for one device, now: of the catalogue, or `delete`. */
interface Availability {
  name: string;
  title: string;
  available: boolean;
  reason: string | null;
}

/** A 204 says that it was accepted, not that it is done. */
function actionCommand(type: CommandType): CommandModule<object, TargetArguments> {
  const { cli, about, beta, isPush } = actionTable[type];
  const words = isPush === true ? ' --title "Please restart" --body "An update needs it."' : '';
  return {
    command: `${cli} [device]`,
    describe: about,
    builder(yargs) {
      for (const { option, settings } of parametersOf(type)) yargs.option(option, settings);
      return manyDevices(
        yargs
          .epilogue(`Graph: POST ${devicePath('{id}')}/${type}${beta === true ? '' : ' (v1.0 as well)'}`)
          .example(`$0 devices ${cli} phone${words}`, 'one device, by its name')
          .example(`$0 devices ${cli} --filter "operatingSystem eq 'iOS'"${words}`, 'many: it asks before it hits more than one'),
      ) as never;
    },
    async handler(asked) {
      const args = withFilter(asked);
      const body = bodyOf(type, await withTypedText(args, isPush === true));
      const stub = await connect(args);
      const told =
        isPush === true ? sentTo(args, { title: String(body?.notificationTitle), body: String(body?.notificationBody) }) : undefined;
      await actOn(stub, args, cli, told, async ({ id }, stop) => {
        try {
          await callOrFail(stub, 'POST', `${devicePath(id)}/${type}`, body, stop);
        } catch (error) {
          throw (await whyGreyedOut(stub, id, type, args)) ?? error;
        }
      });
    },
  };
}

/** The text of a notification may come from standard input. */
async function withTypedText(args: TargetArguments, isPush: boolean): Promise<Record<string, unknown>> {
  const given: Record<string, unknown> = { ...args };
  return isPush ? { ...given, body: await readText(String(given.body)) } : given;
}

type Told = (device: Device) => void;

/** For a single device the confirmation shows the text; nothing else ever does (CN-18). */
function sentTo({ json, ...args }: TargetArguments, { title, body }: NotificationText): Told {
  return ({ id, deviceName }) => {
    if (json) return void process.stdout.write(`${JSON.stringify({ id, action: 'notify', accepted: true, title, body })}\n`);
    const text = [title, ...body.split(/\r\n|[\n\r\u2028\u2029]/)].map((line) => `  ${terminalText(line)}`.trimEnd());
    process.stdout.write(`Sent to ${printable(deviceName)} (${id}):\n\n${text.join('\n')}\n`);
    process.stderr.write(`What the device shows: mockfleet devices screen ${deviceWords(args, id)}\n`);
  };
}

type Ask = (device: Device, stop?: AbortSignal) => Promise<void>;

/** One device by its name: it is accepted, or the command fails. Many: each has its own outcome, also where Ctrl-C stops it half-way. */
async function actOn(
  stub: Connection,
  args: TargetArguments,
  name: string,
  told: Told = (device) => accepted(args, name, device),
  ask: Ask,
): Promise<void> {
  const targets = await findTargets(stub, args, name);
  const [first] = targets;
  if (args.filter === undefined && first !== undefined) {
    await ask(first);
    return told(first);
  }
  const stop = listenForStop();
  stop.signal.addEventListener('abort', () => {
    process.stderr.write(`${process.stderr.isTTY ? '\n' : ''}Stopping once what is under way is answered; Ctrl-C again ends it at once.\n`);
  });
  const outcomes = await forEachDevice(targets, (device) => ask(device, stop.signal), stop.signal);
  reportOutcomes(outcomes, name, args.json);
  if (outcomes.faults.length > 0) throw outcomes.faults[0];
  if (stop.signal.aborted) process.exitCode = stop.exitCode();
  stop.close();
}

/** Graph says `BadRequest` of everything: whether the action is greyed out, the stub itself knows. */
async function whyGreyedOut(stub: Connection, id: string, type: CommandType, args: TargetArguments): Promise<CommandError | undefined> {
  const found = (await actionsOf(stub, id).catch(() => [])).find(({ name }) => name === type);
  if (found === undefined || found.available) return undefined;
  // For one device; of many, each has the reason alone.
  const look = `\`mockfleet devices actions ${id}${sameServiceWords(args)}\` shows what this device can do.`;
  return new CommandError('action-unavailable', `${found.reason}${args.filter === undefined ? ` ${look}` : ''}`);
}

function accepted(args: TargetArguments, name: string, { id, deviceName }: Device): void {
  if (args.json) return void process.stdout.write(`${JSON.stringify({ id, action: name, accepted: true })}\n`);
  process.stdout.write(`Accepted: ${name} ${printable(deviceName)} (${id}).\n`);
  const words = deviceWords(args, id);
  // Not part of the result: a hint for people.
  process.stderr.write(
    name === 'delete'
      ? `Its device hears of it at its next check-in. What it shows: mockfleet devices screen ${words}\n`
      : `What Graph says of it: mockfleet devices show ${words}\nWhat the device shows: mockfleet devices screen ${words}\n`,
  );
}

/** As it was named, and where: for hints. What would steer the terminal is not repeated. */
function deviceWords(args: Pick<TargetArguments, 'device' | 'server' | 'state'>, id: string): string {
  const named = args.device !== undefined && printable(args.device) === args.device ? args.device : id;
  return `${shellWord(named)}${sameServiceWords(args)}`;
}

const deleteCommand: CommandModule<object, TargetArguments> = {
  command: 'delete [device]',
  describe: 'Delete the record; the device is retired or wiped when it next checks in',
  builder: manyDevices,
  async handler(asked) {
    const args = withFilter(asked);
    const stub = await connect(args);
    await actOn(
      stub,
      args,
      'delete',
      undefined,
      async ({ id }, stop) => void (await callOrFail(stub, 'DELETE', devicePath(id), undefined, stop)),
    );
  },
};

const actionsCommand: CommandModule<object, DeviceArguments> = {
  command: 'actions <device>',
  describe: 'Which actions this device can do now, and why not the others',
  builder: oneDevice,
  async handler(args) {
    const actions = await actionsOf(await connect(args), args.device);
    if (args.json) return void process.stdout.write(`${JSON.stringify(actions)}\n`);
    const nameWidth = Math.max(...actions.map(({ name }) => cliName(name).length)) + 2;
    const rows = actions.map(({ name, title, available, reason }) => [
      cliName(name),
      available ? 'yes' : 'no',
      available ? title : (reason ?? ''),
    ]);
    const widths = [nameWidth, 5, Math.max(30, Math.min(process.stdout.columns || 100, 140) - nameWidth - 5)];
    process.stdout.write(`${plainTable(rows, { widths, wraps: true }).join('\n')}\n`);
  },
};

async function actionsOf(stub: Connection, device: string): Promise<Availability[]> {
  return listOf<Availability>(stub, handsPath(device, '/actions'));
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
    await callOrFail(await connect(args), 'POST', handsPath(args.device, `/actions/${type}/cancel`));
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
