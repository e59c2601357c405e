/**
 * One device machine and one server core, joined by a first-in, first-out row of what is under way, with one time for both: the world
 * at N = 1, made to be read and to be broken. Each side can be killed after any step, and the link lost, whatever was on it.
 * A step and what it saves are one: a killed device comes back with its state and its identity as they were after its last step.
 */
import type { DeviceInput, DeviceNote, DeviceOut } from '../../agent/device/effects.ts';
import { type DeviceState, newDevice } from '../../agent/device/state.ts';
import { nextDeadline, step } from '../../agent/device/step.ts';
import { createStandInRequest, issueStandIn, standInPeer } from '../../certs/stand-in-identity.ts';
import { decodeDeviceMessage, decodeServerMessage, encode } from '../../protocol/codec.ts';
import type { Command, CommandType } from '../../protocol/commands.ts';
import type { DeviceMessage, ServerMessage } from '../../protocol/messages.ts';
import type { OutsideAnswer } from '../../protocol/outside.ts';
import type { EnrollmentType, Platform } from '../../protocol/platforms.ts';
import { dayMs, secondMs } from '../../runtime/duration.ts';
import type { MailOutcome } from '../../server-stub/core/directory-records.ts';
import type { ServerNote, ServerOut, SigningRequest } from '../../server-stub/core/effects.ts';
import type { CommandRecord, DeviceRecord } from '../../server-stub/core/records.ts';
import { createServerCore, type ServerCore } from '../../server-stub/core/server-core.ts';
import type { CoreSettings } from '../../server-stub/core/settings.ts';
import { pushAtOnce } from '../../server-stub/core/settings.ts';
import { createMemoryStore } from '../../server-stub/store/memory-store.ts';
import type { Store } from '../../server-stub/store/store.ts';

export const pairStart = Date.UTC(2030, 0, 1, 9, 30);
export const admin = { name: 'admin@contoso.example', isUser: false };

export interface PairOptions {
  platform?: Platform;
  enrollment?: EnrollmentType;
  wipesSilently?: boolean;
  /** The token that the device shows; the tenant's is `letmein`. */
  token?: string;
  settings?: Partial<CoreSettings>;
  store?: Store;
}

type Task =
  | { to: 'server'; kind: 'message'; link: number; message: DeviceMessage }
  | { to: 'server'; kind: 'opened'; link: number; pem: string | null }
  | { to: 'server'; kind: 'closed'; link: number }
  | { to: 'server'; kind: 'sign'; request: SigningRequest }
  | { to: 'server'; kind: 'mail'; mailId: string; outcome: MailOutcome }
  | { to: 'device'; kind: 'message'; link: number; message: ServerMessage }
  | { to: 'device'; kind: 'opened'; link: number }
  | { to: 'device'; kind: 'closed'; link: number; reason: string }
  | { to: 'device'; kind: 'csr'; requestId: string }
  | { to: 'device'; kind: 'answer'; id: number; answer: OutsideAnswer };

/** What goes wrong, and what becomes of the frames that were already on the wire towards the side that is still there. */
export const mishaps = [
  'link lost, nothing arrives',
  'link lost, the server still hears',
  'link lost, the device still hears',
  'device killed, nothing arrives',
  'device killed, the server still hears',
  'server killed, nothing arrives',
  'server killed, the device still hears',
] as const;
export type Mishap = (typeof mishaps)[number];

export class Pair {
  now = pairStart;
  device: DeviceState;
  readonly store: Store;
  readonly deviceNotes: (DeviceNote & { at: number })[] = [];
  readonly serverNotes: (ServerNote & { at: number })[] = [];
  readonly frames: ({ from: 'device'; message: DeviceMessage } | { from: 'server'; message: ServerMessage })[] = [];
  /** Inputs that either machine has taken: the boundaries at which something can go wrong. */
  steps = 0;
  /** Keeps a copy of each certificate ever saved, newest last. */
  readonly identities: string[] = [];
  #certificate: string | null = null;
  readonly #settings: CoreSettings;
  readonly #token: string;
  #core: ServerCore;
  #row: Task[] = [];
  #link = 0;
  #links = 0;
  #plan: { at: number; mishap: Mishap } | null = null;

