/** A tenant as a test says it: planted, and its devices enrolled, before the call returns. */
import { pushAtOnce, renewalWindowMsDefault } from '../../server-stub/core/settings.ts';
import { createMemoryStore } from '../../server-stub/store/memory-store.ts';
import { plant, plantDevice } from '../tenant/plant.ts';
import type { TenantSeed } from '../tenant/seed.ts';
import { Machines } from '../world/machines.ts';
import { instantOf } from './clock.ts';
import { Engine } from './engine.ts';
import type { TenantOptions } from './options.ts';
import { mustBeOptions, readOptions, readPush } from './read-options.ts';
import { openTenant, type Tenant } from './tenant.ts';

const startDefault = '2026-01-01T08:00:00Z';
const seedDefault = 'tenant';
const enrollmentToken = 'enrollment-token';

/** @throws ScenarioError that names what is wrong with the options; TenantError `options-invalid`, `clock-invalid`; ClockError */
export function createTenant(options: TenantOptions = {}): Tenant {
  mustBeOptions(options);
  const { start, seed, push, ...rest } = options;
  const read = readOptions(rest, 'createTenant');
  return plantedTenant(read.seed, { start, seed, push }, read.enrolled);
}

/** What a tenant file does not say. */
type Beginning = { [Name in 'start' | 'seed' | 'push']: TenantOptions[Name] };

/** @param enrolled by entry of the seed's devices; absent: true */
export function plantedTenant(
  seed: TenantSeed,
  { start = startDefault, seed: chance = seedDefault, push }: Beginning,
  enrolled: readonly boolean[] = [],
): Tenant {
  const startAt = instantOf(start);
  const settings = {
    seed: chance,
    enrollmentToken,
    renewalWindowMs: renewalWindowMsDefault,
    // What was asked of an online device is done when the answer is there, unless a test wants it otherwise.
    push: { ...pushAtOnce, ...readPush(push) },
    tenant: seed.configuration,
  };
  const options = { store: createMemoryStore(), settings, startAt, devices: 0, everyCheckIn: false, codec: false };
  const engine = new Engine({
    machines: (listener) => new Machines(options, listener),
    onEnrolled: (deviceId, tenant) => plantDevice(tenant, seed, deviceId),
  });
  engine.live(startAt);
  engine.do((machines) => plant(machines.tenant(), seed, startAt));
  const tenant = openTenant(engine, enrollmentToken);
  tenant.devices.plant(seed, enrolled);
  return tenant;
}
