/** One runner against a server made of frames: what it says and when, in a real time that is moved by hand. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { IdentityMaker } from '../certs/identity.ts';
import { decodeDeviceMessage, encode } from '../protocol/codec.ts';
import type { DeviceView } from '../protocol/hands.ts';
import type { DeviceMessage, ServerMessage } from '../protocol/messages.ts';
import type { OutsideAnswer, OutsideRequest } from '../protocol/outside.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../runtime/duration.ts';
import type { Link } from '../runtime/link.ts';
import { memoryLink } from '../runtime/memory-link.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { type AgentFile, memoryAgentFile, type StoredIdentity } from './agent-file.ts';
import { ConnectError } from './connect-error.ts';
import type { DeviceNote } from './device/effects.ts';
import { type DeviceState, newDevice } from './device/state.ts';
import { AgentRunner } from './runner.ts';

const start = Date.UTC(2030, 0, 1);
const inventory = {
  platform: 'ios',
  enrollment: 'device',
  serialNumber: 'SN1',
  deviceName: 'phone',
  manufacturer: 'Contoso',
  model: 'One',
  osVersion: '17.5',
  userPrincipalName: 'adele@contoso.example',
} as const;

/** Lets everything that waits in line in this process happen. */
const quiet = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The other end of the runner's links. */
class Server {
  readonly real = new VirtualClock(start);
  readonly shown: (StoredIdentity | undefined)[] = [];
  readonly notes: DeviceNote[] = [];
  readonly troubles: string[] = [];
  readonly views: DeviceView[] = [];
  readonly asked: OutsideRequest[] = [];
  answer: (request: OutsideRequest) => Promise<OutsideAnswer> = async () => ({ allowed: true, token: 'opaque' });
  heard: DeviceMessage[] = [];
  closed: string[] = [];
  reachable = true;
  failure: Error | undefined;
  file: AgentFile = memoryAgentFile();
  #end: Link | undefined;

  readonly identities: IdentityMaker = {
    createRequest: async (requestId) => ({ csr: `csr of ${requestId}`, privateKey: `key of ${requestId}` }),
  };

  runner(fresh: DeviceState = newDevice(inventory, 7)): AgentRunner {
    return new AgentRunner({
      fresh,
      file: this.file,
      openLink: async (identity) => {
        this.shown.push(identity);
        if (this.failure !== undefined) throw this.failure;
        if (!this.reachable) throw new Error('wss://nowhere cannot be reached: refused');
        const { device, server } = memoryLink(null);
        this.#end = server;
        server.attach({
          frame: (text) => void this.heard.push(decodeDeviceMessage(text)),
          fault: () => {},
          closed: (reason) => void this.closed.push(reason),
        });
        return device;
      },
      identities: this.identities,
      ask: (request) => {
        this.asked.push(request);
        return this.answer(request);
      },
      enrollmentToken: 'letmein',
      onView: (view) => void this.views.push(view),
      onNote: (note) => void this.notes.push(note),
      onTrouble: (sentence) => void this.troubles.push(sentence),
      real: this.real,
    });
  }

  async says(...messages: (ServerMessage | string)[]): Promise<void> {
    for (const message of messages) this.#end?.send(typeof message === 'string' ? message : encode(message));
    await quiet();
  }

  async hangsUp(reason: string): Promise<void> {
    this.#end?.close(reason);
    await quiet();
  }

  clock(step: number, now = start, speed = 0, lived = false): ServerMessage {
    return { type: 'clock', step, now, speed, lived };
  }

  /** Switched on, enrolled, and idle. */
  async enrolled(): Promise<AgentRunner> {
    const runner = this.runner();
    runner.start();
    runner.tell({ type: 'enroll', token: 'letmein' });
    await quiet();
    await this.says(this.clock(0));
    const requestId = runner.state.requestId ?? '';
    const notAfter = start + 365 * dayMs;
    await this.says({
      type: 'enrolled',
      requestId,
      deviceId: 'd',
      certificate: 'PEM',
      serialNumber: '4A',
      notBefore: start,
      notAfter,
      renewFrom: notAfter - 30 * dayMs,
    });
    await this.says(this.clock(0), { type: 'check-in-done' });
    expect(runner.state).toMatchObject({ phase: 'enrolled', exchange: 'none' });
    this.heard = [];
    return runner;
  }
}

let server: Server;
beforeEach(() => {
  server = new Server();
});

