/** What `mockfleet load` was asked for, checked, before anything connects. */
import { join, resolve } from 'node:path';
import { formatDuration, parseDuration } from '../../runtime/duration.ts';
import type { Pace } from '../../simulator/load/load-job.ts';
import type { LoadOptions } from '../../simulator/load/load-options.ts';
import type { LoadRequest } from '../../simulator/load/report/load-report.ts';
import type { ShapeName } from '../../simulator/load/shapes.ts';
import { parseThreshold, splitThresholds, type Threshold } from '../../simulator/load/threshold.ts';
import { loadThresholdFile } from '../../simulator/load/threshold-file.ts';
import { seedMax } from '../../simulator/run.ts';
import { findScenario } from '../../simulator/scenarios/catalogue.ts';
import { devicesMax } from '../../simulator/scenarios/schema.ts';
import { wholeNumber, wrongUse } from '../errors.ts';
import { shellWord } from '../shell-word.ts';
import { stateFolderDefault } from '../state-folder.ts';
import { findLoadPlace, type LoadPlaceArguments } from './place.ts';

export interface LoadArguments extends LoadPlaceArguments {
  devices: number | undefined;
  duration: string;
  shape: ShapeName;
  scenario: string | undefined;
  seed: string | undefined;
  rate: string | undefined;
  concurrency: number | undefined;
  jitter: string | undefined;
  'check-ins': string | undefined;
  processes: number | undefined;
  queue: string | undefined;
  keep: string | undefined;
  resumption: boolean;
  threshold: string[] | undefined;
  'threshold-file': string | undefined;
  'abort-on-fail': boolean;
  metrics: number | undefined;
  json: boolean;
  junit: string | undefined;
  out: string | undefined;
  report: boolean;
}

export const scenarioDefault = 'fleet-lifecycle';
/** Where neither an option nor a scenario of the user's says it. */
const devicesDefault = 100;
const rateMax = 1_000_000;
const processesMax = 256;
const concurrencyMax = 100_000;
const secondMs = 1000;
const jitterMsMax = 3_600_000;
/** Each second is kept until the end. */
const durationMsMax = 7 * 86_400_000;

export interface LoadAsked {
  options: LoadOptions;
  requested: LoadRequest;
  thresholds: readonly Threshold[];
  replay: string;
  /** Absolute; null: it leaves no files. */
  folder: string | null;
}

