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
import type { DeviceState } from '../../agent/device/state.ts';
import { idle, nextDeadline, nextNoteworthy, step } from '../../agent/device/step.ts';
import { createStandInRequest, issueStandIn, standInPeer } from '../../certs/stand-in-identity.ts';
import { decodeDeviceMessage, decodeServerMessage, encode } from '../../protocol/codec.ts';
import type { DeviceMessage, ServerMessage } from '../../protocol/messages.ts';
import { dayMs } from '../../runtime/duration.ts';
import type { ServerNote, ServerOut, SigningRequest } from '../../server-stub/core/effects.ts';
import { createServerCore, type ServerCore, type ServerInput } from '../../server-stub/core/server-core.ts';
import type { Store } from '../../server-stub/store/store.ts';
import type { DeviceOutcome, StateSeries, Verdict } from '../result.ts';
import type { Scenario, TimelineEvent } from '../scenarios/scenario.ts';
import { drawDuration } from './draw.ts';
import type { EventQueue } from './event-queue.ts';
import { Exchange, type Task, task } from './exchange.ts';
import { member } from './fleet.ts';
import { HeapQueue } from './heap-queue.ts';
import { drawLabel, isSelected } from './selection.ts';
import type { Tally } from './tally.ts';
import { TimingWheel } from './timing-wheel.ts';
import { Watch } from './watch.ts';

export interface WorldOptions {
  store: Store;
  /** Execute each scheduled check-in instead of computing the quiet ones. Same digest, more work. */
  everyCheckIn: boolean;
  /** Send every message through the codec, as on the wire. Same digest, more work. */
  codec: boolean;
}

const enrollmentToken = 'virtual-time';
const deadlineInput: DeviceInput = { type: 'deadline' };
const openedInput: DeviceInput = { type: 'link-opened' };
const serverDeadline: ServerInput = { type: 'deadline' };

export class World {
  readonly startAt: number;
  readonly until: number;
  eventsExecuted = 0;

  readonly #scenario: Scenario;
  readonly #options: WorldOptions;
  readonly #core: ServerCore;
  readonly #queue: EventQueue;
  readonly #exchange = new Exchange();
  readonly #watch: Watch;
  #now: number;

  readonly #devices: DeviceState[] = [];
  readonly #groups: string[] = [];
  readonly #outages: (readonly number[])[] = [];
  /** How many instants of `outages` have passed. */
  readonly #outagesPassed: Uint16Array;
  /** Infinity once begun. */
  readonly #enrollAt: Float64Array;
  readonly #certificates: (string | null)[] = [];
  readonly #ids: (string | null)[] = [];
  readonly #indexOf = new Map<string, number>();
  readonly #workWaits: Uint8Array;
  readonly #removedAt: Float64Array;
  readonly #removedWhy: (string | null)[] = [];
  /** The link a device believes in; 0 for none. */
  readonly #linkOf: Int32Array;
  /** Links that neither end has seen closed → device. */
  readonly #links = new Map<number, number>();
  #linkCount = 0;
  /** The device whose machine is stepping: whose wishes these are. */
  #stepping = -1;
  readonly #dirty: number[] = [];
  readonly #isDirty: Uint8Array;
  readonly #recordChanged: Uint8Array;
  #timelinePassed = 0;
  #nextSampleAt: number;

