/** Who lives the shards of a run: this thread, threads of this process (thread-runner.ts), or other machines (queue/). */
import { type RunProgress, RunStopped } from '../run-progress.ts';
import { endOf, type ShardFound } from '../world/found.ts';
import type { LivedShard, ShardJob } from './live-shard.ts';
import type { Pause } from './pause.ts';

export interface RunnerWatch {
  signal?: AbortSignal | undefined;
  pause?: Pause | undefined;
  /** How far each shard is that has begun. */
  onProgress?: ((shard: number, progress: RunProgress) => void) | undefined;
  /** A shard is over, and its part is written. In any order; each once. One that the signal has stopped is known by its `until`. */
  onFound: (found: ShardFound) => void;
}

export interface ShardRunner {
  /**
   * Lives all of them.
   * @throws RunStopped (rejects) by its signal, after what was under way was handed over as far as it was lived; ShardError
   */
  run(jobs: readonly ShardJob[], watch: RunnerWatch): Promise<void>;
}

/** A shard could not be lived, which no shard of a scenario that was read should do. What went wrong is its cause. */
export class ShardError extends Error {
  override readonly name = 'ShardError';
  readonly code = 'shard-failed';
  readonly shard: number;

  /** @param where it was lived, in words */
  constructor({ slice: { number, first, count } }: Pick<ShardJob, 'slice'>, where: string, cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(`Shard ${number} (devices ${first} to ${first + count - 1}) failed ${where}: ${message}`, { cause });
    // Where it happened says more than where it was heard of.
    if (cause instanceof Error && cause.stack !== undefined) this.stack = `${this.name}: ${this.message}\n${cause.stack}`;
    this.shard = number;
  }
}

/** One after the other in this thread. @param onLived takes a shard over while its store is open, and closes it */
export function inlineRunner(onLived: (shard: LivedShard) => void = (shard) => shard.close()): ShardRunner {
  return {
    async run(jobs, { signal, pause, onProgress, onFound }) {
      // All of a device and of a stub, which whoever runs shards elsewhere need not load.
      const { liveShard } = await import('./live-shard.ts');
      for (const job of jobs) {
        if (signal?.aborted === true) throw new RunStopped();
        const between = () => pause?.passed(signal) ?? Promise.resolve();
        const lived = await liveShard(job, { signal, between, onProgress: (progress) => onProgress?.(job.slice.number, progress) });
        onFound(lived.found);
        onLived(lived);
        if (lived.found.until < endOf(job.scenario)) throw new RunStopped();
      }
    },
  };
}
