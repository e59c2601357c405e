import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clockContract } from './clock.contract.ts';
import { ScaledClock, systemClock } from './clock.ts';
import { dayMs } from './duration.ts';
import { VirtualClock } from './virtual-clock.ts';

const start = Date.UTC(2030, 0, 1);

function virtual() {
  const clock = new VirtualClock(start);
  return { clock, moveTo: (instant: number) => clock.advanceTo(instant) };
}

function scaled(speed: number) {
  const real = new VirtualClock(1_000);
  const clock = new ScaledClock({ anchorReal: 1_000, anchor: start, speed }, real);
  return { real, clock, moveTo: (instant: number) => real.advanceTo(1_000 + Math.ceil((instant - start) / speed)) };
}

clockContract('VirtualClock', virtual);
clockContract('ScaledClock at real speed', () => scaled(1));
clockContract('ScaledClock an hour a second', () => scaled(3600), 3600);
clockContract('ScaledClock at a tenth', () => scaled(0.1));

describe('VirtualClock', () => {
  it('shows each task its own instant, and those of one instant in the order of their making', () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.at(20, () => ran.push(`c ${clock.now()}`));
    clock.at(10, () => ran.push(`a ${clock.now()}`));
    clock.at(10, () => ran.push(`b ${clock.now()}`));
    clock.advanceTo(15);
    expect(ran).toEqual(['a 10', 'b 10']);
    clock.advanceTo(5);
    expect(clock.now()).toBe(15);
    clock.advanceTo(30);
    expect(ran.at(-1)).toBe('c 20');
  });
});

describe('ScaledClock', () => {
  it('frozen, shows one instant and runs nothing; resumed, goes on from there', () => {
    const { real, clock } = scaled(1);
    const ran: number[] = [];
    clock.at(start + 100, () => ran.push(clock.now()));
    real.advanceTo(1_050);
    clock.set({ speed: 0 });
    real.advanceTo(90_000);
    expect([clock.now(), clock.speed, ran]).toEqual([start + 50, 0, []]);
    clock.set({ speed: 1 });
    real.advanceTo(90_049);
    expect(ran).toEqual([]);
    real.advanceTo(90_050);
    expect(ran).toEqual([start + 100]);
  });

  it('runs what waits sooner when it is made faster, and later when slower', () => {
    const { real, clock } = scaled(1);
    const ran: string[] = [];
    clock.at(start + dayMs, () => ran.push('day'));
    clock.set({ speed: 86_400 });
    real.advanceTo(1_999);
    expect(ran).toEqual([]);
    clock.set({ speed: 1 });
    real.advanceTo(1_999 + 86_399);
    expect(ran).toEqual([]);
    real.advanceTo(1_999 + 86_400);
    expect(ran).toEqual(['day']);
  });

  it('set to a later instant, runs all that is due by then, frozen or not', () => {
    for (const speed of [0, 1, 3600]) {
      const { real, clock } = scaled(1);
      const ran: number[] = [];
      clock.set({ speed });
      clock.at(start + 366 * dayMs, () => ran.push(1));
      clock.at(start + 367 * dayMs, () => ran.push(2));
      clock.set({ now: start + 366 * dayMs });
      expect(ran).toEqual([]);
      real.advanceTo(real.now());
      expect(ran).toEqual([1]);
      expect(clock.now()).toBe(start + 366 * dayMs);
    }
  });

  it('never runs a task early, whatever the fractions of its speed come to', () => {
    // 100 × 0.29 is a little less than 29.
    const real = new VirtualClock(0);
    const clock = new ScaledClock({ anchorReal: 0, anchor: 0, speed: 0.29 }, real);
    const ran: number[] = [];
    clock.at(29, () => ran.push(clock.now()));
    real.advanceTo(200);
    expect(ran).toHaveLength(1);
    expect(ran[0]).toBeGreaterThanOrEqual(29);
  });

  it('stands at its end, however long nobody looks, and runs what is due by then and nothing after', () => {
    const real = new VirtualClock(0);
    const clock = new ScaledClock(undefined, real);
    const ran: string[] = [];
    clock.at(5_000, () => ran.push('before'));
    clock.at(8_000, () => ran.push('at'));
    clock.at(8_001, () => ran.push('after'));
    clock.set({ speed: 1_000, end: 8_000 });
    real.advanceTo(1_000_000);
    expect([clock.now(), ran]).toEqual([8_000, ['before', 'at']]);
    // The next change has no end but its own.
    clock.set({ speed: 1 });
    real.advanceTo(1_000_001);
    expect([clock.now(), ran]).toEqual([8_001, ['before', 'at', 'after']]);
  });

  it('set back, waits again', () => {
    const { real, clock } = scaled(1);
    const ran: number[] = [];
    clock.at(start + 100, () => ran.push(1));
    clock.set({ now: start - 1_000 });
    real.advanceTo(1_500);
    expect(ran).toEqual([]);
    real.advanceTo(2_100);
    expect(ran).toEqual([1]);
  });

  it('hands out its setting as a copy, from which an equal one is made', () => {
    const { real, clock } = scaled(2);
    real.advanceTo(5_000);
    clock.set({ speed: 7 });
    const again = new ScaledClock(clock.setting, real);
    clock.setting.speed = 0;
    real.advanceTo(6_000);
    expect(clock.speed).toBe(7);
    expect(again.now()).toBe(clock.now());
    expect(clock.now()).toBe(start + 8_000 + 7_000);
  });

  it('without a setting shows the time of the clock below', () => {
    const real = new VirtualClock(start);
    expect(new ScaledClock(undefined, real).now()).toBe(start);
  });
});

describe('systemClock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: start }));
  afterEach(() => void vi.useRealTimers());

  it('waits longer than a timer of the platform can', () => {
    const set = vi.spyOn(globalThis, 'setTimeout');
    const ran: number[] = [];
    systemClock.at(start + 60 * dayMs, () => ran.push(systemClock.now()));
    vi.advanceTimersByTime(60 * dayMs - 1);
    expect(ran).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual([start + 60 * dayMs]);
    const waits = set.mock.calls.map(([, ms]) => ms ?? 0);
    expect(waits.length).toBeGreaterThan(2);
    expect(Math.max(...waits)).toBeLessThan(2 ** 31);
  });

  it('can cancel a long wait after its first timer', () => {
    const ran: number[] = [];
    const cancel = systemClock.at(start + 60 * dayMs, () => ran.push(1));
    vi.advanceTimersByTime(30 * dayMs);
    cancel();
    vi.advanceTimersByTime(60 * dayMs);
    expect(ran).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sets no timer for a task that is due at no time', () => {
    systemClock.at(Number.POSITIVE_INFINITY, () => {});
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('systemClock on fake timers', () => {
  beforeEach(() => void vi.useFakeTimers({ now: start }));
  afterEach(() => void vi.useRealTimers());
  clockContract('systemClock', () => ({
    clock: systemClock,
    moveTo: (instant) => void vi.advanceTimersByTime(Math.max(0, instant - Date.now())),
  }));
});
