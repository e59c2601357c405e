import { describe, expect, it } from 'vitest';
import { dayMs, hourMs } from '../runtime/duration.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { DeviceClock } from './device-clock.ts';

const at = Date.UTC(2030, 0, 1);

describe('DeviceClock', () => {
  it('runs at real speed by itself, at the stub’s while it follows, and at real speed again without it', () => {
    const real = new VirtualClock(1_000);
    const clock = new DeviceClock(at, real);
    real.advanceTo(2_000);
    expect(clock.now()).toBe(at + 1_000);
    clock.follow(at + dayMs, 3600);
    real.advanceTo(3_000);
    expect(clock.now()).toBe(at + dayMs + hourMs);
    clock.drift();
    real.advanceTo(4_000);
    expect(clock.now()).toBe(at + dayMs + hourMs + 1_000);
  });

  it('stands still with a frozen stub, wakes nobody then, and goes on after it lost it', () => {
    const real = new VirtualClock(0);
    const clock = new DeviceClock(at, real);
    const woken: string[] = [];
    clock.at(at + 500, () => woken.push('a'));
    const cancel = clock.at(at + 600, () => woken.push('b'));
    clock.follow(at, 0);
    real.advanceTo(10_000);
    expect([clock.now(), woken]).toEqual([at, []]);
    cancel();
    clock.drift();
    real.advanceTo(11_000);
    expect([clock.now(), woken]).toEqual([at + 1_000, ['a']]);
  });

  it('is only ever set back by the stub', () => {
    const real = new VirtualClock(5_000);
    const clock = new DeviceClock(at, real);
    real.advanceTo(6_000);
    expect(clock.now()).toBe(at + 1_000);
    clock.follow(at - dayMs, 1);
    expect(clock.now()).toBe(at - dayMs);
  });

  it('does not go back when the machine’s own time does', () => {
    let now = 5_000;
    const clock = new DeviceClock(at, { now: () => now, at: () => () => {} });
    now = 9_000;
    expect(clock.now()).toBe(at + 4_000);
    now = 1_000;
    expect(clock.now()).toBe(at + 4_000);
  });
});