  constructor(options: PairOptions = {}) {
    const { platform = 'ios', enrollment = 'device', wipesSilently = false } = options;
    this.store = options.store ?? createMemoryStore();
    this.#token = options.token ?? 'letmein';
    this.#settings = {
      seed: 'pair',
      enrollmentToken: 'letmein',
      renewalWindowMs: 30 * dayMs,
      push: { ...pushAtOnce, latency: { kind: 'constant', ms: 5 * secondMs } },
      ...options.settings,
    };
    this.#core = createServerCore(this.store, this.#settings);
    const inventory = {
      platform,
      enrollment,
      serialNumber: 'MF0000001',
      deviceName: 'Adele’s device',
      manufacturer: 'Contoso',
      model: 'One',
      osVersion: '17.5',
      userPrincipalName: 'adele@contoso.example',
    };
    this.device = newDevice(inventory, 0xc0ffee, { wipesSilently });
  }

  /** Lets `mishap` happen once, right after step number `at` from the beginning. */
  planMishap(at: number, mishap: Mishap): void {
    this.#plan = { at, mishap };
  }

  tell(input: DeviceInput): void {
    this.#stepDevice(input);
    this.#drain();
  }

  enroll(): void {
    this.tell({ type: 'enroll', token: this.#token });
  }

  network(available: boolean): void {
    this.tell({ type: 'network', available });
  }

  /** An administrator's action. Returns why it was refused, or null. */
  issue(type: CommandType, parameters: Extract<Command, { type: 'wipe' }>['parameters'] = {}): string | null {
    const { refused } = this.#core.tenant(this.now, this.#serverOut).issue(this.deviceId, { type, parameters } as Command, admin);
    this.#drain();
    return refused;
  }

  /** Sends the device a custom notification. */
  notify(title: string): void {
    const parameters = { notificationTitle: title, notificationBody: `${title}, in full` };
    this.#core.tenant(this.now, this.#serverOut).issue(this.deviceId, { type: 'sendCustomNotificationToCompanyPortal', parameters }, admin);
    this.#drain();
  }

  delete(): void {
    this.#core.tenant(this.now, this.#serverOut).deleteDevice(this.deviceId, admin);
    this.#drain();
  }

  /** Both live on, each at its own deadlines, for so long. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const server = this.#core.nextDeadline();
      const device = nextDeadline(this.device);
      const at = Math.min(server, device);
      if (at > until) break;
      this.now = Math.max(this.now, at);
      if (server === at) {
        this.#core.receive({ type: 'deadline' }, this.now, this.#serverOut);
        this.#stepped();
      } else this.#stepDevice({ type: 'deadline' });
      this.#drain();
    }
    this.now = until;
  }

  passUntil(instant: number): void {
    this.pass(instant - this.now);
  }

  /** Lives scheduled check-ins until `instant` at one go, for stories in which nothing happens meanwhile. */
  passQuietlyUntil(instant: number): void {
    this.now = instant;
    step(this.device, { type: 'quiet-until', before: instant }, instant, this.#deviceOut);
    const { deviceId, lastCheckInAt } = this.device;
    if (deviceId !== null && lastCheckInAt !== null)
      this.#core.receive({ type: 'quiet-check-ins', deviceId, last: lastCheckInAt }, instant, this.#serverOut);
  }

  get deviceId(): string {
    const { deviceId } = this.device;
    if (deviceId === null) throw new Error('This device was never enrolled.');
    return deviceId;
  }

  get record(): DeviceRecord | undefined {
    return this.store.device(this.deviceId);
  }

  get commands(): CommandRecord[] {
    return this.store.commandsOf(this.deviceId);
  }

  get certificate(): string | null {
    return this.#certificate;
  }

  /** Comes to the server with this certificate, as a device does that kept a copy, and gives its answer back. */
  comeWith(pem: string): ServerMessage[] {
    const answers: ServerMessage[] = [];
    const link = ++this.#links;
    const out: ServerOut = {
      ...this.#serverOut,
      send: (to, message) => (to === link ? answers.push(message) : this.#serverOut.send(to, message)),
    };
    this.#core.receive({ type: 'link-opened', link, peer: standInPeer(pem) }, this.now, out);
    this.#core.receive({ type: 'link-closed', link }, this.now, out);
    this.#drain();
    return answers;
  }

  /** What the device executed, in order. */
  get executed(): string[] {
    return this.deviceNotes.flatMap((note) => (note.kind === 'executed' ? [note.command] : []));
  }

  suffer(mishap: Mishap): void {
    const link = this.#link;
    const serverHears = mishap.endsWith('the server still hears');
    const deviceHears = mishap.endsWith('the device still hears');
    this.#row = this.#row.filter((task) => {
      if (task.kind === 'csr' || task.kind === 'answer') return !mishap.startsWith('device');
      if (task.kind === 'sign' || task.kind === 'mail') return !mishap.startsWith('server');
      // An older link's close is no frame: the operating system tells it in any case.
      if (task.kind === 'closed' && task.link !== link) return true;
      return task.to === 'server' ? serverHears : deviceHears;
    });
    if (mishap.startsWith('device')) {
      this.device = JSON.parse(JSON.stringify(this.device)) as DeviceState;
      this.#link = 0;
      this.#row.push({ to: 'server', kind: 'closed', link });
      step(this.device, { type: 'started' }, this.now, this.#deviceOut);
    } else if (mishap.startsWith('server')) {
      this.#core = createServerCore(this.store, this.#settings);
      if (link !== 0) this.#row.push({ to: 'device', kind: 'closed', link, reason: 'lost' });
    } else if (link !== 0) {
      this.#row.push({ to: 'server', kind: 'closed', link }, { to: 'device', kind: 'closed', link, reason: 'lost' });
    }
    this.#drain();
  }

  #stepped(): void {
    this.steps += 1;
    if (this.#plan?.at !== this.steps) return;
    const { mishap } = this.#plan;
    this.#plan = null;
    this.suffer(mishap);
  }

  #stepDevice(input: DeviceInput): void {
    step(this.device, input, this.now, this.#deviceOut);
    this.#stepped();
  }

  #drain(): void {
    for (let next = this.#row.shift(); next !== undefined; next = this.#row.shift()) {
      if (next.to === 'server') this.#atServer(next);
      else this.#atDevice(next);
    }
  }

  #atServer(work: Extract<Task, { to: 'server' }>): void {
    const { now } = this;
    if (work.kind === 'message') this.#core.receive({ type: 'message', link: work.link, message: work.message }, now, this.#serverOut);
    else if (work.kind === 'closed') this.#core.receive({ type: 'link-closed', link: work.link }, now, this.#serverOut);
    else if (work.kind === 'mail') {
      this.#core.receive({ type: 'mail-tried', mailId: work.mailId, outcome: work.outcome }, now, this.#serverOut);
    } else if (work.kind === 'opened') {
      const peer = work.pem === null ? null : standInPeer(work.pem);
      this.#core.receive({ type: 'link-opened', link: work.link, peer }, now, this.#serverOut);
    } else {
      const pem = issueStandIn({ ...work.request, subject: work.request.deviceId }).certificate;
      this.#core.receive({ type: 'certificate-signed', request: work.request, pem }, now, this.#serverOut);
    }
    this.#stepped();
  }

  #atDevice(work: Extract<Task, { to: 'device' }>): void {
    if (work.kind === 'csr') {
      return this.#stepDevice({ type: 'csr-created', requestId: work.requestId, csr: createStandInRequest(work.requestId) });
    }
    if (work.kind === 'answer') return this.#stepDevice({ type: 'outside-answered', id: work.id, answer: work.answer });
    if (work.link !== this.#link) return;
    if (work.kind === 'opened') this.#stepDevice({ type: 'link-opened' });
    else if (work.kind === 'message') this.#stepDevice({ type: 'message', message: work.message });
    else {
      this.#link = 0;
      this.#stepDevice({ type: 'link-closed', reason: work.reason });
    }
  }

  readonly #deviceOut: DeviceOut = {
    openLink: (identity) => {
      this.#link = ++this.#links;
      this.#row.push({ to: 'server', kind: 'opened', link: this.#link, pem: identity === 'none' ? null : this.#certificate });
      this.#row.push({ to: 'device', kind: 'opened', link: this.#link });
    },
    send: (message) => {
      this.frames.push({ from: 'device', message });
      this.#row.push({ to: 'server', kind: 'message', link: this.#link, message: decodeDeviceMessage(encode(message)) });
    },
    closeLink: () => {
      this.#row.push({ to: 'server', kind: 'closed', link: this.#link });
      this.#link = 0;
    },
    createCsr: (requestId) => void this.#row.push({ to: 'device', kind: 'csr', requestId }),
    saveIdentity: (_requestId, pem) => {
      this.#certificate = pem;
      this.identities.push(pem);
    },
    eraseIdentity: () => {
      this.#certificate = null;
    },
    ask: (id, request) => {
      const answer = this.#core.ask(request, this.now, this.#serverOut);
      this.#row.push({ to: 'device', kind: 'answer', id, answer });
    },
    note: (note) => void this.deviceNotes.push({ ...note, at: this.now }),
  };

  readonly #serverOut: ServerOut = {
    send: (link, message) => {
      this.frames.push({ from: 'server', message });
      this.#row.push({ to: 'device', kind: 'message', link, message: decodeServerMessage(encode(message)) });
    },
    closeLink: (link, reason) => void this.#row.push({ to: 'device', kind: 'closed', link, reason }),
    signCertificate: (request) => void this.#row.push({ to: 'server', kind: 'sign', request }),
    sendMail: (mail) => {
      const outcome = { kind: 'answered', accepted: mail.pending, refused: [], later: [] } as const;
      this.#row.push({ to: 'server', kind: 'mail', mailId: mail.id, outcome });
    },
    note: (note) => void this.serverNotes.push({ ...note, at: this.now }),
  };
}
