/** `mockfleet trace` and `mockfleet query` as their users know them. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, Program, programWords } from './support/program.ts';

const scratch = mkdtempSync(join(tmpdir(), 'mockfleet-trace-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function mockfleet(args: string[]): Promise<Ended> {
  return new Program(args, { cwd: scratch }).ended;
}

/** As `| head` does: closes our end of its standard output after the first characters. */
function headOf(args: string[]): Promise<string> {
  const child = spawn(process.execPath, [...programWords, ...args], { cwd: scratch, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.once('data', () => child.stdout.destroy());
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((done) => child.on('close', () => done(stderr)));
}

const run = join(scratch, 'run');
const file = join(run, 'run.sqlite');
beforeAll(async () => {
  const { code, stderr } = await mockfleet(['run', '--devices', '60', '--days', '500', '--out', 'run', '--shards', '2', '--workers', '1']);
  expect(code, stderr).toBe(0);
}, 60_000);

function changed(name: string, sql: string): string {
  const copy = join(scratch, name);
  copyFileSync(file, copy);
  const database = new Database(copy);
  database.exec(sql);
  database.close();
  return copy;
}

describe('mockfleet trace', () => {
  it('tells the life of a device in order, and that it is that of the run', async () => {
    const { code, stdout, stderr } = await mockfleet(['trace', 'run', '--device', '7']);
    expect(code, stderr).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^\S+-0000008 \(MF0000008, device 7\): /);
    const life = lines.filter((line) => /^\d{4}-\d\d-\d\dT/.test(line));
    expect(life.length).toBeGreaterThan(10);
    expect(life).toEqual(life.toSorted((a, b) => (a.slice(0, 24) < b.slice(0, 24) ? -1 : a.slice(0, 24) > b.slice(0, 24) ? 1 : 0)));
    expect(life[0]).toMatch(/^2026-01-\d\dT\S+Z {2}day +\d+ {2}service +has a record of the device$/);
    expect(stdout).toMatch(/\nSame life as in the run: life [0-9a-f]{16}\.\n$/);
  });

  it('shows a part of it, each check-in and each frame, for programs', async () => {
    const args = ['trace', file, '--device', 'MF0000008', '--json', '--check-ins', '--messages', '--from', '300d', '--until', '2026-11-07'];
    const { code, stdout, stderr } = await mockfleet(args);
    expect(code, stderr).toBe(0);
    const entries = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { at: string; day: number; name: string; what: string });
    expect(entries.every(({ at, day }) => at >= '2026-10-28' && at < '2026-11-07' && day >= 300 && day < 310)).toBe(true);
    // Ten days of one every eight hours, and a frame of each.
    expect(entries.filter(({ name }) => name === 'check-in').length).toBeGreaterThan(20);
    expect(entries.filter(({ what }) => what.startsWith('sends check-in')).length).toBeGreaterThan(20);
  });

  it('ends in peace when nobody reads on', async () => {
    expect(await headOf(['trace', 'run', '--device', '7', '--check-ins', '--messages'])).toBe('');
  });

  it('fails loudly where it is another life', async () => {
    const other = changed('other.sqlite', "UPDATE devices SET life = '0123456789abcdef' WHERE device_index = 7");
    const { code, stdout, stderr } = await mockfleet(['trace', other, '--device', '7']);
    expect(code).toBe(1);
    expect(stdout).not.toContain('Same life');
    expect(stderr).toMatch(/This is NOT the life of the run: .*0123456789abcdef.*run it again: mockfleet run .* \[life-differs\]/);
  });

  it('says what is wrong with a device, a time or a file, and what to do', async () => {
    const junk = join(scratch, 'junk.sqlite');
    writeFileSync(junk, 'nothing that SQLite knows');
    const old = changed('old.sqlite', "UPDATE run SET value = '3' WHERE key = 'schema-version'");
    const slips: [args: string[], code: number, message: RegExp][] = [
      [
        ['run', '--device', 'MF0000800'],
        1,
        /no device "MF0000800"\. Did you mean MF000\d+\? Allowed: a number from 0 to 59, .*\[device-unknown\]/,
      ],
      [['run', '--device', '7', '--from', 'soon'], 2, /--from takes a time since the start of the run .*"soon" is neither/],
      [['nowhere', '--device', '7'], 1, /nowhere is not there/],
      [[junk, '--device', '7'], 1, /cannot be read as the file of a run/],
      [[old, '--device', '7'], 1, /older mockfleet .*schema 3.*run-version/],
    ];
    const ended = await Promise.all(slips.map(([args]) => mockfleet(['trace', ...args])));
    for (const [at, { code, stdout, stderr }] of ended.entries()) {
      const [args, expected, message] = slips[at] as (typeof slips)[number];
      expect(stderr, args.join(' ')).toMatch(message);
      expect({ code, stdout }, args.join(' ')).toEqual({ code: expected, stdout: '' });
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
});

describe('mockfleet query', () => {
  it('asks the file of a run, for people and for programs', async () => {
    const sql = "SELECT count(*) AS devices, 'a\u001b[31m' AS text, NULL AS none FROM devices";
    const [table, json] = await Promise.all([mockfleet(['query', 'run', sql]), mockfleet(['query', file, sql, '--json'])]);
    expect(table).toMatchObject({ code: 0, stdout: 'devices  text         none\n60       a\\u001b[31m\n', stderr: '' });
    expect(json.stdout).toBe('{"devices":60,"text":"a\\u001b[31m","none":null}\n');
  });

  it('changes nothing, and says what it does not understand', async () => {
    const asked: [sql: string, message: RegExp][] = [
      ['DELETE FROM devices', /can only be read/],
      ['SELECT * FROM device', /no such table: device\. Tables and views: actions, certificates, /],
    ];
    const ended = await Promise.all(asked.map(([sql]) => mockfleet(['query', 'run', sql])));
    for (const [at, { code, stderr }] of ended.entries()) {
      expect(stderr).toMatch((asked[at] as (typeof asked)[number])[1]);
      expect(code).toBe(2);
    }
  });
});
