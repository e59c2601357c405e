/**
 * `mockfleet`: a scenario as part of a program or a test.
 *
 *   const run = await simulate('wipe-pending-for-ever');
 *   expect(run.passed, run.explain()).toBe(true);
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { reportHtml } from './report/html.ts';
import { writeRunFile } from './report/run-file.ts';
import { summaryText } from './report/terminal.ts';
import type { RunResult, StateSeries, Verdict } from './result.ts';
import { type FleetProgress, type Run, RunStopped, runScenario, type StoreKind, seedMax, storeKinds } from './run.ts';
import { findScenario } from './scenarios/catalogue.ts';
import { show } from './scenarios/errors.ts';
import { parseScenario } from './scenarios/load.ts';
import { nearest } from './scenarios/nearest.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { daysMax, devicesMax } from './scenarios/schema.ts';
import { Pause } from './shards/pause.ts';
import { shardsMax, workersMax } from './shards/plan.ts';
import { SimulateError } from './simulate-error.ts';
import { type SimulatedAction, type SimulatedDevice, SimulatedRows } from './simulated-rows.ts';

export type { NotificationFigures, RunResult, StateSeries, TimelineEntry, Verdict } from './result.ts';
export { type FleetProgress, RunStopped, type StoreKind } from './run.ts';
export { ScenarioError, type ScenarioErrorCode, type ScenarioIssue } from './scenarios/errors.ts';
export { Pause } from './shards/pause.ts';
export { ShardError } from './shards/runner.ts';
export { SimulateError } from './simulate-error.ts';
export type { SimulatedAction, SimulatedDevice } from './simulated-rows.ts';

export interface SimulateOptions {
  /** In place of the scenario's own. With fewer devices or days its expectations are not judged. */
  devices?: number;
  days?: number;
  /** The same seed gives the same run, to the last check-in. */
  seed?: string;
  /** Execute quiet check-ins too, instead of computing them. Same outcome, more work. */
  everyCheckIn?: boolean;
  /** Encode and decode every message, as on the wire. Same outcome, more work. */
  codec?: boolean;
  store?: StoreKind;
  /** Into how many shards the fleet is dealt; absent: by its size. The same outcome for any number. */
  shards?: number;
  /** On how many threads; absent: fleets of fewer than 2,000 devices in this thread, larger ones on as many as there are cores. */
  workers?: number;
  /** Holds the run, and lets it go on. */
  pause?: Pause;
  /** Ends the run: `simulate` rejects with RunStopped. */
  signal?: AbortSignal;
  onProgress?: (progress: FleetProgress) => void;
}

/** A run that is over. */
export interface Simulated {
  /** The object that `mockfleet run --json` prints. */
  readonly result: RunResult;
  /** No checker and no expectation failed. */
  readonly passed: boolean;
  /** Checkers and expectations that failed. */
  readonly failures: readonly Verdict[];
  /** Equal digests mean equal lives of all devices. */
  readonly digest: string;
  /** How many devices were in a state, per day: by managementState, and by complianceState. */
  readonly states: StateSeries;
  readonly compliance: StateSeries;
  /** Each device, in the order of their numbers. Read from a file: as often as is wanted, until `close`. */
  devices(): Iterable<SimulatedDevice>;
  /** Each action that was accepted for a device, in the order of devices and of time. */
  actions(): Iterable<SimulatedAction>;
  /** What a failing test should say: what failed, and how to see it again. Of a run that passed: its summary. */
  explain(): string;
  /** report.html, run.sqlite and result.json, as `mockfleet run --out` writes them. @throws what the file system says */
  writeReport(folder: string): void;
  /** Lets go of what is kept on disk for the above; at the end of the process it goes by itself. */
  close(): void;
}

/**
 * Lives a scenario in virtual time.
 * @param scenario name of a built-in one, path of a .yaml file, YAML text (of several lines), or the same as an object
 * @throws (rejects) ScenarioError, which says what is wrong where; SimulateError `options-invalid`; RunStopped by the signal; ShardError
 */
export async function simulate(scenario: string | object, options: SimulateOptions = {}): Promise<Simulated> {
  mustBeOptions(options);
  const loaded = loadedScenario(scenario);
  const parts = mkdtempSync(join(tmpdir(), 'mockfleet-simulate-'));
  const remove = () => rmSync(parts, { recursive: true, force: true });
  process.once('exit', remove);
  const rows = new SimulatedRows(() => {
    process.off('exit', remove);
    remove();
  });
  try {
    let progress: FleetProgress | null = null;
    const onProgress = (now: FleetProgress) => {
      progress = now;
      options.onProgress?.(now);
    };
    const run = await runScenario(loaded, { ...options, parts, onProgress });
    run.close();
    if (run.result.stopped) throw new RunStopped(progress);
    rows.parts = run.parts;
    return simulated(run, rows);
  } catch (error) {
    rows.close();
    throw error;
  }
}

