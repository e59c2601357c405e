/** What `mockfleet run` was asked for, checked, before anything is lived. */
import { join, resolve } from 'node:path';
import { type StoreKind, seedMax } from '../simulator/run.ts';
import { findScenario } from '../simulator/scenarios/catalogue.ts';
import type { Scenario } from '../simulator/scenarios/scenario.ts';
import { daysMax, devicesMax } from '../simulator/scenarios/schema.ts';
import { planOf, shardsMax, workersMax } from '../simulator/shards/plan.ts';
import type { RunAsked } from '../simulator/unfinished-run.ts';
import { wholeNumber, wrongUse } from './errors.ts';
import { shellWord } from './shell-word.ts';

export interface RunArguments {
  scenario: string | undefined;
  devices: number | undefined;
  days: number | undefined;
  seed: string | undefined;
  'every-check-in': boolean;
  json: boolean;
  out: string | undefined;
  store: StoreKind;
  codec: boolean;
  report: boolean;
  events: boolean | undefined;
  junit: string | undefined;
  shards: number | undefined;
  workers: number | undefined;
  queue: string | undefined;
  resume: string | undefined;
  live: boolean;
  speed: number | undefined;
}

export const scenarioDefault = 'fleet-lifecycle';
const speedMax = 1_000_000;
/** Other machines may come at any time: a fleet is dealt out so that some of them have something to do. */
const queueWorkers = 8;

/** A run from its beginning. */
export interface NewRun {
  scenario: Scenario;
  asked: RunAsked;
  live: boolean;
  speed: number | undefined;
  /** Absolute; null: it leaves no files. */
  folder: string | null;
}

/** @throws CommandError `wrong-use`; ScenarioError */
export function readNewRun(args: RunArguments): NewRun {
  const { scenario, text, file } = findScenario(args.scenario ?? scenarioDefault);
  const { store, codec, live, 'every-check-in': everyCheckIn } = args;
  const devices = wholeNumber('devices', args.devices, 1, devicesMax) ?? scenario.devices;
  const days = wholeNumber('days', args.days, 1, daysMax) ?? scenario.days;
  const seed = readSeed(args.seed) ?? scenario.seed;
  if (live) mustBePlain(args);
  const speed = readSpeed(args);
  if (args.events !== undefined && !args.report) throw wrongUse('--events is about run.sqlite, which --no-report leaves out.');
  const workers = readWorkers(args) ?? (args.queue === undefined ? undefined : queueWorkers);
  const shards = wholeNumber('shards', args.shards, 1, shardsMax);
  const plan = planOf(devices, { ...(shards === undefined ? {} : { shards }), ...(workers === undefined ? {} : { workers }) });
  const events = args.events ?? null;
  const replay = replayLine(args, { devices, days, seed });
  return {
    scenario,
    asked: { scenarioText: text, scenarioFile: file, devices, days, seed, everyCheckIn, codec, store, events, shards: plan.shards, replay },
    live,
    speed,
    folder: args.report ? resolve(args.out ?? join('mockfleet-out', fileName(`${scenario.name}-${seed}`))) : null,
  };
}

/** What is said beside `--resume`: the run itself was decided when it began. @throws CommandError `wrong-use` */
export function mustOnlyResume(args: RunArguments): void {
  const given = {
    'a scenario': args.scenario !== undefined,
    '--devices': args.devices !== undefined,
    '--days': args.days !== undefined,
    '--seed': args.seed !== undefined,
    '--every-check-in': args['every-check-in'],
    '--codec': args.codec,
    '--store': args.store !== 'memory',
    '--events': args.events !== undefined,
    '--shards': args.shards !== undefined,
    '--out': args.out !== undefined,
    '--no-report': !args.report,
    '--live': args.live,
    '--speed': args.speed !== undefined,
  };
  const extra = Object.entries(given).find(([, isGiven]) => isGiven)?.[0];
  if (extra === undefined) return;
  throw wrongUse(
    `--resume goes on with the run as it was begun: leave ${extra} out. Allowed beside it: --workers, --queue, --json, --junit.`,
  );
}

export function readWorkers({ workers, queue }: RunArguments): number | undefined {
  if (workers !== undefined && queue !== undefined) {
    throw wrongUse('--workers is for threads of this process; with --queue each mockfleet worker has its own --workers.');
  }
  return wholeNumber('workers', workers, 1, workersMax);
}

/** A live run has every check-in and every frame on the wire anyway, and one process. */
function mustBePlain(args: RunArguments): void {
  const given = {
    '--every-check-in': args['every-check-in'],
    '--codec': args.codec,
    '--shards': args.shards !== undefined,
    '--workers': args.workers !== undefined,
    '--queue': args.queue !== undefined,
  };
  const extra = Object.entries(given).find(([, isGiven]) => isGiven)?.[0];
  if (extra !== undefined) throw wrongUse(`${extra} is for virtual time. Leave it out, or leave --live out.`);
}

function readSpeed({ live, speed }: RunArguments): number | undefined {
  if (speed === undefined) return undefined;
  if (!live) throw wrongUse('--speed is for --live: virtual time runs as fast as it can.');
  if (!(speed >= 1 && speed <= speedMax)) throw wrongUse(`--speed takes a number from 1 to ${speedMax}.`);
  return speed;
}

function readSeed(seed: string | undefined): string | undefined {
  if (seed === undefined || (seed.length >= 1 && seed.length <= seedMax)) return seed;
  throw wrongUse(`--seed takes text of 1 to ${seedMax} characters, or a whole number.`);
}

/** Everything that decided this run, so that it can be repeated even when the scenario's own figures change. Shards decide nothing. */
function replayLine(args: RunArguments, { devices, days, seed }: { devices: number; days: number; seed: string }): string {
  const words = ['mockfleet', 'run', args.scenario ?? scenarioDefault, '--devices', String(devices), '--days', String(days)];
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
