/** What every report of a load run says in the same words. */
import { formatCount, formatRate } from '../../report/figures.ts';
import { type TimedThing, timedThings } from '../load-figures.ts';
import type { Latency, LoadResult } from '../load-result.ts';
import type { LoadReport } from './load-report.ts';

const thingWords: Record<TimedThing, string> = {
  connect: 'connecting',
  enrolment: 'enrolment',
  'check-in': 'check-in',
  reconnect: 'coming back',
  delivered: 'action to delivered',
  acknowledged: 'action to acknowledged',
};

export interface LatencyRow {
  thing: TimedThing;
  /** What was timed, in words. */
  words: string;
  latency: Latency;
}

/** Those that ever happened. */
export function latencyRows({ latencyMs }: Pick<LoadResult, 'latencyMs'>): LatencyRow[] {
  return timedThings
    .map((thing) => ({ thing, words: thingWords[thing], latency: latencyMs[thing] }))
    .filter(({ latency }) => latency.count > 0);
}

/** `0.42 ms`, `7.3 ms`, `181 ms`, `1.23 s`. */
export function formatMs(ms: number): string {
  if (ms >= 999.5) return `${(ms / 1000).toFixed(ms < 99_950 ? 2 : 0)} s`;
  return `${ms.toFixed(ms < 0.995 ? 2 : ms < 99.5 ? 1 : 0)} ms`;
}

/** `61 KiB`, `1.5 GiB`. */
export function formatSize(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return `${formatRate(bytes / 1024 ** power)} ${units[power]}`;
}

export function formatPercent(share: number): string {
  return `${formatRate(share * 100)}%`;
}

/** Whole seconds: `90 s`, `10 min`, `1 h 5 min`. */
export function formatSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min${seconds % 60 === 0 ? '' : ` ${seconds % 60} s`}`;
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
}

/** `2,000 of 2,000 devices`. */
function ofAsked(count: number, asked: number): string {
  return `${formatCount(count)} of ${formatCount(asked)}`;
}

/** What was asked for beside what it came to. */
export function requestedRows(report: LoadReport): [name: string, asked: string, came: string][] {
  const { requested, connections } = report;
  const left = 'left to the shape';
  const rate = (perSecond: number | null) => (perSecond === null ? left : `${formatRate(perSecond)}/s`);
  const checkInRate = report.durationMs === 0 ? 0 : (report.checkIns / report.durationMs) * 1000;
  return [
    [
      'Shape',
      report.shape,
      report.abortedBy === null ? (report.stopped ? 'stopped before its end' : 'carried out') : `ended by ${report.abortedBy}`,
    ],
    ['Fleet', requested.scenario, ''],
    ['Devices', formatCount(requested.devices), `${formatCount(report.enrolled)} enrolled, ${formatCount(report.connected)} connected`],
    ['Duration', formatSeconds(requested.durationMs), formatSeconds(report.durationMs)],
    [
      'Connections',
      rate(requested.connectionsPerSecond),
      `${formatRate(report.connectionsPerSecond)}/s in the ramp, ${formatCount(connections.opened)} in all`,
    ],
    ['Handshakes at once', requested.concurrency === null ? left : `up to ${formatCount(requested.concurrency)}`, ''],
    ['Jitter', requested.jitterMs === null ? left : `up to ${formatMs(requested.jitterMs)}`, ''],
    [
      'Check-ins on demand',
      rate(requested.checkInsPerSecond),
      `${formatCount(report.checkIns)}, ${formatRate(checkInRate)}/s, those that devices make by themselves among them${report.checkInsMissed === 0 ? '' : `; ${formatCount(report.checkInsMissed)} missed (not connected then)`}`,
    ],
    [
      'Processes',
      requested.processes === null ? 'left to the machine' : formatCount(requested.processes),
      formatCount(report.generator.processes),
    ],
  ];
}

/** Name → figures, in the order in which they are read. */
export function loadFacts(report: LoadResult): [name: string, figures: string][] {
  const { connections, commands, generator } = report;
  return [
    [
      'connected',
      `${ofAsked(report.connected, report.asked)}, ${formatCount(report.enrolled)} enrolled, ${formatCount(report.alive)} alive`,
    ],
    ['connections', connectionFacts(report)],
    [
      'check-ins',
      `${formatCount(report.checkIns)}${report.checkInsMissed === 0 ? '' : `, ${formatCount(report.checkInsMissed)} missed (not connected then)`}`,
    ],
    ['round trips', `${formatCount(report.roundTrips)}, ${formatRate(report.roundTripsPerSecond)}/s`],
    ...(commands.accepted + commands.delivered === 0 ? [] : [['actions', commandFacts(report)] as [string, string]]),
    ...(report.notifications === 0 ? [] : [['notifications', `${formatCount(report.notifications)} came to devices`] as [string, string]]),
    ['bytes', `${formatSize(report.bytesSent)} sent, ${formatSize(report.bytesReceived)} received`],
    [
      'load side',
      `${formatSize(report.bytesPerDevice)} a device; ${formatCount(generator.processes)} ${generator.processes === 1 ? 'process' : 'processes'}, the busiest at ${formatPercent(generator.cpu)} of a core; stalls ${formatMs(generator.stallMsP99)} (p99), ${formatMs(generator.stallMsMax)} (max)`,
    ],
    ...(connections.lost === 0 ? [] : [['links lost', formatCount(connections.lost)] as [string, string]]),
  ];
}

function connectionFacts({ connections, connectionsPerSecond, rampMs }: LoadResult): string {
  const resumed = connections.resumed === 0 ? '' : `, ${formatCount(connections.resumed)} resumed`;
  const failed = connections.tried - connections.opened;
  return `${formatCount(connections.opened)}${resumed}${failed > 0 ? `, ${formatCount(failed)} failed` : ''}; ${formatRate(connectionsPerSecond)}/s in a ramp of ${formatSeconds(rampMs)}`;
}

function commandFacts({ commands: { accepted, delivered, executed, redelivered, open, lost, doubled } }: LoadResult): string {
  const again = redelivered === 0 ? '' : `, ${formatCount(redelivered)} delivered again`;
  const waiting = open === 0 ? '' : `, ${formatCount(open)} still wait for a check-in`;
  return `${formatCount(accepted)} accepted, ${formatCount(delivered)} delivered${again}, ${formatCount(executed)} executed${waiting}; ${formatCount(lost)} lost, ${formatCount(doubled)} doubled`;
}