/** @throws CommandError `wrong-use`, `stub-not-found`; ScenarioError */
export function readLoad(args: LoadArguments): LoadAsked {
  const { shape } = args;
  const devices = wholeNumber('devices', args.devices, 1, devicesMax);
  const durationMs = durationOf('duration', args.duration, secondMs, durationMsMax) as number;
  const processes = wholeNumber('processes', args.processes, 1, processesMax);
  wholeNumber('metrics', args.metrics, 0, 65_535);
  const perSecond = rateOf('rate', args.rate, { isAboveZero: true });
  const concurrency = wholeNumber('concurrency', args.concurrency, 1, concurrencyMax);
  const jitterMs = durationOf('jitter', args.jitter, 0, jitterMsMax);
  const checkInsPerSecond = rateOf('check-ins', args['check-ins'], { isAboveZero: false });
  if (args.keep !== undefined && args.queue !== undefined) {
    throw wrongUse('--keep is for processes of this machine; with --queue the identities would lie on others.');
  }
  if (args.seed !== undefined && (args.seed.length < 1 || args.seed.length > seedMax)) {
    throw wrongUse(`--seed takes text of 1 to ${seedMax} characters, or a whole number.`);
  }
  const { scenario: found } = findScenario(args.scenario ?? scenarioDefault);
  // The catalogue's own timelines are lived in months; of a fleet that nobody asked for only the devices are meant.
  const scenario = { ...found, seed: args.seed ?? found.seed, ...(args.scenario === undefined ? { timeline: [], faults: [] } : {}) };
  const thresholds = thresholdsOf(args, scenario.thresholds);
  if (args['abort-on-fail'] && thresholds.length === 0) throw wrongUse('--abort-on-fail is about thresholds: name one with --threshold.');
  const count = devices ?? (args.scenario === undefined ? devicesDefault : scenario.devices);
  const pace: Partial<Pace> = {
    ...(perSecond === undefined ? {} : { perSecond }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(jitterMs === undefined ? {} : { jitterMs }),
  };
  const place = findLoadPlace(args);
  return {
    options: {
      ...place,
      ...{ scenario, devices: count, shape, durationMs, pace, resume: args.resumption },
      ...(checkInsPerSecond === undefined ? {} : { checkInsPerSecond }),
      ...(processes === undefined ? {} : { processes }),
      ...(args.keep === undefined ? {} : { keep: resolve(args.keep) }),
    },
    requested: {
      scenario: found.name,
      devices: count,
      durationMs,
      connectionsPerSecond: perSecond ?? null,
      concurrency: concurrency ?? null,
      jitterMs: jitterMs ?? null,
      checkInsPerSecond: checkInsPerSecond ?? null,
      processes: processes ?? null,
    },
    thresholds,
    replay: replayLine(args, { devices: count, seed: scenario.seed, thresholds }),
    folder: args.report ? resolve(args.out ?? join('mockfleet-out', `load-${shape}-${scenario.seed}`.replace(/[^\w.-]/g, '_'))) : null,
  };
}

/** @throws CommandError `wrong-use` */
function thresholdsOf(args: LoadArguments, ofScenario: readonly string[]): Threshold[] {
  const texts = [
    ...ofScenario,
    ...(args['threshold-file'] === undefined ? [] : loadThresholdFile(args['threshold-file'])),
    ...(args.threshold ?? []).flatMap(splitThresholds),
  ];
  if (args.threshold?.every((text) => text.trim() === '')) throw wrongUse('--threshold is empty.');
  return [...new Set(texts)].map((text) => {
    const read = parseThreshold(text);
    if ('problem' in read) throw wrongUse(`--threshold ${text} ${read.problem}.`);
    return read;
  });
}

/** Milliseconds. @throws CommandError `wrong-use` */
function durationOf(option: string, text: string | undefined, minMs: number, maxMs: number): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= minMs && ms <= maxMs) return ms;
  const found = ms === undefined ? `${text === '' ? 'nothing' : text} is none` : `${text} is out of bounds`;
  throw wrongUse(
    `--${option} takes a duration, a number with its unit (500ms, 90s, 15m, 8h, 2d), from ${formatDuration(minMs)} to ${formatDuration(maxMs)}; ${found}.`,
  );
}

/** A second. @throws CommandError `wrong-use` */
function rateOf(option: string, text: string | undefined, { isAboveZero }: { isAboveZero: boolean }): number | undefined {
  if (text === undefined) return undefined;
  const [, amount, unit = 's'] = /^(\d{1,9}(?:\.\d{1,6})?)(?:\/(s|m|h))?$/.exec(text.trim()) ?? [];
  const perSecond = Number(amount ?? Number.NaN) / ({ s: 1, m: 60, h: 3600 }[unit] ?? 1);
  if (perSecond <= rateMax && (perSecond > 0 || (!isAboveZero && perSecond === 0))) return perSecond;
  const from = isAboveZero ? 'above 0' : 'from 0';
  throw wrongUse(
    `--${option} takes a rate, such as 200/s, 200 (a second) or 3000/m, ${from} up to ${rateMax}/s; ${text === '' ? 'this is empty' : `${text} is none`}.`,
  );
}

/** Everything that decided this run but secrets: they stay in the environment. */
function replayLine(
  args: LoadArguments,
  { devices, seed, thresholds }: { devices: number; seed: string; thresholds: readonly Threshold[] },
): string {
  const words = ['mockfleet', 'load'];
  const add = (option: string, value: string | number | undefined) => {
    if (value !== undefined) words.push(`--${option}`, String(value));
  };
  for (const address of args.server ?? []) add('server', address);
  add('ca', args.ca);
  add('state', args.state === stateFolderDefault ? undefined : args.state);
  add('graph', args.graph);
  add('devices', devices);
  add('shape', args.shape);
  add('duration', args.duration);
  add('scenario', args.scenario);
  // A seed such as -7 would be read as an option.
  if (seed.startsWith('-')) words.push(`--seed=${seed}`);
  else add('seed', seed);
  for (const option of ['rate', 'concurrency', 'jitter', 'check-ins', 'processes', 'keep'] as const) add(option, args[option]);
  if (!args.resumption) words.push('--no-resumption');
  // All of them by name, so that a file that has changed meanwhile changes nothing.
  for (const { name } of thresholds) add('threshold', name);
  if (args['abort-on-fail']) words.push('--abort-on-fail');
  return words.map(shellWord).join(' ');
}
