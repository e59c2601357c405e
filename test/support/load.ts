/** Load runs against a tenant of the test's own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLoad } from '../../simulator/load/load.ts';
import type { LoadOptions, LoadProgress, LoadWatch } from '../../simulator/load/load-options.ts';
import type { LoadResult } from '../../simulator/load/load-result.ts';
import { parseScenario } from '../../simulator/scenarios/load.ts';
import type { Scenario } from '../../simulator/scenarios/scenario.ts';
import { root } from './program.ts';
import { adminToken, enrollmentToken, type Tenant } from './tenant.ts';

/** Half phones, half laptops, with nothing planned. */
export function loadScenario(timeline: readonly string[] = [], faults: readonly string[] = []): Scenario {
  return parseScenario(
    `
name: under-load
title: A fleet for a load run
seed: 7
days: 1
devices: 20
fleet:
  - { name: phones, weight: 1, platform: ios, enrollment: automated }
  - { name: laptops, weight: 1, platform: windows, enrollment: joined }
timeline:${timeline.length === 0 ? ' []' : ''}
${timeline.map((entry) => `  - { ${entry} }`).join('\n')}
${faults.length === 0 ? '' : `faults:\n${faults.map((entry) => `  - { ${entry} }`).join('\n')}`}
`,
    'under-load.yaml',
  );
}

/** 20 devices that come at once, and stay for a second. */
export function loadOptions({ server, authority }: Tenant, change: Partial<LoadOptions> = {}): LoadOptions {
  const ca = authority.certificatePem;
  return {
    scenario: loadScenario(),
    devices: 20,
    target: { urls: [server.devices], ca, enrollmentToken },
    graph: { url: server.url, token: adminToken, ca },
    shape: 'steady',
    durationMs: 1000,
    pace: { perSecond: 1000, concurrency: 20 },
    processes: 1,
    keys: join(root, 'node_modules/.cache/mockfleet/test-keys'),
    ...change,
  };
}

export interface LivedLoad {
  result: LoadResult;
  troubles: string[];
  progress: LoadProgress[];
}

export async function liveLoad(options: LoadOptions, watch: LoadWatch = {}): Promise<LivedLoad> {
  const troubles: string[] = [];
  const progress: LoadProgress[] = [];
  const result = await runLoad(options, {
    ...watch,
    onTrouble: (sentence) => troubles.push(sentence),
    onProgress(one) {
      progress.push(one);
      watch.onProgress?.(one);
    },
  });
  return { result, troubles, progress };
}

/** Processes that this one (or another) has started: proc(5). */
export function children(pid: number = process.pid): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text
    .split(' ')
    .filter((one) => one !== '')
    .map(Number);
}
