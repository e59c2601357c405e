/** A load run in this process, over real sockets with mutual TLS, against a stub on a real port. */
import { afterEach, describe, expect, it } from 'vitest';
import { LoadError } from '../simulator/load/errors.ts';
import { shapeNames } from '../simulator/load/shapes.ts';
import { liveLoad, loadOptions, loadScenario } from './support/load.ts';
import { scratch } from './support/scratch.ts';
import { managedDevices, openTenant, type Tenant, type TenantOptions } from './support/tenant.ts';

let tenant: Tenant | undefined;
afterEach(async () => {
  await tenant?.close();
  tenant = undefined;
});

async function open(options: TenantOptions = {}): Promise<Tenant> {
  tenant = await openTenant({ speed: 1, ...options });
  return tenant;
}

const told = (of: Tenant, kind: string) => of.notes.filter((note) => note.kind === kind).length;

async function records(of: Tenant): Promise<{ deviceName: string }[]> {
  const { body } = await of.call('GET', `${managedDevices}?$top=999`);
  return (body as unknown as { value: { deviceName: string }[] }).value;
}

describe('a steady load', () => {
  it('is what was asked for, on both sides', async () => {
    const tenant = await open();
    const { result, troubles, progress } = await liveLoad(loadOptions(tenant, { checkInsPerSecond: 60, durationMs: 1500 }));
    expect(troubles).toEqual([]);
    expect(result).toMatchObject({ asked: 20, enrolled: 20, connected: 20, alive: 20, errors: 0, passed: true, stopped: false });
    expect(result.connections).toEqual({ tried: 40, opened: 40, resumed: 0, lost: 0 });
    expect(await records(tenant)).toHaveLength(20);
    // The first one of each device, and those on demand.
    expect(result.checkIns).toBe(20 + 90);
    expect(told(tenant, 'checked-in')).toBe(result.checkIns);
    expect(result.latencyMs['check-in'].count).toBe(result.checkIns);
    expect(result.latencyMs.enrolment.count).toBe(20);
    expect(result.latencyMs.connect.count).toBe(40);
    expect(result.bytesSent).toBeGreaterThan(20 * 1000);
    expect(progress.at(-1)?.figures.checkIns).toBe(result.checkIns);
    expect(result.samples.reduce((sum, { checkIns }) => sum + checkIns, 0)).toBe(result.checkIns);
  });

  it('goes on with the devices of the run before, where they were kept', async () => {
    const tenant = await open();
    const keep = scratch();
    const first = await liveLoad(loadOptions(tenant, { keep, devices: 6, durationMs: 100 }));
    expect(first.result.latencyMs.enrolment.count).toBe(6);
    const second = await liveLoad(loadOptions(tenant, { keep, devices: 9, durationMs: 100 }));
    expect(second.result).toMatchObject({ connected: 9, errors: 0 });
    expect(second.result.latencyMs.enrolment.count).toBe(3);
    expect(await records(tenant)).toHaveLength(9);
  });

  it('that is stopped keeps what was counted', async () => {
    const tenant = await open();
    const stop = new AbortController();
    const { result } = await liveLoad(loadOptions(tenant, { durationMs: 600_000, checkInsPerSecond: 20 }), {
      signal: stop.signal,
      onProgress: ({ figures }) => {
        if (figures.checkIns > 25) stop.abort();
      },
    });
    expect(result).toMatchObject({ stopped: true, connected: 20, errors: 0 });
    expect(result.checkIns).toBe(told(tenant, 'checked-in'));
    expect(result.durationMs).toBeLessThan(60_000);
  });
});

