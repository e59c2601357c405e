/** How much one server takes of the network, and the count of it. Refusals have codes, so that a device knows that it may come back. */
import { secondMs } from '../runtime/duration.ts';
import { TokenBucket } from '../runtime/token-bucket.ts';

export interface DoorLimits {
  /** Open WebSockets of devices. */
  connections: number;
  /** The same, of one address. */
  connectionsPerAddress: number;
  /** New ones, of all addresses together; as many may come at once. */
  connectionsPerSecond: number;
  /** Of one link; twice as many may come at once. */
  framesPerSecond: number;
  /** A link without a certificate that has said nothing by then is ended. */
  idleMsMax: number;
  /** Every link is pinged so often; one that has not answered by the next ping is ended. */
  heartbeatMs: number;
  /** Above this, what waits for a peer that does not read stops the reading from it. */
  unreadBytesMax: number;
  /** So long; then it is ended. */
  unreadMsMax: number;
}

/** Enough for 15,000 devices of one machine that all come back at once, and nothing that a test of 20 notices. */
export const doorLimitsDefault: DoorLimits = {
  connections: 18_000,
  connectionsPerAddress: 18_000,
  connectionsPerSecond: 2_000,
  framesPerSecond: 1_000,
  idleMsMax: 30 * secondMs,
  heartbeatMs: 30 * secondMs,
  unreadBytesMax: 256 * 1024,
  unreadMsMax: 15 * secondMs,
};

/** What those are told who come back too early, in seconds. */
const retryAfterSeconds = { 'too-many-connections': 5, 'rate-limited': 1 } as const;

export interface Overload {
  code: keyof typeof retryAfterSeconds;
  message: string;
  retryAfter: number;
}

export class ConnectionGate {
  readonly #limits: DoorLimits;
  readonly #arrivals: TokenBucket;
  readonly #ofAddress = new Map<string, number>();
  #open = 0;

  /** @param now milliseconds that never go back */
  constructor(limits: DoorLimits, now: () => number) {
    this.#limits = limits;
    this.#arrivals = new TokenBucket(limits.connectionsPerSecond, limits.connectionsPerSecond, now);
  }

  /** Before anything is done for a newcomer. */
  tooFast(): Overload | null {
    if (this.#arrivals.take()) return null;
    const { connectionsPerSecond } = this.#limits;
    return overload('rate-limited', `This server takes ${connectionsPerSecond} new connections a second. Come back later.`);
  }

  /** Whether another link of this address is too many. */
  tooMany(address: string): Overload | null {
    const { connections, connectionsPerAddress } = this.#limits;
    if (this.#open >= connections) {
      return overload('too-many-connections', `This server takes ${connections} connections, and has them. Come back later.`);
    }
    if ((this.#ofAddress.get(address) ?? 0) >= connectionsPerAddress) {
      const sentence = `This server takes ${connectionsPerAddress} connections of one address, and has them of ${address}. Come back later.`;
      return overload('too-many-connections', sentence);
    }
    return null;
  }

  /** Counts a link, until what it returns is called. */
  enter(address: string): () => void {
    this.#open += 1;
    this.#ofAddress.set(address, (this.#ofAddress.get(address) ?? 0) + 1);
    let isGone = false;
    return () => {
      if (isGone) return;
      isGone = true;
      this.#open -= 1;
      const left = (this.#ofAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#ofAddress.delete(address);
      else this.#ofAddress.set(address, left);
    };
  }
}

function overload(code: Overload['code'], message: string): Overload {
  return { code, message, retryAfter: retryAfterSeconds[code] };
}