function simulated(run: Run, rows: SimulatedRows): Simulated {
  const { result } = run;
  const failures = [...result.checkers, ...result.expectations].filter(({ passed }) => !passed);
  return {
    result,
    passed: result.passed,
    failures,
    digest: result.digest ?? '',
    states: run.series,
    compliance: run.compliance,
    devices: () => rows.devices(),
    actions: () => rows.actions(),
    explain: () => (result.passed ? summaryText(result, { color: false }) : failureText(result, failures)),
    writeReport: (folder) => writeFiles(resolve(folder), run, rows),
    close: () => rows.close(),
  };
}

function failureText(result: RunResult, failures: readonly Verdict[]): string {
  const all = result.checkers.length + result.expectations.length;
  const lines = failures.map(({ name, detail }) => `  ✗ ${name}: ${detail}`);
  const again = `seed ${result.seed}, ${result.devices} devices, ${result.days} days`;
  return [`${result.scenario}: ${failures.length} of ${all} checkers and expectations failed (${again}).`, ...lines].join('\n');
}

function writeFiles(folder: string, run: Run, rows: SimulatedRows): void {
  rows.mustBeOpen();
  mkdirSync(folder, { recursive: true });
  const result = { ...run.result, report: join(folder, 'report.html'), file: join(folder, 'run.sqlite') };
  const data = { ...run, result };
  writeFileSync(result.report, reportHtml(data));
  writeRunFile(result.file, data, rows.parts);
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
}

function loadedScenario(scenario: unknown): { scenario: Scenario; text: string } {
  if (typeof scenario === 'string') {
    if (!scenario.includes('\n')) return findScenario(scenario);
    return { scenario: parseScenario(scenario, 'scenario'), text: scenario };
  }
  if (typeof scenario !== 'object' || scenario === null) {
    throw invalid(`a scenario is a name, a path, YAML text or an object, not ${show(scenario)}`);
  }
  // What JSON can say, YAML can: the object is read, and kept in the run's file, as a file would be.
  const text = jsonOf(scenario);
  return { scenario: parseScenario(text, 'scenario'), text };
}

function jsonOf(scenario: object): string {
  try {
    return JSON.stringify(scenario, null, 2);
  } catch (error) {
    throw invalid(`the scenario cannot be written as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const wholeNumber = (max: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= max ? null : `a whole number from 1 to ${max}`;
const aFlag = (value: unknown) => (typeof value === 'boolean' ? null : 'true or false');
const aFunction = (value: unknown) => (typeof value === 'function' ? null : 'a function');

/** What is expected of each, where it is not that. */
const rules: Readonly<Record<keyof SimulateOptions, (value: unknown) => string | null>> = {
  devices: wholeNumber(devicesMax),
  days: wholeNumber(daysMax),
  seed: (value) =>
    typeof value === 'string' && value.length >= 1 && value.length <= seedMax ? null : `text of 1 to ${seedMax} characters`,
  everyCheckIn: aFlag,
  codec: aFlag,
  store: (value) => (storeKinds.some((kind) => kind === value) ? null : storeKinds.join(' or ')),
  shards: wholeNumber(shardsMax),
  workers: wholeNumber(workersMax),
  pause: (value) => (value instanceof Pause ? null : 'a Pause'),
  signal: (value) => (typeof value === 'object' && value !== null && 'aborted' in value ? null : 'an AbortSignal'),
  onProgress: aFunction,
};

function mustBeOptions(options: unknown): asserts options is SimulateOptions {
  if (typeof options !== 'object' || options === null)
    throw invalid(`options are an object such as { devices: 100 }, not ${show(options)}`);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name)) {
      const meant = nearest(name, Object.keys(rules));
      throw invalid(
        `there is no option "${name}";${meant === undefined ? '' : ` did you mean ${meant}?`} allowed: ${Object.keys(rules).join(', ')}`,
      );
    }
    const expected = value === undefined ? null : rules[name as keyof SimulateOptions](value);
    if (expected !== null) throw invalid(`${name}: ${expected} is expected, not ${show(value)}`);
  }
}

function invalid(sentence: string): SimulateError {
  return new SimulateError('options-invalid', `simulate: ${sentence}.`);
}
