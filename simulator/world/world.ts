/**
 * A scenario in virtual time: the machines, what its timeline lets happen to them, and everyone who listens. Time jumps from event to
 * event; within one instant administrators come first, then the machines in their order (machines.ts).
 */
import type { DeviceNote } from '../../agent/device/effects.ts';
import { dayMs } from '../../runtime/duration.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { DeviceRecord } from '../../server-stub/core/records.ts';
import type { Store } from '../../server-stub/store/store.ts';
import type { DeviceOutcome, StateSeries, Verdict } from '../result.ts';
import type { Scenario, TimelineEvent } from '../scenarios/scenario.ts';
import { Happenings, type StepListener } from '../story/happenings.ts';
import { devicesToldMax, Tale } from '../story/tale.ts';
import { ScenarioTenant } from '../tenant/scenario-tenant.ts';
import { type FaultListener, Faults } from './faults/faults.ts';
import { member } from './fleet.ts';
import type { ShardFound } from './found.ts';
import type { Listener } from './listener.ts';
import { Machines } from './machines.ts';
import { onlineBehaviorOf } from './online-behavior.ts';
import { outcomeOf } from './outcome.ts';
import { coreSettings } from './settings.ts';
import type { Slice } from './slice.ts';
import type { Tally } from './tally.ts';
import { Watch } from './watch.ts';

export interface WorldOptions {
  store: Store;
  /** Execute each scheduled check-in instead of computing the quiet ones. Same digest, more work. */
  everyCheckIn: boolean;
  /** Send every message through the codec, as on the wire. Same digest, more work. */
  codec: boolean;
  /** Of the scenario's devices, these alone; absent: all of them. */
  slice?: Slice;
  /** Whoever else follows the machines, and goes on with them where the world stops. */
  listener?: Listener;
  /** And what its timeline does to devices. */
  steps?: StepListener | undefined;
}

export class World implements Listener {
  readonly startAt: number;
  readonly until: number;
  readonly happenings: Happenings;
  readonly tale: Tale;
  /** Not there where nobody listens to frames, which are many. */
  readonly frame?: NonNullable<Listener['frame']>;

  /** With the devices of its slice alone. Within a world devices are numbered from 0. */
  readonly #scenario: Scenario;
  readonly #slice: Slice;
  readonly #store: Store;
  readonly #watch: Watch;
  readonly #machines: Machines;
  /** undefined: nothing goes wrong. */
  readonly #faults: Faults | undefined;
  readonly #groups: string[] = [];
  readonly #tenant: ScenarioTenant;
  /** Records of devices that were enrolled just now. */
  readonly #enrolled: string[] = [];
  readonly #listener: Listener | undefined;
  #isReleased = false;
  #timelinePassed = 0;
  #nextSampleAt: number;

  constructor(whole: Scenario, options: WorldOptions) {
    const { slice = { number: 0, first: 0, count: whole.devices } } = options;
    const scenario = { ...whole, devices: slice.count };
    const { devices, startAt } = scenario;
    this.#slice = slice;
    this.#scenario = scenario;
    this.#store = options.store;
    this.#listener = options.listener;
    const { listener } = options;
    if (listener?.frame !== undefined) this.frame = (...frame) => listener.frame?.(...frame);
    this.startAt = startAt;
    this.until = startAt + scenario.days * dayMs;
    this.#nextSampleAt = startAt;
    this.#watch = new Watch(scenario, (index) => this.#machines.state(index));
    this.#tenant = new ScenarioTenant(scenario);
    this.#faults = scenario.faults.length === 0 ? undefined : new Faults(scenario, this.#faultListener);
    const settings = coreSettings(scenario);
    settings.standInTokens = true;
    this.#machines = new Machines({ ...options, settings, startAt, devices, faults: this.#faults }, this);
    const names: string[] = [];
    for (let index = 0; index < devices; index++) {
      const { device } = this.#add(index);
      if (whole.devices <= devicesToldMax) names.push(device.inventory.deviceName);
    }
    this.tale = new Tale(names);
    this.happenings = new Happenings(scenario, this.tale, {
      devices,
      state: (index) => this.#machines.state(index),
      group: (index) => this.#groups[index] as string,
      idOf: (index) => this.#machines.roster.idOf(index),
      hold: (index) => ({
        recordIds: this.#machines.roster.idsOf(index),
        view: () => this.#machines.view(index),
        act: (act) => this.#machines.act(index, act),
      }),
      touched: (index) => this.#machines.touchRecord(index),
      steps: options.steps,
      refused: (action) => this.tally.count(action, 'refused', 1),
      plant: (seed, by) => this.#tenant.plant(this.#machines.tenant(), seed, this.now, by),
    });
    this.#tenant.begin(this.#machines.tenant(), startAt);
    this.#machines.settle();
  }

