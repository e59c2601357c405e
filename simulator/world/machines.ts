/**
 * The machines in virtual time: all devices, one server core, what is between them, and one queue that says who is next. Who drives them
 * (world.ts a scenario, testing/ a tenant in a test) says how far time goes and what administrators do; who listens hears every note.
 *
 * Within one instant the order is fixed: the server's own deadlines first, then devices by number; and for a device its network first,
 * then what becomes of it, then what it does. Everything that a message sets off is finished before the next event (links have no latency).
 *
 * Quiet time is free: a scheduled check-in at which nothing waits changes only counters, and cadence.ts knows all of them in closed form.
 * So the queue holds the next instant at which more can happen, and whenever a device is touched, `catchUp` first lives what was skipped.
 */
import { idle } from '../../agent/device/check-in.ts';
import type { DeviceInput, DeviceNote, DeviceOut } from '../../agent/device/effects.ts';
import { canEnroll } from '../../agent/device/enrollment.ts';
import { inputOfAct } from '../../agent/device/hands.ts';
import type { DeviceState } from '../../agent/device/state.ts';
import { nextDeadline, nextNoteworthy, step } from '../../agent/device/step.ts';
import { deviceView } from '../../agent/device/view.ts';
import { createStandInRequest, issueStandIn, standInPeer } from '../../certs/stand-in-identity.ts';
import { decodeDeviceMessage, decodeServerMessage, encode } from '../../protocol/codec.ts';
import type { DeviceView, HandsAct } from '../../protocol/hands.ts';
import type { DeviceMessage, ServerMessage } from '../../protocol/messages.ts';
import type { OutsideAnswer, OutsideRequest } from '../../protocol/outside.ts';
import type { InputOutcome } from '../../protocol/screens.ts';
import type { MailOutcome, MailRecord } from '../../server-stub/core/directory-records.ts';
import type { ServerNote, ServerOut, SigningRequest } from '../../server-stub/core/effects.ts';
import type { DeviceRecord } from '../../server-stub/core/records.ts';
import { createServerCore, type ServerCore, type ServerInput } from '../../server-stub/core/server-core.ts';
import type { CoreSettings } from '../../server-stub/core/settings.ts';
import type { GraphTenant } from '../../server-stub/graph/tenant.ts';
import type { Store } from '../../server-stub/store/store.ts';
import type { EventQueue } from './event-queue.ts';
import { Exchange, type Task, task } from './exchange.ts';
import type { FleetMember } from './fleet.ts';
import { HeapQueue } from './heap-queue.ts';
import { Lapses } from './lapses.ts';
import { Links } from './links.ts';
import { Outages } from './outages.ts';
import { Roster } from './roster.ts';
import { TimingWheel } from './timing-wheel.ts';
import { Touched } from './touched.ts';
import { Waits } from './waits.ts';

export interface MachinesOptions {
  store: Store;
  settings: CoreSettings;
  startAt: number;
  /** Room for so many devices at first; it grows. */
  devices: number;
  /** Execute each scheduled check-in instead of computing the quiet ones. Same lives, more work. */
  everyCheckIn: boolean;
  /** Send every message through the codec, as on the wire. Same lives, more work. */
  codec: boolean;
}

/** Whoever follows the machines; nothing of it changes what happens. Devices are told apart by their numbers. */
export interface Listener {
  deviceSaid(index: number, note: DeviceNote, now: number): void;
  serverSaid(index: number, note: ServerNote, now: number): void;
  /** What the service said of no device of these. */
  tenantSaid?(note: ServerNote, now: number): void;
  /** The network went or came by itself. */
  network(index: number, available: boolean, now: number): void;
  /** The newest record of the device may be another one than it was; undefined: it is gone. */
  recordChanged(index: number, record: DeviceRecord | undefined): void;
}

const deadlineInput: DeviceInput = { type: 'deadline' };
const openedInput: DeviceInput = { type: 'link-opened' };
const serverDeadline: ServerInput = { type: 'deadline' };

export class Machines {
  readonly roster = new Roster();
  eventsExecuted = 0;
  /** The mail server: in virtual time it answers at once, and takes whatever comes. */
  takeMail: (mail: MailRecord) => MailOutcome = ({ pending }) => ({ kind: 'answered', accepted: pending, refused: [], later: [] });

