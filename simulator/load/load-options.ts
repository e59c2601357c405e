/** What a load run is asked for, and who watches it. */
import type { Scenario } from '../scenarios/scenario.ts';
import type { LoadFigures } from './load-figures.ts';
import type { LoadTarget, Pace } from './load-job.ts';
import type { LoadLane } from './load-lane.ts';
import type { LoadSample } from './load-result.ts';
import type { ShapeName } from './shapes.ts';

/** The service's Graph, for the administrator of a timeline. */
export interface GraphPlace {
  /** `https://host:port`, without the version. */
  url: string;
  /** Bearer token. */
  token: string;
  /** PEM of the authority that signed its certificate; null: the system's own. */
  ca: string | null;
}

export interface LoadOptions {
  /**
   * Whose fleet the devices are, its seed and its faults; its timeline is what the administrator does, in real time since the run began
   * (an entry at `2m` is done two minutes after the first device came).
   */
  scenario: Scenario;
  devices: number;
  target: LoadTarget;
  /** null: there is no administrator; a timeline or a shape that needs one is refused. */
  graph: GraphPlace | null;
  shape: ShapeName;
  durationMs: number;
  /** Absent: what suits the shape and the number of devices. */
  pace?: Partial<Pace>;
  /** Check-ins on demand, a second, of all devices together; absent: the shape's own. 0: none. */
  checkInsPerSecond?: number;
  /** Absent: one per core, and one (this process) below 100 devices. 1: this process. */
  processes?: number;
  /** Who lives the slices; absent: this process, or processes of this machine. */
  lane?: (number: number, processes: number) => LoadLane;
  /** Folder of the devices' identities, so that another run goes on with them; absent: the devices enrol anew each time. */
  keep?: string;
  /** Folder of the shared keys; absent: made for this run alone. */
  keys?: string;
  /** Whether devices offer their TLS session when they come back; absent: they do. */
  resume?: boolean;
}

/** Where a run is: once a second. */
export interface LoadProgress {
  /** Of all processes, since it began. */
  figures: LoadFigures;
  /** The second that has just ended. */
  sample: LoadSample;
  /** ms since the first device came, and how long it will be in all. */
  elapsedMs: number;
  durationMs: number;
  /** What it does now, in a few words: `devices come`, `check-ins on demand`. */
  doing: string;
}

export interface LoadWatch {
  /** Ends it early: devices go, and what was counted stays. */
  signal?: AbortSignal;
  onProgress?: (progress: LoadProgress) => void;
  /** Something that a user should read, at most a few a second. */
  onTrouble?: (sentence: string) => void;
}
