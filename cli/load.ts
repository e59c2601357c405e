/** `mockfleet load`: thousands of devices over real sockets. How it goes is on standard error, the result on standard output, the files in a folder. */
import { resolve } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { runLoad } from '../simulator/load/load.ts';
import type { LoadOptions, LoadProgress } from '../simulator/load/load-options.ts';
import type { LoadResult } from '../simulator/load/load-result.ts';
import { measuresSoFar } from '../simulator/load/measures.ts';
import { loadJunit } from '../simulator/load/report/load-junit.ts';
import { judgeLoad, type LoadReport } from '../simulator/load/report/load-report.ts';
import { loadSummary } from '../simulator/load/report/load-summary.ts';
import { formatSeconds } from '../simulator/load/report/load-words.ts';
import { type ShapeName, shapeNames, shapes } from '../simulator/load/shapes.ts';
import { firstExceeded, judgedSoFar, measureNames } from '../simulator/load/threshold.ts';
import { formatCount } from '../simulator/report/figures.ts';
import { RunStopped } from '../simulator/run-progress.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import { exitCodes } from './errors.ts';
import { type LoadArguments, type LoadAsked, readLoad, scenarioDefault } from './load/arguments.ts';
import { loadPagePath, writeLoadFiles } from './load/files.ts';
import { type MetricsServer, serveMetrics } from './load/metrics.ts';
import { type LoadScreen, loadScreen } from './load/screen.ts';
import { lastOnly, repeatable } from './repeated.ts';
import { nearPath, prepareFolder, writeNamed } from './run-files.ts';
import { stateFolderDefault } from './state-folder.ts';
import { listenForStop, type Stop } from './stop.ts';

const whereGroup = 'Where:';
const loadGroup = 'What load:';
const judgeGroup = 'How it is judged:';
const leaveGroup = 'What it leaves:';

/** Before that no threshold ends a run: the first connections are no measure of the rest. */
const warmUpMs = 5_000;

export const loadCommand: CommandModule<object, LoadArguments> = {
  // `--threshold A B` takes both: there are no positionals that they could be meant for.
  builder: (yargs) =>
    leaveOptions(
      judgeOptions(loadOptions(whereOptions(repeatable(yargs).parserConfiguration({ 'greedy-arrays': true })))),
    ) as unknown as Argv<LoadArguments>,
  handler: load,
};

function whereOptions<T>(yargs: Argv<T>) {
  const text = { type: 'string', requiresArg: true, group: whereGroup } as const;
  return yargs
    .option('server', {
      ...text,
      array: true,
      describe: 'Address for devices, wss://host:port/devices, or of a stub, https://host:port (or MOCKFLEET_URL; several: in turn)',
    })
    .option('token', { ...text, describe: 'What devices enrol with (or MOCKFLEET_TOKEN; default: that of the stub that runs here)' })
    .option('ca', { ...text, describe: "File with the certificate of the server's authority (or MOCKFLEET_CA)" })
    .option('state', { ...text, default: stateFolderDefault, describe: 'State folder of a stub that runs on this machine' })
    .option('graph', {
      ...text,
      describe: 'Address of its Graph, https://…, which the administrator of a timeline asks (default: --server)',
    })
    .option('graph-token', { ...text, describe: "Bearer token for it (default: the stub's own, or --token)" });
}

function loadOptions<T>(yargs: Argv<T>) {
  const text = { type: 'string', requiresArg: true, group: loadGroup } as const;
  const number = { type: 'number', requiresArg: true, group: loadGroup } as const;
  return yargs
    .option('devices', { ...number, describe: "How many devices (default: 100, or the scenario's)" })
    .option('duration', { ...text, default: '60s', describe: 'How long it goes on once the devices are there: 90s, 10m, 8h, up to 7d' })
    .option('shape', {
      ...text,
      choices: shapeNames,
      default: 'steady' as ShapeName,
      describe: 'What happens; each answers a question (below)',
    })
    .option('scenario', {
      ...text,
      describe: `Whose fleet, timeline, faults and thresholds: a name or a .yaml file (default: the devices of ${scenarioDefault})`,
    })
    .option('seed', { ...text, describe: "Where chance comes from (default: the scenario's)" })
    .option('rate', {
      ...text,
      describe: 'Devices that begin to connect, such as 200/s (default: 100/s; ramp: over the duration; enrolment-storm: all at once)',
    })
    .option('concurrency', { ...number, describe: 'TLS handshakes under way at once, at most (default: 100)' })
    .option('jitter', { ...text, describe: 'Each device begins up to this much later: 500ms, 2s (default: 0s)' })
    .option('check-ins', {
      ...text,
      describe: 'Check-ins on demand, all devices together, such as 500/s; 0: none (default: one of each device every 20 s)',
    })
    .option('resumption', {
      type: 'boolean',
      default: true,
      group: loadGroup,
      describe: 'Devices that come back offer their TLS session; --no-resumption: full handshakes',
    })
    .option('keep', { ...text, describe: 'Folder of the devices\u2019 identities: the next run with it goes on with the same devices' })
    .option('processes', {
      ...number,
      describe: 'Processes that live the devices (default: one per core, one below 100 devices; 1: this one)',
    })
    .option('queue', { ...text, describe: 'Have them lived by `mockfleet worker` processes, on other machines too: redis://host:port' });
}

function judgeOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('threshold', {
      type: 'string',
      array: true,
      requiresArg: true,
      group: judgeGroup,
      describe: 'What must hold: check-in.p99<250ms, errors<0.1%, connected=100%; several in one text, or several times',
    })
    .option('threshold-file', { type: 'string', requiresArg: true, group: judgeGroup, describe: 'YAML file with a list `thresholds`' })
    .option('abort-on-fail', {
      type: 'boolean',
      default: false,
      group: judgeGroup,
      describe: `End at once when an upper limit is exceeded (from ${warmUpMs / 1000} s on)`,
    });
}

function leaveOptions<T>(yargs: Argv<T>) {
  const text = { type: 'string', requiresArg: true, group: leaveGroup } as const;
  return yargs
    .option('json', { type: 'boolean', default: false, group: leaveGroup, describe: 'One JSON object instead of the summary' })
    .option('junit', { ...text, describe: 'File for JUnit XML: a test case per check and threshold' })
    .option('out', { ...text, describe: 'Folder for load.html and load.json (default: mockfleet-out/load-SHAPE-SEED)' })
    .option('report', { type: 'boolean', default: true, group: leaveGroup, describe: 'Write them; --no-report: no files' })
    .option('metrics', {
      type: 'number',
      requiresArg: true,
      group: leaveGroup,
      describe: 'Port of 127.0.0.1 where Prometheus fetches figures while it runs; 0: a free one',
    })
    .example('$0 load --devices 1000', 'a thousand devices against the stub that runs here, for a minute')
    .example("$0 load --devices 2000 --rate 200/s --check-ins 500/s --threshold 'check-in.p99<250ms' 'errors<0.1%'", 'does it keep up?')
    .example('$0 load --shape ramp --devices 5000 --duration 5m --check-ins 2000/s', 'where does it bend?')
    .example('$0 load --shape reconnect-storm --devices 10000', 'does everybody come back?')
    .example('$0 load --scenario ./monday.yaml --duration 10m', 'with a timeline: lock 500 at minute 2')
    .example('$0 load --server wss://mdm.example:8443/devices --token T --ca ca.pem', 'a server of your own')
    .example('$0 load --shape soak --devices 5000 --duration 8h --metrics 9464', 'all night, watched by Prometheus')
    .example('$0 report mockfleet-out/load-steady-1 --format html --out load.html', 'its page again')
    .epilogue(helpText());
}

function helpText(): string {
  const width = Math.max(...shapeNames.map((name) => name.length));
  return [
    'Shapes, and what they ask:',
    ...shapeNames.map((name) => `  ${name.padEnd(width)}  ${shapes[name].question}`),
    '',
    'Thresholds: a figure, one of < <= > >= =, and a number with its unit. Figures:',
    `  ${measureNames()}.`,
    'A share such as errors<0.1% is of what was tried, connected=100% of what was asked for.',
    '',
    'Latencies of check-ins on demand count from the instant at which each was due, whether or not its device was free',
    'then. Without a terminal, and with --json, a line every 10 seconds says how it goes. Ctrl-C ends it early and keeps',
    'the figures. There is no error but what was counted: a threshold on errors takes the place of "no errors".',
    '',
    'Exit codes: 0 passed; 1 errors, devices that did not come, or actions that were lost or doubled; 2 wrong use;',
    '99 a threshold was missed; 130 stopped by Ctrl-C.',
  ].join('\n');
}

