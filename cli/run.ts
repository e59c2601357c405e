/** `mockfleet run`: a scenario in virtual time. Progress goes to standard error, the result to standard output, the files to a folder. */
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { formatCount, formatDate } from '../simulator/report/figures.ts';
import { summaryText } from '../simulator/report/terminal.ts';
import type { RunData, RunResult } from '../simulator/result.ts';
import { type Run, type RunOptions, RunStopped, runScenario, type StoreKind, storeKinds } from '../simulator/run.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import { parseScenario } from '../simulator/scenarios/load.ts';
import type { Scenario } from '../simulator/scenarios/scenario.ts';
import { Pause } from '../simulator/shards/pause.ts';
import type { ShardRunner } from '../simulator/shards/runner.ts';
import { type RunAsked, UnfinishedRun } from '../simulator/unfinished-run.ts';
import { exitCodes } from './errors.ts';
import { listenForKeys } from './keys.ts';
import { type ProgressLine, progressLine } from './progress.ts';
import { mustOnlyResume, type RunArguments, readNewRun, readWorkers, scenarioDefault } from './run-arguments.ts';
import { nearPath, prepareFolder, runFiles, writeJunit, writeRunFiles } from './run-files.ts';
import { shellWord } from './shell-word.ts';
import { listenForStop } from './stop.ts';

