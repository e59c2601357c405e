import { expect, it } from 'vitest';
import { TroubleList } from './trouble-list.ts';

it('says once what thousands of devices say, and after a while how often it came', () => {
  const said: string[] = [];
  const clock = { now: 0 };
  const list = new TroubleList(
    (sentence) => said.push(sentence),
    () => clock.now,
  );
  for (let port = 0; port < 1000; port++) list.say(`wss://127.0.0.1:${port}/devices cannot be reached.`);
  list.say('Something else.');
  expect(said).toEqual(['wss://127.0.0.1:0/devices cannot be reached.', 'Something else.']);
  clock.now = 20_000;
  list.say('wss://127.0.0.1:1/devices cannot be reached.');
  expect(said.at(-1)).toBe('wss://127.0.0.1:1/devices cannot be reached. (1000 times more)');
  list.say('wss://127.0.0.1:2/devices cannot be reached.');
  expect(said).toHaveLength(3);
});
