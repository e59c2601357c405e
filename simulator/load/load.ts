/**
 * A load run: deals the devices out to lanes, adds their figures up once a second, lets the administrator do what the timeline says, and
 * makes the result. It waits for no device itself.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { slicesOf } from '../world/slice.ts';
import { Administrator, type Confirmed, mustBeDoable } from './administrator.ts';
import { addedUp } from './counts.ts';
import { LoadError } from './errors.ts';
import { GeneratorLimit } from './generator-limit.ts';
import { createLane } from './lane.ts';
import { createLaneProcess } from './lane-process.ts';
import type { LoadFigures } from './load-figures.ts';
import type { LoadJob } from './load-job.ts';
import type { LoadLane } from './load-lane.ts';
import type { LoadOptions, LoadWatch } from './load-options.ts';
import type { LoadResult, LoadSample } from './load-result.ts';
import { mustAnswer, mustBeAdministered } from './probe.ts';
import { resultOf } from './result-of.ts';
import { Sampler } from './sampler.ts';
import { type LoadPlan, planOf, shapes } from './shapes.ts';
import { TroubleList } from './trouble-list.ts';

/** Fewer are lived before other processes have started. */
const processesDevicesMin = 100;
/** Keys are shared: one costs a third of a second. */
const keysMax = 16;
const devicesPerKey = 50;
/** Figures come once a second from each; in between the administrator looks at the clock so often. */
const lookEveryMs = 20;
/** What was accepted may be delivered so much later than the script is over. */
const settleMsMax = 20_000;
const quietMsMax = 3_500;
/** One that was stopped asks Graph no longer than this. */
const stoppedMsMax = 5_000;

/**
 * @throws LoadError (rejects) for what cannot be begun; whatever goes wrong later is counted, and said
 */
export async function runLoad(options: LoadOptions, watch: LoadWatch = {}): Promise<LoadResult> {
  const plan = planWith(options);
  await mustAnswer(options.target);
  if (options.graph !== null && plan.timeline.length > 0) await mustBeAdministered(options.graph);
  const processes = options.lane === undefined ? processesOf(options) : (options.processes ?? 1);
  const ownKeys = options.keys === undefined ? mkdtempSync(join(tmpdir(), 'mockfleet-load-')) : null;
  const run = new LoadRun(options, watch, plan, processes);
  try {
    return await run.live(options.keys ?? (ownKeys as string));
  } finally {
    await run.close();
    if (ownKeys !== null) rmSync(ownKeys, { recursive: true, force: true });
  }
}

/** The shape's plan, and the scenario's timeline beside its own. @throws LoadError */
function planWith(options: LoadOptions): LoadPlan {
  const { scenario, devices, shape, durationMs, checkInsPerSecond, pace, graph } = options;
  const plan = planOf(shape, { devices, durationMs, checkInsPerSecond, pace, isAdministered: graph !== null });
  const own = scenario.timeline.map((event) => ({ ...event, at: event.at - scenario.startAt }));
  mustBeDoable(own);
  const needsGraph = own.length > 0 ? 'The timeline' : shapes[shape].needsAdministrator === true ? `The shape ${shape}` : null;
  if (graph === null && needsGraph !== null) {
    const sentence = `${needsGraph} asks for actions: name the service's Graph, and a token for it, or leave it out.`;
    throw new LoadError('load-needs-graph', sentence);
  }
  // Labels of draws: those of the shape come after those of the file.
  const asked = plan.timeline.map((event) => ({ ...event, entry: event.entry + own.length }));
  return { ...plan, timeline: [...own, ...asked].sort((a, b) => a.at - b.at) };
}

function processesOf({ devices, processes }: LoadOptions): number {
  if (processes !== undefined) return Math.max(1, Math.min(processes, devices));
  return devices < processesDevicesMin ? 1 : Math.min(devices, availableParallelism());
}

function later<Value>(ms: number, value: Value): Promise<Value> {
  return new Promise((resolve) => setTimeout(() => resolve(value), ms).unref());
}

/** One lane, as the coordinator sees it. */
interface LaneSeat {
  lane: LoadLane;
  /** null: nothing was heard of it yet. */
  figures: LoadFigures | null;
  /** It runs, and others may have to wait for it. */
  isLive: boolean;
}

