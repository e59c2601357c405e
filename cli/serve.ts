/** `mockfleet serve`: the live stub. */
import { randomBytes } from 'node:crypto';
import type { CommandModule } from 'yargs';
import { loopbackHosts } from '../certs/authority.ts';
import { authorityFiles, openOrCreateAuthority } from '../certs/authority-folder.ts';
import { serialBytes, serialFromBytes } from '../certs/serial.ts';
import { type ClockSetting, ScaledClock, systemClock } from '../runtime/clock.ts';
import { formatInstant } from '../runtime/duration.ts';
import { jsonLog, type LogLevel } from '../runtime/log.ts';
import { tenantConfigurationSetting } from '../server-stub/core/configuration.ts';
import { type PushSettings, pushAtOnce, renewalWindowMsDefault, tenantConfigurationDefault } from '../server-stub/core/settings.ts';
import { listen, type NodeServer } from '../server-stub/node-server.ts';
import { openSqliteStore } from '../server-stub/store/sqlite-store.ts';
import type { Store } from '../server-stub/store/store.ts';
import { createStub } from '../server-stub/stub.ts';
import { startLiveFleet } from '../simulator/live-fleet.ts';
import { openAt } from '../simulator/live-run.ts';
import { coreSettings } from '../simulator/world/settings.ts';
import { CommandError, errorText, exitCodes, wholeNumber, wrongUse } from './errors.ts';
import { type LimitArguments, limitOptions, readLimits } from './serve-limits.ts';
import { type Mail, mustFitMail, openMail } from './serve-mail.ts';
import { asStartedAgain, type PushArguments, pushOptions, pushOptionsGiven, readPush } from './serve-push.ts';
import { type Opening, openingText, readOpening, scenarioFolder } from './serve-scenario.ts';
import { plantFile, readTenant, startTenant } from './serve-tenant.ts';
import { shellWord } from './shell-word.ts';
import { announce, makeStateFolder, openEnrollmentToken, openToken, stateFolderDefault, withdraw } from './state-folder.ts';
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
  const { token, made } = openToken(files);
  const enrollmentToken = openEnrollmentToken(files);
  for (const [path, secret] of [
    [files.token, token],
    [files.enrollmentToken, enrollmentToken],
  ] as const) {
    if (secret === '') throw new CommandError('token-empty', `${path} is empty. Delete it, and the next start makes another token.`);
  }
  const tokens = { enrollmentToken, ownerToken: token };
  const mail = await openMail(args, { log, receive: (received) => stub.inside.tenant().receiveMail(received) }).catch((error: unknown) => {
    store.close();
    throw error;
  });
  const stub = createStub({
    store,
    authority,
    ...(opening === undefined ? ownSettings(store, tokens, push) : scenarioSettings(store, tokens, opening)),
    adminToken: token,
    plantFile: (text, by) => plantFile(stub, text, by),
    mailer: mail.mailer,
    mailFaults: mail.faults,
    log,
  });
  if (args.speed !== undefined && opening === undefined) stub.clock.setSpeed(args.speed);
  // What is said at the start counts, whatever was said to the stub before.
  if (Object.keys(push).length > 0) stub.inside.tenant().setPushSettings(asStartedAgain(push));
  const server = await listening({ stub, authority, log, port: args.port, host: args.host, limits }, store, mail);
  const ca = authorityFiles(files.authority).certificate;
  const living: { close(): void }[] = [];
  let told = '';
  try {
    if (opening !== undefined) {
      process.stderr.write(`Living ${opening.scenario.name} until ${formatInstant(opening.at)} \u2026\n`);
      const opened = await openAt({ stub, authority, ...opening, keys: files.folder, token: enrollmentToken });
      living.push(opened);
      told = openingText(opening, opened, shellWord(state), Math.min(process.stdout.columns || 100, 120));
      if (args.speed !== undefined) stub.clock.setSpeed(args.speed);
    }
    const surroundings = { stub, authority, token: enrollmentToken, keys: files.folder };
    if (seed !== undefined) living.push(await startTenant(seed, surroundings));
    if (opening === undefined && args.devices > 0) living.push(await startLiveFleet({ ...surroundings, count: args.devices }));
  } catch (error) {
    for (const one of living) one.close();
    // A server that still listens would keep the process from ending.
    stub.close();
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
    token,
    enrollmentToken,
    ca,
    state: files.folder,
    smtp: mail.url,
    mailbox: `${url}/mockfleet/mail`,
  };
  if (args.json) {
    const scenario = opening?.scenario.name ?? null;
    const at = opening === undefined ? null : formatInstant(opening.at);
    process.stdout.write(`${JSON.stringify({ ready: true, ...ready, scenario, at, console: null })}\n`);
  } else {
    const { now, mode } = stub.clock.show();
    process.stdout.write(readyText(ready, { token: made ? token : `in ${files.token}`, time: `${now} (${mode})` }));
    process.stdout.write(`${told === '' ? hints(state) : told}\n\nCtrl-C stops it; everything is kept.\n`);
    if (!loopbackHosts.includes(args.host)) process.stderr.write(`Careful: everyone who reaches ${args.host} can talk to this stub.\n`);
  }
  await new Promise<void>((resolve) => {
    if (stop.signal.aborted) resolve();
    stop.signal.addEventListener('abort', () => resolve());
  });
  log.info({ event: 'stopping', now: formatInstant(stub.clock.now()) }, 'Stopping; everything is kept.');
  for (const one of living) one.close();
  withdraw(files);
  // What came before is taken and answered, then the devices are told; from here on nobody is let in.
  stub.close();
  const drained = server.close();
  await mail.close();
  await drained;
  store.close();
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

