/** The bare server and the bare client: the least that mutual TLS and WebSockets cost here, in two processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { CountedServer } from './counted-server.ts';
import type { BareHouse } from './identities.ts';
import type { ClientStep, ClientWishes } from './messages.ts';
import { type Seen, Watched } from './watched.ts';

export interface BareLap {
  /** First contact of all; then check-ins. */
  first: Seen;
  p50Ms: number;
  p99Ms: number;
  /** All of them once more, with a full handshake, and with the session of before. */
  again: Seen;
  resumed: Seen;
  sessionsResumed: number;
}

export type BareWishes = Omit<ClientWishes, 'url' | 'ca'>;

const limitMs = 300_000;

export function startBareServer({ caFile, certFile, keyFile }: BareHouse): Promise<CountedServer> {
  return CountedServer.start([join(import.meta.dirname, 'bare-server.ts'), caFile, certFile, keyFile]);
}

export async function driveBare(server: CountedServer, { ca }: BareHouse, wishes: BareWishes): Promise<BareLap> {
  const client = new BareClient({ ...wishes, url: server.ready.devices as string, ca });
  try {
    await client.reached('loaded');
    const first = new Watched(server, client.pid);
    await client.watchedTo('connected', first);
    const { p50Ms, p99Ms } = (await client.watchedTo('talked', first)) as ClientStep & { step: 'talked' };
    await client.watchedTo('dropped', null);
    const again = new Watched(server, client.pid);
    await client.watchedTo('reconnected', again);
    await client.watchedTo('dropped', null);
    const before = await server.counts();
    const resumed = new Watched(server, client.pid);
    await client.watchedTo('resumed', resumed);
    const sessionsResumed = (await server.counts()).resumed - before.resumed;
    return { first: first.seen(), p50Ms, p99Ms, again: again.seen(), resumed: resumed.seen(), sessionsResumed };
  } finally {
    client.end();
  }
}

class BareClient {
  readonly pid: number;
  readonly #child: ChildProcess;
  #last: ClientStep | null = null;
  #wake: () => void = () => {};
  #hasEnded = false;

  constructor(wishes: ClientWishes) {
    const words = ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'bare-client.ts'), JSON.stringify(wishes)];
    this.#child = spawn(process.execPath, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.pid = this.#child.pid as number;
    this.#child.on('message', (step: ClientStep) => {
      this.#last = step;
      this.#wake();
    });
    this.#child.on('exit', () => {
      this.#hasEnded = true;
      this.#wake();
    });
  }

  /** @throws Error (rejects) when it ends before */
  async reached(step: ClientStep['step']): Promise<ClientStep> {
    while (this.#last?.step !== step) {
      if (this.#hasEnded) throw new Error(`The bare client ended before it had ${step}.`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#last;
  }

  /** Lets it take its next step, and looks on. */
  async watchedTo(step: ClientStep['step'], watched: Watched | null): Promise<ClientStep> {
    this.#last = null;
    this.#child.send('go');
    if (watched !== null) await watched.until(() => this.#last !== null || this.#hasEnded, limitMs);
    return this.reached(step);
  }

  end(): void {
    if (!this.#hasEnded) this.#child.kill('SIGTERM');
  }
}
