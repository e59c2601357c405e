/** What a load run has come to, from its figures. */
import type { Confirmed } from './administrator.ts';
import { latenciesOf } from './latency.ts';
import type { LoadFigures } from './load-figures.ts';
import type { LoadOptions } from './load-options.ts';
import type { LoadResult, LoadSample } from './load-result.ts';

interface Ended {
  options: LoadOptions;
  figures: LoadFigures;
  processes: number;
  samples: readonly LoadSample[];
  startedAt: Date;
  durationMs: number;
  isStopped: boolean;
  /** Actions that Graph accepted. */
  accepted: number;
  confirmed: Confirmed;
  limit: string | null;
  busiest: number;
}

export function resultOf(ended: Ended): LoadResult {
  const { options, figures, samples, accepted, confirmed } = ended;
  const durationMs = Math.round(ended.durationMs);
  const errorsByReason = { ...figures.errors };
  const lost = Math.max(0, accepted - figures.commandsExecuted - confirmed.open);
  // A server that says that something was done which no device has done has lost it, too.
  const unsaid = Math.max(0, accepted - confirmed.confirmed - confirmed.open);
  const counted = { 'commands-lost': Math.max(lost, unsaid), 'commands-doubled': figures.commandsDoubled };
  for (const [reason, count] of Object.entries(counted)) if (count > 0) errorsByReason[reason] = count;
  const errors = Object.values(errorsByReason).reduce((sum, count) => sum + count, 0);
  const { generator, connected } = figures;
  const rssBytes = generator.rssBytes;
  return {
    schema: 'mockfleet/load-result/1',
    shape: options.shape,
    server: options.target.urls.join(', '),
    seed: options.scenario.seed,
    startedAt: ended.startedAt.toISOString(),
    durationMs,
    stopped: ended.isStopped,
    asked: figures.asked,
    enrolled: figures.enrolled,
    connected,
    alive: figures.alive,
    errors,
    errorsByReason,
    rampMs: Math.round(figures.rampMs),
    connectionsPerSecond: perSecond(figures.rampConnections, figures.rampMs),
    connections: {
      tried: figures.connectionsTried,
      opened: figures.connectionsOpened,
      resumed: figures.connectionsResumed,
      lost: figures.linksLost,
    },
    checkIns: figures.checkIns,
    checkInsMissed: figures.checkInsMissed,
    roundTrips: figures.roundTrips,
    roundTripsPerSecond: perSecond(figures.roundTrips, durationMs),
    commands: {
      accepted,
      delivered: figures.commandsDelivered,
      executed: figures.commandsExecuted,
      redelivered: figures.commandsRedelivered,
      lost: counted['commands-lost'],
      doubled: figures.commandsDoubled,
      confirmed: confirmed.confirmed,
      open: confirmed.open,
    },
    notifications: figures.notifications,
    ...latenciesOf(figures.times),
    bytesSent: figures.bytesSent,
    bytesReceived: figures.bytesReceived,
    bytesPerDevice: connected === 0 ? 0 : Math.max(0, Math.round((rssBytes - generator.rssBytesBefore) / connected)),
    generator: {
      processes: ended.processes,
      cpu: Math.round(ended.busiest * 1000) / 1000,
      stallMsMax: generator.stallMsMax,
      stallMsP99: generator.stallMsP99,
      rssBytes,
      limit: ended.limit,
    },
    samples,
    thresholds: [],
    passed: errors === 0,
  };
}

function perSecond(count: number, ms: number): number {
  return ms === 0 ? 0 : Math.round((count * 10_000) / ms) / 10;
}
