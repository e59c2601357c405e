/** The tenant's clock, with agents that live with it over real WebSockets. */
import { afterEach, describe, expect, it } from 'vitest';
import { lastSlotAt, slotTime } from '../agent/device/cadence.ts';
import { createUniqueIdentities } from '../certs/identity.ts';
import { dayMs, formatInstant, minuteMs } from '../runtime/duration.ts';
import { pushAtOnce } from '../server-stub/core/settings.ts';
import { openTenant, type Tenant, type TenantOptions, tenantStart } from './support/tenant.ts';
import type { TestAgent } from './support/test-agent.ts';
import { until } from './support/until.ts';

const yearMs = 365 * dayMs;
let tenant: Tenant | undefined;

async function open(options: TenantOptions = {}): Promise<Tenant> {
  tenant = await openTenant(options);
  return tenant;
}

afterEach(() => tenant?.close());

/** The last scheduled check-in at or before `now`. */
function lastScheduled({ runner: { state } }: TestAgent, now: number): number {
  const schedule = { platform: state.inventory.platform, key: state.key, enrolledAt: state.enrolledAt };
  return slotTime(schedule, lastSlotAt(schedule, now));
}

describe('an advance with devices that are there', () => {
  it.each(['ios', 'macos', 'android', 'windows'] as const)(
    'M-02 M-03 %s lives 800 days on its cadence, and renews twice',
    async (platform) => {
      const { device, advance, stub, store, enrolledAgent } = await open();
      const agent = await enrolledAgent({ platform });
      for (const [days, renewals] of [
        [1, 0],
        [333, 0],
        [3, 1],
        [463, 2],
      ] as const) {
        await advance(`${days}d`);
        const now = stub.clock.now();
        const shown = await device(agent.id);
        expect(agent.kinds('renewed'), `after ${days} days`).toHaveLength(renewals);
        // To the second: Graph shows no fractions that matter here.
        expect(Math.floor(Date.parse(shown?.lastSyncDateTime ?? '') / 1000)).toBe(Math.floor(lastScheduled(agent, now) / 1000));
        expect(agent.runner.now).toBe(now);
        const { notAfter } = agent.runner.state.certificate ?? { notAfter: 0 };
        expect(shown?.managementCertificateExpirationDate).toBe(formatInstant(notAfter));
        expect(notAfter).toBeGreaterThan(now);
        expect(store.device(agent.id)?.nextCertificate).toBeNull();
      }
      expect(stub.clock.now()).toBe(tenantStart + 800 * dayMs);
      expect(agent.kinds('renewed').map(({ notAfter }) => notAfter)).toEqual(
        agent.kinds('renewed').map(({ at }) => Math.floor(at / 1000) * 1000 + yearMs),
      );
      expect(agent.kinds('link-lost')).toEqual([]);
      expect(agent.kinds('refused')).toEqual([]);
    },
  );

  it('TD-13 TD-15 TD-16 who is away expires; a wipe that waits has failed; the record goes after 180 days, to the millisecond', async () => {
    const { device, clock, act, notes, enrolledAgent } = await open();
    const agent = await enrolledAgent();
    agent.network(false);
    expect(await act(agent.id, 'wipe')).toBe(204);
    const { notAfter } = agent.runner.state.certificate ?? { notAfter: 0 };
    const at = async (instant: number) => {
      expect((await clock({ set: formatInstant(instant) })).status).toBe(200);
      return (await device(agent.id))?.managementState;
    };
    expect(await at(notAfter)).toBe('wipePending');
    expect(await at(notAfter + 1)).toBe('wipeFailed');
    expect(await at(notAfter + 179 * dayMs)).toBe('wipeFailed');
    expect(await at(notAfter + 180 * dayMs - 1)).toBe('wipeFailed');
    expect(await at(notAfter + 180 * dayMs)).toBeUndefined();
    expect(notes.filter(({ kind }) => kind === 'record-removed')).toMatchObject([{ why: 'expired' }]);
  });

  it('TD-15 a device that comes back a moment too late is refused, says so, and does not try again', async () => {
    const { advance, enrolledAgent, refusals } = await open();
    const agent = await enrolledAgent();
    agent.network(false);
    await advance('366d');
    agent.network(true);
    const refused = await agent.noted('refused');
    expect(refused).toMatchObject({ code: 'certificate-expired', final: true });
    await until('the log says so', () => refusals('certificate-expired').length === 1);
    expect(agent.runner.state).toMatchObject({ phase: 'refused', link: 'closed', reconnectAt: null });
  });

  it('M-04 TD-14 work that waits is done at the very next check-in when the push is lost', async () => {
    const { advance, act, enrolledAgent, device, stub } = await open({
      settings: { push: { ...pushAtOnce, lost: 1 } },
    });
    const agent = await enrolledAgent({ platform: 'macos' });
    await advance('10d');
    const asked = stub.clock.now();
    expect(await act(agent.id, 'remoteLock')).toBe(204);
    await advance('9h');
    const [executed] = agent.kinds('executed');
    expect(executed).toMatchObject({ command: 'remoteLock', status: 'acknowledged' });
    const schedule = { platform: 'macos' as const, key: agent.runner.state.key, enrolledAt: agent.runner.state.enrolledAt };
    expect(executed?.at).toBe(slotTime(schedule, lastSlotAt(schedule, asked) + 1));
    expect((await device(agent.id))?.managementState).toBe('managed');
  });

  it('M-03 several devices live the same time', async () => {
    const { advance, enrolledAgent, stub } = await open();
    const agents = await Promise.all([0, 1, 2, 3, 4, 5].map(() => enrolledAgent()));
    agents[5]?.network(false);
    await advance('400d');
    expect(agents.map(({ runner }) => runner.state.renewals)).toEqual([1, 1, 1, 1, 1, 0]);
    for (const agent of agents.slice(0, 5)) expect(agent.runner.state.lastCheckInAt).toBe(lastScheduled(agent, stub.clock.now()));
  });
});

