/** The figures of a result that come from the measures. */
import { actionNames } from '../../server-stub/core/records.ts';
import {
  type CertificatesLeft,
  certificateStepDays,
  type LivedFigures,
  type MeasuresFound,
  type PendingOfAge,
  type RunResult,
  type TimeToDone,
} from '../result.ts';
import { addUp } from './add-up.ts';
import { countOf, percentile, spanBoundsMs, spanCounts, type TimeCounts } from './time-buckets.ts';

/** @param days lived of each device, on average */
export function livedFigures({ devices, days, states, wallMs }: Pick<RunResult, 'devices' | 'days' | 'states' | 'wallMs'>): LivedFigures {
  const deviceDays = Math.round(devices * days);
  // A run of less than a millisecond is possible; it is no division by zero.
  const deviceDaysPerSecond = Math.round(deviceDays / (Math.max(wallMs, 1) / 1000));
  return { devices: devices - (states['not-enrolled'] ?? 0), days: Math.round(days * 100) / 100, deviceDays, deviceDaysPerSecond };
}

export function measureFigures(measures: MeasuresFound): Pick<RunResult, 'timeToDone' | 'pendingByAge' | 'certificatesLeft'> {
  const done = actionNames.filter((action) => measures.timeToDone[action] !== undefined);
  return {
    timeToDone: Object.fromEntries(done.map((action) => [action, percentilesOf(allOf(measures.timeToDone[action] ?? {}))])),
    pendingByAge: pendingByAge(measures),
    certificatesLeft: certificatesLeft(measures),
  };
}

/** Of all platforms and behaviours together. */
function allOf(byPlatform: Record<string, Record<string, TimeCounts>>): TimeCounts {
  return Object.values(byPlatform)
    .flatMap((byOnline) => Object.values(byOnline))
    .reduce<TimeCounts>(addUp, {});
}

export function percentilesOf(counts: TimeCounts): TimeToDone {
  return { count: countOf(counts), p50Ms: percentile(counts, 0.5), p90Ms: percentile(counts, 0.9), p99Ms: percentile(counts, 0.99) };
}

function pendingByAge({ pending }: MeasuresFound): PendingOfAge[] {
  const of = (status: string) => spanCounts(Object.values(pending).reduce<TimeCounts>((sum, by) => addUp(sum, by[status] ?? {}), {}));
  const [queued, delivered] = [of('queued'), of('delivered')];
  return queued.map((count, span) => ({ upToMs: spanBoundsMs[span] ?? null, queued: count, delivered: delivered[span] as number }));
}

function certificatesLeft({ certificatesLeft: { ended = 0, ...left } }: MeasuresFound): CertificatesLeft {
  const steps = Math.max(-1, ...Object.keys(left).map(Number)) + 1;
  const current = Array.from({ length: steps }, (_, step) => ({
    fromDays: step * certificateStepDays,
    untilDays: (step + 1) * certificateStepDays,
    count: left[step] ?? 0,
  }));
  return { ended, current };
}
