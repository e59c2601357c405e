/**
 * A fleet and its server in virtual time: device machines, one server core, one queue. Time jumps from event to event.
 *
 * Within one instant the order is fixed: administrators first, then the server's own deadlines, then devices by number; and for a device
 * its network first, then what it does. Everything that a message sets off is finished before the next event (links have no latency).
 *
 * Quiet time is free: a scheduled check-in at which nothing waits changes only counters, and cadence.ts knows all of them in closed form.
 * So the queue holds the next instant at which more can happen, and whenever a device is touched, `catchUp` first lives what was skipped.
 */
import type { DeviceInput, DeviceNote, DeviceOut } from '../../agent/device/effects.ts';
import { canEnroll } from '../../agent/device/enrollment.ts';
import { inputOfAct } from '../../agent/device/hands.ts';
import type { DeviceState } from '../../agent/device/state.ts';
import { idle, nextDeadline, nextNoteworthy, step } from '../../agent/device/step.ts';
import { deviceView } from '../../agent/device/view.ts';
import { createStandInRequest, issueStandIn, standInPeer } from '../../certs/stand-in-identity.ts';
import { decodeDeviceMessage, decodeServerMessage, encode } from '../../protocol/codec.ts';
import type { HandsAct } from '../../protocol/hands.ts';
import type { DeviceMessage, ServerMessage } from '../../protocol/messages.ts';
import type { OutsideRequest } from '../../protocol/outside.ts';
import type { InputOutcome } from '../../protocol/screens.ts';
import { dayMs } from '../../runtime/duration.ts';
import type { ServerNote, ServerOut, SigningRequest } from '../../server-stub/core/effects.ts';
import { createServerCore, type ServerCore, type ServerInput } from '../../server-stub/core/server-core.ts';
import type { Store } from '../../server-stub/store/store.ts';
import type { DeviceOutcome, StateSeries, Verdict } from '../result.ts';
import type { Scenario, TimelineEvent } from '../scenarios/scenario.ts';
import { Happenings } from '../story/happenings.ts';
import type { StoryDevice } from '../story/perform.ts';
import { devicesToldMax, Tale } from '../story/tale.ts';
import type { EventQueue } from './event-queue.ts';
import { Exchange, type Task, task } from './exchange.ts';
import { member } from './fleet.ts';
import { HeapQueue } from './heap-queue.ts';
import { Links } from './links.ts';
import { Outages } from './outages.ts';
import { outcomeOf } from './outcome.ts';
import { Roster } from './roster.ts';
import { coreSettings, enrollmentToken } from './settings.ts';
import type { Tally } from './tally.ts';
import { TimingWheel } from './timing-wheel.ts';
import { Touched } from './touched.ts';
import { Watch } from './watch.ts';

export interface WorldOptions {
  store: Store;
  /** Execute each scheduled check-in instead of computing the quiet ones. Same digest, more work. */
  everyCheckIn: boolean;
  /** Send every message through the codec, as on the wire. Same digest, more work. */
  codec: boolean;
}

const deadlineInput: DeviceInput = { type: 'deadline' };
const openedInput: DeviceInput = { type: 'link-opened' };
const serverDeadline: ServerInput = { type: 'deadline' };

export class World {
  readonly startAt: number;
  readonly until: number;
  eventsExecuted = 0;
  readonly happenings: Happenings;
  readonly tale: Tale;

  readonly #scenario: Scenario;
  readonly #options: WorldOptions;
  readonly #core: ServerCore;
  readonly #queue: EventQueue;
  readonly #exchange = new Exchange();
  readonly #watch: Watch;
  #now: number;

  readonly #devices: DeviceState[] = [];
  readonly #groups: string[] = [];
  readonly #outages: Outages;
  readonly #links: Links;
  readonly #roster: Roster;
  /** Infinity once begun. */
  readonly #enrollAt: Float64Array;
  readonly #certificates: (string | null)[] = [];
  readonly #workWaits: Uint8Array;
  /** The device whose machine is stepping: whose wishes these are. */
  #stepping = -1;
  /** What came of the latest input at a screen. */
  #outcome: InputOutcome = 'refused';
  readonly #touched: Touched;
  readonly #recordChanged: Uint8Array;
  #timelinePassed = 0;
  #nextSampleAt: number;

