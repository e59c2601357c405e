/** A stub in this process on a real port, its clock in the test's hand, and what comes to it: agents, and strangers with frames of their own. */
import { createPrivateKey, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type ClientOptions, WebSocket } from 'ws';
import { type AgentFile, openAgentFile, type StoredIdentity } from '../../agent/agent-file.ts';
import type { DeviceNote } from '../../agent/device/effects.ts';
import { type DeviceState, newDevice, type Possessions } from '../../agent/device/state.ts';
import { askOverHttps } from '../../agent/outside.ts';
import { AgentRunner } from '../../agent/runner.ts';
import { openWebSocketLink } from '../../agent/websocket-link.ts';
import { type Authority, createAuthority, createAuthorityCertificate } from '../../certs/authority.ts';
import { createCsr } from '../../certs/csr.ts';
import type { IdentityMaker } from '../../certs/identity.ts';
import { openKeyPool } from '../../certs/key-pool.ts';
import type { CommandType } from '../../protocol/commands.ts';
import type { Behavior } from '../../protocol/hands.ts';
import { type DeviceMessage, type Inventory, type ServerMessage, subProtocol } from '../../protocol/messages.ts';
import { type EnrollmentType, enrollmentTypesOf, type Platform } from '../../protocol/platforms.ts';
import { ScaledClock } from '../../runtime/clock.ts';
import { dayMs } from '../../runtime/duration.ts';
import type { Log } from '../../runtime/log.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { CoreSettings } from '../../server-stub/core/settings.ts';
import { listen, type NodeServer } from '../../server-stub/node-server.ts';
import { openSqliteStore } from '../../server-stub/store/sqlite-store.ts';
import type { Store } from '../../server-stub/store/store.ts';
import { createStub, type Stub } from '../../server-stub/stub.ts';
import type { ClockLimits } from '../../server-stub/test-clock.ts';
import { root } from './program.ts';
import { until } from './until.ts';

export const tenantStart = Date.UTC(2030, 0, 1, 9, 30);
export const adminToken = 'administrator-of-the-test';
export const enrollmentToken = 'letmein';

/** Keys cost a third of a second each: made once per checkout, shared by all tests. They protect nothing. */
export const testKeys = openKeyPool(join(root, 'node_modules/.cache/mockfleet/test-keys'), 4);

const authorityKeys = openKeyPool(join(root, 'node_modules/.cache/mockfleet/test-authority-keys'), 2);

/** An authority with key number `index`. All have the same name; only the one with number 0 is that of a tenant. */
export async function testAuthority(index = 0): Promise<Authority> {
  const key = createPrivateKey(await authorityKeys.keyAt(index));
  return createAuthority(key, createAuthorityCertificate(key, { now: tenantStart, serialNumber: '4D0F' }));
}

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  data: Record<string, unknown>;
  sentence: string;
}

export interface TenantOptions {
  at?: number;
  /** 0: frozen, which is what most tests want. */
  speed?: number;
  settings?: Partial<CoreSettings>;
  clockLimits?: Partial<ClockLimits>;
  store?: Store;
}

export interface AgentOptions {
  platform?: Platform;
  enrollment?: EnrollmentType;
  name?: string;
  serialNumber?: string;
  key?: number;
  wipesSilently?: boolean;
  file?: AgentFile;
  token?: string;
  /** Default: shared keys, which cost nothing. */
  identities?: IdentityMaker;
  /** Of the device's inventory, in place of what every test device has. */
  inventory?: Partial<Inventory>;
  has?: Partial<Possessions>;
  behaviors?: readonly Behavior[];
  /** The device itself, instead of one made from the members above. */
  fresh?: DeviceState;
  /** false: switched on, but nobody has enrolled it. */
  enroll?: boolean;
}

export interface Answer {
  status: number;
  body: AnswerBody;
}

/** Of all the bodies that the door answers with, the members that tests look at one by one; which are there, the test knows. */
export interface AnswerBody {
  error: { code: string; message: string };
  now: string;
  managementState: string;
  lastSyncDateTime: string;
  managementCertificateExpirationDate: string;
}

