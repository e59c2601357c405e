/**
 * Notices peers that are gone without a word (a half-open connection, RFC 1122 §4.2.3.6): nothing of theirs arrives, and nobody says so.
 * A link on which nothing came for a whole beat is asked by a ping; after another beat of silence it is given up. One timer for all links
 * of a process, which take turns within the beat, so that ten thousand do not ask at once.
 */
import type { WebSocket } from 'ws';
import { type Clock, systemClock } from '../runtime/clock.ts';

/** A server that pings as often is never asked. */
const beatMsDefault = 30_000;
const slotsMax = 30;

interface Watched {
  webSocket: WebSocket;
  /** Of its connection: how much has come. */
  socket: { readonly bytesRead: number };
  bytesRead: number;
  wasAsked: boolean;
}

export class Heartbeat {
  readonly #slotMs: number;
  readonly #slots: Set<Watched>[];
  readonly #real: Clock;
  #turn = 0;
  #watched = 0;
  #next = 0;
  #cancel: (() => void) | undefined;

  constructor({ beatMs = beatMsDefault, real = systemClock }: { beatMs?: number; real?: Clock } = {}) {
    const slots = Math.max(1, Math.min(slotsMax, Math.floor(beatMs / 100)));
    this.#slotMs = Math.ceil(beatMs / slots);
    this.#slots = Array.from({ length: slots }, () => new Set());
    this.#real = real;
  }

  /** Until it is closed. */
  watch(webSocket: WebSocket, socket: { readonly bytesRead: number }): void {
    const slot = this.#slots[this.#next] as Set<Watched>;
    this.#next = (this.#next + 1) % this.#slots.length;
    const watched: Watched = { webSocket, socket, bytesRead: socket.bytesRead, wasAsked: false };
    slot.add(watched);
    this.#watched += 1;
    webSocket.once('close', () => {
      if (!slot.delete(watched)) return;
      this.#watched -= 1;
      if (this.#watched === 0) this.#stop();
    });
    if (this.#cancel === undefined) this.#wait();
  }

  #wait(): void {
    this.#cancel = this.#real.at(this.#real.now() + this.#slotMs, () => {
      this.#turn = (this.#turn + 1) % this.#slots.length;
      for (const watched of this.#slots[this.#turn] as Set<Watched>) beat(watched);
      this.#cancel = undefined;
      if (this.#watched > 0) this.#wait();
    });
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

function beat(watched: Watched): void {
  const { webSocket, socket } = watched;
  const hasSpoken = socket.bytesRead !== watched.bytesRead;
  watched.bytesRead = socket.bytesRead;
  if (hasSpoken) {
    watched.wasAsked = false;
    return;
  }
  if (watched.wasAsked) return webSocket.terminate();
  watched.wasAsked = true;
  if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
}
