/** `mockfleet agent`: one device, over a WebSocket with mutual TLS, and the person in front of it. */
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { openAgentFile } from '../agent/agent-file.ts';
import type { DeviceNote } from '../agent/device/effects.ts';
import type { DeviceState } from '../agent/device/state.ts';
import { type OpenHands, openHands } from '../agent/hands-link.ts';
import { askOverHttps } from '../agent/outside.ts';
import { AgentRunner } from '../agent/runner.ts';
import { screenWithoutNotifications } from '../agent/screens/index.ts';
import { webSocketLinks } from '../agent/websocket-link.ts';
import { createUniqueIdentities } from '../certs/identity.ts';
import { dayMs } from '../runtime/duration.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import { type DeviceOptions, deviceOptions, manyDeviceOptions, nameOf, newDeviceOf } from './agent-device.ts';
import { type EventLine, jsonLine, noteLine, wordsLine } from './agent-events.ts';
import { listenToLines, type Person } from './agent-stdin.ts';
import { findStub } from './connection.ts';
import { exitCodes, wrongUse } from './errors.ts';
import type { Connection } from './http.ts';
import { lastOnly, repeatable } from './repeated.ts';
import { makePrivateFolder, readEnrollmentToken, stateFiles, stateFolderDefault } from './state-folder.ts';
import { listenForStop } from './stop.ts';
import { type AgentTerminal, openAgentTerminal } from './terminal/agent-terminal.ts';

interface AgentArguments extends DeviceOptions {
  server: string | undefined;
  token: string | undefined;
  ca: string | undefined;
  state: string | undefined;
  stub: string;
  'enroll-again': boolean;
  hands: boolean;
  plain: boolean;
  stay: boolean;
  json: boolean;
}

export const agentCommand: CommandModule<object, AgentArguments> = {
  builder: (yargs) =>
    deviceOptions(repeatable(yargs))
      .option('server', { type: 'string', requiresArg: true, describe: 'Address of the server, https:// or wss:// (or MOCKFLEET_URL)' })
      .option('token', { type: 'string', requiresArg: true, describe: 'Token to enrol with (or MOCKFLEET_TOKEN)' })
      .option('ca', {
        type: 'string',
        requiresArg: true,
        describe: 'File with the certificate of the server\u2019s authority (or MOCKFLEET_CA)',
      })
      .option('stub', {
        type: 'string',
        default: stateFolderDefault,
        requiresArg: true,
        describe: 'State folder of a stub on this machine, where no server is named',
      })
      .option('state', {
        type: 'string',
        requiresArg: true,
        describe: 'The device\u2019s own folder (default: agents/NAME in the stub\u2019s)',
      })
      .option('enroll-again', {
        type: 'boolean',
        default: false,
        describe: 'Enrol a device that was wiped, retired or refused, as a new record',
      })
      .option('stay', {
        type: 'boolean',
        default: false,
        describe: 'Do not end when the device is wiped, retired or refused: its screen can still be typed into',
      })
      .option('hands', {
        type: 'boolean',
        default: true,
        describe: 'Let `mockfleet devices screen`, `type`, `press` and `change` reach it (--no-hands: not)',
      })
      .option('plain', { type: 'boolean', default: false, describe: 'No drawn screen on a terminal: one line per event, nothing is read' })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON per event; screens whole' })
      .example('$0 agent --platform android --enrollment fully-managed', 'a fully managed Android device')
      .example('$0 agent --passcode 246810 --find-my --app Chess', 'an iPhone that was used before')
      .example('$0 agent --behavior wipe:silent --behavior any:fail:12@5%', 'one with bad habits')
      .epilogue(
        [
          'On a terminal the device\u2019s screen is drawn, and what you type goes into it; /help there says more.',
          'In the background of a shell, say --plain.',
          '',
          'From a pipe, lines of JSON are typed, and each is answered by an `input` event; the end of the',
          'input does not end the device. For example {"type":"246810"}, {"network":false} or',
          '{"press":"unlock","values":{"passcode":"246810"}}.',
          '',
          'Without a terminal it ends when it is wiped or retired (exit code 0) or refused for ever (1).',
        ].join('\n'),
      ) as never,
  handler: agent,
};

/** The one that was named; or, for a stub of this machine, its enrollment token: the administrator's would do, but need not lie in a device. */
function enrollmentTokenOf({ token, stub: folder }: AgentArguments, stub: Connection): string {
  if (token !== undefined || process.env.MOCKFLEET_TOKEN !== undefined) return stub.token;
  return readEnrollmentToken(stateFiles(folder)) ?? stub.token;
}

