/** The history by itself, real time in the test's hand. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dayMs, hourMs } from '../runtime/duration.ts';
import { type HistoryHost, StateHistory } from './state-history.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setup(kept?: string) {
  const world = { now: 0, managed: 0, wipePending: 0, saved: kept, points: 0, samples: 0 };
  const host: HistoryHost = {
    now: () => world.now,
    managementCounts() {
      world.samples += 1;
      return [
        { state: 'managed' as const, count: world.managed },
        { state: 'wipePending' as const, count: world.wipePending },
      ].filter(({ count }) => count > 0);
    },
    complianceCounts: () => [{ state: 'compliant' as const, count: world.managed + world.wipePending }],
    load: () => world.saved,
    save(text) {
      world.saved = text;
    },
    onPoint: () => void world.points++,
  };
  return { world, history: new StateHistory(host) };
}

describe('StateHistory', () => {
  it('looks once a second, however much changes, and not at all while nothing does', () => {
    const { world, history } = setup();
    for (let ms = 0; ms < 10_500; ms += 10) {
      world.now += 10;
      world.managed += 1;
      history.changed();
      vi.advanceTimersByTime(10);
    }
    expect(world.samples).toBe(10);
    vi.advanceTimersByTime(2_000);
    expect(world.samples).toBe(11);
    vi.advanceTimersByTime(60_000);
    expect([world.samples, world.points]).toEqual([11, 11]);
  });

  it('is written down within seconds, so that a process that is killed loses no more', () => {
    const { world, history } = setup();
    vi.advanceTimersByTime(1_000);
    world.now += dayMs;
    world.managed = 7;
    history.changed();
    vi.advanceTimersByTime(6_000);
    // Killed: nothing of it was closed.
    const again = setup(world.saved);
    again.world.now = world.now;
    again.world.managed = 7;
    expect(again.history.show(100).at(-1)).toEqual({ at: dayMs, states: { managed: 7 }, compliance: { compliant: 7 } });
    expect(again.history.show(100)).toEqual(history.show(100));
  });

  it('leaves no timer behind', () => {
    const { world, history } = setup();
    world.managed = 1;
    history.changed();
    vi.advanceTimersByTime(1_500);
    history.changed();
    history.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(world.saved).toContain('"managed":1');
  });

  it('property: whatever happens, its instants go up, its last point is how it is now, and it stays small', () => {
    const step = fc.record({
      passes: fc.constantFrom(0, 1, hourMs, 7 * hourMs, 40 * dayMs, -3 * dayMs),
      real: fc.constantFrom(0, 10, 1_500),
      managed: fc.nat({ max: 3 }),
      changes: fc.boolean(),
      isEnd: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 2, max: 50 }), (steps, wanted) => {
        const { world, history } = setup();
        world.now = 400 * dayMs;
        for (const { passes, real, managed, changes, isEnd } of steps) {
          world.now += passes;
          if (changes) {
            world.managed = managed;
            history.changed();
          }
          vi.advanceTimersByTime(real);
          history.passed(isEnd);
        }
        const points = history.show(wanted);
        const instants = points.map(({ at }) => at);
        expect(instants).toEqual([...new Set(instants)].sort((one, other) => one - other));
        expect(points.length).toBeLessThanOrEqual(wanted + 1);
        expect(points.at(-1)).toMatchObject({ at: world.now, states: world.managed > 0 ? { managed: world.managed } : {} });
        history.close();
      }),
      { numRuns: 200 },
    );
  });

  it('keeps a thousand points at most, over years in which something changes every day', () => {
    const { world, history } = setup();
    for (let day = 0; day < 5_000; day++) {
      world.now += dayMs;
      world.managed = day % 7;
      history.changed();
      vi.advanceTimersByTime(1_000);
    }
    const points = history.show(1_000);
    expect(points.length).toBeGreaterThan(400);
    expect(JSON.parse(world.saved ?? '[]').length).toBeLessThanOrEqual(1_000);
    expect(points[0]?.at).toBeLessThan(2 * dayMs);
  });
});
