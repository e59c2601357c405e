/** Both halves of `/hands`: the server's alone over memory links, then the two together over real WebSockets. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openHands } from '../agent/hands-link.ts';
import { type DeviceView, type HandsToAgent, handsBytesMax, handsSubProtocol } from '../protocol/hands.ts';
import { ScaledClock } from '../runtime/clock.ts';
import { dayMs } from '../runtime/duration.ts';
import { memoryLink } from '../runtime/memory-link.ts';
import { type LogLine, recordingLog, testAuthority } from '../test/support/tenant.ts';
import { until } from '../test/support/until.ts';
import { pushAtOnce } from './core/settings.ts';
import { heldDevice } from './door.fixture.ts';
import { createHandsDoor } from './hands-link.ts';
import { createHandsRegistry, type HandsRegistry } from './hands-registry.ts';
import { listen, type NodeServer } from './node-server.ts';
import { createMemoryStore } from './store/memory-store.ts';
import { createStub, type Stub } from './stub.ts';

const token = 'letmein';
const { current: view } = heldDevice();
let lines: LogLine[];
beforeEach(() => {
  lines = [];
});

describe('the server’s half', () => {
  let registry: HandsRegistry;
  let door: ReturnType<typeof createHandsDoor>;
  beforeEach(() => {
    registry = createHandsRegistry();
    door = createHandsDoor({ registry, tokens: { enrollmentToken: token }, log: recordingLog(lines), linksMax: 3 });
  });

  /** An agent that says what a test lets it say. */
  function agent() {
    const { device, server } = memoryLink(null);
    const heard: HandsToAgent[] = [];
    const end: { reason?: string } = {};
    door.accept(server);
    device.attach({
      frame: (text) => void heard.push(JSON.parse(text)),
      fault: () => {},
      closed: (reason) => {
        end.reason = reason;
      },
    });
    const say = (message: object | string) => device.send(typeof message === 'string' ? message : JSON.stringify(message));
    return { heard, end, say, close: () => device.close('gone') };
  }
  const hello = (change: Partial<DeviceView> = {}) => ({ type: 'hello', token, view: { ...view, ...change } });
  const attached = () => until('it is attached', () => registry.bySerialNumber(view.serialNumber));

  it('M-07 shows the latest view, and carries acts there and results back', async () => {
    const one = agent();
    one.say(hello());
    const hands = await attached();
    expect(hands.view()).toEqual(view);
    one.say({ type: 'view', view: { ...view, phase: 'wiped' } });
    await until('it heard of it', () => hands.view().phase === 'wiped');
    const results = [hands.act({ power: false }), hands.act({ input: { type: '246810' } })];
    await until('both arrived', () => one.heard.length === 2);
    expect(one.heard).toEqual([
      { type: 'act', requestId: 1, act: { power: false } },
      { type: 'act', requestId: 2, act: { input: { type: '246810' } } },
    ]);
    // Answers find their questions in any order; the view in them is the latest.
    one.say({ type: 'result', requestId: 2, result: { outcome: 'refused', view } });
    one.say({ type: 'result', requestId: 1, result: { outcome: 'done', view: { ...view, power: 'off' } } });
    one.say({ type: 'result', requestId: 9, result: { outcome: 'done', view: { ...view, power: 'off' } } });
    expect((await Promise.all(results)).map(({ outcome }) => outcome)).toEqual(['done', 'refused']);
    expect(hands.view().power).toBe('off');
    expect(JSON.stringify(lines)).not.toMatch(/246810|letmein/);
  });

  it.each<[string, object | string, string]>([
    ['a wrong token', { type: 'hello', token: 'guess', view }, 'enrollment-token-invalid'],
    ['a view before the hello', { type: 'view', view }, 'hello-expected'],
    ['no JSON', 'hello', 'frame-invalid'],
    ['a view that is none', { type: 'hello', token, view: { ...view, power: 'maybe' } }, 'frame-invalid'],
    ['too much', JSON.stringify({ type: 'hello', token, view: { ...view, access: { x: 'y'.repeat(handsBytesMax) } } }), 'frame-invalid'],
  ])('ends the link for %s', async (_what, message, reason) => {
    const one = agent();
    one.say(message);
    await until(
      'it was ended',
      () => one.end.reason === reason,
      () => `${one.end.reason}`,
    );
    expect([...registry.all()]).toEqual([]);
    expect(JSON.stringify(lines)).not.toContain('guess');
  });

  it.each<[string, object]>([
    ['a second hello', hello()],
    ['another device’s view', { type: 'view', view: { ...view, serialNumber: 'SN9' } }],
    ['a result that is none', { type: 'result', requestId: 1, result: { outcome: 'splendid', view } }],
  ])('lets go of a device for %s', async (_what, message) => {
    const one = agent();
    one.say(hello());
    await attached();
    one.say(message);
    await until('it was ended', () => one.end.reason === 'frame-invalid');
    expect([...registry.all()]).toEqual([]);
  });

  it('gives a device to whoever came last, and its end changes nothing then', async () => {
    const first = agent();
    first.say(hello());
    const before = await attached();
    const second = agent();
    second.say(hello({ phase: 'enrolled', serialNumber: view.serialNumber.toLowerCase() }));
    await until('the first was ended', () => first.end.reason === 'hands-replaced');
    expect([...registry.all()].map((hands) => hands.view().phase)).toEqual(['enrolled']);
    await expect(before.act({ power: true })).rejects.toThrow(/did not answer/);
  });

  it('fails what is under way when the agent goes, or does not answer for 10 seconds', async () => {
    const one = agent();
    one.say(hello());
    const gone = expect((await attached()).act({ power: true })).rejects.toThrow(/did not answer/);
    one.close();
    await gone;
    await until('it is gone', () => [...registry.all()].length === 0);

    const other = agent();
    other.say(hello());
    const hands = await attached();
    vi.useFakeTimers();
    try {
      const silent = expect(hands.act({ power: true })).rejects.toThrow(/did not answer/);
      await vi.advanceTimersByTimeAsync(9_999);
      expect(vi.getTimerCount()).toBe(1);
      await vi.advanceTimersByTimeAsync(1);
      await silent;
    } finally {
      vi.useRealTimers();
    }
  });

  it('takes so many, and another one when one of them has gone', async () => {
    const [first] = [agent(), agent(), agent()];
    const late = agent();
    await until('the fourth was sent away', () => late.end.reason === 'too-many-hands');
    first?.close();
    await until('the first is gone', () => first?.end.reason === 'gone');
    const next = agent();
    next.say(hello());
    await attached();
  });

  it('waits 10 seconds for a hello', async () => {
    vi.useFakeTimers();
    try {
      const one = agent();
      await vi.advanceTimersByTimeAsync(9_999);
      expect(one.end).toEqual({});
      await vi.advanceTimersByTimeAsync(1);
      expect(one.end).toEqual({ reason: 'hello-expected' });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('over real WebSockets', () => {
  const adminToken = 'administrator-of-the-hands';
  let stub: Stub;
  let server: NodeServer;
  let ca: string;
  let closers: (() => void)[];
  beforeEach(async () => {
    closers = [];
    const authority = await testAuthority();
    ca = authority.certificatePem;
    const log = recordingLog(lines);
    stub = createStub({
      store: createMemoryStore(),
      authority,
      clock: new ScaledClock({ anchorReal: 0, anchor: Date.UTC(2030, 0, 1), speed: 0 }),
      settings: {
        seed: 'hands',
        enrollmentToken: token,
        renewalWindowMs: 30 * dayMs,
        push: pushAtOnce,
      },
      adminToken,
      log,
    });
    server = await listen({ stub, authority, log, port: 0, host: '127.0.0.1' });
  });
  afterEach(async () => {
    for (const close of closers) close();
    stub.close();
    await server.close();
  });

  const call = async (method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${adminToken}` };
    const response = await stub.fetch(
      new Request(`https://stub/mockfleet/devices${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    return { status: response.status, body: (await response.json()) as Record<string, unknown> & { error?: { code: string } } };
  };
  function open(runner: Parameters<typeof openHands>[0]['runner'], change: Partial<Parameters<typeof openHands>[0]> = {}) {
    const troubles: string[] = [];
    const hands = openHands({ url: server.hands, ca, token, runner, onTrouble: (sentence) => troubles.push(sentence), ...change });
    closers.push(() => hands.close());
    return { ...hands, troubles };
  }
  /** Waits until the control route answers so; `until` looks again at what the latest call said. */
  async function answers(path: string, status: number): Promise<void> {
    let latest = 0;
    await until(`${path} answers ${status}`, () => {
      void call('GET', path).then((answer) => {
        latest = answer.status;
      });
      return latest === status;
    });
  }
  const serial = `/${view.serialNumber}`;

  it('M-07 a device that is not even enrolled is looked at and typed into from the control routes', async () => {
    const device = heldDevice({}, async () => 'refused');
    const hands = open(device);
    await answers(serial, 200);
    expect((await call('POST', `/${view.serialNumber}/act`, { input: { type: '246810', screen: 3 } })).body).toMatchObject({
      outcome: 'refused',
      view: { serialNumber: view.serialNumber },
    });
    expect(device.acts).toEqual([{ input: { type: '246810', screen: 3 } }]);
    hands.viewChanged({ ...view, deviceName: 'renamed' });
    await answers('/renamed', 200);
    hands.close();
    await answers(serial, 404);
    expect(JSON.stringify(lines)).not.toMatch(/246810|letmein/);
  });

  it('a wrong token is refused with 4401, said once, and not tried again', async () => {
    const device = heldDevice();
    const { troubles } = open(device, { token: 'guess' });
    await until('it was told', () => troubles.length > 0);
    expect(troubles).toEqual([expect.stringMatching(/does not take this enrollment token/)]);
    const socket = new WebSocket(server.hands, handsSubProtocol, { ca });
    closers.push(() => socket.terminate());
    const code = await new Promise((resolve) => {
      socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', token: 'guess', view })));
      socket.on('close', resolve);
    });
    expect(code).toBe(4401);
    expect(JSON.stringify(lines)).not.toContain('guess');
  });

  it('comes back when the link broke', async () => {
    const device = heldDevice();
    open(device);
    await answers(serial, 200);
    const port = Number(new URL(server.url).port);
    await server.close();
    await answers(serial, 404);
    server = await listen({ stub, authority: await testAuthority(), log: recordingLog(lines), port, host: '127.0.0.1' });
    await answers(serial, 200);
  });

  it('lets a server that has no such door alone, without a word', async () => {
    let asked = 0;
    let closed = false;
    const other = createServer();
    other.on('upgrade', (_request, socket) => {
      asked++;
      socket.on('close', () => {
        closed = true;
      });
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const pauses = vi.spyOn(globalThis, 'setTimeout');
    const retries = () => pauses.mock.calls.filter(([, ms]) => ms === 1000).length;
    const { port } = other.address() as AddressInfo;
    const { troubles } = open(heldDevice(), { url: `ws://127.0.0.1:${port}/hands` });
    await until('it has hung up', () => closed);
    await new Promise((resolve) => setImmediate(resolve));
    expect([asked, retries(), troubles]).toEqual([1, 0, []]);
    await new Promise((resolve) => other.close(resolve));
    // One that is not there yet may come: that is tried again.
    open(heldDevice(), { url: `ws://127.0.0.1:${port}/hands` });
    await until('it waits for its next attempt', () => retries() === 1);
    pauses.mockRestore();
  });

  it('a frame above 1 MiB ends the link', async () => {
    const socket = new WebSocket(server.hands, handsSubProtocol, { ca });
    closers.push(() => socket.terminate());
    const code = await new Promise((resolve) => {
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'hello', token, view: { ...view, description: 'x'.repeat(handsBytesMax) } })),
      );
      socket.on('close', resolve);
    });
    expect(code).toBe(1009);
  });

  it.each([
    ['/hands', 'mockfleet.v1', 400, 'Offer the WebSocket sub-protocol mockfleet.hands.v1.'],
    ['/devices', handsSubProtocol, 400, 'Offer the WebSocket sub-protocol mockfleet.v1.'],
    ['/feet', handsSubProtocol, 404, 'Devices connect to /devices.'],
  ])('at %s the sub-protocol %s is answered with %i', async (path, protocol, status, sentence) => {
    const socket = new WebSocket(server.hands.replace('/hands', path), protocol, { ca });
    const answer = await new Promise<{ status: number | undefined; text: string }>((resolve) => {
      socket.on('error', () => {});
      socket.on('unexpected-response', (_request, response) => {
        response.setEncoding('utf8').on('data', (text: string) => resolve({ status: response.statusCode, text }));
      });
    });
    expect(answer).toEqual({ status, text: sentence });
  });

  it('a device of this process is reached as any other', async () => {
    const device = heldDevice({ serialNumber: 'SN7' });
    const letGo = stub.attach(device);
    expect((await call('POST', '/sn7/act', { network: false })).body).toMatchObject({ outcome: 'done' });
    expect(device.acts).toEqual([{ network: false }]);
    letGo();
    expect((await call('GET', '/SN7')).body.error?.code).toBe('device-unknown');
  });
});
