/** `mockfleet serve`: the live stub. */
import { randomBytes } from 'node:crypto';
import type { CommandModule } from 'yargs';
import { loopbackHosts } from '../certs/authority.ts';
import { authorityFiles, openOrCreateAuthority } from '../certs/authority-folder.ts';
import { serialBytes, serialFromBytes } from '../certs/serial.ts';
import { type ClockSetting, ScaledClock, systemClock } from '../runtime/clock.ts';
import { formatInstant } from '../runtime/duration.ts';
import { jsonLog, type LogLevel } from '../runtime/log.ts';
import { nudgeKeptMsDefault, renewalWindowMsDefault } from '../server-stub/core/settings.ts';
import { listen, type NodeServer } from '../server-stub/node-server.ts';
import { openSqliteStore } from '../server-stub/store/sqlite-store.ts';
import type { Store } from '../server-stub/store/store.ts';
import { createStub } from '../server-stub/stub.ts';
import { type LiveFleet, startLiveFleet } from '../simulator/live-fleet.ts';
import { CommandError, errorText, exitCodes, wholeNumber, wrongUse } from './errors.ts';
import { announce, makeStateFolder, openToken, stateFolderDefault, withdraw } from './state-folder.ts';
import { listenForStop } from './stop.ts';

interface ServeArguments {
  port: number;
  host: string;
  state: string;
  speed: number | undefined;
  devices: number;
  pushLoss: number;
  logLevel: string;
  json: boolean;
}

export const serveCommand: CommandModule<object, ServeArguments> = {
  command: 'serve',
  describe: 'Run the stub: Microsoft Graph for administrators, WebSockets with mutual TLS for devices',
  builder: (yargs) =>
    yargs
      .option('port', { type: 'number', default: 8443, requiresArg: true, describe: 'Port; 0 picks a free one' })
      .option('host', {
        type: 'string',
        default: '127.0.0.1',
        requiresArg: true,
        describe: 'Address to listen on; anything but loopback opens the stub to your network',
      })
      .option('state', { type: 'string', default: stateFolderDefault, requiresArg: true, describe: 'Folder for everything that lasts' })
      .option('speed', {
        type: 'number',
        requiresArg: true,
        describe: 'How fast time runs: 1 real, 0 frozen, 3600 an hour every second (default: as it was left)',
      })
      .option('devices', {
        type: 'number',
        default: 0,
        requiresArg: true,
        describe: 'Add a living fleet of this many devices, in this process',
      })
      .option('push-loss', { type: 'number', default: 0, requiresArg: true, describe: 'Share of push nudges that are lost, 0 to 1' })
      .option('log-level', {
        choices: ['debug', 'info', 'warn', 'error', 'silent'],
        default: 'info',
        describe: 'Log lines (JSON) on standard error',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print one line of JSON when ready' })
      .example('$0 serve --port 0 --json', 'for programs: a free port, and one line that says where')
      .example('$0 serve --devices 50 --speed 3600', 'a tenant with a living fleet, an hour every second') as never,
  handler: serve,
};

async function serve(args: ServeArguments): Promise<void> {
  wholeNumber('port', args.port, 0, 65_535);
  wholeNumber('devices', args.devices, 0, 20_000);
  if (!(args.pushLoss >= 0 && args.pushLoss <= 1)) throw wrongUse('--push-loss takes a share from 0 to 1.');
  if (args.speed !== undefined && !(args.speed >= 0 && args.speed <= 1_000_000))
    throw wrongUse('--speed takes a number from 0 to 1000000.');
  const stop = listenForStop();
  const log = jsonLog(args.logLevel as LogLevel);
  // A fault of ours, or of the disk: what was accepted is in the file, and a stub that goes on could only guess.
  process.once('uncaughtException', (error) => {
    process.stderr.write(
      `The stub stops: ${errorText(error, { debug: true })}\nEverything accepted is kept; start it again with the same --state.\n`,
    );
    process.exit(exitCodes.failed);
  });
  const files = makeStateFolder(args.state);
  const store = openSqliteStore(files.database);
  const authority = openOrCreateAuthority(files.authority, {
    now: systemClock.now(),
    serialNumber: serialFromBytes(randomBytes(serialBytes)),
  });
  const { token, made } = openToken(files);
  if (token === '') throw new CommandError('token-empty', `${files.token} is empty. Delete it, and the next start makes another token.`);
  const stub = createStub({
    store,
    authority,
    clock: openClock(store),
    settings: {
      seed: openSeed(store),
      enrollmentToken: token,
      renewalWindowMs: renewalWindowMsDefault,
      // A tenant at one's desk loses no push by chance, and delivers it at once: --push-loss brings the weather.
      push: { lost: args.pushLoss, latencyMs: () => 0, keptForMs: nudgeKeptMsDefault },
    },
    adminToken: token,
    log,
  });
  if (args.speed !== undefined) stub.clock.setSpeed(args.speed);
  let server: NodeServer;
  try {
    server = await listen({ stub, authority, log, port: args.port, host: args.host });
  } catch (error) {
    stub.close();
    store.close();
    throw new CommandError(
      'address-unavailable',
      `${args.host}:${args.port} cannot be listened on (${(error as Error).message}). Choose another --port; 0 picks a free one.`,
    );
  }
  const ca = authorityFiles(files.authority).certificate;
  announce(files, { url: server.url, devices: server.devices, ca, pid: process.pid });
  let fleet: LiveFleet | undefined;
  if (args.devices > 0) fleet = await startLiveFleet({ stub, authority, count: args.devices, token, keys: files.folder });
  if (args.json) {
    process.stdout.write(`${JSON.stringify({ ready: true, url: server.url, devices: server.devices, token, ca, state: files.folder })}\n`);
  } else {
    const elsewhere = (option: string) => (args.state === stateFolderDefault ? '' : ` --${option} ${args.state}`);
    const shown = made ? token : `in ${files.token}`;
    process.stdout.write(
      `mockfleet is ready.\n\n  Graph     ${server.url}/v1.0\n  devices   ${server.devices}\n  token     ${shown}\n  CA        ${ca}\n  time      ${stub.clock.show().now} (${stub.clock.show().mode})\n\n` +
        `Try, in another terminal:\n  mockfleet agent --platform ios${elsewhere('stub')}\n  mockfleet devices list${elsewhere('state')}\n  mockfleet clock advance 366d${elsewhere('state')}\n\nCtrl-C stops it; everything is kept.\n`,
    );
    if (!loopbackHosts.includes(args.host)) process.stderr.write(`Careful: everyone who reaches ${args.host} can talk to this stub.\n`);
  }
  await new Promise<void>((resolve) => {
    if (stop.signal.aborted) resolve();
    stop.signal.addEventListener('abort', () => resolve());
  });
  log.info({ event: 'stopping', now: formatInstant(stub.clock.now()) }, 'Stopping; everything is kept.');
  fleet?.close();
  withdraw(files);
  stub.close();
  await server.close();
  store.close();
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
