/** Kills under load: of the server, whose devices all come back and do everything once, and of the load run, which leaves nothing behind. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { children, liveLoad, loadScenario } from './support/load.ts';
import { mockfleet, root } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import { type StubProgram, startAgain, startStub } from './support/stub-program.ts';
import { until } from './support/until.ts';

const syncs = Array.from({ length: 12 }, (_, number) => `at: ${500 + number * 500}ms, do: syncDevice, to: { share: 60% }`);

it('a server that is killed under load and started again: everybody comes back, and every accepted action is done exactly once', async () => {
  let stub: StubProgram = await startStub(['--speed', '1']);
  const ca = readFileSync(stub.caFile, 'utf8');
  let again: Promise<StubProgram> | undefined;
  const stop = new AbortController();
  let [executedSoFar, seconds] = [0, 0];
  const { result } = await liveLoad(
    {
      scenario: loadScenario(syncs),
      devices: 25,
      target: { urls: [`${stub.url.replace('https', 'wss')}/devices`], ca, enrollmentToken: String(stub.ready.enrollmentToken) },
      graph: { url: stub.url, token: stub.token, ca },
      shape: 'steady',
      durationMs: 600_000,
      checkInsPerSecond: 100,
      pace: { perSecond: 1000, concurrency: 25 },
      processes: 1,
      keys: `${root}/node_modules/.cache/mockfleet/test-keys`,
    },
    {
      signal: stop.signal,
      onProgress: ({ figures, elapsedMs }) => {
        if (again === undefined && figures.commandsExecuted >= 15) {
          stub.program.kill('SIGKILL');
          again = startAgain(stub);
        }
        // All of them are back, all was asked for, and nothing moves any more.
        const isBack = figures.connected === 25 && figures.times.reconnect.count >= 25 && elapsedMs > 8000;
        seconds = isBack && figures.commandsExecuted === executedSoFar ? seconds + 1 : 0;
        executedSoFar = figures.commandsExecuted;
        if (seconds === 3) stop.abort();
      },
    },
  );
  stub = await (again as Promise<StubProgram>);
  expect(result).toMatchObject({ connected: 25, enrolled: 25 });
  expect(result.connections.lost).toBeGreaterThanOrEqual(25);
  const { accepted, executed, confirmed } = result.commands;
  expect(accepted).toBeGreaterThan(30);
  expect(result.commands).toMatchObject({ lost: 0, doubled: 0 });
  expect(confirmed).toBe(accepted);
  // A call whose answer the kill has swallowed may have been taken: nobody was told so, and the devices have done it.
  expect(executed).toBeGreaterThanOrEqual(accepted);
});

it('a load run that is killed leaves no process behind', async () => {
  const stub = await startStub();
  const words = ['load', '--state', stub.state, '--devices', '6', '--processes', '2', '--duration', '10m', '--no-report'];
  const run = mockfleet(words, { cwd: scratch() });
  const lanes = await until('two processes', () => children(run.pid).length >= 2 && children(run.pid));
  await run.killed();
  await until('they are gone', () => lanes.every((pid) => !isThere(pid)));
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