async function load(given: LoadArguments): Promise<void> {
  const args = lastOnly(given, ['server', 'threshold']);
  const asked = readLoad(args);
  const { options, folder } = asked;
  if (folder !== null) prepareFolder(folder);
  const server = options.target.urls.join(', ');
  const metrics =
    args.metrics === undefined ? null : await serveMetrics(args.metrics, { shape: options.shape, server, seed: options.scenario.seed });
  const screen = loadScreen(process.stderr, { shape: options.shape, server });
  const stop = listenForStop();
  stop.signal.addEventListener('abort', () => screen.say('stopping: the devices go, the figures stay; Ctrl-C again ends at once'));
  try {
    screen.say(
      `seed ${printable(options.scenario.seed)}: load ${options.shape}, ${formatCount(options.devices)} device${options.devices === 1 ? '' : 's'} for ${formatSeconds(options.durationMs)}, to ${printable(server)}`,
    );
    if (metrics !== null) screen.say(`metrics: ${metrics.url}`);
    const { result, abortedBy } = await watched(args, asked, { screen, stop, metrics });
    screen.clear();
    const report = judgeLoad(result, { ...asked, abortedBy, report: folder === null ? null : loadPagePath(folder) });
    if (folder !== null) writeLoadFiles(folder, report);
    process.exitCode = stop.signal.aborted ? stop.exitCode() : exitCodeOf(report);
    // Before the last file: what an hour has come to is not lost to a mistyped path.
    print(report, args);
    if (args.junit !== undefined) writeNamed(resolve(args.junit), loadJunit(report), 'junit');
  } catch (error) {
    screen.clear();
    if (!(error instanceof RunStopped)) throw error;
    screen.say(error.message);
    process.exitCode = stop.exitCode();
  } finally {
    metrics?.close();
    stop.close();
  }
}

interface Surroundings {
  screen: LoadScreen;
  stop: Stop;
  metrics: MetricsServer | null;
}

/** Carries it out; a threshold that is missed for good ends it where that was asked for. */
async function watched(
  args: LoadArguments,
  { options, thresholds }: LoadAsked,
  { screen, stop, metrics }: Surroundings,
): Promise<{ result: LoadResult; abortedBy: string | null }> {
  const ending = new AbortController();
  let abortedBy: string | null = null;
  const onProgress = (progress: LoadProgress) => {
    metrics?.update(progress);
    const measures = measuresSoFar(progress.figures);
    screen.show(progress, judgedSoFar(thresholds, measures));
    if (!args['abort-on-fail'] || abortedBy !== null || progress.elapsedMs < warmUpMs) return;
    const exceeded = firstExceeded(thresholds, measures);
    if (exceeded === undefined) return;
    abortedBy = exceeded.name;
    screen.say(`ending early: ${exceeded.name} is missed. ${exceeded.detail}`);
    ending.abort();
  };
  const signal = AbortSignal.any([stop.signal, ending.signal]);
  const queue = await lanesOf(args, options, { say: screen.say, signal });
  try {
    const result = await runLoad({ ...options, ...queue?.options }, { signal, onProgress, onTrouble: screen.trouble });
    return { result, abortedBy };
  } finally {
    await queue?.close();
  }
}

async function lanesOf(
  { queue: url, processes }: LoadArguments,
  options: LoadOptions,
  hearing: { say: (line: string) => void; signal: AbortSignal },
) {
  if (url === undefined) return undefined;
  // No other run needs the queue's libraries.
  const { openLaneQueue } = await import('../simulator/queue/lane-queue.ts');
  const queue = await openLaneQueue({ url, lanes: processes === undefined ? undefined : Math.min(processes, options.devices), ...hearing });
  return { options: { processes: queue.count, lane: (number: number) => queue.lane(number) }, close: () => queue.close() };
}

/** What ends a run early is missed, whatever else is true of a run that was cut off. */
function exitCodeOf({ passed, thresholds, abortedBy }: LoadReport): number {
  if (passed) return exitCodes.fine;
  const isMissed = thresholds.some((threshold) => !threshold.passed);
  return abortedBy !== null || isMissed ? exitCodes.expectationMissed : exitCodes.failed;
}

function print(report: LoadReport, { json }: LoadArguments): void {
  const { stdout } = process;
  if (json) {
    stdout.write(`${JSON.stringify(report)}\n`);
    if (!report.passed) process.stderr.write(`FAILED, replay: ${report.replay}\n`);
    return;
  }
  const color = stdout.isTTY === true && process.env.TERM !== 'dumb' && stdout.hasColors();
  const shown = { ...report, report: report.report === null ? null : nearPath(report.report) };
  stdout.write(loadSummary(shown, { color, ...(stdout.columns > 0 ? { width: stdout.columns } : {}) }));
}
