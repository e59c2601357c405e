import { expect, it } from 'vitest';
import { until } from './until.ts';

it('waits for what is there at once, and gives up with words', async () => {
  let looks = 0;
  expect(await until('three looks', () => ++looks === 3 && `${looks} looks`)).toBe('3 looks');
  await expect(
    until(
      'never',
      () => undefined,
      () => 'It was not.',
      1,
    ),
  ).rejects.toThrow('Not within 1 ms: never. It was not.');
});

it('takes no promise for an answer', async () => {
  // @ts-expect-error: it would be found at once, whatever becomes of it.
  await until('a promise', async () => false);
});
