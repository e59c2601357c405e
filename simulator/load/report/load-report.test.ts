import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exampleLoad, exampleLoadResult, exampleThreshold, loadMarkup } from './example-load.fixture.ts';
import { loadJunit } from './load-junit.ts';
import { judgeLoad, type LoadJudging, type LoadReport } from './load-report.ts';
import { loadReportProblems, loadResultJsonSchema } from './load-schema.ts';
import { loadSummary } from './load-summary.ts';

const thresholds = ['check-in.p99<25ms', 'errors<0.1%', 'connected=100%', 'bytes-per-device<100KiB'];
const failing = exampleLoad({ failing: true, limited: true, thresholds });

function judged(change: Partial<LoadReport>, asked: readonly string[] = []): LoadReport {
  const { requested, replay } = exampleLoad();
  const judging: LoadJudging = { requested, replay, thresholds: asked.map(exampleThreshold), abortedBy: null, report: null };
  return judgeLoad({ ...exampleLoadResult(), ...change }, judging);
}

const failedOf = ({ checks }: LoadReport) => checks.filter(({ passed }) => !passed).map(({ name }) => name);

describe('how a load run is judged', () => {
  it('passes without errors, with every device connected and every action done once', () => {
    expect(exampleLoad()).toMatchObject({ passed: true });
    expect(failedOf(exampleLoad())).toEqual([]);
  });

  it('fails with an error, a device that is away, an action that is lost or doubled', () => {
    const { commands } = exampleLoadResult();
    expect(failedOf(judged({ errors: 1, errorsByReason: { timeout: 1 } }))).toEqual(['no errors']);
    expect(failedOf(judged({ connected: 1999 }))).toEqual(['all devices connected']);
    expect(failedOf(judged({ commands: { ...commands, lost: 1 } }))).toEqual(['no action lost or doubled']);
    expect(failedOf(judged({ commands: { ...commands, doubled: 1 } }))).toEqual(['no action lost or doubled']);
    expect(judged({ connected: 1999 }).passed).toBe(false);
    expect(failedOf(judged({ errors: 1, errorsByReason: { 'process-died': 1 } }, ['errors<1%']))).toEqual([
      'no process of the load side died',
    ]);
  });

  it('lets devices be gone that an action took away, and no others', () => {
    expect(failedOf(judged({ enrolled: 1500, connected: 1500 }))).toEqual([]);
    expect(failedOf(judged({ enrolled: 1499, connected: 1499 }))).toEqual(['all devices connected']);
    expect(failedOf(judged({ enrolled: 1500, connected: 1499 }))).toEqual(['all devices connected']);
  });

  it('asks a threshold on errors, or on connected devices, in place of the check', () => {
    // To the engine any error is a failure.
    const few = judged({ errors: 3, errorsByReason: { timeout: 3 }, connected: 1999, passed: false }, ['errors<1%', 'connected>=99%']);
    expect(few.passed).toBe(true);
    expect(judged({ errors: 3, errorsByReason: { timeout: 3 } }, ['check-in.p99<9s']).passed).toBe(false);
  });

  it('says nothing of devices that were still to come when it was stopped', () => {
    expect(judged({ stopped: true, connected: 12, enrolled: 12 })).toMatchObject({ passed: true });
    expect(judged({ stopped: true, connected: 12 }).checks).toContainEqual(
      expect.objectContaining({ name: 'all devices connected', judged: false }),
    );
  });

  it('does not fail for a load side that is the limit, but says so in each report', () => {
    const limited = exampleLoad({ limited: true });
    expect(limited.passed).toBe(true);
    expect(loadSummary(limited, { color: false })).toContain('WARNING: The load side used 97 % of a core');
    expect(loadJunit(limited)).toContain('<skipped message="The load side used 97 % of a core');
  });
});

describe('the schema of a load run', () => {
  it('is the one in the file', () => {
    // Other than this: npx tsx scripts/write-scenario-schema.ts
    const file = new URL('../load-result.schema.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(loadResultJsonSchema());
  });

  it('holds, and finds what is missing and what nobody has written down', () => {
    expect(loadReportProblems(JSON.parse(JSON.stringify(failing)))).toEqual([]);
    const { replay: _, ...rest } = failing;
    expect(loadReportProblems(rest)).toHaveLength(1);
    expect(loadReportProblems({ ...failing, target: { enrollmentToken: 'secret' } })).toHaveLength(1);
  });
});

describe('the summary of a load run', () => {
  const lines = loadSummary(failing, { color: false, width: 100 }).split('\n');

  it('has every figure of the result on lines that fit', () => {
    const text = lines.join('\n');
    for (const part of ['load steady', 'FAILED', '1,998 of 2,000', '40 failed', '3 missed', '76.2 KiB a device', '12'])
      expect(text).toContain(part);
    expect(text).toMatch(/check-in +27,288 +12\.0 ms +45\.3 ms +48\.4 ms +48\.7 ms +48\.7 ms/);
    expect(text).toMatch(/connection-refused +31/);
    expect(text).toMatch(/✗ check-in\.p99<25ms\n +It was 48\.384ms; asked for: under 25ms\./);
    const replay = lines.findIndex((line) => line.startsWith('replay'));
    for (const line of lines.slice(0, replay)) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('lets nothing of what a server says steer the terminal', () => {
    const evil = judged({ errors: 1, errorsByReason: { '\u001b[2Jgone': 1 }, server: 'wss://x\u001b]0;t\u0007/' });
    expect(loadSummary(evil, { color: false })).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(loadSummary(failing, { color: true })).toContain('\u001b[31m');
  });
});

describe('a load run as JUnit', () => {
  it('has a test case for each check and each threshold', () => {
    const xml = loadJunit(failing);
    expect(xml).toContain('<testsuites name="mockfleet load steady" tests="7" failures="3" errors="0" skipped="1"');
    for (const name of ['check-in.p99&lt;25ms', 'errors&lt;0.1%', 'connected=100%']) {
      expect(xml).toContain(`classname="mockfleet.load.steady.thresholds" name="${name}" time="0.000"><failure type="missed"`);
    }
    expect(xml).toContain('name="bytes-per-device&lt;100KiB" time="0.000"/>');
    expect(loadJunit(exampleLoad({ failing: true }))).not.toContain(loadMarkup);
  });
});
