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
import { Happenings } from '../story/happenings.ts';
import { devicesToldMax, Tale } from '../story/tale.ts';
import { ScenarioTenant } from '../tenant/scenario-tenant.ts';
import { member } from './fleet.ts';
import { type Listener, Machines } from './machines.ts';
import { outcomeOf } from './outcome.ts';
import { coreSettings } from './settings.ts';
import type { Tally } from './tally.ts';
import { Watch } from './watch.ts';

export interface WorldOptions {
  store: Store;
  /** Execute each scheduled check-in instead of computing the quiet ones. Same digest, more work. */
  everyCheckIn: boolean;
  /** Send every message through the codec, as on the wire. Same digest, more work. */
  codec: boolean;
  /** Whoever else follows the machines, and goes on with them where the world stops. */
  listener?: Listener;
}

export class World implements Listener {
  readonly startAt: number;
  readonly until: number;
  readonly happenings: Happenings;
  readonly tale: Tale;

  readonly #scenario: Scenario;
  readonly #store: Store;
  readonly #watch: Watch;
  readonly #machines: Machines;
  readonly #groups: string[] = [];
  readonly #tenant: ScenarioTenant;
  /** Records of devices that were enrolled just now. */
  readonly #enrolled: string[] = [];
  readonly #listener: Listener | undefined;
  #isReleased = false;
  #timelinePassed = 0;
  #nextSampleAt: number;

  constructor(scenario: Scenario, options: WorldOptions) {
    const { devices, startAt } = scenario;
    this.#scenario = scenario;
    this.#store = options.store;
    this.#listener = options.listener;
    this.startAt = startAt;
    this.until = startAt + scenario.days * dayMs;
    this.#nextSampleAt = startAt;
    this.#watch = new Watch(scenario, (index) => this.#machines.state(index));
    this.#tenant = new ScenarioTenant(scenario);
    this.#machines = new Machines({ ...options, settings: coreSettings(scenario), startAt, devices }, this);
    const names: string[] = [];
    for (let index = 0; index < devices; index++) {
      const { device } = this.#add(index);
      if (devices <= devicesToldMax) names.push(device.inventory.deviceName);
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
        this.#finish();
        return true;
      }
      this.#liveNext(at);
    }
    return false;
  }

  /** Lives up to that instant, itself included, and lets go of the machines: somebody else goes on from there, and nobody is judged. */
  handOverAt(instant: number): Machines {
    for (let at = this.#nextAt(); at <= instant; at = this.#nextAt()) this.#liveNext(at);
    this.#machines.goTo(instant);
    this.#isReleased = true;
    return this.#machines;
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
      yield outcomeOf(index, this.#groups[index] as string, this.#machines.state(index), roster, this.#store);
    }
  }

  deviceSaid(index: number, note: DeviceNote, now: number): void {
    this.#listener?.deviceSaid(index, note, now);
    if (this.#isReleased) return;
    this.#watch.deviceSaid(index, note, now);
    this.tale.deviceSaid(index, note, now);
  }

  serverSaid(index: number, note: ServerNote, now: number): void {
    if (note.kind === 'enrolled' && this.#tenant.hasGroups) this.#enrolled.push(note.deviceId);
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
    const one = member(this.#scenario, index);
    this.#machines.add(one);
    this.#groups.push(one.group);
    this.#tenant.add(one.group, one.device);
    this.#watch.start(index, one.group, one.device);
    return one;
  }

  #happen(event: TimelineEvent): void {
    const machines = this.#machines;
    machines.goTo(event.at);
    machines.eventsExecuted += 1 + this.happenings.happen(event, machines.tenant(), machines.now);
    // What the tenant asks of its devices is work for each of them.
    if (event.step.kind === 'tenant') for (let index = 0; index < machines.count; index++) machines.touchRecord(index);
    machines.settle();
  }

  /** Devices that were enrolled just now, when all that came with it is done. */
  #bringIntoGroups(): void {
    if (this.#enrolled.length === 0) return;
    const tenant = this.#machines.tenant();
    const brought = this.#enrolled.splice(0).filter((deviceId) => this.#tenant.enrolled(tenant, deviceId));
    if (brought.length > 0) this.#machines.settle();
  }

  #sampleUntil(at: number): void {
    for (; this.#nextSampleAt <= at && this.#nextSampleAt < this.until; this.#nextSampleAt += dayMs) this.tally.sample();
  }

  #finish(): void {
    this.#sampleUntil(this.until);
    const machines = this.#machines;
    machines.goTo(this.until);
    machines.catchUpAll();
    for (let index = 0; index < machines.count; index++) {
      const device = machines.state(index);
      const id = machines.roster.idOf(index);
      const record = id === null ? undefined : this.#store.device(id);
      this.#watch.trace.close(index, `${device.phase} ${device.screen} ${device.checkIns} ${device.lastCheckInAt}`);
      if (record !== undefined)
        this.#watch.trace.close(index, `${record.managementState} ${record.lastSyncAt} ${record.certificate.serialNumber}`);
    }
    this.#watch.end(this.#store, machines.roster.newest(), machines.now);
  }
}