async function agent(given: AgentArguments): Promise<void> {
  const args = lastOnly(given, manyDeviceOptions);
  const fresh = newDeviceOf(args);
  const server = args.server?.replace(/^wss:/i, 'https:').replace(/\/devices\/?$/, '');
  const stub = findStub({ server, token: args.token, ca: args.ca, state: args.stub });
  const enrollmentToken = enrollmentTokenOf(args, stub);
  const folder = folderOf(args);
  makePrivateFolder(folder);
  const file = openAgentFile(join(folder, 'agent.db'));
  const stop = listenForStop();
  const isDrawn = process.stdin.isTTY && process.stdout.isTTY && process.env.TERM !== 'dumb' && !args.json && !args.plain;
  const stays = isDrawn || args.stay;

  let finish = (_code: number) => {};
  const finished = new Promise<number>((resolve) => {
    finish = resolve;
  });
  let hands: OpenHands | undefined;
  let terminal: AgentTerminal | undefined;
  const print = (line: EventLine, at: number) => {
    const text = args.json ? jsonLine(line, at) : wordsLine(line, at);
    if (terminal === undefined) process.stdout.write(`${text}\n`);
    else terminal.event(text);
  };
  const onTrouble = (sentence: string) => print({ event: 'trouble', message: sentence }, runner.now);
  const devices = stub.url.replace(/^https:/i, 'wss:');
  const runner = new AgentRunner({
    fresh,
    file,
    openLink: webSocketLinks({ url: `${devices}/devices`, ca: stub.ca }),
    identities: createUniqueIdentities(),
    ask: askOverHttps({ url: stub.url, ca: stub.ca }),
    enrollmentToken,
    onNote(note, at) {
      print(
        noteLine(note, () => screenWithoutNotifications(runner.state)),
        at,
      );
      const exitCode = endOf(note, runner.state);
      if (exitCode !== undefined && !stays) finish(exitCode);
    },
    onTrouble,
    onView(view) {
      hands?.viewChanged(view);
      terminal?.changed();
    },
  });
  const person: Person = { view: () => runner.view(), act: (what) => runner.act(what) };
  if (isDrawn) {
    terminal = openAgentTerminal({ input: process.stdin, output: process.stdout, person, onQuit: () => finish(exitCodes.fine) });
  }
  const stopListening = process.stdin.isTTY ? () => {} : listenToLines(process.stdin, person, (line) => print(line, runner.now));
  begin(runner, args, stub.token, print);
  if (isOver(runner.state) && !stays) finish(runner.state.phase === 'refused' ? exitCodes.failed : exitCodes.fine);
  if (args.hands) hands = openHands({ url: `${devices}/hands`, ca: stub.ca, token: stub.token, runner, onTrouble });
  stop.signal.addEventListener('abort', () => finish(exitCodes.fine));
  // A device without a network, switched off or staying at its last screen may wait for nothing, and Node ends what waits for nothing.
  const alive = setInterval(() => {}, dayMs);
  process.exitCode = await finished;
  clearInterval(alive);
  stop.close();
  stopListening();
  hands?.close();
  terminal?.close();
  if (terminal !== undefined) process.stdout.write(`${printable(runner.view().description)}\nIts state is kept in ${folder}.\n`);
  runner.close();
}

/** Switches the device on, and enrols it where it is new or was asked to begin anew. */
function begin(runner: AgentRunner, args: AgentArguments, token: string, print: (line: EventLine, at: number) => void): void {
  const { state } = runner;
  const { description } = runner.view();
  const screen = screenWithoutNotifications(state);
  const shown = { screen: screen.kind, ...(args.json ? { view: screen } : {}) };
  print({ event: 'started', phase: state.phase, deviceId: state.deviceId, ...shown, message: description }, runner.now);
  runner.start();
  if (state.phase === 'set-up' || (args['enroll-again'] && isOver(state))) return runner.tell({ type: 'enroll', token });
  if (!isOver(state)) return;
  const message = 'Nothing manages this device any more. --enroll-again enrols it as a new record.';
  print({ event: 'over', phase: state.phase, message }, runner.now);
}

/** Whether nothing will happen to the device by itself any more, and how its program ends then. */
function endOf(note: DeviceNote, { phase }: DeviceState): number | undefined {
  if (note.kind === 'wiped' || note.kind === 'unenrolled') return exitCodes.fine;
  return note.kind === 'refused' && note.final && phase === 'refused' ? exitCodes.failed : undefined;
}

function isOver({ phase }: DeviceState): boolean {
  return phase === 'wiped' || phase === 'retired' || phase === 'refused';
}

function folderOf(args: AgentArguments): string {
  if (args.state !== undefined) return args.state;
  const name = nameOf(args);
  if (/^(?!\.{1,2}$)[^/\\]+$/.test(name)) return join(stateFiles(args.stub).agents, name);
  throw wrongUse(`--name ${name} cannot name a folder. Choose one without slashes, or say with --state where the device keeps its state.`);
}
