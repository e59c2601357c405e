/** `mockfleet conformance` as its users know it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conformanceCases } from '../simulator/conformance/conformance-cases.ts';
import type { ConformanceResult } from '../simulator/conformance/conformance-result.ts';
import { type Ended, Program, runMockfleet } from './support/program.ts';
import { scratch, sharedScratch } from './support/scratch.ts';
import { StubProgram } from './support/stub-program.ts';

const names = conformanceCases.map(({ name }) => name);
const withCommands = conformanceCases.filter(({ administrator }) => administrator).map(({ name }) => name);

describe('mockfleet conformance', () => {
  const state = join(sharedScratch(), 'stub');
  const program = new Program(['serve', '--port', '0', '--state', state, '--json']);
  let stub: StubProgram;
  beforeAll(async () => {
    stub = new StubProgram(program, await program.line({ ready: true }));
  });
  afterAll(() => program.killed());

  it('finds the stub that runs here, tries everything, and says so for people and for a CI', async () => {
    const report = join(scratch(), 'report.xml');
    const { code, stdout, stderr } = await runMockfleet(['conformance', '--state', stub.state, '--junit', report]);
    expect(code, stdout + stderr).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, -2).map((line) => line.split(/\s+/).slice(0, 2))).toEqual(names.map((name) => ['ok', name]));
    const url = stub.url.replace('https:', 'wss:');
    expect(lines.at(-1)).toBe(`${url}/devices: keeps the protocol, as far as it was tried (${names.length} passed, 0 failed, 0 not run).`);
    const xml = readFileSync(report, 'utf8');
    expect(xml).toContain(`<testsuite name="mockfleet.conformance" tests="${names.length}" failures="0" errors="0" skipped="0"`);
    for (const name of names) expect(xml).toContain(`name="${name}"`);
    expect(await stub.devices()).toEqual([]);
  });

  it('takes a server by its address; without an administrator, cases with commands are not run and not called passed', async () => {
    const elsewhere = join(scratch(), 'nothing-here');
    const { enrollmentToken, devices } = stub.ready as Record<string, string>;
    const at = ['--server', devices as string, '--token', enrollmentToken as string, '--ca', stub.caFile, '--state', elsewhere];
    const some = ['--case', 'enrols', '--case', 'command-once', '--case', 'token-wrong'];
    const alone = await runMockfleet(['conformance', ...at, ...some, '--json']);
    expect(alone.code, alone.stderr).toBe(0);
    const found = JSON.parse(alone.stdout) as ConformanceResult;
    expect(found).toMatchObject({
      schema: 'mockfleet/conformance-result/1',
      server: devices,
      passed: 2,
      failed: 0,
      notRun: 1,
      conforms: true,
    });
    expect(found.cases.at(-1)).toMatchObject({ name: 'command-once', status: 'not-run', why: expect.stringContaining('--graph') });

    const graph = ['--graph', stub.url, '--graph-token', stub.token];
    const both = await runMockfleet(['conformance', ...at, ...some, ...graph]);
    expect(both.code, both.stderr).toBe(0);
    expect(both.stdout).toMatch(/3 passed, 0 failed, 0 not run/);
    expect(withCommands.length).toBeGreaterThan(5);

    const report = join(scratch(), 'report.xml');
    const wrong = await runMockfleet(['conformance', ...at.with(3, 'guessed-token'), '--case', 'enrols', '--junit', report]);
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toMatch(/^FAIL {2}enrols /);
    expect(wrong.stdout).toMatch(
      /expected {2}the frame enrolled\n +came {6}a refusal, enrollment-token-invalid: .*\n +rule {6}protocol\/README.md, Flows: Enrol\n/,
    );
    expect(wrong.stdout).toMatch(/1 → {"type":"clock",.*\n.*1 ← {"type":"enroll",.*"token":"TOKEN".*\n.*1 → {"type":"refused"/);
    expect(wrong.stdout).toMatch(/does not keep the protocol \(0 passed, 1 failed, 0 not run\)\.\nFailed: enrols\.\n$/);
    expect(wrong.stdout + readFileSync(report, 'utf8')).not.toContain('guessed-token');
    expect(readFileSync(report, 'utf8')).toContain('<failure type="protocol" message="Expected: the frame enrolled.');
  });

  it('says what is wrong with a server that is not there', async () => {
    const { code, stdout } = await runMockfleet(['conformance', '--server', 'wss://127.0.0.1:1', '--token', 'x', '--state', scratch()]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^FAIL {2}connects .*\n +expected {2}an open WebSocket over TLS\n +came {6}127\.0\.0\.1:1 takes no connections: nothing listens there\n/,
    );
    expect(stdout).toMatch(/0 passed, 1 failed, \d+ not run/);
    expect(stdout.match(/^-- .*\(not run: needs the case connects to pass\)$/gm)?.length).toBeGreaterThan(5);
  });
});

describe('wrong use', () => {
  let folder: string;
  beforeAll(() => {
    folder = join(place, 'empty');
    writeFileSync(join(place, 'ca.pem'), 'no certificate');
  });
  const place = sharedScratch();

  it.each<[string, string[], RegExp]>([
    ['a case that is none', ['--case', 'enrolls'], /no case is called enrolls\. Did you mean enrols\? --list shows them all/],
    ['another kind of address', ['--server', 'http://localhost', '--token', 'x'], /--server takes an address that begins with wss:\/\//],
    ['no token', ['--server', 'wss://mdm.example'], /A token to enrol with is needed: --token/],
    [
      'a token without an address of Graph that is one',
      ['--server', 'wss://mdm.example', '--token', 'x', '--graph', 'mdm.example'],
      /--graph takes/,
    ],
    [
      'a file that is no certificate',
      ['--server', 'wss://mdm.example', '--token', 'x', '--ca', join(place, 'ca.pem')],
      /--ca .*no certificate in PEM/,
    ],
  ])('%s: exit code 2, and what to do', async (_what, words, sentence) => {
    const { code, stderr, stdout }: Ended = await new Program(['conformance', '--state', folder, ...words]).ended;
    expect(stderr).toMatch(sentence);
    expect(code, stdout).toBe(2);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('--list shows the cases without a server', async () => {
    const { code, stdout } = await new Program(['conformance', '--list', '--json']).ended;
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toEqual(names);
    const text = await new Program(['conformance', '--list']).ended;
    for (const { name, section } of conformanceCases) {
      expect(text.stdout).toContain(`  ${name} `);
      expect(text.stdout).toContain(`${section}\n`);
    }
  });
});
