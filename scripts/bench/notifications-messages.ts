/** What the notifications' bench and its stub, a process of its own, say to each other. */
import type { Distribution } from '../../runtime/distribution.ts';

export interface StubWishes {
  /** Each with a user of its own. */
  devices: number;
  /** How many of them will be connected. */
  links: number;
  groups: number;
  /** 0: people are members of the named groups themselves. */
  nestedPerGroup: number;
  latency: Distribution;
}

export type ToStub = { type: 'begin' | 'end' | 'memory' | 'close' };

export interface LinkedDevice {
  id: string;
  /** PEM, both. */
  key: string;
  certificate: string;
}

export type FromStub =
  | {
      type: 'open';
      url: string;
      devicesUrl: string;
      ca: string;
      adminToken: string;
      groupIds: string[];
      linked: LinkedDevice[];
      bareMs: number;
    }
  | { type: 'begun' }
  /** Everybody has it, or it is kept; `ms`: since it was accepted. */
  | { type: 'arrived'; ms: number; underWay: number; kept: number }
  /** The event loop between `begin` and `end`. */
  | { type: 'ended'; stallMs: number; cpuMs: number }
  | { type: 'memory'; heapMb: number; rssMb: number };
