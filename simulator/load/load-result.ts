/** What a load run comes to: what `--json` prints (names are fixed: design §8; fields may be added). */
import type { ReasonCounts, TimedThing } from './load-figures.ts';

export interface Latency {
  count: number;
  /** All in ms. */
  min: number;
  mean: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
}

/** How many took up to this, and longer than the span before; null: longer than all others. */
export interface LatencySpan {
  upToMs: number | null;
  count: number;
}

export interface ThresholdVerdict {
  /** As it was written: `check-in.p99<250ms`. */
  name: string;
  passed: boolean;
  /** In the threshold's own unit; null: nothing was measured, which is not passed. */
  value: number | null;
  detail: string;
}

/** A second of the run. */
export interface LoadSample {
  /** Seconds since it began. */
  second: number;
  connected: number;
  alive: number;
  /** In that second. */
  connections: number;
  checkIns: number;
  roundTrips: number;
  errors: number;
  /** In that second; empty in most. */
  errorsByReason: ReasonCounts;
  /** Of check-ins that ended in it, ms; null: none did. */
  checkInP50: number | null;
  checkInP99: number | null;
}

export interface LoadResult {
  schema: 'mockfleet/load-result/1';
  shape: string;
  server: string;
  seed: string;
  startedAt: string;
  durationMs: number;
  stopped: boolean;
  asked: number;
  enrolled: number;
  connected: number;
  alive: number;
  errors: number;
  errorsByReason: ReasonCounts;
  /** From the first connection to the last of the first ramp. */
  rampMs: number;
  connectionsPerSecond: number;
  connections: { tried: number; opened: number; resumed: number; lost: number };
  checkIns: number;
  checkInsMissed: number;
  roundTrips: number;
  roundTripsPerSecond: number;
  /**
   * Of actions: `accepted` by Graph, `delivered` to a device, `executed` by it; `confirmed`: Graph says so too. `open`: still waiting at
   * the service when it was over, for devices that have not checked in since (a push can be lost, and some Androids hear of none); `lost`: accepted, and neither executed nor open; `doubled`: executed twice.
   */
  commands: {
    accepted: number;
    delivered: number;
    executed: number;
    redelivered: number;
    lost: number;
    doubled: number;
    confirmed: number;
    open: number;
  };
  notifications: number;
  latencyMs: Record<TimedThing, Latency>;
  latencySpans: Record<TimedThing, readonly LatencySpan[]>;
  bytesSent: number;
  bytesReceived: number;
  /** Resident memory of the load side above its start, for each connected device. */
  bytesPerDevice: number;
  generator: {
    processes: number;
    /** Share of one core that the busiest process used. */
    cpu: number;
    stallMsMax: number;
    stallMsP99: number;
    rssBytes: number;
    /** Not null: the generator, and not the server, may be the limit; a sentence that says why. */
    limit: string | null;
  };
  samples: readonly LoadSample[];
  thresholds: readonly ThresholdVerdict[];
  passed: boolean;
}
