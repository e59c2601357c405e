/** What the bench comes to: what `--json` prints. */
import type { Shares } from '../million/profile.ts';
import type { BareLap } from './bare.ts';
import type { OwnLap } from './mockfleet.ts';
import type { Lap } from './tool.ts';

/** Check-ins on demand at a rate: what came of it. */
export interface Step {
  asked: number;
  /** As the stub counts. */
  reached: number;
  p50Ms: number;
  p99Ms: number;
  errors: number;
  /** The load run's own word that it, and not the stub, was the limit. */
  limit: string | null;
}

export interface ToolRow extends Lap {
  name: string;
  version: string;
}

export interface OwnLaps {
  enrolment: OwnLap;
  first: OwnLap;
  again: OwnLap;
  resumed: OwnLap;
}

export interface LoadReport {
  machine: string;
  cores: number;
  memoryBytes: number;
  node: string;
  openssl: string;
  concurrency: number;
  inFlight: number;
  /** By number of devices. */
  bare: Record<number, BareLap>;
  own: Record<number, OwnLaps>;
  steps: Step[];
  tools: ToolRow[];
  /** Tools that are not there, and how to get them. */
  missing: string[];
  profile: { devices: number; checkInsPerSecond: number; stub: Shares; lane: Shares } | null;
}
