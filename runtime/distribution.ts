/** How long something takes, as settings and scenarios say it: plain data, drawn from with a number in [0, 1). */

export type Distribution =
  | { kind: 'constant'; ms: number }
  | { kind: 'uniform'; fromMs: number; untilMs: number }
  | { kind: 'exponential'; meanMs: number }
  /** What would be below 0 is 0. */
  | { kind: 'normal'; meanMs: number; deviationMs: number }
  /** Half of them up to the median, nine tenths up to `p90Ms`, and now and then a very long one. */
  | { kind: 'lognormal'; medianMs: number; p90Ms: number }
  /** One of these, by weight. At least one. */
  | { kind: 'weighted'; choices: readonly { weight: number; of: Distribution }[] }
  /** So long at most for such a share of them; between two points evenly. Shares and lengths rise, the last share is 1. */
  | { kind: 'steps'; points: readonly { share: number; ms: number }[] };

/** It takes no time. */
export const atOnce: Distribution = { kind: 'constant', ms: 0 };

/** What has no bound of its own ends here: a hundred years. */
const drawnMsMax = 36_500 * 86_400_000;
/** The standard normal distribution's 90th percentile. */
const z90 = 1.2815515655446004;

/** Whole milliseconds from a distribution, up to a hundred years; `unit` is a draw in [0, 1). */
export function drawDuration(distribution: Distribution, unit: number): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.ms;
    case 'uniform':
      return Math.floor(distribution.fromMs + unit * (distribution.untilMs - distribution.fromMs));
    case 'exponential':
      return Math.floor(-Math.log(1 - unit) * distribution.meanMs);
    case 'normal':
      return whole(distribution.meanMs + standardNormal(unit) * distribution.deviationMs);
    case 'lognormal': {
      const { medianMs, p90Ms } = distribution;
      return whole(medianMs * Math.exp((Math.log(p90Ms / medianMs) / z90) * standardNormal(unit)));
    }
    case 'weighted':
      return drawFromChoices(distribution.choices, unit);
    case 'steps':
      return drawFromSteps(distribution.points, unit);
  }
}

/** No draw is longer; Infinity where there is no bound but the hundred years of a draw. */
export function longestDuration(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.ms;
    case 'uniform':
      return distribution.untilMs;
    case 'weighted':
      return Math.max(...distribution.choices.map(({ of }) => longestDuration(of)));
    case 'steps':
      return distribution.points.at(-1)?.ms ?? 0;
    case 'exponential':
    case 'normal':
    case 'lognormal':
      return Number.POSITIVE_INFINITY;
  }
}

function whole(ms: number): number {
  return Math.floor(Math.min(drawnMsMax, Math.max(0, ms)));
}

/** What is left of the draw within the choice is the draw from it. */
function drawFromChoices(choices: readonly { weight: number; of: Distribution }[], unit: number): number {
  let total = 0;
  for (const { weight } of choices) total += weight;
  let left = unit * total;
  for (const { weight, of } of choices) {
    if (left < weight) return drawDuration(of, left / weight);
    left -= weight;
  }
  const last = choices.at(-1);
  return last === undefined ? 0 : drawDuration(last.of, 0);
}

function drawFromSteps(points: readonly { share: number; ms: number }[], unit: number): number {
  let [share, ms] = [0, 0];
  for (const point of points) {
    if (unit < point.share) return Math.floor(ms + ((unit - share) / (point.share - share)) * (point.ms - ms));
    ({ share, ms } = point);
  }
  return ms;
}

/** Of a draw in [0, 1): the inverse of the standard normal distribution (P. J. Acklam's approximation, relative error below 1.2e-9). */
function standardNormal(unit: number): number {
  const p = Math.min(Math.max(unit, 1e-12), 1 - 1e-12);
  if (p < 0.02425) return tail(Math.sqrt(-2 * Math.log(p)));
  if (p > 1 - 0.02425) return -tail(Math.sqrt(-2 * Math.log(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r - 30.66479806614716) * r +
      2.506628277459239) *
      q) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r - 13.28068155288572) * r + 1)
  );
}

function tail(q: number): number {
  return (
    (((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968) * q +
      2.938163982698783) /
    ((((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)
  );
}
