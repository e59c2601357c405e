/** When custom notifications were sent, as every store has to keep it; a part of `storeContract`. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Store } from './store.ts';

const to = fc.constantFrom('', 'd1', 'd2', 'D1');
const at = fc.integer({ min: 0, max: 12 });
const write = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('add' as const), to, at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), after: at, until: at }) },
);

/** @param opened the store of the test that runs, empty at its beginning */
export function sendsContract(opened: () => Store): void {
  test('sends to groups and to each device are counted apart, each one, later than an instant', () => {
    const store = opened();
    for (const [to, instant] of [['', 5] as const, ['d1', 7] as const, ['d1', 5] as const, ['d1', 5] as const]) store.addSend(to, instant);
    expect(store.sendsAfter('', 0)).toEqual([5]);
    expect(store.sendsAfter('d1', 4)).toEqual([5, 5, 7]);
    expect(store.sendsAfter('d1', 5)).toEqual([7]);
    expect(store.sendsAfter('D1', 0)).toEqual([]);
  });

  test('what is forgotten is what is not later than the one instant, and what is later than the other', () => {
    const store = opened();
    for (const instant of [1, 2, 3, 4]) store.addSend(instant % 2 === 0 ? '' : 'd1', instant);
    store.forgetSends(1, 3);
    expect([store.sendsAfter('', 0), store.sendsAfter('d1', 0)]).toEqual([[2], [3]]);
  });

  test('whatever is added and forgotten, in whatever order, what is left is what a plain list would hold', () => {
    const store = opened();
    fc.assert(
      fc.property(fc.array(write, { maxLength: 40 }), (writes) => {
        store.forgetSends(Number.MAX_SAFE_INTEGER, 0);
        let plain: { to: string; at: number }[] = [];
        for (const one of writes) {
          if (one.kind === 'add') {
            store.addSend(one.to, one.at);
            plain.push(one);
          } else {
            store.forgetSends(one.after, one.until);
            plain = plain.filter((send) => send.at > one.after && send.at <= one.until);
          }
        }
        for (const to of ['', 'd1', 'd2', 'D1']) {
          for (const after of [-1, 4, 11]) {
            const expected = plain.filter((send) => send.to === to && send.at > after).map((send) => send.at);
            expect(store.sendsAfter(to, after)).toEqual(expected.sort((a, b) => a - b));
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test('a send to each of very many devices, one after the other, costs no more for those before it', () => {
    const store = opened();
    const hour = 1000;
    store.transaction(() => {
      for (let index = 0; index < 30_000; index++) {
        store.forgetSends(index - hour, index);
        store.addSend(`d${index}`, index);
      }
    });
    expect(store.sendsAfter('d29999', 0)).toEqual([29_999]);
    expect(store.sendsAfter('d29000', 0)).toEqual([29_000]);
    expect(store.sendsAfter('d28999', 0)).toEqual([]);
  });
}
