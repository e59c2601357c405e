/** The inside of a ShardThread: takes jobs by message, and answers each. */
import { parentPort, workerData } from 'node:worker_threads';
import { liveShard, type ShardJob } from './live-shard.ts';
import type { ThreadAnswer } from './shard-thread.ts';
import { SharedState } from './shared-state.ts';

const shared = new SharedState(workerData as SharedArrayBuffer);
const signal = {
  get aborted() {
    return shared.isStopped;
  },
};

parentPort?.on('message', async (job: ShardJob) => {
  parentPort?.postMessage(await answerTo(job));
});

async function answerTo(job: ShardJob): Promise<ThreadAnswer> {
  try {
    const lived = await liveShard(job, {
      signal,
      onProgress: (progress) => shared.tell(progress),
      between: async () => shared.wait(),
    });
    lived.close();
    return { found: lived.found };
  } catch (error) {
    return { error };
  }
}
