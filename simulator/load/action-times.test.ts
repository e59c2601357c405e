import { expect, it } from 'vitest';
import { ActionTimes } from './action-times.ts';
import { Counts } from './counts.ts';

function bench() {
  const counts = new Counts();
  const clock = { now: 1000 };
  const times = new ActionTimes(counts, () => clock.now);
  const found = () => {
    const { delivered, acknowledged } = counts.found().times;
    return { delivered: [delivered.count, delivered.sumUs / 1000], acknowledged: [acknowledged.count, acknowledged.sumUs / 1000] };
  };
  return { times, clock, found };
}

it('an action counts from its acceptance, whether that is heard of before or after the device has it', () => {
  const { times, clock, found } = bench();
  times.accepted(1, 'wipe', 900);
  times.delivered(1, 'wipe', 'first');
  clock.now = 1100;
  times.acknowledged(1, 'first');
  expect(found()).toEqual({ delivered: [1, 100], acknowledged: [1, 200] });

  times.delivered(2, 'wipe', 'second');
  times.acknowledged(2, 'second');
  expect(found().delivered[0]).toBe(1);
  times.accepted(2, 'wipe', 1090);
  expect(found()).toEqual({ delivered: [2, 110], acknowledged: [2, 210] });
});

it('two of the same name meet in their order, and other devices and other actions are theirs alone', () => {
  const { times, clock, found } = bench();
  times.accepted(1, 'syncDevice', 100);
  times.accepted(1, 'syncDevice', 500);
  times.accepted(1, 'remoteLock', 990);
  times.accepted(2, 'syncDevice', 990);
  times.delivered(1, 'syncDevice', 'first');
  expect(found().delivered).toEqual([1, 900]);
  // Once more, after a link broke: it has been there.
  times.delivered(1, 'syncDevice', 'first');
  expect(found().delivered).toEqual([1, 900]);
  clock.now = 1500;
  times.delivered(1, 'syncDevice', 'second');
  expect(found().delivered).toEqual([2, 1900]);
});

it('a command is executed for the first time once', () => {
  const { times } = bench();
  expect([times.isFirst('a'), times.isFirst('b'), times.isFirst('a')]).toEqual([true, true, false]);
});
