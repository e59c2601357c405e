import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventQueue } from './event-queue.ts';

const capacity = 40;
const dayMs = 86_400_000;

/** What every EventQueue keeps. Times begin at `start`; a model that sorts is asked the same. */
export function eventQueueContract(name: string, open: (capacity: number, start: number) => EventQueue): void {
  describe(`${name} keeps the event queue's contract`, () => {
    it('M-09 gives entries in the order of time, then index, as a sorted list does', () => {
      const start = 1_700_000_000_000;
      const instant = fc.oneof(
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 3 * 60_000 }),
        fc.integer({ min: 0, max: 400 * dayMs }),
        fc.constant(Number.POSITIVE_INFINITY),
      );
      const move = fc.record({ index: fc.integer({ min: 0, max: capacity - 1 }), ahead: instant, takes: fc.integer({ min: 0, max: 4 }) });
      fc.assert(
        fc.property(fc.array(move, { maxLength: 200 }), (moves) => {
          const queue = open(capacity, start);
          const model = new Map<number, number>();
          let now = start;
          const takeOne = () => {
            const first = [...model].sort((a, b) => a[1] - b[1] || a[0] - b[0])[0];
            expect(queue.nextAt()).toBe(first?.[1] ?? Number.POSITIVE_INFINITY);
            if (first === undefined) return;
            expect(queue.take()).toBe(first[0]);
            model.delete(first[0]);
            now = first[1];
          };
          for (const { index, ahead, takes } of moves) {
            queue.set(index, now + ahead);
            if (ahead === Number.POSITIVE_INFINITY) model.delete(index);
            else model.set(index, now + ahead);
            for (let i = 0; i < takes; i++) takeOne();
          }
          while (model.size > 0) takeOne();
          takeOne();
        }),
        { numRuns: 300 },
      );
    });

    it('keeps what is scheduled when room is made for more', () => {
      const queue = open(2, 0);
      queue.set(0, 7);
      queue.set(1, 400 * dayMs);
      queue.grow(5);
      queue.grow(3);
      queue.set(4, 6);
      queue.set(2, 7);
      queue.set(3, 30 * dayMs);
      const taken: [number, number][] = [];
      for (let at = queue.nextAt(); at !== Number.POSITIVE_INFINITY; at = queue.nextAt()) taken.push([at, queue.take()]);
      expect(taken).toEqual([
        [6, 4],
        [7, 0],
        [7, 2],
        [30 * dayMs, 3],
        [400 * dayMs, 1],
      ]);
    });

    it('M-09 takes an entry that is earlier than what it has already looked ahead to', () => {
      const queue = open(3, 0);
      queue.set(0, 200 * dayMs);
      expect(queue.nextAt()).toBe(200 * dayMs);
      queue.set(1, 5);
      expect(queue.nextAt()).toBe(5);
      expect(queue.take()).toBe(1);
      expect(queue.nextAt()).toBe(200 * dayMs);
    });
  });
}
