/** `mockfleet run`: a scenario in virtual time. Progress goes to standard error, the result to standard output, the files to a folder. */
import { accessSync, constants, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { formatCount, formatDate } from '../simulator/report/figures.ts';
import { reportHtml } from '../simulator/report/html.ts';
import { writeRunFile } from '../simulator/report/run-file.ts';
import { summaryText } from '../simulator/report/terminal.ts';
import type { RunData, RunResult } from '../simulator/result.ts';
import { type Run, RunStopped, runScenario, type StoreKind, storeKinds } from '../simulator/run.ts';
import { findScenario } from '../simulator/scenarios/catalogue.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import { daysMax, devicesMax } from '../simulator/scenarios/schema.ts';
import { CommandError, exitCodes, wholeNumber, wrongUse } from './errors.ts';
import { makeFolder } from './folder.ts';
import { progressLine } from './progress.ts';
import { shellWord } from './shell-word.ts';
import { listenForStop } from './stop.ts';

interface RunArguments {
  scenario: string;
  devices: number | undefined;
  days: number | undefined;
  seed: string | undefined;
  'every-check-in': boolean;
  json: boolean;
  out: string | undefined;
  store: StoreKind;
  codec: boolean;
  report: boolean;
  live: boolean;
  speed: number | undefined;
}

const seedMax = 64;
const speedMax = 1_000_000;

export const runCommand: CommandModule<object, RunArguments> = {
  command: 'run [scenario]',
  describe: 'Live a scenario: years of a fleet in seconds, or the story of one device',
  builder: (yargs) =>
    yargs
      .positional('scenario', {
        type: 'string',
        default: 'fleet-lifecycle',
        describe: 'Name of a built-in scenario, or the path of a .yaml file',
      })
      .option('devices', { type: 'number', requiresArg: true, describe: "Devices, in place of the scenario's" })
      .option('days', { type: 'number', requiresArg: true, describe: "Days to live, in place of the scenario's" })
      .option('seed', { type: 'string', requiresArg: true, describe: 'The same seed gives the same run, to the last check-in' })
      .option('every-check-in', { type: 'boolean', default: false, describe: 'Execute quiet check-ins too, instead of computing them' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON object instead of the summary' })
      .option('out', { type: 'string', requiresArg: true, describe: 'Folder for the files (default: mockfleet-out/SCENARIO-SEED)' })
      .option('report', {
        type: 'boolean',
        default: true,
        describe: 'Write report.html, run.sqlite and result.json; --no-report: no files',
      })
      .option('store', {
        choices: storeKinds,
        default: 'memory' as StoreKind,
        requiresArg: true,
        describe: "What the stub's state is kept in",
      })
      .option('codec', { type: 'boolean', default: false, describe: 'Encode and decode every message, as on the wire' })
      .option('live', {
        type: 'boolean',
        default: false,
        describe: 'Real agents against a real stub, over real sockets, on a clock that is moved; at most 200 devices',
      })
      .option('speed', {
        type: 'number',
        requiresArg: true,
        describe: 'Of --live: how fast time runs, 3600 is an hour every second (default: as fast as all devices can follow)',
      })
      .example('$0 run', 'the built-in fleet: 5,000 devices, 600 days')
      .example('$0 run --devices 100000 --days 550 --seed 7', 'a larger one')
      .example('$0 run wipe-pending-for-ever', 'a story: its timeline, and the answer to its question')
      .example('$0 run wipe-pending-for-ever --live', 'the same over TLS')
      .example('$0 run ./my-fleet.yaml --json | jq .states', 'your own scenario, for a program')
      .epilogue(
        [
          'With fewer devices or days than the scenario has, its expectations are not judged.',
          '--store, --codec and --every-check-in change how a run is carried out, never its outcome.',
          '',
          'Exit codes: 0 passed; 1 a checker failed; 2 wrong use or a bad scenario;',
          '99 an expectation was missed; 130 stopped by Ctrl-C.',
        ].join('\n'),
      ),
  handler: run,
};

async function run(args: RunArguments): Promise<void> {
  const loaded = findScenario(args.scenario);
  const { scenario } = loaded;
  const devices = wholeNumber('devices', args.devices, 1, devicesMax) ?? scenario.devices;
  const days = wholeNumber('days', args.days, 1, daysMax) ?? scenario.days;
  const seed = readSeed(args.seed) ?? scenario.seed;
  const { 'every-check-in': everyCheckIn, codec, store, live } = args;
  if (live) mustBePlain(args);
  const speed = readSpeed(args);
  const folder = args.report ? prepareFolder(args.out ?? join('mockfleet-out', fileName(`${scenario.name}-${seed}`))) : undefined;
  const paths = folder === undefined ? {} : { report: join(folder, 'report.html'), file: join(folder, 'run.sqlite') };
  const replay = replayLine(args, { devices, days, seed });

  const stop = listenForStop();
  say(
    `seed ${printable(seed)}: ${scenario.name}, ${formatCount(devices)} device${devices === 1 ? '' : 's'}, ${formatCount(days)} day${days === 1 ? '' : 's'} from ${formatDate(scenario.startAt)}`,
  );
  const progress = progressLine(process.stderr, days);
  try {
    const options = { devices, days, seed, everyCheckIn, codec, store, live, ...speed, ...paths, replay, signal: stop.signal };
    const finished = await runScenario(loaded, { ...options, onProgress: progress.show });
    progress.clear();
    try {
      if (folder !== undefined) writeFiles(folder, finished);
      printResult(finished, args);
    } finally {
      finished.close();
    }
    process.exitCode = exitCodeOf(finished.result);
  } catch (error) {
    progress.clear();
    if (!(error instanceof RunStopped)) {
      say(`replay: ${replay}`);
      throw error;
    }
    say(`${error.message} Nothing was written.`);
    process.exitCode = stop.exitCode();
  } finally {
    stop.close();
  }
}

/** A live run has every check-in and every frame on the wire anyway. */
function mustBePlain(args: RunArguments): void {
  const extra = args['every-check-in'] ? '--every-check-in' : args.codec ? '--codec' : undefined;
  if (extra !== undefined) throw wrongUse(`${extra} is for virtual time. Leave it out, or leave --live out.`);
}

function readSpeed({ live, speed }: RunArguments): { speed?: number } {
  if (speed === undefined) return {};
  if (!live) throw wrongUse('--speed is for --live: virtual time runs as fast as it can.');
  if (!(speed >= 1 && speed <= speedMax)) throw wrongUse(`--speed takes a number from 1 to ${speedMax}.`);
  return { speed };
}

/** A checker knows what must always hold; an expectation, what this scenario is about. */
function exitCodeOf({ checkers, expectations }: RunResult): number {
  if (checkers.some((verdict) => !verdict.passed)) return exitCodes.failed;
  return expectations.some((verdict) => !verdict.passed) ? exitCodes.expectationMissed : exitCodes.fine;
}

function printResult({ result, replay }: RunData, { json }: RunArguments): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    if (!result.passed) say(`FAILED, replay: ${replay}`);
    return;
  }
  const { stdout } = process;
  const color = stdout.isTTY === true && process.env.TERM !== 'dumb' && stdout.hasColors();
  const shown = { ...result, report: nearPath(result.report), file: nearPath(result.file) };
  stdout.write(summaryText(shown, { color, replay, ...(stdout.columns > 0 ? { width: stdout.columns } : {}) }));
}

/** Before the run, so that minutes of it are not lost to a folder that cannot be written. */
function prepareFolder(path: string): string {
  const folder = resolve(path);
  try {
    makeFolder(folder);
    // The slash, because a file with this name may be writable too.
    accessSync(`${folder}/`, constants.W_OK);
    return folder;
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** Each file appears whole or not at all; the small one, which says that the others are there, comes last. */
function writeFiles(folder: string, finished: Run): void {
  const { report, file } = finished.result;
  try {
    if (report !== null) writeWhole(report, reportHtml(finished));
    if (file !== null) writeRunFile(file, finished);
    writeWhole(join(folder, 'result.json'), `${JSON.stringify(finished.result, null, 2)}\n`);
  } catch (error) {
    throw unwritable(folder, error);
  }
}

function writeWhole(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}.unfinished`;
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

function unwritable(folder: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  return new CommandError(
    'folder-unwritable',
    `Cannot write to ${folder}: ${error.message}. Name another folder with --out, or use --no-report.`,
  );
}

function readSeed(seed: string | undefined): string | undefined {
  if (seed === undefined || (seed.length >= 1 && seed.length <= seedMax)) return seed;
  throw wrongUse(`--seed takes text of 1 to ${seedMax} characters, or a whole number.`);
}

/** Everything that decided this run, so that it can be repeated even when the scenario's own figures change. */
function replayLine(args: RunArguments, { devices, days, seed }: { devices: number; days: number; seed: string }): string {
  const words = ['mockfleet', 'run', args.scenario, '--devices', String(devices), '--days', String(days)];
  // A seed such as -7 would be read as an option.
  words.push(...(seed.startsWith('-') ? [`--seed=${seed}`] : ['--seed', seed]));
  if (args['every-check-in']) words.push('--every-check-in');
  if (args.codec) words.push('--codec');
  if (args.live) words.push('--live');
  if (args.speed !== undefined) words.push('--speed', String(args.speed));
  if (args.store !== 'memory') words.push('--store', args.store);
  return words.map(shellWord).join(' ');
}

function fileName(text: string): string {
  return text.replace(/[^\w.-]/g, '_');
}

/** A path below the current folder is shown from there: shorter, and just as good to be copied. */
function nearPath(path: string | null): string | null {
  if (path === null) return null;
  const near = relative('', path);
  return near.startsWith('..') ? path : near;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
