/** `mockfleet run` as a process of its own, with all that a user waits for: from its start to its report. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Measured } from './package.ts';
import { type CpuProfile, type Shares, sharesOf } from './profile.ts';

export interface Lap {
  devices: number;
  days: number;
  /** On the wall, and on all cores together. */
  seconds: number;
  cpuSeconds: number;
  /** Resident, of the whole process with its threads. */
  peakBytes: number;
  events: number;
  checkIns: number;
  digest: string;
}

export interface Asked {
  /** Name or file. */
  scenario: string;
  devices: number;
  days: number;
}

/** Tells at its end what the process has used. Threads load it too, and say nothing. */
const usageHook = `
  import { isMainThread } from 'node:worker_threads';
  import { writeFileSync } from 'node:fs';
  if (isMainThread) process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    writeFileSync(process.env.BENCH_USAGE, JSON.stringify({ cpuSeconds: (user + system) / 1e6, peakBytes }));
  });`;
const hookUrl = `data:text/javascript,${encodeURIComponent(usageHook)}`;

/** Of what `mockfleet run --json` prints. */
interface Figures {
  eventsExecuted: number;
  checkInsLived: number;
  digest: string;
}

/** Of a run: what was asked for and could not be met by so few devices in so few days. */
const expectationsMissed = 99;
const limitMs = 60 * 60_000;

/** @throws Error when it does not end well */
export function lap({ main }: Measured, asked: Asked): Lap {
  return inFolder((folder) => run(main, asked, folder, []));
}

/** The same on one thread, watched by the engine's profiler: it takes longer. */
export function profiled({ main }: Measured, asked: Asked): Shares {
  return inFolder((folder) => {
    run(['--cpu-prof', `--cpu-prof-dir=${folder}`, ...main], asked, folder, ['--workers', '1']);
    const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile')) as string;
    return sharesOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile);
  });
}

function run(program: readonly string[], { scenario, devices, days }: Asked, folder: string, more: readonly string[]): Lap {
  const size = ['--devices', String(devices), '--days', String(days)];
  const words = ['run', scenario, ...size, '--json', '--no-events', '--out', join(folder, 'out'), ...more];
  const usage = join(folder, 'usage.json');
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', hookUrl, ...program, ...words], {
    encoding: 'utf8',
    env: { ...process.env, BENCH_USAGE: usage },
    maxBuffer: 2 ** 28,
    timeout: limitMs,
  });
  const seconds = (performance.now() - began) / 1000;
  if (status !== 0 && status !== expectationsMissed) throw new Error(`mockfleet ${words.join(' ')} ended with ${status}:\n${stderr}`);
  const { eventsExecuted: events, checkInsLived: checkIns, digest } = JSON.parse(stdout) as Figures;
  const { cpuSeconds, peakBytes } = JSON.parse(readFileSync(usage, 'utf8')) as Pick<Lap, 'cpuSeconds' | 'peakBytes'>;
  return { devices, days, seconds, cpuSeconds, peakBytes, events, checkIns, digest };
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'mockfleet-bench-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