  get now(): number {
    return this.#machines.now;
  }

  get eventsExecuted(): number {
    return this.#machines.eventsExecuted;
  }

  get tally(): Tally {
    return this.#watch.tally;
  }

  /** Lives on until `until` (the end of the scenario) or for about `events` events; true when the end is reached. */
  advance(events: number): boolean {
    const stopAt = this.eventsExecuted + events;
    while (this.eventsExecuted < stopAt) {
      const at = this.#nextAt();
      if (at >= this.until) {
        this.#finish(this.until);
        return true;
      }
      this.#liveNext(at);
    }
    return false;
  }

  /** Ends it here, before its end: what was lived up to now is what there is to say. Instead of another `advance`. */
  stop(): void {
    this.#finish(this.now);
  }

  /**
   * Lives up to that instant, and ends there: how a shard was that was stopped then.
   * @param whole whether what is at that very instant was lived too
   */
  stopAt(instant: number, whole: boolean): void {
    for (let at = this.#nextAt(); whole ? at <= instant : at < instant; at = this.#nextAt()) this.#liveNext(at);
    this.#finish(Math.min(instant, this.until));
  }

  /** Lives up to that instant, itself included, and lets go of the machines: somebody else goes on from there, and nobody is judged. */
  handOverAt(instant: number): Machines {
    for (let at = this.#nextAt(); at <= instant; at = this.#nextAt()) this.#liveNext(at);
    this.#machines.goTo(instant);
    this.#isReleased = true;
    return this.#machines;
  }

  /** What there is to say of its devices, to be put together with that of other shards. After the end, or where it was stopped. */
  found(): ShardFound {
    const { first } = this.#slice;
    const checkers = this.#watch.found();
    return {
      slice: this.#slice,
      until: this.now,
      lanes: this.#watch.trace.lanes(),
      eventsExecuted: this.eventsExecuted,
      tally: this.tally.found(this.startAt, dayMs),
      measures: this.#watch.measures.found(),
      checkers: checkers.map((one) => ({
        ...one,
        shown: one.shown.map((shown) => ({ ...shown, index: shown.index < 0 ? shown.index : first + shown.index })),
      })),
      story: this.happenings.verdicts.rows(),
      timeline: this.tale.entries,
      faults: this.#faults?.found() ?? {},
    };
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

  complianceSeries(): StateSeries {
    return this.tally.complianceSeries(this.startAt, dayMs);
  }

  *outcomes(): Iterable<DeviceOutcome> {
    const { roster, count } = this.#machines;
    for (let index = 0; index < count; index++) {
      const outcome = outcomeOf(index, this.#groups[index] as string, this.#machines.state(index), roster, this.#store);
      outcome.index += this.#slice.first;
      outcome.life = this.#watch.trace.life(index);
      yield outcome;
    }
  }

  deviceSaid(index: number, note: DeviceNote, now: number): void {
    this.#listener?.deviceSaid(index, note, now);
    if (this.#isReleased) return;
    this.#watch.deviceSaid(index, note, now);
    this.tale.deviceSaid(index, note, now);
  }

  serverSaid(index: number, note: ServerNote, now: number): void {
    if (note.kind === 'enrolled' && this.#tenant.groupsDevices) this.#enrolled.push(note.deviceId);
    this.#listener?.serverSaid(index, note, now);
    if (this.#isReleased) return;
    this.#watch.serverSaid(index, note, now);
    if (note.kind !== 'checked-in') this.tale.serverSaid(index, note, now);
  }

  tenantSaid(note: ServerNote, now: number): void {
    this.#listener?.tenantSaid?.(note, now);
    if (!this.#isReleased) this.#watch.tenantSaid(note, now);
  }

  network(index: number, available: boolean, now: number): void {
    this.#listener?.network(index, available, now);
    if (!this.#isReleased) this.tale.network(index, available, now);
  }

  recordChanged(index: number, record: DeviceRecord | undefined): void {
    this.#listener?.recordChanged(index, record);
    if (!this.#isReleased) this.tally.setRecord(index, record);
  }

  readonly #faultListener: FaultListener = {
    turned: (index, fault, begins, now) => {
      this.#listener?.fault?.(index, fault.name, begins ? 'begins' : 'ends', now);
      if (!this.#isReleased) this.tale.fault(index, fault, begins, now);
    },
    atWork: (index, { name }, effect, now) => this.#listener?.fault?.(index, name, effect, now),
  };

  #nextAt(): number {
    return Math.min(this.#timelineAt(), this.#machines.nextAt());
  }

  /** When the next entry of the timeline is; Infinity after the last one. */
  #timelineAt(): number {
    return this.#scenario.timeline[this.#timelinePassed]?.at ?? Number.POSITIVE_INFINITY;
  }

  #liveNext(at: number): void {
    this.#sampleUntil(at);
    if (this.#timelineAt() === at) this.#happen(this.#scenario.timeline[this.#timelinePassed++] as TimelineEvent);
    else this.#machines.liveNext();
    this.#bringIntoGroups();
  }

  #add(index: number) {
    const one = member(this.#scenario, this.#slice.first + index);
    this.#faults?.addDevice(one.device, one.group);
    this.#machines.add(one);
    this.#groups.push(one.group);
    this.#tenant.add(one.group, one.device);
    this.#watch.start(index, one.group, one.device, onlineBehaviorOf(one));
    return one;
  }

  #happen(event: TimelineEvent): void {
    const machines = this.#machines;
    machines.goTo(event.at);
    const happened = this.happenings.happen(event, machines.tenant(), machines.now);
    // What happens to the tenant happens in every shard, and is one event of the run.
    const isOfTenant = event.step.kind === 'tenant' || event.step.kind === 'notify';
    if (!isOfTenant || this.#slice.first === 0) machines.eventsExecuted += happened;
    // What the tenant asks of its devices is work for each of them.
    if (event.step.kind === 'tenant') for (let index = 0; index < machines.count; index++) machines.touchRecord(index);
    machines.settle();
  }

  /** Devices that were enrolled just now, when all that came with it is done. */
  #bringIntoGroups(): void {
    if (this.#enrolled.length === 0) return;
    const enrolled = this.#enrolled.splice(0);
    // Most tenants have groups of people alone: then nothing has to be looked up for each device.
    if (!this.#tenant.groupsDevices) return;
    const tenant = this.#machines.tenant();
    const brought = enrolled.filter((deviceId) => this.#tenant.enrolled(tenant, deviceId));
    if (brought.length > 0) this.#machines.settle();
  }

  #sampleUntil(at: number): void {
    for (; this.#nextSampleAt <= at && this.#nextSampleAt < this.until; this.#nextSampleAt += dayMs) this.tally.sample();
  }

  #finish(at: number): void {
    this.#sampleUntil(at);
    const machines = this.#machines;
    machines.goTo(at);
    machines.catchUpAll();
    for (let index = 0; index < machines.count; index++) {
      const device = machines.state(index);
      const id = machines.roster.idOf(index);
      const record = id === null ? undefined : this.#store.device(id);
      this.#watch.trace.close(index, `${device.phase} ${device.screen} ${device.checkIns} ${device.lastCheckInAt}`);
      if (record !== undefined)
        this.#watch.trace.close(index, `${record.managementState} ${record.lastSyncAt} ${record.certificate.serialNumber}`);
    }
    this.#watch.end(this.#store, machines.roster, machines.now);
  }
}
