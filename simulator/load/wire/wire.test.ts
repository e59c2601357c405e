/** Faults on the wire, against a stub on a real port. */
import { afterEach, describe, expect, it } from 'vitest';
import { openTenant, type Tenant, type TenantOptions } from '../../../test/support/tenant.ts';
import { until, untilAnswered } from '../../../test/support/until.ts';
import { type WiredFleet, wiredFleet } from './wire.fixture.ts';
import type { WireOptions } from './wire.ts';

let tenant: Tenant | undefined;
let fleet: WiredFleet | undefined;
afterEach(async () => {
  fleet?.close();
  await tenant?.close();
  fleet = tenant = undefined;
});

async function live(
  count: number,
  faults: readonly string[],
  options: Partial<WireOptions> = {},
  tenantOptions: TenantOptions = {},
): Promise<{ tenant: Tenant; fleet: WiredFleet }> {
  tenant = await openTenant({ speed: 1, ...tenantOptions });
  fleet = wiredFleet(tenant, count, faults, options);
  return { tenant, fleet };
}

const errors = (of: Tenant) => of.log.filter(({ level }) => level === 'error');
const effects = (of: WiredFleet) => Object.values(of.wire.faultsFound()).map((found) => found.effects);

describe('a device that comes back', () => {
  it('resumes its TLS session, and is who it was', async () => {
    const opened: boolean[] = [];
    const { tenant, fleet } = await live(1, [], { onOpened: (_index, { resumed }) => opened.push(resumed) });
    const [device] = fleet.devices;
    await device?.enrolled();
    const id = device?.runner.state.deviceId;
    // To enrol, and with its certificate: each of them for the first time.
    expect(opened).toEqual([false, false]);
    // The stub hands out two sessions with a full handshake, and none with a resumed one.
    for (const how of ['reset', 'close', 'reset'] as const) {
      const { length } = opened;
      fleet.wire.drop(0, how);
      await until('it is back', () => opened.length > length && device?.runner.state.link === 'open');
      await device?.checkIn();
    }
    expect(opened).toEqual([false, false, true, true, false]);
    expect(device?.runner.state.deviceId).toBe(id);
    expect(fleet.wire.counts()).toMatchObject({ tried: 5, opened: 5, resumed: 2, lost: 0, failed: {} });
    expect(errors(tenant)).toEqual([]);
  });

  it('with a renewed certificate makes a new session, as whoever shows another one', async () => {
    const opened: boolean[] = [];
    const { tenant, fleet } = await live(1, [], { onOpened: (_index, { resumed }) => opened.push(resumed) }, { speed: 0 });
    const [device] = fleet.devices;
    await device?.enrolled();
    const before = device?.runner.state.certificate?.serialNumber;
    await tenant.advance('350d');
    await until('it has renewed', () => device?.runner.state.certificate?.serialNumber !== before);
    await until('it is back with the new one', () => opened.length === 3 && device?.runner.state.link === 'open');
    expect(opened).toEqual([false, false, false]);
    expect(tenant.refusals('certificate-replaced')).toEqual([]);
  });

  it('without `resume` shows its certificate each time', async () => {
    const { fleet } = await live(1, [], { resume: false });
    await fleet.devices[0]?.enrolled();
    fleet.wire.drop(0, 'reset');
    await until('it is back', () => fleet.wire.counts().opened === 3);
    expect(fleet.wire.counts().resumed).toBe(0);
  });
});

describe('without a network', () => {
  it('every link is gone and none opens; afterwards all come back by themselves', async () => {
    const { fleet } = await live(6, []);
    await Promise.all(fleet.devices.map((device) => device.enrolled()));
    const before = fleet.wire.counts();
    expect(before.bytesSent).toBeGreaterThan(6 * 1000);
    expect(before.bytesReceived).toBeGreaterThan(6 * 1000);
    fleet.wire.blackout(true);
    await until('each has tried once', () => (fleet.wire.counts().failed['no-network'] ?? 0) >= 6);
    expect(fleet.wire.counts()).toMatchObject({ opened: before.opened, lost: 0 });
    fleet.wire.blackout(false);
    await until('all are back', () => fleet.devices.every(({ runner }) => runner.state.link === 'open'));
    await Promise.all(fleet.devices.map((device) => device.checkIn()));
    expect(fleet.wire.counts()).toMatchObject({ opened: before.opened + 6, resumed: 6 });
  });
});

