/** A lane in a process of its own on this machine. */
import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { LoadError, type LoadErrorCode } from './errors.ts';
import type { FromLane, ToLane } from './lane-words.ts';
import type { LoadJob } from './load-job.ts';
import type { AcceptedAction, LaneWatch, LoadLane } from './load-lane.ts';

/** One that does not go by itself is ended. */
const closeMsMax = 5_000;

type Work = 'open' | 'run' | 'close';

export function createLaneProcess(number: number): LoadLane {
  return new LaneProcess(number);
}

class LaneProcess implements LoadLane {
  readonly #number: number;
  #child: ChildProcess | null = null;
  #watch: LaneWatch | null = null;
  /** What it was told and has not answered. */
  readonly #waiting = new Map<Work, { resolve: () => void; reject: (error: Error) => void }>();
  /** Why it lives no more. */
  #death: Error | null = null;

  constructor(number: number) {
    this.#number = number;
  }

  async open(job: LoadJob, watch: LaneWatch): Promise<void> {
    this.#watch = watch;
    const child = startProcess();
    this.#child = child;
    child.on('message', (words: FromLane) => this.#heard(words));
    child.on('error', (error) => this.#died(error.message));
    child.on('exit', (code, signal) => this.#died(signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`));
    await this.#ask('open', { type: 'open', job });
  }

  async run(): Promise<void> {
    await this.#ask('run', { type: 'run' });
  }

  accepted(actions: readonly AcceptedAction[]): void {
    this.#tell({ type: 'accepted', actions });
  }

  goOn(): void {
    this.#tell({ type: 'go-on' });
  }

  stop(): void {
    this.#tell({ type: 'stop' });
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child === null || this.#death !== null) return;
    const timer = setTimeout(() => child.kill('SIGKILL'), closeMsMax);
    try {
      await this.#ask('close', { type: 'close' });
    } catch (error) {
      this.#watch?.onTrouble((error as Error).message);
    } finally {
      clearTimeout(timer);
    }
    this.#watch = null;
    if (child.connected) child.disconnect();
    if (this.#death === null) await new Promise<void>((resolve) => child.once('exit', () => resolve()));
  }

  #ask(what: Work, words: ToLane): Promise<void> {
    if (this.#death !== null) return Promise.reject(this.#death);
    return new Promise((resolve, reject) => {
      this.#waiting.set(what, { resolve, reject });
      this.#tell(words);
    });
  }

  /** A process that is gone hears nothing; that it is gone is said elsewhere. */
  #tell(words: ToLane): void {
    if (this.#child?.connected === true) this.#child.send(words, (error) => (error === null ? undefined : this.#died(error.message)));
  }

  #heard(words: FromLane): void {
    switch (words.type) {
      case 'figures':
        return this.#watch?.onFigures(words.figures);
      case 'records':
        return this.#watch?.onRecords(words.changes);
      case 'trouble':
        return this.#watch?.onTrouble(words.sentence);
      case 'done': {
        const waiting = this.#waiting.get(words.what);
        this.#waiting.delete(words.what);
        if (words.error === null) waiting?.resolve();
        else waiting?.reject(failure(this.#number, words.error));
        return;
      }
    }
  }

  #died(why: string): void {
    if (this.#death !== null) return;
    this.#death = new LoadError('load-process', `Process ${this.#number + 1} of the load run is gone (${why}), and its devices with it.`);
    for (const { reject } of this.#waiting.values()) reject(this.#death);
    this.#waiting.clear();
  }
}

/** What a user has done wrong has a code and a sentence of its own, wherever it was found. */
function failure(number: number, { code, message }: { code: string | null; message: string }): Error {
  if (code?.startsWith('load-') === true) return new LoadError(code as LoadErrorCode, message);
  return new LoadError('load-process', `Process ${number + 1} of the load run failed: ${message}`);
}

function startProcess(): ChildProcess {
  const here = import.meta.url;
  const options: ForkOptions = { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] };
  // The flags of this process are not for it: a loader or an inspector, for example. From the sources it needs one of its own.
  if (!here.endsWith('.ts')) return fork(new URL('./lane-entry.js', here), { ...options, execArgv: [] });
  return fork(new URL('./lane-entry.ts', here), { ...options, execArgv: ['--import', import.meta.resolve('tsx')] });
}
