import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platforms } from '../../protocol/platforms.ts';
import { dayMs, hourMs, minuteMs } from '../../runtime/duration.ts';
import { firstSlotAt, lastSlotAt, type Schedule, slotTime } from './cadence.ts';

const start = Date.UTC(2030, 0, 1);

const schedules: fc.Arbitrary<Schedule> = fc.record({
  platform: fc.constantFrom(...platforms),
  key: fc.oneof(fc.constantFrom(0, 1, 0xffffffff), fc.integer({ min: 0, max: 0xffffffff })),
  enrolledAt: fc.integer({ min: 0, max: 4e12 }),
});

const slotsLooked = 120;
const times = (schedule: Schedule, count = slotsLooked) => Array.from({ length: count }, (_, slot) => slotTime(schedule, slot));

/** Near a slot, on it, or anywhere from before the enrollment to a month after. */
const offsets = fc.oneof(
  fc.integer({ min: -dayMs, max: 30 * dayMs }).map((ms) => (schedule: Schedule) => schedule.enrolledAt + ms),
  fc.tuple(fc.nat(slotsLooked - 10), fc.integer({ min: -1, max: 1 })).map(
    ([slot, ms]) =>
      (schedule: Schedule) =>
        slotTime(schedule, slot) + ms,
  ),
);

describe('cadence', () => {
  it.each([
    ['ios', [15, 30, 45, 60]],
    ['macos', [15, 30, 45, 60]],
    ['android', [3, 6, 9, 12, 15, 30, 45, 60, 75, 90, 105, 120, 135]],
    ['windows', [3, 6, 9, 12, 15, 30, 45, 60, 75, 90, 105, 120, 135]],
  ] as const)('M-03 of %s: bursts at minutes %j after the enrollment, then about every eight hours', (platform, minutes) => {
    for (let key = 0; key < 500; key++) {
      const schedule = { platform, key: key * 8_589_937, enrolledAt: start };
      const all = times(schedule, minutes.length + 50);
      expect(all.slice(0, minutes.length)).toEqual(minutes.map((minute) => start + minute * minuteMs));
      const burstEnd = all[minutes.length - 1] ?? 0;
      const steady = all.slice(minutes.length);
      expect((steady[0] ?? 0) - burstEnd).toBeLessThan(8 * hourMs + 15 * minuteMs + 1);
      steady.slice(1).forEach((at, n) => {
        expect(Math.abs(at - (steady[n] ?? 0) - 8 * hourMs)).toBeLessThan(15 * minuteMs);
      });
    }
  });

  it('M-03 spreads a fleet that was enrolled in one instant evenly over the eight hours', () => {
    const bins = new Array<number>(8).fill(0);
    for (let key = 0; key < 8_000; key++) {
      const since = slotTime({ platform: 'ios', key: Math.imul(key, 0x9e3779b1) >>> 0, enrolledAt: start }, 4) - start - hourMs;
      const bin = Math.min(7, Math.floor(since / hourMs));
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    for (const count of bins) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  it('M-03 has check-ins in strict order, at whole milliseconds', () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const all = times(schedule);
        return all.every((at, slot) => Number.isInteger(at) && at > (slot === 0 ? schedule.enrolledAt : (all[slot - 1] ?? 0)));
      }),
    );
  });

  it('M-03 knows the last one at or before an instant and the first one at or after it, as a scan does', () => {
    fc.assert(
      fc.property(schedules, offsets, (schedule, offset) => {
        const instant = offset(schedule);
        const all = times(schedule);
        expect(lastSlotAt(schedule, instant)).toBe(all.filter((at) => at <= instant).length - 1);
        expect(firstSlotAt(schedule, instant)).toBe(all.filter((at) => at < instant).length);
      }),
      { numRuns: 3_000 },
    );
  });

  it('M-09 is as exact after ten years as on the first day', () => {
    fc.assert(
      fc.property(schedules, fc.integer({ min: 1, max: 11_000 }), (schedule, slot) => {
        const at = slotTime(schedule, slot);
        expect([lastSlotAt(schedule, at - 1), lastSlotAt(schedule, at), firstSlotAt(schedule, at), firstSlotAt(schedule, at + 1)]).toEqual([
          slot - 1,
          slot,
          slot,
          slot + 1,
        ]);
      }),
    );
  });
});
