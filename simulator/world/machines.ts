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
import { nextSignIn } from '../../agent/device/sign-ins.ts';
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
import type { FaultEffect } from './faults/fault-tally.ts';
import type { Faults } from './faults/faults.ts';
import { FaultyExchange } from './faults/faulty-exchange.ts';
import { mailServerDown, powerOff, powerOn, unlockAfterStart, unreportedWipe } from './faults/mishaps.ts';
import type { FleetMember } from './fleet.ts';
import { HeapQueue } from './heap-queue.ts';
import { Links } from './links.ts';
import { Outages } from './outages.ts';
import { askToLeave } from './population/ask-to-leave.ts';
import { Roster } from './roster.ts';
import { TimingWheel } from './timing-wheel.ts';
import { Touched } from './touched.ts';
import { Turns } from './turns.ts';
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
  /** What goes wrong; its devices are told of here. Absent: nothing. */
  faults?: Faults | undefined;
}

/** Whoever follows the machines; nothing of it changes what happens. Devices are told apart by their numbers. */
export interface Listener {
  deviceSaid(index: number, note: DeviceNote, now: number): void;
  serverSaid(index: number, note: ServerNote, now: number): void;
  /** What the service said of no device of these. */
  tenantSaid?(note: ServerNote, now: number): void;
  /** The network went or came by itself. */
  network(index: number, available: boolean, now: number): void;
  /** A frame was sent over the device's link. Absent: nobody asks. */
  frame?(index: number, from: 'device' | 'service', message: DeviceMessage | ServerMessage, now: number): void;
  /** A fault begins or ends for the device, or did something to it. */
  fault?(index: number, name: string, what: 'begins' | 'ends' | FaultEffect, now: number): void;
  /** The newest record of the device may be another one than it was; undefined: it is gone. */
  recordChanged(index: number, record: DeviceRecord | undefined): void;
}

const deadlineInput: DeviceInput = { type: 'deadline' };
const openedInput: DeviceInput = { type: 'link-opened' };
const clockSetBack: DeviceInput = { type: 'clock-set-back' };
const serverDeadline: ServerInput = { type: 'deadline' };

export class Machines {
  readonly roster = new Roster();
  eventsExecuted = 0;
  /** The mail server: in virtual time it answers at once, and takes whatever comes. */
  takeMail: (mail: MailRecord) => MailOutcome = ({ pending }) => ({ kind: 'answered', accepted: pending, refused: [], later: [] });

