/** `mockfleet agent`: one device, over a WebSocket with mutual TLS. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { openAgentFile } from '../agent/agent-file.ts';
import type { DeviceNote } from '../agent/device/effects.ts';
import { type DeviceState, newDevice } from '../agent/device/state.ts';
import { AgentRunner, describe } from '../agent/runner.ts';
import { openWebSocketLink } from '../agent/websocket-link.ts';
import { createUniqueIdentities } from '../certs/identity.ts';
import { type EnrollmentType, enrollmentTypesOf, isEnrollmentTypeOf, type Platform, platforms } from '../protocol/platforms.ts';
import { formatInstant } from '../runtime/duration.ts';
import { defaultModels } from '../simulator/scenarios/default-models.ts';
import type { DeviceModel } from '../simulator/scenarios/scenario.ts';
import { findStub } from './connection.ts';
import { exitCodes, wrongUse } from './errors.ts';
import { makePrivateFolder, stateFiles, stateFolderDefault } from './state-folder.ts';
import { listenForStop } from './stop.ts';

interface AgentArguments {
  server: string | undefined;
  token: string | undefined;
  ca: string | undefined;
  state: string | undefined;
  stub: string;
  platform: string;
  enrollment: string | undefined;
  name: string | undefined;
  serial: string | undefined;
  user: string;
  wipesSilently: boolean;
  enrollAgain: boolean;
  json: boolean;
}

export const agentCommand: CommandModule<object, AgentArguments> = {
  command: 'agent',
  describe: 'Run one device: it enrols, checks in, obeys, and keeps its state',
  builder: (yargs) =>
    yargs
      .option('platform', { type: 'string', default: 'ios', requiresArg: true, describe: `Platform: ${platforms.join(', ')}` })
      .option('enrollment', {
        type: 'string',
        requiresArg: true,
        describe: 'Way to be enrolled (default: the platform\u2019s most common one)',
      })
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
      .option('name', { type: 'string', requiresArg: true, describe: 'Device name' })
      .option('serial', { type: 'string', requiresArg: true, describe: 'Serial number (default: a random one)' })
      .option('user', { type: 'string', default: 'user@contoso.example', requiresArg: true, describe: 'User principal name of its user' })
      .option('wipes-silently', {
        type: 'boolean',
        default: false,
        describe: 'Starts a wipe before it reports it, so that it stays pending',
      })
      .option('enroll-again', {
        type: 'boolean',
        default: false,
        describe: 'Enrol a device that was wiped, retired or refused, as a new record',
      })
      .option('json', { type: 'boolean', default: false, describe: 'One line of JSON per event' })
      .example('$0 agent --platform android --enrollment fully-managed', 'a fully managed Android device') as never,
  handler: agent,
};

async function agent(args: AgentArguments): Promise<void> {
  const { platform, enrollment } = kindOf(args);
  const server = args.server?.replace(/^wss:/i, 'https:').replace(/\/devices\/?$/, '');
  const stub = findStub({ server, token: args.token, ca: args.ca, state: args.stub });
  const name = args.name ?? `${platform}-${enrollment}`;
  mustBeLabel('name', name);
  mustBeLabel('user', args.user);
  if (args.serial !== undefined) mustBeLabel('serial', args.serial, serialCharsMax);
  if (args.state === undefined && !/^(?!\.{1,2}$)[^/\\]+$/.test(name)) {
    throw wrongUse(
      `--name ${name} cannot name a folder. Choose one without slashes, or say with --state where the device keeps its state.`,
    );
  }
  const folder = args.state ?? join(stateFiles(args.stub).agents, name);
  makePrivateFolder(folder);
  const file = openAgentFile(join(folder, 'agent.db'));
  const stop = listenForStop();

  let finish = (_code: number) => {};
  const finished = new Promise<number>((resolve) => {
    finish = resolve;
  });
  const print = printer(args.json);
  const url = `${stub.url.replace(/^https:/i, 'wss:')}/devices`;
  const runner = new AgentRunner({
    fresh: fresh(args, platform, enrollment, name),
    file,
    openLink: (identity) => openWebSocketLink({ url, ca: stub.ca }, identity),
    identities: createUniqueIdentities(),
    onNote(note, at) {
      print(noteLine(note), at);
      if (note.kind === 'wiped' || note.kind === 'unenrolled') finish(exitCodes.fine);
      if (note.kind === 'refused' && note.final && runner.state.phase === 'refused') finish(exitCodes.failed);
    },
    onTrouble: (sentence, at) => print({ event: 'trouble', message: sentence }, at),
  });
  const { state } = runner;
  print({ event: 'started', phase: state.phase, deviceId: state.deviceId, screen: state.screen, message: describe(state) }, runner.now);
  runner.start();
  if (state.phase === 'set-up' || (args.enrollAgain && isOver(state))) runner.tell({ type: 'enroll', token: stub.token });
  else if (isOver(state)) {
    print(
      { event: 'over', phase: state.phase, message: 'Nothing manages this device any more. --enroll-again enrols it as a new record.' },
      runner.now,
    );
    finish(state.phase === 'refused' ? exitCodes.failed : exitCodes.fine);
  }
  stop.signal.addEventListener('abort', () => finish(exitCodes.fine));
  process.exitCode = await finished;
  stop.close();
  runner.close();
}

function isOver({ phase }: DeviceState): boolean {
  return phase === 'wiped' || phase === 'retired' || phase === 'refused';
}

/** As long as the protocol takes. */
const labelCharsMax = 256;
const serialCharsMax = 64;

