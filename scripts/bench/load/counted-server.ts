/** A server as a process of its own, with counting.ts in it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ServerCounts, ToServer } from './messages.ts';

const stopMs = 30_000;

/** What it prints when it can be reached. */
export type Ready = Record<string, string>;

export class CountedServer {
  readonly pid: number;
  readonly ready: Ready;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ready: Ready) {
    this.#child = child;
    this.pid = child.pid as number;
    this.ready = ready;
  }

  /** @param words what comes after `node`; @param flags for node itself. @throws Error (rejects) when it ends before it is ready */
  static async start(words: readonly string[], flags: readonly string[] = []): Promise<CountedServer> {
    const hooks = ['--import', import.meta.resolve('tsx'), '--import', join(import.meta.dirname, 'counting.ts')];
    const child = spawn(process.execPath, [...flags, ...hooks, ...words], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    let said = '';
    child.stderr?.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-4_000);
    });
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      if (line.startsWith('{')) {
        child.stdout?.resume();
        return new CountedServer(child, JSON.parse(line) as Ready);
      }
    }
    throw new Error(`A server ended before it was ready (${words.join(' ')}):\n${said}`);
  }

  async counts(collects = false): Promise<ServerCounts> {
    const answer = once(this.#child, 'message');
    this.#child.send({ collects } satisfies ToServer);
    return (await answer)[0] as ServerCounts;
  }

  /** It has time to end well: a profile is written at the end. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), stopMs);
    await ended;
    clearTimeout(late);
  }
}
