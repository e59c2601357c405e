/**
 * A scenario lived by real agents against a real stub: the live sibling of world/world.ts.
 *
 * The stub's clock (live-time.ts) goes from one instant to the next at which anything can happen: an entry of the timeline, a network that
 * goes or comes, an enrollment, a deadline of the core or of a device. So no hop is longer than it would be in virtual time. After each hop
 * everybody is waited for; nothing is judged before all rest. With a speed, time runs on a scaled clock between the entries of the timeline
 * instead: devices and core then do what is due when their own timers wake them, as in a living tenant.
 */
import type { DeviceNote } from '../../agent/device/effects.ts';
import type { DeviceState } from '../../agent/device/state.ts';
import { nextDeadline, nextNoteworthy } from '../../agent/device/step.ts';
import type { AgentRunner } from '../../agent/runner.ts';
import type { IdentityMaker } from '../../certs/identity.ts';
import { dayMs } from '../../runtime/duration.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { Stub } from '../../server-stub/stub.ts';
import type { Scenario, TimelineEvent } from '../scenarios/scenario.ts';
import type { Pause } from '../shards/pause.ts';
import { Happenings } from '../story/happenings.ts';
import { devicesToldMax, Tale } from '../story/tale.ts';
import { ScenarioTenant } from '../tenant/scenario-tenant.ts';
import type { FaultListener } from '../world/faults/faults.ts';
import { serviceTroubles } from '../world/faults/service-troubles.ts';
import { member } from '../world/fleet.ts';
import type { Listener } from '../world/listener.ts';
import { onlineBehaviorOf } from '../world/online-behavior.ts';
import { type PlanDriver, Plans } from '../world/plans.ts';
import type { Recorder } from '../world/recorder.ts';
import { Roster } from '../world/roster.ts';
import { Waits } from '../world/waits.ts';
import { Watch } from '../world/watch.ts';
import { createAgent, type Way } from './agents.ts';
import { LiveError } from './errors.ts';
import { LiveFaults } from './live-faults.ts';
import { LiveTime } from './live-time.ts';

/** More would be no story: agents of this process share it, and every hop waits for all of them. */
export const liveDevicesMax = 200;

export interface LiveWorldOptions {
  scenario: Scenario;
  stub: Stub;
  way: Way;
  identities: IdentityMaker;
  token: string;
  /** How fast time runs between the entries of the timeline, on a scaled clock; absent: it hops, as fast as everybody can follow. */
  speed?: number | undefined;
  /** Keeps what the run's file has besides. */
  recorder?: Recorder | undefined;
  /** Stops it where it is, when all that is under way there is over. */
  signal?: AbortSignal | undefined;
  pause?: Pause | undefined;
  /** After each hop. */
  onProgress?: ((at: number) => void) | undefined;
}

export class LiveWorld {
  readonly startAt: number;
  readonly until: number;
  /** Up to when it was lived, once it was; before `until` where its signal has stopped it. */
  livedUntil: number;
  readonly watch: Watch;
  readonly roster = new Roster();
  readonly tale: Tale;
  readonly happenings: Happenings;
  readonly agents: AgentRunner[] = [];
  readonly groups: string[] = [];
  /** null: nothing goes wrong. */
  readonly faults: LiveFaults | null;
  hops = 0;
  readonly #options: LiveWorldOptions;
  readonly #plans: Plans;
  readonly #waits: Waits;
  readonly #time: LiveTime;
  readonly #tenant: ScenarioTenant;
  /** Records of devices that were enrolled just now. */
  readonly #enrolled: string[] = [];
  readonly #troubles: string[] = [];
  readonly #letGo: (() => void)[] = [];
  #timelinePassed = 0;
  /** Whether its driver moves the clock, and nobody else. */
  #isLiving = false;
  #isReleased = false;
  #nextSampleAt: number;

