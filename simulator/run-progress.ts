/** How a run tells how far it is, and that it was stopped. */
export interface RunProgress {
  /** Virtual now; of several shards, on the average. */
  at: number;
  daysLived: number;
  /** Of the days to live: 0 to 1. */
  share: number;
  eventsExecuted: number;
  checkInsLived: number;
}

/** How far a whole run is. */
export interface FleetProgress extends RunProgress {
  shards: number;
  shardsLived: number;
}

/** The run was stopped by its signal before there was anything to show. */
export class RunStopped extends Error {
  readonly code = 'run-stopped';
  /** How far it was, where that is known. */
  readonly progress: RunProgress | null;
  constructor(progress: RunProgress | null = null) {
    super(`Stopped after ${Math.floor(progress?.daysLived ?? 0)} virtual days.`);
    this.name = 'RunStopped';
    this.progress = progress;
  }
}