describe('an administrator', () => {
  it('asks for what the timeline says, and each action is done exactly once, as both sides say', async () => {
    const tenant = await open();
    const scenario = loadScenario(['at: 1s, do: remoteLock, to: { groups: [phones] }', 'at: 1s, do: syncDevice, to: { share: 100% }']);
    const { result, troubles } = await liveLoad(loadOptions(tenant, { scenario, durationMs: 1500 }));
    const phones = (await records(tenant)).filter(({ deviceName }) => deviceName.startsWith('phones')).length;
    expect(phones).toBeGreaterThan(3);
    expect(result.commands).toEqual({
      accepted: 20 + phones,
      delivered: 20 + phones,
      executed: 20 + phones,
      redelivered: 0,
      lost: 0,
      doubled: 0,
      confirmed: 20 + phones,
      open: 0,
    });
    expect(result.latencyMs.delivered.count).toBe(20 + phones);
    expect(result.latencyMs.acknowledged.count).toBe(20 + phones);
    expect(troubles).toEqual([]);
    expect(result.errorsByReason).toEqual({});
  });

  it('wipes one group and retires the other: their records go, which is no error', async () => {
    const tenant = await open();
    const scenario = loadScenario(['at: 300ms, do: wipe, to: { groups: [phones] }', 'at: 300ms, do: retire, to: { groups: [laptops] }']);
    const { result, troubles } = await liveLoad(loadOptions(tenant, { scenario, durationMs: 2500, checkInsPerSecond: 0 }));
    expect(troubles).toEqual([]);
    expect(result).toMatchObject({ asked: 20, enrolled: 0, connected: 0, errorsByReason: {} });
    expect(result.commands).toMatchObject({ accepted: 20, executed: 20, confirmed: 20, lost: 0, doubled: 0 });
    expect(await records(tenant)).toEqual([]);
  });

  it('is told of what is not for a device, which is no error', async () => {
    const tenant = await open();
    const scenario = loadScenario(['at: 500ms, do: remoteLock, to: { groups: [laptops] }']);
    const { result, troubles } = await liveLoad(loadOptions(tenant, { scenario }));
    expect(troubles).toEqual([expect.stringMatching(/^remoteLock is not for \d+ of \d+ devices: .*Windows/)]);
    expect(result).toMatchObject({ errors: 0, commands: { accepted: 0 } });
  });

  it.each([
    ['a timeline', { scenario: loadScenario(['at: 1s, do: syncDevice, to: { share: 100% }']), graph: null }, 'load-needs-graph', /Graph/],
    ['a shape', { shape: 'push-fan-out', graph: null }, 'load-needs-graph', /push-fan-out/],
    [
      'a step',
      { scenario: loadScenario(['at: 1s, device: { network: off }, to: { share: 100% }']) },
      'load-step',
      /timeline\[0\].*"device"/,
    ],
  ] as const)('is missed where %s needs one who can do it', async (_what, change, code, words) => {
    const tenant = await open();
    const run = liveLoad(loadOptions(tenant, change));
    await expect(run).rejects.toThrow(words);
    await expect(run).rejects.toMatchObject({ name: LoadError.name, code });
    expect(told(tenant, 'enrolled')).toBe(0);
  });
});

