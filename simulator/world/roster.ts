/**
 * Which records stand for which device. A device that is enrolled again gets another record, and what the service still says about
 * the earlier ones is about the same device: all ids stay known, the newest one counts.
 */
import type { ServerNote } from '../../server-stub/core/effects.ts';

const none: readonly string[] = [];

export class Roster {
  readonly #ids: (readonly string[])[] = [];
  readonly #indexOf = new Map<string, number>();
  readonly #indexOfSerial = new Map<string, number>();
  readonly #removed: ({ at: number; why: string } | null)[] = [];

  /** One more device, which has no record yet. */
  addDevice(serialNumber: string): void {
    this.#indexOfSerial.set(serialNumber, this.#ids.length);
    this.#ids.push(none);
    this.#removed.push(null);
  }

  /** The device has made place for another one: this is its serial number from now on, and what is said of the earlier one is about it too. */
  replaced(index: number, serialNumber: string): void {
    this.#indexOfSerial.set(serialNumber, index);
  }

  /** A record came to be. */
  #register(deviceId: string, index: number): number {
    this.#ids[index] = [...(this.#ids[index] as readonly string[]), deviceId];
    this.#indexOf.set(deviceId, index);
    this.#removed[index] = null;
    return index;
  }

  /** The device that a note is about; undefined: none of ours. A record that has come to be is known from here on. */
  indexOfNote(note: ServerNote): number | undefined {
    if (note.kind === 'enrolled') {
      const index = this.#indexOfSerial.get(note.serialNumber);
      // A live stub may have devices that are none of the scenario.
      return index === undefined ? undefined : this.#register(note.deviceId, index);
    }
    if (note.deviceId !== null) return this.#indexOf.get(note.deviceId);
    // Apple knows a device by its serial number, whether it is managed or not.
    return note.kind === 'outside-answered' && note.serialNumber !== null ? this.#indexOfSerial.get(note.serialNumber) : undefined;
  }

  /** Whose record it is or was; undefined: of none of ours. */
  indexOf(deviceId: string): number | undefined {
    return this.#indexOf.get(deviceId);
  }

  /** Of all records that the device ever had, oldest first. */
  idsOf(index: number): readonly string[] {
    return this.#ids[index] ?? none;
  }

  /** Of the newest one; null before the first. */
  idOf(index: number): string | null {
    return this.idsOf(index).at(-1) ?? null;
  }

  isNewest(index: number, deviceId: string | null): boolean {
    return this.idOf(index) === deviceId;
  }

  /** The record with this id is gone. */
  remove(index: number, deviceId: string, why: string, at: number): void {
    if (this.isNewest(index, deviceId)) this.#removed[index] = { at, why };
  }

  /** When and why the newest record went; null: it did not. */
  removalOf(index: number): { at: number; why: string } | null {
    return this.#removed[index] ?? null;
  }

  /** The newest id of each device. */
  newest(): (string | null)[] {
    return this.#ids.map((ids) => ids.at(-1) ?? null);
  }
}
