/** A load run with everything that its reports say: what was asked for, what it came to, and how it was judged. */
import { formatCount } from '../../report/figures.ts';
import type { Verdict } from '../../result.ts';
import type { LoadResult } from '../load-result.ts';
import { measuresOf } from '../measures.ts';
import { thinned } from '../sampler.ts';
import { judgeThreshold, type Threshold } from '../threshold.ts';

/** Four hours, second by second; of a longer run a sample stands for several seconds. */
const samplesMax = 14_400;

/** What was asked for; null: left to the shape, or to the machine. */
export interface LoadRequest {
  scenario: string;
  devices: number;
  durationMs: number;
  connectionsPerSecond: number | null;
  concurrency: number | null;
  jitterMs: number | null;
  checkInsPerSecond: number | null;
  processes: number | null;
}

/** What `--json` prints, and load.json holds. */
export interface LoadReport extends LoadResult {
  requested: LoadRequest;
  /** What must be true of any run, whether or not there are thresholds. */
  checks: readonly Verdict[];
  /** The threshold that ended it early (`--abort-on-fail`); null: none did. */
  abortedBy: string | null;
  /** The command line that asks for the same again; without tokens. */
  replay: string;
  /** Path of the page; null: none was written. */
  report: string | null;
}

export interface LoadJudging {
  requested: LoadRequest;
  thresholds: readonly Threshold[];
  abortedBy: string | null;
  replay: string;
  report: string | null;
}

/** @param result as the engine gives it, to which any error is a failure: here a threshold may allow some */
export function judgeLoad(result: LoadResult, { requested, thresholds, abortedBy, replay, report }: LoadJudging): LoadReport {
  const measures = measuresOf(result);
  const verdicts = thresholds.map((threshold) => judgeThreshold(threshold, measures));
  const checks = checksOf(result, thresholds);
  const passed = checks.every((check) => check.passed) && verdicts.every((verdict) => verdict.passed);
  const samples = thinned(result.samples, samplesMax);
  return { ...result, samples, thresholds: verdicts, passed, requested, checks, abortedBy, replay, report };
}

/** A threshold about the same thing is asked in place of the check: whoever allows a few errors does not want none. */
function checksOf(result: LoadResult, thresholds: readonly Threshold[]): Verdict[] {
  const isAsked = (measure: string) => thresholds.some((threshold) => threshold.measure === measure);
  return [
    ...(isAsked('errors') ? [] : [errorsCheck(result)]),
    ...(isAsked('connected') ? [] : [connectedCheck(result)]),
    commandsCheck(result),
    processCheck(result),
    generatorCheck(result),
  ];
}

function errorsCheck({ errors, errorsByReason }: LoadResult): Verdict {
  const detail = errors === 0 ? 'There were none.' : `${formatCount(errors)}: ${reasonsText(errorsByReason)}.`;
  return { name: 'no errors', passed: errors === 0, detail };
}

/** Devices that a timeline wiped or retired are gone on purpose; those that are enrolled must have come back. */
function connectedCheck({ asked, enrolled, connected, commands, stopped }: LoadResult): Verdict {
  const name = 'all devices connected';
  const detail = `${formatCount(connected)} of ${formatCount(asked)} were connected at the end, ${formatCount(enrolled)} enrolled`;
  if (stopped && connected < asked) return { name, passed: true, judged: false, detail: `${detail}; it was stopped before its end.` };
  const gone = asked - enrolled;
  const passed = connected === asked || (connected === enrolled && gone <= commands.executed);
  return { name, passed, detail: `${detail}${passed && gone > 0 ? '; the others left by an action' : ''}.` };
}

function commandsCheck({ commands: { accepted, executed, open, lost, doubled } }: LoadResult): Verdict {
  const detail = `${formatCount(accepted)} accepted, ${formatCount(executed)} executed, ${formatCount(open)} still wait for their devices to check in, ${formatCount(lost)} lost, ${formatCount(doubled)} executed twice.`;
  return { name: 'no action lost or doubled', passed: lost === 0 && doubled === 0, detail };
}

/** Its devices are gone with it, and what they had counted since its last word. */
function processCheck({ errorsByReason }: LoadResult): Verdict {
  const died = errorsByReason['process-died'] ?? 0;
  const detail =
    died === 0 ? 'None ended before the run did.' : `${formatCount(died)} ended before the run did, and their devices with them.`;
  return { name: 'no process of the load side died', passed: died === 0, detail };
}

/** Nobody has failed then; but the figures are not the server's. */
function generatorCheck({ generator: { limit } }: LoadResult): Verdict {
  const name = 'the load side is not the limit';
  return limit === null ? { name, passed: true, detail: 'It had room.' } : { name, passed: true, judged: false, detail: limit };
}

/** `12 timeout, 3 connection-refused`, the most frequent first. */
export function reasonsText(reasons: Readonly<Record<string, number>>): string {
  return Object.entries(reasons)
    .toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([reason, count]) => `${formatCount(count)} ${reason}`)
    .join(', ');
}
