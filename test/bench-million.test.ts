/** The benchmark of large fleets, on small ones: that it runs, and that its own sums agree. Its figures mean nothing here. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { MillionReport } from '../scripts/bench/million.ts';
import { root } from './support/program.ts';

/** What `npm test` has just built, or the sources. */
const measured = process.env.MOCKFLEET_BUILT === '1' ? [] : ['--sources'];

it('measures fleets, ratios, parts and peers, all of whom live the same check-ins', { timeout: 120_000 }, async () => {
  const words = ['--devices', '200', '--days', '3', '--rounds', '1', '--json', ...measured];
  const bench = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), join(root, 'scripts/bench/million.ts'), ...words]);
  const [stdout, stderr, [status]] = await Promise.all([text(bench.stdout), text(bench.stderr), once(bench, 'close')]);
  expect(status, stderr).toBe(0);
  const { fleets, ratios, shares, bareQueue, everyCheckIn } = JSON.parse(stdout) as MillionReport;

  expect(Object.values(fleets).map(({ devices, days }) => [devices, days])).toEqual([
    [200, 3],
    [20, 3],
    [40, 3],
    [20, 165],
    [20, 330],
    [100, 3],
  ]);
  for (const { checkIns, devices, cpuSeconds, peakBytes } of Object.values(fleets)) {
    expect(checkIns).toBeGreaterThan(devices);
    expect(cpuSeconds).toBeGreaterThan(0);
    expect(peakBytes).toBeGreaterThan(1e7);
  }
  // Twice the days with the same happenings: twice the check-ins, and no more events than what the busy days had set off comes to its end by.
  expect(fleets.quiet.events).toBeGreaterThanOrEqual(fleets.busy.events);
  expect(fleets.quiet.events).toBeLessThan(1.02 * fleets.busy.events);
  expect(fleets.quiet.checkIns).toBeGreaterThan(1.8 * fleets.busy.checkIns);
  expect(ratios.twiceTheDays.seconds).toBeCloseTo(fleets.quiet.seconds / fleets.busy.seconds);
  expect(bareQueue.events).toBe(20 * Math.round(fleets.tenth.eventsPerDevice));
  expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  expect(shares['the service']).toBeGreaterThan(0);

  // Each of them was held to this sum when it had lived.
  const counts = Object.values(everyCheckIn.beats).map(([beat]) => beat?.checkIns);
  expect(counts.length + everyCheckIn.missing.length).toBe(4);
  expect(new Set(counts)).toEqual(new Set([everyCheckIn.checkIns]));
});
