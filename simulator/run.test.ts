import { describe, expect, it } from 'vitest';
import { type RunProgress, RunStopped, runScenario } from './run.ts';
import { findScenario } from './scenarios/catalogue.ts';

const lifecycle = findScenario('fleet-lifecycle');

describe('runScenario', () => {
  it('gives a result whose figures agree with the devices and commands it hands out', async () => {
    const run = await runScenario(lifecycle, { devices: 400, days: 200, replay: 'again' });
    const devices = [...run.devices()];
    const commands = [...run.commands()];
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
    const seen: RunProgress[] = [];
    const run = await runScenario(lifecycle, { devices: 2000, days: 300, onProgress: (progress) => seen.push(progress) });
    run.close();
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toMatchObject({ share: 1, daysLived: 300, checkInsLived: run.result.checkInsLived });
    for (const [index, progress] of seen.entries()) expect(progress.at).toBeGreaterThanOrEqual(seen[index - 1]?.at ?? run.from);
  });

  it('stops between two slices when it is told to', async () => {
    const controller = new AbortController();
    const running = runScenario(lifecycle, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(running).rejects.toThrow(RunStopped);
    await expect(running).rejects.toMatchObject({ code: 'run-stopped', progress: { share: expect.any(Number) } });
  });

  it('leaves the scenario that it was given as it was', async () => {
    const before = structuredClone(lifecycle.scenario);
    const run = await runScenario(lifecycle, { devices: 10, days: 10, seed: 'other', store: 'sqlite' });
    run.close();
    expect(run.result).toMatchObject({ devices: 10, days: 10, seed: 'other', report: null, file: null });
    expect(lifecycle.scenario).toEqual(before);
  });
});
