import { describe, expect, it } from 'vitest';
import type { Clock } from './clock.ts';

/** A clock, and how a test lets time pass on it: a virtual one is moved, a real one would be waited for. */
export interface MovableClock {
  clock: Clock;
  /** Lets the clock show `instant` (or a little later), with all that is due by then done. */
  moveTo(instant: number): Promise<void> | void;
}

/** What every Clock keeps. `unitMs`: how finely the test cuts time; a real clock needs room for its timers. */
export function clockContract(name: string, open: () => MovableClock, unitMs = 1): void {
  describe(`${name} keeps the clock's contract`, () => {
    it('gives whole milliseconds and never goes back', async () => {
      const { clock, moveTo } = open();
      const before = clock.now();
      expect(Number.isInteger(before)).toBe(true);
      await moveTo(before + unitMs);
      expect(clock.now()).toBeGreaterThanOrEqual(before + unitMs);
    });

    it('runs a task once, when its instant has come and not before', async () => {
      const { clock, moveTo } = open();
      const start = clock.now();
      const ran: number[] = [];
      clock.at(start + 4 * unitMs, () => ran.push(clock.now()));
      await moveTo(start + unitMs);
      expect(ran).toEqual([]);
      await moveTo(start + 6 * unitMs);
      await moveTo(start + 9 * unitMs);
      expect(ran).toHaveLength(1);
      expect(ran[0]).toBeGreaterThanOrEqual(start + 4 * unitMs);
    });

    it('runs tasks in the order of their instants', async () => {
      const { clock, moveTo } = open();
      const start = clock.now();
      const ran: number[] = [];
      for (const n of [3, 1, 4, 2]) clock.at(start + n * unitMs, () => ran.push(n));
      await moveTo(start + 5 * unitMs);
      expect(ran).toEqual([1, 2, 3, 4]);
    });

    it('runs what is due already at once, but never inside the call', async () => {
      const { clock, moveTo } = open();
      let inside = true;
      const ran: boolean[] = [];
      clock.at(clock.now(), () => ran.push(inside));
      clock.at(clock.now() - 5 * unitMs, () => ran.push(inside));
      expect(ran).toEqual([]);
      inside = false;
      await moveTo(clock.now() + unitMs);
      expect(ran).toEqual([false, false]);
    });

    it('runs nothing that was canceled, and takes a late cancel', async () => {
      const { clock, moveTo } = open();
      const start = clock.now();
      const ran: string[] = [];
      const cancel = clock.at(start + unitMs, () => ran.push('canceled'));
      const late = clock.at(start + unitMs, () => ran.push('kept'));
      cancel();
      cancel();
      await moveTo(start + 2 * unitMs);
      late();
      expect(ran).toEqual(['kept']);
    });

    it('lets a task set the next one', async () => {
      const { clock, moveTo } = open();
      const start = clock.now();
      let ticks = 0;
      const tick = () => {
        ticks += 1;
        if (ticks < 3) clock.at(start + (ticks + 1) * unitMs, tick);
      };
      clock.at(start + unitMs, tick);
      await moveTo(start + 2 * unitMs);
      await moveTo(start + 5 * unitMs);
      expect(ticks).toBe(3);
    });

    it('keeps a task that is due at no time', async () => {
      const { clock, moveTo } = open();
      let ran = false;
      const cancel = clock.at(Number.POSITIVE_INFINITY, () => {
        ran = true;
      });
      await moveTo(clock.now() + 3 * unitMs);
      expect(ran).toBe(false);
      cancel();
    });
  });
}
