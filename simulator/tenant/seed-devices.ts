/** The devices of a seed as machines out of their boxes: who each of them is depends on its name alone. */
import type { DeviceState } from '../../agent/device/state.ts';
import { Random } from '../../runtime/random.ts';
import { member } from '../world/fleet.ts';
import type { SeedDevices, TenantSeed } from './seed.ts';

/** @param domain of principal names, where a device has a user of its own */
export function devicesOf({ devices }: Pick<TenantSeed, 'devices'>, domain: string): DeviceState[] {
  return devices.flatMap((entry) => namesOf(entry.name, entry.group.count ?? 1).map((name) => deviceOf(entry, name, domain)));
}

/** `phone`, or `phone-1`, `phone-2` and so on. */
export function namesOf(name: string, count: number): string[] {
  return count === 1 ? [name] : Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
}

/** The same for the same name, at every start: by it a device is known again. */
export function serialNumberOf(name: string): string {
  return `MF${new Random(`serial number ${name}`).hex(10).toUpperCase()}`;
}

function deviceOf({ serialNumber, group }: SeedDevices, name: string, domain: string): DeviceState {
  const alone = { ...group, name, count: 1, user: group.user ?? `${userNameOf(name)}@${domain}` };
  const { device } = member({ seed: `tenant/${name}`, startAt: 0, days: 0, fleet: [alone] }, 0);
  return { ...device, inventory: { ...device.inventory, serialNumber: serialNumber ?? serialNumberOf(name) } };
}

/** What of a device's name a principal name can have. */
function userNameOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return plain === '' ? 'user' : plain.slice(0, 64);
}
