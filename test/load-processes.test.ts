/** A load run in processes of its own: their figures add up, and none of them is needed for the others. */
import { afterEach, expect, it } from 'vitest';
import { children, liveLoad, loadOptions } from './support/load.ts';
import { openTenant, type Tenant } from './support/tenant.ts';
import { until } from './support/until.ts';

let tenant: Tenant | undefined;
afterEach(async () => {
  await tenant?.close();
  tenant = undefined;
});

function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

it('add up, and count from the instant at which a check-in was to begin: a server that stands still is seen', async () => {
  tenant = await openTenant({ speed: 1 });
  const before = children();
  let hasStood = false;
  const options = loadOptions(tenant, { processes: 2, shape: 'push-fan-out', durationMs: 2000 });
  const { result, troubles } = await liveLoad(options);
  expect(troubles).toEqual([]);
  expect(result).toMatchObject({ asked: 20, enrolled: 20, connected: 20, errorsByReason: {}, generator: { processes: 2 } });
  expect(result.commands).toMatchObject({ accepted: 60, executed: 60, confirmed: 60, lost: 0, doubled: 0 });
  expect(result.latencyMs.acknowledged.count).toBe(60);

  // In an open loop 200 check-ins a second are to begin while the server stands still for half a second; a closed loop would know of 20.
  const steady = await liveLoad(
    { ...options, shape: 'steady', checkInsPerSecond: 200 },
    {
      onProgress: ({ figures, doing }) => {
        if (hasStood || doing !== 'check-ins' || figures.checkIns < 40) return;
        hasStood = true;
        standStill(500);
      },
    },
  );
  expect(hasStood).toBe(true);
  expect(steady.result).toMatchObject({ connected: 20, errors: 0, checkIns: 20 + 400 });
  const { p90, max } = steady.result.latencyMs['check-in'];
  expect(max).toBeGreaterThan(450);
  expect(p90).toBeGreaterThan(100);
  expect(children()).toEqual(before);
});

it('one that is killed is told, and the others go on', async () => {
  tenant = await openTenant({ speed: 1 });
  const before = new Set(children());
  let killed = 0;
  const options = loadOptions(tenant, { processes: 2, durationMs: 3000, checkInsPerSecond: 40 });
  const { result, troubles } = await liveLoad(options, {
    onProgress: ({ figures }) => {
      if (killed !== 0 || figures.checkIns < 30) return;
      killed = children().find((pid) => !before.has(pid)) ?? 0;
      process.kill(killed, 'SIGKILL');
    },
  });
  expect(troubles).toEqual([
    expect.stringMatching(/^Process [12] of the load run is gone \(it was ended by SIGKILL\), and its devices with it\.$/),
  ]);
  expect(result.errorsByReason).toEqual({ 'process-died': 1 });
  expect(result).toMatchObject({ asked: 20, enrolled: 20, passed: false });
  // Of the other one only: what the dead one said last is no longer so.
  expect(result.connected).toBe(10);
  expect(result.checkIns).toBeGreaterThan(20 + 60);
  await until('no process is left', () => children().every((pid) => before.has(pid)));
});

it('those that are stopped keep what they have counted', async () => {
  tenant = await openTenant({ speed: 1 });
  const stop = new AbortController();
  const options = loadOptions(tenant, { processes: 2, durationMs: 600_000, checkInsPerSecond: 20 });
  const { result } = await liveLoad(options, {
    signal: stop.signal,
    onProgress: ({ figures }) => {
      if (figures.checkIns > 25) stop.abort();
    },
  });
  expect(result).toMatchObject({ stopped: true, connected: 20, errors: 0 });
  expect(result.checkIns).toBe(tenant.notes.filter(({ kind }) => kind === 'checked-in').length);
});