describe('AgentRunner', () => {
  it('M-01 says nothing before it knows what time it is, and comes back with its certificate', async () => {
    const runner = server.runner();
    runner.start();
    expect(server.shown).toEqual([]);
    runner.tell({ type: 'enroll', token: 'letmein' });
    await quiet();
    expect(server.shown).toEqual([undefined]);
    expect(server.heard).toEqual([]);
    await server.says(server.clock(3, start + 5 * dayMs));
    expect(server.heard[0]).toMatchObject({ type: 'enroll', token: 'letmein', csr: expect.stringContaining('csr of') });
    expect(runner.now).toBe(start + 5 * dayMs);
    runner.close();

    server = new Server();
    await server.enrolled();
    expect(server.shown).toEqual([undefined, { certificate: 'PEM', privateKey: expect.stringContaining('key of') }]);
    expect(server.closed).toEqual(['enrolled']);
  });

  it('M-11 does nothing outside before it is written down', async () => {
    const runner = await server.enrolled();
    const { transaction } = server.file;
    server.file.transaction = () => {
      throw new Error('the disk is full');
    };
    expect(() => runner.tell({ type: 'user-synced' })).toThrow('the disk is full');
    await quiet();
    expect(server.heard).toEqual([]);
    server.file.transaction = transaction;
    runner.close();
  });

  it('M-03 answers each step of the clock once everything due is done, and says when it acts next', async () => {
    const runner = await server.enrolled();
    await server.says(server.clock(1));
    expect(server.heard).toEqual([
      { type: 'clock-done', step: 1, lastCheckIn: start, nextCheckIn: start + 15 * 60 * secondMs, nextNoteworthy: expect.any(Number) },
    ]);
    server.heard = [];
    await server.says(server.clock(2, start + 15 * 60 * secondMs));
    // The check-in is under way: no answer to the clock yet.
    expect(server.heard).toMatchObject([{ type: 'check-in', trigger: 'schedule' }]);
    await server.says({ type: 'check-in-done' });
    expect(server.heard.at(-1)).toMatchObject({ type: 'clock-done', step: 2, lastCheckIn: start + 15 * 60 * secondMs });
    expect(server.heard).toHaveLength(2);
    runner.close();
  });

  it('M-03 takes over what was lived quietly, and checks in for what was not', async () => {
    const runner = await server.enrolled();
    await server.says(server.clock(1, start + 10 * dayMs, 0, true));
    expect(server.heard.map(({ type }) => type)).toEqual(['clock-done']);
    expect(runner.state.lastCheckInAt).toBeGreaterThan(start + 9 * dayMs);
    server.heard = [];
    await server.says(server.clock(2, start + 20 * dayMs));
    expect(server.heard).toMatchObject([{ type: 'check-in' }]);
    runner.close();
  });

  it('ends a link on which something unreadable came, and opens another one later', async () => {
    const runner = await server.enrolled();
    await server.says('{"type":"dance"}');
    expect(server.troubles).toEqual([expect.stringMatching(/cannot be read \(message-unknown\)/)]);
    expect(server.closed.at(-1)).toBe('message-unknown');
    expect(runner.state).toMatchObject({ phase: 'enrolled', link: 'closed' });
    server.real.advanceTo(start + 5 * secondMs);
    await quiet();
    expect(server.shown).toHaveLength(3);
    runner.close();
  });

  it('tries again with growing pauses in real time, though the tenant’s time stands still', async () => {
    const runner = await server.enrolled();
    await server.says(server.clock(1, start, 0));
    server.reachable = false;
    await server.hangsUp('lost');
    const attempts: number[] = [];
    for (let second = 1; second <= 3_600; second++) {
      const before = server.shown.length;
      server.real.advanceTo(start + second * secondMs);
      await quiet();
      if (server.shown.length > before) attempts.push(second);
    }
    expect(attempts.length).toBeGreaterThan(10);
    expect(attempts.length).toBeLessThan(40);
    expect(attempts[0]).toBeLessThanOrEqual(1);
    expect(server.troubles.at(-1)).toMatch(/cannot be reached/);
    expect(runner.state.phase).toBe('enrolled');
    runner.close();
  });

  it('where an hour takes a moment, waits in real time all the same: longer and longer, and each device for itself', async () => {
    const waits = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (key) => {
        const own = new Server();
        own.reachable = false;
        const runner = own.runner(newDevice(inventory, key));
        runner.start();
        runner.tell({ type: 'enroll', token: 'letmein' });
        await quiet();
        const attempts: number[] = [own.real.now()];
        for (let ms = 10; ms <= 60_000; ms += 10) {
          const before = own.shown.length;
          runner.clockMoved(runner.now + hourMs, 3600);
          own.real.advanceTo(start + ms);
          await quiet();
          if (own.shown.length > before) attempts.push(own.real.now());
        }
        runner.close();
        return attempts.slice(1).map((at, n) => at - (attempts[n] as number));
      }),
    );
    for (const wait of waits) {
      expect(wait.length).toBeGreaterThan(10);
      wait.forEach((ms, n) => {
        expect(ms).toBeGreaterThanOrEqual(250);
        // Each step of this test takes 10 ms.
        expect(ms).toBeLessThanOrEqual(Math.min(8_000, 250 * 2 ** (n + 1)) + 20);
      });
    }
    expect(new Set(waits.map((wait) => wait[0])).size).toBeGreaterThan(3);
  });

  it('of a server that has too much to do hears when to come back, and comes back later', async () => {
    const runner = await server.enrolled();
    await server.says(server.clock(1, start, 0));
    const said = 'HTTP/1.1 429 Too Many Requests';
    server.failure = new ConnectError({
      url: 'wss://stub/devices',
      phase: 'upgrade',
      ms: 3,
      reason: 'upgrade-refused-429',
      said,
      retryAfter: '7',
    });
    await server.hangsUp('lost');
    server.real.advanceTo(start + secondMs);
    await quiet();
    expect(server.notes.at(-1)).toMatchObject({ kind: 'link-lost', reason: 'overloaded; retry-after=7' });
    const { attempts, reconnectAt } = runner.state;
    expect(attempts).toBe(2);
    expect(reconnectAt).toBeGreaterThanOrEqual(runner.now + 7 * secondMs);
    expect(reconnectAt).toBeLessThanOrEqual(runner.now + (7 + 16) * secondMs);
    runner.close();
  });

  it('does not hear a link that it gave up', async () => {
    const runner = await server.enrolled();
    runner.tell({ type: 'network', available: false });
    await quiet();
    expect(server.closed.at(-1)).toBe('network-lost');
    await server.says({ type: 'nudge' });
    expect(runner.state.wanted).toBeNull();
    server.real.advanceTo(start + hourMs);
    await quiet();
    expect(server.shown).toHaveLength(2);
    runner.close();
  });

  it('closed, it neither opens nor says anything any more', async () => {
    const runner = server.runner();
    runner.start();
    runner.tell({ type: 'enroll', token: 'letmein' });
    // While its key is being made.
    runner.close();
    await quiet();
    expect(server.shown).toEqual([]);
    runner.tell({ type: 'user-synced' });
    expect(runner.state.phase).toBe('enrolling');
  });

  it('says that a key could not be made, and makes one later', async () => {
    server.identities.createRequest = async () => {
      throw new Error('no entropy');
    };
    const runner = server.runner();
    runner.start();
    runner.tell({ type: 'enroll', token: 'letmein' });
    await quiet();
    expect(server.troubles).toEqual(['A key could not be made: no entropy']);
    server.identities.createRequest = async () => ({ csr: 'csr at last', privateKey: 'key' });
    server.real.advanceTo(server.real.now() + 10_000);
    await quiet();
    await server.says(server.clock(1));
    expect(server.heard[0]).toMatchObject({ type: 'enroll', csr: 'csr at last' });
    runner.close();
  });
});

