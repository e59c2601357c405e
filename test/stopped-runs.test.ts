/** Runs that do not come to their end by themselves: what they leave, and how they go on. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../runtime/random.ts';
import type { RunResult } from '../simulator/result.ts';
import { mockfleet, Program, runMockfleet } from './support/program.ts';
import { scratch, sharedScratch } from './support/scratch.ts';
import { afterMs, until } from './support/until.ts';

const size = ['--devices', '480', '--days', '200', '--seed', 'violet'];
const sharded = [...size, '--shards', '8', '--workers', '2', '--json'];

/** What a run comes to, without how long it took and where it is. */
function outcome(out: string) {
  const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunResult;
  const { wallMs: _, peakRssBytes: __, report: ___, file: ____, lived: _____, ...others } = result;
  return others;
}

/** Every row that is about devices, in no order: so many, and a hash of them, for nobody wants to see thousands of them. */
function rowsOf(out: string): Record<string, string> {
  const database = new Database(join(out, 'run.sqlite'), { readonly: true });
  try {
    const summary = (table: string) => {
      const rows = database.prepare(`SELECT * FROM ${table}`).all();
      const texts = rows.map((row) => JSON.stringify(row)).sort();
      return `${rows.length} rows ${createHash('sha256').update(texts.join()).digest('hex')}`;
    };
    const tables = ['devices', 'commands', 'mails', 'sign_ins', 'notifications', 'certificates', 'events'];
    return Object.fromEntries(tables.map((table) => [table, summary(table)]));
  } finally {
    database.close();
  }
}

const livedShards = (stderr: string) => Number([...stderr.matchAll(/(\d+) of 8 shards/g)].at(-1)?.[1] ?? 0);

describe('a run that was ended early', () => {
  const whole = join(sharedScratch(), 'whole');
  beforeAll(async () => {
    const { code, stderr } = await new Program(['run', ...size, '--json', '--out', whole]).ended;
    expect(code, stderr).toBe(0);
  });

  it('by Ctrl-C has what was lived in its files, and comes to the same when it goes on', async () => {
    const out = join(scratch(), 'run');
    const program = mockfleet(['run', ...sharded, '--out', out]);
    await until(
      'two shards',
      () => livedShards(program.stderr) >= 2,
      () => program.stderr,
    );
    program.kill('SIGINT');
    const { code, stdout, stderr } = await program.end();
    expect(code, stderr).toBe(130);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^go on with it, with [2-7] of 8 shards lived: mockfleet run --resume \S+\/run$/);
    const stopped = JSON.parse(stdout) as RunResult;
    expect(stopped).toMatchObject({ stopped: true, digest: null, devices: 480, days: 200, passed: true });
    expect(stopped.devicesLived).toBeGreaterThanOrEqual(120);
    expect(stopped.devicesLived < 480 || stopped.livedUntil < '2026-07-20T00:00:00Z').toBe(true);
    expect(stopped.expectations.map(({ judged }) => judged)).toEqual(stopped.expectations.map(() => false));
    expect(stopped.expectations[0]?.detail).toMatch(/^not judged: the run was stopped: (all|\d+ of 480) devices, \d+ of 200 days$/);
    expect(rowsOf(out).devices).toMatch(new RegExp(`^${stopped.devicesLived} rows`));
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('</html>');

    const rest = await runMockfleet(['run', '--resume', out, '--json']);
    expect(rest.code, rest.stderr).toBe(0);
    expect(rest.stderr).toMatch(/^going on: [2-7] of 8 shards are lived already$/m);
    expect(outcome(out)).toEqual(outcome(whole));
    expect(rowsOf(out)).toEqual(rowsOf(whole));
    expect(readdirSync(out).sort()).toEqual(['report.html', 'result.json', 'run.sqlite']);
  });

  it('by kill -9, again and again, at drawn moments, comes to the same', async () => {
    const random = new Random('moments');
    const out = join(scratch(), 'run');
    let words = ['run', ...sharded, '--out', out];
    for (let killed = 0; killed < 2; ) {
      const program = mockfleet(words);
      await until(
        'the seed',
        () => program.stderr.includes('seed '),
        () => program.stderr,
      );
      await Promise.race([program.ended, afterMs(Math.floor(random.unit() * 2_000))]);
      if (program.hasEnded) break;
      await program.killed();
      killed += 1;
      if (existsSync(join(out, 'unfinished'))) words = ['run', '--resume', out, '--json'];
    }
    if (existsSync(join(out, 'unfinished'))) {
      const rest = await runMockfleet(words);
      expect(rest.code, rest.stderr).toBe(0);
    }
    expect(outcome(out)).toEqual(outcome(whole));
    expect(rowsOf(out)).toEqual(rowsOf(whole));
    expect(readdirSync(out).sort()).toEqual(['report.html', 'result.json', 'run.sqlite']);
  }, 120_000);
});
