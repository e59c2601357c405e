import { describe, expect, it } from 'vitest';
import { type FleetProgress, RunStopped, runScenario } from './run.ts';
import { findScenario } from './scenarios/catalogue.ts';

const lifecycle = findScenario('fleet-lifecycle');

describe('runScenario', () => {
  it('gives a result whose figures agree with the devices and commands it hands out', async () => {
    const run = await runScenario(lifecycle, { devices: 400, days: 200, replay: 'again' });
    const devices = [...(run.rows?.devices() ?? [])];
    const commands = [...(run.rows?.commands() ?? [])];
    expect(devices).toHaveLength(400);
    expect(devices.reduce((sum, device) => sum + device.checkIns, 0)).toBe(run.result.checkInsLived);
    expect(devices.filter((device) => device.record?.managementState === 'managed')).toHaveLength(run.result.states.managed ?? 0);
    const { wipe = {} } = run.result.actions;
    const wipes = commands.filter((command) => command.action === 'wipe');
    expect(wipes.length).toBeGreaterThan(0);
    expect(wipes.filter((command) => command.status === 'acknowledged')).toHaveLength(wipe.acknowledged ?? 0);
    expect(run.series.states.map((state) => state.counts.length)).toEqual(run.series.states.map(() => 200));
    expect(run).toMatchObject({ replay: 'again', scenarioText: lifecycle.text, from: lifecycle.scenario.startAt });
    run.close();
  });

  it('tells how far it is, forwards only, up to the end', async () => {
    const seen: FleetProgress[] = [];
    const run = await runScenario(lifecycle, { devices: 500, days: 300, onProgress: (progress) => seen.push(progress) });
    run.close();
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toMatchObject({ share: 1, daysLived: 300, checkInsLived: run.result.checkInsLived });
    for (const [index, progress] of seen.entries()) expect(progress.at).toBeGreaterThanOrEqual(seen[index - 1]?.at ?? run.from);
  });

  it.each([{}, { shards: 3, workers: 2 }])('stopped by its signal it comes to what was lived up to there: %j', async (plan) => {
    const controller = new AbortController();
    const stop = ({ share }: FleetProgress) => share > 0.2 && controller.abort();
    const run = await runScenario(lifecycle, { ...plan, devices: 900, signal: controller.signal, onProgress: stop });
    run.close();
    const { result } = run;
    expect(result).toMatchObject({ stopped: true, digest: null, devices: 900, days: 600, passed: true });
    expect(result.livedUntil > new Date(run.from).toISOString() && result.livedUntil < new Date(run.until).toISOString()).toBe(true);
    expect(Object.values(result.states).reduce((sum, count) => sum + count)).toBe(result.devicesLived);
    expect(result.checkers.filter(({ passed }) => !passed)).toEqual([]);
    for (const { judged, detail } of result.expectations) {
      expect({ judged, detail }).toEqual({ judged: false, detail: expect.stringContaining('not judged: the run was stopped: ') });
    }
  });

  it('stopped before anything was lived it comes to nothing', async () => {
    const running = runScenario(lifecycle, { devices: 10, signal: AbortSignal.abort() });
    await expect(running).rejects.toThrow(RunStopped);
    await expect(running).rejects.toMatchObject({ code: 'run-stopped', progress: { share: 0, shards: 1, shardsLived: 0 } });
  });

  it('leaves the scenario that it was given as it was', async () => {
    const before = structuredClone(lifecycle.scenario);
    const run = await runScenario(lifecycle, { devices: 10, days: 10, seed: 'other', store: 'sqlite' });
    run.close();
    expect(run.result).toMatchObject({ devices: 10, days: 10, seed: 'other', report: null, file: null });
    expect(lifecycle.scenario).toEqual(before);
  });
});
