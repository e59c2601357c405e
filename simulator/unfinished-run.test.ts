import { appendFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { scratch } from '../test/support/scratch.ts';
import { type Run, runScenario } from './run.ts';
import { findScenario } from './scenarios/catalogue.ts';
import { type RunAsked, UnfinishedRun } from './unfinished-run.ts';

const lifecycle = findScenario('fleet-lifecycle');
const asked: RunAsked = {
  ...{ scenarioText: lifecycle.text, scenarioFile: 'fleet-lifecycle.yaml', devices: 60, days: 40, seed: 'a', shards: 4, events: null },
  ...{ everyCheckIn: false, codec: false, store: 'memory', replay: 'mockfleet run fleet-lifecycle' },
};

async function live(unfinished: UnfinishedRun): Promise<Run> {
  const { devices, days, seed, shards } = unfinished.asked;
  const run = await runScenario(lifecycle, { devices, days, seed, shards, workers: 1, kept: unfinished, parts: unfinished.parts });
  run.close();
  return run;
}

/** A run of which some shards are lived. */
async function left(): Promise<{ folder: string; parts: string; digest: string | null }> {
  const folder = scratch();
  const unfinished = UnfinishedRun.begin(folder, asked);
  const { result } = await live(unfinished);
  unfinished.close();
  return { folder, parts: unfinished.parts, digest: result.digest };
}

const numbers = (unfinished: UnfinishedRun) => unfinished.found.map(({ slice }) => slice.number);

describe('an unfinished run', () => {
  it('knows what was lived, and is gone when it is removed', async () => {
    const { folder, digest } = await left();
    const again = UnfinishedRun.resume(folder);
    expect(again.asked).toEqual(asked);
    expect(numbers(again)).toEqual([0, 1, 2, 3]);
    const run = await live(again);
    expect(run.result.digest).toBe(digest);
    expect(run.parts).toHaveLength(4);
    again.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['is gone', (part: string) => rmSync(part)],
    ['is cut off', (part: string) => truncateSync(part, 4096)],
    ['has grown', (part: string) => appendFileSync(part, 'x')],
    ['is overwritten', (part: string) => writeFileSync(part, Buffer.alloc(statSync(part).size, 7))],
  ])('lives a shard again whose part %s, and comes to the same', async (_, harm) => {
    const { folder, parts, digest } = await left();
    harm(join(parts, 'shard-2.sqlite'));
    writeFileSync(join(parts, 'shard-9.sqlite'), 'of nobody');
    const again = UnfinishedRun.resume(folder);
    expect(numbers(again)).toEqual([0, 1, 3]);
    const run = await live(again);
    expect(run.result.digest).toBe(digest);
    expect(numbers(again).sort()).toEqual([0, 1, 2, 3]);
    again.close();
    expect(readdirSync(parts).filter((name) => name.startsWith('shard-'))).toHaveLength(4);
  });

  it('is not begun anew over one of which something was lived', async () => {
    const { folder } = await left();
    expect(() => UnfinishedRun.begin(folder, asked)).toThrow(
      expect.objectContaining({ code: 'run-unfinished', message: expect.stringMatching(/4 of 4 shards are lived.*\n.*--resume.*--out/) }),
    );
  });

  it('is begun anew where nothing was lived, or nobody can go on', async () => {
    const folder = scratch();
    UnfinishedRun.begin(folder, asked).close();
    const other = UnfinishedRun.begin(folder, { ...asked, seed: 'b' });
    other.close();
    expect(UnfinishedRun.resume(folder)).toMatchObject({ asked: { seed: 'b' }, found: [] });

    const damaged = await left();
    writeFileSync(join(damaged.parts, 'run.db'), 'no database');
    UnfinishedRun.begin(damaged.folder, asked).close();
  });

  it('is one process at a time', async () => {
    const folder = scratch();
    const unfinished = UnfinishedRun.begin(folder, asked);
    for (const open of [() => UnfinishedRun.begin(folder, asked), () => UnfinishedRun.resume(folder)]) {
      expect(open).toThrow(expect.objectContaining({ code: 'run-in-progress', message: expect.stringContaining('--out') }));
    }
    unfinished.close();
  });

  it('says what is wrong with it', async () => {
    const none = scratch();
    const code = (folder: string) => {
      try {
        UnfinishedRun.resume(folder);
      } catch (error) {
        return (error as { code: string }).code;
      }
      return null;
    };
    expect(code(none)).toBe('nothing-to-resume');
    writeFileSync(join(none, 'result.json'), '{}');
    expect(() => UnfinishedRun.resume(none)).toThrow(`Nothing to go on with in ${none}: the run in it is finished.`);
    expect(code(join(none, 'missing'))).toBe('nothing-to-resume');

    const { folder, parts } = await left();
    const write = (sql: string) => {
      const database = new Database(join(parts, 'run.db'));
      database.exec(sql);
      database.close();
    };
    write("UPDATE run SET value = '0.0.1' WHERE key = 'version'");
    expect(() => UnfinishedRun.resume(folder)).toThrow(
      expect.objectContaining({ code: 'unfinished-version', message: expect.stringContaining('0.0.1') }),
    );
    write("UPDATE run SET value = '{' WHERE key = 'asked'; UPDATE run SET value = '0.1.0' WHERE key = 'version'");
    expect(code(folder)).toBe('unfinished-damaged');
    writeFileSync(join(parts, 'run.db'), 'no database');
    expect(code(folder)).toBe('unfinished-damaged');
  });
});
