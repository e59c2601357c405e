/**
 * A thread that lives shards, one after the other. It is told to stop or to pause, and tells how far it is, by memory that both sides share:
 * it never waits for messages while it works, and never floods anybody with them.
 */
import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { RunProgress } from '../run-progress.ts';
import type { ShardFound } from '../world/found.ts';
import type { ShardJob } from './live-shard.ts';
import type { Pause } from './pause.ts';
import { ShardError } from './runner.ts';
import { SharedState } from './shared-state.ts';

export interface ThreadWatch {
  signal?: AbortSignal | undefined;
  pause?: Pause | undefined;
  /** Some ten times a second. */
  onProgress?: ((progress: RunProgress) => void) | undefined;
}

/** What the thread answers to a job. */
export type ThreadAnswer = { found: ShardFound } | { error: unknown };

const progressEveryMs = 100;

/** What a device makes and throws away is collected the cheaper the later: with V8's 48 MiB it is a tenth of a run, with these half of it. */
const resourceLimits: ResourceLimits = { maxYoungGenerationSizeMb: 192 };

export class ShardThread {
  readonly #shared = new SharedState();
  readonly #worker: Worker;
  /** Takes the answer to the job under way. */
  #answer: ((answer: ThreadAnswer) => void) | null = null;
  /** Why it lives no more. */
  #death: ThreadAnswer | null = null;

  constructor() {
    this.#worker = startWorker({ workerData: this.#shared.memory, resourceLimits });
    this.#worker.on('message', (answer: ThreadAnswer) => this.#answer?.(answer));
    this.#worker.on('messageerror', (error) => this.#died(error));
    this.#worker.on('error', (error) => this.#died(error));
    this.#worker.on('exit', (code) => this.#died(new Error(`the thread ended with code ${code}`)));
  }

  /**
   * Lives a shard to its end, or to where its signal stops it; its part is written then. One at a time.
   * @throws ShardError (rejects), also when the thread dies of it, for want of memory for example
   */
  async live(job: ShardJob, { signal, pause, onProgress }: ThreadWatch = {}): Promise<ShardFound> {
    const shared = this.#shared;
    const command = () => shared.command(signal?.aborted === true ? 'stop' : pause?.isHeld === true ? 'pause' : 'go');
    const forget = pause?.listen(command);
    signal?.addEventListener('abort', command);
    const beat = setInterval(() => onProgress?.(shared.progress()), progressEveryMs);
    try {
      shared.begin();
      command();
      const answer = await new Promise<ThreadAnswer>((resolve) => {
        this.#answer = resolve;
        if (this.#death === null) this.#worker.postMessage(job);
        else resolve(this.#death);
      });
      if ('error' in answer) throw new ShardError(job, 'in its thread', answer.error);
      onProgress?.(shared.progress());
      return answer.found;
    } finally {
      this.#answer = null;
      clearInterval(beat);
      signal?.removeEventListener('abort', command);
      forget?.();
    }
  }

  /** Ends it, whatever it does. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #died(error: unknown): void {
    this.#death ??= { error };
    this.#answer?.(this.#death);
  }
}

function startWorker(options: { workerData: SharedArrayBuffer; resourceLimits: ResourceLimits }): Worker {
  const here = import.meta.url;
  // The flags of this process are not for it: a loader or an inspector, for example.
  if (!here.endsWith('.ts')) return new Worker(new URL('./thread-entry.js', here), { ...options, execArgv: [] });
  // From the sources; Node 20 takes no loader on a thread's command line.
  const [loader, entry] = [import.meta.resolve('tsx/esm/api'), new URL('./thread-entry.ts', here).href].map((url) => JSON.stringify(url));
  const program = `import(${loader}).then(({ register }) => { register(); return import(${entry}); });`;
  return new Worker(program, { ...options, execArgv: [], eval: true });
}
