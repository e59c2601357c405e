/** What goes wrong on a link of a load run, in a real time that is moved by hand: which frame, when, and the same for the same seed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentRunner } from '../../../agent/runner.ts';
import { memoryLink } from '../../../runtime/memory-link.ts';
import { VirtualClock } from '../../../runtime/virtual-clock.ts';
import { Faults } from '../../world/faults/faults.ts';
import { member } from '../../world/fleet.ts';
import { scenarioWith } from './wire.fixture.ts';
import { WireLink } from './wire-link.ts';

const quiet = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A link of device number `index`, its two ends, and when what came to which. */
function linked(faults: readonly string[], { seed = 1, index = 0 } = {}) {
  const scenario = scenarioWith(faults, seed);
  const real = new VirtualClock(1_000_000);
  const inUse = new Faults(scenario, {}, true);
  const { device, group } = member(scenario, index);
  inUse.addDevice(device, group);
  const now = () => scenario.startAt + real.now() - 1_000_000;
  while (inUse.nextAt(0) <= now()) inUse.pass(0, now());
  const { device: inner, server } = memoryLink(null);
  const later = (ms: number, task: () => void) => void real.at(real.now() + ms, task);
  const link = new WireLink(inner, { place: 0, agent: () => ({}) as AgentRunner }, { faults: inUse, real, now, later }, undefined, () =>
    inner.close('terminated'),
  );
  const heard: string[] = [];
  const say = (who: string, what: string) => heard.push(`${real.now() - 1_000_000} ${who} ${what}`);
  server.attach({ frame: (text) => say('server', text), fault: () => {}, closed: (reason) => say('server', `closed ${reason}`) });
  link.attach({ frame: (text) => say('device', text), fault: () => {}, closed: (reason) => say('device', `closed ${reason}`) });
  const goTo = async (ms: number) => {
    await quiet();
    // In steps: what arrives is heard a moment later.
    for (let at = real.now() - 1_000_000; at < ms; ) {
      at = Math.min(ms, at + 1000);
      real.advanceTo(1_000_000 + at);
      await quiet();
    }
  };
  return { link, server, heard, goTo, inUse };
}

const frame = (n: number) => JSON.stringify({ type: 'check-in', n });

/** A frame a second, up, until the link ends. */
async function lived(faults: readonly string[], options: { seed?: number; index?: number }): Promise<string[]> {
  const { link, heard, goTo } = linked(faults, options);
  for (let n = 0; n < 60; n++) {
    link.send(frame(n));
    await goTo((n + 1) * 1000);
  }
  await goTo(300_000);
  return heard;
}

const many = ['latency: { uniform: [50ms, 4s] }', 'loss: 2%', 'reset: 2%', 'throttled: { refused: 2% }', 'jitter: 200ms'];

describe('faults on a link of a load run', () => {
  it('are the same for the same seed and device, and others for others', async () => {
    const first = await lived(many, {});
    expect(await lived(many, {})).toEqual(first);
    expect(await lived(many, { seed: 2 })).not.toEqual(first);
    expect(await lived(many, { index: 1 })).not.toEqual(first);
  });

  it('whatever they are: frames arrive in order, none twice, none after the end, and the end comes once', async () => {
    const kinds = fc.uniqueArray(fc.constantFrom(...many, 'slow: { exponential: 2s }', 'latency: 9s, direction: up'), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(kinds, fc.integer({ min: 1, max: 50 }), async (faults, seed) => {
        const heard = await lived(faults, { seed });
        const arrived = heard.flatMap((line) => (line.includes('server {') ? [Number(/"n":(\d+)/.exec(line)?.[1])] : []));
        expect(arrived).toEqual(arrived.map((_, n) => n));
        const ends = heard.filter((line) => line.includes('device closed'));
        expect(ends.length <= 1 && (arrived.length === 60 || ends.length === 1)).toBe(true);
        expect(heard.findLastIndex((line) => line.includes('{'))).toBeLessThan(
          ends.length === 0 ? heard.length : heard.indexOf(ends[0] as string),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('latency takes its time each way, and keeps the order', async () => {
    const { link, server, heard, goTo } = linked(['latency: 2s', 'latency: 3s, direction: down']);
    link.send(frame(1));
    server.send('{"type":"nudge"}');
    link.send(frame(2));
    await goTo(60_000);
    expect(heard).toEqual([`2000 server ${frame(1)}`, `2000 server ${frame(2)}`, '5000 device {"type":"nudge"}']);
  });

  it('what is held up when its link is closed by the device arrives before its end', async () => {
    const { link, heard, goTo } = linked(['latency: 2s']);
    link.send(frame(1));
    link.close('switched-off');
    await goTo(60_000);
    expect(heard).toEqual([`2000 server ${frame(1)}`, '2000 server closed switched-off']);
  });

  it('a throttled check-in ends the link with the pause that it asks for', async () => {
    const { link, heard, goTo } = linked(['throttled: { perMinute: 1, retryAfter: 5m }']);
    link.send(frame(1));
    link.send(frame(2));
    await goTo(1000);
    expect(heard).toEqual([`0 server ${frame(1)}`, '0 server closed terminated', '0 device closed throttled; retry-after=300']);
  });

  it('a clock that is wrong by so much, in both directions of the link', async () => {
    const { link, server, heard, goTo } = linked(['clockSkew: 3d']);
    const day = 86_400_000;
    server.send(JSON.stringify({ type: 'clock', step: 0, now: 10 * day, speed: 1, lived: false }));
    await quiet();
    link.send(JSON.stringify({ type: 'clock-done', step: 0, lastCheckIn: null, nextCheckIn: 14 * day, nextNoteworthy: 15 * day }));
    await goTo(10);
    expect(JSON.parse((heard[0] ?? '').replace('0 device ', ''))).toMatchObject({ now: 13 * day });
    expect(JSON.parse((heard[1] ?? '').replace('0 server ', ''))).toMatchObject({
      lastCheckIn: null,
      nextCheckIn: 11 * day,
      nextNoteworthy: 12 * day,
    });
  });
});