export interface Tenant {
  readonly authority: Authority;
  readonly store: Store;
  readonly stub: Stub;
  readonly server: NodeServer;
  readonly log: LogLine[];
  readonly notes: ServerNote[];
  /** Through the administrators' door, with the token (or another one). */
  call(method: string, path: string, body?: unknown, token?: string): Promise<Answer>;
  /** Moves the clock through its control route. */
  clock(change: object): Promise<Answer>;
  advance(duration: string): Promise<void>;
  /** One device as Graph shows it; undefined when there is none. */
  device(id: string): Promise<AnswerBody | undefined>;
  act(id: string, verb: string): Promise<number>;
  /** An action of either version with its parameters; gives the status. */
  actOn(id: string, verb: string, parameters?: object): Promise<number>;
  /** A real agent over a real WebSocket. */
  agent(options?: AgentOptions): TestAgent;
  /** An agent that is enrolled and has checked in. */
  enrolledAgent(options?: AgentOptions): Promise<TestAgent>;
  /** A stranger's WebSocket: says what it likes, hears everything. */
  wire(identity?: StoredIdentity, options?: WireOptions): Wire;
  /** Log lines of refusals with this code. */
  refusals(code: string): LogLine[];
  close(): Promise<void>;
}

/** Opens a tenant; its owner closes it. */
export async function openTenant(options: TenantOptions = {}): Promise<Tenant> {
  const authority = await testAuthority();
  const store = options.store ?? openSqliteStore(':memory:');
  const log: LogLine[] = [];
  const notes: ServerNote[] = [];
  const recorder = recordingLog(log);
  const stub = createStub({
    store,
    authority,
    clock: new ScaledClock({ anchorReal: Date.now(), anchor: options.at ?? tenantStart, speed: options.speed ?? 0 }),
    settings: {
      seed: 'test',
      enrollmentToken,
      renewalWindowMs: 30 * dayMs,
      push: { lost: 0, latencyMs: () => 0, keptForMs: dayMs },
      ...options.settings,
    },
    adminToken,
    log: recorder,
    onNote: (note) => notes.push(note),
    ...(options.clockLimits === undefined ? {} : { clockLimits: options.clockLimits }),
  });
  const server = await listen({ stub, authority, log: recorder, port: 0, host: '127.0.0.1' });
  const agents: TestAgent[] = [];
  const wires: Wire[] = [];

  const call = async (method: string, path: string, body?: unknown, token: string = adminToken): Promise<Answer> => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const headers = { authorization: `Bearer ${token}`, ...(text === undefined ? {} : { 'content-type': 'application/json' }) };
    const response = await stub.fetch(
      new Request(`https://stub${path}`, { method, headers, ...(text === undefined ? {} : { body: text }) }),
    );
    const answer = await response.text();
    return { status: response.status, body: answer === '' ? undefined : JSON.parse(answer) };
  };
  const clock = (change: object) => call('POST', '/mockfleet/clock', change);
  const agent = (wanted: AgentOptions = {}) => {
    const made = new TestAgent(server.devices, authority.certificatePem, agents.length, wanted);
    agents.push(made);
    stub.attach({
      view: () => made.runner.view(),
      act: async (what) => made.runner.act(what),
      clockMoved: (now, speed) => made.runner.clockMoved(now, speed),
    });
    return made;
  };

  return {
    authority,
    store,
    stub,
    server,
    log,
    notes,
    call,
    clock,
    async advance(duration) {
      const { status, body } = await clock({ advance: duration });
      if (status !== 200) throw new Error(`advance ${duration}: ${status} ${JSON.stringify(body)}`);
    },
    async device(id) {
      const { status, body } = await call('GET', `${managedDevices}/${id}`);
      return status === 404 ? undefined : body;
    },
    act: async (id, verb) => (await call('POST', `${managedDevices}/${id}/${verb}`)).status,
    actOn: async (id, verb, parameters) => (await call('POST', `/beta/deviceManagement/managedDevices/${id}/${verb}`, parameters)).status,
    agent,
    async enrolledAgent(wanted = {}) {
      const made = agent(wanted);
      await made.checkedIn();
      return made;
    },
    wire(identity, more = {}) {
      const made = new Wire(server.devices, authority.certificatePem, identity, more);
      wires.push(made);
      return made;
    },
    refusals: (code) => log.filter((line) => line.level === 'warn' && line.data.event === 'refused' && line.data.code === code),
    async close() {
      for (const one of agents) one.close();
      for (const one of wires) one.socket.terminate();
      stub.close();
      await server.close();
      store.close();
    },
  };
}

