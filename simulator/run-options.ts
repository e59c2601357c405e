/** How a run is asked for, and what it hands back: the same in virtual time and live. */
import type { RunData, RunRows } from './result.ts';
import type { FleetProgress } from './run-progress.ts';
import type { Pause } from './shards/pause.ts';
import type { ShardRunner } from './shards/runner.ts';
import type { StoreKind } from './store-kind.ts';
import type { ShardFound } from './world/found.ts';

/** Characters. */
export const seedMax = 64;

export interface RunOptions {
  /** In place of the scenario's own. */
  devices?: number;
  days?: number;
  seed?: string;
  everyCheckIn?: boolean;
  codec?: boolean;
  /** By real agents over real sockets against a real stub instead of in virtual time; up to 200 devices. */
  live?: boolean;
  /** Of a live run: how fast time runs, on a scaled clock; absent: it hops, as fast as everybody can follow. */
  speed?: number;
  /** `sqlite` is a database in memory: the live stub's store under the same load. Same digest, more work. */
  store?: StoreKind;
  /** Into how many shards the fleet is dealt: the same result for any number. Absent: as many as keep the memory small. */
  shards?: number;
  /** On how many threads these are lived; absent: as many as there are cores. */
  workers?: number;
  /** Who lives the shards; absent: threads of this process. */
  runner?: ShardRunner;
  /** Shards that were lived before, and what keeps those that are lived now, so that a run which ends early can go on. */
  kept?: KeptShards;
  /** Holds the run where it is. */
  pause?: Pause;
  /** Folder in which each shard leaves its part of the run's file (report/run-file.ts); absent: they leave none. */
  parts?: string;
  /** Whether the file has each event of each device; absent: up to so many devices (report/run-events.ts). */
  events?: boolean;
  /** Where the caller is going to write these; part of the result. */
  report?: string;
  file?: string;
  /** The command line that repeats this run. */
  replay?: string;
  /** Stops the run where it is: it comes to what was lived up to there. */
  signal?: AbortSignal;
  /** Some times a second. */
  onProgress?: (progress: FleetProgress) => void;
}

/** What a run keeps of the shards that were lived to their end (unfinished-run.ts). */
export interface KeptShards {
  /** Those that were lived before: they are not lived again, and their parts are there. */
  readonly found: readonly ShardFound[];
  /** How long the run took then. */
  readonly wallMs: number;
  /** This one is over, and its part is written. @param wallMs how long the run has taken up to now, in all */
  keep(found: ShardFound, wallMs: number): void;
}

/** A run that is over, or was stopped. */
export interface Run extends RunData {
  /** null: it was lived in several shards, and what they kept is in their parts. They read the store: close the run when they are no longer needed. */
  rows: RunRows | null;
  /** Paths of the parts that its file is put together from, where some were asked for. */
  parts: readonly string[];
  close(): void;
}
