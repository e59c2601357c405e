import type { Link, LinkHandlers, PeerCertificate } from './link.ts';

type Arrival = { kind: 'frame'; text: string } | { kind: 'closed'; reason: string };

class MemoryEnd implements Link {
  readonly peer: PeerCertificate | null;
  readonly remote = 'memory';
  other!: MemoryEnd;
  #handlers: LinkHandlers | undefined;
  #open = true;
  readonly #early: Arrival[] = [];

  constructor(peer: PeerCertificate | null) {
    this.peer = peer;
  }

  attach(handlers: LinkHandlers): void {
    if (this.#handlers !== undefined) throw new Error('This link has a receiver already.');
    this.#handlers = handlers;
    for (const arrival of this.#early.splice(0)) this.#hand(arrival);
  }

  send(text: string): void {
    if (this.#open) this.other.#arrive({ kind: 'frame', text });
  }

  close(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.other.#arrive({ kind: 'closed', reason });
    this.#arrive({ kind: 'closed', reason });
  }

  /** Arrivals are handed over in a task of their own, in order, so that a send never calls back into its sender. */
  #arrive(arrival: Arrival): void {
    queueMicrotask(() => {
      if (arrival.kind === 'closed') this.#open = false;
      if (this.#handlers === undefined) this.#early.push(arrival);
      else this.#hand(arrival);
    });
  }

  #closedSeen = false;
  #hand(arrival: Arrival): void {
    if (this.#closedSeen) return;
    if (arrival.kind === 'frame') this.#handlers?.frame(arrival.text);
    else {
      this.#closedSeen = true;
      this.#handlers?.closed(arrival.reason);
    }
  }
}

/** Two joined ends in one process. `peer` of each end is what that end knows of the other one. */
export function memoryLink(devicePeer: PeerCertificate | null): { device: Link; server: Link } {
  const device = new MemoryEnd(null);
  const server = new MemoryEnd(devicePeer);
  device.other = server;
  server.other = device;
  return { device, server };
}