  /** @throws LiveError `live-too-many` */
  constructor(options: LiveWorldOptions) {
    const { scenario, stub } = options;
    const { devices, startAt, days } = scenario;
    if (devices > liveDevicesMax) {
      const sentence = `A live run has up to ${liveDevicesMax} devices; this one would have ${devices}. Make it smaller with --devices, or live it in virtual time.`;
      throw new LiveError('live-too-many', sentence);
    }
    this.#options = options;
    this.startAt = startAt;
    this.until = startAt + days * dayMs;
    this.livedUntil = startAt;
    this.#nextSampleAt = startAt;
    this.watch = new Watch(scenario, (index) => this.#state(index));
    this.#tenant = new ScenarioTenant(scenario);
    this.#waits = new Waits(stub.inside);
    this.faults = this.#createFaults(scenario);
    const { agents, faults } = this;
    const driver: PlanDriver = {
      state: (index) => this.#state(index),
      tell: (index, fact) => this.#agent(index).tell(fact),
      network: (index, available) => this.#network(index, available),
      idOf: (index) => this.roster.idOf(index),
      tenant: () => stub.inside.tenant(),
      recordTouched: () => {},
    };
    this.#plans = new Plans(driver, options.token);
    this.#time = new LiveTime({ ...options, agents, faults, troubles: this.#troubles, onFlow: () => this.#flowed() });
    this.#letGo.push(stub.inside.listen((note) => this.#serverSaid(note)));
    for (let index = 0; index < devices; index++) this.#add(index);
    this.tale = new Tale(devices > devicesToldMax ? [] : this.agents.map(({ state }) => state.inventory.deviceName));
    this.happenings = new Happenings(scenario, this.tale, {
      devices,
      state: (index) => this.#state(index),
      group: (index) => this.groups[index] as string,
      idOf: (index) => this.roster.idOf(index),
      hold: (index) => ({
        recordIds: this.roster.idsOf(index),
        view: () => this.#agent(index).view(),
        act: (act) => this.#agent(index).act(act).outcome,
      }),
      touched: () => {},
      steps: options.recorder,
      refused: (action) => this.watch.tally.count(action, 'refused', 1),
      plant: (seed, by) => this.#tenant.plant(stub.inside.tenant(), seed, stub.clock.now(), by),
    });
  }

  /** Lives until that instant, its own happenings included, or to where its signal stops it: `livedUntil` says which. */
  async live(until: number): Promise<void> {
    this.#isLiving = true;
    try {
      await this.#live(until);
    } finally {
      this.#isLiving = false;
    }
  }

  /** The entries of its timeline that are still to come. */
  get ahead(): readonly TimelineEvent[] {
    return this.#options.scenario.timeline.slice(this.#timelinePassed);
  }

  async #live(until: number): Promise<void> {
    const { signal, pause, onProgress } = this.#options;
    if (this.hops === 0) await this.#begin();
    else await this.#time.resume();
    for (;;) {
      const at = this.#nextAt();
      if (at > until || at >= this.until) break;
      await pause?.passed(signal);
      // What belongs to an instant is lived as a whole, or not at all.
      const isStopped = signal?.aborted === true && this.#now < at - 1;
      if (isStopped || !(await this.#pass(at))) return this.#end(this.#now);
      onProgress?.(at);
    }
    // The world ends before its last instant.
    const isThere = await this.#goTo(Math.min(until, this.until - 1));
    this.#end(isThere ? Math.min(until, this.until) : this.#now);
  }

  /** From here on devices without a link go on in real time. */
  release(): void {
    this.#isReleased = true;
    this.faults?.end(this.agents.length);
    for (const agent of this.agents) agent.setClock(this.#now, 1);
  }

  close(): void {
    this.#options.stub.inside.suffer(null);
    for (const letGo of this.#letGo.splice(0)) letGo();
    for (const agent of this.agents) agent.close();
  }

  get #now(): number {
    return this.#time.now;
  }

  #createFaults(scenario: Scenario): LiveFaults | null {
    if (scenario.faults.length === 0) return null;
    const listener: Pick<Listener, 'fault'> | undefined = this.#options.recorder;
    const told: FaultListener = {
      turned: (index, fault, begins, now) => {
        listener?.fault?.(index, fault.name, begins ? 'begins' : 'ends', now);
        this.tale.fault(index, fault, begins, now);
      },
      atWork: (index, { name }, effect, now) => listener?.fault?.(index, name, effect, now),
    };
    const faults = new LiveFaults(scenario, told, { now: () => this.#now, agent: (index) => this.#agent(index) });
    this.#options.stub.inside.suffer(serviceTroubles(faults.faults, this.roster));
    return faults;
  }

  #agent(index: number): AgentRunner {
    return this.agents[index] as AgentRunner;
  }

  #state(index: number): DeviceState {
    return this.#agent(index).state;
  }

  /** Adds a device. */
  #add(index: number): void {
    const { scenario, stub, way, identities, token } = this.#options;
    const one = member(scenario, index);
    const { device, group } = one;
    this.faults?.faults.addDevice(device, group);
    const faulty = this.faults?.wayOf(index, way) ?? way;
    const agent = createAgent({
      fresh: device,
      way: {
        openLink: (identity) => faulty.openLink(identity),
        ask: (request) => {
          if (request.service === 'sign-in') this.#waits.asked(index);
          return way.ask(request);
        },
      },
      identities: this.faults?.identitiesOf(index, identities) ?? identities,
      token,
      onNote: (note) => this.#deviceSaid(index, note),
      onTrouble: (sentence) => this.#troubles.push(`${device.inventory.deviceName}: ${sentence}`),
    });
    this.agents.push(agent);
    this.groups.push(group);
    this.#tenant.add(group, device);
    this.#plans.addDevice(one, this.startAt);
    this.watch.start(index, group, device, onlineBehaviorOf(one));
    this.#letGo.push(
      stub.attach({
        view: () => agent.view(),
        act: async (act) => agent.act(act),
        // While this driver moves the clock, it tells the time itself; in between, somebody else may.
        clockMoved: (now, speed) => {
          if (this.#isReleased || (this.hops > 0 && !this.#isLiving)) agent.clockMoved(now, speed);
        },
      }),
    );
    this.roster.addDevice(device.inventory.serialNumber);
    this.#waits.addDevice(device.signIns !== null);
  }

  async #begin(): Promise<void> {
    await this.#time.begin(this.startAt);
    this.#tenant.begin(this.#options.stub.inside.tenant(), this.startAt);
    for (const agent of this.agents) {
      agent.setClock(this.startAt, 0);
      agent.start();
    }
  }

