/** Runs whose shards are lived by worker processes that share a Redis: whatever happens to these, the run comes to the same. */
import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redisServerPath } from '../scripts/redis.ts';
import { queueRunner } from '../simulator/queue/queue-runner.ts';
import { type Run, type RunOptions, runScenario } from '../simulator/run.ts';
import { findScenario } from '../simulator/scenarios/catalogue.ts';
import { Pause } from '../simulator/shards/pause.ts';
import type { ShardRunner } from '../simulator/shards/runner.ts';
import { type Line, mockfleet, type Program } from './support/program.ts';
import { RedisServer } from './support/redis-server.ts';
import { scratch, sharedScratch } from './support/scratch.ts';
import { until, untilAnswered } from './support/until.ts';

const lifecycle = findScenario('fleet-lifecycle');
const fleet = { devices: 300, days: 200, seed: '1', shards: 6 };
const fleetWords = ['run', '--devices', '300', '--days', '200', '--seed', '1', '--shards', '6', '--json'];

/** All of a result that does not say how it was come by. */
function outcomeOf({ result }: Pick<Run, 'result'>): object {
  const { wallMs: _, peakRssBytes: __, report: ___, file: ____, lived, ...outcome } = result;
  return { ...outcome, lived: { ...lived, deviceDaysPerSecond: 0 } };
}

async function lived(options: RunOptions): Promise<Run> {
  const run = await runScenario(lifecycle, options);
  run.close();
  return run;
}

