/** What a lane in another process is told, and says: plain data (structured clones). */
import type { LoadFigures } from './load-figures.ts';
import type { LoadJob } from './load-job.ts';
import type { AcceptedAction } from './load-lane.ts';

export type ToLane =
  | { type: 'open'; job: LoadJob }
  | { type: 'run' }
  | { type: 'accepted'; actions: readonly AcceptedAction[] }
  | { type: 'go-on' }
  | { type: 'stop' }
  | { type: 'close' };

export type FromLane =
  | { type: 'figures'; figures: LoadFigures }
  | { type: 'records'; changes: readonly { index: number; deviceId: string | null }[] }
  | { type: 'trouble'; sentence: string }
  /** What it was told is done, or could not be. */
  | { type: 'done'; what: 'open' | 'run' | 'close'; error: { code: string | null; message: string } | null };
