/** Distributions in words, as scenario files and the push service's settings have them: `5s`, `{ uniform: ['1s', '10s'] }`, `{ exponential: '20m' }`, … */
import type { Distribution } from './distribution.ts';
import { formatDuration, parseDuration } from './duration.ts';

/** A duration such as `5s`, or from what it is drawn. */
export type DistributionWords =
  | string
  | { uniform: readonly [string, string] }
  | { exponential: string }
  | { normal: { mean: string; deviation: string } }
  | { lognormal: { median: string; p90: string } }
  | { weighted: readonly { weight: number; of: DistributionWords }[] }
  | { steps: readonly (readonly [string | number, string])[] };

/** A hundred years. */
const durationMaxMs = 36_500 * 86_400_000;
/** Choices within choices. */
const depthMax = 4;

export function distributionWords(of: Distribution): DistributionWords {
  switch (of.kind) {
    case 'constant':
      return formatDuration(of.ms);
    case 'uniform':
      return { uniform: [formatDuration(of.fromMs), formatDuration(of.untilMs)] };
    case 'exponential':
      return { exponential: formatDuration(of.meanMs) };
    case 'normal':
      return { normal: { mean: formatDuration(of.meanMs), deviation: formatDuration(of.deviationMs) } };
    case 'lognormal':
      return { lognormal: { median: formatDuration(of.medianMs), p90: formatDuration(of.p90Ms) } };
    case 'weighted':
      return { weighted: of.choices.map((choice) => ({ weight: choice.weight, of: distributionWords(choice.of) })) };
    case 'steps':
      return { steps: of.points.map(({ share, ms }) => [share, formatDuration(ms)] as const) };
  }
}

/** undefined: it is none. */
export function readDistribution(words: unknown, depth = 0): Distribution | undefined {
  if (typeof words !== 'object' || words === null) {
    const ms = readDuration(words);
    return ms === undefined ? undefined : { kind: 'constant', ms };
  }
  const [[kind, value] = [], ...others] = Object.entries(words);
  if (kind === undefined || others.length > 0 || depth > depthMax) return undefined;
  switch (kind) {
    case 'uniform': {
      const [fromMs, untilMs] = Array.isArray(value) && value.length === 2 ? value.map(readDuration) : [];
      return fromMs === undefined || untilMs === undefined || fromMs > untilMs ? undefined : { kind, fromMs, untilMs };
    }
    case 'exponential': {
      const meanMs = readDuration(value);
      return meanMs === undefined ? undefined : { kind, meanMs };
    }
    case 'normal': {
      const [meanMs, deviationMs] = members(value, ['mean', 'deviation']);
      return meanMs === undefined || deviationMs === undefined ? undefined : { kind, meanMs, deviationMs };
    }
    case 'lognormal': {
      const [medianMs, p90Ms] = members(value, ['median', 'p90']);
      return medianMs === undefined || p90Ms === undefined || medianMs === 0 || p90Ms < medianMs ? undefined : { kind, medianMs, p90Ms };
    }
    case 'weighted':
      return readChoices(value, depth);
    case 'steps':
      return readSteps(value);
    default:
      return undefined;
  }
}

export function readDuration(words: unknown): number | undefined {
  const ms = typeof words === 'string' ? parseDuration(words) : undefined;
  return ms === undefined || ms > durationMaxMs ? undefined : ms;
}

/** 0 to 1, or `5%`. */
export function readShare(words: unknown): number | undefined {
  const value = typeof words === 'string' && /^\d{1,3}(\.\d{1,6})?%$/.test(words) ? Number(words.slice(0, -1)) / 100 : words;
  return typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined;
}

/** The durations of a mapping that has these members and no others. */
function members(value: unknown, names: readonly string[]): (number | undefined)[] {
  if (typeof value !== 'object' || value === null || Object.keys(value).some((key) => !names.includes(key))) return [];
  return names.map((name) => readDuration((value as Record<string, unknown>)[name]));
}

function readChoices(value: unknown, depth: number): Distribution | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const choices = value.map((one: unknown) => {
    const { weight, of: words, ...rest } = (typeof one === 'object' && one !== null ? one : {}) as Record<string, unknown>;
    const of = readDistribution(words, depth + 1);
    const isOne = typeof weight === 'number' && Number.isFinite(weight) && weight > 0 && Object.keys(rest).length === 0;
    return of === undefined || !isOne ? undefined : { weight, of };
  });
  return choices.every((one) => one !== undefined) ? { kind: 'weighted', choices } : undefined;
}

function readSteps(value: unknown): Distribution | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const points = value.map((one: unknown) => {
    const [share, ms] = Array.isArray(one) && one.length === 2 ? [readShare(one[0]), readDuration(one[1])] : [];
    return share === undefined || ms === undefined ? undefined : { share, ms };
  });
  if (!points.every((one) => one !== undefined)) return undefined;
  return areSteps(points) ? { kind: 'steps', points } : undefined;
}

/** Shares and lengths rise, and the last share is all of them. */
export function areSteps(points: readonly { share: number; ms: number }[]): boolean {
  const isRising = points.every(({ share, ms }, place) => {
    const before = points[place - 1] ?? { share: 0, ms: 0 };
    return share > before.share && ms >= before.ms;
  });
  return isRising && points.at(-1)?.share === 1;
}