describe('a clock that runs', () => {
  it('M-02 at 100,000 times the pace, a device with keys of its own enrols, checks in and renews', async () => {
    const { enrolledAgent, clock, advance, stub } = await open({ speed: 100_000 });
    const agent = await enrolledAgent({ identities: createUniqueIdentities() });
    await clock({ freeze: true });
    await advance('330d');
    await clock({ speed: 100_000 });
    await until('a renewal', () => agent.kinds('renewed').length > 0 || agent.kinds('refused').length > 0);
    await until('it came with it', () => agent.kinds('check-in').at(-1)?.at !== undefined && agent.runner.state.link === 'open');
    expect(agent.kinds('refused')).toEqual([]);
    expect(agent.kinds('link-lost')).toEqual([]);
    expect(stub.clock.now() - tenantStart).toBeLessThan(yearMs);
  });

  it('M-03 frozen, nothing happens; resumed, time goes on; set back, devices follow', async () => {
    const { clock, enrolledAgent, stub, device } = await open();
    const agent = await enrolledAgent();
    expect((await clock({ speed: 36_000 })).body).toMatchObject({ mode: 'scaled', speed: 36_000 });
    await until('it checked in by itself', () => agent.kinds('check-in').some(({ trigger }) => trigger === 'schedule'));
    expect((await clock({ freeze: true })).body).toMatchObject({ mode: 'frozen', speed: 0 });
    const frozenAt = stub.clock.now();
    await until('it stands still, too', () => agent.runner.now === frozenAt);
    const seen = (await device(agent.id))?.lastSyncDateTime;
    expect((await clock({ set: formatInstant(tenantStart + minuteMs) })).status).toBe(200);
    await until('it has followed back', () => agent.runner.now === tenantStart + minuteMs);
    expect((await device(agent.id))?.lastSyncDateTime).toBe(seen);
    expect((await clock({ resume: true })).body).toMatchObject({ mode: 'real', speed: 1 });
    await until('it moves', () => agent.runner.now > tenantStart + minuteMs);
    expect(agent.kinds('link-lost')).toEqual([]);
  });
});

describe('a peer that holds time up', () => {
  it('M-10 that never answers loses its link after the time-out, and the others live on', async () => {
    const { wire, enrolledAgent, advance, stub, refusals } = await open({ clockLimits: { answerMsMax: 300 } });
    const agent = await enrolledAgent();
    const copied = await enrolledAgent();
    const identity = { ...copied.identity };
    copied.close();
    const stuck = await wire(identity).opened();
    await advance('366d');
    expect(await stuck.refused()).toMatchObject({ code: 'clock-timeout', closed: { reason: 'clock-timeout' } });
    expect(refusals('clock-timeout')).toHaveLength(1);
    expect(stub.clock.now()).toBe(tenantStart + 366 * dayMs);
    expect(agent.kinds('renewed')).toHaveLength(1);
  });

  it('M-10 that leaves while the clock is advanced is not waited for, and need not follow the time any more', async () => {
    const { wire, enrolledAgent, act, advance, stub, refusals } = await open({
      clockLimits: { answerMsMax: 120_000 },
      settings: { push: { ...pushAtOnce, membershipLag: { kind: 'constant', ms: dayMs } } },
    });
    const copied = await enrolledAgent();
    const { id } = copied;
    const identity = { ...copied.identity };
    copied.close();
    const leaver = await wire(identity).opened();
    expect(await act(id, 'retire')).toBe(204);
    leaver.send({ type: 'check-in', deviceId: id, trigger: 'user', osVersion: '17' });
    const { commandId } = await leaver.next('command');
    leaver.send({ type: 'command-result', deviceId: id, commandId, status: 'acknowledged' });
    await leaver.next('result-accepted');
    const advanced = advance('2d');
    await until('it is told the time', () => leaver.frames.filter(({ type }) => type === 'clock').length > 2);
    leaver.send({ type: 'left', deviceId: id });
    await advanced;
    expect(await leaver.end()).toMatchObject({ reason: 'left' });
    expect(refusals('clock-timeout')).toEqual([]);
    expect(stub.clock.now()).toBe(tenantStart + 2 * dayMs);
  });

  it.each([
    ['that has passed', (now: number) => now - dayMs],
    ['that is now', (now: number) => now],
    ['long before all others', () => 0],
  ])('M-10 that always wants to be woken at an instant %s holds up nobody', async (_what, next) => {
    const { wire, enrolledAgent, advance, stub } = await open({ clockLimits: { answerMsMax: 2_000 } });
    const copied = await enrolledAgent();
    const identity = { ...copied.identity };
    copied.close();
    const liar = await wire(identity).opened();
    liar.socket.on('message', (data) => {
      const frame = JSON.parse(data.toString()) as { type: string; step: number; now: number };
      if (frame.type !== 'clock') return;
      const at = next(frame.now);
      liar.send({ type: 'clock-done', step: frame.step, lastCheckIn: frame.now + yearMs, nextCheckIn: at, nextNoteworthy: at });
    });
    await advance('100d');
    expect(stub.clock.now()).toBe(tenantStart + 100 * dayMs);
    // And what it says of check-ins in the future is not believed.
    expect(tenant?.store.device(copied.id)?.lastSyncAt).toBe(tenantStart);
  });
});
