/** The hub by itself, its time in the test's hand: how much is told at once, and what a slow reader costs. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerNote } from './core/effects.ts';
import { EventHub } from './event-hub.ts';
import type { Topic } from './event-news.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const longName = 'x'.repeat(10_000);
const createHub = () => new EventHub({ clock: () => ({ now: 'now' }), deviceName: (id) => (id === 'gone' ? undefined : longName) });
const queued = (deviceId: string): ServerNote => ({ kind: 'command-finished', deviceId, commandId: 'c', action: 'wipe', status: 'failed' });

interface Told {
  topics: string[];
  devices: string[] | null;
}

/** Whoever listens: each event that it has read. */
function reader(hub: EventHub) {
  const stream = hub.listen();
  if (stream === undefined) throw new Error('no room');
  const source = stream.getReader();
  const decoder = new TextDecoder();
  return {
    async read(): Promise<{ event: string; data: unknown }[]> {
      const { value = new Uint8Array() } = await source.read();
      const blocks = decoder
        .decode(value)
        .split('\n\n')
        .filter((block) => block.startsWith('event: '));
      return blocks.map((block) => {
        const [event = '', data = ''] = block.split('\n').map((line) => line.slice(line.indexOf(': ') + 2));
        return { event, data: JSON.parse(data) };
      });
    },
    async changed(): Promise<Told> {
      for (;;) {
        const changed = (await this.read()).find(({ event }) => event === 'changed');
        // A comment line now and then.
        if (changed !== undefined) return changed.data as Told;
      }
    },
    leave: () => source.cancel(),
  };
}

describe('EventHub', () => {
  it('tells everything of a moment at once', async () => {
    const hub = createHub();
    const one = reader(hub);
    await one.read();
    for (const id of ['a', 'b', 'a']) hub.changed('devices', id);
    hub.changed('audits');
    hub.noted(queued('a'), 0);
    vi.advanceTimersByTime(150);
    const events = await one.read();
    expect(events.map(({ event }) => event)).toEqual(['notes', 'changed']);
    expect(events[1]?.data).toEqual({ topics: ['devices', 'audits'], devices: ['a', 'b'] });
  });

  it('tells of what goes on all the time once a second', async () => {
    const hub = createHub();
    const one = reader(hub);
    await one.read();
    const heard = one.changed();
    for (let ms = 0; ms < 900; ms += 100) {
      hub.changedAgain('devices', `d${ms}`);
      vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(100);
    expect((await heard).devices).toHaveLength(9);
  });

  it('names up to 200 devices, and of notes the newest 100; names are cut', async () => {
    const hub = createHub();
    const one = reader(hub);
    await one.read();
    for (let number = 0; number < 1_000; number++) {
      hub.changed('devices', `d${number}`);
      hub.noted(queued(`d${number}`), 0);
    }
    vi.advanceTimersByTime(150);
    const events = await one.read();
    const notes = events[0]?.data as { deviceId: string; deviceName: string }[];
    expect(notes).toHaveLength(100);
    expect([notes[0]?.deviceId, notes.at(-1)?.deviceId]).toEqual(['d900', 'd999']);
    expect(notes[0]?.deviceName.length).toBeLessThan(300);
    expect(events[1]?.data).toEqual({ topics: ['devices'], devices: null });
  });

  it('gives whoever reads slowly all since as one, and holds nothing else for it', async () => {
    const hub = createHub();
    const slow = reader(hub);
    const quick = reader(hub);
    await quick.read();
    for (let round = 0; round < 1_000; round++) {
      hub.changed('devices', `d${round % 50}`);
      if (round === 500) hub.changed('mails');
      vi.advanceTimersByTime(150);
      expect((await quick.changed()).devices).toEqual([`d${round % 50}`]);
    }
    expect((await slow.read()).map(({ event }) => event)).toEqual(['hello', 'clock', 'scenario']);
    expect(await slow.changed()).toEqual({ topics: ['devices', 'mails'], devices: expect.objectContaining({ length: 50 }) });
    hub.changed('audits');
    vi.advanceTimersByTime(150);
    expect(await slow.changed()).toEqual({ topics: ['audits'], devices: [] });
  });

  it('has no timer left when nobody listens, or it was closed', async () => {
    const hub = createHub();
    const one = reader(hub);
    hub.changed('devices', null);
    hub.changedAgain('devices');
    expect(vi.getTimerCount()).toBe(3);
    await one.leave();
    expect(vi.getTimerCount()).toBe(0);
    hub.changed('devices');
    expect(vi.getTimerCount()).toBe(0);
    reader(hub);
    hub.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(hub.listen()).toBeUndefined();
  });

  it('keeps a quiet stream awake', async () => {
    const hub = createHub();
    const stream = hub.listen() as ReadableStream<Uint8Array>;
    const source = stream.getReader();
    await source.read();
    vi.advanceTimersByTime(15_000);
    expect(new TextDecoder().decode((await source.read()).value)).toMatch(/^: .*\n\n$/);
  });

  it('property: whoever reads whenever hears of each change, and of no other', async () => {
    const topic = fc.constantFrom<Topic>('devices', 'hands', 'mails', 'audits', 'tenant');
    const step = fc.oneof(
      fc.record({ do: fc.constant('change' as const), topic, device: fc.option(fc.constantFrom('a', 'b', 'c')) }),
      fc.record({ do: fc.constant('wait' as const) }),
      fc.record({ do: fc.constant('read' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const hub = createHub();
        const one = reader(hub);
        const heard: Told = { topics: [], devices: [] };
        const told: Told = { topics: [], devices: [] };
        let isMany = false;
        let hasMany = false;
        const read = async () => {
          const changed = (await one.read()).find(({ event }) => event === 'changed')?.data as Told | undefined;
          heard.topics.push(...(changed?.topics ?? []));
          heard.devices?.push(...(changed?.devices ?? []));
          hasMany ||= changed?.devices === null;
        };
        await read();
        for (const one of steps) {
          if (one.do === 'wait') vi.advanceTimersByTime(150);
          if (one.do === 'read') {
            hub.changed('faults');
            vi.advanceTimersByTime(150);
            await read();
          }
          if (one.do !== 'change') continue;
          hub.changed(one.topic, one.device);
          told.topics.push(one.topic);
          if (one.device === null) isMany = true;
          else told.devices?.push(one.device);
        }
        // Two reads: one event may be on its way already, the rest is the backlog.
        for (let round = 0; round < 3; round++) {
          hub.changed('faults');
          vi.advanceTimersByTime(150);
          await read();
        }
        hub.close();
        expect(new Set(heard.topics.filter((name) => name !== 'faults'))).toEqual(new Set(told.topics));
        expect(hasMany).toBe(isMany);
        if (!isMany) expect(new Set(heard.devices)).toEqual(new Set(told.devices));
      }),
      { numRuns: 60 },
    );
  });
});
