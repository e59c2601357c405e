/** `mockfleet worker`: lives shards of other machines' runs, and lanes of their load runs, which it takes out of a queue. */
import { availableParallelism } from 'node:os';
import type { CommandModule } from 'yargs';
import type { LaneNews, ShardNews, WorkerNews } from '../simulator/queue/worker-news.ts';
import { formatCount } from '../simulator/report/figures.ts';
import { printable } from '../simulator/scenarios/errors.ts';
import { wholeNumber } from './errors.ts';
import { listenForStop } from './stop.ts';

interface WorkerArguments {
  queue: string;
  workers: number | undefined;
  json: boolean;
}

const threadsMax = 1_024;

export const workerCommand: CommandModule<object, WorkerArguments> = {
  builder: (yargs) =>
    yargs
      .option('queue', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'Redis: redis://[user:password@]host[:port][/database], or rediss:// over TLS',
      })
      .option('workers', {
        type: 'number',
        requiresArg: true,
        describe: 'Shards or lanes to live at a time, each on a core of its own (default: the cores there are)',
      })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON object per line instead of sentences' })
      .example('$0 worker --queue redis://queue.example:6379', 'on each machine that is to help')
      .example('$0 run --devices 1000000 --queue redis://queue.example:6379', 'the run they help with, on any machine')
      .example('$0 load --devices 20000 --queue redis://queue.example:6379 …', 'a load run whose devices they live')
      .epilogue(
        [
          'It works for all runs of this version of mockfleet in that queue until it is stopped; any number of workers may.',
          'Ctrl-C gives back what is under way: another worker lives it. So does it, some seconds later, when a worker is killed.',
          'The result of a run does not depend on who lived its shards, or how often one had to be lived again.',
          'Lanes of a load run begin together, in real time: each waits for the others, and none is lived again.',
          'Redis 6.2 or newer, with room for the finished shards (maxmemory-policy noeviction). Whoever can write to it decides',
          'what the workers do: keep it among your own machines.',
          '',
          'Exit codes: 0 stopped by Ctrl-C; 1 no Redis there; 2 wrong use; 143 stopped by SIGTERM.',
        ].join('\n'),
      ),
  handler: work,
};

async function work({ queue, workers, json }: WorkerArguments): Promise<void> {
  const threads = wholeNumber('workers', workers, 1, threadsMax) ?? availableParallelism();
  const tell = (news: WorkerNews) => process.stdout.write(`${json ? JSON.stringify(news) : printable(sentence(news))}\n`);
  const stop = listenForStop();
  try {
    // No other command needs the queue's libraries.
    const { workQueue } = await import('../simulator/queue/queue-worker.ts');
    await workQueue({ url: queue, threads, signal: stop.signal, tell });
  } finally {
    stop.close();
  }
}

function sentence(news: WorkerNews): string {
  switch (news.kind) {
    case 'ready':
      return `worker ${news.worker}, mockfleet ${news.version}, ${news.threads === 1 ? '1 shard or lane' : `${news.threads} shards or lanes`} at a time: waiting at ${news.queue}`;
    case 'warning':
      return `warning: ${news.what}`;
    case 'connection-lost':
      return 'the connection to Redis is lost: trying again';
    case 'connected-again':
      return 'connected to Redis again';
    case 'leaving':
      return 'leaving';
    case 'other-version':
      return `a run (${news.run}) wants workers of version ${news.version}: this one cannot help it`;
    default:
      return 'lane' in news ? laneSentence(news) : shardSentence(news);
  }
}

function shardSentence(news: ShardNews): string {
  const shard = `${news.title} ${news.run} shard ${news.shard}`;
  switch (news.kind) {
    case 'shard-taken':
      return `${shard}: ${formatCount(news.devices)} devices`;
    case 'shard-given-back':
      return `${shard}: given back`;
    case 'shard-forgotten':
      return `${shard}: no longer wanted`;
    case 'shard-done':
      return `${shard}: ${formatCount(news.devices)} devices lived in ${news.seconds.toFixed(1)} s, ${formatCount(Math.ceil(news.bytes / 1024))} KiB sent`;
    case 'shard-stopped':
      return `${shard}: stopped by its run after ${news.seconds.toFixed(1)} s`;
    case 'shard-failed':
      return `${shard}: FAILED after ${news.seconds.toFixed(1)} s: ${news.error}`;
  }
}

function laneSentence(news: LaneNews): string {
  const lane = `${news.title} ${news.run} lane ${news.lane}`;
  switch (news.kind) {
    case 'lane-taken':
      return `${lane}: ${formatCount(news.devices)} devices`;
    case 'lane-given-back':
      return `${lane}: given back`;
    case 'lane-forgotten':
      return `${lane}: no longer wanted`;
    case 'lane-done':
      return `${lane}: over`;
    case 'lane-stopped':
      return `${lane}: stopped before its end`;
    case 'lane-failed':
      return `${lane}: FAILED: ${news.error}`;
  }
}
