/** How a run is asked for, how it tells how far it is, and what it hands back: the same in virtual time and live. */
import type { RunData } from './result.ts';

export const storeKinds = ['memory', 'sqlite'] as const;
export type StoreKind = (typeof storeKinds)[number];

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
  /** Where the caller is going to write these; part of the result. */
  report?: string;
  file?: string;
  /** The command line that repeats this run. */
  replay?: string;
  signal?: AbortSignal;
  /** After each slice of a few milliseconds. */
  onProgress?: (progress: RunProgress) => void;
}

export interface RunProgress {
  /** Virtual now. */
  at: number;
  daysLived: number;
  /** Of the days to live: 0 to 1. */
  share: number;
  eventsExecuted: number;
  checkInsLived: number;
}

/** A finished run. Its iterables read the store: close it when they are no longer needed. */
export interface Run extends RunData {
  close(): void;
}

/** The run was stopped by its signal. */
export class RunStopped extends Error {
  readonly code = 'run-stopped';
  readonly progress: RunProgress;
  constructor(progress: RunProgress) {
    super(`Stopped after ${Math.floor(progress.daysLived)} virtual days.`);
    this.name = 'RunStopped';
    this.progress = progress;
  }
}
