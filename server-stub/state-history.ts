/**
 * How many devices were in which state, along the tenant's time: what a chart is drawn from. A point is taken when something has changed and
 * six hours of the tenant's time or a second of real time have passed since the one before, whichever is first; over a while that costs no more
 * than a twentieth of the time. Beyond a thousand points neighbours are merged. It is written down every few seconds at most:
 * a process that is killed loses those.
 */
import { hourMs } from '../runtime/duration.ts';
import type { ComplianceState, ManagementState } from './core/records.ts';

interface HistoryPoint {
  /** ms, on the stub's clock. */
  at: number;
  states: Partial<Record<ManagementState, number>>;
  compliance: Partial<Record<ComplianceState, number>>;
}

export interface HistoryHost {
  now(): number;
  managementCounts(): { state: ManagementState; count: number }[];
  complianceCounts(): { state: ComplianceState; count: number }[];
  load(): string | undefined;
  save(text: string): void;
  /** There is a new point. */
  onPoint(): void;
}

const sampleMs = 6 * hourMs;
/** Real time. */
const pauseMs = 1_000;
const costShareMax = 0.05;
/** What may be spent at once by whoever has spent nothing for a while. */
const costMsMax = 250;
const saveMs = 5_000;
const pointsMax = 1_000;

export class StateHistory {
  readonly #host: HistoryHost;
  #points: HistoryPoint[];
  /** Since when (on the stub's clock) there is something that the latest point does not show; null: nothing. */
  #changedAt: number | null = null;
  /** Real ms that may be spent, as of then. */
  #budgetMs = costMsMax;
  #budgetAt = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saveTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: HistoryHost) {
    this.#host = host;
    this.#points = readPoints(host.load());
    this.changed();
  }

  /** A record has changed, is new, or is gone; not before its transaction is over, it is counted. */
  changed(): void {
    this.#changedAt ??= this.#host.now();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#sample();
    }, pauseMs);
  }

  /** Time has passed, and all that was due is done. @param isEnd it stands here for a while, or has until now */
  passed(isEnd: boolean): void {
    if (this.#changedAt === null) return;
    const last = this.#points.at(-1);
    const isDue = isEnd || last === undefined || this.#host.now() - last.at >= sampleMs;
    if (isDue && this.#budget() > 0) this.#sample();
  }

  /** At most so many points, the latest of them now. */
  show(pointsWanted: number): HistoryPoint[] {
    const now = this.#host.now();
    const isSetBack = (this.#points.at(-1)?.at ?? now) > now;
    if (this.#changedAt !== null || isSetBack) this.#sample();
    const last = this.#points.at(-1);
    // Nothing has changed since.
    const points = last === undefined || last.at >= now ? this.#points : [...this.#points, { ...last, at: now }];
    return thinned(points, pointsWanted);
  }

  close(): void {
    clearTimeout(this.#timer);
    if (this.#changedAt !== null) this.#sample();
    clearTimeout(this.#saveTimer);
    this.#save();
  }

  #sample(): void {
    const now = this.#host.now();
    const begunAt = performance.now();
    const states = counted(this.#host.managementCounts());
    const compliance = counted(this.#host.complianceCounts());
    this.#budgetMs = this.#budget() - (performance.now() - begunAt);
    const changedAt = Math.min(this.#changedAt ?? now, now);
    this.#changedAt = null;
    // Where the clock was set back, what came after has not been lived.
    while ((this.#points.at(-1)?.at ?? Number.NEGATIVE_INFINITY) >= now) this.#points.pop();
    const last = this.#points.at(-1);
    if (last !== undefined && isSame(last.states, states) && isSame(last.compliance, compliance)) return;
    // A step, and no slope across the quiet time before it.
    if (last !== undefined && changedAt - last.at > sampleMs) this.#points.push({ ...last, at: changedAt - 1 });
    this.#points.push({ at: now, states, compliance });
    if (this.#points.length > pointsMax) this.#points = thinned(this.#points, pointsMax / 2);
    this.#saveTimer ??= setTimeout(() => this.#save(), saveMs);
    this.#host.onPoint();
  }

  #budget(): number {
    const now = performance.now();
    this.#budgetMs = Math.min(costMsMax, this.#budgetMs + (now - this.#budgetAt) * costShareMax);
    this.#budgetAt = now;
    return this.#budgetMs;
  }

  #save(): void {
    this.#saveTimer = undefined;
    this.#host.save(JSON.stringify(this.#points));
  }
}

function readPoints(text: string | undefined): HistoryPoint[] {
  return text === undefined ? [] : (JSON.parse(text) as HistoryPoint[]);
}

function counted<State extends string>(counts: readonly { state: State; count: number }[]): Partial<Record<State, number>> {
  const entries = counts.map(({ state, count }) => [state, count] as const).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries) as Partial<Record<State, number>>;
}

/** In the same order, see `counted`. */
function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The first one, and the last one of each of so many equal stretches of time. */
function thinned(points: readonly HistoryPoint[], pointsWanted: number): HistoryPoint[] {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length <= pointsWanted) return [...points];
  const stretchMs = (last.at - first.at) / (pointsWanted - 1);
  const stretchOf = ({ at }: HistoryPoint) => Math.ceil((at - first.at) / stretchMs);
  return points.filter((point, index) => {
    const next = points[index + 1];
    return next === undefined || stretchOf(next) !== stretchOf(point);
  });
}
