/**
 * Faults are the same in virtual time and live: the same frames are held up, lost and refused, at the same instants. Over links in memory
 * here; the stories of the catalogue that are about faults (parity-catalogue.test.ts) come over sockets.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { liveScenario } from '../simulator/live-run.ts';
import type { RunResult } from '../simulator/result.ts';
import { runScenario } from '../simulator/run.ts';
import { parseScenario } from '../simulator/scenarios/load.ts';
import { outcome, told } from './support/lived-story.ts';

const keys = mkdtempSync(join(tmpdir(), 'mockfleet-parity-faults-'));
afterAll(() => rmSync(keys, { recursive: true, force: true }));

const kinds = {
  latency: 'latency: { uniform: [100ms, 5s] }',
  loss: 'loss: 15%',
  'loss of wipes': 'loss: 60%, on: [wipe]',
  slow: 'slow: { exponential: 10s }',
  throttled: 'throttled: { perMinute: 1, refused: 20%, retryAfter: 2m }',
  push: 'push: { lost: 40%, late: { share: 50%, by: 2h } }',
  'clock ahead': 'clockSkew: 3d',
  'clock behind': 'clockSkew: { uniform: [-40d, -1d] }',
  'wipe delivered again': 'interruptedWipe: { unreported: 0%, offFor: 10m }',
  'wipe never reported': 'interruptedWipe: { unreported: 100% }',
};

/** Steps at instants of their own: what is due in the very instant of a step is lived a millisecond apart in the two worlds. */
const textOf = (fault: string) => `
name: faults-live
title: Things go wrong
days: 2
tenant:
  push: { lost: 0%, latency: 2s }
fleet:
  - { name: a, count: 2, platform: ios, enrollment: device, has: { passcode: "123456" } }
  - { name: b, count: 1, platform: android, enrollment: fully-managed }
  - { name: c, count: 1, platform: windows, enrollment: joined }
timeline:
  - { every: { from: 26.013h, until: 40h, each: 5h }, do: remoteLock, to: { platforms: [ios] } }
  - { every: { from: 25.017h, until: 46h, each: 7h }, do: syncDevice }
  - { at: 30.011h, do: wipe, to: { share: 60% } }
  - { at: 36.019h, device: { enroll: true } }
  - { at: 44.037h, do: retire, to: { share: 50% } }
faults:
  - { name: trouble, ${fault}, from: 29h, until: 34h, to: { share: 80% } }
`;

async function livedAs(fault: string, live: boolean): Promise<RunResult> {
  const text = textOf(fault);
  const file = { scenario: parseScenario(text, 'faults-live.yaml'), text };
  const run = live ? await liveScenario(file, { links: 'memory', keys }) : await runScenario(file);
  run.close();
  return run.result;
}

describe('parity of faults', () => {
  it.each(Object.entries(kinds))('M-10 %s: the same in virtual time and live, to the millisecond', async (_, fault) => {
    const [virtual, live] = [await livedAs(fault, false), await livedAs(fault, true)];
    expect(told(live)).toEqual(told(virtual));
    expect(outcome(live)).toEqual(outcome(virtual));
    expect(live.faults).toEqual(virtual.faults);
    expect(virtual.faults.trouble?.touched).toBeGreaterThan(0);
    expect(virtual.checkers.filter(({ passed }) => !passed)).toEqual([]);
  });
});
