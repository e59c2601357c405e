/** Every story of the catalogue with real agents, while time runs by itself on a scaled clock: it ends as in virtual time. */
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../simulator/result.ts';
import { lived, livedByAgents, outcome, storyRows } from './support/lived-story.ts';
import { sharedScratch } from './support/scratch.ts';

/** So that each story takes about a second, as far as a clock may be scaled. */
const secondsWanted = 1;
const speedMax = 1_000_000;

/** Without how long notifications took: the way of a frame is hours on a clock that fast. */
function untimed(result: RunResult) {
  const { delays, ...notifications } = result.notifications;
  return { ...outcome(result), notifications, shownAfterAll: delays.reduce((sum, { count }) => sum + count, 0) };
}

// Most of the time they wait for the clock: three at a time take half as long (vitest.config.ts).
describe.concurrent('parity on a scaled clock', () => {
  const keys = sharedScratch();

  it.each(storyRows)(
    'M-10 $ids $name',
    async ({ name, days }) => {
      const speed = Math.min(speedMax, (days * 86_400) / secondsWanted);
      expect(untimed(await livedByAgents(name, keys, { speed }))).toEqual(untimed(await lived(name, {})));
    },
    180_000,
  );
});
