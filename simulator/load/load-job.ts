/** What one process of a load run is told: plain data, so that it can be sent to another process or machine. */
import type { Scenario } from '../scenarios/scenario.ts';
import type { Slice } from '../world/slice.ts';
import type { LoadScript } from './load-script.ts';

/** Where the devices connect to. */
export interface LoadTarget {
  /** `wss://host:port/devices`; several: devices take them in turn (one address has about 28,000 ports for one peer). */
  urls: readonly string[];
  /** PEM of the authority that signed the server's certificate; null: the system's own. */
  ca: string | null;
  /** What devices enrol with. */
  enrollmentToken: string;
}

/** How devices come: the limits of a ramp. */
export interface Pace {
  /** Devices that come in a second, in all processes together; one that enrols makes two connections. */
  perSecond: number;
  /** TLS handshakes under way at once, in all processes together. */
  concurrency: number;
  /** Each begins up to this much later, in ms. */
  jitterMs: number;
}

export interface LoadJob {
  /** Which devices of the fleet are this process's; its `number` is the process. */
  slice: Slice;
  processes: number;
  /** Whose fleet (models, enrolments, users) the devices are, its seed and its faults. */
  scenario: Scenario;
  target: LoadTarget;
  pace: Pace;
  script: LoadScript;
  /** Ends the serial numbers of this run's devices: another run enrols others. */
  batch: string;
  /** Folder in which this process keeps the identities of its devices, for another run with them (`--keep`); null: nowhere. */
  folder: string | null;
  /** Folder of the shared keys. */
  keys: string;
  /** RSA keys that devices share; P-256 is not what devices have. */
  keyPool: number;
  /** Keep the TLS session of a device for when it comes back. */
  resume: boolean;
}