class LoadRun {
  readonly #options: LoadOptions;
  readonly #watch: LoadWatch;
  readonly #plan: LoadPlan;
  readonly #seats: LaneSeat[];
  readonly #administrator: Administrator | null;
  readonly #troubles: TroubleList;
  readonly #sampler = new Sampler();
  readonly #limit = new GeneratorLimit();
  readonly #samples: LoadSample[] = [];
  /** Of the administrator and of the run itself. */
  readonly #errors: Record<string, number> = {};
  #startedAt = new Date();
  #begunAt = performance.now();
  /** When all had gathered; null: they have not. */
  #goneOnAt: number | null = null;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #second: ReturnType<typeof setInterval> | undefined;

  constructor(options: LoadOptions, watch: LoadWatch, plan: LoadPlan, processes: number) {
    this.#options = options;
    this.#watch = watch;
    this.#plan = plan;
    this.#troubles = new TroubleList((sentence) => watch.onTrouble?.(sentence));
    const make = options.lane ?? (processes === 1 ? createLane : createLaneProcess);
    this.#seats = slicesOf(options.devices, processes).map(({ number }) => ({
      lane: make(number, processes),
      figures: null,
      isLive: false,
    }));
    const { graph, scenario, devices } = options;
    this.#administrator =
      graph === null || plan.timeline.length === 0
        ? null
        : new Administrator({
            graph,
            scenario,
            devices,
            timeline: plan.timeline,
            onAccepted: (actions) => {
              for (const { lane, isLive } of this.#seats) if (isLive) lane.accepted(actions);
            },
            onError: (reason) => this.#error(reason),
            onTrouble: (sentence) => this.#troubles.say(sentence),
          });
  }

  async live(keys: string): Promise<LoadResult> {
    const { signal } = this.#watch;
    const stop = () => this.#stop();
    // Lanes may wait for other machines before they are open.
    signal?.addEventListener('abort', stop);
    await this.#open(keys);
    if (signal?.aborted === true) stop();
    this.#startedAt = new Date();
    this.#begunAt = performance.now();
    this.#ticker = setInterval(() => this.#look(), lookEveryMs);
    this.#second = setInterval(() => this.#sample(), 1000);
    await Promise.all(this.#seats.map((seat) => this.#run(seat)));
    const lastedMs = performance.now() - this.#begunAt;
    const confirmed = await this.#confirmed(signal?.aborted === true);
    signal?.removeEventListener('abort', stop);
    this.#sample();
    return resultOf({
      options: this.#options,
      figures: this.#figures(),
      processes: this.#seats.length,
      samples: this.#samples,
      startedAt: this.#startedAt,
      durationMs: lastedMs,
      isStopped: signal?.aborted === true,
      accepted: this.#administrator?.accepted ?? 0,
      confirmed,
      limit: this.#limit.sentence(),
      busiest: this.#limit.share,
    });
  }

  #stop(): void {
    for (const { lane } of this.#seats) lane.stop();
  }

  async close(): Promise<void> {
    clearInterval(this.#ticker);
    clearInterval(this.#second);
    this.#administrator?.close();
    await Promise.all(this.#seats.map(({ lane }) => lane.close()));
  }

  async #open(keys: string): Promise<void> {
    const { scenario, devices, target, keep, resume = true } = this.#options;
    const slices = slicesOf(devices, this.#seats.length);
    const batch = Date.now().toString(36).toUpperCase();
    await Promise.all(
      this.#seats.map(async (seat, number) => {
        const job: LoadJob = {
          slice: slices[number] as LoadJob['slice'],
          processes: this.#seats.length,
          scenario,
          target,
          pace: this.#plan.pace,
          script: this.#plan.script,
          batch,
          folder: keep ?? null,
          keys,
          keyPool: Math.min(keysMax, Math.ceil(devices / devicesPerKey)),
          resume,
        };
        await seat.lane.open(job, {
          onFigures: (figures) => {
            seat.figures = figures;
            this.#limit.heard(number, figures.generator);
            this.#gather();
          },
          onRecords: (changes) => this.#administrator?.knows(changes),
          onTrouble: (sentence) => this.#troubles.say(sentence),
        });
      }),
    );
  }

  async #run(seat: LaneSeat): Promise<void> {
    seat.isLive = true;
    try {
      await seat.lane.run();
    } catch (error) {
      // The run ends with what was counted; a part of the fleet that is gone is an error of the run.
      this.#error('process-died');
      this.#troubles.say((error as Error).message);
      seat.isLive = false;
      // Counters stay; of its devices none is there any more.
      if (seat.figures !== null) Object.assign(seat.figures, { connected: 0, alive: 0, isGathered: false });
      this.#gather();
    }
  }

  /** When the last of them has gathered, all of them go on. */
  #gather(): void {
    const live = this.#seats.filter(({ isLive }) => isLive);
    const isWaiting = live.some(({ figures }) => figures?.isGathered === true);
    if (!isWaiting || !live.every(({ figures }) => figures?.isGathered === true)) return;
    if (live.every(({ figures }) => figures?.connected === 0)) {
      this.#troubles.say('No device has got through: the run ends.');
      return this.#stop();
    }
    for (const { figures, lane } of live) {
      if (figures !== null) figures.isGathered = false;
      lane.goOn();
    }
    this.#goneOnAt = performance.now();
  }

  /** ms, on the script's clock: it stands still until all have gathered. */
  get #scriptMs(): number {
    const now = performance.now();
    const gatherAt = this.#gatherAt;
    if (gatherAt === null) return now - this.#begunAt;
    return this.#goneOnAt === null ? Math.min(gatherAt - 1, now - this.#begunAt) : gatherAt + now - this.#goneOnAt;
  }

  get #gatherAt(): number | null {
    return this.#plan.script.acts.find(({ kind }) => kind === 'gather')?.at ?? null;
  }

  #look(): void {
    if (this.#administrator !== null && this.#watch.signal?.aborted !== true) this.#administrator.doDue(this.#scriptMs);
  }

  /** Until what was accepted has been done everywhere, or can wait no longer; then Graph is asked. */
  async #confirmed(isStopped: boolean): Promise<Confirmed> {
    const administrator = this.#administrator;
    if (administrator === null) return { confirmed: 0, open: 0 };
    // Whoever has stopped it waits for no service that does not answer; what is not known is not called lost.
    if (isStopped) {
      const unknown = { confirmed: 0, open: administrator.accepted };
      return Promise.race([administrator.finished().then(() => administrator.confirm()), later(stoppedMsMax, unknown)]);
    }
    await administrator.finished();
    const until = performance.now() + settleMsMax;
    let [executed, changedAt] = [0, performance.now()];
    // A device that says "not now" is waited for no longer than it takes to see that nothing moves.
    while (executed < administrator.accepted && performance.now() < Math.min(until, changedAt + quietMsMax)) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      const { commandsExecuted } = this.#figures();
      if (commandsExecuted > executed) [executed, changedAt] = [commandsExecuted, performance.now()];
    }
    return administrator.confirm();
  }

  #figures(): LoadFigures {
    const all = this.#seats.flatMap(({ figures }) => (figures === null ? [] : [figures]));
    const figures = addedUp(all);
    for (const [reason, count] of Object.entries(this.#errors)) figures.errors[reason] = (figures.errors[reason] ?? 0) + count;
    return figures;
  }

  #sample(): void {
    if (this.#seats.every(({ figures }) => figures === null)) return;
    const figures = this.#figures();
    const elapsedMs = performance.now() - this.#begunAt;
    const sample = this.#sampler.take(Math.round(elapsedMs / 1000), figures);
    this.#samples.push(sample);
    this.#watch.onProgress?.({
      figures,
      sample,
      elapsedMs,
      durationMs: this.#plan.script.durationMs + Math.max(0, elapsedMs - this.#scriptMs),
      doing: this.#doing(),
    });
  }

  #doing(): string {
    const at = this.#scriptMs;
    const act = this.#plan.script.acts.findLast((one) => one.at <= at);
    return act === undefined ? 'begins' : act.kind;
  }

  #error(reason: string): void {
    this.#errors[reason] = (this.#errors[reason] ?? 0) + 1;
  }
}
