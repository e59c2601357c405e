/** One device's life in a run that is over, from the run's file: lived again, or, of a live run, as it was written down. */

import { openRunFile, readRun, runFilePath } from '../report/run-data.ts';
import type { RunData } from '../result.ts';
import { overridden } from '../run-result.ts';
import { parseScenario } from '../scenarios/load.ts';
import { type FoundDevice, findDevice } from './find-device.ts';
import { keptLife } from './kept-life.ts';
import type { LifeEntry, LifeOptions } from './life-listener.ts';
import { relive } from './relive.ts';

export interface Traced {
  run: RunData;
  device: FoundDevice;
  entries: readonly LifeEntry[];
  /** Up to which instant it was lived: the end of the run, unless that was stopped. */
  until: number;
  /** Whether it is the life that the run has lived; null: nothing was lived again. */
  isSame: boolean | null;
  /** Of what was lived now. */
  life: string | null;
}

/**
 * @param run its folder or its file
 * @param asked number, serial number, name, or id of a record
 * @throws RunReadError; DeviceUnknown; TraceError
 */
export function traceRun(run: string, asked: string, options: LifeOptions): Traced {
  const data = readRun(run);
  const database = openRunFile(runFilePath(run));
  try {
    const device = findDevice(database, asked);
    if (data.result.live) {
      if (options.messages || options.checkIns)
        throw new TraceError('Of a live run there are neither frames nor check-ins: what it did was written down as it happened.');
      const entries = keptLife(database, device.index);
      if (entries === null)
        throw new TraceError('This live run was written without events. Run it again without --no-events, or in virtual time.');
      return { run: data, device, entries, until: data.until, isSame: null, life: null };
    }
    const stoppedAt = shardUntil(database, device.index);
    const { devices, days, seed } = data.result;
    const scenario = overridden(parseScenario(data.scenarioText, data.result.scenario), { devices, days, seed });
    const until = stoppedAt === null || stoppedAt >= data.until ? null : stoppedAt;
    const { entries, life } = relive(scenario, device.index, options, until, device.life);
    return { run: data, device, entries, until: until ?? data.until, isSame: life === device.life, life };
  } finally {
    database.close();
  }
}

/** What cannot be shown. */
class TraceError extends Error {
  readonly code = 'trace-impossible';
  constructor(message: string) {
    super(message);
    this.name = 'TraceError';
  }
}

function shardUntil(database: ReturnType<typeof openRunFile>, index: number): number | null {
  const until = database.prepare('SELECT until FROM shards WHERE ? BETWEEN first AND first + count - 1').pluck().get(index);
  return typeof until === 'string' ? Date.parse(until) : null;
}
