/** `mockfleet scenarios`, `run` of a story and `serve --scenario`: from a question to its answer, and on by hand. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOpening, scenarioFolder } from '../cli/serve-scenario.ts';
import { listScenarios } from '../simulator/scenarios/catalogue.ts';
import { type Ended, mockfleet, runMockfleet } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import { StubProgram } from './support/stub-program.ts';
import { until } from './support/until.ts';

describe('mockfleet scenarios', () => {
  it('lists stories with their questions before fleets', async () => {
    const { stdout } = await runMockfleet(['scenarios']);
    expect(stdout).toMatch(/^Stories: /);
    expect(stdout.indexOf('\nwipe-pending-for-ever')).toBeLessThan(stdout.indexOf('\nFleets: '));
    expect(stdout.indexOf('\nfleet-lifecycle')).toBeGreaterThan(stdout.indexOf('\nFleets: '));
  });

  it('is an array for programs', async () => {
    const { stdout } = await runMockfleet(['scenarios', '--json']);
    const entries = JSON.parse(stdout) as Record<string, unknown>[];
    expect(entries.map(({ name }) => name)).toEqual(listScenarios().map(({ name }) => name));
    expect(entries.find(({ name }) => name === 'wipe-pending-for-ever')).toMatchObject({
      isStory: true,
      question: expect.stringMatching(/\?$/),
      requirements: expect.arrayContaining(['TD-12']),
      platforms: ['ios'],
      answer: { whatToDo: expect.any(String) },
    });
  });

  it('shows one: question, answer, what happens, how to play it', async () => {
    const { stdout, code } = await runMockfleet(['scenarios', 'show', 'wipe-pending-for-ever']);
    expect(code).toBe(0);
    const headings = [
      'Question',
      'What the administrator sees',
      'What the device shows',
      'Why',
      'What to do',
      'Devices',
      'What happens',
      'Play it',
    ];
    const places = headings.map((heading) => stdout.indexOf(`\n${heading}\n`));
    expect(places.every((place) => place > 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(stdout).toMatch(/\n {2}1d +erin@contoso\.example asks for Wipe/);
    expect(stdout).toContain('mockfleet serve --scenario wipe-pending-for-ever --at 1.1d ');
  });

  it('writes a file to start from, which passes, and overwrites nothing', async () => {
    const cwd = scratch();
    const written = await runMockfleet(['scenarios', 'new', 'My Ticket.yaml'], { cwd });
    expect(written).toMatchObject({ code: 0, stdout: "My Ticket.yaml is written. Change it, then: mockfleet run './My Ticket.yaml'\n" });
    const run = await runMockfleet(['run', './My Ticket.yaml', '--json', '--no-report'], { cwd });
    expect(run.code, run.stderr).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ scenario: 'my-ticket', passed: true });
    writeFileSync(join(cwd, 'My Ticket.yaml'), 'mine');
    const [again, nowhere, wrong] = await Promise.all([
      runMockfleet(['scenarios', 'new', 'My Ticket.yaml'], { cwd }),
      runMockfleet(['scenarios', 'new', 'nowhere/ticket.yaml'], { cwd }),
      runMockfleet(['scenarios', 'new', 'ticket.txt'], { cwd }),
    ]);
    expect(again).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/\[file-exists\]/) });
    expect(readFileSync(join(cwd, 'My Ticket.yaml'), 'utf8')).toBe('mine');
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringMatching(/\[file-unwritable\]/) });
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/ends in \.yaml/) });
  });
});

describe('mockfleet run --live', () => {
  it('TD-12 plays a story with real agents: the same outcome, no digest', async () => {
    const words = ['run', 'wipe-pending-for-ever', '--json', '--no-report'];
    const [virtual, live] = await Promise.all([runMockfleet(words), runMockfleet([...words, '--live'])]);
    const results = [virtual, live].map(({ stdout }) => JSON.parse(stdout) as Record<string, unknown>);
    expect(results[1]).toMatchObject({ live: true, digest: null, passed: true });
    for (const key of ['states', 'actions', 'certificates', 'expectations']) expect(results[1]?.[key], key).toEqual(results[0]?.[key]);
  });

  it.each([['--every-check-in'], ['--codec']])('does not take %s', async (option) => {
    const { code, stderr } = await runMockfleet(['run', 'wipe-pending-for-ever', '--live', option]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(`${option} is for virtual time`) });
  });

  it('says how many devices are too many', async () => {
    const { code, stderr } = await runMockfleet(['run', 'fleet-lifecycle', '--live', '--no-report']);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/--devices.*\[live-too-many\]/s) });
  });
});

describe('mockfleet serve --scenario', () => {
  it('TD-12 opens a stub at a moment of a story, from where somebody goes on by hand', async () => {
    const cwd = scratch();
    const program = mockfleet(['serve', '--port', '0', '--json', '--scenario', 'wipe-pending-for-ever', '--at', '2d'], { cwd });
    const ready = await program.line({ ready: true });
    expect(ready).toMatchObject({
      scenario: 'wipe-pending-for-ever',
      at: '2026-03-04T08:00:00Z',
      portal: `${ready.url}/portal`,
      console: `${ready.url}/`,
      state: join(cwd, 'mockfleet-state/wipe-pending-for-ever'),
    });
    const stub = new StubProgram(program, ready);
    const devices = (...words: string[]): Promise<Ended> => runMockfleet(['devices', ...words, ...stub.named]);
    expect(await stub.devices()).toMatchObject([{ deviceName: 'silent', managementState: 'wipePending' }]);
    expect((await stub.call('GET', '/mockfleet/clock')).body).toMatchObject({ now: '2026-03-04T08:00:00Z', mode: 'frozen' });
    expect((await devices('press', 'silent', 'enroll')).code).toBe(0);
    await until('its new record', () => stub.records().length === 2);
    await stub.clock({ advance: '1h' });
    expect((await stub.devices()).map(({ managementState }) => managementState).sort()).toEqual(['managed', 'wipePending']);
  });

  it.each([
    ['an unknown scenario', ['--scenario', 'wipe-pending-forever'], 2, /did you mean wipe-pending-for-ever\?/],
    ['a moment after its end', ['--scenario', 'wipe-pending-for-ever', '--at', '31d'], 1, /lasts 31d, .*\[live-after-end\]/],
    [
      'one written as timelines print it',
      ['--scenario', 'wipe-pending-for-ever', '--at', '30d 23h 60m'],
      1,
      /lasts 31d, .*\[live-after-end\]/,
    ],
    ['a moment before its start', ['--scenario', 'wipe-pending-for-ever', '--at', '2020-01-01'], 1, /\[live-before-start\]/],
    ['what is no moment', ['--scenario', 'wipe-pending-for-ever', '--at', 'noon'], 2, /noon is neither/],
    ['too many devices', ['--scenario', 'fleet-lifecycle'], 1, /--devices 20.*\[live-too-many\]/],
    ['a moment of nothing', ['--at', '1d'], 2, /name it with --scenario/],
    ['a push loss of its own', ['--scenario', 'wipe-pending-for-ever', '--push-loss', '0.5'], 2, /leave it out with --scenario/],
  ])('refuses %s, and makes no folder', async (_, words, code, message) => {
    const cwd = scratch();
    const ended = await runMockfleet(['serve', '--port', '0', '--json', ...words], { cwd });
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) });
    expect(existsSync(join(cwd, 'mockfleet-state'))).toBe(false);
  });

  it('stops at the first look of a scenario where no moment is named', () => {
    const { scenario, at } = readOpening({ scenario: 'wipe-pending-for-ever', at: undefined, devices: 0 });
    expect(at - scenario.startAt).toBe(95_040_000);
  });

  it('takes fewer devices of a large fleet', () => {
    expect(readOpening({ scenario: 'fleet-lifecycle', at: '2d', devices: 20 }).scenario.devices).toBe(20);
  });

  it('takes an empty folder, and never one with another history', () => {
    const folder = scratch();
    expect(scenarioFolder(folder, 'x')).toBe(folder);
    expect(scenarioFolder(join(folder, 'new'), 'x')).toBe(join(folder, 'new'));
    writeFileSync(join(folder, 'stub.db'), '');
    expect(() => scenarioFolder(folder, 'x')).toThrow(/another stub's state already.*empty folder/);
  });
});
