/** What a lane counts, and how figures of several lanes add up. */
import { Histogram, type HistogramFound } from './histogram.ts';
import { type GeneratorFigures, type LoadFigures, type ReasonCounts, type TimedThing, timedThings } from './load-figures.ts';

/** Of figures, what only ever grows and is counted by the lane itself. */
const counters = [
  'linksLost',
  'enrolments',
  'roundTrips',
  'checkIns',
  'checkInsMissed',
  'commandsDelivered',
  'commandsExecuted',
  'commandsRedelivered',
  'commandsDoubled',
  'notifications',
] as const;
type Counter = (typeof counters)[number];

const sums = [
  'asked',
  'enrolled',
  'connected',
  'alive',
  'connectionsTried',
  'connectionsOpened',
  'connectionsResumed',
  'bytesSent',
  'bytesReceived',
  'rampConnections',
  ...counters,
] as const;

/** Reasons are words of a list; whoever sends others (a server with texts of its own) does not make this one grow. */
const reasonsMax = 100;

export class Counts {
  readonly #counted = Object.fromEntries(counters.map((name) => [name, 0])) as Record<Counter, number>;
  readonly #errors: ReasonCounts = {};
  readonly #times = Object.fromEntries(timedThings.map((name) => [name, new Histogram()])) as Record<TimedThing, Histogram>;

  count(counter: Counter): void {
    this.#counted[counter] += 1;
  }

  error(reason: string): void {
    const isKnown = Object.hasOwn(this.#errors, reason) || Object.keys(this.#errors).length < reasonsMax;
    const name = isKnown ? reason : 'other';
    this.#errors[name] = (this.#errors[name] ?? 0) + 1;
  }

  /** @param ms what it took */
  time(thing: TimedThing, ms: number): void {
    this.#times[thing].record(ms * 1000);
  }

  found(): Pick<LoadFigures, Counter | 'errors' | 'times'> {
    const times = Object.fromEntries(timedThings.map((name) => [name, this.#times[name].found()])) as Record<TimedThing, HistogramFound>;
    return { ...this.#counted, errors: { ...this.#errors }, times };
  }
}

/** What several processes come to together. @param all at least one */
export function addedUp(all: readonly LoadFigures[]): LoadFigures {
  const sum = (of: (figures: LoadFigures) => number) => all.reduce((total, figures) => total + of(figures), 0);
  const most = (of: (figures: LoadFigures) => number) => all.reduce((max, figures) => Math.max(max, of(figures)), 0);
  const errors: ReasonCounts = {};
  for (const figures of all) {
    for (const [reason, count] of Object.entries(figures.errors)) errors[reason] = (errors[reason] ?? 0) + count;
  }
  return {
    ...(Object.fromEntries(sums.map((name) => [name, sum((figures) => figures[name])])) as Record<(typeof sums)[number], number>),
    errors,
    rampMs: most((figures) => figures.rampMs),
    isGathered: all.every(({ isGathered }) => isGathered),
    times: Object.fromEntries(timedThings.map((name) => [name, together(all.map(({ times }) => times[name]))])) as LoadFigures['times'],
    generator: {
      cpuMs: sum(({ generator }) => generator.cpuMs),
      wallMs: most(({ generator }) => generator.wallMs),
      rssBytes: sum(({ generator }) => generator.rssBytes),
      rssBytesBefore: sum(({ generator }) => generator.rssBytesBefore),
      stallMsMax: most(({ generator }) => generator.stallMsMax),
      stallMsP99: most(({ generator }) => generator.stallMsP99),
    },
  };
}

function together(all: readonly HistogramFound[]): HistogramFound {
  if (all.length === 1) return all[0] as HistogramFound;
  const histogram = new Histogram();
  for (const found of all) histogram.add(found);
  return histogram.found();
}

/** Share of one core that a process has used. */
export function cpuShare({ cpuMs, wallMs }: GeneratorFigures): number {
  return wallMs === 0 ? 0 : cpuMs / wallMs;
}
