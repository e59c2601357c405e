/** Lives the shards of a run on threads of this process. */
import { RunStopped } from '../run-progress.ts';
import { endOf, type ShardFound } from '../world/found.ts';
import type { ShardJob } from './live-shard.ts';
import type { RunnerWatch, ShardRunner } from './runner.ts';
import { ShardThread } from './shard-thread.ts';

/** @param threads at most so many; each lives one shard after the other */
export function threadRunner(threads: number): ShardRunner {
  return {
    async run(jobs, watch) {
      const waiting = jobs.values();
      let lived = 0;
      const onFound = (found: ShardFound) => {
        watch.onFound(found);
        if (jobs.some(({ slice, scenario }) => slice.number === found.slice.number && found.until >= endOf(scenario))) lived += 1;
      };
      // What fails in one thread stops the others: their work would be for nothing.
      const failed = new AbortController();
      const signal = watch.signal === undefined ? failed.signal : AbortSignal.any([watch.signal, failed.signal]);
      const lives = Array.from({ length: Math.min(threads, jobs.length) }, () =>
        liveAll(waiting, { ...watch, onFound, signal }).catch((error: unknown) => failed.abort(error)),
      );
      await Promise.all(lives);
      if (failed.signal.aborted) throw failed.signal.reason;
      if (lived < jobs.length) throw new RunStopped();
    },
  };
}

/** One thread: takes shards as long as there are some. */
async function liveAll(waiting: Iterator<ShardJob>, { signal, pause, onProgress, onFound }: RunnerWatch): Promise<void> {
  const thread = new ShardThread();
  try {
    for (let next = waiting.next(); next.done !== true && signal?.aborted !== true; next = waiting.next()) {
      const job = next.value;
      const found = await thread.live(job, { signal, pause, onProgress: (progress) => onProgress?.(job.slice.number, progress) });
      onFound(found);
    }
  } finally {
    await thread.close();
  }
}