  readonly #options: MachinesOptions;
  readonly #listener: Listener;
  readonly #core: ServerCore;
  readonly #queue: EventQueue;
  readonly #exchange = new Exchange();
  readonly #links = new Links();
  readonly #outages = new Outages();
  readonly #lapses = new Lapses();
  readonly #touched = new Touched();
  #now: number;

  readonly #devices: DeviceState[] = [];
  /** Infinity once begun. */
  readonly #enrollAt: number[] = [];
  readonly #certificates: (string | null)[] = [];
  readonly #waits: Waits;
  readonly #recordChanged: boolean[] = [];
  /** The device whose machine is stepping: whose wishes these are. */
  #stepping = -1;
  /** What came of the latest input at a screen. */
  #outcome: InputOutcome = 'refused';

  constructor(options: MachinesOptions, listener: Listener) {
    const { devices, startAt } = options;
    this.#options = options;
    this.#listener = listener;
    this.#now = startAt;
    this.#queue = options.everyCheckIn ? new TimingWheel(devices, startAt) : new HeapQueue(devices);
    this.#core = createServerCore(options.store, options.settings);
    this.#waits = new Waits(this.#core);
  }

  get now(): number {
    return this.#now;
  }

  get count(): number {
    return this.#devices.length;
  }

  /** One more device; returns its number. No two may have the same serial number. */
  add({ device, enrollAt, outages, lapses }: Omit<FleetMember, 'group'>): number {
    const index = this.#devices.push(device) - 1;
    this.#certificates.push(null);
    this.#enrollAt.push(enrollAt);
    this.#waits.addDevice(device.signIns !== null);
    this.#recordChanged.push(false);
    this.#links.addDevice();
    this.#outages.addDevice(outages);
    this.#lapses.addDevice(lapses);
    this.roster.addDevice(device.inventory.serialNumber);
    this.#queue.grow(index + 1);
    this.#queue.set(index, this.#nextEventAt(index));
    return index;
  }

