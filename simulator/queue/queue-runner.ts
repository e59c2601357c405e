/** Lives the shards of a run on whatever machines there are: `mockfleet run --queue`, with `mockfleet worker` elsewhere. */
import { RunStopped } from '../run-progress.ts';
import type { ShardRunner } from '../shards/runner.ts';
import { connectRedis } from './connection.ts';
import { readQueueUrl } from './queue-url.ts';
import { QueuedRun } from './queued-run.ts';

export interface QueueRunnerOptions {
  url: string;
  /** Hears what people should know while they wait, one line each. */
  say?: (line: string) => void;
}

/** For workers to hand over what was under way, after a stop. */
const stopMs = 8_000;
/** Redis may be away: what is left there then expires. */
const leaveMs = 3_000;

/**
 * It waits for workers as long as it takes, and lives no shard itself.
 * @throws QueueError at once for an address that is none; (rejects) `queue-unreachable` and `queue-refused` before anything was lived
 */
export function queueRunner({ url, say = () => {} }: QueueRunnerOptions): ShardRunner {
  const queueUrl = readQueueUrl(url);
  return {
    async run(jobs, watch) {
      const [first] = jobs;
      if (first === undefined) return;
      const { signal } = watch;
      const redis = await connectRedis(queueUrl, {
        warn: say,
        lost: () => say(`the connection to ${queueUrl.shown} is lost: trying again`),
        back: () => say(`connected to ${queueUrl.shown} again`),
      });
      const run = new QueuedRun(redis, [first, ...jobs.slice(1)], watch, { shown: queueUrl.shown, say });
      const stop = new Deadline(stopMs);
      const onStop = () => {
        run.stop();
        stop.begin();
      };
      if (signal?.aborted === true) onStop();
      else signal?.addEventListener('abort', onStop);
      const lived = run.live();
      try {
        await Promise.race([
          lived,
          stop.passed.then(() => {
            throw new RunStopped();
          }),
        ]);
      } finally {
        signal?.removeEventListener('abort', onStop);
        stop.close();
        // Whoever lost the race above ends with the connection.
        lived.catch(() => undefined);
        const leave = new Deadline(leaveMs);
        leave.begin();
        await Promise.race([run.leave(say), leave.passed]);
        leave.close();
        run.disconnect();
        redis.disconnect();
      }
    },
  };
}

/** An instant that comes so many milliseconds after it was asked for, if ever. */
class Deadline {
  readonly passed: Promise<void>;
  readonly #ms: number;
  #pass: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.#ms = ms;
    this.passed = new Promise((resolve) => {
      this.#pass = resolve;
    });
  }

  begin(): void {
    this.#timer = setTimeout(this.#pass, this.#ms);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
