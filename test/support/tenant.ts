/** A stub in this process on a real port, its clock in the test's hand, and what comes to it: agents, and strangers with frames of their own. */
import { createPrivateKey, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { StoredIdentity } from '../../agent/agent-file.ts';
import { type Authority, createAuthority, createAuthorityCertificate } from '../../certs/authority.ts';
import { createCsr } from '../../certs/csr.ts';
import { openKeyPool } from '../../certs/key-pool.ts';
import type { DeviceMessage, Inventory } from '../../protocol/messages.ts';
import { ScaledClock } from '../../runtime/clock.ts';
import { dayMs } from '../../runtime/duration.ts';
import type { Log } from '../../runtime/log.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { CoreSettings } from '../../server-stub/core/settings.ts';
import { pushAtOnce } from '../../server-stub/core/settings.ts';
import type { DoorLimits } from '../../server-stub/door-limits.ts';
import { listen, type NodeServer } from '../../server-stub/node-server.ts';
import { openSqliteStore } from '../../server-stub/store/sqlite-store.ts';
import type { Store } from '../../server-stub/store/store.ts';
import { createStub, type Stub, type StubOptions } from '../../server-stub/stub.ts';
import type { ClockLimits } from '../../server-stub/test-clock.ts';
import { root } from './program.ts';
import { type AgentOptions, TestAgent } from './test-agent.ts';
import { Wire, type WireOptions } from './wire.ts';

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
  /** What its port takes. */
  limits?: Partial<DoorLimits>;
  /** How it sends mails; absent: into its own mailbox within the process. */
  mail?: Pick<StubOptions, 'mailer' | 'mailFaults' | 'mailPatienceMs'>;
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
      push: pushAtOnce,
      ...options.settings,
    },
    adminToken,
    log: recorder,
    onNote: (note) => notes.push(note),
    ...(options.clockLimits === undefined ? {} : { clockLimits: options.clockLimits }),
    ...options.mail,
  });
  const server = await listen({ stub, authority, log: recorder, port: 0, host: '127.0.0.1', limits: options.limits ?? {} });
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
    const made = new TestAgent(server.devices, authority.certificatePem, agents.length, {
      ...wanted,
      token: wanted.token ?? enrollmentToken,
      identities: wanted.identities ?? testKeys,
    });
    agents.push(made);
    if (wanted.hands === false) return made;
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
