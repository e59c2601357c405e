/** A lane: who lives a slice of a load run's devices. In this process (lane.ts), in another one (lane-process.ts), or on another machine. */
import type { LoadFigures } from './load-figures.ts';
import type { LoadJob } from './load-job.ts';

/** An action that an administrator's call was accepted for, and the instant of the answer (ms since 1970, this machine's clock). */
export interface AcceptedAction {
  /** Record id at the server. */
  deviceId: string;
  action: string;
  at: number;
}

export interface LaneWatch {
  /** About once a second, and once when it is over: what was counted since it began. */
  onFigures(figures: LoadFigures): void;
  /** Devices that enrolled or left since the last word: which record is which device of the fleet. */
  onRecords(changes: readonly { index: number; deviceId: string | null }[]): void;
  /** Something that a user should read; at most a few a second. */
  onTrouble(sentence: string): void;
}

export interface LoadLane {
  /** Gets ready (keys, devices), without a connection. */
  open(job: LoadJob, watch: LaneWatch): Promise<void>;
  /** Carries out the script; resolves when it is over or was stopped, with its last figures handed over. */
  run(): Promise<void>;
  /** The coordinator's administrator has asked for these: what becomes of them is timed. */
  accepted(actions: readonly AcceptedAction[]): void;
  /** The devices of all processes have gathered (`gather` of the script): it goes on. */
  goOn(): void;
  /** Ends the script early; `run` resolves. */
  stop(): void;
  close(): Promise<void>;
}
