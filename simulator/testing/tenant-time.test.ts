/** How time is divided, and who looks at what meanwhile, changes nothing about what happens. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { minuteMs } from '../../runtime/duration.ts';
import { createTenant, type DeviceOptions, type Tenant } from './msw.ts';

const path = '/beta/deviceManagement/managedDevices';
const devices: DeviceOptions[] = [
  { platform: 'ios', enrollment: 'automated', name: 'd0', has: { passcode: '246810' } },
  { platform: 'windows', name: 'd1' },
  { platform: 'android', name: 'd2', behaviors: [{ on: 'remoteLock', then: 'not-now', times: 2 }] },
  { platform: 'macos', name: 'd3', behaviors: [{ on: 'wipe', then: 'slow', delay: '90m' }] },
];

type Act =
  | { advance: number }
  | { device: number; action: string }
  | { device: number; hands: 'offline' | 'online' | 'off' | 'on' | 'enroll' }
  | { add: true };

const someDevice = fc.integer({ min: 0, max: devices.length - 1 });
const act: fc.Arbitrary<Act> = fc.oneof(
  // Minutes: on the very instants of the first check-ins too.
  { weight: 4, arbitrary: fc.record({ advance: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 60 * 24 * 200 })) }) },
  {
    weight: 3,
    arbitrary: fc.record({ device: someDevice, action: fc.constantFrom('remoteLock', 'syncDevice', 'rebootNow', 'wipe', 'retire') }),
  },
  { weight: 3, arbitrary: fc.record({ device: someDevice, hands: fc.constantFrom('offline', 'online', 'off', 'on', 'enroll') }) },
  { weight: 1, arbitrary: fc.record({ add: fc.constant(true as const) }) },
);

async function answer(tenant: Tenant, method: string, address: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${tenant.token}`, 'content-type': 'application/json' };
  const response = await tenant.fetch(address, { method, headers, ...(method === 'POST' ? { body: '{}' } : {}) });
  const text = await response.text();
  return response.ok && text !== '' ? JSON.parse(text) : response.status;
}

/** @param curious looks at everything all the time, and takes time in pieces */
async function lived(acts: readonly Act[], curious: boolean): Promise<unknown> {
  const tenant = createTenant({ devices });
  const look = () =>
    Promise.all(
      [path, '/v1.0/deviceManagement/auditEvents', '/beta/deviceManagement/remoteActionAudits'].map((one) => answer(tenant, 'GET', one)),
    );
  const statuses: unknown[] = [];
  for (const one of acts) {
    if ('advance' in one) {
      const pieces = curious ? [1, Math.floor(one.advance / 2), one.advance - 1 - Math.floor(one.advance / 2)] : [one.advance];
      for (const piece of pieces) {
        tenant.clock.advance(Math.max(0, piece) * minuteMs);
        if (curious) await look();
      }
    } else if ('add' in one) tenant.devices.add({ platform: 'ios' });
    else {
      const device = tenant.devices.find(`d${one.device}`);
      if ('action' in one) statuses.push(await answer(tenant, 'POST', `${path}/${device.id}/${one.action}`));
      else if (one.hands === 'enroll') statuses.push(device.enroll());
      else if (one.hands === 'offline') device.goOffline();
      else if (one.hands === 'online') device.comeOnline();
      else if (one.hands === 'off') device.powerOff();
      else device.powerOn();
      if (curious) await look();
    }
  }
  return { now: tenant.clock.now(), statuses, views: tenant.devices.map(({ view }) => view), graph: await look() };
}

it('M-09 a tenant that is looked at all the time lives as one that nobody looks at', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 14 }), async (acts) => {
      expect(await lived(acts, true)).toEqual(await lived(acts, false));
    }),
    { numRuns: 60 },
  );
});
