/** `mockfleet load` as its users know it: processes against a stub of this machine, files and exit codes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadReport } from '../simulator/load/report/load-report.ts';
import { loadReportProblems } from '../simulator/load/report/load-schema.ts';
import { type Ended, mockfleet, Program, runMockfleet } from './support/program.ts';
import { sharedScratch } from './support/scratch.ts';
import { untilAnswered } from './support/until.ts';

const folder = sharedScratch();
const stub = new Program(['serve', '--port', '0', '--json'], { cwd: folder });
const secrets: string[] = [];
/** Runs beside the others: no threshold ends a run in its first seconds. */
let early: Program;

beforeAll(async () => {
  await stub.line({ ready: true });
  const limits = ['--threshold', 'enrolment.max<1us', 'connected>=101%', '--abort-on-fail'];
  early = new Program(['load', '--devices', '12', '--duration', '10m', ...limits, '--json', '--no-report'], { cwd: folder });
  secrets.push(...['token', 'enrollment-token'].map((name) => readFileSync(join(folder, '.mockfleet', name), 'utf8').trim()));
});
afterAll(() => Promise.all([early.killed(), stub.killed()]));

/** In the folder of the stub, where it is found by itself. */
function load(...words: string[]): Promise<Ended> {
  return runMockfleet(['load', '--devices', '12', '--duration', '1s', ...words], { cwd: folder });
}

const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');

