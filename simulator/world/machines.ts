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
import type { DeviceInput, DeviceNote } from '../../agent/device/effects.ts';
import { inputOfAct } from '../../agent/device/hands.ts';
import { nextSignIn } from '../../agent/device/sign-ins.ts';
import type { DeviceState } from '../../agent/device/state.ts';
import { nextDeadline, nextNoteworthy, step } from '../../agent/device/step.ts';
import { deviceView } from '../../agent/device/view.ts';
import { createStandInRequest, issueStandIn, standInPeer } from '../../certs/stand-in-identity.ts';
import type { DeviceView, HandsAct } from '../../protocol/hands.ts';
import type { DeviceMessage, ServerMessage } from '../../protocol/messages.ts';
import type { OutsideAnswer, OutsideRequest } from '../../protocol/outside.ts';
import type { InputOutcome } from '../../protocol/screens.ts';
import type { MailOutcome, MailRecord } from '../../server-stub/core/directory-records.ts';
import type { ServerNote, SigningRequest } from '../../server-stub/core/effects.ts';
import { createServerCore, type ServerCore, type ServerInput } from '../../server-stub/core/server-core.ts';
import type { CoreSettings } from '../../server-stub/core/settings.ts';
import type { GraphTenant } from '../../server-stub/graph/tenant.ts';
import type { Store } from '../../server-stub/store/store.ts';
import type { Troubles } from '../../server-stub/troubles.ts';
import type { EventQueue } from './event-queue.ts';
import { Exchange, type Task, task } from './exchange.ts';
import type { Faults } from './faults/faults.ts';
import { FaultyExchange } from './faults/faulty-exchange.ts';
import { powerOff, powerOn, unlockAfterStart, unreportedWipe } from './faults/mishaps.ts';
import { serviceTroubles } from './faults/service-troubles.ts';
import type { FleetMember } from './fleet.ts';
import { HeapQueue } from './heap-queue.ts';
import { Links } from './links.ts';
import type { Listener } from './listener.ts';
import { type PlanDriver, Plans } from './plans.ts';
import { Roster } from './roster.ts';
import { TimingWheel } from './timing-wheel.ts';
import { Touched } from './touched.ts';
import { Waits } from './waits.ts';
import { DeviceWishes, ServerWishes } from './wishes.ts';

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
  readonly #listener: Listener;
  readonly #core: ServerCore;
  readonly #queue: EventQueue;
  readonly #exchange: Exchange;
  /** The same, where something can go wrong. */
  readonly #faulty: FaultyExchange | null;
  readonly #troubles: Troubles | null;
  readonly #links = new Links();
  readonly #plans: Plans;
  /** Devices that have changed, or may have: they are looked at again when this instant's work is done. */
  readonly #touched = new Touched();
  readonly #deviceOut: DeviceWishes;
  readonly #serverOut: ServerWishes;
  #now: number;

  readonly #devices: DeviceState[] = [];
  readonly #waits: Waits;
  readonly #recordChanged: boolean[] = [];
  /** What came of the latest input at a screen. */
  #outcome: InputOutcome = 'refused';

  constructor(options: MachinesOptions, listener: Listener) {
    const { devices, startAt, faults, store, settings } = options;
    this.#store = store;
    this.#enrollmentToken = settings.enrollmentToken;
    this.#everyCheckIn = options.everyCheckIn;
    this.#listener = listener;
    this.#now = startAt;
    this.#queue = options.everyCheckIn ? new TimingWheel(devices, startAt) : new HeapQueue(devices);
    const links = this.#links;
    const now = () => this.#now;
    this.#faulty = faults === undefined ? null : new FaultyExchange(faults, links, now, (index) => this.#touched.add(index));
    const exchange = this.#faulty ?? new Exchange();
    this.#exchange = exchange;
    this.#troubles = faults === undefined ? null : serviceTroubles(faults, this.roster);
    this.#core = createServerCore(store, this.#troubles === null ? settings : { ...settings, pushTrouble: this.#troubles.push });
    const waits = new Waits(this.#core);
    this.#waits = waits;
    const [deviceSaid, serverSaid] = [this.#deviceSaid, this.#serverSaid];
    const between = { exchange, links, waits, codec: options.codec, listener, now, deviceSaid, serverSaid };
    const driver: PlanDriver = {
      state: (index) => this.state(index),
      tell: (index, fact) => this.#step(index, fact),
      network: (index, available) => listener.network(index, available, this.#now),
      idOf: (index) => this.roster.idOf(index),
      tenant: () => this.tenant(),
      recordTouched: (index) => this.touchRecord(index),
    };
    this.#plans = new Plans(driver, settings.enrollmentToken);
    this.#deviceOut = new DeviceWishes(between);
    this.#serverOut = new ServerWishes(between);
  }

  get now(): number {
    return this.#now;
  }

  get count(): number {
    return this.#devices.length;
  }

  /** One more device; returns its number. No two may have the same serial number. */
  add(one: Omit<FleetMember, 'group'>): number {
    const index = this.#devices.push(one.device) - 1;
    this.#deviceOut.addDevice();
    this.#waits.addDevice(one.device.signIns !== null);
    this.#recordChanged.push(false);
    this.#links.addDevice();
    this.#plans.addDevice(one, this.#now);
    this.roster.addDevice(one.device.inventory.serialNumber);
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
    for (const index of this.#waits.takeAffected()) this.#touched.add(index);
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
    this.#touched.add(index);
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
    const planned = this.#plans.nextAt(index);
    const faulty = this.#faulty;
    if (faulty?.isDisturbed(index) === true) {
      // Nothing is skipped, and the device goes by its own clock.
      const ofDevice = nextDeadline(device) - faulty.faults.skewMs(index);
      return Math.max(this.#now, Math.min(ofDevice, planned, faulty.nextAt(index)));
    }
    const ofDevice = this.#everyCheckIn ? nextDeadline(device) : nextNoteworthy(device, this.#waits.work(index), this.#waits.access(index));
    const byItself = Math.min(ofDevice, planned);
    return faulty === null ? byItself : Math.min(byItself, faulty.nextAt(index));
  }

  /** What time the device thinks it is. */
  #timeOf(index: number): number {
    return this.#faulty === null ? this.#now : this.#now + this.#faulty.faults.skewMs(index);
  }

  /** What is due for one device now: its network, its enrollment, its deadlines. */
  #live(index: number): void {
    this.#touched.add(index);
    if (this.#faulty !== null) this.#liveFaults(index, this.#faulty);
    this.#plans.pass(index, this.#now);
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

  #step(index: number, input: DeviceInput): void {
    this.#catchUp(index);
    this.#stepAlone(index, input);
  }

  #stepAlone(index: number, input: DeviceInput): void {
    this.#deviceOut.stepping = index;
    step(this.state(index), input, this.#timeOf(index), this.#deviceOut);
    this.#touched.add(index);
  }

  /** Lives the quiet check-ins that were skipped, all at once. */
  #catchUp(index: number, before = this.#now): void {
    const device = this.state(index);
    // Where every check-in is an event, none was skipped.
    if (this.#everyCheckIn || this.#faulty?.isDisturbed(index) === true) return;
    // Most of the time there was nothing to skip: then the device need not be told so.
    if ((idle(device) ? device.nextSlotAt : Number.POSITIVE_INFINITY) >= before && nextSignIn(device) >= before) return;
    this.#deviceOut.stepping = index;
    step(device, { type: 'quiet-until', before }, this.#now, this.#deviceOut);
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
        const isRefused = request.purpose === 'renew' && this.#troubles?.failsRenewal(request, now) === true;
        if (isRefused) return this.#core.receive({ type: 'signing-failed', request }, now, this.#serverOut);
        const pem = issueStandIn({ ...request, subject: request.deviceId }).certificate;
        return this.#core.receive({ type: 'certificate-signed', request, pem }, now, this.#serverOut);
      }
      case task.mail: {
        const mail = load as MailRecord;
        const outcome = this.#troubles?.mail(mail, now) ?? this.takeMail(mail);
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

  readonly #deviceSaid = (index: number, note: DeviceNote): void => {
    if (note.kind === 'quiet-check-ins') {
      const deviceId = this.roster.idOf(index) as string;
      this.#core.receive({ type: 'quiet-check-ins', deviceId, last: note.last }, this.#now, this.#serverOut);
    } else if (note.kind === 'user-input') this.#outcome = note.outcome;
    else if (note.kind === 'replaced') this.roster.replaced(index, note.serialNumber);
    this.#listener.deviceSaid(index, note, this.#now);
  };

  readonly #serverSaid = (note: ServerNote): void => {
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
  };
}
