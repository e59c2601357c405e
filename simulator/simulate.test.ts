import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { Pause, RunStopped, ScenarioError, SimulateError, simulate } from './simulate.ts';

const folder = mkdtempSync(join(tmpdir(), 'mockfleet-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const yaml = `
name: own
title: A few phones
days: 20
devices: 30
fleet:
  - { name: phones, weight: 1, platform: ios, enrollment: automated, enrolledWithin: 1d }
timeline:
  - { at: 5d, do: remoteLock }
expectations:
  - { name: all phones stay, figure: states.managed, equals: 30 }
`;
describe('simulate', () => {
  it('makes a test of a story of the catalogue', async () => {
    const run = await simulate('wipe-pending-for-ever');
    expect(run.passed, run.explain()).toBe(true);
    expect(run.result.timeline.length).toBeGreaterThan(3);
    run.close();
  });

  it('takes YAML text, the same as an object, and the same in a file: the same lives', async () => {
    const path = join(folder, 'own.yaml');
    writeFileSync(path, yaml);
    const object = {
      ...{ name: 'own', title: 'A few phones', days: 20, devices: 30 },
      fleet: [{ name: 'phones', weight: 1, platform: 'ios', enrollment: 'automated', enrolledWithin: '1d' }],
      timeline: [{ at: '5d', do: 'remoteLock' }],
      expectations: [{ name: 'all phones stay', figure: 'states.managed', equals: 30 }],
    };
    const runs = [await simulate(yaml), await simulate(object), await simulate(path)];
    for (const run of runs) {
      expect(run).toMatchObject({ passed: true, failures: [], digest: runs[0]?.digest });
      run.close();
    }
  });

  it('hands out devices and actions, of one shard as of several on threads', async () => {
    const whole = await simulate(yaml, { devices: 60 });
    const parted = await simulate(yaml, { devices: 60, shards: 3, workers: 2 });
    expect([...parted.devices()]).toEqual([...whole.devices()]);
    expect([...parted.actions()]).toEqual([...whole.actions()]);
    expect([...whole.devices()].map(({ index }) => index)).toEqual(Array.from({ length: 60 }, (_, index) => index));
    expect([...whole.devices()][7]).toMatchObject({
      group: 'phones',
      platform: 'ios',
      state: 'managed',
      phase: 'enrolled',
      removedAt: null,
    });
    expect([...whole.actions()]).toHaveLength(60);
    expect([...whole.actions()][0]).toMatchObject({ index: 0, action: 'remoteLock', status: 'acknowledged', deliveries: 1 });
    expect(parted.digest).toBe(whole.digest);
    expect(parted.states).toEqual(whole.states);
    for (const run of [whole, parted]) run.close();
  });

  it('explains what failed', async () => {
    const run = await simulate(yaml.replace('equals: 30', 'equals: 31'));
    expect(run.passed).toBe(false);
    expect(run.failures.map(({ name }) => name)).toEqual(['all phones stay']);
    expect(run.explain()).toMatch(
      /^own: 1 of \d+ .* failed \(seed 1, 30 devices, 20 days\)\.\n {2}✗ all phones stay: states\.managed is 30, expected exactly 31$/,
    );
    run.close();
  });

  it('writes the files of a run', async () => {
    const out = join(folder, 'report');
    const run = await simulate(yaml);
    run.writeReport(out);
    expect(readdirSync(out).sort()).toEqual(['report.html', 'result.json', 'run.sqlite']);
    expect(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'))).toMatchObject({ digest: run.digest, file: join(out, 'run.sqlite') });
    const database = new Database(join(out, 'run.sqlite'), { readonly: true });
    expect(database.prepare('SELECT count(*) FROM devices').pluck().get()).toBe(30);
    database.close();
    run.close();
  });

  it('leaves nothing behind when it is closed, or fails', async () => {
    const own = join(folder, 'tmp');
    mkdirSync(own);
    vi.stubEnv('TMPDIR', own);
    const run = await simulate(yaml, { devices: 2, days: 2 });
    await expect(simulate(yaml, { signal: AbortSignal.abort() })).rejects.toThrow(RunStopped);
    expect(readdirSync(own)).toHaveLength(1);
    run.close();
    run.close();
    expect(readdirSync(own)).toEqual([]);
    vi.unstubAllEnvs();
    for (const look of [() => [...run.devices()], () => run.actions(), () => run.writeReport(folder)]) {
      expect(look).toThrow(expect.objectContaining({ code: 'simulation-closed' }));
    }
  });

  it('stops by its signal, pauses and goes on', async () => {
    const controller = new AbortController();
    const stopped = simulate('fleet-lifecycle', { devices: 300, signal: controller.signal, onProgress: () => controller.abort() });
    await expect(stopped).rejects.toThrow(RunStopped);
    await expect(stopped).rejects.toMatchObject({ code: 'run-stopped', progress: { shards: 1, shardsLived: 0 } });

    for (const shape of [{}, { shards: 2, workers: 2 }]) {
      const pause = new Pause();
      pause.hold();
      let isOver = false;
      const running = simulate(yaml, { ...shape, pause }).finally(() => {
        isOver = true;
      });
      // Whatever else is due in this thread comes first.
      for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
      expect(isOver).toBe(false);
      pause.release();
      const run = await running;
      expect(run.passed).toBe(true);
      run.close();
    }
  });

  it.each([
    [{ devices: 0 }, 'simulate: devices: a whole number from 1 to 2000000 is expected, not 0.'],
    [{ device: 3 }, 'simulate: there is no option "device"; did you mean devices?'],
    [{ seed: 7 }, 'simulate: seed: text of 1 to 64 characters is expected, not 7.'],
    [{ store: 'redis' }, 'simulate: store: memory or sqlite is expected, not "redis".'],
    [{ signal: 'stop' }, 'simulate: signal: an AbortSignal is expected, not "stop".'],
    [null, 'simulate: options are an object such as { devices: 100 }, not nothing.'],
  ])('refuses the options %j', async (options, message) => {
    await expect(simulate(yaml, options as object)).rejects.toThrow(SimulateError);
    await expect(simulate(yaml, options as object)).rejects.toThrow(message);
  });

  it('says what is wrong with a scenario, and where', async () => {
    await expect(simulate(yaml.replace('ios', 'symbian'))).rejects.toThrow(ScenarioError);
    await expect(simulate(yaml.replace('ios', 'symbian'))).rejects.toThrow(/^scenario:7:42 fleet\[0\]\.platform: "symbian"/);
    await expect(simulate('fleet-lifecicle')).rejects.toThrow('did you mean fleet-lifecycle?');
    await expect(simulate(undefined as unknown as string)).rejects.toThrow(
      'a scenario is a name, a path, YAML text or an object, not nothing',
    );
    const circle: Record<string, unknown> = {};
    circle.itself = circle;
    await expect(simulate(circle)).rejects.toThrow(/cannot be written as JSON/);
  });
});
