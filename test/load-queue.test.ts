/** Load runs whose lanes are lived by worker processes that share a Redis: they begin together, and what happens to one is told. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redisServerPath } from '../scripts/redis.ts';
import { runLoad } from '../simulator/load/load.ts';
import type { LoadOptions, LoadProgress, LoadWatch } from '../simulator/load/load-options.ts';
import type { LoadResult } from '../simulator/load/load-result.ts';
import { openLaneQueue } from '../simulator/queue/lane-queue.ts';
import { RunStopped } from '../simulator/run-progress.ts';
import { findScenario } from '../simulator/scenarios/catalogue.ts';
import { type Line, mockfleet, type Program } from './support/program.ts';
import { RedisServer } from './support/redis-server.ts';
import { sharedScratch } from './support/scratch.ts';
import { type StubProgram, startStub } from './support/stub-program.ts';
import { until, untilAnswered } from './support/until.ts';

const devices = 8;

describe.skipIf(redisServerPath() === undefined)('a load run through a queue', () => {
  const folder = sharedScratch();
  let redis: RedisServer;
  let stub: StubProgram;
  let said: string[] = [];
  let troubles: string[] = [];

  beforeAll(async () => {
    redis = await RedisServer.start({ folder });
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    await redis.ask((client) => client.flushall());
    [said, troubles] = [[], []];
    stub = await startStub();
  });

  function worker(): Program {
    return mockfleet(['worker', '--queue', redis.url, '--workers', '1', '--json']);
  }

  const kinds = (program: Program, kind: string): Line[] => program.lines.filter((line) => line.kind === kind);

  async function load(options: Partial<LoadOptions>, watch: LoadWatch, lanes?: number): Promise<LoadResult> {
    const { scenario } = findScenario('fleet-lifecycle');
    const { ready, url, token, caFile } = stub;
    const ca = readFileSync(caFile, 'utf8');
    const signal = watch.signal === undefined ? {} : { signal: watch.signal };
    const queue = await openLaneQueue({ url: redis.url, lanes, say: (line) => said.push(line), ...signal });
    try {
      const all: LoadOptions = {
        scenario: { ...scenario, timeline: [], faults: [] },
        devices,
        target: { urls: [String(ready.devices)], ca, enrollmentToken: String(ready.enrollmentToken) },
        graph: { url, token, ca },
        shape: 'steady',
        durationMs: 2_000,
        processes: queue.count,
        lane: (number) => queue.lane(number),
        ...options,
      };
      return await runLoad(all, { onTrouble: (sentence) => troubles.push(sentence), ...watch });
    } finally {
      await queue.close();
    }
  }

  it('adds up what its workers count, times what its administrator asked for, and leaves nothing', async () => {
    const workers = [worker(), worker()];
    await Promise.all(workers.map((one) => one.line({ kind: 'ready' })));
    const result = await load({ shape: 'push-fan-out' }, {});
    expect(troubles).toEqual([]);
    expect(result).toMatchObject({ asked: devices, enrolled: devices, connected: devices, errors: 0, passed: true });
    expect(result.generator.processes).toBe(2);
    expect(result.commands.accepted).toBeGreaterThan(0);
    expect(result.commands).toMatchObject({ executed: result.commands.accepted, lost: 0, doubled: 0 });
    expect(result.latencyMs.acknowledged.count).toBe(result.commands.accepted);
    for (const one of workers) {
      await one.line({ kind: 'lane-done' });
      expect(kinds(one, 'lane-taken')).toMatchObject([{ devices: devices / 2 }]);
    }
    expect((await stub.devices()).length).toBe(devices);
    await untilAnswered('nothing of the run is left', async () => {
      const keys = await redis.ask((client) => client.keys('mockfleet:run:*'));
      return keys.every((key) => key.endsWith(':wish'));
    });
  });

  it('begins with none before all are there; of a worker that is killed before, another has the lane; of one killed later it says so, and lives on', async () => {
    const victim = worker();
    const stop = new AbortController();
    let now: LoadProgress | undefined;
    const onProgress = (progress: LoadProgress) => {
      now = progress;
    };
    const run = load({ durationMs: 600_000 }, { signal: stop.signal, onProgress }, 2);
    await victim.line({ kind: 'lane-taken' });
    await until('one of two is ready', () => said.some((line) => line.startsWith('1 of 2 lanes are ready')));
    expect(await stub.devices()).toEqual([]);
    await victim.killed();
    await until('the lane is given away again', () => said.some((line) => /any more of worker .*: another one may take it/.test(line)));
    const [one, two] = [worker(), worker()];
    await until(
      'all are connected',
      () => now?.figures.connected === devices,
      () => JSON.stringify({ said, troubles, figures: now?.figures, one: one.stdout, two: two.stdout }),
    );

    const before = now?.figures.checkIns ?? 0;
    await one.killed();
    await until('it is told', () =>
      troubles.some((sentence) => /Nothing is heard any more of worker .*its devices are gone/.test(sentence)),
    );
    await until('the others go on', () => (now?.figures.checkIns ?? 0) > before);
    stop.abort();
    expect(await run).toMatchObject({ stopped: true, passed: false, errorsByReason: { 'process-died': 1 } });
    await two.line({ kind: 'lane-stopped' });
  });

  it('is stopped while it waits for workers', async () => {
    const stop = new AbortController();
    const run = load({}, { signal: stop.signal });
    await until('it says so', () => said.some((line) => line.startsWith('waiting for workers of version')));
    stop.abort();
    await expect(run).rejects.toThrow(RunStopped);
  });
});
