/** What changed from one run to another: plain data, for terminals and programs. */
import type { RunData, RunResult, Verdict } from '../result.ts';
import { type TextChange, textChanges } from './text-changes.ts';

export interface FigureChange {
  /** Path in the result: `states.managed`, `timeToDone.wipe.p90Ms`. */
  figure: string;
  one: number;
  other: number;
  /** other − one; of runs of different size and a figure that counts: per device. */
  difference: number;
  /** Of `one`; null: it was 0. */
  percent: number | null;
}

export interface AskedChange {
  what: string;
  one: string;
  other: string;
}

export interface VerdictChange {
  name: string;
  one: VerdictWord;
  other: VerdictWord;
  /** Of the other run; of the first, where the other has none. */
  detail: string;
}
type VerdictWord = 'passed' | 'failed' | 'not judged' | 'absent';

/** Which devices lived the same life in both; null: the runs do not say. */
export interface LivesCompared {
  inBoth: number;
  different: number;
  /** The first one that differs, by its number. */
  first: { index: number; one: string; other: string } | null;
}

export interface Comparison {
  one: RunName;
  other: RunName;
  /** The outcome is the same: digests, figures and verdicts. How fast it was does not count. */
  same: boolean;
  /** null: one of them has no digest (live, stopped). */
  sameDigest: boolean | null;
  asked: AskedChange[];
  /** Lines of the scenario files that differ. */
  scenario: TextChange[];
  /** Figures that count are compared per device: the runs are of different size. */
  perDevice: boolean;
  figures: FigureChange[];
  /** How many figures are the same. */
  figuresSame: number;
  /** How it was lived: time, memory, events. They differ from machine to machine. */
  way: FigureChange[];
  verdicts: VerdictChange[];
  lives: LivesCompared | null;
}

export interface RunName {
  file: string;
  scenario: string;
  seed: string;
  devices: number;
  days: number;
  digest: string | null;
  passed: boolean;
  stopped: boolean;
}

/** What is said of the outcome; each is a number or a table of numbers. */
const outcomeFigures = [
  'states',
  'actions',
  'timeToDone',
  'certificates',
  'recordsRemoved',
  'compliance',
  'noncomplianceActions',
  'mails',
  'notices',
  'notifications',
  'access',
  'faults',
  'checkInsLived',
] as const satisfies readonly (keyof RunResult)[];

const wayFigures = ['eventsExecuted', 'wallMs', 'peakRssBytes'] as const satisfies readonly (keyof RunResult)[];

export type ComparedRun = RunData & { file: string };

export function compareRuns(one: ComparedRun, other: ComparedRun, lives: LivesCompared | null): Comparison {
  const perDevice = one.result.devicesLived !== other.result.devicesLived;
  const compared = figuresOf(one.result, other.result, outcomeFigures, perDevice);
  const figures = compared.filter(({ one: before, other: after, difference }) => (perDevice ? difference !== 0 : before !== after));
  const verdicts = verdictChanges(one.result, other.result);
  const digests = [one.result.digest, other.result.digest];
  const sameDigest = digests.includes(null) ? null : digests[0] === digests[1];
  return {
    one: nameOf(one),
    other: nameOf(other),
    same: sameDigest !== false && figures.length === 0 && verdicts.length === 0 && !perDevice,
    sameDigest,
    asked: askedChanges(one, other),
    scenario: textChanges(one.scenarioText, other.scenarioText),
    perDevice,
    figures,
    figuresSame: compared.length - figures.length,
    way: figuresOf(one.result, other.result, wayFigures, false),
    verdicts,
    lives,
  };
}

function nameOf({ file, result: { scenario, seed, devices, days, digest, passed, stopped } }: ComparedRun): RunName {
  return { file, scenario, seed, devices, days, digest, passed, stopped };
}

function askedChanges(one: ComparedRun, other: ComparedRun): AskedChange[] {
  const asked = ({ result, from }: ComparedRun): Record<string, string> => ({
    scenario: result.scenario,
    seed: result.seed,
    devices: String(result.devices),
    days: String(result.days),
    from: new Date(from).toISOString(),
    'every check-in': result.everyCheckIn ? 'executed' : 'computed where quiet',
    lived: result.live ? 'by real agents' : 'in virtual time',
    until: result.stopped ? `stopped, ${result.devicesLived} devices up to ${result.livedUntil}` : 'its end',
  });
  const [before, after] = [asked(one), asked(other)];
  return Object.keys(before).flatMap((what) => {
    const change = { what, one: before[what] as string, other: after[what] as string };
    return change.one === change.other ? [] : [change];
  });
}

function figuresOf(one: RunResult, other: RunResult, names: readonly (keyof RunResult)[], perDevice: boolean): FigureChange[] {
  const [before, after] = [one, other].map((result) => new Map(names.flatMap((name) => [...numbersOf(result[name], name)]))) as [
    Map<string, number>,
    Map<string, number>,
  ];
  return [...new Set([...before.keys(), ...after.keys()])].map((figure) => {
    const [a, b] = [before.get(figure) ?? 0, after.get(figure) ?? 0];
    const isCount = perDevice && !figure.endsWith('Ms');
    const [from, to] = isCount ? [a / one.devicesLived, b / other.devicesLived] : [a, b];
    return { figure, one: a, other: b, difference: to - from, percent: from === 0 ? null : ((to - from) / from) * 100 };
  });
}

/** All numbers within a value, by their paths. Rows of a list are told apart by their bound. */
function* numbersOf(value: unknown, path: string): Iterable<[string, number]> {
  if (typeof value === 'number') yield [path, value];
  else if (Array.isArray(value)) {
    for (const row of value as Record<string, unknown>[]) {
      if ('count' in row && 'upToMs' in row) yield* numbersOf(row.count, `${path}.${String(row.upToMs ?? 'longer')}`);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) yield* numbersOf(member, `${path}.${name}`);
  }
}

function verdictChanges(one: RunResult, other: RunResult): VerdictChange[] {
  const all = ({ checkers, expectations }: RunResult) => new Map([...checkers, ...expectations].map((verdict) => [verdict.name, verdict]));
  const [before, after] = [all(one), all(other)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    const change = { name, one: wordOf(was), other: wordOf(is), detail: (is ?? was)?.detail ?? '' };
    return change.one === change.other ? [] : [change];
  });
}

function wordOf(verdict: Verdict | undefined): VerdictWord {
  if (verdict === undefined) return 'absent';
  if (verdict.judged === false) return 'not judged';
  return verdict.passed ? 'passed' : 'failed';
}