interface Ready {
  url: string;
  devices: string;
  portal: string;
  token: string;
  enrollmentToken: string;
  ca: string;
  state: string;
  /** Where the tenant's mails go. */
  smtp: string;
  mailbox: string;
}

function readyText({ url, devices, portal, ca, enrollmentToken, smtp }: Ready, { token, time }: { token: string; time: string }): string {
  return `mockfleet is ready.\n\n  Graph     ${url}/v1.0\n  devices   ${devices}\n  portal    ${portal} (a device\u2019s user)\n  token     ${token}\n  password  ${enrollmentToken} (of users without one of their own; it enrols devices, too)\n  CA        ${ca}\n  mail      ${smtp} (\`mockfleet mail\` shows what arrived)\n  time      ${time}\n\n`;
}

function hints(state: string): string {
  const elsewhere = (option: string) => (state === stateFolderDefault ? '' : ` --${option} ${shellWord(state)}`);
  return `Try, in another terminal:\n  mockfleet agent --platform ios${elsewhere('stub')}\n  mockfleet devices list${elsewhere('state')}\n  mockfleet clock advance 366d${elsewhere('state')}`;
}

/** @throws CommandError `address-unavailable`; what was opened before is closed then */
async function listening(options: Parameters<typeof listen>[0], store: Store, mail: Mail): Promise<NodeServer> {
  try {
    return await listen(options);
  } catch (error) {
    options.stub.close();
    await mail.close();
    store.close();
    throw new CommandError(
      'address-unavailable',
      `${options.host}:${options.port} cannot be listened on (${(error as Error).message}). Choose another --port; 0 picks a free one.`,
    );
  }
}

type OwnSettings = Pick<Parameters<typeof createStub>[0], 'clock' | 'settings'>;

type Tokens = Pick<OwnSettings['settings'], 'enrollmentToken' | 'ownerToken'>;

function ownSettings(store: Store, tokens: Tokens, push: Partial<PushSettings>): OwnSettings {
  return {
    clock: openClock(store),
    settings: {
      seed: openSeed(store),
      ...tokens,
      renewalWindowMs: renewalWindowMsDefault,
      // A tenant at one's desk loses no push by chance, and delivers it at once: options bring the weather.
      push: { ...pushAtOnce, ...push },
    },
  };
}

/** As in virtual time, so that ids, codes and PINs agree; kept, so that the stub can be started again without its scenario. */
function scenarioSettings(store: Store, tokens: Tokens, { scenario }: Opening): OwnSettings {
  const settings = { ...coreSettings(scenario), ...tokens };
  store.saveSetting('seed', settings.seed);
  store.saveSetting(tenantConfigurationSetting, JSON.stringify({ ...tenantConfigurationDefault, ...settings.tenant }));
  return { clock: new ScaledClock({ anchorReal: systemClock.now(), anchor: scenario.startAt, speed: 0 }), settings };
}

/** Every id and draw comes from it; made once, kept in the store. */
function openSeed(store: Store): string {
  const kept = store.setting('seed');
  if (kept !== undefined) return kept;
  const seed = randomBytes(16).toString('hex');
  store.saveSetting('seed', seed);
  return seed;
}

/** The clock as it was set: while the stub was stopped, real time has passed on it, at its speed. */
function openClock(store: Store): ScaledClock {
  const kept = store.setting('clock');
  return new ScaledClock(kept === undefined ? undefined : (JSON.parse(kept) as ClockSetting));
}
