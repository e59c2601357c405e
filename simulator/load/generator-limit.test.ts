import { expect, it } from 'vitest';
import { GeneratorLimit } from './generator-limit.ts';
import type { GeneratorFigures } from './load-figures.ts';

const figures = (second: number, cpuMs: number, stallMsP99 = 0): GeneratorFigures => ({
  cpuMs,
  wallMs: second * 1000,
  rssBytes: 1,
  rssBytesBefore: 1,
  stallMsMax: stallMsP99,
  stallMsP99,
});

it('says nothing of a generator that has time left, though it was busy for a second', () => {
  const limit = new GeneratorLimit();
  let cpuMs = 0;
  for (let second = 0; second <= 20; second++) {
    limit.heard(0, figures(second, cpuMs, 30));
    cpuMs += second === 7 ? 1000 : 500;
  }
  expect(limit.sentence()).toBeNull();
  expect(limit.share).toBeCloseTo(0.525, 2);
});

it('tells of one process among others that had none left for some seconds', () => {
  const limit = new GeneratorLimit();
  let cpuMs = 0;
  for (let second = 0; second <= 30; second++) {
    limit.heard(0, figures(second, second * 100));
    limit.heard(1, figures(second, cpuMs));
    cpuMs += second > 9 && second < 16 ? 990 : 50;
  }
  expect(limit.sentence()).toMatch(
    /^The generator, and not the server, may be the limit: a process of the load generator used 99 % of a core\./,
  );
});

it('tells of an event loop that stood still', () => {
  const limit = new GeneratorLimit();
  limit.heard(0, figures(10, 100, 240));
  expect(limit.sentence()).toContain('stood still for 240 ms');
});
