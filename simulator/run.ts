/**
 * Lives a scenario in virtual time and gathers what came of it. The world is lived in slices, so that whoever waits can say how far
 * it is, and can stop it.
 */
import { dayMs } from '../runtime/duration.ts';
import type { CommandRecord } from '../server-stub/core/records.ts';
import { createMemoryStore } from '../server-stub/store/memory-store.ts';
import { openSqliteStore } from '../server-stub/store/sqlite-store.ts';
import type { Store } from '../server-stub/store/store.ts';
import type { DeviceOutcome, RunData, RunResult, Verdict } from './result.ts';
import type { Expectation, Scenario } from './scenarios/scenario.ts';
import { World } from './world/world.ts';

export const storeKinds = ['memory', 'sqlite'] as const;
export type StoreKind = (typeof storeKinds)[number];

export interface RunOptions {
  /** In place of the scenario's own. */
  devices?: number;
  days?: number;
  seed?: string;
  everyCheckIn?: boolean;
  codec?: boolean;
  /** `sqlite` is a database in memory: the live stub's store under the same load. Same digest, more work. */
  store?: StoreKind;
  /** Where the caller is going to write these; part of the result. */
  report?: string;
  file?: string;
  /** The command line that repeats this run. */
  replay?: string;
  signal?: AbortSignal;
  /** After each slice of a few milliseconds. */
  onProgress?: (progress: RunProgress) => void;
}

export interface RunProgress {
  /** Virtual now. */
  at: number;
  daysLived: number;
  /** Of the days to live: 0 to 1. */
  share: number;
  eventsExecuted: number;
  checkInsLived: number;
}

/** A finished run. Its iterables read the store: close it when they are no longer needed. */
export interface Run extends RunData {
  close(): void;
}

/** The run was stopped by its signal. */
export class RunStopped extends Error {
  readonly code = 'run-stopped';
  readonly progress: RunProgress;
  constructor(progress: RunProgress) {
    super(`Stopped after ${Math.floor(progress.daysLived)} virtual days.`);
    this.name = 'RunStopped';
    this.progress = progress;
  }
}

const eventsPerSlice = 10_000;

/** @param text the scenario file as it was read */
export async function runScenario({ scenario, text }: { scenario: Scenario; text: string }, options: RunOptions = {}): Promise<Run> {
  const { everyCheckIn = false, codec = false, replay = '' } = options;
  const asked = overridden(scenario, options);
  const store = options.store === 'sqlite' ? openSqliteStore(':memory:') : createMemoryStore();
  try {
    const begunAt = performance.now();
    const world = new World(asked, { store, everyCheckIn, codec });
    await live(world, options);
    return {
      result: resultOf(world, asked, scenario, options, Math.round(performance.now() - begunAt)),
      scenarioText: text,
      replay,
      from: world.startAt,
      until: world.until,
      series: world.series(),
      devices: () => world.outcomes(),
      commands: () => commandsOf(store, world.outcomes()),
      close: () => store.close(),
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

function overridden(scenario: Scenario, { devices, days, seed }: RunOptions): Scenario {
  return { ...scenario, devices: devices ?? scenario.devices, days: days ?? scenario.days, seed: seed ?? scenario.seed };
}

async function live(world: World, { signal, onProgress }: RunOptions): Promise<void> {
  for (let isOver = false; !isOver; ) {
    isOver = world.advance(eventsPerSlice);
    const progress = progressOf(world);
    onProgress?.(progress);
    await new Promise(setImmediate);
    if (signal?.aborted) throw new RunStopped(progress);
  }
}

function progressOf(world: World): RunProgress {
  const lived = world.now - world.startAt;
  return {
    at: world.now,
    daysLived: lived / dayMs,
    share: lived / (world.until - world.startAt),
    eventsExecuted: world.eventsExecuted,
    checkInsLived: world.tally.checkInsLived,
  };
}

/** @param scenario as its file has it: its expectations are about so many devices and days */
function resultOf(world: World, asked: Scenario, scenario: Scenario, options: RunOptions, wallMs: number): RunResult {
  const { tally } = world;
  const result: RunResult = {
    scenario: asked.name,
    seed: asked.seed,
    digest: world.digest(),
    devices: asked.devices,
    days: asked.days,
    everyCheckIn: options.everyCheckIn ?? false,
    checkInsLived: tally.checkInsLived,
    eventsExecuted: world.eventsExecuted,
    wallMs,
    // Node gives kibibytes on every platform.
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    states: tally.states(),
    actions: tally.actions,
    certificates: tally.certificates,
    recordsRemoved: tally.recordsRemoved,
    checkers: world.verdicts(),
    expectations: [],
    report: options.report ?? null,
    file: options.file ?? null,
    passed: true,
  };
  const smaller = whySmaller(asked, scenario);
  result.expectations = scenario.expectations.map((expectation) =>
    smaller === null
      ? judge(expectation, result)
      : { name: expectation.name, passed: true, judged: false, detail: `not judged: ${smaller}` },
  );
  result.passed = [...result.checkers, ...result.expectations].every((verdict) => verdict.passed);
  return result;
}

/** A run that is smaller than its file says must not fail for being small. */
function whySmaller({ devices, days }: Scenario, scenario: Scenario): string | null {
  const parts = [
    ...(devices < scenario.devices ? [`${devices} of the scenario's ${scenario.devices} devices`] : []),
    ...(days < scenario.days ? [`${days} of its ${scenario.days} days`] : []),
  ];
  return parts.length === 0 ? null : `the run has ${parts.join(' and ')}`;
}

function judge({ name, figure, equals, atLeast, atMost }: Expectation, result: object): Verdict {
  const value = figureOf(result, figure);
  const missed = (equals !== null && value !== equals) || (atLeast !== null && value < atLeast) || (atMost !== null && value > atMost);
  const bounds = [
    ...(equals === null ? [] : [`exactly ${equals}`]),
    ...(atLeast === null ? [] : [`at least ${atLeast}`]),
    ...(atMost === null ? [] : [`at most ${atMost}`]),
  ];
  return { name, passed: !missed, detail: `${figure} is ${value}, expected ${bounds.join(' and ')}` };
}

/** What never happened has no figure, and counts 0. */
function figureOf(result: object, path: string): number {
  let value: unknown = result;
  for (const key of path.split('.')) {
    value = typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : 0;
  }
  return typeof value === 'number' ? value : 0;
}

function* commandsOf(store: Store, devices: Iterable<DeviceOutcome>): Iterable<CommandRecord> {
  for (const { deviceId } of devices) if (deviceId !== null) yield* store.commandsOf(deviceId);
}
