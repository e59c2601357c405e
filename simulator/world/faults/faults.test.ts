import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../runtime/duration.ts';
import { createMemoryStore } from '../../../server-stub/store/memory-store.ts';
import type { Listener } from '../listener.ts';
import { World } from '../world.ts';
import { faultKinds, faulty, livedIn, violated } from './faults.fixture.ts';

interface Heard {
  index: number;
  text: string;
  /** Since the start, in ms. */
  at: number;
}

/** All that was said in a run: of faults, and by devices. */
function heard(faults: readonly string[], options?: Parameters<typeof faulty>[1]): Heard[] {
  const scenario = faulty(faults, options);
  const all: Heard[] = [];
  const add = (index: number, text: string, now: number) => all.push({ index, text, at: now - scenario.startAt });
  const listener: Listener = {
    deviceSaid: (index, note, now) => add(index, 'reason' in note ? `${note.kind} ${note.reason}` : note.kind, now),
    serverSaid: (index, note, now) => add(index, `service ${note.kind}`, now),
    network: () => {},
    recordChanged: () => {},
    fault: (index, name, what, now) => add(index, `${name} ${what}`, now),
  };
  const world = new World(scenario, { store: createMemoryStore(), everyCheckIn: true, codec: false, listener });
  while (!world.advance(100_000));
  return all;
}

describe('faults in virtual time', () => {
  it.each(Object.entries(faultKinds))('%s: the same in quiet mode, check-in by check-in, and in any number of shards', (_, kind) => {
    const scenario = faulty([
      `name: long, ${kind}, from: 1d, until: 6d, to: { share: 60% }`,
      `${kind}, every: { from: 30h, each: 3d, lasts: 5h }`,
    ]);
    const alone = livedIn(scenario, 1, false);
    for (const other of [livedIn(scenario, 2, false), livedIn(scenario, 7, false), livedIn(scenario, 1, true, true)]) {
      expect(other.digest).toBe(alone.digest);
      expect(other.faults).toEqual(alone.faults);
    }
    expect(alone.digest).not.toBe(livedIn({ ...scenario, faults: [] }, 1, false).digest);
    expect(violated(alone)).toEqual([]);
    expect(alone.faults.long?.touched).toBeGreaterThan(0);
  });

  it('M-04 whatever goes wrong together, every rule that is checked holds, in every mode', () => {
    const kind = fc.constantFrom(...Object.values(faultKinds));
    const window = fc
      .tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 60 }))
      .map(([from, length]) => `from: ${from}h, until: ${from + length}h`);
    const fault = fc
      .tuple(kind, window, fc.integer({ min: 20, max: 100 }))
      .map(([what, when, share]) => `${what}, ${when}, to: { share: ${share}% }`);
    fc.assert(
      fc.property(fc.array(fault, { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 1000 }), (faults, seed) => {
        const scenario = faulty(faults, { seed });
        const quiet = livedIn(scenario, 1, false);
        expect(violated(quiet)).toEqual([]);
        expect(livedIn(scenario, 3, true).digest).toBe(quiet.digest);
      }),
      { numRuns: 15 },
    );
  });

  it('concerns the devices that it names, while it is at work, and no others', () => {
    const all = heard(['name: down, unavailable: true, from: 40h, until: 41h, to: { groups: [a] }'], { isCalm: true });
    const hits = all.filter(({ text }) => text.startsWith('down '));
    expect([...new Set(hits.map(({ index }) => index))]).toEqual([0, 1, 2]);
    expect(hits.filter(({ text }) => text === 'down begins').map(({ at }) => at)).toEqual([40, 40, 40].map((hours) => hours * hourMs));
    expect(hits.every(({ at }) => at >= 40 * hourMs && at <= 41 * hourMs)).toBe(true);
    const lost = all.filter(({ text }) => text === 'link-lost service-unavailable');
    expect(lost.every(({ index, at }) => index < 3 && at >= 40 * hourMs && at < 41 * hourMs)).toBe(true);
    expect(lost.length).toBeGreaterThan(20);
    // Nobody waits for longer than the longest pause, and they do not try in one beat.
    for (const one of [0, 1, 2]) {
      const attempts = hits.filter(({ index, text }) => index === one && text === 'down refused').map(({ at }) => at);
      for (const [place, at] of attempts.slice(1).entries()) expect(at - (attempts[place] as number)).toBeLessThanOrEqual(5 * minuteMs);
    }
    expect(new Set(lost.map(({ at }) => at)).size).toBeGreaterThan(lost.length * 0.9);
    expect(all.some(({ index, text, at }) => index === 0 && text === 'check-in' && at > 41 * hourMs)).toBe(true);
  });

  it('a partition is answered by nobody, and the device finds out by itself', () => {
    const all = heard(['name: cut, partition: true, from: 40h, until: 60h, to: { groups: [b] }'], { isCalm: true });
    const reasons = all.filter(({ text, index }) => text.startsWith('link-lost') && index === 3).map(({ text }) => text);
    expect(reasons.slice(0, 2)).toEqual(['link-lost lost', 'link-lost no-answer']);
    expect(
      all.filter(({ text }) => text === 'service checked-in').some(({ index, at }) => index === 3 && at > 40 * hourMs && at < 60 * hourMs),
    ).toBe(false);
    expect(
      all.filter(({ text }) => text === 'service checked-in').some(({ index, at }) => index === 5 && at > 40 * hourMs && at < 60 * hourMs),
    ).toBe(true);
  });

  it('a device that was throttled stays away for as long as it was asked to', () => {
    const all = heard(['name: busy, throttled: { refused: 100%, retryAfter: 20m }, from: 40h, until: 60h, to: { groups: [c] }'], {
      isCalm: true,
    });
    const hits = all.filter(({ text, index }) => text === 'busy throttled' && index === 5).map(({ at }) => at);
    expect(hits.length).toBeGreaterThan(20);
    for (const [place, at] of hits.slice(1).entries()) expect(at - (hits[place] as number)).toBeGreaterThanOrEqual(20 * minuteMs);
  });

  it('M-01 a renewal that fails is asked for again at the next check-in, and no sooner', () => {
    const all = heard(['name: authority, failedRenewal: true, from: 330d, until: 340d, to: { groups: [d] }'], { days: 345, isCalm: true });
    const failed = all.filter(({ text, index }) => text === 'service renewal-failed' && index === 7).map(({ at }) => at);
    expect(failed.length).toBeGreaterThan(5);
    for (const [place, at] of failed.slice(1).entries()) expect(at - (failed[place] as number)).toBeGreaterThan(4 * hourMs);
    const renewed = all.find(({ text, index }) => text === 'renewed' && index === 7);
    expect(renewed?.at).toBeGreaterThan(340 * dayMs);
    expect(renewed?.at).toBeLessThan(341 * dayMs);
  });

  it('TD-12 an interrupted wipe is delivered again, or never reported', () => {
    const again = livedIn(faulty(['name: battery, interruptedWipe: { unreported: 0%, offFor: 10m }']), 1, false);
    const silent = livedIn(faulty(['name: battery, interruptedWipe: { unreported: 100% }']), 1, false);
    const calm = livedIn(faulty([]), 1, false);
    expect(again.tally.figures.actions.wipe?.acknowledged).toBe(calm.tally.figures.actions.wipe?.acknowledged);
    expect(again.faults.battery?.effects.wipeInterrupted).toBeGreaterThan(3);
    expect(silent.tally.figures.actions.wipe?.acknowledged ?? 0).toBe(0);
    expect(silent.faults.battery?.effects.wipeUnreported).toBeGreaterThan(3);
  });
});
