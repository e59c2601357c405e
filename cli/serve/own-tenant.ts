/** The tenant of the state folder: as it was left, with the devices that live in this process. */
import { randomBytes } from 'node:crypto';
import { type ClockSetting, ScaledClock } from '../../runtime/clock.ts';
import { type PushSettings, pushAtOnce, renewalWindowMsDefault } from '../../server-stub/core/settings.ts';
import type { Store } from '../../server-stub/store/store.ts';
import { PassingFleet } from '../../simulator/live-fleet.ts';
import type { TenantSeed } from '../../simulator/tenant/seed.ts';
import { plantSeed, seedDevices } from '../serve-tenant.ts';
import { type ProcessParts, ServedTenant } from './served-tenant.ts';

export interface OwnTenantOptions {
  store: Store;
  folder: string;
  push: Partial<PushSettings>;
  /** As a tenant file says it. */
  seed: TenantSeed | undefined;
  /** So many more that end with this process. */
  devices: number;
}

export class OwnTenant {
  readonly #options: OwnTenantOptions;
  readonly #parts: ProcessParts;
  readonly #passing: PassingFleet;

  constructor(options: OwnTenantOptions, parts: ProcessParts) {
    this.#options = options;
    this.#parts = parts;
    this.#passing = new PassingFleet(options.devices);
  }

  open(): ServedTenant {
    const { store, folder, push } = this.#options;
    const settings = {
      seed: openSeed(store),
      ...this.#parts.tokens,
      renewalWindowMs: renewalWindowMsDefault,
      // A tenant at one's desk loses no push by chance, and delivers it at once: options bring the weather.
      push: { ...pushAtOnce, ...push },
    };
    return new ServedTenant({ store, folder, clock: openClock(store), settings }, this.#parts);
  }

  /** At the start of the process. @throws ScenarioError: an id that cannot be given */
  plant(tenant: ServedTenant): void {
    if (this.#options.seed !== undefined) plantSeed(this.#options.seed, tenant.stub);
  }

  /** Its devices are switched on. @throws StoreError (rejects) when the file in which they keep themselves cannot be used */
  async begin(tenant: ServedTenant): Promise<void> {
    const { seed, devices: others } = this.#options;
    const named = seed === undefined ? [] : tenant.livesWith(seedDevices(seed, tenant.stub)).devices;
    await tenant.fleet.start(named, others);
    if (others > 0) tenant.livesWith(this.#passing.start(tenant.surroundings));
  }
}

/** Every id and draw comes from it; made once, kept in the store. */
function openSeed(store: Store): string {
  const kept = store.setting('seed');
  if (kept !== undefined) return kept;
  const seed = randomBytes(16).toString('hex');
  store.saveSetting('seed', seed);
  return seed;
}

/** The clock as it was set: while the tenant was not served, real time has passed on it, at its speed. */
function openClock(store: Store): ScaledClock {
  const kept = store.setting('clock');
  return new ScaledClock(kept === undefined ? undefined : (JSON.parse(kept) as ClockSetting));
}
