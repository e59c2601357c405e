/** How long something takes, as settings and scenarios say it: plain data, drawn from with a number in [0, 1). */

export type Distribution =
  | { kind: 'constant'; ms: number }
  | { kind: 'uniform'; fromMs: number; untilMs: number }
  | { kind: 'exponential'; meanMs: number };

/** It takes no time. */
export const atOnce: Distribution = { kind: 'constant', ms: 0 };

/** Whole milliseconds from a distribution; `unit` is a draw in [0, 1). */
export function drawDuration(distribution: Distribution, unit: number): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.ms;
    case 'uniform':
      return Math.floor(distribution.fromMs + unit * (distribution.untilMs - distribution.fromMs));
    case 'exponential':
      return Math.floor(-Math.log(1 - unit) * distribution.meanMs);
  }
}
