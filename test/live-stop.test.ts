/** `mockfleet run --live` that is stopped by Ctrl-C: what was lived up to there is in its files, and no more is said of it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { readRun } from '../simulator/report/run-data.ts';
import type { RunResult } from '../simulator/result.ts';
import { mockfleet, type Program } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import { until } from './support/until.ts';

const startAt = '2026-01-01T00:00:00Z';
const day = (text: string) => (Date.parse(text) - Date.parse(startAt)) / 86_400_000;

/** Something of each day is in what was lived, so that it shows where that ends. */
const text = `
name: stopped
title: Phones that are asked to check in every day
days: 400
devices: 4
fleet: [{ name: phones, weight: 1, platform: ios, enrollment: automated, enrolledWithin: 1h }]
timeline:
  - { every: { from: 1d, until: 399d, each: 1d }, do: syncDevice }
  - { at: 2d, to: { groups: [phones] }, expect: [{ name: they are there, record: present }] }
  - { at: 399d, expect: [{ name: they are still there, record: present }] }
expectations:
  - { name: every day, figure: actions.syncDevice.acknowledged, atLeast: 1500 }
`;

function begun(words: readonly string[]): { out: string; program: Program } {
  const folder = scratch();
  const file = join(folder, 'stopped.yaml');
  writeFileSync(file, text);
  const out = join(folder, 'out');
  return { out, program: mockfleet(['run', file, '--live', '--json', '--out', out, ...words]) };
}

const reached = (program: Program, percent: number) =>
  until(
    `${percent} % of it is lived`,
    () => new RegExp(`^ +${percent} %`, 'm').test(program.stderr),
    () => program.stderr,
  );

describe('a live run that is stopped by Ctrl-C', () => {
  it.each([
    ['hopping', [], 10],
    ['on a scaled clock, in the middle of a day', ['--speed', '200000', '--days', '30'], 10],
  ])('M-09 M-10 %s: keeps what was lived', async (_, words, percent) => {
    const { out, program } = begun(words);
    await reached(program, percent);
    program.kill('SIGINT');
    const ended = await program.end();
    expect(ended.code, ended.stderr).toBe(130);
    expect(ended.stderr).toContain('stopping: what was lived is being written');
    const result = JSON.parse(ended.stdout) as RunResult;
    expect(readdirSync(out).sort()).toEqual(['report.html', 'result.json', 'run.sqlite']);
    expect(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'))).toEqual(result);

    const lived = day(result.livedUntil);
    expect(result).toMatchObject({ live: true, stopped: true, devicesLived: 4, digest: null, passed: true });
    expect(lived).toBeGreaterThan((result.days * percent) / 100 - 1);
    expect(lived).toBeLessThan(result.days);
    expect(result.lived.days).toBeCloseTo(lived, 1);
    // Each day has one for each phone; the last one may be under way.
    const { acknowledged = 0 } = result.actions.syncDevice ?? {};
    expect(acknowledged).toBeGreaterThan(4 * (Math.floor(lived) - 1));
    expect(acknowledged).toBeLessThanOrEqual(4 * Math.ceil(lived));
    expect(result.expectations.map(({ detail }) => detail)).toEqual(
      Array(3).fill(expect.stringMatching(`^not judged: the run was stopped: all devices, ${Math.floor(lived)} of ${result.days} days$`)),
    );
    expect(result.checkers.filter(({ passed }) => !passed)).toEqual([]);

    const database = new Database(join(out, 'run.sqlite'), { readonly: true });
    const commands = database
      .prepare("SELECT count(*) FROM commands WHERE action = 'syncDevice' AND status = 'acknowledged'")
      .pluck()
      .get();
    const last = database.prepare('SELECT max(at) FROM events').pluck().get() as string | number;
    database.close();
    expect(commands).toBe(acknowledged);
    expect(new Date(last).getTime()).toBeLessThanOrEqual(Date.parse(result.livedUntil));
    expect(readRun(out).result).toEqual(result);
  });
});
