import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InstantHeap } from './instant-heap.ts';

it('gives what was added by its instants, and what has the same one as it was added', () => {
  const step = fc.option(fc.integer({ min: 0, max: 6 }), { freq: 2 });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const heap = new InstantHeap<number>();
      // A stable sort of everything that is in.
      let plain: { at: number; load: number }[] = [];
      for (const [load, at] of steps.entries()) {
        if (at !== null) {
          heap.add(at, load);
          plain = [...plain, { at, load }].sort((a, b) => a.at - b.at);
        } else expect(heap.take()).toBe(plain.shift()?.load);
        expect([heap.size, heap.nextAt()]).toEqual([plain.length, plain[0]?.at ?? Number.POSITIVE_INFINITY]);
      }
    }),
  );
});
