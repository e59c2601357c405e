/** The clock by itself, against a host made of numbers. */
import { describe, expect, it } from 'vitest';
import { type ClockSetting, ScaledClock } from '../runtime/clock.ts';
import { dayMs, hourMs } from '../runtime/duration.ts';
import { TestClock, type TestClockHost } from './test-clock.ts';

const start = Date.UTC(2030, 0, 1);

interface Setup {
  speed?: number;
  deadlines?: number[];
  /** Instants at which the one peer does something. */
  peerWakes?: number[];
  /** Whether the peer answers. */
  answers?: boolean;
  /** What a deadline of the core does. */
  onDeadline?: () => void;
  /** It is called although nothing is due. */
  alwaysTold?: boolean;
}

function setup({ speed = 0, deadlines = [], peerWakes, answers = true, onDeadline = () => {}, alwaysTold = false }: Setup = {}) {
  const clock = new ScaledClock({ anchorReal: Date.now(), anchor: start, speed });
  const saved: ClockSetting[] = [];
  const told: number[] = [];
  const ran: number[] = [];
  let givenUp = 0;
  let isPeerThere = peerWakes !== undefined;
  let isPeerLate = false;
  let passed = 0;
  const host: TestClockHost = {
    clock,
    save: (setting) => void saved.push(setting),
    nextDeadline: () => deadlines[0] ?? Number.POSITIVE_INFINITY,
    hearTime() {
      host.runDeadlines();
    },
    runDeadlines() {
      const isDue = deadlines[0] !== undefined && deadlines[0] <= clock.now();
      if (isDue) ran.push(deadlines.shift() as number);
      if (isDue || alwaysTold) onDeadline();
    },
    mailsUntil: () => null,
    async tell() {
      told.push(clock.now());
      if (!isPeerThere) return;
      isPeerLate = true;
      if (!answers) return;
      queueMicrotask(() => {
        isPeerLate = false;
        test.answered();
      });
    },
    isAnyoneLate: () => isPeerThere && isPeerLate,
    isLinked: () => false,
    nextOfDevices: () => (isPeerThere && peerWakes?.find((at) => at > clock.now())) || Number.POSITIVE_INFINITY,
    giveUp() {
      givenUp += 1;
      isPeerThere = false;
    },
    passed: () => void passed++,
  };
  const test: TestClock = new TestClock(host, { answerMsMax: 40, returnMsMax: 40 });
  return { clock, test, saved, told, ran, givenUp: () => givenUp, passed: () => passed };
}

describe('TestClock', () => {
  it('stops at every deadline of the core, and at every one of a device', async () => {
    const { test, told, ran } = setup({ deadlines: [start + dayMs, start + 3 * dayMs], peerWakes: [start + 2 * dayMs] });
    await test.advanceTo(start + 4 * dayMs);
    expect(ran).toEqual([start + dayMs, start + 3 * dayMs]);
    expect([...new Set(told)].map((at) => (at - start) / dayMs)).toEqual([0, 1, 2, 3, 4]);
  });

  it('lets others have their turn while very much is due at one instant', async () => {
    const happened: string[] = [];
    const { test } = setup({
      deadlines: Array.from({ length: 6 }, () => start + hourMs),
      onDeadline() {
        happened.push('deadline');
        // Longer than the clock goes on without a break.
        const began = performance.now();
        while (performance.now() - began < 15);
      },
    });
    const other = setInterval(() => happened.push('other'), 1);
    await test.advanceTo(start + dayMs);
    clearInterval(other);
    const first = happened.indexOf('deadline');
    expect(happened.filter((one) => one === 'deadline')).toHaveLength(6);
    expect(happened.slice(first, happened.lastIndexOf('deadline'))).toContain('other');
  });

  it('tells the core that it was set back, also when nothing is due', async () => {
    let told = 0;
    const { test, clock } = setup({ onDeadline: () => void told++, alwaysTold: true });
    await test.set(start - dayMs);
    expect([clock.now(), told]).toEqual([start - dayMs, 1]);
  });

  it('has the speed that it had before, and saves it at every hop', async () => {
    const { test, saved, clock } = setup({ speed: 3600, deadlines: [start + dayMs] });
    await test.advanceTo(start + 2 * dayMs);
    expect(clock.speed).toBe(3600);
    expect(new Set(saved.map(({ speed }) => speed))).toEqual(new Set([3600]));
    expect(saved.map(({ anchor }) => anchor)).toEqual(expect.arrayContaining([start + dayMs, start + 2 * dayMs]));
    expect(test.show()).toMatchObject({ mode: 'scaled', speed: 3600, advancing: false });
  });

  it('gives up on a device that does not answer, once, and goes on', async () => {
    const { test, givenUp, clock } = setup({ peerWakes: [start + hourMs], answers: false });
    await test.advanceTo(start + dayMs);
    expect(givenUp()).toBe(1);
    expect(clock.now()).toBe(start + dayMs);
  });

  it('waits for a device that comes back with its new certificate, but not for ever', async () => {
    const { test, clock } = setup({ deadlines: [start + hourMs] });
    const advance = test.advanceTo(start + dayMs);
    test.linkClosed('d', 'renewed');
    expect(clock.now()).toBe(start);
    await advance;
    expect(clock.now()).toBe(start + dayMs);
  });

  it('does not wait for one that left for another reason', async () => {
    const { test } = setup();
    const began = performance.now();
    const advance = test.advanceTo(start + dayMs);
    test.linkClosed('d', 'lost');
    test.linkClosed(null, 'renewed');
    await advance;
    expect(performance.now() - began).toBeLessThan(40);
  });

  it('is advanced by one at a time, and forward; set goes both ways', async () => {
    const { test, clock } = setup();
    const advance = test.advanceTo(start + dayMs);
    expect(test.isAdvancing).toBe(true);
    expect(() => test.setSpeed(2)).toThrow(/being advanced/);
    await expect(test.advanceTo(start + dayMs)).rejects.toMatchObject({ code: 'clock-busy' });
    await advance;
    await expect(test.advanceTo(start)).rejects.toMatchObject({ code: 'clock-backwards' });
    await test.set(start);
    expect(clock.now()).toBe(start);
    await expect(test.set(Number.NaN)).rejects.toThrow();
  });

  it('ends an advance when it is closed', async () => {
    const { test } = setup({ peerWakes: [], answers: false });
    const advance = test.advanceTo(start + dayMs);
    test.close();
    await expect(advance).rejects.toMatchObject({ code: 'clock-closed' });
    expect(test.isAdvancing).toBe(false);
  });
});
