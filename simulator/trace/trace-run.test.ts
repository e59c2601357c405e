import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import { createMemoryStore } from '../../server-stub/store/memory-store.ts';
import { writeRunFile } from '../report/run-file.ts';
import type { RunOptions } from '../run.ts';
import { runScenario } from '../run.ts';
import { findScenario, listScenarios } from '../scenarios/catalogue.ts';
import { World } from '../world/world.ts';
import type { LifeEntry } from './life-listener.ts';
import { traceRun } from './trace-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'mockfleet-trace-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

const fleet = { devices: 90, days: 420, seed: 'lives' };

/** Lives it, and writes its file. */
async function written(scenario: string, options: RunOptions): Promise<string> {
  files += 1;
  const parts = mkdtempSync(join(folder, 'parts-'));
  const run = await runScenario(findScenario(scenario), { workers: 1, ...options, parts });
  run.close();
  const file = join(folder, `${files}.sqlite`);
  writeRunFile(file, run, run.parts);
  return file;
}

function asked<T>(file: string, sql: string): T[] {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare<[], T>(sql).all();
  } finally {
    database.close();
  }
}

/** What both the file and a trace say. */
function told({ at, day, who, name, detail, about, value }: Omit<LifeEntry, 'at' | 'what'> & { at: number | string }) {
  return { at: typeof at === 'number' ? new Date(at).toISOString() : at, day, who, name, detail, about, value };
}

const eventsOf = (file: string, index: number) =>
  asked<Parameters<typeof told>[0]>(file, `SELECT * FROM events WHERE device_index = ${index} ORDER BY number`).map(told);
const plain = { messages: false, checkIns: false };
const tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN ('run', 'shards')";

/** Every row of the file but for what says how it was come by, in an order of its own. */
function rowsOf(file: string): Record<string, string[]> {
  const rows = (name: string) => asked<object>(file, `SELECT * FROM ${name}`).map((row) => JSON.stringify(row));
  return Object.fromEntries(asked<{ name: string }>(file, tables).map(({ name }) => [name, rows(name).sort()]));
}

describe('the file of a run', () => {
  it('M-09 has the same rows for any number of shards, and in every mode', async () => {
    const whole = rowsOf(await written('fleet-lifecycle', { ...fleet, shards: 1 }));
    expect(Object.keys(whole)).toHaveLength(18);
    expect(whole.lives).toHaveLength(fleet.devices);
    for (const mode of [{ shards: 7 }, { shards: 2, everyCheckIn: true }, { shards: 1, codec: true, store: 'sqlite' as const }])
      expect(rowsOf(await written('fleet-lifecycle', { ...fleet, ...mode }))).toEqual(whole);
  });

  it('has no events where nobody wants any, and everything else', async () => {
    const small = { ...fleet, devices: 20 };
    const { lives, ...withEvents } = rowsOf(await written('fleet-lifecycle', small));
    expect(lives).toHaveLength(20);
    const file = await written('fleet-lifecycle', { ...small, events: false });
    expect(rowsOf(file)).toEqual({ ...withEvents, lives: [] });
    expect(asked(file, "SELECT value FROM run WHERE key = 'events'")).toEqual([{ value: '0' }]);
  });

  it('has an event for every note of either side that tells more than that a device checked in', async () => {
    const file = await written('fleet-lifecycle', fleet);
    const notes = new Map<string, number>();
    const count = (who: string, name: string) => notes.set(`${who} ${name}`, (notes.get(`${who} ${name}`) ?? 0) + 1);
    const unsaid: readonly ServerNote['kind'][] = [
      'checked-in',
      'queue-changed',
      'configuration-waits',
      'outside-answered',
      'compliance-waits',
      'access-waits',
      'mail-queued',
    ];
    const listener = {
      deviceSaid: (_: number, { kind }: { kind: string }) => void (/check-ins?$/.test(kind) || count('device', kind)),
      serverSaid: (_: number, { kind }: ServerNote) => void (unsaid.includes(kind) || count('service', kind)),
      network: () => void count('network', 'network'),
      recordChanged: () => {},
    };
    const store = createMemoryStore();
    const world = new World(
      { ...findScenario('fleet-lifecycle').scenario, ...fleet },
      { store, everyCheckIn: false, codec: false, listener },
    );
    while (!world.advance(100_000));
    const kept = asked<{ kind: string; count: number }>(
      file,
      "SELECT who || ' ' || name AS kind, count(*) AS count FROM events WHERE who NOT IN ('administrator', 'user') GROUP BY 1",
    );
    expect(Object.fromEntries(kept.map(({ kind, count }) => [kind, count]))).toEqual(Object.fromEntries(notes));
  });
});

