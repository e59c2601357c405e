import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { clockContract } from '../../runtime/clock.contract.ts';
import { WheelClock } from './wheel-clock.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** It looks every 10 ms at what has passed. */
clockContract(
  'WheelClock',
  () => {
    const clock = new WheelClock();
    return { clock, moveTo: (instant) => void vi.advanceTimersByTime(instant - clock.now() + 20) };
  },
  50,
);

it('has one timer, however much waits, and nothing of what was dropped', () => {
  const clock = new WheelClock();
  const ran: number[] = [];
  const now = clock.now();
  const drops = Array.from({ length: 1000 }, (_, number) => clock.at(now + 60_000 + number, () => ran.push(number)));
  expect(vi.getTimerCount()).toBe(1);
  for (const drop of drops.slice(1)) drop();
  vi.advanceTimersByTime(120_000);
  expect(ran).toEqual([0]);
  clock.close();
  expect(vi.getTimerCount()).toBe(0);
});

it('does what was due in a long sleep of the machine, in its order', () => {
  const clock = new WheelClock();
  const ran: string[] = [];
  const now = clock.now();
  clock.at(now + 3_600_000, () => ran.push('an hour'));
  clock.at(now + 1000, () => ran.push('a second'));
  clock.at(now + 90_000_000, () => ran.push('a day'));
  vi.setSystemTime(now + 7_200_000);
  vi.advanceTimersByTime(20);
  expect(ran).toEqual(['a second', 'an hour']);
  clock.close();
});
