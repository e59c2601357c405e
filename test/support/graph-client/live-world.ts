/** A stub on a real port: the client speaks https with it, and its devices are agents over WebSockets with certificates of their own. */
import { sampleDevice } from '../../../server-stub/store/sample-records.fixture.ts';
import { plant } from '../../../simulator/tenant/plant.ts';
import { readSeed } from '../../../simulator/tenant/read-seed.ts';
import { adminToken, openTenant, type Tenant, tenantStart } from '../tenant.ts';
import { until } from '../until.ts';
import { type ClientWorld, crowdNames, crowdPlatform, type DeviceWish, type OpenWorld, type Seed, type WorldDevice } from './world.ts';

/** A request as the stub's log has it. */
export interface Asked {
  method: string;
  path: string;
  status: number;
}

/** Worlds that tell, when they are closed, what they were asked. */
export function liveWorlds(tell: (asked: Asked) => void): OpenWorld {
  return (seed) => openLiveWorld(seed, tell);
}

async function openLiveWorld(seed: Seed | undefined, tell: (asked: Asked) => void): Promise<ClientWorld> {
  const tenant = await openTenant();
  const { url } = tenant.server;
  const ca = tenant.authority.certificatePem;
  if (seed !== undefined) plant(tenant.stub.inside.tenant(), readSeed(seed, 'test'), tenantStart);
  return {
    url,
    token: adminToken,
    fetchOptions: { dispatcher: dispatcherThatTrusts(ca) } as RequestInit,
    identity: { authorityHost: url, disableInstanceDiscovery: true, tlsOptions: { ca } },
    device: (wish) => enrolledDevice(tenant, wish),
    async crowd(count) {
      // Agents by the thousand would take minutes, and lists do not care how a record came to be.
      tenant.store.transaction(() => {
        for (const [index, deviceName] of crowdNames(count).entries()) tenant.store.saveDevice(crowdRecord(index, deviceName));
      });
    },
    advance: (duration) => tenant.advance(duration),
    async close() {
      for (const { data } of tenant.log) if (data.event === 'graph') tell(data as unknown as Asked);
      await tenant.close();
    },
  };
}

async function enrolledDevice(tenant: Tenant, wish: DeviceWish): Promise<WorldDevice> {
  const { name, platform, enrollment, user, osVersion, model, shared, findMy } = wish;
  const agent = await tenant.enrolledAgent({
    name,
    serialNumber: `SN-${name}`,
    inventory: {
      userPrincipalName: user ?? 'adele@contoso.example',
      ...(osVersion !== undefined && { osVersion }),
      ...(model !== undefined && { model }),
      ...(shared === true && { shared }),
    },
    ...(platform !== undefined && { platform }),
    ...(enrollment !== undefined && { enrollment }),
    has: { encrypted: true, ...(findMy === true && { findMy }), ...(shared === true && { activeUser: 'adele@contoso.example' }) },
  });
  // The last frame of its first check-in may still be under way to the service.
  await until(`the service knows what ${name} has told`, () => tenant.store.device(agent.id)?.information !== null);
  return {
    id: agent.id,
    name,
    async network(available) {
      agent.network(available);
      if (available) await agent.settled(name);
      else await until(`${name} is out of reach`, () => agent.runner.state.link === 'closed');
    },
    async notifications(count) {
      const shown = () => agent.runner.view().notifications.filter(({ from }) => from === 'custom');
      await until(`${name} shows ${count} notifications`, () => shown().length >= count);
      return shown().map(({ title, body }) => ({ title, body }));
    },
  };
}

function crowdRecord(index: number, deviceName: string) {
  const id = `c0ffee00-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
  const { inventory, certificate, ...record } = sampleDevice(id);
  const platform = crowdPlatform(index);
  const enrollment = platform === 'ios' ? ('device' as const) : ('joined' as const);
  return {
    ...record,
    inventory: { ...inventory, platform, enrollment, deviceName, userPrincipalName: `${deviceName}@contoso.example` },
    certificate: { ...certificate, notAfter: tenantStart + 365 * 86_400_000 },
    enrolledAt: tenantStart,
    lastSyncAt: tenantStart,
  };
}

/** Node's own fetch has no option for an authority, only for the dispatcher of its connections; and that class goes by no other name. */
function dispatcherThatTrusts(ca: string): unknown {
  new Request('https://127.0.0.1/');
  const found = (globalThis as Record<symbol, unknown>)[Symbol.for('undici.globalDispatcher.1')] as object;
  const Agent = found.constructor as new (options: { connect: { ca: string } }) => unknown;
  return new Agent({ connect: { ca } });
}
