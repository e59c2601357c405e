/** When a device comes back to a server that has too much to do. */
import { describe, expect, it } from 'vitest';
import { refusalCodes } from '../../protocol/messages.ts';
import { Bench } from './machine.fixture.ts';
import { nextDeadline } from './step.ts';

const busy = ['too-many-connections', 'rate-limited', 'reads-too-slowly'] as const;

/** How long each of many devices that lost their links in this very moment stays away. */
function pauses(reason: string, attempts: number): number[] {
  return Array.from({ length: 1000 }, (_, key) => {
    const bench = new Bench().enrolled();
    bench.state.key = key * 2_654_435_761;
    bench.state.attempts = attempts;
    bench.tell({ type: 'link-closed', reason });
    return nextDeadline(bench.state) - bench.now;
  }).sort((a, b) => a - b);
}

describe('a device that was turned away', () => {
  it.each([...busy, 'link-idle'] as const)('%s: comes back, whatever it was in the middle of', (code) => {
    expect(refusalCodes).toContain(code);
    const bench = new Bench().enrolled().checkIn();
    bench.hear({ type: 'refused', code, message: 'Not now.' });
    expect(bench.notes).toContainEqual({ kind: 'refused', code, message: 'Not now.', final: false });
    bench.tell({ type: 'link-closed', reason: code });
    expect(bench.state).toMatchObject({ phase: 'enrolled', refusal: null });
    bench.now = nextDeadline(bench.state);
    expect(bench.tell({ type: 'deadline' }).wishes).toEqual(['open-link certificate']);
  });

  it.each([...busy, 'overloaded'])('%s: a fleet spreads over the whole pause, which doubles up to five minutes', (reason) => {
    for (const [attempts, whole] of [
      [0, 8_000],
      [1, 16_000],
      [3, 64_000],
      [12, 300_000],
    ] as const) {
      const all = pauses(reason, attempts);
      expect(all[0]).toBeLessThan(whole / 50);
      expect(all.at(-1)).toBeGreaterThan(whole * 0.98);
      expect(all.at(-1)).toBeLessThanOrEqual(whole);
      // No tenth of it has much more than a tenth of them.
      for (let tenth = 0; tenth < 10; tenth++) {
        const within = all.filter((ms) => ms >= (whole * tenth) / 10 && ms < (whole * (tenth + 1)) / 10);
        expect(within.length).toBeLessThan(150);
      }
    }
  });

  it('for a time that was said, none comes before it', () => {
    const all = pauses('overloaded; retry-after=30', 0);
    expect(all[0]).toBeGreaterThanOrEqual(30_000);
    expect(all.at(-1)).toBeLessThanOrEqual(38_000);
    expect((all.at(-1) ?? 0) - (all[0] ?? 0)).toBeGreaterThan(7_000);
  });

  it('by a link that was lost, comes back within a second as ever', () => {
    const all = pauses('lost', 0);
    expect([(all[0] ?? 0) >= 500, (all.at(-1) ?? 0) <= 1_000]).toEqual([true, true]);
  });
});
