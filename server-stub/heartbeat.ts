/** Ends WebSockets whose peer is gone without a word: one that has not answered a ping by the time of the next. */
import type { WebSocket } from 'ws';
import { secondMs } from '../runtime/duration.ts';

interface Pulse {
  /** Of the next ping. */
  at: number;
  isSilent: boolean;
}

export class Heartbeat {
  readonly #clients: () => Iterable<WebSocket>;
  readonly #beatMs: number;
  readonly #pulses = new WeakMap<WebSocket, Pulse>();
  readonly #timer: NodeJS.Timeout;

  /** Each has its beats counted from when it came, so that thousands are not pinged at once. */
  constructor(clients: () => Iterable<WebSocket>, beatMs: number) {
    this.#clients = clients;
    this.#beatMs = beatMs;
    this.#timer = setInterval(() => this.#look(), Math.min(secondMs, beatMs));
  }

  watch(socket: WebSocket): void {
    const pulse = { at: performance.now() + this.#beatMs, isSilent: false };
    this.#pulses.set(socket, pulse);
    socket.on('pong', () => {
      pulse.isSilent = false;
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    for (const socket of this.#clients()) {
      const pulse = this.#pulses.get(socket);
      if (pulse === undefined || pulse.at > now) continue;
      if (pulse.isSilent) {
        socket.terminate();
        continue;
      }
      pulse.at = now + this.#beatMs;
      pulse.isSilent = true;
      socket.ping();
    }
  }
}
