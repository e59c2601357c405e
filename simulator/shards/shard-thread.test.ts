import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { findScenario } from '../scenarios/catalogue.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { endOf, type ShardFound } from '../world/found.ts';
import { slicesOf } from '../world/slice.ts';
import type { ShardJob } from './live-shard.ts';
import { ShardThread } from './shard-thread.ts';
import { threadRunner } from './thread-runner.ts';

const folder = mkdtempSync(join(tmpdir(), 'mockfleet-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const scenario: Scenario = { ...findScenario('fleet-lifecycle').scenario, devices: 90, days: 40 };
/** Its timeline has a step that there is not: a mistake of ours, not of a user. */
const broken = { ...scenario, timeline: null } as unknown as Scenario;

function jobsOf(shards: number, change: Partial<ShardJob> = {}): ShardJob[] {
  return slicesOf(scenario.devices, shards).map((slice) => {
    return { scenario, slice, everyCheckIn: false, codec: false, store: 'memory' as const, part: null, events: false, ...change };
  });
}

describe('ShardThread', () => {
  const thread = new ShardThread();
  afterAll(() => thread.close());
  afterEach(() => rmSync(join(folder, 'part'), { force: true }));
  const [job] = jobsOf(1, { part: join(folder, 'part') }) as [ShardJob];

  it('lives one shard after the other, and tells how far it is', async () => {
    const shares: number[] = [];
    const first = await thread.live(job, { onProgress: ({ share }) => shares.push(share) });
    expect(shares.at(-1)).toBe(1);
    expect(existsSync(join(folder, 'part'))).toBe(true);
    const again = await thread.live(job);
    expect(again).toEqual(first);
    expect(first).toMatchObject({ slice: job.slice, until: endOf(scenario) });
  });

  it('stops where it is by its signal, and lives the next one to its end', async () => {
    const long = { ...scenario, days: 600 };
    const stopped = await thread.live({ ...job, scenario: long }, { signal: AbortSignal.abort() });
    expect(stopped.until).toBeLessThan(endOf(long));
    expect(existsSync(join(folder, 'part'))).toBe(true);
    expect((await thread.live(job)).until).toBe(endOf(scenario));
  });

  it('says which shard failed, where its part could not be written, and what went wrong', async () => {
    const part = join(folder, 'missing', 'part');
    await expect(thread.live({ ...job, part })).rejects.toMatchObject({
      code: 'shard-failed',
      message: expect.stringMatching(/^Shard 0 \(devices 0 to 89\) failed in its thread: cannot write .*missing.part: /),
    });
    await expect(thread.live({ ...job, scenario: broken })).rejects.toMatchObject({ stack: expect.stringContaining('world.ts') });
    expect((await thread.live(job)).until).toBe(endOf(scenario));
  });

  it('that is no more is an error of the shard, under way or not', async () => {
    const mortal = new ShardThread();
    const dying = expect(mortal.live(job)).rejects.toMatchObject({ code: 'shard-failed', shard: 0 });
    await mortal.close();
    await dying;
    await expect(mortal.live(job)).rejects.toMatchObject({ code: 'shard-failed', message: expect.stringContaining('the thread ended') });
  });
});

describe('threads', () => {
  it('live all shards, each once', async () => {
    const founds: ShardFound[] = [];
    await threadRunner(2).run(jobsOf(5), { onFound: (found) => founds.push(found) });
    expect(founds.map(({ slice }) => slice.number).sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('stop when one fails', async () => {
    const founds: ShardFound[] = [];
    const jobs = jobsOf(6);
    jobs[1] = { ...(jobs[1] as ShardJob), scenario: broken };
    await expect(threadRunner(2).run(jobs, { onFound: (found) => founds.push(found) })).rejects.toMatchObject({
      code: 'shard-failed',
      shard: 1,
    });
    expect(founds.length).toBeLessThan(6);
  });
});
