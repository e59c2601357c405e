/**
 * Thresholds: `check-in.p99<250ms`, `errors<0.1%`, `connected=100%`, `round-trips>=500/s`. A name of measures.ts, a comparison, and a
 * number with the unit that says which form of the figure is meant.
 */
import { nearest } from '../scenarios/nearest.ts';
import type { ThresholdVerdict } from './load-result.ts';
import { type Measure, type MeasureKind, type Measures, measureKinds, percentileNames } from './measures.ts';

const comparisons = {
  '<': { holds: (value: number, limit: number) => value < limit, words: 'under' },
  '<=': { holds: (value: number, limit: number) => value <= limit, words: 'at most' },
  '>': { holds: (value: number, limit: number) => value > limit, words: 'over' },
  '>=': { holds: (value: number, limit: number) => value >= limit, words: 'at least' },
  '=': { holds: (value: number, limit: number) => value === limit, words: 'exactly' },
} as const;
type Comparison = keyof typeof comparisons;

interface Unit {
  kind: MeasureKind;
  /** So much of the measure's own unit is one of this. */
  size: number;
}

const units: Readonly<Record<string, Unit>> = {
  '': { kind: 'count', size: 1 },
  '%': { kind: 'share', size: 0.01 },
  '/s': { kind: 'perSecond', size: 1 },
  us: { kind: 'ms', size: 0.001 },
  ms: { kind: 'ms', size: 1 },
  s: { kind: 'ms', size: 1000 },
  m: { kind: 'ms', size: 60_000 },
  B: { kind: 'bytes', size: 1 },
  KB: { kind: 'bytes', size: 1e3 },
  KiB: { kind: 'bytes', size: 2 ** 10 },
  MB: { kind: 'bytes', size: 1e6 },
  MiB: { kind: 'bytes', size: 2 ** 20 },
  GB: { kind: 'bytes', size: 1e9 },
  GiB: { kind: 'bytes', size: 2 ** 30 },
};

/** How a limit of each kind is written. */
const examples: Readonly<Record<MeasureKind, string>> = {
  count: 'a plain number (0)',
  share: 'a share (0.1%)',
  perSecond: 'a rate (500/s)',
  ms: 'a time with its unit us, ms, s or m (250ms)',
  bytes: 'a size with its unit B, KB, KiB, MB, MiB, GB or GiB (100KiB)',
};

export interface Threshold {
  /** As it was written, without blanks. */
  name: string;
  measure: string;
  comparison: Comparison;
  limit: number;
  /** As it was written. */
  unit: string;
}

/** Of a list in one text, with blanks or commas between: blanks around a comparison separate nothing. */
export function splitThresholds(text: string): string[] {
  return text
    .replace(/\s*([<>=]+)\s*/g, '$1')
    .split(/[\s,;]+/)
    .filter((part) => part !== '');
}

/** @returns `problem`: what is wrong with it and what is allowed, as the end of a sentence that begins with the text */
export function parseThreshold(text: string): Threshold | { problem: string } {
  const written = text.replace(/\s+/g, '');
  const [, named = '', sign = '', amount = '', unit = ''] = /^([^<>=]*?)(<=|>=|==|=|<|>)(\d+(?:\.\d+)?)([^\d\s]*)$/.exec(written) ?? [];
  if (sign === '')
    return { problem: 'is not a threshold; allowed: a figure, one of < <= > >= =, and a number with its unit, such as check-in.p99<250ms' };
  const measure = named
    .replace(/\.p99\.9$/, '.p999')
    .replace(/\.avg$/, '.mean')
    .replace(/\.med(ian)?$/, '.p50');
  const known = Object.hasOwn(measureKinds, measure) ? measureKinds[measure] : undefined;
  const kinds = known ?? (/^errors\.[a-z0-9-]+$/.test(measure) ? measureKinds.errors : undefined);
  if (kinds === undefined) return { problem: unknownMeasure(named) };
  const spelt = Object.keys(units).find((one) => one.toLowerCase() === unit.replace('µ', 'u').toLowerCase());
  const asked = spelt === undefined ? undefined : units[spelt];
  if (spelt === undefined || asked === undefined || !kinds.includes(asked.kind)) {
    const found = unit === '' ? 'has no unit' : `has the unit ${unit}`;
    return { problem: `${found}; allowed for ${measure}: ${kinds.map((kind) => examples[kind]).join(', or ')}` };
  }
  const comparison = (sign === '==' ? '=' : sign) as Comparison;
  return { name: written, measure, comparison, limit: Number(amount), unit: spelt };
}

function unknownMeasure(named: string): string {
  const meant = nearest(named, Object.keys(measureKinds));
  const [thing = '', ...rest] = named.split('.');
  const times = Object.keys(measureKinds).filter((name) => name.startsWith(`${thing}.`));
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  const all = rest.length > 0 && times.length > 0 ? times.join(', ') : measureNames();
  return `is about "${named}", which is no figure${hint}; allowed: ${all}`;
}

/** In few words: those of times are told once. */
export function measureNames(): string {
  const isTime = (name: string) => percentileNames.some((part) => name.endsWith(`.${part}`)) || name.endsWith('.count');
  const names = Object.keys(measureKinds);
  const timed = [...new Set(names.filter(isTime).map((name) => name.split('.')[0]))];
  return `${names.filter((name) => !isTime(name)).join(', ')}, errors.REASON; and of ${timed.join(', ')}: .${percentileNames.join(', .')}, .count`;
}

/** @param measures what is known; a figure that was not measured is missed, whatever its limit */
export function judgeThreshold(threshold: Threshold, measures: Measures): ThresholdVerdict {
  const { name, unit, limit, comparison } = threshold;
  const value = valueIn(threshold, measures);
  if (value === null) return { name, passed: false, value, detail: 'Nothing was measured that it could be judged by.' };
  const { holds, words } = comparisons[comparison];
  const passed = holds(value, limit);
  const asked = `${words} ${limit}${unit}`;
  return { name, passed, value, detail: `It was ${readable(value)}${unit}; asked for: ${asked}.` };
}

/** As they stand while the run goes on, of those whose figures are known by now. */
export function judgedSoFar(thresholds: readonly Threshold[], measures: Measures): ThresholdVerdict[] {
  return thresholds.filter((threshold) => valueIn(threshold, measures) !== null).map((threshold) => judgeThreshold(threshold, measures));
}

/**
 * The first one that is missed for good while the run goes on: limits from above only. A rate may still rise, and who is not connected
 * may still come.
 */
export function firstExceeded(thresholds: readonly Threshold[], measures: Measures): ThresholdVerdict | undefined {
  const fromAbove = thresholds.filter(
    ({ comparison, limit }) => comparison === '<' || comparison === '<=' || (comparison === '=' && limit === 0),
  );
  return judgedSoFar(fromAbove, measures).find(({ passed }) => !passed);
}

/** In the threshold's own unit. */
function valueIn({ measure, unit }: Threshold, measures: Measures): number | null {
  const { kind, size } = units[unit] as Unit;
  // An error that never came was counted: none.
  const found = measures.get(measure) ?? (measure.startsWith('errors.') ? noneOf(measures.get('errors')) : undefined);
  const value = found?.[kind] ?? null;
  return value === null ? null : Number((value / size).toPrecision(12));
}

function noneOf(errors: Measure | undefined): Measure | undefined {
  return errors === undefined ? undefined : { count: 0, share: errors.share === null ? null : 0 };
}

function readable(value: number): string {
  return String(Number(value.toPrecision(6)));
}
