/** Every preset, lived by worker processes that share a Redis: to the last check-in the run that one process lives alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisServerPath } from '../scripts/redis.ts';
import { queueRunner } from '../simulator/queue/queue-runner.ts';
import { type RunOptions, runScenario } from '../simulator/run.ts';
import { findScenario } from '../simulator/scenarios/catalogue.ts';
import { presetNames } from '../simulator/scenarios/presets.ts';
import { Program } from './support/program.ts';
import { RedisServer } from './support/redis-server.ts';
import { sharedScratch } from './support/scratch.ts';

const shards = 3;
const seeds = ['1', 'another'];

/** Lives one, and says what it came to: not how, nor how long it took. */
async function lived(preset: string, options: RunOptions): Promise<object> {
  const run = await runScenario(findScenario(preset), { devices: 24, days: 60, ...options });
  run.close();
  const { digest, states, actions, certificates, checkInsLived, timeToDone, checkers } = run.result;
  return { digest, states, actions, certificates, checkInsLived, timeToDone, failed: checkers.filter(({ passed }) => !passed) };
}

describe.skipIf(redisServerPath() === undefined)('the presets through a queue', () => {
  const folder = sharedScratch();
  let server: RedisServer;
  let workers: Program[] = [];
  const livedByWorkers = () => workers.map(({ lines }) => lines.filter(({ kind }) => kind === 'shard-done').length);

  beforeAll(async () => {
    server = await RedisServer.start({ folder });
    workers = ['a', 'b'].map(() => new Program(['worker', '--queue', server.url, '--workers', '1', '--json']));
    await Promise.all(workers.map((worker) => worker.line({ kind: 'ready' })));
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.killed()));
    await server.stop();
  });

  it.each(presetNames)('M-04 M-09 %s: two seeds, quiet and with every check-in, come to the same as in one shard', async (preset) => {
    const before = livedByWorkers();
    const ways: RunOptions[] = seeds.flatMap((seed) => [{ seed }, { seed, everyCheckIn: true }]);
    const queued = await Promise.all(
      ways.map((way) => lived(preset, { ...way, shards, runner: queueRunner({ url: server.url, say: () => undefined }) })),
    );
    const alone = await Promise.all(seeds.map((seed) => lived(preset, { seed, shards: 1, workers: 1 })));
    expect(queued).toEqual(alone.flatMap((one) => [one, one]));
    const [one, other] = alone as [{ digest: string; failed: unknown[] }, { digest: string }];
    expect(one.digest).not.toBe(other.digest);
    expect(one.failed).toEqual([]);
    const own = livedByWorkers().map((count, index) => count - (before[index] as number));
    expect(own.reduce((sum, count) => sum + count)).toBe(ways.length * shards);
  });
});