  #end(at: number): void {
    this.#sampleUntil(at);
    this.livedUntil = at;
  }

  /** The next instant at which anything can happen. */
  #nextAt(): number {
    const dueAt = this.#options.speed === undefined ? this.#dueAt() : Number.POSITIVE_INFINITY;
    const ofDevices = this.agents.map((_, index) =>
      Math.min(this.#plans.nextAt(index), this.faults?.nextAt(index) ?? Number.POSITIVE_INFINITY),
    );
    return Math.min(this.#stepAt(), dueAt, ...ofDevices);
  }

  #stepAt(): number {
    return this.#options.scenario.timeline[this.#timelinePassed]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** What the core or a device does by itself. */
  #dueAt(): number {
    return this.agents.reduce((at, _, index) => Math.min(at, this.#nextOf(index)), this.#options.stub.inside.nextDeadline());
  }

  #nextOf(index: number): number {
    const state = this.#state(index);
    const id = this.roster.idOf(index);
    this.#waits.look(index, id, true, state.signIns !== null);
    if (this.faults?.isDisturbed(index) === true) return Math.max(this.#now, nextDeadline(state) - this.#time.skewMs(index));
    return nextNoteworthy(state, this.#waits.work(index), this.#waits.access(index));
  }

  /** Goes to that instant, and lives what belongs to it. Returns false where the signal has stopped it on the way. */
  async #pass(at: number): Promise<boolean> {
    if (this.#stepAt() === at) {
      // In virtual time administrators come before whatever else is due in their instant, but the stub's clock runs what is due when it
      // gets there: then the step is done a millisecond before, in the order that counts.
      if (!(await this.#goTo(at - 1))) return false;
      if (this.#isDueAt(at)) {
        await this.#doSteps(at);
        return true;
      }
    }
    if (!(await this.#goTo(at))) return false;
    await this.#doSteps(at);
    await this.#unfold(at);
    return true;
  }

  async #goTo(at: number): Promise<boolean> {
    this.hops += 1;
    const { speed } = this.#options;
    if (speed !== undefined) {
      const isThere = await this.#time.flowTo(at, speed);
      await this.#settle();
      if (!isThere) return false;
    }
    this.#sampleUntil(at);
    await this.#time.hopTo(at);
    await this.#settle();
    return true;
  }

  #flowed(): void {
    this.#countAll();
    this.#sampleUntil(this.#now);
    this.#options.onProgress?.(this.#now);
  }

  /** Whether the core or a device does anything by itself in that very instant. */
  #isDueAt(at: number): boolean {
    return (
      this.#options.stub.inside.nextDeadline() === at ||
      this.agents.some(({ state }, index) => nextDeadline(state) - this.#time.skewMs(index) === at)
    );
  }

  /** The entries of the timeline, each finished before the next. */
  async #doSteps(at: number): Promise<void> {
    const { scenario, stub } = this.#options;
    while (this.#stepAt() <= at) {
      const event = scenario.timeline[this.#timelinePassed++] as TimelineEvent;
      this.happenings.happen(event, stub.inside.tenant(), event.at);
      if (event.step.kind !== 'expect') await this.#settle();
    }
  }

  /** What becomes of devices by itself, by number, as in virtual time. */
  async #unfold(at: number): Promise<void> {
    let isChanged = false;
    for (let index = 0; index < this.agents.length; index++) {
      if (this.faults?.live(index) === true) isChanged = true;
      if (this.#plans.pass(index, at)) isChanged = true;
    }
    if (isChanged) await this.#settle();
  }

  /** Waits until nothing is under way on either side. */
  async #settle(): Promise<void> {
    do {
      await this.#time.rest();
      this.#countAll();
    } while (this.#bringIntoGroups());
  }

  /** Devices that were enrolled just now, when all that came with it is done. Returns whether that sets anything off. */
  #bringIntoGroups(): boolean {
    const tenant = this.#options.stub.inside.tenant();
    return this.#enrolled.splice(0).filter((deviceId) => this.#tenant.enrolled(tenant, deviceId)).length > 0;
  }

  #countAll(): void {
    const tenant = this.#options.stub.inside.tenant();
    for (let index = 0; index < this.agents.length; index++) {
      const id = this.roster.idOf(index);
      if (id !== null) this.watch.tally.setRecord(index, tenant.device(id));
    }
  }

  #sampleUntil(at: number): void {
    for (; this.#nextSampleAt <= at && this.#nextSampleAt < this.until; this.#nextSampleAt += dayMs) this.watch.tally.sample();
  }

  #network(index: number, available: boolean): void {
    this.tale.network(index, available, this.#now);
    this.#options.recorder?.network(index, available, this.#now);
  }

  #deviceSaid(index: number, note: DeviceNote): void {
    if (note.kind === 'link-lost') this.faults?.linkLost(index);
    if (note.kind === 'replaced') this.roster.replaced(index, note.serialNumber);
    this.watch.deviceSaid(index, note, this.#now);
    this.tale.deviceSaid(index, note, this.#now);
    this.#options.recorder?.deviceSaid(index, note, this.#now);
  }

  #serverSaid(note: ServerNote): void {
    const index = this.roster.indexOfNote(note);
    if (index === undefined) {
      if (note.kind === 'access-waits' && note.deviceId === null) this.#waits.rulesChanged();
      this.watch.tenantSaid(note, this.#now);
      return;
    }
    this.watch.serverSaid(index, note, this.#now);
    this.tale.serverSaid(index, note, this.#now);
    this.#options.recorder?.serverSaid(index, note, this.#now);
    if (note.kind === 'enrolled') this.#enrolled.push(note.deviceId);
    if (note.kind === 'record-removed') {
      this.roster.remove(index, note.deviceId, note.why, this.#now);
      if (this.roster.isNewest(index, note.deviceId) && this.#state(index).signIns !== null) this.#waits.recordGone(index);
    } else if (note.kind === 'enrolled') this.#waits.recordThere(index);
  }
}