describe('faults on the wire', () => {
  it('a frame that breaks off in its middle: the stub goes on, and the device comes back', async () => {
    const { tenant, fleet } = await live(2, ['name: cut, reset: 100%, from: 0s, until: 1500ms, to: { groups: [one, others] }']);
    fleet.wire.begin();
    await until('one has tried again', () => (effects(fleet)[0]?.linkReset ?? 0) > 2);
    // What arrived was half a request, and half a request is none.
    expect([...tenant.store.devicesAfter(null)]).toEqual([]);
    await Promise.all(fleet.devices.map((device) => device.enrolled()));
    expect(errors(tenant)).toEqual([]);
    expect(tenant.log.filter(({ data }) => String(data.code).startsWith('frame-') || String(data.code).startsWith('message-'))).toEqual([]);
    expect([...tenant.store.devicesAfter(null)]).toHaveLength(2);
  });

  it('a half-open connection: both ends notice it by their own pings', async () => {
    const { tenant, fleet } = await live(
      1,
      ['name: gone, halfOpen: true, from: 0s, until: 1h'],
      { heartbeatMs: 300 },
      { limits: { heartbeatMs: 200 } },
    );
    const [device] = fleet.devices;
    await device?.enrolled();
    fleet.wire.begin();
    expect(effects(fleet)).toEqual([{ linkSilent: 1 }]);
    // Nobody has said anything to the device: it takes its link for open.
    expect(device?.runner.state.link).toBe('open');
    await until('it has noticed', () => device?.notes.some(({ kind }) => kind === 'link-lost'));
    await until('it is back', () => device?.runner.state.link === 'open');
    await device?.checkIn();
    expect(errors(tenant)).toEqual([]);
  });

  it('a half-open connection: the stub ends it where the device has no ping', async () => {
    const { tenant, fleet } = await live(
      1,
      ['name: gone, halfOpen: true, from: 0s, until: 1h'],
      { heartbeatMs: 600_000 },
      { limits: { heartbeatMs: 200 } },
    );
    const [device] = fleet.devices;
    await device?.enrolled();
    fleet.wire.begin();
    await untilAnswered('the stub has noticed', async () => {
      await tenant.act(device?.runner.state.deviceId ?? '', 'syncDevice');
      return tenant.notes.some((note) => note.kind === 'push-sent' && note.outcome === 'kept');
    });
    // The device has not: no packet has reached it.
    expect(device?.runner.state.link).toBe('open');
  });

  it.each(['reads', 'writes'])('a device that %s slowly is served in the end, and does not slow the others', async (way) => {
    const { tenant, fleet } = await live(4, [`name: slow, ${way === 'reads' ? 'slowReader' : 'slowWriter'}: 60, to: { groups: [one] }`]);
    await Promise.all(fleet.devices.map((device) => device.enrolled()));
    fleet.wire.begin();
    expect(fleet.wire.faultsFound().slow).toMatchObject({ devices: 1, effects: { linkSlowed: 1 } });
    let isDone = false;
    const first = fleet.devices[0]?.checkIn().then(() => {
      isDone = true;
    });
    const doneMeanwhile = fleet.devices.slice(1).map(async (device) => {
      for (let n = 0; n < 20 && !isDone; n++) await device.checkIn();
      return isDone;
    });
    expect(await Promise.all(doneMeanwhile)).toEqual([false, false, false]);
    await first;
    // In pieces, and yet whole.
    expect(tenant.log.filter(({ level }) => level !== 'debug' && level !== 'info')).toEqual([]);
    expect(fleet.wire.counts().lost).toBe(0);
  });

  it.each([
    ['partition', 'lost', 'noAnswer', ['timeout']],
    ['unavailable', 'service-unavailable', 'refused', []],
  ] as const)(
    '%s: links end with it, attempts meanwhile come to nothing, and afterwards the device is back',
    async (kind, reason, effect, failed) => {
      const { fleet } = await live(3, [`name: away, ${kind}: true, from: 0s, until: 1500ms, to: { groups: [others] }`], {
        ...(kind === 'partition' ? { attemptMsMax: 1500 } : {}),
      });
      await Promise.all(fleet.devices.map((device) => device.enrolled()));
      const { opened } = fleet.wire.counts();
      fleet.wire.begin();
      const others = fleet.devices.slice(1);
      await until('both have heard of it', () =>
        others.every(({ notes }) => notes.some((note) => note.kind === 'link-lost' && note.reason === reason)),
      );
      expect(fleet.devices[0]?.runner.state.link).toBe('open');
      await until('both are back', () => others.every(({ runner }) => runner.state.link === 'open'));
      await Promise.all(others.map((device) => device.checkIn()));
      const [did] = effects(fleet);
      expect(did?.linkCut).toBe(2);
      expect(did?.[effect]).toBeGreaterThanOrEqual(2);
      expect(fleet.wire.counts()).toMatchObject({ opened: opened + 2, lost: 0 });
      expect(Object.keys(fleet.wire.counts().failed)).toEqual(failed);
    },
  );

  it('says which faults it cannot make, because they are of the service', async () => {
    const { fleet } = await live(1, ['name: mails, mail: down', 'name: far, latency: 1ms', 'name: nudges, push: { lost: 1% }']);
    expect(fleet.wire.notApplied).toEqual(['mails', 'nudges']);
  });
});