describe('a runner in somebody’s hands', () => {
  it('M-07 shows each view once, and says what came of an act', async () => {
    const runner = await server.enrolled();
    server.views.length = 0;
    expect(runner.act({ input: { press: 'lock' } })).toMatchObject({ outcome: 'done', view: { screen: { kind: 'locked' } } });
    expect(runner.act({ input: { press: 'no' } }).outcome).toBe('no-such-button');
    expect(runner.act({ change: { installs: 'Chess' } })).toMatchObject({ outcome: 'done', view: { apps: [{ name: 'Chess' }] } });
    expect(runner.act({ enroll: true }).outcome).toBe('refused');
    runner.tell({ type: 'deadline' });
    expect(server.views.map(({ screen, apps }) => [screen.kind, apps.length])).toEqual([
      ['locked', 0],
      ['locked', 1],
    ]);
    expect(runner.view()).toEqual(server.views.at(-1));
    runner.close();
    expect(runner.act({ power: false }).outcome).toBe('refused');
  });

  it('M-07 enrols by hand, with the token that it was given', async () => {
    const runner = server.runner();
    runner.start();
    expect(runner.act({ input: { press: 'enroll' } }).outcome).toBe('done');
    await quiet();
    await server.says(server.clock(0));
    expect(server.heard[0]).toMatchObject({ type: 'enroll', token: 'letmein' });
    runner.close();
  });

  it('TD-10 asks outside and takes the answer in; who cannot be asked is unreachable', async () => {
    const runner = await server.enrolled();
    expect(runner.act({ input: { press: 'open-outlook' } }).outcome).toBe('waiting');
    await quiet();
    expect(server.asked).toMatchObject([{ service: 'sign-in', app: 'outlook', deviceId: 'd' }]);
    expect(runner.view().access).toEqual({ outlook: 'allowed' });
    server.answer = async () => {
      throw new Error('the socket hung up');
    };
    runner.act({ input: { press: 'open-teams' } });
    await quiet();
    expect(runner.view().access).toEqual({ outlook: 'allowed', teams: 'unreachable' });
    expect(server.troubles).toEqual(['The sign-in service did not answer: the socket hung up']);
    runner.close();
  });

  it('M-03 lets the clock wait for an answer from outside', async () => {
    const runner = await server.enrolled();
    let answer = (_: OutsideAnswer) => {};
    server.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    runner.act({ input: { press: 'open-outlook' } });
    await server.says(server.clock(1));
    expect(server.heard).toEqual([]);
    answer({ allowed: false, reason: 'not-signed-in' });
    await quiet();
    expect(server.heard).toMatchObject([{ type: 'clock-done', step: 1 }]);
    runner.close();
  });

  it('M-03 lets the clock move on to the end of a command that takes its time', async () => {
    const runner = await server.enrolled();
    const then = 'slow';
    runner.act({ change: { behavior: { on: 'any', then, delayMs: hourMs } } });
    runner.tell({ type: 'user-synced' });
    await server.says({ type: 'command', commandId: 'c', command: { type: 'remoteLock', parameters: {} } }, server.clock(1));
    expect(server.heard.at(-1)).toMatchObject({ type: 'clock-done', step: 1, nextCheckIn: start + hourMs, nextNoteworthy: start + hourMs });
    await server.says(server.clock(2, start + hourMs));
    expect(server.heard.at(-1)).toMatchObject({ type: 'command-result', commandId: 'c', status: 'acknowledged' });
    runner.close();
  });

  it('M-03 hears the time from its driver while it has no link', async () => {
    const runner = await server.enrolled();
    runner.setClock(start + dayMs, 0);
    expect(runner.now).toBe(start);
    runner.act({ change: { passcode: '246810' } });
    await server.says({ type: 'nudge' }, { type: 'command', commandId: 'c', command: { type: 'shutDown', parameters: {} } });
    runner.act({ power: false });
    await quiet();
    runner.setClock(start + dayMs, 0);
    expect(runner.now).toBe(start + dayMs);
    runner.act({ power: true });
    await quiet();
    expect(server.shown).toHaveLength(2);
    runner.act({ input: { type: '246810' } });
    await quiet();
    expect(server.shown).toHaveLength(3);
    runner.close();
  });

  it('M-11 CN-13 a link that it is opening while the clock is advanced is not given up, and what comes with it is taken', async () => {
    const runner = await server.enrolled();
    await server.hangsUp('lost');
    runner.clockMoved(start + minuteMs, 1);
    server.real.advanceTo(start + secondMs);
    for (const minutes of [62, 123]) runner.clockMoved(start + minutes * minuteMs, 1);
    await quiet();
    const notification = { type: 'notification', notificationId: 'n', sentAt: start, title: 'Snow', body: 'Closed.' } as const;
    await server.says(server.clock(1, start + 123 * minuteMs), notification);
    expect(server.closed).not.toContain('switched-off');
    expect(runner.view().notifications).toMatchObject([{ title: 'Snow' }]);
    expect(runner.now).toBe(start + 123 * minuteMs);
    runner.close();
  });

  it('M-11 no passcode or answer of a service is in what it writes down of what happened', async () => {
    const events: string[] = [];
    server.file = { ...memoryAgentFile(), appendEvent: (...event) => void events.push(JSON.stringify(event)) };
    const runner = await server.enrolled();
    runner.act({ change: { passcode: '246810' } });
    runner.act({ input: { press: 'lock' } });
    runner.act({ input: { type: 'not-it-1' } });
    runner.act({ input: { type: '246810' } });
    runner.act({ input: { press: 'open-outlook' } });
    await quiet();
    expect(runner.view().access).toEqual({ outlook: 'allowed' });
    expect(events.length).toBeGreaterThan(5);
    expect(events.join()).not.toMatch(/246810|not-it-1|opaque|letmein/);
    runner.close();
  });
});
