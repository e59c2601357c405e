/** What faults did, counted: figures that add up over shards. */
import type { Fault } from '../../scenarios/fault.ts';

/** What can come of a fault, once. */
export const faultEffects = [
  'delayed',
  'slowed',
  'frameLost',
  'linkCut',
  'linkReset',
  'linkSilent',
  'linkSlowed',
  'noAnswer',
  'refused',
  'throttled',
  'pushLost',
  'pushLate',
  'mailPutOff',
  'clockOff',
  'wipeInterrupted',
  'wipeUnreported',
  'renewalFailed',
] as const;
export type FaultEffect = (typeof faultEffects)[number];

/** By the fault's name. */
export type FaultsFound = Record<string, FaultFound>;

export interface FaultFound {
  /** Whom it concerns. */
  devices: number;
  /** Those of them to which it did something. */
  touched: number;
  /** Those that happened. */
  effects: Partial<Record<FaultEffect, number>>;
}

export class FaultTally {
  readonly #faults: readonly Fault[];
  readonly #touched: readonly Set<number>[];
  readonly #effects: readonly Partial<Record<FaultEffect, number>>[];

  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
    this.#touched = faults.map(() => new Set());
    this.#effects = faults.map(() => ({}));
  }

  count(index: number, place: number, effect: FaultEffect): void {
    this.#touched[place]?.add(index);
    const effects = this.#effects[place];
    if (effects !== undefined) effects[effect] = (effects[effect] ?? 0) + 1;
  }

  /** @param devices whom each concerns */
  found(devices: readonly number[]): FaultsFound {
    return Object.fromEntries(
      this.#faults.map(({ name }, place): [string, FaultFound] => [
        name,
        { devices: devices[place] ?? 0, touched: this.#touched[place]?.size ?? 0, effects: { ...this.#effects[place] } },
      ]),
    );
  }
}
