/**
 * Devices that live in the stub's own process and outlast it: those that somebody names at each start (a tenant file), and those that are
 * added while it runs, which this fleet knows again by itself. Whoever was enrolled goes on with the same identity, also after a kill.
 */
import { randomBytes } from 'node:crypto';
import type { DeviceState } from '../agent/device/state.ts';
import { type FleetFile, openFleetFile } from '../agent/fleet-file.ts';
import { type AddedDevice, type DevicesToAdd, type FleetKeeper, FleetRefused } from '../server-stub/control-fleet.ts';
import { deviceSwitch, type LiveFleet, type Surroundings } from './live-fleet.ts';
import { devicesSchema, seedDevicesMax } from './tenant/devices-schema.ts';
import { devicesOf, namesOf } from './tenant/seed-devices.ts';

/** So many are switched on without a break: whoever else waits for this process is served in between. */
const atOnce = 5;

interface Living {
  name: string;
  isAdded: boolean;
  /** Until it is on, there is nothing to do. */
  switchOff: () => void;
}

/** As an entry of a tenant file. */
type Entry = Omit<DevicesToAdd, 'count' | 'name'> & { name: string; serialNumber: string };

export class LastingFleet implements LiveFleet, FleetKeeper {
  readonly #file: FleetFile;
  readonly #surroundings: Surroundings;
  readonly #switchOn: (fresh: DeviceState) => () => void;
  /** By serial number. */
  readonly #living = new Map<string, Living>();
  readonly #names = new Set<string>();
  /** Devices of this process that are none of this fleet. */
  #others = 0;
  #isClosed = false;

  /** @throws StoreError when the file in which they keep themselves cannot be used */
  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#file = openFleetFile(`${surroundings.keys}/devices.db`);
    this.#switchOn = deviceSwitch(surroundings, ({ inventory }) => this.#file.device(inventory.serialNumber));
  }

  /**
   * Switches on whoever was added, and these. Those that were among `devices` once, and are no more, stay switched off.
   * @param devices as they are at their very first start: later what they kept counts. Serial numbers are unique
   * @param others so many devices live in this process besides
   */
  async start(devices: readonly DeviceState[] = [], others = 0): Promise<void> {
    this.#others = others;
    const named = new Set(devices.map(({ inventory }) => inventory.serialNumber));
    const added = this.#file.added().filter(({ serialNumber }) => !named.has(serialNumber) && !this.#living.has(serialNumber));
    await this.#switchAllOn(devices, false);
    await this.#switchAllOn(this.#made(added.map(({ entry }) => JSON.parse(entry) as Entry)), true);
  }

  add({ count, name, ...asked }: DevicesToAdd): AddedDevice[] {
    const living = this.#living.size + this.#others;
    if (living + count > seedDevicesMax) {
      const room = Math.max(0, seedDevicesMax - living);
      throw new FleetRefused(
        'devices-too-many',
        `count: with ${count} more there would be ${living + count} devices in this process; allowed: ${seedDevicesMax}, so ${room} more.`,
      );
    }
    const entries = this.#freeNames(name, asked.platform, count).map((one) => ({
      ...asked,
      name: one,
      serialNumber: this.#serialNumber(),
    }));
    const devices = this.#made(entries);
    this.#file.add(entries.map((entry) => ({ serialNumber: entry.serialNumber, entry: JSON.stringify(entry) })));
    // From here on they last. Many of them take a while to enrol, and whoever added them need not wait for that.
    void this.#switchAllOn(devices, true);
    return entries.map((entry) => ({ serialNumber: entry.serialNumber, deviceName: entry.name }));
  }

  remove(serialNumber: string): boolean {
    const wanted = serialNumber.toUpperCase();
    const one = this.#living.get(wanted);
    if (one?.isAdded !== true) return false;
    one.switchOff();
    this.#file.forget(wanted);
    this.#living.delete(wanted);
    this.#names.delete(one.name.toLowerCase());
    return true;
  }

  close(): void {
    this.#isClosed = true;
    for (const { switchOff } of this.#living.values()) switchOff();
    this.#living.clear();
    this.#file.close();
  }

  async #switchAllOn(devices: readonly DeviceState[], isAdded: boolean): Promise<void> {
    for (const { inventory } of devices) {
      this.#names.add(inventory.deviceName.toLowerCase());
      this.#living.set(inventory.serialNumber, { name: inventory.deviceName, isAdded, switchOff: () => {} });
    }
    for (let place = 0; place < devices.length; place += atOnce) {
      if (place > 0) await new Promise(setImmediate);
      // Whoever was added is known at the next start.
      if (this.#isClosed) return;
      this.#file.atOnce(() => {
        for (const device of devices.slice(place, place + atOnce)) {
          // It may have been removed meanwhile.
          const one = this.#living.get(device.inventory.serialNumber);
          if (one !== undefined) one.switchOff = this.#switchOn(device);
        }
      });
    }
  }

  #made(entries: readonly Entry[]): DeviceState[] {
    const { domain } = this.#surroundings.stub.inside.tenant().directory.organization();
    return devicesOf({ devices: devicesSchema.parse(entries) }, domain);
  }

  /** @throws FleetRefused where the one name that was asked for is taken; several are counted on from those that are there */
  #freeNames(asked: string | undefined, platform: string, count: number): string[] {
    const isFree = (name: string) => !this.#names.has(name.toLowerCase());
    if (asked !== undefined && count === 1) {
      if (isFree(asked)) return namesOf(asked, 1);
      const message = `name: a device called '${asked.slice(0, 64)}' lives here already; allowed: another name, or none, then it gets one.`;
      throw new FleetRefused('device-name-taken', message);
    }
    const found: string[] = [];
    for (let number = 1; found.length < count; number++) {
      const name = `${asked ?? platform}-${number}`;
      if (isFree(name)) found.push(name);
    }
    return found;
  }

  #serialNumber(): string {
    for (;;) {
      const drawn = `MF${randomBytes(5).toString('hex').toUpperCase()}`;
      if (!this.#living.has(drawn)) return drawn;
    }
  }
}