  // One by one: options that were put together by spreading have another shape in each world, in time.
  readonly #store: Store;
  readonly #enrollmentToken: string;
  readonly #everyCheckIn: boolean;
  readonly #codec: boolean;
  readonly #listener: Listener;
  readonly #core: ServerCore;
  readonly #queue: EventQueue;
  readonly #exchange: Exchange;
  /** The same, where something can go wrong. */
  readonly #faulty: FaultyExchange | null;
  readonly #links = new Links();
  readonly #outages = new Outages();
  readonly #turns = new Turns();
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
    const { devices, startAt, faults, store, settings } = options;
    this.#store = store;
    this.#enrollmentToken = settings.enrollmentToken;
    this.#everyCheckIn = options.everyCheckIn;
    this.#codec = options.codec;
    this.#listener = listener;
    this.#now = startAt;
    this.#queue = options.everyCheckIn ? new TimingWheel(devices, startAt) : new HeapQueue(devices);
    this.#faulty = faults === undefined ? null : new FaultyExchange(faults, this.#links, () => this.#now, this.#touch.bind(this));
    this.#exchange = this.#faulty ?? new Exchange();
    this.#core = createServerCore(store, faults === undefined ? settings : this.#troubled(settings, faults));
    this.#waits = new Waits(this.#core);
  }

  get now(): number {
    return this.#now;
  }

  get count(): number {
    return this.#devices.length;
  }

  /** One more device; returns its number. No two may have the same serial number. */
  add({ device, enrollAt, outages, hours, turns }: Omit<FleetMember, 'group'>): number {
    const index = this.#devices.push(device) - 1;
    this.#certificates.push(null);
    this.#enrollAt.push(enrollAt);
    this.#waits.addDevice(device.signIns !== null);
    this.#recordChanged.push(false);
    this.#links.addDevice();
    this.#outages.addDevice(outages, hours, this.#now);
    this.#turns.addDevice(turns);
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
    // A deadline of the server may be of many devices at once: counted, it would depend on which of them share a server.
    if (serverAt <= deviceAt) this.#core.receive(serverDeadline, this.#now, this.#serverOut);
    else {
      this.eventsExecuted += 1;
      this.#live(this.#queue.take());
    }
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
    const input = inputOfAct(this.state(index), act, this.#enrollmentToken);
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
    const faulty = this.#faulty;
    if (faulty?.isDisturbed(index) === true) return this.#nextUnderFaults(index, faulty);
    const ofDevice = this.#everyCheckIn ? nextDeadline(device) : nextNoteworthy(device, this.#waits.work(index), this.#waits.access(index));
    const byItself = Math.min(ofDevice, this.#outages.nextAt(index), this.#turns.nextAt(index), this.#enrollAt[index] as number);
    return faulty === null ? byItself : Math.min(byItself, faulty.nextAt(index));
  }

  /** Nothing is skipped, and the device goes by its own clock. */
  #nextUnderFaults(index: number, faulty: FaultyExchange): number {
    const ofDevice = nextDeadline(this.state(index)) - faulty.faults.skewMs(index);
    const byItself = Math.min(ofDevice, this.#outages.nextAt(index), this.#turns.nextAt(index), this.#enrollAt[index] as number);
    return Math.max(this.#now, Math.min(byItself, faulty.nextAt(index)));
  }

  /** What time the device thinks it is. */
  #timeOf(index: number): number {
    return this.#faulty === null ? this.#now : this.#now + this.#faulty.faults.skewMs(index);
  }

  /** What is due for one device now: its network, its enrollment, its deadlines. */
  #live(index: number): void {
    const now = this.#now;
    this.#touch(index);
    if (this.#faulty !== null) this.#liveFaults(index, this.#faulty);
    while (this.#outages.nextAt(index) <= now) {
      const available = this.#outages.pass(index);
      this.#listener.network(index, available, now);
      this.#step(index, { type: 'network', available });
    }
    if ((this.#enrollAt[index] as number) <= now) {
      this.#enrollAt[index] = Number.POSITIVE_INFINITY;
      // Somebody may have enrolled it before its time.
      if (canEnroll(this.state(index))) this.#step(index, { type: 'enroll', token: this.#enrollmentToken });
    }
    while (this.#turns.nextAt(index) <= now) this.#turn(index);
    if (nextDeadline(this.state(index)) <= this.#timeOf(index)) this.#step(index, deadlineInput);
  }

  /** Faults that begin or end for the device now, and what they held up until now. */
  #liveFaults(index: number, faulty: FaultyExchange): void {
    const { faults } = faulty;
    while (faults.nextAt(index) <= this.#now) {
      // Up to here nothing was wrong, or something else.
      this.#catchUp(index);
      const before = faults.skewMs(index);
      const reason = faults.pass(index, this.#now);
      const ahead = faults.skewMs(index) - before;
      if (ahead < 0) this.#stepAlone(index, clockSetBack);
      // What its clock leaps over was not lived: the next check-in makes up for it.
      else if (ahead > 0 && nextDeadline(this.state(index)) <= this.#timeOf(index)) this.#stepAlone(index, deadlineInput);
      if (reason !== null) faulty.cut(index, reason);
    }
    faulty.release(index);
  }

  /** Something becomes of the device by itself. */
  #turn(index: number): void {
    const { facts, ask } = this.#turns.pass(index, this.state(index), this.#enrollmentToken);
    for (const fact of facts) this.#step(index, fact);
    const id = this.roster.idOf(index);
    if (ask === null || id === null) return;
    askToLeave(this.tenant(), id, ask);
    this.touchRecord(index);
  }

  #step(index: number, input: DeviceInput): void {
    this.#catchUp(index);
    this.#stepAlone(index, input);
  }

  #stepAlone(index: number, input: DeviceInput): void {
    this.#stepping = index;
    step(this.state(index), input, this.#timeOf(index), this.#deviceOut);
    this.#touch(index);
  }

  /** Lives the quiet check-ins that were skipped, all at once. */
  #catchUp(index: number, before = this.#now): void {
    const device = this.state(index);
    // Where every check-in is an event, none was skipped.
    if (this.#everyCheckIn || this.#faulty?.isDisturbed(index) === true) return;
    // Most of the time there was nothing to skip: then the device need not be told so.
    if ((idle(device) ? device.nextSlotAt : Number.POSITIVE_INFINITY) >= before && nextSignIn(device) >= before) return;
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
    if (id !== null) this.#listener.recordChanged(index, this.#store.device(id));
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
        if (this.#failsRenewal(request)) return this.#core.receive({ type: 'signing-failed', request }, now, this.#serverOut);
        const pem = issueStandIn({ ...request, subject: request.deviceId }).certificate;
        return this.#core.receive({ type: 'certificate-signed', request, pem }, now, this.#serverOut);
      }
      case task.mail: {
        const mail = load as MailRecord;
        const outcome = this.#isMailDown(mail) ? mailServerDown : this.takeMail(mail);
        return this.#core.receive({ type: 'mail-tried', mailId: mail.id, outcome }, now, this.#serverOut);
      }
      case task.createCsr: {
        const requestId = load as string;
        return this.#step(target, { type: 'csr-created', requestId, csr: createStandInRequest(requestId) });
      }
      case task.ask: {
        const { id, request } = load as { id: number; request: OutsideRequest };
        return this.#step(target, { type: 'outside-answered', id, answer: this.ask(request) });
      }
      case task.powerBack:
        this.#step(target, powerOn);
        if (this.state(target).locked) this.#step(target, unlockAfterStart(this.state(target)));
        return;
      case task.linkBroken:
        return this.#faulty?.breakNow(target, load as string);
      case task.powerLost:
        return this.#step(target, powerOff);
      case task.toDevice:
      case task.deviceOpened:
      case task.deviceClosed:
      case task.unreportedWipe:
        return this.#handleAtDevice(kind, target, load);
    }
  };

  #handleAtDevice(kind: Task, link: number, load: unknown): void {
    const index = this.#links.deviceOn(link);
    if (index === undefined || (kind !== task.deviceClosed && this.#faulty?.isLost(index, link) === true)) return;
    if (kind === task.deviceOpened) this.#step(index, openedInput);
    else if (kind === task.unreportedWipe)
      unreportedWipe(this.state(index), () => this.#step(index, { type: 'message', message: load as ServerMessage }));
    else if (kind === task.toDevice) this.#hear(index, load as ServerMessage);
    else {
      this.#links.closedByServer(link, index);
      this.#step(index, { type: 'link-closed', reason: load as string });
    }
  }

  #hear(index: number, message: ServerMessage): void {
    // Nothing in a custom notification has to do with check-ins: those that were skipped before it can stay so until something else
    // comes. Pushes are most of what comes to devices.
    if (message.type === 'notification') this.#stepAlone(index, { type: 'message', message });
    else this.#step(index, { type: 'message', message });
  }

  readonly #deviceOut: DeviceOut = {
    openLink: (identity) => {
      const index = this.#stepping;
      const link = this.#links.open(index);
      this.#exchange.add(task.serverOpened, link, identity === 'none' ? null : this.#certificates[index]);
      this.#exchange.add(task.deviceOpened, link, null);
    },
    send: (message) => {
      this.#listener.frame?.(this.#stepping, 'device', message, this.#now);
      const link = this.#links.of(this.#stepping);
      this.#exchange.add(task.toServer, link, this.#codec ? decodeDeviceMessage(encode(message)) : message);
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
    send: (link, message) => {
      const index = this.#listener.frame === undefined ? undefined : this.#links.deviceOn(link);
      if (index !== undefined) this.#listener.frame?.(index, 'service', message, this.#now);
      this.#exchange.add(task.toDevice, link, this.#codec ? decodeServerMessage(encode(message)) : message);
    },
    closeLink: (link, reason) => this.#exchange.add(task.deviceClosed, link, reason),
    signCertificate: (request) => this.#exchange.add(task.sign, request.link, request),
    sendMail: (mail) => this.#exchange.add(task.mail, 0, mail),
    note: (note) => this.#serverSaid(note),
  };

  #troubled(settings: CoreSettings, faults: Faults): CoreSettings {
    return {
      ...settings,
      pushTrouble: (deviceId, now) => {
        const index = this.roster.indexOf(deviceId);
        return index === undefined ? { lateMs: 0 } : faults.push(index, now);
      },
    };
  }

  #failsRenewal({ purpose, deviceId }: SigningRequest): boolean {
    if (this.#faulty === null || purpose !== 'renew') return false;
    const index = this.roster.indexOf(deviceId);
    return index !== undefined && this.#faulty.faults.failsRenewal(index, this.#now);
  }

  #isMailDown({ about }: MailRecord): boolean {
    const index = this.#faulty === null || about === undefined ? undefined : this.roster.indexOf(about.deviceId);
    return index !== undefined && this.#faulty?.faults.isMailDown(index, this.#now) === true;
  }

  #deviceSaid(index: number, note: DeviceNote): void {
    if (note.kind === 'quiet-check-ins') {
      const deviceId = this.roster.idOf(index) as string;
      this.#core.receive({ type: 'quiet-check-ins', deviceId, last: note.last }, this.#now, this.#serverOut);
    } else if (note.kind === 'user-input') this.#outcome = note.outcome;
    else if (note.kind === 'replaced') this.roster.replaced(index, note.serialNumber);
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
