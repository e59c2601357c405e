import { describe, expect, it } from 'vitest';
import { Tale } from './tale.ts';

const dayMs = 86_400_000;

/** One entry a day. */
function told(days: number): Tale {
  const tale = new Tale(['a']);
  for (let day = 0; day < days; day += 1) tale.network(0, day % 2 === 1, day * dayMs);
  return tale;
}

describe('a long timeline', () => {
  it('stops after a thousand entries, and its last one says so', () => {
    expect(told(1000).entries).toHaveLength(1000);
    const { entries } = told(1100);
    expect(entries).toHaveLength(1001);
    expect(entries.at(-2)).toEqual({ at: '1972-09-26T00:00:00Z', who: 'network', device: 'a', what: 'the network is back' });
    expect(entries.at(-1)).toEqual({
      at: '1972-09-27T00:00:00Z',
      who: 'service',
      device: null,
      what: 'more happened: the timeline stops here, after 1000 entries',
    });
  });

  it('ends with a whole instant, so that it does not matter who was heard first within it', () => {
    const heard = (order: number[]) => {
      const tale = new Tale(['a', 'b']);
      tale.network(0, true, 0);
      for (let day = 1; day < 700; day += 1) for (const index of order) tale.network(index, false, day * dayMs);
      return tale.entries.map(({ at, device, what }) => `${at} ${device} ${what}`).sort();
    };
    expect(heard([0, 1])).toEqual(heard([1, 0]));
    expect(heard([0, 1])).toHaveLength(1002);
  });
});
