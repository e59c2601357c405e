/** `mockfleet serve --tenant`: a tenant as a file says it, its devices alive and lasting. */
import type { DeviceState } from '../agent/device/state.ts';
import type { Planted } from '../server-stub/control-tenant.ts';
import type { Initiator } from '../server-stub/graph/tenant.ts';
import type { Stub } from '../server-stub/stub.ts';
import { ScenarioError } from '../simulator/scenarios/errors.ts';
import { seedDevicesMax } from '../simulator/tenant/devices-schema.ts';
import { loadSeedFile, parseSeed } from '../simulator/tenant/load-seed.ts';
import { plant, plantDevice } from '../simulator/tenant/plant.ts';
import type { TenantSeed } from '../simulator/tenant/seed.ts';
import { devicesOf } from '../simulator/tenant/seed-devices.ts';
import { wrongUse } from './errors.ts';

/** Everything that can be wrong is found before anything is made. @throws ScenarioError, CommandError `wrong-use` */
export function readTenant(file: string, more: number): TenantSeed {
  const { seed } = loadSeedFile(file);
  const count = deviceCount(seed);
  if (count + more <= seedDevicesMax) return seed;
  throw wrongUse(`The tenant file has ${count} devices, and --devices asks for ${more} more; together at most ${seedDevicesMax}.`);
}

/** What it says of the tenant is so from now on. @throws ScenarioError: an id that cannot be given */
export function plantSeed(seed: TenantSeed, { inside, clock }: Stub): void {
  plant(inside.tenant(), seed, clock.now());
}

/** Its devices, as they are at their very first start; those that enrol come into their groups until it is closed. */
export function seedDevices(seed: TenantSeed, { inside }: Stub): { devices: DeviceState[]; close(): void } {
  const stopListening = inside.listen((note) => {
    if (note.kind === 'enrolled') plantDevice(inside.tenant(), seed, note.deviceId);
  });
  return { devices: devicesOf(seed, inside.tenant().directory.organization().domain), close: stopListening };
}

/** A file that was sent to the running stub. Its devices are left out: they begin with the stub. */
export function plantFile({ inside, clock }: Stub, text: string, by: Initiator): Planted {
  try {
    const seed = parseSeed(text, 'tenant');
    plant(inside.tenant(), seed, clock.now(), by);
    return { planted: countsOf(seed) };
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return { refused: error.message };
  }
}

/** How many of each a file has, for people. */
export function countsOf(seed: TenantSeed): Record<string, number> {
  const { users, groups, applications, roles, roleAssignments, compliancePolicies, notificationTemplates, conditionalAccess } = seed;
  const lists = { users, groups, applications, roles, roleAssignments, compliancePolicies, notificationTemplates, conditionalAccess };
  return { ...Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.length])), devices: deviceCount(seed) };
}

function deviceCount({ devices }: TenantSeed): number {
  return devices.reduce((sum, { group }) => sum + (group.count ?? 1), 0);
}