export const managedDevices = '/v1.0/deviceManagement/managedDevices';

/** An agent as `mockfleet agent` runs it, in this process. */
export class TestAgent {
  readonly runner: AgentRunner;
  readonly notes: (DeviceNote & { at: number })[] = [];
  readonly troubles: string[] = [];
  readonly file: AgentFile;
  #closed = false;

  constructor(url: string, ca: string, number: number, options: AgentOptions) {
    const { platform = 'ios', enrollment = enrollmentTypesOf[platform][0], name = `device-${number}` } = options;
    this.file = options.file ?? openAgentFile(':memory:');
    this.runner = new AgentRunner({
      fresh:
        options.fresh ??
        newDevice(
          {
            platform,
            enrollment,
            serialNumber: options.serialNumber ?? `SN${number}`,
            deviceName: name,
            manufacturer: 'Contoso',
            model: 'One',
            osVersion: '17.5',
            userPrincipalName: 'adele@contoso.example',
            ...options.inventory,
          },
          options.key ?? 0xc0ffee + number,
          { wipesSilently: options.wipesSilently ?? false },
          options.has,
          options.behaviors,
        ),
      file: this.file,
      openLink: (identity) => openWebSocketLink({ url, ca }, identity),
      ask: askOverHttps({ url: url.replace(/^wss:/, 'https:').replace(/\/devices$/, ''), ca }),
      enrollmentToken: options.token ?? enrollmentToken,
      identities: options.identities ?? testKeys,
      onNote: (note, at) => this.notes.push({ ...note, at }),
      onTrouble: (sentence) => this.troubles.push(sentence),
    });
    this.runner.start();
    if (options.enroll !== false && this.runner.state.phase === 'set-up') {
      this.runner.tell({ type: 'enroll', token: options.token ?? enrollmentToken });
    }
  }

  get id(): string {
    const { deviceId } = this.runner.state;
    if (deviceId === null) throw new Error('This device was never enrolled.');
    return deviceId;
  }

  get identity(): StoredIdentity {
    const identity = this.file.identity();
    if (identity === undefined) throw new Error('This device has no certificate.');
    return identity;
  }

  kinds<K extends DeviceNote['kind']>(kind: K): (Extract<DeviceNote, { kind: K }> & { at: number })[] {
    return this.notes.filter((note) => note.kind === kind) as (Extract<DeviceNote, { kind: K }> & { at: number })[];
  }

  /** Waits for the nth note of this kind. */
  async noted<K extends DeviceNote['kind']>(kind: K, count = 1): Promise<Extract<DeviceNote, { kind: K }> & { at: number }> {
    const what = `note ${count} of kind ${kind} of ${this.runner.state.inventory.deviceName}`;
    return until(
      what,
      () => this.kinds(kind)[count - 1],
      () => JSON.stringify([this.notes.slice(-8), this.troubles]),
    );
  }

  /** In touch, and nothing is under way. */
  get isIdle(): boolean {
    const { phase, link, exchange } = this.runner.state;
    return phase === 'enrolled' && link === 'open' && exchange === 'none';
  }

  /** Waits until it has carried out this action, and rests. */
  async did(action: CommandType): Promise<void> {
    const isDone = () => this.isIdle && this.kinds('executed').some((note) => note.command === action);
    await until(`${action} is done`, isDone, () => JSON.stringify([this.notes.slice(-8), this.troubles]));
  }

  /** Waits until it is enrolled, in touch, and idle. */
  async checkedIn(): Promise<void> {
    const { state } = this.runner;
    const idle = () => state.phase === 'enrolled' && state.link === 'open' && state.exchange === 'none' && state.lastCheckInAt !== null;
    await until(`${state.inventory.deviceName} checked in`, idle, () => JSON.stringify([this.notes.slice(-8), this.troubles]));
  }

  /** Waits until nothing is under way: it is idle, or out of reach, or has left. */
  async settled(what = 'the device'): Promise<void> {
    const { state } = this.runner;
    const rests = () =>
      (state.phase === 'enrolled' && (state.network ? state.link === 'open' && state.exchange === 'none' : true)) ||
      ['retired', 'wiped', 'refused', 'set-up'].includes(state.phase);
    await until(`${what} settles`, rests, () =>
      JSON.stringify([state.phase, state.link, state.exchange, this.notes.slice(-8), this.troubles]),
    );
  }

