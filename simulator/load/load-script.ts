/**
 * What a load run does, second by second, as plain data: made once from a shape (shapes.ts) or from flags, and carried out by each
 * process on its own devices. Times are ms of real time since the run began (without what `gather` took); shares are of the devices of a process, 0 to 1.
 */
export type LoadAct =
  /** Devices that are not there yet enrol (those with a kept identity connect), by the pace. */
  | { kind: 'arrive'; at: number; share: number }
  /** The script's time stands still until the devices that were to come are there, in all processes; not for ever, if some cannot. */
  | { kind: 'gather'; at: number }
  /**
   * Check-ins on demand, on connected devices in turn, in an open loop: each has its instant, and what it takes counts from there,
   * whether or not the device was free then (coordinated omission).
   */
  | { kind: 'check-ins'; at: number; until: number; perSecondFrom: number; perSecondTo: number }
  /** A share of the connected devices checks in at one instant. */
  | { kind: 'herd'; at: number; share: number }
  /** Links end at once; `reset` as when the network is gone (no close frame). The devices come back by themselves or when told (`return`). */
  | { kind: 'drop'; at: number; share: number; how: 'close' | 'reset' }
  /** No device has a network in this time: links are reset, and none opens. Afterwards each comes back by its own backoff. */
  | { kind: 'blackout'; at: number; until: number };

export interface LoadScript {
  /** The shape's name, or `custom`. */
  name: string;
  /** When it is over, ms; devices then go. */
  durationMs: number;
  /** By `at`. */
  acts: readonly LoadAct[];
}