function mustBeLabel(option: string, text: string, charsMax = labelCharsMax): void {
  if (text.length >= 1 && text.length <= charsMax) return;
  throw wrongUse(`--${option} takes 1 to ${charsMax} characters; that is ${text.length}.`);
}

function kindOf(args: AgentArguments): { platform: Platform; enrollment: EnrollmentType } {
  const wanted = args.platform.toLowerCase();
  const platform = platforms.find((one) => one === wanted || (one === 'ios' && wanted === 'ipados'));
  if (platform === undefined) throw wrongUse(`--platform ${args.platform} is not known. Allowed: ${platforms.join(', ')}.`);
  const enrollment = args.enrollment ?? enrollmentTypesOf[platform][0];
  if (isEnrollmentTypeOf(platform, enrollment)) return { platform, enrollment };
  throw wrongUse(`--enrollment ${enrollment} does not fit ${platform}. Allowed: ${enrollmentTypesOf[platform].join(', ')}.`);
}

function fresh(args: AgentArguments, platform: Platform, enrollment: EnrollmentType, name: string): DeviceState {
  const model = defaultModels[platform][0] as DeviceModel;
  const random = randomBytes(10);
  return newDevice(
    {
      platform,
      enrollment,
      serialNumber: args.serial ?? `MF${random.toString('hex', 0, 5).toUpperCase()}`,
      deviceName: name,
      manufacturer: model.manufacturer,
      model: model.model,
      osVersion: model.osVersion,
      userPrincipalName: args.user,
    },
    random.readUInt32BE(6),
    { wipesSilently: args.wipesSilently },
  );
}

type Line = { event: string; message?: string } & Record<string, unknown>;

function noteLine(note: DeviceNote): Line {
  const { kind, ...detail } = note;
  const instants = ['notAfter', 'last', 'retryAt'];
  const readable = Object.entries(detail).map(([name, value]) => [name, instants.includes(name) ? formatInstant(Number(value)) : value]);
  return { event: kind, ...Object.fromEntries(readable) };
}

/** One line per event: JSON for programs, words for people. */
function printer(json: boolean): (line: Line, at: number) => void {
  return (line, at) => {
    if (json) return void process.stdout.write(`${JSON.stringify({ at: formatInstant(at), ...line })}\n`);
    const { event, message, ...rest } = line;
    const details = Object.entries(rest).map(([name, value]) => `${name}=${value}`);
    process.stdout.write(`${formatInstant(at)}  ${event.padEnd(12)} ${message ?? details.join(' ')}\n`);
  };
}
