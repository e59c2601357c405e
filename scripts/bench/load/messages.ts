/** What the processes of this bench say to each other. */

/** To a server (counting.ts). */
export interface ToServer {
  /** Its garbage first, so that its memory is that of its connections. */
  collects: boolean;
}

/** Since it began; `open`: now. */
export interface ServerCounts {
  links: number;
  resumed: number;
  open: number;
  roundTrips: number;
  cpuMs: number;
  rssBytes: number;
}

/** A device that a client may be: PEM, and the version of its configuration, which a check-in names. */
export interface Identity {
  id: string;
  certificate: string;
  key: string;
  configuration: string | null;
}

/** What a client is to do. */
export interface ClientWishes {
  url: string;
  ca: string;
  /** File: JSON, an array of Identity. */
  identities: string;
  /** Handshakes at a time. */
  concurrency: number;
  inFlight: number;
  seconds: number;
}

/** What the bare client did: it stops after each step until it hears `go`. */
export type ClientStep =
  | { step: 'loaded' | 'connected' | 'dropped' | 'reconnected' | 'resumed' }
  | { step: 'talked'; p50Ms: number; p99Ms: number };
