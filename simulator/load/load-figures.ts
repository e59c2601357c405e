/** What a process of a load run has counted since it began: plain data, which adds up over processes and machines. */
import type { HistogramFound } from './histogram.ts';

/** What is timed. `reconnect`: from the loss of a link to the open one. `delivered`, `acknowledged`: from Graph's answer to an action. */
export const timedThings = ['connect', 'enrolment', 'check-in', 'reconnect', 'delivered', 'acknowledged'] as const;
export type TimedThing = (typeof timedThings)[number];

/** Of all that can go wrong, in words that are stable: `tls-handshake`, `connection-refused`, `timeout`, a refusal's code, … */
export type ReasonCounts = Record<string, number>;

export interface LoadFigures {
  /** Gauges: how many devices of this process are so now. */
  asked: number;
  enrolled: number;
  connected: number;
  /** Connected, and answered to lately (a check-in, or a ping). */
  alive: number;
  /** Counters. */
  connectionsTried: number;
  connectionsOpened: number;
  connectionsResumed: number;
  /** Links that ended though nobody of ours ended them. */
  linksLost: number;
  enrolments: number;
  /** A round trip is a check-in up to its `check-in-done`, or a command up to `result-accepted`. */
  roundTrips: number;
  checkIns: number;
  /** On demand, whose instant came while the device was not connected: not begun, and an error. */
  checkInsMissed: number;
  commandsDelivered: number;
  commandsExecuted: number;
  /** A command that came again though it was executed: answered again, not executed again. */
  commandsRedelivered: number;
  /** The same command executed a second time, by its id: never right. */
  commandsDoubled: number;
  notifications: number;
  bytesSent: number;
  bytesReceived: number;
  errors: ReasonCounts;
  /** From the first connection begun to the last one opened of the first ramp, ms, and how many were opened in it. */
  rampMs: number;
  rampConnections: number;
  /** It has done all up to a `gather`, and waits for the other processes. */
  isGathered: boolean;
  times: Record<TimedThing, HistogramFound>;
  generator: GeneratorFigures;
}

/** The process itself. */
export interface GeneratorFigures {
  /** CPU time that it used, and real time since it began, in ms. */
  cpuMs: number;
  wallMs: number;
  /** Resident memory now, and before the first device, in bytes. */
  rssBytes: number;
  rssBytesBefore: number;
  /** The longest time that its event loop did not come round, and the 99th percentile, in ms. */
  stallMsMax: number;
  stallMsP99: number;
}
