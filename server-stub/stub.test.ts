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
import { pushAtOnce } from './core/settings.ts';
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
    settings: { seed: 'test', enrollmentToken, renewalWindowMs: 30 * dayMs, push: pushAtOnce },
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

function deviceOf(at: Stub, fresh = newDevice(testInventory, 7)): AgentRunner {
  const runner = new AgentRunner({
    fresh,
    file: memoryAgentFile(),
    openLink: async (identity) => {
      const { device, server } = memoryLink(identity === undefined ? null : summarize(identity.certificate, authority));
      at.accept(server);
      return device;
    },
    identities: testKeys,
    ask: async (request) => at.ask(request),
    onNote: () => {},
    onTrouble: () => {},
  });
  runner.start();
  runner.tell({ type: 'enroll', token: enrollmentToken });
  return runner;
}

const call = (method: string, path: string, body?: object) =>
  stub.fetch(
    new Request(`https://stub${path}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
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

  it('TD-03 M-07 a wiped phone stops at its Activation Lock, and goes on with the code that was copied before', async () => {
    await call('PATCH', '/mockfleet/configuration', { allowActivationLock: true });
    const phone = newDevice({ ...testInventory, enrollment: 'automated' }, 7, { wipesSilently: false }, { findMy: true });
    const runner = deviceOf(stub, phone);
    const letGo = stub.attach({ view: () => runner.view(), act: async (act) => runner.act(act) });
    await idle(runner);
    const path = `/beta/deviceManagement/managedDevices('${runner.state.deviceId}')?$select=activationLockBypassCode`;
    const copied = async () =>
      ((await (await call('GET', path)).json()) as { activationLockBypassCode: string | null }).activationLockBypassCode;
    let code: string | null = null;
    await until('there is a code', () => {
      void copied().then((shown) => {
        code = shown;
      });
      return code !== null;
    });
    await call('POST', `${managedDevices}/${runner.state.deviceId}/wipe`);
    await until('it is wiped', () => runner.state.phase === 'wiped');
    const screen = async () => (await call('GET', `/mockfleet/devices/${phone.inventory.serialNumber}/screen?format=text`)).text();
    expect(await screen()).toMatch(/^Activation Lock/);
    const type = async (text: string) =>
      (await call('POST', `/mockfleet/devices/${phone.inventory.serialNumber}/act`, { input: { type: text } })).json();
    expect(await type('WRONG')).toMatchObject({ outcome: 'waiting' });
    await until('it was refused', () => runner.view().screen.notice !== null);
    expect(await screen()).toMatch(/^Activation Lock/);
    expect(await type(String(code))).toMatchObject({ outcome: 'waiting' });
    await until('set-up goes on', () => runner.view().screen.kind === 'set-up-assistant');
    for (const secret of [String(code), 'WRONG', 'apple-secret']) expect(JSON.stringify([log, notes])).not.toContain(secret);
    letGo();
    runner.close();
  });

  it('answers Graph with 401 without the token', async () => {
    const response = await stub.fetch(new Request(`https://stub${managedDevices}`));
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'InvalidAuthenticationToken' } });
  });

  it.each([
    ['/V1.0/devicemanagement/MANAGEDDEVICES', 401],
    ['/Beta/deviceManagement/managedDevices', 401],
    ['/v1x0/deviceManagement/managedDevices', 404],
    ['/v1.0x/deviceManagement/managedDevices', 404],
    ['/xbeta/deviceManagement/managedDevices', 404],
  ])('finds Graph in either case, and nowhere else: %s', async (path, status) => {
    expect((await stub.fetch(new Request(`https://stub${path}`))).status).toBe(status);
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
