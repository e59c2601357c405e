/** When devices stop keeping the rules, and keep them again: drawn before the run, lived one by one. */
import type { DeviceState } from '../../agent/device/state.ts';
import type { DeviceChange } from '../../protocol/hands.ts';

/** A change of a device and what undoes it. Those of one device do not overlap. */
export interface Lapse {
  from: number;
  /** Later than `from`. */
  until: number;
  change: DeviceChange;
  undo: DeviceChange;
}

export class Lapses {
  readonly #lapses: (readonly Lapse[])[] = [];
  /** How many of its instants have passed, by device: two a lapse. */
  readonly #passed: number[] = [];
  /** Whether the latest one that began came to anything, by device. */
  readonly #isLapsed: boolean[] = [];

  /** One more device. @param lapses in the order of time */
  addDevice(lapses: readonly Lapse[]): void {
    this.#lapses.push(lapses);
    this.#passed.push(0);
    this.#isLapsed.push(false);
  }

  /** The next beginning or end of one; Infinity where none is left. */
  nextAt(index: number): number {
    const passed = this.#passed[index] as number;
    const lapse = this.#lapses[index]?.[passed >> 1];
    if (lapse === undefined) return Number.POSITIVE_INFINITY;
    return passed % 2 === 0 ? lapse.from : lapse.until;
  }

  /** Takes the next one: what becomes of the device by it; null: nothing, because it is not managed, or was reset in the meantime. */
  pass(index: number, { phase }: DeviceState): DeviceChange | null {
    const passed = this.#passed[index] as number;
    this.#passed[index] = passed + 1;
    const lapse = this.#lapses[index]?.[passed >> 1] as Lapse;
    if (passed % 2 === 0) {
      this.#isLapsed[index] = phase === 'enrolled';
      return phase === 'enrolled' ? lapse.change : null;
    }
    const isThere = this.#isLapsed[index] === true && phase !== 'wiped' && phase !== 'set-up';
    return isThere ? lapse.undo : null;
  }
}