export const runCommand: CommandModule<object, RunArguments> = {
  builder: (yargs) =>
    yargs
      .positional('scenario', {
        type: 'string',
        describe: `Name of a built-in scenario, or the path of a .yaml file (default: ${scenarioDefault})`,
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
      .option('events', {
        type: 'boolean',
        describe: 'Each event of each device in run.sqlite, or not: --no-events (default: in fleets of up to 100,000 devices)',
      })
      .option('junit', { type: 'string', requiresArg: true, describe: 'File for JUnit XML: a test case per checker and expectation' })
      .option('shards', { type: 'number', requiresArg: true, describe: 'Parts of the fleet that are lived apart (default: by its size)' })
      .option('workers', {
        type: 'number',
        requiresArg: true,
        describe: 'Threads that live them; 1: none but the main one (default: the cores)',
      })
      .option('queue', {
        type: 'string',
        requiresArg: true,
        describe: 'Have them lived by `mockfleet worker` processes: redis://host:port',
      })
      .option('resume', { type: 'string', requiresArg: true, describe: 'Go on with the run in this folder that was stopped or killed' })
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
      .example('$0 run --resume mockfleet-out/fleet-lifecycle-7', 'the rest of it, after Ctrl-C')
      .example('$0 run wipe-pending-for-ever', 'a story: its timeline, and the answer to its question')
      .example('$0 run wipe-pending-for-ever --live', 'the same over TLS')
      .example('$0 run ./my-fleet.yaml --json | jq .states', 'your own scenario, for a program')
      .epilogue(
        [
          'With fewer devices or days than the scenario has, its expectations are not judged.',
          '--shards, --workers, --queue, --store, --codec and --every-check-in change how a run is carried out, never its outcome.',
          'Ctrl-C stops it at any point: the files hold what was lived, and --resume lives the rest. The shards that were under way',
          'begin again, so that the end is the same to the last check-in; a run that was killed goes on likewise. A run with --live',
          'keeps what was lived as well, but cannot go on another time.',
          'In a terminal p pauses it, and lets it go on.',
          '',
          'Exit codes: 0 passed; 1 a checker failed; 2 wrong use or a bad scenario;',
          '99 an expectation was missed; 130 stopped by Ctrl-C.',
        ].join('\n'),
      ),
  handler: run,
};

/** A run as it is about to be lived, from its beginning or from where it was left. */
interface Prepared {
  scenario: Scenario;
  asked: RunAsked;
  live: boolean;
  speed: number | undefined;
  folder: string | null;
  /** Of runs in virtual time that leave files. */
  unfinished: UnfinishedRun | null;
}

async function run(args: RunArguments): Promise<void> {
  const workers = readWorkers(args);
  let progress: ProgressLine | null = null;
  const runner = await queueOf(args, (line) => {
    progress?.clear();
    say(line);
  });
  const prepared = args.resume === undefined ? newRun(args) : resumedRun(args, args.resume);
  const { scenario, asked, folder, unfinished } = prepared;
  const { devices, days, seed, replay } = asked;
  const stop = listenForStop();
  say(
    `seed ${printable(seed)}: ${scenario.name}, ${formatCount(devices)} device${devices === 1 ? '' : 's'}, ${formatCount(days)} day${days === 1 ? '' : 's'} from ${formatDate(scenario.startAt)}`,
  );
  if (args.resume !== undefined) say(`going on: ${unfinished?.found.length} of ${asked.shards} shards are lived already`);
  const line = progressLine(process.stderr, asked);
  progress = line;
  const parts = partsFolder(prepared);
  const pause = new Pause();
  const keys = listenForKeys(process.stdin, () => toggle(pause, line));
  // A second Ctrl-C is the terminal's own again, which ends even a process that is busy.
  stop.signal.addEventListener('abort', () => {
    keys.close();
    line.clear();
    say('stopping: what was lived is being written; Ctrl-C again ends at once');
  });
  try {
    if (parts !== null && unfinished === null) mkdirSync(parts);
    const { everyCheckIn, codec, store, shards, events } = asked;
    const options: RunOptions = {
      ...{ devices, days, seed, everyCheckIn, codec, store, shards, replay, live: prepared.live, signal: stop.signal },
      ...(prepared.speed === undefined ? {} : { speed: prepared.speed }),
      ...(events === null ? {} : { events }),
      ...(workers === undefined ? {} : { workers }),
      ...(runner === undefined ? {} : { runner }),
      ...(unfinished === null ? {} : { kept: unfinished }),
      ...(folder === null ? {} : runFiles(folder)),
      ...(parts === null ? {} : { parts }),
      pause,
      onProgress: line.show,
    };
    const finished = await runScenario({ scenario, text: asked.scenarioText }, options);
    line.clear();
    keys.close();
    leave(finished, prepared, args);
    process.exitCode = finished.result.stopped ? stop.exitCode() : exitCodeOf(finished.result);
  } catch (error) {
    line.clear();
    if (error instanceof RunStopped) {
      say(error.message);
      process.exitCode = stop.exitCode();
    } else {
      say(`replay: ${replay}`);
      throw error;
    }
  } finally {
    if (unfinished !== null) leaveForLater(unfinished, folder);
    else if (parts !== null) rmSync(parts, { recursive: true, force: true });
    keys.close();
    stop.close();
  }
}

function toggle(pause: Pause, line: ProgressLine): void {
  line.clear();
  if (pause.isHeld) pause.release();
  else pause.hold();
  say(pause.isHeld ? 'paused: p goes on, Ctrl-C stops' : 'going on');
}

function newRun(args: RunArguments): Prepared {
  const fresh = readNewRun(args);
  const { folder, live, asked } = fresh;
  if (folder !== null) prepareFolder(folder);
  return { ...fresh, unfinished: folder === null || live ? null : UnfinishedRun.begin(folder, asked) };
}

function resumedRun(args: RunArguments, path: string): Prepared {
  mustOnlyResume(args);
  const folder = resolve(path);
  const unfinished = UnfinishedRun.resume(folder);
  const { asked } = unfinished;
  return { scenario: parseScenario(asked.scenarioText, asked.scenarioFile), asked, live: false, speed: undefined, folder, unfinished };
}

/** Where shards leave their parts of the run's file until they are put together; null: there will be no file. */
function partsFolder({ folder, unfinished }: Prepared): string | null {
  if (unfinished !== null) return unfinished.parts;
  return folder === null ? null : join(folder, `parts.${process.pid}.unfinished`);
}

async function queueOf({ queue }: RunArguments, say: (line: string) => void): Promise<ShardRunner | undefined> {
  if (queue === undefined) return undefined;
  // No other run needs the queue's libraries.
  const { queueRunner } = await import('../simulator/queue/queue-runner.ts');
  return queueRunner({ url: queue, say });
}

/** Files first: what is printed speaks of them. */
function leave(finished: Run, { folder, unfinished }: Prepared, args: RunArguments): void {
  try {
    if (folder !== null) writeRunFiles(folder, finished);
    if (args.junit !== undefined) writeJunit(resolve(args.junit), finished);
    if (!finished.result.stopped) unfinished?.remove();
    printResult(finished, args);
  } finally {
    finished.close();
  }
}

/** A run that did not come to its end. */
function leaveForLater(unfinished: UnfinishedRun, folder: string | null): void {
  if (folder === null || !unfinished.isOpen) return;
  unfinished.close();
  const { shards } = unfinished.asked;
  const lived = unfinished.found.length;
  const kept = shards === 1 ? 'from its beginning' : `with ${lived} of ${shards} shards lived`;
  say(`go on with it, ${kept}: mockfleet run --resume ${shellWord(nearPath(folder))}`);
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
  const near = (path: string | null) => (path === null ? null : nearPath(path));
  const shown = { ...result, report: near(result.report), file: near(result.file) };
  stdout.write(summaryText(shown, { color, replay, ...(stdout.columns > 0 ? { width: stdout.columns } : {}) }));
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