  /** When the next event is; Infinity for none. */
  nextAt(): number {
    return Math.min(this.#core.nextDeadline(), this.#queue.nextAt());
  }

  /** Lives the one event that comes next, at `nextAt()`, and all that it sets off. */
  liveNext(): void {
    const serverAt = this.#core.nextDeadline();
    const deviceAt = this.#queue.nextAt();
    this.goTo(Math.min(serverAt, deviceAt));
    this.eventsExecuted += 1;
    if (serverAt <= deviceAt) this.#core.receive(serverDeadline, this.#now, this.#serverOut);
    else this.#live(this.#queue.take());
    this.settle();
  }

  /** Time stands there from now on. Only forward, and not beyond the next event. */
  goTo(instant: number): void {
    this.#now = Math.max(this.#now, instant);
  }

  /** Finishes what somebody has set off: after `tenant`, `act`, `ask`. */
  settle(): void {
    this.eventsExecuted += this.#exchange.drain(this.#handle);
    for (const index of this.#waits.takeAffected()) this.#touch(index);
    this.#touched.drain(this.#lookAgain);
  }

  /** The administrators' side now. What is changed by it goes on with `settle`. */
  tenant(): GraphTenant {
    return this.#core.tenant(this.#now, this.#serverOut);
  }

  /** What a service outside the management answers. */
  ask(request: OutsideRequest): OutsideAnswer {
    return this.#core.ask(request, this.#now, this.#serverOut);
  }

  state(index: number): DeviceState {
    return this.#devices[index] as DeviceState;
  }

  view(index: number): DeviceView {
    this.#catchUp(index);
    return deviceView(this.state(index));
  }

  /** Does this to the device; what it sets off goes on with `settle`. */
  act(index: number, act: HandsAct): InputOutcome {
    const input = inputOfAct(this.state(index), act, this.#options.settings.enrollmentToken);
    if (input === null) return 'refused';
    this.#outcome = 'done';
    this.#step(index, input);
    return this.#outcome;
  }

  /** Something was done to this device, or to its record. */
  touchRecord(index: number): void {
    this.#recordChanged[index] = true;
    this.#touch(index);
  }

  /** Lives everything up to that instant, itself included; time stands there afterwards. */
  liveUntil(instant: number): void {
    while (this.nextAt() <= instant) this.liveNext();
    this.goTo(instant);
  }

  /** Lives what was skipped of every device, so that whoever reads sees it. @param before quiet check-ins that are earlier than this */
  catchUpAll(before = this.#now): void {
    for (let index = 0; index < this.#devices.length; index++) this.#catchUp(index, before);
  }

  #nextEventAt(index: number): number {
    const device = this.state(index);
    const ofDevice = this.#options.everyCheckIn
      ? nextDeadline(device)
      : nextNoteworthy(device, this.#waits.work(index), this.#waits.access(index));
    return Math.min(ofDevice, this.#outages.nextAt(index), this.#lapses.nextAt(index), this.#enrollAt[index] as number);
  }

  /** What is due for one device now: its network, its enrollment, its deadlines. */
  #live(index: number): void {
    const now = this.#now;
    this.#touch(index);
    while (this.#outages.nextAt(index) <= now) {
      const available = this.#outages.pass(index);
      this.#listener.network(index, available, now);
      this.#step(index, { type: 'network', available });
    }
    if ((this.#enrollAt[index] as number) <= now) {
      this.#enrollAt[index] = Number.POSITIVE_INFINITY;
      // Somebody may have enrolled it before its time.
      if (canEnroll(this.state(index))) this.#step(index, { type: 'enroll', token: this.#options.settings.enrollmentToken });
    }
    while (this.#lapses.nextAt(index) <= now) {
      const change = this.#lapses.pass(index, this.state(index));
      if (change !== null) this.#step(index, { type: 'changed', change });
    }
    if (nextDeadline(this.state(index)) <= now) this.#step(index, deadlineInput);
  }

  #step(index: number, input: DeviceInput): void {
    this.#catchUp(index);
    this.#stepping = index;
    step(this.state(index), input, this.#now, this.#deviceOut);
    this.#touch(index);
  }

  /** Lives the quiet check-ins that were skipped, all at once. */
  #catchUp(index: number, before = this.#now): void {
    const device = this.state(index);
    // Where every check-in is an event, none was skipped.
    if (this.#options.everyCheckIn || (device.signIns === null && !idle(device))) return;
    this.#stepping = index;
    step(device, { type: 'quiet-until', before }, this.#now, this.#deviceOut);
  }

  /** Device `index` has changed, or may have: look at it again when this instant's work is done. */
  #touch(index: number): void {
    this.#touched.add(index);
  }

  readonly #lookAgain = (index: number): void => {
    const isChanged = this.#recordChanged[index] === true;
    this.#waits.look(index, this.roster.idOf(index), isChanged, this.state(index).signIns !== null);
    // With work waiting, the device's next check-in counts: those before now have to be lived first. Sign-ins likewise.
    if (this.#waits.work(index) || this.#waits.access(index)) this.#catchUp(index);
    this.#queue.set(index, this.#nextEventAt(index));
    if (!isChanged) return;
    this.#recordChanged[index] = false;
    const id = this.roster.idOf(index);
    if (id !== null) this.#listener.recordChanged(index, this.#options.store.device(id));
  };

  readonly #handle = (kind: Task, target: number, load: unknown): void => {
    const now = this.#now;
    switch (kind) {
      case task.toServer:
        return this.#core.receive({ type: 'message', link: target, message: load as DeviceMessage }, now, this.#serverOut);
      case task.serverOpened: {
        const certificate = load as string | null;
        const peer = certificate === null ? null : standInPeer(certificate);
        return this.#core.receive({ type: 'link-opened', link: target, peer }, now, this.#serverOut);
      }
      case task.serverClosed:
        this.#links.closedAtServer(target);
        return this.#core.receive({ type: 'link-closed', link: target }, now, this.#serverOut);
      case task.sign: {
        const request = load as SigningRequest;
        const pem = issueStandIn({ ...request, subject: request.deviceId }).certificate;
        return this.#core.receive({ type: 'certificate-signed', request, pem }, now, this.#serverOut);
      }
      case task.mail: {
        const mail = load as MailRecord;
        return this.#core.receive({ type: 'mail-tried', mailId: mail.id, outcome: this.takeMail(mail) }, now, this.#serverOut);
      }
      case task.createCsr: {
        const requestId = load as string;
        return this.#step(target, { type: 'csr-created', requestId, csr: createStandInRequest(requestId) });
      }
      case task.ask: {
        const { id, request } = load as { id: number; request: OutsideRequest };
        return this.#step(target, { type: 'outside-answered', id, answer: this.ask(request) });
      }
      case task.toDevice:
      case task.deviceOpened:
      case task.deviceClosed:
        return this.#handleAtDevice(kind, target, load);
    }
  };

  #handleAtDevice(kind: Task, link: number, load: unknown): void {
    const index = this.#links.deviceOn(link);
    if (index === undefined) return;
    if (kind === task.deviceOpened) this.#step(index, openedInput);
    else if (kind === task.toDevice) this.#step(index, { type: 'message', message: load as ServerMessage });
    else {
      this.#links.closedByServer(link, index);
      this.#step(index, { type: 'link-closed', reason: load as string });
    }
  }

  readonly #deviceOut: DeviceOut = {
    openLink: (identity) => {
      const index = this.#stepping;
      const link = this.#links.open(index);
      this.#exchange.add(task.serverOpened, link, identity === 'none' ? null : this.#certificates[index]);
      this.#exchange.add(task.deviceOpened, link, null);
    },
    send: (message) => {
      const link = this.#links.of(this.#stepping);
      this.#exchange.add(task.toServer, link, this.#options.codec ? decodeDeviceMessage(encode(message)) : message);
    },
    closeLink: () => this.#exchange.add(task.serverClosed, this.#links.closeAtDevice(this.#stepping), null),
    createCsr: (requestId) => this.#exchange.add(task.createCsr, this.#stepping, requestId),
    saveIdentity: (_requestId, pem) => {
      this.#certificates[this.#stepping] = pem;
    },
    eraseIdentity: () => {
      this.#certificates[this.#stepping] = null;
    },
    ask: (id, request) => {
      if (request.service === 'sign-in') this.#waits.asked(this.#stepping);
      this.#exchange.add(task.ask, this.#stepping, { id, request });
    },
    note: (note) => this.#deviceSaid(this.#stepping, note),
  };

  readonly #serverOut: ServerOut = {
    send: (link, message) => this.#exchange.add(task.toDevice, link, this.#options.codec ? decodeServerMessage(encode(message)) : message),
    closeLink: (link, reason) => this.#exchange.add(task.deviceClosed, link, reason),
    signCertificate: (request) => this.#exchange.add(task.sign, request.link, request),
    sendMail: (mail) => this.#exchange.add(task.mail, 0, mail),
    note: (note) => this.#serverSaid(note),
  };

  #deviceSaid(index: number, note: DeviceNote): void {
    if (note.kind === 'quiet-check-ins') {
      const deviceId = this.roster.idOf(index) as string;
      this.#core.receive({ type: 'quiet-check-ins', deviceId, last: note.last }, this.#now, this.#serverOut);
    } else if (note.kind === 'user-input') this.#outcome = note.outcome;
    this.#listener.deviceSaid(index, note, this.#now);
  }

  #serverSaid(note: ServerNote): void {
    const index = this.roster.indexOfNote(note);
    if (index === undefined) {
      if (note.kind === 'access-waits' && note.deviceId === null) this.#waits.rulesChanged();
      this.#listener.tenantSaid?.(note, this.#now);
      return;
    }
    this.#listener.serverSaid(index, note, this.#now);
    // The notes after which the record's state is what it was, and which are many; and what is said of an earlier record of the device changes nothing
    // about its newest one.
    if (note.kind === 'checked-in' || note.kind === 'notification-pushed' || !this.roster.isNewest(index, note.deviceId)) return;
    if (note.kind === 'record-removed') {
      this.roster.remove(index, note.deviceId, note.why, this.#now);
      if (this.state(index).signIns !== null) this.#waits.recordGone(index);
    } else if (note.kind === 'enrolled') this.#waits.recordThere(index);
    this.touchRecord(index);
  }
}
