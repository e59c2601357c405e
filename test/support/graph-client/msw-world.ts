/** A tenant in the process of the test: the client asks https://graph.microsoft.com itself, and msw hands it to the tenant. */
import { setupServer } from 'msw/node';
import { createTenant } from '../../../simulator/testing/msw.ts';
import { type ClientWorld, crowdNames, crowdPlatform, type Seed } from './world.ts';

export async function openMswWorld(seed?: Seed): Promise<ClientWorld> {
  const tenant = createTenant(seed);
  const server = setupServer(...tenant.handlers);
  server.listen({ onUnhandledRequest: 'error' });
  return {
    url: tenant.url,
    token: tenant.token,
    fetchOptions: {},
    identity: {},
    async device({ name, platform = 'ios', user = 'adele@contoso.example', findMy, shared, ...about }) {
      const device = tenant.devices.add({
        ...about,
        name,
        platform,
        user,
        has: { encrypted: 1, ...(findMy === true && { findMy: 1 }), ...(shared === true && { shared: 1 }) },
      });
      if (device.id === null) throw new Error(`${name} was not enrolled.`);
      return {
        id: device.id,
        name,
        async network(available) {
          if (available) device.comeOnline();
          else device.goOffline();
        },
        async notifications() {
          return device.notifications.filter(({ from }) => from === 'custom').map(({ title, body }) => ({ title, body }));
        },
      };
    },
    async crowd(count) {
      for (const [index, name] of crowdNames(count).entries()) {
        const platform = crowdPlatform(index);
        // One model, so that no iPad is among the iPhones.
        tenant.devices.add({ name, platform, user: `${name}@contoso.example`, ...(platform === 'ios' && { model: 'iPhone 15' }) });
      }
    },
    async advance(duration) {
      tenant.clock.advance(duration);
    },
    async close() {
      server.close();
      tenant.close();
    },
  };
}
