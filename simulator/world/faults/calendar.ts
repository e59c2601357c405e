/** Which faults concern which device, and when each begins and ends: drawn from the seed and the device's own key alone. */
import type { DeviceState } from '../../../agent/device/state.ts';
import { hashString, hashUnit } from '../../../runtime/random.ts';
import type { Fault } from '../../scenarios/fault.ts';

/** A fault begins, or is over. `place`: in the scenario's list. */
export interface Turn {
  at: number;
  place: number;
  begins: boolean;
}

const never: readonly Turn[] = [];

export class FaultCalendar {
  readonly faults: readonly Fault[];
  /** Of each fault: what the draws of its devices begin with. */
  readonly labels: readonly number[];
  /** Devices that each concerns. */
  readonly devices: number[];
  /** By device; those that the same faults concern share one list. */
  readonly #turns: (readonly Turn[])[] = [];
  readonly #passed: number[] = [];
  readonly #shared = new Map<string, readonly Turn[]>();

  constructor(seed: string, faults: readonly Fault[]) {
    this.faults = faults;
    this.labels = faults.map(({ name }) => hashString(`${seed}/fault/${name}`));
    this.devices = faults.map(() => 0);
  }

  /** One more device. */
  addDevice(device: Pick<DeviceState, 'key' | 'inventory'>, group: string): void {
    const places = this.faults.flatMap((fault, place) => (this.#isConcerned(fault, place, device, group) ? [place] : []));
    for (const place of places) this.devices[place] = (this.devices[place] as number) + 1;
    this.#turns.push(this.#turnsOf(places));
    this.#passed.push(0);
  }

  /** The next beginning or end for this device; Infinity where none is left. */
  nextAt(index: number): number {
    return this.#turns[index]?.[this.#passed[index] as number]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Takes the next one. */
  pass(index: number): Turn {
    const passed = this.#passed[index] as number;
    this.#passed[index] = passed + 1;
    return this.#turns[index]?.[passed] as Turn;
  }

  #isConcerned({ to }: Fault, place: number, { key, inventory }: Pick<DeviceState, 'key' | 'inventory'>, group: string): boolean {
    return (
      (to.platforms === null || to.platforms.includes(inventory.platform)) &&
      (to.enrollments === null || to.enrollments.includes(inventory.enrollment)) &&
      (to.groups === null || to.groups.includes(group)) &&
      hashUnit(this.labels[place] as number, key) < to.share
    );
  }

  #turnsOf(places: readonly number[]): readonly Turn[] {
    if (places.length === 0) return never;
    const key = places.join();
    let turns = this.#shared.get(key);
    if (turns === undefined) {
      const all = places.flatMap((place) =>
        (this.faults[place] as Fault).windows.flatMap(({ from, until }): Turn[] => [
          { at: from, place, begins: true },
          { at: until, place, begins: false },
        ]),
      );
      // Where one ends as the next begins, they do not meet.
      turns = all.sort((a, b) => a.at - b.at || Number(a.begins) - Number(b.begins) || a.place - b.place);
      this.#shared.set(key, turns);
    }
    return turns;
  }
}