describe('links that break', () => {
  it('a reconnect storm: everybody is back, with the TLS session of before, and what was asked for meanwhile is done once', async () => {
    const tenant = await open();
    const { result } = await liveLoad(loadOptions(tenant, { shape: 'reconnect-storm', durationMs: 3000 }));
    expect(result).toMatchObject({ connected: 20, errors: 0 });
    expect(result.connections).toEqual({ tried: 60, opened: 60, resumed: 20, lost: 0 });
    expect(result.latencyMs.reconnect.count).toBe(20);
    const { accepted } = result.commands;
    expect(accepted).toBeGreaterThan(0);
    expect(result.commands).toMatchObject({ executed: accepted, confirmed: accepted, lost: 0, doubled: 0 });
  });

  it('a server that goes is counted by reason', async () => {
    const tenant = await open();
    const { result, troubles } = await liveLoad(loadOptions(tenant, { durationMs: 3000, checkInsPerSecond: 50 }), {
      onProgress: ({ figures }) => {
        if (figures.checkIns > 40) void tenant.server.close();
      },
    });
    expect(result).toMatchObject({ connected: 0, passed: false, enrolled: 20 });
    expect(result.connections.lost).toBe(20);
    expect(result.errorsByReason['stub-closed']).toBe(20);
    expect(result.errorsByReason['connection-refused']).toBeGreaterThan(0);
    expect(result.errorsByReason['check-in-missed']).toBe(result.checkInsMissed);
    expect(result.checkInsMissed).toBeGreaterThan(0);
    expect(troubles).toEqual([expect.stringContaining('Nothing listens there')]);
  });

  it('a network that is gone for a while is no error of the server', async () => {
    const tenant = await open();
    const { result } = await liveLoad(loadOptions(tenant, { shape: 'blackout-and-recovery', durationMs: 4000, checkInsPerSecond: 20 }));
    expect(result).toMatchObject({ connected: 20, errors: 0, connections: { lost: 0 } });
    expect(result.latencyMs.reconnect.count).toBe(20);
    expect(result.latencyMs.reconnect.min).toBeGreaterThan(1200);
    expect(result.commands).toMatchObject({ lost: 0, doubled: 0, executed: result.commands.accepted });
  });
});

describe('links that are broken on purpose', () => {
  it('check-ins that are under way then are missed, which is no error of the server', async () => {
    const tenant = await open();
    const scenario = loadScenario([], ['reset: 100%, from: 4s']);
    const { result } = await liveLoad(loadOptions(tenant, { scenario, durationMs: 5000, checkInsPerSecond: 40 }));
    expect(result.errorsByReason).toEqual({});
    expect(result.checkInsMissed).toBeGreaterThan(0);
  });
});

describe('what cannot begin', () => {
  it('an enrollment token of another tenant: every device is refused, in one sentence', async () => {
    const tenant = await open();
    const options = loadOptions(tenant);
    const { result, troubles } = await liveLoad({
      ...options,
      durationMs: 600_000,
      target: { ...options.target, enrollmentToken: 'wrong' },
    });
    expect(result).toMatchObject({ enrolled: 0, errorsByReason: { 'enrollment-token-invalid': 20 }, passed: false });
    expect(troubles).toEqual([
      'The server refuses devices (enrollment-token-invalid): The enrollment token is not the one of this tenant.',
      'No device has got through: the run ends.',
    ]);
  });

  it('a server that nobody knows, or that is not there', async () => {
    const tenant = await open();
    const options = loadOptions(tenant);
    const unknown = liveLoad({ ...options, target: { ...options.target, ca: null } });
    await expect(unknown).rejects.toMatchObject({ code: 'load-refused' });
    const urls = ['wss://127.0.0.1:1/devices'];
    await expect(liveLoad({ ...options, target: { ...options.target, urls } })).rejects.toMatchObject({ code: 'load-unreachable' });
    const graph = { ...(options.graph as NonNullable<typeof options.graph>), token: 'wrong' };
    await expect(liveLoad({ ...options, graph, shape: 'push-fan-out' })).rejects.toMatchObject({ code: 'load-refused' });
  });
});

// They wait more than they work.
describe.concurrent('the other shapes', () => {
  const lived = ['steady', 'reconnect-storm', 'blackout-and-recovery'];
  it.each(shapeNames.filter((name) => !lived.includes(name)))('%s ends without an error, with everybody there', async (shape) => {
    const own = await openTenant({ speed: 1 });
    try {
      const { result } = await liveLoad(loadOptions(own, { shape, devices: 8, durationMs: 800 }));
      expect(result).toMatchObject({ shape, asked: 8, connected: 8, errorsByReason: {}, checkInsMissed: 0 });
      const { accepted } = result.commands;
      expect(result.commands).toMatchObject({ executed: accepted, confirmed: accepted });
      if (shape === 'push-fan-out') expect(accepted).toBe(24);
      if (shape === 'check-in-herd') expect(result.checkIns).toBe(8 + 5 * 8);
    } finally {
      await own.close();
    }
  });
});