  constructor(scenario: Scenario, options: WorldOptions) {
    const { devices, startAt } = scenario;
    this.#scenario = scenario;
    this.#options = options;
    this.startAt = startAt;
    this.until = startAt + scenario.days * dayMs;
    this.#now = startAt;
    this.#nextSampleAt = startAt;
    this.#watch = new Watch(devices);
    this.#queue = options.everyCheckIn ? new TimingWheel(devices, startAt) : new HeapQueue(devices);
    this.#core = createServerCore(options.store, coreSettings(scenario));
    this.#links = new Links(devices);
    this.#roster = new Roster(devices);
    this.#enrollAt = new Float64Array(devices);
    this.#workWaits = new Uint8Array(devices);
    this.#touched = new Touched(devices);
    this.#recordChanged = new Uint8Array(devices);
    const outages: (readonly number[])[] = [];
    for (let index = 0; index < devices; index++) outages.push(this.#add(index));
    this.#outages = new Outages(outages);
    for (let index = 0; index < devices; index++) this.#queue.set(index, this.#nextEventAt(index));
    this.tale = new Tale(devices > devicesToldMax ? [] : this.#devices.map(({ inventory }) => inventory.deviceName));
    this.happenings = new Happenings(scenario, this.tale, {
      devices,
      state: (index) => this.#devices[index] as DeviceState,
      group: (index) => this.#groups[index] as string,
      idOf: (index) => this.#roster.idOf(index),
      hold: (index) => this.#hold(index),
      touched: (index) => this.#touchRecord(index),
      refused: (action) => this.tally.count(action, 'refused', 1),
    });
  }

  get now(): number {
    return this.#now;
  }

  get tally(): Tally {
    return this.#watch.tally;
  }

  /** Lives on until `until` (the end of the scenario) or for about `events` events; true when the end is reached. */
  advance(events: number): boolean {
    const stopAt = this.eventsExecuted + events;
    while (this.eventsExecuted < stopAt) {
      const adminAt = this.#scenario.timeline[this.#timelinePassed]?.at ?? Number.POSITIVE_INFINITY;
      const serverAt = this.#core.nextDeadline();
      const deviceAt = this.#queue.nextAt();
      const at = Math.min(adminAt, serverAt, deviceAt);
      if (at >= this.until) {
        this.#finish();
        return true;
      }
      this.#sampleUntil(at);
      this.#now = at;
      this.eventsExecuted += 1;
      if (adminAt === at) this.#happen(this.#scenario.timeline[this.#timelinePassed++] as TimelineEvent);
      else if (serverAt === at) this.#core.receive(serverDeadline, at, this.#serverOut);
      else this.#live(this.#queue.take());
      this.eventsExecuted += this.#exchange.drain(this.#handle);
      this.#touched.drain(this.#lookAgain);
    }
    return false;
  }

  /** One hash over every device's life. After the end. */
  digest(): string {
    return this.#watch.trace.digest();
  }

  verdicts(): Verdict[] {
    return this.#watch.verdicts();
  }

  series(): StateSeries {
    return this.tally.series(this.startAt, dayMs);
  }

  *outcomes(): Iterable<DeviceOutcome> {
    for (let index = 0; index < this.#devices.length; index++) {
      yield outcomeOf(index, this.#groups[index] as string, this.#devices[index] as DeviceState, this.#roster, this.#options.store);
    }
  }

  /** Adds the device; returns its outages. */
  #add(index: number): readonly number[] {
    const { device, group, enrollAt, outages } = member(this.#scenario, index);
    this.#devices.push(device);
    this.#groups.push(group);
    this.#certificates.push(null);
    this.#enrollAt[index] = enrollAt;
    if (device.has.apps.length > 0)
      this.#watch.start(
        index,
        device.has.apps.map(({ name }) => name),
      );
    return outages;
  }

  #nextEventAt(index: number): number {
    const device = this.#devices[index] as DeviceState;
    const ofDevice = this.#options.everyCheckIn ? nextDeadline(device) : nextNoteworthy(device, this.#workWaits[index] === 1);
    return Math.min(ofDevice, this.#outages.nextAt(index), this.#enrollAt[index] as number);
  }

  /** What is due for one device now: its network, its enrollment, its deadlines. */
  #live(index: number): void {
    const now = this.#now;
    this.#touch(index);
    while (this.#outages.nextAt(index) <= now) {
      const available = this.#outages.pass(index);
      this.tale.network(index, available, now);
      this.#step(index, { type: 'network', available });
    }
    if ((this.#enrollAt[index] as number) <= now) {
      this.#enrollAt[index] = Number.POSITIVE_INFINITY;
      // Somebody may have enrolled it before its time.
      if (canEnroll(this.#devices[index] as DeviceState)) this.#step(index, { type: 'enroll', token: enrollmentToken });
    }
    if (nextDeadline(this.#devices[index] as DeviceState) <= now) this.#step(index, deadlineInput);
  }

  #step(index: number, input: DeviceInput): void {
    this.#catchUp(index);
    this.#stepping = index;
    step(this.#devices[index] as DeviceState, input, this.#now, this.#deviceOut);
    this.#touch(index);
  }

  /** Lives the quiet check-ins before now that were skipped, all at once. */
  #catchUp(index: number): void {
    const device = this.#devices[index] as DeviceState;
    // Where every check-in is an event, none was skipped.
    if (this.#options.everyCheckIn || !idle(device)) return;
    this.#stepping = index;
    step(device, { type: 'quiet-until', before: this.#now }, this.#now, this.#deviceOut);
  }

  /** Device `index` has changed, or may have: look at it again when this instant's work is done. */
  #touch(index: number): void {
    this.#touched.add(index);
  }

  readonly #lookAgain = (index: number): void => {
    this.#lookForWork(index);
    // With work waiting, the device's next check-in counts: those before now have to be lived first.
    if (this.#workWaits[index] === 1) this.#catchUp(index);
    this.#queue.set(index, this.#nextEventAt(index));
    if (this.#recordChanged[index] === 0) return;
    this.#recordChanged[index] = 0;
    const id = this.#roster.idOf(index);
    if (id === null) return;
    const record = this.#options.store.device(id);
    this.tally.setState(index, record === undefined || record.deleted ? 'removed' : record.managementState);
  };

  /** Work appears with a note or with what an administrator does; whether it is done, only a look can tell. */
  #lookForWork(index: number): void {
    if (this.#workWaits[index] === 0 && this.#recordChanged[index] === 0) return;
    const id = this.#roster.idOf(index);
    this.#workWaits[index] = id !== null && this.#core.workWaits(id) ? 1 : 0;
  }

  #happen(event: TimelineEvent): void {
    this.eventsExecuted += this.happenings.happen(event, this.#core.tenant(this.#now, this.#serverOut), this.#now);
    // What the tenant asks of its devices is work for each of them.
    if (event.step.kind === 'tenant') for (let index = 0; index < this.#devices.length; index++) this.#touchRecord(index);
  }

  /** The device in somebody's hands. */
  #hold(index: number): Omit<StoryDevice, 'notebook'> {
    return {
      recordIds: this.#roster.idsOf(index),
      view: () => {
        this.#catchUp(index);
        return deviceView(this.#devices[index] as DeviceState);
      },
      act: (act) => this.#act(index, act),
    };
  }

  #act(index: number, act: HandsAct): InputOutcome {
    const input = inputOfAct(this.#devices[index] as DeviceState, act, enrollmentToken);
    if (input === null) return 'refused';
    this.#outcome = 'done';
    this.#step(index, input);
    return this.#outcome;
  }

  #sampleUntil(at: number): void {
    for (; this.#nextSampleAt <= at && this.#nextSampleAt < this.until; this.#nextSampleAt += dayMs) this.tally.sample();
  }

  #finish(): void {
    this.#sampleUntil(this.until);
    this.#now = this.until;
    for (let index = 0; index < this.#devices.length; index++) {
      this.#catchUp(index);
      const device = this.#devices[index] as DeviceState;
      const id = this.#roster.idOf(index);
      const record = id === null ? undefined : this.#options.store.device(id);
      this.#watch.trace.close(index, `${device.phase} ${device.screen} ${device.checkIns} ${device.lastCheckInAt}`);
      if (record !== undefined)
        this.#watch.trace.close(index, `${record.managementState} ${record.lastSyncAt} ${record.certificate.serialNumber}`);
    }
    this.#watch.end(this.#options.store, this.#roster.newest(), this.#now);
  }

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
      case task.createCsr: {
        const requestId = load as string;
        return this.#step(target, { type: 'csr-created', requestId, csr: createStandInRequest(requestId) });
      }
      case task.ask: {
        const { id, request } = load as { id: number; request: OutsideRequest };
        const answer = this.#core.ask(request, now, this.#serverOut);
        return this.#step(target, { type: 'outside-answered', id, answer });
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
    ask: (id, request) => this.#exchange.add(task.ask, this.#stepping, { id, request }),
    note: (note) => this.#deviceSaid(this.#stepping, note),
  };

  readonly #serverOut: ServerOut = {
    send: (link, message) => this.#exchange.add(task.toDevice, link, this.#options.codec ? decodeServerMessage(encode(message)) : message),
    closeLink: (link, reason) => this.#exchange.add(task.deviceClosed, link, reason),
    signCertificate: (request) => this.#exchange.add(task.sign, request.link, request),
    note: (note) => this.#serverSaid(note),
  };

  #deviceSaid(index: number, note: DeviceNote): void {
    if (note.kind === 'quiet-check-ins') {
      const deviceId = this.#roster.idOf(index) as string;
      this.#core.receive({ type: 'quiet-check-ins', deviceId, last: note.last }, this.#now, this.#serverOut);
    } else if (note.kind === 'user-input') this.#outcome = note.outcome;
    this.#watch.deviceSaid(index, note, this.#now);
    this.tale.deviceSaid(index, note, this.#now);
  }

  #serverSaid(note: ServerNote): void {
    const index = this.#roster.indexOfNote(note);
    if (index === undefined) return;
    this.#watch.serverSaid(index, note, this.#now);
    // The one note after which the record's state is what it was.
    if (note.kind === 'checked-in') return;
    this.tale.serverSaid(index, note, this.#now);
    // What is said of an earlier record of the device changes nothing about its newest one.
    if (!this.#roster.isNewest(index, note.deviceId)) return;
    if (note.kind === 'record-removed') this.#roster.remove(index, note.deviceId, note.why, this.#now);
    this.#touchRecord(index);
  }

  #touchRecord(index: number): void {
    this.#recordChanged[index] = 1;
    this.#touch(index);
  }
}
