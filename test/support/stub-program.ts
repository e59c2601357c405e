/** A stub and its agents as processes, and what they keep in their files. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { call } from '../../cli/http.ts';
import { readFileOrSay } from '../../cli/state-folder.ts';
import { type Line, mockfleet, type Program } from './program.ts';
import { stateFor } from './stub-state.ts';
import { untilAnswered } from './until.ts';

export interface Device {
  id: string;
  deviceName: string;
  managementState: string;
  lastSyncDateTime: string;
  enrolledDateTime: string;
  managementCertificateExpirationDate: string;
}

const collection = '/v1.0/deviceManagement/managedDevices';

export class StubProgram {
  readonly program: Program;
  readonly ready: Line;
  readonly url: string;
  readonly token: string;
  readonly caFile: string;
  readonly state: string;

  constructor(program: Program, ready: Line) {
    this.program = program;
    this.ready = ready;
    this.url = String(ready.url);
    this.token = String(ready.token);
    this.caFile = String(ready.ca);
    this.state = String(ready.state);
  }

  get port(): string {
    return new URL(this.url).port;
  }

  call(method: string, path: string, body?: unknown, token = this.token): Promise<{ status: number; body: unknown }> {
    return call({ url: this.url, token, ca: readFileOrSay(this.caFile, 'CA') }, method, path, body);
  }

  async devices(): Promise<Device[]> {
    const { body } = await this.call('GET', collection);
    return (body as { value: Device[] }).value;
  }

  async device(name: string): Promise<Device | undefined> {
    return (await this.devices()).find((one) => one.deviceName === name);
  }

  /** An action through Graph, by the device's id; resolves to the status. */
  async act(id: string, verb: string): Promise<number> {
    return (await this.call('POST', `${collection}/${id}/${verb}`)).status;
  }

  async clock(change: object): Promise<{ now: string; speed: number; mode: string }> {
    const { status, body } = await this.call('POST', '/mockfleet/clock', change);
    if (status !== 200) throw new Error(`The clock answered ${status}: ${JSON.stringify(body)}`);
    return body as { now: string; speed: number; mode: string };
  }

  /** `mockfleet agent` of this stub, in the folder `agent-NAME` of the test's own. */
  agent(name: string, folder: string, more: readonly string[] = []): Program {
    const at = ['--server', this.url, '--token', this.token, '--ca', this.caFile];
    return mockfleet(['agent', ...at, '--state', join(folder, `agent-${name}`), '--name', name, '--json', ...more]);
  }

  /** Words that name this stub to an administrator's command. */
  get named(): string[] {
    return ['--server', this.url, '--token', this.token, '--ca', this.caFile];
  }

  commands(deviceId: string): { action: string; status: string; deliveries: number }[] {
    return readRows(
      join(this.state, 'stub.db'),
      'SELECT action, status, deliveries FROM commands WHERE device_id = ? ORDER BY position',
      deviceId,
    );
  }

  records(): { id: string; deleted: number; management_state: string }[] {
    return readRows(join(this.state, 'stub.db'), 'SELECT id, deleted, management_state FROM devices');
  }
}

/** `mockfleet serve` on a free port; ready when this resolves. @param state absent: a new one, with keys that were made before */
export async function startStub(more: readonly string[] = [], state?: string): Promise<StubProgram> {
  const program = mockfleet(['serve', '--port', '0', '--state', state ?? (await stateFor(more)), '--json', ...more]);
  return new StubProgram(program, await program.line({ ready: true }));
}

/** The same stub once more, after it ended: same folder, same port, so that its agents find it. */
export async function startAgain(stub: StubProgram, more: readonly string[] = []): Promise<StubProgram> {
  await stub.program.ended;
  const program = mockfleet(['serve', '--port', stub.port, '--state', stub.state, '--json', ...more]);
  return new StubProgram(program, await program.line({ ready: true }));
}

/** Waits until the agent is enrolled and has checked in; resolves to its device id. */
export async function enrolled(agent: Program): Promise<string> {
  const { deviceId } = await agent.line({ event: 'enrolled' });
  await agent.line({ event: 'check-in' });
  return String(deviceId);
}

/** What an agent wrote down of its life: kinds in order, or the details of one kind. */
export function agentEvents(folder: string, name: string): { kind: string; detail: Line }[] {
  const rows = readRows<{ kind: string; detail: string }>(agentFile(folder, name), 'SELECT kind, detail FROM event ORDER BY seq');
  return rows.map(({ kind, detail }) => ({ kind, detail: JSON.parse(detail) as Line }));
}

function agentFile(folder: string, name: string): string {
  return join(folder, `agent-${name}`, 'agent.db');
}

export function agentIdentity(folder: string, name: string): { certificate: string; privateKey: string } | undefined {
  const [row] = readRows<{ certificate: string; privateKey: string }>(
    agentFile(folder, name),
    'SELECT certificate, private_key AS privateKey FROM identity',
  );
  return row;
}

/** Waits until Graph shows the device in this state; `undefined`: not at all. */
export async function untilState(stub: StubProgram, name: string, state: string | undefined): Promise<void> {
  let seen: string | undefined;
  await untilAnswered(
    `${name} in state ${state}`,
    async () => {
      seen = (await stub.device(name))?.managementState;
      return seen === state;
    },
    () => `It is ${seen}.`,
  );
}

/** Waits until Graph shows an Activation Lock bypass code for the device: it has applied the policy that allows the lock, and told so. */
export async function untilBypassCode(stub: StubProgram, id: string): Promise<void> {
  const path = `${collection}/${id}?$select=activationLockBypassCode`;
  await untilAnswered(`a bypass code for ${id}`, async () => {
    const { body } = await stub.call('GET', path);
    return (body as { activationLockBypassCode: string | null }).activationLockBypassCode !== null;
  });
}

/** Reads a state file while its owner may be using it. */
export function readRows<T>(path: string, sql: string, ...values: unknown[]): T[] {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  try {
    return database.prepare(sql).all(...values) as T[];
  } finally {
    database.close();
  }
}
