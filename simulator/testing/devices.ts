/** The devices of a tenant in a test, in the order in which they came. */
import { formatInstant } from '../../runtime/duration.ts';
import type { HandsRegistry } from '../../server-stub/hands-registry.ts';
import type { TenantSeed } from '../tenant/seed.ts';
import { devicesOf, serialNumberOf } from '../tenant/seed-devices.ts';
import { TenantDevice } from './device.ts';
import type { Engine } from './engine.ts';
import { TenantError } from './errors.ts';
import type { DeviceOptions } from './options.ts';
import { mustBeDevice, readOptions } from './read-options.ts';

const namesShown = 10;

export class TenantDevices implements Iterable<TenantDevice> {
  readonly #engine: Engine;
  readonly #hands: HandsRegistry;
  readonly #all: TenantDevice[] = [];
  readonly #bySerial = new Map<string, TenantDevice>();

  /** Those that the machines have already are among them. */
  constructor(engine: Engine, hands: HandsRegistry) {
    this.#engine = engine;
    this.#hands = hands;
    for (let index = 0; index < engine.machines.count; index++) this.#hold(index);
  }

  get length(): number {
    return this.#all.length;
  }

  /** Negative: from the newest one. */
  at(place: number): TenantDevice | undefined {
    return this.#all.at(place);
  }

  /**
   * By name, serial number or id (earlier ids too), in any case. A serial number and an id win over a name.
   * @throws TenantError `device-unknown`, `device-ambiguous`
   */
  find(ref: string): TenantDevice {
    const wanted = String(ref).toLowerCase();
    const { roster } = this.#engine.machines;
    const known = this.#bySerial.get(wanted) ?? this.#all.find((_, index) => roster.idsOf(index).includes(wanted));
    if (known !== undefined) return known;
    const named = this.#all.filter(({ name }) => name.toLowerCase() === wanted);
    const [first, second] = named;
    if (first !== undefined && second === undefined) return first;
    if (first !== undefined)
      throw new TenantError('device-ambiguous', `${named.length} devices are called '${ref}': use the serial number or the id.`);
    throw new TenantError('device-unknown', `No device has the name, serial number or id '${ref}'. ${this.#names()}`);
  }

  filter(fits: (device: TenantDevice) => boolean): TenantDevice[] {
    return this.#all.filter(fits);
  }

  map<T>(work: (device: TenantDevice) => T): T[] {
    return this.#all.map(work);
  }

  [Symbol.iterator](): Iterator<TenantDevice> {
    return this.#all[Symbol.iterator]();
  }

  /**
   * One more device, or with `count` several. They are enrolled when this returns, unless `enrolled` is false.
   * @throws ScenarioError that names what is wrong with the options; TenantError `options-invalid`, `device-exists`
   */
  add(options: DeviceOptions & { count?: never }): TenantDevice;
  add(options: DeviceOptions): TenantDevice[];
  add(options: DeviceOptions): TenantDevice | TenantDevice[] {
    mustBeDevice(options);
    const { seed, enrolled } = readOptions(
      { devices: [{ ...options, name: options.name ?? this.#freeName(options.platform) }] },
      'devices.add',
    );
    const added = this.plant(seed, enrolled);
    return options.count === undefined ? (added[0] as TenantDevice) : added;
  }

  /** @param enrolled by entry of the seed */
  plant(seed: Pick<TenantSeed, 'devices'>, enrolled: readonly boolean[]): TenantDevice[] {
    this.#engine.mustBeOpen();
    const { machines } = this.#engine;
    const isEnrolled = seed.devices.flatMap(({ group }, entry) => Array<boolean>(group.count ?? 1).fill(enrolled[entry] ?? true));
    const fresh = devicesOf(seed, machines.tenant().directory.organization().domain);
    for (const { inventory } of fresh) {
      const there = this.#bySerial.get(inventory.serialNumber.toLowerCase());
      if (there === undefined) continue;
      const sentence = `There is a device with the serial number ${inventory.serialNumber} already: ${there.name}. Give the new one another name, or a serial number.`;
      throw new TenantError('device-exists', sentence);
    }
    return this.#engine.do(() =>
      fresh.map((device, place) => {
        const enrollAt = isEnrolled[place] === false ? Number.POSITIVE_INFINITY : machines.now;
        return this.#hold(machines.add({ device, enrollAt, outages: [], hours: null, turns: [] }));
      }),
    );
  }

  #hold(index: number): TenantDevice {
    const device = new TenantDevice(this.#engine, index);
    this.#all.push(device);
    this.#bySerial.set(device.serialNumber.toLowerCase(), device);
    this.#hands.attach({
      view: () => device.view,
      act: async (act) => {
        const outcome = this.#engine.do((machines) => machines.act(index, act));
        return { outcome, view: device.view };
      },
    });
    return device;
  }

  /** Platform and place, or the next place whose name nobody has. */
  #freeName(platform: unknown): string {
    let place = this.length + 1;
    while (this.#bySerial.has(serialNumberOf(`${platform}-${place}`).toLowerCase())) place++;
    return `${platform}-${place}`;
  }

  #names(): string {
    if (this.length === 0) return 'The tenant has no devices.';
    const names = this.#all.slice(0, namesShown).map(({ name }) => name);
    return `There are ${names.join(', ')}${this.length > namesShown ? ' …' : ''} (${formatInstant(this.#engine.now())}).`;
  }
}