describe.skipIf(redisServerPath() === undefined)('a run through a queue', () => {
  const folder = sharedScratch();
  let server: RedisServer;
  let alone: Run;
  let said: string[] = [];
  let taken: number[] = [];

  beforeAll(async () => {
    server = await RedisServer.start({ folder });
    alone = await lived({ ...fleet, workers: 1 });
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await server.ask((redis) => redis.flushall());
    [said, taken] = [[], []];
  });

  /** The queue of this file, with an ear to what it says and takes. */
  function runner(onFound: (shard: number) => void = () => {}): ShardRunner {
    const queue = queueRunner({ url: server.url, say: (line) => said.push(line) });
    const hear = (shard: number) => {
      taken.push(shard);
      onFound(shard);
    };
    return {
      run: (jobs, watch) =>
        queue.run(jobs, {
          ...watch,
          onFound: (found) => {
            watch.onFound(found);
            hear(found.slice.number);
          },
        }),
    };
  }

  function worker(words: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Program {
    return mockfleet(['worker', '--queue', server.url, '--workers', '1', '--json', ...words], { env });
  }

  const kinds = (program: Program, kind: string): Line[] => program.lines.filter((line) => line.kind === kind);
  const shardsOf = (program: Program, kind: string) => kinds(program, kind).map((line) => line.shard as number);

  it('M-09 comes to the same as in one process: result, and rows of the file', async () => {
    const [one, two] = [worker(), worker(['--workers', '2'])];
    const [out, outAlone] = [join(folder, 'queued'), join(folder, 'alone')];
    const queued = await mockfleet([...fleetWords, '--queue', server.url, '--out', out]).end();
    const byThreads = await mockfleet([...fleetWords, '--out', outAlone]).end();
    expect(queued).toMatchObject({ code: 0 });
    const [result, resultAlone] = [queued, byThreads].map(({ stdout }) => JSON.parse(stdout));
    expect(result.digest).toBe(alone.result.digest);
    expect(outcomeOf({ result })).toEqual(outcomeOf({ result: resultAlone }));
    expect(rowsOf(out)).toEqual(rowsOf(outAlone));
    const done = [...shardsOf(one, 'shard-done'), ...shardsOf(two, 'shard-done')];
    expect(done.sort()).toEqual([0, 1, 2, 3, 4, 5]);
    await untilAnswered(
      'nothing of the run is left',
      async () => (await server.ask((redis) => redis.keys('mockfleet:run:*'))).length === 0,
    );
  });

  it('lives the shard of a worker that was killed again', async () => {
    const victim = worker();
    const midway = new Promise<number>((resolve) => {
      victim.onLine(({ kind, shard }) => {
        if (kind !== 'shard-taken') return;
        victim.kill('SIGSTOP');
        resolve(shard as number);
      });
    });
    const run = lived({ ...fleet, runner: runner() });
    const shard = await midway;
    await victim.killed();
    const other = worker();
    expect(outcomeOf(await run)).toEqual(outcomeOf(alone));
    expect(shardsOf(other, 'shard-done')).toContain(shard);
    expect(said.join('\n')).toContain(`shard ${shard}: nothing is heard of its worker any more`);
  });

  it.each([
    ['keeps nothing', false],
    ['keeps everything', true],
  ])('goes on after a restart of a Redis that %s', async (_, keeps) => {
    const restarted = await RedisServer.start({ folder: scratch(), keeps });
    try {
      const program = mockfleet(['worker', '--queue', restarted.url, '--workers', '1', '--json']);
      const stopped = new Promise<void>((resolve) => {
        program.onLine(({ kind }) => {
          if (kind === 'shard-done' && kinds(program, kind).length === 1) resolve(restarted.stop());
        });
      });
      const run = lived({ ...fleet, runner: queueRunner({ url: restarted.url, say: (line) => said.push(line) }) });
      await stopped;
      await program.line({ kind: 'connection-lost' });
      await until('the coordinator notices', () => said.some((line) => line.includes('is lost: trying again')));
      await restarted.start();
      expect(outcomeOf(await run)).toEqual(outcomeOf(alone));
      expect(said.some((line) => line.includes('put there again'))).toBe(!keeps);
    } finally {
      await restarted.stop();
    }
  });

  it('is given back what a worker was at when it is stopped by Ctrl-C', async () => {
    const leaver = worker();
    leaver.onLine(({ kind }) => {
      if (kind === 'shard-taken') leaver.kill('SIGINT');
    });
    const run = lived({ ...fleet, runner: runner() });
    expect(await leaver.end()).toMatchObject({ code: 0, stderr: '' });
    expect(kinds(leaver, 'shard-given-back')).toHaveLength(1);
    const other = worker();
    expect(outcomeOf(await run)).toEqual(outcomeOf(alone));
    expect(shardsOf(other, 'shard-done').sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('is stopped by Ctrl-C, leaves nothing, and is resumed through the queue', async () => {
    const out = join(folder, 'stopped');
    const program = worker();
    const first = mockfleet([...fleetWords, '--queue', server.url, '--out', out]);
    let isStopped = false;
    program.onLine(({ kind, shard }) => {
      if (kind === 'shard-taken' && shard === 2) {
        first.kill('SIGINT');
        isStopped = true;
      }
    });
    expect(await first.end()).toMatchObject({ code: 130 });
    expect(isStopped).toBe(true);
    const left = await server.ask((redis) => redis.keys('mockfleet:*'));
    expect(left.filter((key) => /run:(?!.*:wish$)|-\d+$/.test(key))).toEqual([]);
    const resumed = await mockfleet(['run', '--resume', out, '--queue', server.url, '--json']).end();
    expect(resumed).toMatchObject({ code: 0 });
    expect(JSON.parse(resumed.stdout)).toMatchObject({ digest: alone.result.digest, stopped: false });
    expect(shardsOf(program, 'shard-done').filter((shard) => shard < 2)).toEqual([0, 1]);
  });

  it('fails by a shard that cannot be lived, and names it and its worker', async () => {
    const temporary = scratch();
    const poor = worker([], { TMPDIR: temporary });
    const { worker: name } = await poor.line({ kind: 'ready' });
    for (const own of readdirSync(temporary)) if (own.startsWith('mockfleet-worker-')) rmdirSync(join(temporary, own));
    const run = lived({ ...fleet, parts: scratch(), runner: runner() });
    await expect(run).rejects.toThrow(new RegExp(`Shard \\d \\(devices \\d+ to \\d+\\) failed on worker ${name}: `));
    await expect(run).rejects.toMatchObject({ code: 'shard-failed' });
  });

  it('is paused on its workers; takes once what comes twice, and lives again what is lost', async () => {
    const pause = new Pause();
    const program = worker();
    let isFirst = true;
    const held = runner(() => {
      if (isFirst) pause.hold();
      isFirst = false;
    });
    const run = lived({ ...fleet, pause, runner: held });
    await until('a shard is lived', () => taken.length === 1);
    const [wish = ''] = await untilAnswered('the wish is told', async () => {
      const keys = await server.ask((redis) => redis.keys('mockfleet:run:*:wish'));
      return keys.length > 0 && keys;
    });
    expect(await server.ask((redis) => redis.get(wish))).toBe('pause');
    const outcomes = wish.replace(/wish$/, 'outcomes');
    const lost = JSON.stringify({ worker: 'somebody:1', parcel: `${outcomes}-nowhere` });
    await server.ask((redis) => redis.hset(outcomes, '0', lost, '5', lost));
    await until('the loss is noticed', () => said.some((line) => line.includes('lost what shard 5 came to')));
    // One more may have been over before the worker heard of it.
    expect(kinds(program, 'shard-done').length).toBeLessThan(3);
    pause.release();
    expect(outcomeOf(await run)).toEqual(outcomeOf(alone));
    expect(taken.sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('waits for workers of its own version, and says so on both sides', async () => {
    const entry = (id: string) => JSON.stringify({ id, version: '99.1.2', name: 'elsewhere:1' });
    const isHere = () =>
      server.ask(async (redis) => {
        const [seconds = 0] = await redis.time();
        const later = (Number(seconds) + 60) * 1000;
        await redis.zadd('mockfleet:workers', later, entry('w'));
        await redis.zadd('mockfleet:runs', later, entry('r'));
        await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
      });
    await isHere();
    const run = lived({ ...fleet, runner: runner() });
    await until('it says what it waits for', () => said.some((line) => line.startsWith('waiting for workers of version')));
    expect(said.join('\n')).toContain(`(1 there, of version 99.1.2): mockfleet worker --queue ${server.url}`);
    expect(said.join('\n')).toContain('its maxmemory-policy is allkeys-lru, and should be noeviction');
    const program = worker();
    await program.line({ kind: 'other-version', run: 'elsewhere:1', version: '99.1.2' });
    await program.line({ kind: 'warning' });
    expect(outcomeOf(await run)).toEqual(outcomeOf(alone));
    await server.ask((redis) => redis.config('SET', 'maxmemory-policy', 'noeviction'));
  });

  it('shares workers with another run: fifty shards of two seeds over three of them', async () => {
    const options = { ...fleet, devices: 100, days: 100, shards: 25 };
    const workers = [worker(), worker(), worker()];
    const seeds = ['1', 'two'];
    const queued = await Promise.all(seeds.map((seed) => lived({ ...options, seed, runner: runner() })));
    const ours = await Promise.all(seeds.map((seed) => lived({ ...options, seed, workers: 1 })));
    expect(queued.map(outcomeOf)).toEqual(ours.map(outcomeOf));
    expect(workers.flatMap((program) => kinds(program, 'shard-done'))).toHaveLength(50);
  });
});

/** What the run's file has of devices and their actions. */
function rowsOf(folder: string): object {
  const database = new Database(join(folder, 'run.sqlite'), { readonly: true });
  try {
    return {
      devices: database.prepare('SELECT * FROM devices ORDER BY device_index').all(),
      commands: database.prepare('SELECT * FROM commands ORDER BY id').all(),
    };
  } finally {
    database.close();
  }
}
