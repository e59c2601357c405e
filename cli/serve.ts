/** `mockfleet serve`: the live stub. */
import { randomBytes } from 'node:crypto';
import type { CommandModule } from 'yargs';
import { loopbackHosts } from '../certs/authority.ts';
import { authorityFiles, openOrCreateAuthority } from '../certs/authority-folder.ts';
import { serialBytes, serialFromBytes } from '../certs/serial.ts';
import { systemClock } from '../runtime/clock.ts';
import { formatInstant } from '../runtime/duration.ts';
import { jsonLog, type LogLevel } from '../runtime/log.ts';
import { listen, type NodeServer } from '../server-stub/node-server.ts';
import { openSqliteStore } from '../server-stub/store/sqlite-store.ts';
import { CommandError, errorText, exitCodes, wholeNumber, wrongUse } from './errors.ts';
import { TenantHost } from './serve/host.ts';
import { OwnTenant } from './serve/own-tenant.ts';
import { Player } from './serve/player.ts';
import { hints, type Ready, readyText } from './serve/ready.ts';
import { openScenarioTenant } from './serve/scenario-tenant.ts';
import type { ProcessParts } from './serve/served-tenant.ts';
import { type LimitArguments, limitOptions, readLimits } from './serve-limits.ts';
import { mustFitMail, openMail } from './serve-mail.ts';
import { asStartedAgain, type PushArguments, pushOptions, pushOptionsGiven, readPush } from './serve-push.ts';
import { openingText, readOpening, scenarioFolder } from './serve-scenario.ts';
import { readTenant } from './serve-tenant.ts';
import { shellWord } from './shell-word.ts';
import {
  announce,
  makeStateFolder,
  openEnrollmentToken,
  openToken,
  type StateFiles,
  stateFolderDefault,
  withdraw,
} from './state-folder.ts';
import { listenForStop } from './stop.ts';

interface ServeArguments extends PushArguments, LimitArguments {
  port: number;
  host: string;
  state: string | undefined;
  scenario: string | undefined;
  at: string | undefined;
  tenant: string | undefined;
  speed: number | undefined;
  devices: number;
  smtp: string | undefined;
  'smtp-from': string | undefined;
  'mailbox-port': number | undefined;
  logLevel: string;
  json: boolean;
}

