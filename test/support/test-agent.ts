/** An agent as `mockfleet agent` runs it, in the process of a test. */
import { type AgentFile, openAgentFile, type StoredIdentity } from '../../agent/agent-file.ts';
import type { DeviceNote } from '../../agent/device/effects.ts';
import { type DeviceState, newDevice, type Possessions } from '../../agent/device/state.ts';
import { askOverHttps } from '../../agent/outside.ts';
import { AgentRunner } from '../../agent/runner.ts';
import { webSocketLinks } from '../../agent/websocket-link.ts';
import type { IdentityMaker } from '../../certs/identity.ts';
import type { CommandType } from '../../protocol/commands.ts';
import type { Behavior } from '../../protocol/hands.ts';
import type { Inventory } from '../../protocol/messages.ts';
import { type EnrollmentType, enrollmentTypesOf, type Platform } from '../../protocol/platforms.ts';
import { until } from './until.ts';

export interface AgentOptions {
  platform?: Platform;
  enrollment?: EnrollmentType;
  name?: string;
  serialNumber?: string;
  key?: number;
  wipesSilently?: boolean;
  file?: AgentFile;
  /** Default: the right one. */
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
  /** false: nobody in this process reaches its screen; it may still have hands over a link of its own. */
  hands?: boolean;
}

export class TestAgent {
  readonly runner: AgentRunner;
  readonly notes: (DeviceNote & { at: number })[] = [];
  readonly troubles: string[] = [];
  readonly file: AgentFile;
  #closed = false;

  constructor(url: string, ca: string, number: number, options: AgentOptions & Required<Pick<AgentOptions, 'token' | 'identities'>>) {
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
      openLink: webSocketLinks({ url, ca }),
      ask: askOverHttps({ url: url.replace(/^wss:/, 'https:').replace(/\/devices$/, ''), ca }),
      enrollmentToken: options.token,
      identities: options.identities,
      onNote: (note, at) => this.notes.push({ ...note, at }),
      onTrouble: (sentence) => this.troubles.push(sentence),
    });
    this.runner.start();
    if (options.enroll !== false && this.runner.state.phase === 'set-up') {
      this.runner.tell({ type: 'enroll', token: options.token });
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
    const troubled = () => JSON.stringify([this.notes.slice(-8), this.troubles]);
    await until(what, () => this.kinds(kind).length >= count, troubled);
    return this.kinds(kind)[count - 1] as Extract<DeviceNote, { kind: K }> & { at: number };
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