  network(available: boolean): void {
    this.runner.tell({ type: 'network', available });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.runner.close();
  }
}

export interface WireOptions extends Omit<ClientOptions, 'protocol'> {
  path?: string;
  protocol?: string | null;
}

/** A bare WebSocket to the stub. */
export class Wire {
  readonly socket: WebSocket;
  readonly frames: ServerMessage[] = [];
  closed: { code: number; reason: string } | undefined;
  /** What the upgrade was answered with, when it was not taken. */
  refusedUpgrade: { status: number | undefined; body: string } | undefined;
  failure: Error | undefined;

  constructor(url: string, ca: string, identity: StoredIdentity | undefined, { path, protocol = subProtocol, ...options }: WireOptions) {
    const address = path === undefined ? url : url.replace(/\/devices$/, path);
    const keys = identity === undefined ? {} : { cert: identity.certificate, key: identity.privateKey };
    this.socket = new WebSocket(address, protocol === null ? [] : [protocol], { ca, ...keys, perMessageDeflate: false, ...options });
    this.socket.on('message', (data) => this.frames.push(JSON.parse(data.toString()) as ServerMessage));
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    this.socket.on('error', (error) => {
      this.failure = error;
    });
    this.socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => {
        this.refusedUpgrade = { status: response.statusCode, body };
      });
    });
  }

  /** Waits for the first frame of this type. */
  next<T extends ServerMessage['type']>(type: T): Promise<Extract<ServerMessage, { type: T }>> {
    const find = () => this.frames.find((frame) => frame.type === type) as Extract<ServerMessage, { type: T }> | undefined;
    return until(
      `a frame ${type}`,
      find,
      () => `It got ${JSON.stringify(this.frames)}, ${JSON.stringify(this.closed)}, ${this.failure?.message}`,
    );
  }

  /** Waits until the link is open and the stub has said what time it is. */
  async opened(): Promise<this> {
    await this.next('clock');
    return this;
  }

  send(frame: DeviceMessage | Record<string, unknown> | string | Buffer): void {
    this.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** How the link ended. */
  end(): Promise<{ code: number; reason: string }> {
    return until(
      'the end of the link',
      () => this.closed,
      () => `It got ${JSON.stringify(this.frames)}`,
    );
  }

  /** The refusal that ended it. */
  async refused(): Promise<{ code: string; message: string; closed: { code: number; reason: string } }> {
    const { code, message } = await this.next('refused');
    return { code, message, closed: await this.end() };
  }
}

export const testInventory: Inventory = {
  platform: 'ios',
  enrollment: 'device',
  serialNumber: 'STRANGER',
  deviceName: 'stranger',
  manufacturer: 'Contoso',
  model: 'One',
  osVersion: '17.5',
  userPrincipalName: 'adele@contoso.example',
};

/** A well-formed request to be enrolled. */
export async function enrollMessage(change: Partial<Extract<DeviceMessage, { type: 'enroll' }>> = {}): Promise<DeviceMessage> {
  const csr = createCsr({ subject: 'stranger', privateKey: await testKeys.keyAt(1) });
  return { type: 'enroll', requestId: randomUUID(), token: enrollmentToken, csr, inventory: testInventory, ...change };
}

/** A key and a certificate for it of this authority (ours, or one that only looks like it). */
export async function makeIdentity(
  authority: Authority,
  { subject, notBefore, notAfter, key = 1 }: { subject: string; notBefore: number; notAfter: number; key?: number },
): Promise<StoredIdentity> {
  const privateKey = await testKeys.keyAt(key);
  const csr = createCsr({ subject, privateKey });
  const serialNumber = `4${randomBytes(15).toString('hex')}`;
  return { certificate: authority.issueForCsr({ csr, subject, serialNumber, notBefore, notAfter }), privateKey };
}

export function recordingLog(lines: LogLine[]): Log {
  const at = (level: LogLine['level']) => (data: object, sentence: string) =>
    void lines.push({ level, data: data as Record<string, unknown>, sentence });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