  constructor(scenario: Scenario, options: WorldOptions) {
    const { devices, startAt, tenant } = scenario;
    this.#scenario = scenario;
    this.#options = options;
    this.startAt = startAt;
    this.until = startAt + scenario.days * dayMs;
    this.#now = startAt;
    this.#nextSampleAt = startAt;
    this.#watch = new Watch(devices);
    this.#queue = options.everyCheckIn ? new TimingWheel(devices, startAt) : new HeapQueue(devices);
    this.#core = createServerCore(options.store, {
      seed: `${scenario.seed}/stub`,
      enrollmentToken,
      renewalWindowMs: tenant.renewalWindowMs,
      push: { lost: tenant.push.lost, latencyMs: (unit) => drawDuration(tenant.push.latency, unit), keptForMs: tenant.push.keptForMs },
    });
    this.#outagesPassed = new Uint16Array(devices);
    this.#enrollAt = new Float64Array(devices);
    this.#workWaits = new Uint8Array(devices);
    this.#removedAt = new Float64Array(devices);
    this.#linkOf = new Int32Array(devices);
    this.#isDirty = new Uint8Array(devices);
    this.#recordChanged = new Uint8Array(devices);
    for (let index = 0; index < devices; index++) this.#add(index);
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
      if (adminAt === at) this.#administer(this.#scenario.timeline[this.#timelinePassed++] as TimelineEvent);
      else if (serverAt === at) this.#core.receive(serverDeadline, at, this.#serverOut);
      else this.#live(this.#queue.take());
      this.eventsExecuted += this.#exchange.drain(this.#handle);
      this.#settle();
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
      const { inventory, phase, checkIns } = this.#devices[index] as DeviceState;
      const deviceId = this.#ids[index] as string | null;
      const removedAt = this.#removedAt[index] as number;
      yield {
        index,
        group: this.#groups[index] as string,
        serialNumber: inventory.serialNumber,
        platform: inventory.platform,
        enrollment: inventory.enrollment,
        phase,
        checkIns,
        deviceId,
        record: deviceId === null ? null : (this.#options.store.device(deviceId) ?? null),
        removedAt: removedAt === 0 ? null : removedAt,
        removedWhy: this.#removedWhy[index] as string | null,
      };
    }
  }

  #add(index: number): void {
    const { device, group, enrollAt, outages } = member(this.#scenario, index);
    this.#devices.push(device);
    this.#groups.push(group);
    this.#outages.push(outages);
    this.#certificates.push(null);
    this.#ids.push(null);
    this.#removedWhy.push(null);
    this.#enrollAt[index] = enrollAt;
    this.#queue.set(index, this.#nextEventAt(index));
  }

  #nextOutageAt(index: number): number {
    return this.#outages[index]?.[this.#outagesPassed[index] as number] ?? Number.POSITIVE_INFINITY;
  }

  #nextEventAt(index: number): number {
    const device = this.#devices[index] as DeviceState;
    const ofDevice = this.#options.everyCheckIn ? nextDeadline(device) : nextNoteworthy(device, this.#workWaits[index] === 1);
    return Math.min(ofDevice, this.#nextOutageAt(index), this.#enrollAt[index] as number);
  }

  /** What is due for one device now: its network, its enrollment, its deadlines. */
  #live(index: number): void {
    const now = this.#now;
    this.#touch(index);
    while (this.#nextOutageAt(index) <= now) {
      const passed = this.#outagesPassed[index] as number;
      this.#outagesPassed[index] = passed + 1;
      // Even instants take the network away, odd ones bring it back.
      this.#step(index, { type: 'network', available: passed % 2 === 1 });
    }
    if ((this.#enrollAt[index] as number) <= now) {
      this.#enrollAt[index] = Number.POSITIVE_INFINITY;
      this.#step(index, { type: 'enroll', token: enrollmentToken });
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
    if (this.#isDirty[index] === 1) return;
    this.#isDirty[index] = 1;
    this.#dirty.push(index);
  }

  #settle(): void {
    for (const index of this.#dirty) {
      this.#isDirty[index] = 0;
      // With work waiting, the device's next check-in counts: those before now have to be lived first.
      if (this.#workWaits[index] === 1) this.#catchUp(index);
      this.#queue.set(index, this.#nextEventAt(index));
      if (this.#recordChanged[index] === 0) continue;
      this.#recordChanged[index] = 0;
      const id = this.#ids[index];
      if (id === null || id === undefined) continue;
      const record = this.#options.store.device(id);
      this.tally.setState(index, record === undefined || record.deleted ? 'removed' : record.managementState);
    }
    this.#dirty.length = 0;
  }

  #administer(event: TimelineEvent): void {
    const tenant = this.#core.tenant(this.#now, this.#serverOut);
    const label = drawLabel(this.#scenario.seed, event);
    const by = event.by ?? 'admin@contoso.example';
    for (let index = 0; index < this.#devices.length; index++) {
      const id = this.#ids[index];
      if (id === null || id === undefined) continue;
      if (!isSelected(event.to, this.#devices[index] as DeviceState, this.#groups[index] as string, label)) continue;
      if (tenant.device(id) === undefined) continue;
      this.eventsExecuted += 1;
      if (event.do === 'delete') tenant.deleteDevice(id, by);
      else if (tenant.issue(id, { type: event.do, parameters: {} }, by).refused !== null) this.tally.count(event.do, 'refused', 1);
      this.#touch(index);
    }
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
      const id = this.#ids[index] ?? null;
      const record = id === null ? undefined : this.#options.store.device(id);
      this.#watch.trace.close(index, `${device.phase} ${device.screen} ${device.checkIns} ${device.lastCheckInAt}`);
      if (record !== undefined)
        this.#watch.trace.close(index, `${record.managementState} ${record.lastSyncAt} ${record.certificate.serialNumber}`);
    }
    this.#watch.end(this.#options.store, this.#ids, this.#now);
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
        this.#links.delete(target);
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
      case task.toDevice:
      case task.deviceOpened:
      case task.deviceClosed:
        return this.#handleAtDevice(kind, target, load);
    }
  };

  #handleAtDevice(kind: Task, link: number, load: unknown): void {
    const index = this.#links.get(link);
    // The device gave this link up in the meantime: what was on its way is lost.
    if (index === undefined || this.#linkOf[index] !== link) return;
    if (kind === task.deviceOpened) this.#step(index, openedInput);
    else if (kind === task.toDevice) this.#step(index, { type: 'message', message: load as ServerMessage });
    else {
      this.#links.delete(link);
      this.#linkOf[index] = 0;
      this.#step(index, { type: 'link-closed', reason: load as string });
    }
  }

  readonly #deviceOut: DeviceOut = {
    openLink: (identity) => {
      const index = this.#stepping;
      const link = ++this.#linkCount;
      this.#linkOf[index] = link;
      this.#links.set(link, index);
      this.#exchange.add(task.serverOpened, link, identity === 'none' ? null : this.#certificates[index]);
      this.#exchange.add(task.deviceOpened, link, null);
    },
    send: (message) => {
      const link = this.#linkOf[this.#stepping] as number;
      this.#exchange.add(task.toServer, link, this.#options.codec ? decodeDeviceMessage(encode(message)) : message);
    },
    closeLink: () => {
      const link = this.#linkOf[this.#stepping] as number;
      this.#linkOf[this.#stepping] = 0;
      this.#exchange.add(task.serverClosed, link, null);
    },
    createCsr: (requestId) => this.#exchange.add(task.createCsr, this.#stepping, requestId),
    saveIdentity: (_requestId, pem) => {
      this.#certificates[this.#stepping] = pem;
    },
    eraseIdentity: () => {
      this.#certificates[this.#stepping] = null;
    },
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
      const deviceId = this.#ids[index] as string;
      this.#core.receive({ type: 'quiet-check-ins', deviceId, last: note.last }, this.#now, this.#serverOut);
    }
    this.#watch.deviceSaid(index, note, this.#now);
  }

  #serverSaid(note: ServerNote): void {
    const index = note.kind === 'enrolled' ? this.#register(note.deviceId, note.serialNumber) : this.#indexOf.get(note.deviceId ?? '');
    if (index === undefined) return;
    this.#watch.serverSaid(index, note, this.#now);
    // The one note after which the record's state is what it was.
    if (note.kind === 'checked-in') return;
    if (note.kind === 'queue-changed') this.#workWaits[index] = note.open > 0 ? 1 : 0;
    else if (note.kind === 'record-removed') {
      this.#removedAt[index] = this.#now;
      this.#removedWhy[index] = note.why;
      this.#workWaits[index] = 0;
    }
    this.#recordChanged[index] = 1;
    this.#touch(index);
  }

  /** A record came to be: from here on its id stands for the device with this serial number. */
  #register(deviceId: string, serialNumber: string): number {
    const index = Number(serialNumber.slice(2)) - 1;
    this.#ids[index] = deviceId;
    this.#indexOf.set(deviceId, index);
    return index;
  }
}
