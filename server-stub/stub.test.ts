/** The stub through its two doors alone: no port, no WebSocket. */
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryAgentFile } from '../agent/agent-file.ts';
import { newDevice } from '../agent/device/state.ts';
import { AgentRunner } from '../agent/runner.ts';
import { summarize } from '../certs/summary.ts';
import { ScaledClock } from '../runtime/clock.ts';
import { dayMs } from '../runtime/duration.ts';
import { memoryLink } from '../runtime/memory-link.ts';
import {
  adminToken,
  enrollmentToken,
  type LogLine,
  managedDevices,
  recordingLog,
  tenantStart,
  testAuthority,
  testInventory,
  testKeys,
} from '../test/support/tenant.ts';
import { until } from '../test/support/until.ts';
import type { ServerNote } from './core/effects.ts';
import { createMemoryStore } from './store/memory-store.ts';
import { createStub, type Stub } from './stub.ts';

const authority = await testAuthority();
let stub: Stub;
let log: LogLine[];
let notes: ServerNote[];

function openStub(store = createMemoryStore()): Stub {
  return createStub({
    store,
    authority,
    clock: new ScaledClock({ anchorReal: Date.now(), anchor: tenantStart, speed: 0 }),
    settings: { seed: 'test', enrollmentToken, renewalWindowMs: 30 * dayMs, push: { lost: 0, latencyMs: () => 0, keptForMs: dayMs } },
    adminToken,
    log: recordingLog(log),
    onNote: (note) => notes.push(note),
  });
}

beforeEach(() => {
  log = [];
  notes = [];
  stub = openStub();
});

function deviceOf(at: Stub): AgentRunner {
  const runner = new AgentRunner({
    fresh: newDevice(testInventory, 7),
    file: memoryAgentFile(),
    openLink: async (identity) => {
      const { device, server } = memoryLink(identity === undefined ? null : summarize(identity.certificate, authority));
      at.accept(server);
      return device;
    },
    identities: testKeys,
    onNote: () => {},
    onTrouble: () => {},
  });
  runner.start();
  runner.tell({ type: 'enroll', token: enrollmentToken });
  return runner;
}

const call = (method: string, path: string) =>
  stub.fetch(new Request(`https://stub${path}`, { method, headers: { authorization: `Bearer ${adminToken}` } }));
const idle = (runner: AgentRunner) =>
  until('it is idle', () => runner.state.phase === 'enrolled' && runner.state.lastCheckInAt !== null && runner.state.exchange === 'none');

describe('createStub', () => {
  it('M-04 enrols a device, and hands it what an administrator asks for', async () => {
    const runner = deviceOf(stub);
    await idle(runner);
    const listed = (await (await call('GET', managedDevices)).json()) as { value: { id: string }[] };
    expect(listed.value.map(({ id }) => id)).toEqual([runner.state.deviceId]);
    expect((await call('POST', `${managedDevices}/${runner.state.deviceId}/wipe`)).status).toBe(204);
    await until('it is wiped', () => runner.state.phase === 'wiped');
    await until('its record is gone', () => notes.some(({ kind }) => kind === 'record-removed'));
    expect((await call('GET', `${managedDevices}/${runner.state.deviceId}`)).status).toBe(404);
    runner.close();
  });

  it('answers Graph with 401 without the token', async () => {
    const response = await stub.fetch(new Request(`https://stub${managedDevices}`));
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'InvalidAuthenticationToken' } });
  });

  it('logs what it does in words, and neither tokens nor keys', async () => {
    const runner = deviceOf(stub);
    await idle(runner);
    const { deviceId } = runner.state;
    expect(log.map(({ sentence }) => sentence)).toEqual(
      expect.arrayContaining([`enrolled: ${deviceId}`, `certificate-issued: ${deviceId}`]),
    );
    const text = JSON.stringify(log);
    for (const secret of [adminToken, enrollmentToken, 'PRIVATE KEY', 'BEGIN CERTIFICATE']) expect(text).not.toContain(secret);
    runner.close();
  });

  it('M-11 another one on the same store knows its devices', async () => {
    const store = createMemoryStore();
    const first = openStub(store);
    const runner = deviceOf(first);
    await idle(runner);
    first.close();
    stub = openStub(store);
    expect((await call('GET', `${managedDevices}/${runner.state.deviceId}`)).status).toBe(200);
    runner.close();
  });

  it('closed, it takes no more links, and ends an advance that is under way', async () => {
    const silent = memoryLink(null);
    stub.accept(silent.server);
    const runner = deviceOf(stub);
    await idle(runner);
    const advance = stub.clock.advanceTo(tenantStart + 400 * dayMs);
    stub.close();
    await expect(advance).rejects.toMatchObject({ code: 'clock-closed' });
    const late = memoryLink(null);
    const heard: string[] = [];
    late.device.attach({ frame: (text) => void heard.push(text), fault: () => {}, closed: (reason) => void heard.push(reason) });
    stub.accept(late.server);
    await until('it was closed', () => heard.length > 0);
    expect(heard).toEqual(['stub-closed']);
    runner.close();
  });

  it('ends only the link that sends what cannot be a frame', async () => {
    const runner = deviceOf(stub);
    await idle(runner);
    const stranger = memoryLink(null);
    const heard: string[] = [];
    stub.accept(stranger.server);
    stranger.device.attach({ frame: (text) => void heard.push(text), fault: () => {}, closed: (reason) => void heard.push(reason) });
    stranger.device.send('rubbish');
    await until('it was closed', () => heard.at(-1) === 'frame-malformed');
    expect(JSON.parse(heard.at(-2) ?? '')).toMatchObject({ type: 'refused', code: 'frame-malformed' });
    expect(runner.state.link).toBe('open');
    runner.close();
  });
});
