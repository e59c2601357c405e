/** How often a platform's devices check in (reference §7.1): bursts just after enrollment, then at a steady pace. */
export interface CadencePlan {
  /** Runs of check-ins after enrollment: one every `everyMs` until `forMs` have passed. */
  bursts: readonly { everyMs: number; forMs: number }[];
  thenEveryMs: number;
  /** Each steady check-in comes up to this much after its place on the grid; less than `thenEveryMs`. */
  jitterMs: number;
}

/** Milliseconds after enrollment of every check-in of the bursts, in order. */
export function burstOffsets(plan: CadencePlan): number[] {
  const offsets: number[] = [];
  let start = 0;
  for (const { everyMs, forMs } of plan.bursts) {
    for (let at = everyMs; at <= forMs; at += everyMs) offsets.push(start + at);
    start += forMs;
  }
  return offsets;
}