describe('mockfleet load', () => {
  it('prints one object that keeps to its schema, leaves its files, and no secret in any of them', async () => {
    const { code, stdout, stderr } = await load(
      '--check-ins',
      '20/s',
      '--json',
      '--seed',
      'a b',
      '--junit',
      'junit.xml',
      '--processes',
      '1',
    );
    const report = JSON.parse(stdout) as LoadReport;
    expect(loadReportProblems(report)).toEqual([]);
    expect(report).toMatchObject({
      asked: 12,
      enrolled: 12,
      connected: 12,
      errors: 0,
      passed: true,
      stopped: false,
      shape: 'steady',
      seed: 'a b',
    });
    expect(report.latencyMs.enrolment.count).toBe(12);
    expect(report.checkIns).toBeGreaterThanOrEqual(20);
    expect(report.requested).toMatchObject({
      devices: 12,
      durationMs: 1000,
      checkInsPerSecond: 20,
      connectionsPerSecond: null,
      processes: 1,
    });
    expect(report.replay).toContain("--seed 'a b' --check-ins 20/s --processes 1");
    expect(code).toBe(0);
    // Quiet without a terminal: what runs, and nothing that steers one.
    expect(stderr).toMatch(/^seed a b: load steady, 12 devices for 1 s, to wss:\/\/127\.0\.0\.1:\d+\/devices\n$/);
    const files = [read('mockfleet-out/load-steady-a_b/load.json'), read('mockfleet-out/load-steady-a_b/load.html'), read('junit.xml')];
    expect(JSON.parse(files[0] ?? '')).toEqual(report);
    expect(files[2]).toContain('<testsuites name="mockfleet load steady" tests="5" failures="0"');
    for (const secret of secrets) for (const text of [stdout, stderr, ...files]) expect(text).not.toContain(secret);
  });

  it('makes every report again from its folder, the page byte for byte', async () => {
    const run = 'mockfleet-out/load-steady-1';
    const lived = await load();
    const report = (...words: string[]) => runMockfleet(['report', run, ...words], { cwd: folder });
    const [text, page] = await Promise.all([report(), report('--format', 'html', '--out', 'again.html')]);
    expect([lived, text, page].map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(text.stdout).toBe(lived.stdout);
    expect(read('again.html')).toBe(read(run, 'load.html'));
  });

  it('ends with 99 when a threshold is missed, of an option, of a file or of the scenario', async () => {
    writeFileSync(join(folder, 'limits.yaml'), 'thresholds: [connected=100%, enrolment.max<1us]\n');
    writeFileSync(
      join(folder, 'monday.yaml'),
      'name: monday\ntitle: A few phones\ndays: 1\ndevices: 5\nfleet: [{ name: phones, platform: ios, enrollment: automated, weight: 1 }]\nthresholds: [check-in.p50 >= 1m]\n',
    );
    const [missed, ofFile, ofScenario] = await Promise.all([
      load('--out', 'a', '--threshold', 'connect.p99<1us', 'errors<0.1%', '--threshold', 'connected = 100%, alive>=0%'),
      load('--out', 'b', '--threshold-file', 'limits.yaml'),
      runMockfleet(['load', '--duration', '1s', '--no-report', '--scenario', './monday.yaml', '--check-ins', '5/s'], { cwd: folder }),
    ]);
    expect([missed, ofFile, ofScenario].map(({ code }) => code)).toEqual([99, 99, 99]);
    expect(missed.stdout).toMatch(
      /Thresholds {2}3 of 4 passed, 1 FAILED\n {2}✗ connect\.p99<1us\n {6}It was \d+us; asked for: under 1us\./,
    );
    expect(missed.stdout).toContain(
      "--threshold 'connect.p99<1us' --threshold 'errors<0.1%' --threshold connected=100% --threshold 'alive>=0%'",
    );
    expect(ofFile.stdout).toContain('✗ enrolment.max<1us');
    expect(ofScenario.stdout).toContain('✗ check-in.p50>=1m');
    expect(ofScenario.stdout).toContain('5 of 5');
  });

  it('ends early when an upper limit is exceeded, where that is asked for', async () => {
    const ended = await early.end();
    expect(ended.code).toBe(99);
    const report = JSON.parse(ended.stdout) as LoadReport;
    expect(report).toMatchObject({ stopped: true, abortedBy: 'enrolment.max<1us', passed: false, connected: 12 });
    expect(ended.stderr).toContain('ending early: enrolment.max<1us is missed. It was');
  });

  it('gives Prometheus its figures while it runs, and keeps them all on Ctrl-C', async () => {
    const program = mockfleet(['load', '--devices', '12', '--duration', '10m', '--metrics', '0', '--out', 'stopped'], { cwd: folder });
    const figure = /^mockfleet_load_devices\{state="connected"\} 12$/m;
    const text = await untilAnswered('12 connected devices in the metrics', async () => {
      const url = /^metrics: (http:\/\/127\.0\.0\.1:\d+\/metrics)$/m.exec(program.stderr)?.[1];
      if (url === undefined) return undefined;
      const response = await fetch(url);
      expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      const body = await response.text();
      return figure.test(body) ? body : undefined;
    });
    expect(text).toMatch(/^mockfleet_load_duration_seconds_count\{of="enrolment"\} 12$/m);
    program.kill('SIGINT');
    const ended = await program.end();
    expect(ended.code).toBe(130);
    expect(ended.stderr).toContain('stopping: the devices go, the figures stay');
    expect(ended.stdout).toContain('STOPPED');
    expect(JSON.parse(read('stopped/load.json'))).toMatchObject({ stopped: true, enrolled: 12, connected: 12, errors: 0, abortedBy: null });
  });

  it('says what is wrong before anything connects, and leaves no files then', async () => {
    const [option, nobody] = await Promise.all([
      load('--rate', 'fast', '--out', 'nothing'),
      runMockfleet(['load', '--server', 'wss://127.0.0.1:1/devices', '--token', 'x', '--duration', '1s', '--devices', '2', '--no-report'], {
        cwd: folder,
      }),
    ]);
    expect(option).toMatchObject({ code: 2, stdout: '' });
    expect(option.stderr).toMatch(/^--rate takes a rate, such as 200\/s.*\n`mockfleet load --help` says more\.\n$/);
    expect(existsSync(join(folder, 'nothing'))).toBe(false);
    expect(nobody.code).toBe(1);
    expect(nobody.stderr + nobody.stdout).toMatch(/127\.0\.0\.1:1/);
  });

  it('has help with every option, every shape and its question', async () => {
    const { code, stdout } = await runMockfleet(['load', '--help']);
    expect(code).toBe(0);
    const shapes = [
      'steady',
      'ramp',
      'enrolment-storm',
      'reconnect-storm',
      'check-in-herd',
      'push-fan-out',
      'blackout-and-recovery',
      'soak',
    ];
    for (const shape of shapes) expect(stdout).toMatch(new RegExp(`^  ${shape} +[A-Z]`, 'm'));
    for (const option of ['server', 'threshold', 'abort-on-fail', 'metrics', 'keep', 'queue']) expect(stdout).toContain(`--${option} `);
  });
});
