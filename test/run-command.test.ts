/** `mockfleet run` as its users know it: a process with arguments, streams, files and an exit code. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../simulator/result.ts';
import { programWords } from './support/program.ts';

const scratch = mkdtempSync(join(tmpdir(), 'mockfleet-run-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function mockfleet(args: string[], { stopAt }: { stopAt?: RegExp } = {}): Promise<Ended> {
  const child = spawn(process.execPath, [...programWords, ...args], { cwd: scratch, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (!child.killed && stopAt?.test(stderr)) child.kill('SIGINT');
  });
  return new Promise((done) => child.on('close', (code) => done({ code, stdout, stderr })));
}

async function result(...args: string[]): Promise<RunResult> {
  const { code, stdout, stderr } = await mockfleet(['run', '--json', '--no-report', ...args]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as RunResult;
}

function scenarioFile(name: string, text: string): string {
  const path = join(scratch, name);
  writeFileSync(path, text);
  return path;
}

const tiny = `
name: tiny
title: A handful of phones
days: 20
devices: 5
fleet:
  - { name: phones, weight: 1, platform: ios, enrollment: automated }
`;

describe('M-09 the same seed', () => {
  it('M-09 gives the same lives in two processes, and another seed gives others', async () => {
    const size = ['--devices', '1000', '--days', '600'];
    const [first, again, other] = await Promise.all([result(...size), result(...size), result(...size, '--seed', 'another')]);
    const { wallMs: _, peakRssBytes: __, lived: ___, ...lives } = first;
    expect(again).toMatchObject(lives);
    expect(other.digest).not.toBe(first.digest);
    expect(first.states).toMatchObject({ managed: expect.any(Number), removed: expect.any(Number) });
    expect(first.recordsRemoved).toBeGreaterThan(0);
    expect(first.actions.wipe).toMatchObject({ acknowledged: expect.any(Number), expired: expect.any(Number) });
  });

  it('M-09 gives the same lives with either store, through the codec, and with every check-in executed', async () => {
    const size = ['--devices', '60', '--days', '200'];
    const [plain, ...ways] = await Promise.all(
      [[], ['--store', 'sqlite'], ['--codec'], ['--every-check-in'], ['--store', 'sqlite', '--codec', '--every-check-in']].map((way) =>
        result(...size, ...way),
      ),
    );
    for (const way of ways) {
      expect(way.digest).toBe(plain?.digest);
      expect(way.states).toEqual(plain?.states);
      expect(way.actions).toEqual(plain?.actions);
      expect(way.checkInsLived).toBe(plain?.checkInsLived);
    }
    const every = ways[2] as RunResult;
    expect(every.everyCheckIn).toBe(true);
    expect(every.eventsExecuted).toBeGreaterThan(every.checkInsLived);
    expect(plain?.eventsExecuted).toBeLessThan(every.checkInsLived / 5);
  });
});

describe('what a run leaves', () => {
  it('is one JSON object with every field, the report, the run file and the result', async () => {
    const out = join(scratch, 'new', 'folder');
    const ended = await mockfleet(['run', scenarioFile('tiny.yaml', tiny), '--seed', 'violet', '--json', '--out', out]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1);
    const object = JSON.parse(ended.stdout) as RunResult;
    expect(object).toEqual({
      scenario: 'tiny',
      seed: 'violet',
      digest: expect.stringMatching(/^[0-9a-f]{32}$/),
      devices: 5,
      days: 20,
      stopped: false,
      livedUntil: '2026-01-21T00:00:00Z',
      devicesLived: 5,
      everyCheckIn: false,
      checkInsLived: expect.any(Number),
      eventsExecuted: expect.any(Number),
      wallMs: expect.any(Number),
      peakRssBytes: expect.any(Number),
      lived: { devices: 5, days: 20, deviceDays: 100, deviceDaysPerSecond: expect.any(Number) },
      states: { managed: 5 },
      actions: {},
      certificates: { issued: 5, renewed: 0, expired: 0 },
      recordsRemoved: 0,
      compliance: {},
      noncomplianceActions: {},
      mails: {},
      notices: 0,
      notifications: {
        sent: { device: 0, groups: 0 },
        refused: { device: 0, groups: 0 },
        pushes: 0,
        lost: 0,
        expired: 0,
        gone: 0,
        waiting: 0,
        shown: { banner: 0, 'lock-screen': 0, 'in-app': 0, 'notification-centre': 0 },
        notShown: { 'no-app': 0, 'not-allowed': 0, 'no-google-play': 0, ignored: 0 },
        delays: expect.arrayContaining([
          { upToMs: 1000, count: 0 },
          { upToMs: null, count: 0 },
        ]),
      },
      access: {},
      timeToDone: {},
      pendingByAge: expect.arrayContaining([{ upToMs: 1000, queued: 0, delivered: 0 }]),
      certificatesLeft: { ended: 0, current: expect.arrayContaining([{ fromDays: 330, untilDays: 360, count: 5 }]) },
      faults: {},
      checkers: expect.arrayContaining([{ name: expect.any(String), passed: true, detail: expect.any(String) }]),
      expectations: [],
      title: 'A handful of phones',
      question: null,
      answer: null,
      live: false,
      timeline: expect.arrayContaining([expect.objectContaining({ who: 'device', what: expect.any(String) })]),
      report: join(out, 'report.html'),
      file: join(out, 'run.sqlite'),
      passed: true,
    } satisfies Record<keyof RunResult, unknown>);
    expect(object.peakRssBytes).toBeGreaterThan(20_000_000);

    expect(readdirSync(out).sort()).toEqual(['report.html', 'result.json', 'run.sqlite']);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('<title>tiny: passed');
    expect(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'))).toEqual(object);
    const database = new Database(join(out, 'run.sqlite'), { readonly: true });
    expect(database.prepare('SELECT count(*) FROM devices').pluck().get()).toBe(5);
    expect(database.prepare("SELECT value FROM run WHERE key = 'scenario-text'").pluck().get()).toBe(tiny);
    database.close();
  });

  it('CN-13 CN-18 says what became of custom notifications: each push once, in the result, the run file and the report', async () => {
    const text = 'Nobody-but-the-devices-has-this';
    const notified = `
name: notified
title: Phones that are told something
days: 20
devices: 40
fleet:
  - { name: phones, weight: 1, platform: ios, enrollment: automated, enrolledWithin: 1d }
  - name: droids
    weight: 1
    platform: android
    enrollment: fully-managed
    enrolledWithin: 1d
    has: { notifications: { allowed: 50% } }
tenant:
  push: { lost: 20%, late: { share: 30%, by: 3h } }
  groups: [{ displayName: Everybody, members: [usersOf: phones, usersOf: droids] }]
timeline:
  - { every: { from: 2d, until: 12d, each: 1d }, notify: { title: Snow, body: ${text}, groups: [Everybody] } }
  - { at: 13d, do: sendCustomNotificationToCompanyPortal, with: { notificationTitle: You, notificationBody: ${text} }, to: { platforms: [ios] } }
expectations:
  - { name: nothing is refused, figure: notifications.refused.groups, equals: 0 }
  - { name: some is seen, figure: notifications.shown.banner, atLeast: 1 }
`;
    const out = join(scratch, 'notified');
    const ended = await mockfleet(['run', scenarioFile('notified.yaml', notified), '--json', '--out', out]);
    expect(ended.code, ended.stderr).toBe(0);
    const { notifications, expectations, checkers } = JSON.parse(ended.stdout) as RunResult;
    const { sent, pushes, lost, expired, gone, waiting, shown, notShown, delays } = notifications;
    const sum = (counts: object) => Object.values(counts).reduce((total: number, count: number) => total + count, 0);
    const phones = sent.device;
    expect(sent.groups).toBe(11);
    expect(pushes).toBe(11 * 40 + phones);
    expect(lost + expired + gone + waiting + sum(shown) + sum(notShown)).toBe(pushes);
    expect(sum(delays.map(({ count }) => count))).toBe(sum(shown));
    expect(delays.find(({ upToMs }) => upToMs === 4 * 3_600_000)?.count).toBeGreaterThan(20);
    for (const count of [phones, lost, shown.banner, notShown['not-allowed']]) expect(count).toBeGreaterThan(0);
    expect(expectations.map(({ passed }) => passed)).toEqual([true, true]);
    expect(checkers.map(({ name }) => name)).toContain('notifications-once');

    const database = new Database(join(out, 'run.sqlite'), { readonly: true });
    const messages = database.prepare('SELECT count(*) AS messages, sum(pushes) AS pushes, sum(lost) AS lost FROM notifications').get();
    expect(messages).toEqual({ messages: 11 + phones, pushes, lost });
    // The scenario holds the text, as its author wrote it; nothing that was found out does.
    const found = database
      .prepare("SELECT count(*) FROM run WHERE value LIKE '%' || ? || '%' AND key <> 'scenario-text'")
      .pluck()
      .get(text);
    database.close();
    expect(found).toBe(0);
    expect(ended.stdout).not.toContain(text);
    const report = readFileSync(join(out, 'report.html'), 'utf8');
    expect(report).toContain('<section id="notifications">');
  });

  it('is a summary for people: the seed first, no escape sequences where there is no terminal, files in the folder of its name', async () => {
    const { code, stdout, stderr } = await mockfleet(['run', scenarioFile('tiny.yaml', tiny)]);
    expect(code, stderr).toBe(0);
    expect(stderr.split('\n')[0]).toBe('seed 1: tiny, 5 devices, 20 days from 2026-01-01');
    expect(stderr).toMatch(/^100 % {2}2026-01-2\d {2}day \d+ of 20, /m);
    expect(`${stdout}${stderr}`).not.toContain('\u001b');
    expect(`${stdout}${stderr}`).not.toContain('\r');
    expect(stdout).toMatch(/^replay +mockfleet run \S+tiny\.yaml --devices 5 --days 20 --seed 1$/m);
    expect(stdout).toMatch(/^report +mockfleet-out\/tiny-1\/report\.html$/m);
    expect(existsSync(join(scratch, 'mockfleet-out/tiny-1/report.html'))).toBe(true);
  });

  it('is what was lived up to Ctrl-C, and the command that goes on', async () => {
    const out = join(scratch, 'stopped');
    const size = ['--devices', '1900', '--every-check-in'];
    const { code, stdout, stderr } = await mockfleet(['run', ...size, '--out', out], { stopAt: /^ 10 %/m });
    expect({ code, files: readdirSync(out).sort() }).toEqual({
      code: 130,
      files: ['report.html', 'result.json', 'run.sqlite', 'unfinished'],
    });
    expect(stdout).toContain('not judged: the run was stopped: all devices, ');
    expect(stderr).toMatch(/^go on with it, from its beginning: mockfleet run --resume stopped\n$/m);
    expect(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'))).toMatchObject({ stopped: true, devicesLived: 1900, digest: null });
  });
});

describe('expectations', () => {
  const expecting = (figure: string, bounds: string) => `${tiny}expectations:\n  - { name: it is so, figure: ${figure}, ${bounds} }\n`;

  it.each([
    ['states.managed', 'equals: 5', 0, 'states.managed is 5, expected exactly 5'],
    ['states.managed', 'atMost: 4', 99, 'states.managed is 5, expected at most 4'],
    ['actions.wipe.acknowledged', 'equals: 0', 0, 'actions.wipe.acknowledged is 0, expected exactly 0'],
    ['certificates.renewed', 'atLeast: 1, atMost: 9', 99, 'certificates.renewed is 0, expected at least 1 and at most 9'],
  ])('%s %s: exit code %i', async (figure, bounds, code, detail) => {
    const file = scenarioFile(`${figure}.yaml`, expecting(figure, bounds));
    const ended = await mockfleet(['run', file, '--json', '--no-report']);
    expect(ended.code, ended.stderr).toBe(code);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      passed: code === 0,
      expectations: [{ name: 'it is so', passed: code === 0, detail }],
    });
    if (code === 0) expect(ended.stderr).not.toContain('replay');
    else expect(ended.stderr).toContain(`replay: mockfleet run ${file} --devices 5 --days 20 --seed 1\n`);
  });

  it('are not judged in a run that is smaller than its scenario', async () => {
    const file = scenarioFile('smaller.yaml', expecting('states.managed', 'equals: 5'));
    const { expectations, passed } = await result(file, '--devices', '3', '--days', '10');
    expect(passed).toBe(true);
    expect(expectations[0]?.detail).toBe("not judged: the run has 3 of the scenario's 5 devices and 10 of its 20 days");
  });
});

describe('wrong use', () => {
  it.each([
    [['run', '--days', '-3'], '--days takes a whole number from 1 to 36500; -3 is not one.\n`mockfleet run --help` says more.\n'],
    [['run', '--devices', '0'], '--devices takes a whole number from 1 to 2000000; 0 is not one.\n'],
    [['run', '--devices', '2.5'], '2.5 is not one.\n'],
    [['run', '--days', 'many'], '--days takes a whole number from 1 to 36500; that is not a number.\n'],
    [['run', '--days'], 'Not enough arguments following: days.\n'],
    [['run', '--seed='], '--seed takes text of 1 to 64 characters, or a whole number.\n'],
    [['run', '--dayz', '3'], 'Unknown argument: dayz. Did you mean --days?\n'],
    [['run', 'one', 'two'], 'Unknown argument: two.\n'],
    [['run', '--speed', '60'], '--speed is for --live'],
    [['run', 'wipe-pending-for-ever', '--live', '--speed', '0'], '--speed takes a number from 1 to 1000000.\n'],
    [['run', '--store', 'redis'], 'Choices: "memory", "sqlite"'],
    [['rnu'], 'Did you mean run?\n'],
    [['run', 'fleet-lifecicle'], 'did you mean fleet-lifecycle? allowed: '],
    [['run', 'none.yaml'], 'none.yaml: there is no such file; '],
  ])('%j exits with 2', async (args, message) => {
    const { code, stdout, stderr } = await mockfleet(args);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it.each([
    ['a kind of device that there is not', tiny.replace('ios', 'symbian'), 7, 42, 'scenario-value'],
    ['an unknown key', `${tiny}nights: 3\n`, 8, 1, 'scenario-unknown-key'],
    ['a negative number', tiny.replace('days: 20', 'days: -20'), 4, 7, 'scenario-range'],
    ['text for a number', tiny.replace('days: 20', 'days: many'), 4, 7, 'scenario-type'],
    ['no YAML', tiny.replace('devices: 5', 'devices: [5'), 6, 1, 'scenario-syntax'],
    ['a missing key', tiny.replace('devices: 5\n', ''), 2, 1, 'scenario-missing'],
  ])('a scenario file with %s exits with 2, and says where', async (_, text, line, column, errorCode) => {
    const file = scenarioFile('bad.yaml', text);
    const { code, stdout, stderr } = await mockfleet(['run', file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${file}:${line}:${column}`);
    expect(stderr).toContain(`(${errorCode})`);
  });

  it('a folder that cannot be written is found out before the run, and exits with 1', async () => {
    const file = scenarioFile('file', '');
    for (const out of [file, join(file, 'below')]) {
      const { code, stderr } = await mockfleet(['run', '--out', out]);
      expect(stderr).toMatch(/^Cannot write to .*Name another folder with --out, or use --no-report\. \[folder-unwritable\]\n$/);
      expect(code).toBe(1);
    }
  });
});

describe('the command line', () => {
  it('shows its help without a command, and its version', async () => {
    const [help, version] = await Promise.all([mockfleet([]), mockfleet(['--version'])]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const command of ['run', 'scenarios', 'certs']) expect(help.stdout).toContain(`mockfleet ${command}`);
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it('lists the scenarios, for people and for programs', async () => {
    const [table, json] = await Promise.all([mockfleet(['scenarios']), mockfleet(['scenarios', '--json'])]);
    expect(table.stdout).toMatch(/^fleet-lifecycle /m);
    const listed = JSON.parse(json.stdout) as { name: string }[];
    expect(listed.find(({ name }) => name === 'fleet-lifecycle')).toMatchObject({
      question: expect.any(String),
      requirements: expect.arrayContaining(['M-09']),
      platforms: expect.arrayContaining(['ios', 'windows']),
      isStory: false,
      answer: null,
    });
  });
});
