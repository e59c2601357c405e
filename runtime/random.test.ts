import { describe, expect, it } from 'vitest';
import { hash32, hashString, hashUnit, Random } from './random.ts';

/** χ² of draws in [0, 1) over 100 bins; 99 degrees of freedom: above 160 in one of 10,000 fair cases. */
function chiSquare(draw: (n: number) => number, count = 100_000): number {
  const bins = new Array<number>(100).fill(0);
  for (let n = 0; n < count; n++) bins[Math.floor(draw(n) * 100)] = (bins[Math.floor(draw(n) * 100)] ?? 0) + 1;
  return bins.reduce((sum, seen) => sum + (seen - count / 100) ** 2 / (count / 100), 0);
}

describe('Random', () => {
  it('draws the same from the same seed, on every machine', () => {
    const random = new Random('fleet-lifecycle');
    const again = new Random('fleet-lifecycle');
    const draws = Array.from({ length: 20 }, () => random.unit());
    expect(Array.from({ length: 20 }, () => again.unit())).toEqual(draws);
    expect(new Random(7).unit()).toBe(new Random('7').unit());
    // Written down once: a change here changes the outcome of every seed that anyone has noted.
    expect([hash32(0, 0), hash32(1, 2), hashString('mockfleet'), new Random('mockfleet').key]).toMatchInlineSnapshot(`
      [
        3949215219,
        1159546517,
        770000227,
        3515423224,
      ]
    `);
    expect(new Random('mockfleet').guid()).toMatchInlineSnapshot(`"8b03857d-10c9-4934-9295-59b97bfbe283"`);
  });

  it('M-09 forks by label, whatever was drawn before and whichever others are made', () => {
    const plain = new Random('seed').fork('device/17');
    const busy = new Random('seed');
    for (let n = 0; n < 100; n++) busy.unit();
    busy.fork('device/16').guid();
    const fork = busy.fork('device/17');
    expect(Array.from({ length: 10 }, () => fork.unit())).toEqual(Array.from({ length: 10 }, () => plain.unit()));
    expect(new Random('seed').fork('a').unit()).not.toBe(new Random('seed').fork('b').unit());
    expect(new Random('seed').fork('a').fork('b').unit()).not.toBe(new Random('seed').fork('b').fork('a').unit());
  });

  it('gives forks that tell nothing of each other', () => {
    let agree = 0;
    for (let n = 0; n < 20_000; n++) {
      const device = new Random(`seed/device/${n}`);
      if (device.fork('silent').chance(0.5) === device.fork('absent').chance(0.5)) agree += 1;
    }
    expect(Math.abs(agree / 20_000 - 0.5)).toBeLessThan(0.015);
  });

  it('M-09 makes 300,000 different ids, each by a generator of its own', () => {
    const ids = new Set<string>();
    for (let n = 0; n < 300_000; n++) ids.add(new Random(`seed/stub/device/MF${String(n).padStart(7, '0')}/request`).guid());
    expect(ids.size).toBe(300_000);
    for (const id of [...ids].slice(0, 1_000)) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('makes different ids one after the other too', () => {
    const random = new Random('one');
    expect(new Set(Array.from({ length: 10_000 }, () => random.guid())).size).toBe(10_000);
  });

  it('draws evenly: in a row, over forks, and from stateless hashes', () => {
    const random = new Random('even');
    const row = Array.from({ length: 100_000 }, () => random.unit());
    expect(chiSquare((n) => row[n] ?? 0)).toBeLessThan(160);
    expect(chiSquare((n) => new Random('even').fork(n).unit(), 30_000)).toBeLessThan(160);
    expect(chiSquare((n) => hashUnit(0xc0ffee, n))).toBeLessThan(160);
    expect(chiSquare((n) => hashUnit(n, 0x6a697474))).toBeLessThan(160);
    expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
    expect(row.every((unit) => unit < 1)).toBe(true);
  });

  it('draws whole numbers with both ends included', () => {
    const random = new Random('dice');
    const seen = new Set(Array.from({ length: 500 }, () => random.integer(1, 6)));
    expect([...seen].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(random.integer(4, 4)).toBe(4);
  });

  it('keeps to a probability, to never and to always', () => {
    const random = new Random('chance');
    const share = (p: number) => Array.from({ length: 20_000 }, () => random.chance(p)).filter(Boolean).length / 20_000;
    expect([share(0), share(1)]).toEqual([0, 1]);
    expect(Math.abs(share(0.01) - 0.01)).toBeLessThan(0.004);
  });

  it('gives as many hexadecimal digits as asked for', () => {
    for (const count of [0, 1, 8, 9, 32, 33]) expect(new Random('hex').hex(count)).toMatch(new RegExp(`^[0-9a-f]{${count}}$`));
  });
});
