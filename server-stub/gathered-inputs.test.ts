import { describe, expect, it } from 'vitest';
import type { ServerInput } from './core/server-core.ts';
import { GatheredInputs } from './gathered-inputs.ts';

const closing = (link: number): ServerInput => ({ type: 'link-closed', link });
const linksOf = (inputs: Iterable<ServerInput>) => [...inputs].map((input) => ('link' in input ? input.link : null));

describe('GatheredInputs', () => {
  it('takes what comes within a turn together, in its order, and asks for one turn at a time', () => {
    const turns: (() => void)[] = [];
    const later = (work: () => void) => void turns.push(work);
    const heard: unknown[] = [];
    const gathered = new GatheredInputs((inputs) => heard.push(linksOf(inputs)));
    for (const link of [1, 2, 3]) gathered.add({ input: () => closing(link), done: () => heard.push(`done ${link}`) }, later);
    expect([heard, turns.length]).toEqual([[], 1]);
    turns.shift()?.();
    expect(heard).toEqual([[1, 2, 3], 'done 1', 'done 2', 'done 3']);
    gathered.add({ input: () => closing(4) }, later);
    expect(turns).toHaveLength(1);
  });

  it('leaves out what has become nothing, and is empty once somebody came before the turn was over', () => {
    const turns: (() => void)[] = [];
    const heard: unknown[] = [];
    const gathered = new GatheredInputs((inputs) => heard.push(linksOf(inputs)));
    gathered.add({ input: () => null }, (work) => turns.push(work));
    gathered.add({ input: () => closing(2) }, (work) => turns.push(work));
    gathered.takeAll();
    turns[0]?.();
    expect(heard).toEqual([[2]]);
  });

  it('makes several transactions of very many', () => {
    const sizes: number[] = [];
    const gathered = new GatheredInputs((inputs) => sizes.push(linksOf(inputs).length));
    for (let link = 0; link < 600; link++) gathered.add({ input: () => closing(link) }, () => {});
    gathered.takeAll();
    expect(sizes).toEqual([256, 256, 88]);
  });

  it('answers nobody when the commit fails', () => {
    const done: number[] = [];
    const gathered = new GatheredInputs((inputs) => {
      linksOf(inputs);
      throw new Error('the disk is full');
    });
    for (const link of [1, 2]) gathered.add({ input: () => closing(link), done: () => done.push(link) }, () => {});
    expect(() => gathered.takeAll()).toThrow('the disk is full');
    expect(done).toEqual([]);
  });
});