describe('traceRun', () => {
  it('M-09 lives a drawn device of any run again: the same life, and what the file says of it', async () => {
    const file = await written('fleet-lifecycle', { ...fleet, shards: 4 });
    fc.assert(
      fc.property(fc.nat(fleet.devices - 1), fc.boolean(), fc.boolean(), (index, messages, checkIns) => {
        const traced = traceRun(file, String(index), { messages, checkIns });
        expect(traced.isSame).toBe(true);
        const events = traced.entries.filter(({ name }) => name !== 'frame' && name !== 'check-in');
        expect(events.map(told)).toEqual(eventsOf(file, index));
        expect(traced.entries.some(({ name }) => name === 'frame')).toBe(messages);
        const [device] = asked<{ check_ins: number }>(file, `SELECT check_ins FROM devices WHERE device_index = ${index}`);
        if (checkIns) expect(traced.entries.filter(({ name }) => name === 'check-in')).toHaveLength(device?.check_ins ?? -1);
      }),
      { numRuns: 15 },
    );
  });

  it('says of every story what its file says, people and administrators included', async () => {
    for (const { name } of listScenarios().filter(({ isStory, devices }) => isStory && devices <= 3)) {
      const file = await written(name, {});
      const traced = traceRun(file, '0', plain);
      expect(traced.isSame, name).toBe(true);
      expect(traced.entries.map(told), name).toEqual(eventsOf(file, 0));
    }
  });

  it('knows a device by its number, serial number, name, the id of its record, or their beginning', async () => {
    const file = await written('fleet-lifecycle', { ...fleet, devices: 30 });
    const [device] = asked<{ device_index: number; serial_number: string; name: string; device_id: string }>(
      file,
      'SELECT * FROM devices WHERE device_index = 12',
    );
    if (device === undefined) throw new Error('there is no device 12');
    const { serial_number: serial, name, device_id: id } = device;
    for (const text of ['12', serial, serial.toLowerCase(), name, id, id.slice(0, 8), ` ${id.toUpperCase()} `])
      expect(traceRun(file, text, plain).device.index, text).toBe(12);
    expect(() => traceRun(file, 'MF000001', plain)).toThrow(/"MF000001" is more than one device: .*MF0000010.*Write more of it/);
    expect(() => traceRun(file, 'MF0000099', plain)).toThrow(/has no device "MF0000099"\. Did you mean MF0000009\?/);
    for (const text of ['30', '', '%', "' OR 1=1"])
      expect(() => traceRun(file, text, plain), text).toThrow(/Allowed: a number from 0 to 29/);
  });

  it('lives a device of a stopped run up to where it was stopped', async () => {
    const stop = new AbortController();
    const file = await written('fleet-lifecycle', {
      ...fleet,
      devices: 300,
      shards: 1,
      signal: stop.signal,
      onProgress: ({ daysLived }) => {
        if (daysLived > 100) stop.abort();
      },
    });
    const [shard] = asked<{ until: string }>(file, 'SELECT until FROM shards');
    for (const index of [0, 7, 150, 299]) {
      const traced = traceRun(file, String(index), plain);
      expect(traced.isSame).toBe(true);
      expect(new Date(traced.until).toISOString()).toBe(shard?.until);
      expect(traced.entries.map(told)).toEqual(eventsOf(file, index));
    }
  });

  it('says so when it is another life than that of the run', async () => {
    const file = await written('fleet-lifecycle', { ...fleet, devices: 5 });
    const database = new Database(file);
    database.exec('UPDATE run SET value = replace(value, \'"seed":"lives"\', \'"seed":"other"\') WHERE key = \'result\'');
    database.close();
    expect(traceRun(file, '3', plain).isSame).toBe(false);
  });

  it('keeps secrets out of the frames that it shows', async () => {
    const file = await written('lock-opens-without-passcode', {});
    const { entries } = traceRun(file, '0', { messages: true, checkIns: false });
    const frames = entries.filter(({ name }) => name === 'frame').map(({ what }) => what);
    expect(frames.some((what) => what.startsWith('sends enroll'))).toBe(true);
    expect(frames.join('\n')).toContain('"token":"…"');
    expect(frames.join('\n')).not.toMatch(/"(token|pin|passcode|title|body)":"[^…]/);
  });
});