export const serveCommand: CommandModule<object, ServeArguments> = {
  builder: (yargs) =>
    limitOptions(pushOptions(yargs))
      .option('port', { type: 'number', default: 8443, requiresArg: true, describe: 'Port; 0 picks a free one' })
      .option('host', {
        type: 'string',
        default: '127.0.0.1',
        requiresArg: true,
        describe: 'Address to listen on; anything but loopback opens the stub to your network',
      })
      .option('state', {
        type: 'string',
        requiresArg: true,
        describe: `Folder for everything that lasts (default: ${stateFolderDefault}; with --scenario a new one in mockfleet-state)`,
      })
      .option('scenario', {
        type: 'string',
        requiresArg: true,
        describe: 'Live this scenario (name, or path of a .yaml file) with real agents, stop the clock, and go on from there by hand',
      })
      .option('at', {
        type: 'string',
        requiresArg: true,
        describe: 'Where to stop in it: time since its start, or an instant (default: where it looks for the first time)',
      })
      .option('tenant', {
        type: 'string',
        requiresArg: true,
        describe: 'Tenant file (.yaml): people, groups, programs and roles, and devices that live in this process and outlast it',
      })
      .option('speed', {
        type: 'number',
        requiresArg: true,
        describe: 'How fast time runs: 1 real, 0 frozen, 3600 an hour every second (default: as it was left)',
      })
      .option('devices', {
        type: 'number',
        default: 0,
        requiresArg: true,
        describe: 'Add a living fleet of this many devices, in this process; with --scenario: in place of the scenario\u2019s',
      })
      .option('smtp', {
        type: 'string',
        requiresArg: true,
        describe:
          'Mail server that the tenant sends through, smtp://user:password@host:587 or smtps://\u2026 (or MOCKFLEET_SMTP; default: a mailbox of its own)',
      })
      .option('smtp-from', {
        type: 'string',
        requiresArg: true,
        describe: 'Sender of the service\u2019s own mails, where that server wants another one',
      })
      .option('mailbox-port', {
        type: 'number',
        requiresArg: true,
        describe: 'Port of the tenant\u2019s own mailbox, which takes mails from any program of this machine (default: a free one)',
      })
      .option('log-level', {
        choices: ['debug', 'info', 'warn', 'error', 'silent'],
        default: 'info',
        describe: 'Log lines (JSON) on standard error',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print one line of JSON when ready' })
      .example('$0 serve --port 0 --json', 'for programs: a free port, and one line that says where')
      .example('$0 serve --tenant tenant.yaml', 'a tenant as a file says it; `mockfleet tenant new` writes one to begin with')
      .example('$0 serve --scenario wipe-pending-for-ever --at 2d', 'a ticket, reproduced up to its second day')
      .example('$0 serve --devices 50 --speed 3600', 'a tenant with a living fleet, an hour every second') as never,
  handler: serve,
};

async function serve(args: ServeArguments): Promise<void> {
  mustFit(args);
  const push = readPush(args);
  const limits = readLimits(args);
  const opening = args.scenario === undefined ? undefined : readOpening({ scenario: args.scenario, at: args.at, devices: args.devices });
  const seed = args.tenant === undefined ? undefined : readTenant(args.tenant, args.devices);
  const stop = listenForStop();
  const log = jsonLog(args.logLevel as LogLevel);
  // A fault of ours, or of the disk: what was accepted is in the file, and a stub that goes on could only guess.
  process.once('uncaughtException', (error) => {
    process.stderr.write(
      `The stub stops: ${errorText(error, { debug: true })}\nEverything accepted is kept; start it again with the same --state.\n`,
    );
    process.exit(exitCodes.failed);
  });
  const state = opening === undefined ? (args.state ?? stateFolderDefault) : scenarioFolder(args.state, opening.scenario.name);
  const files = makeStateFolder(state);
  const store = openSqliteStore(files.database);
  const authority = openOrCreateAuthority(files.authority, {
    now: systemClock.now(),
    serialNumber: serialFromBytes(randomBytes(serialBytes)),
  });
  const tokens = openTokens(files);
  const mail = await openMail(args, { log, receive: (received) => host.served.stub.inside.tenant().receiveMail(received) }).catch(
    (error: unknown) => {
      store.close();
      throw error;
    },
  );
  const player = new Player(() => ({ host, home, parts, folder: files.folder }));
  const parts: ProcessParts = {
    authority,
    tokens: { enrollmentToken: tokens.enrollment, ownerToken: tokens.administrator },
    adminToken: tokens.administrator,
    mail,
    log,
    scenarios: player,
  };
  const home = new OwnTenant({ store, folder: files.folder, push, seed, devices: opening === undefined ? args.devices : 0 }, parts);
  const first =
    opening === undefined
      ? home.open()
      : openScenarioTenant(
          { scenario: opening.scenario, store, folder: files.folder, keys: files.folder, onChange: () => player.changed() },
          parts,
        );
  const host = new TenantHost(first);
  const { stub } = first;
  if (args.speed !== undefined && opening === undefined) stub.clock.setSpeed(args.speed);
  // What is said at the start counts, whatever was said to the stub before.
  if (Object.keys(push).length > 0) stub.inside.tenant().setPushSettings(asStartedAgain(push));
  const server = await listening({ stub: host, authority, log, port: args.port, host: args.host, limits }, async () => {
    first.close();
    await mail.close();
    store.close();
  });
  const ca = authorityFiles(files.authority).certificate;
  let told = '';
  try {
    if (opening === undefined) {
      home.plant(first);
      await home.begin(first);
    } else {
      process.stderr.write(`Living ${opening.scenario.name} until ${formatInstant(opening.at)} \u2026\n`);
      await first.story?.handOverAt(opening.at);
      told = first.story === null ? '' : openingText(opening, first.story, shellWord(state), Math.min(process.stdout.columns || 100, 120));
      if (args.speed !== undefined) stub.clock.setSpeed(args.speed);
    }
  } catch (error) {
    // A server that still listens would keep the process from ending.
    first.close();
    await mail.close();
    await server.close();
    store.close();
    throw error;
  }
  announce(files, { url: server.url, devices: server.devices, ca, pid: process.pid });
  const { url, devices } = server;
  const ready: Ready = {
    url,
    devices,
    portal: `${url}/portal`,
    token: tokens.administrator,
    enrollmentToken: tokens.enrollment,
    ca,
    state: files.folder,
    smtp: mail.url,
    mailbox: `${url}/mockfleet/mail`,
    console: `${url}/`,
  };
  if (args.json) {
    const scenario = opening?.scenario.name ?? null;
    const at = opening === undefined ? null : formatInstant(opening.at);
    process.stdout.write(`${JSON.stringify({ ready: true, ...ready, scenario, at })}\n`);
  } else {
    const { now, mode } = stub.clock.show();
    const shown = tokens.isMade ? tokens.administrator : `in ${files.token}`;
    process.stdout.write(readyText(ready, { token: shown, time: `${now} (${mode})` }));
    process.stdout.write(`${told === '' ? hints(state) : told}\n\nCtrl-C stops it; everything is kept.\n`);
    if (!loopbackHosts.includes(args.host)) process.stderr.write(`Careful: everyone who reaches ${args.host} can talk to this stub.\n`);
  }
  await new Promise<void>((resolve) => {
    if (stop.signal.aborted) resolve();
    stop.signal.addEventListener('abort', () => resolve());
  });
  await host.settled();
  const { served } = host;
  log.info({ event: 'stopping', now: formatInstant(served.stub.clock.now()) }, 'Stopping; everything is kept.');
  withdraw(files);
  // What came before is taken and answered, then the devices are told; from here on nobody is let in.
  served.close();
  const drained = server.close();
  await mail.close();
  await drained;
  for (const one of new Set([served.store, store])) one.close();
}

function mustFit(args: ServeArguments): void {
  wholeNumber('port', args.port, 0, 65_535);
  wholeNumber('devices', args.devices, 0, 20_000);
  mustFitMail(args);
  if (args.speed !== undefined && !(args.speed >= 0 && args.speed <= 1_000_000))
    throw wrongUse('--speed takes a number from 0 to 1000000.');
  if (args.scenario === undefined && args.at !== undefined) throw wrongUse('--at is a moment of a scenario: name it with --scenario.');
  if (args.scenario !== undefined && args.tenant !== undefined)
    throw wrongUse('--tenant and --scenario each bring a tenant of their own: name one of them.');
  const [push] = pushOptionsGiven(args);
  if (args.scenario !== undefined && push !== undefined)
    throw wrongUse(`--${push} is the scenario\u2019s own; leave it out with --scenario.`);
}

/** @throws CommandError `address-unavailable`; what was opened before is closed then */
async function listening(options: Parameters<typeof listen>[0], close: () => Promise<void>): Promise<NodeServer> {
  try {
    return await listen(options);
  } catch (error) {
    await close();
    throw new CommandError(
      'address-unavailable',
      `${options.host}:${options.port} cannot be listened on (${(error as Error).message}). Choose another --port; 0 picks a free one.`,
    );
  }
}

/** @throws CommandError `token-empty` */
function openTokens(files: StateFiles): { administrator: string; enrollment: string; isMade: boolean } {
  const { token: administrator, made: isMade } = openToken(files);
  const enrollment = openEnrollmentToken(files);
  for (const [path, secret] of [
    [files.token, administrator],
    [files.enrollmentToken, enrollment],
  ] as const) {
    if (secret === '') throw new CommandError('token-empty', `${path} is empty. Delete it, and the next start makes another token.`);
  }
  return { administrator, enrollment, isMade };
}
