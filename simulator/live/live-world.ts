/**
 * A scenario lived by real agents against a real stub: the live sibling of world/world.ts.
 *
 * The stub's clock stands still but for this driver, which moves it from one instant to the next at which anything can happen: an entry
 * of the timeline, a network that goes or comes, an enrollment, a deadline of the core or of a device. So no hop is longer than it would
 * be in virtual time, and devices without a link (off, restarting, out of reach), which the stub cannot tell the time, are told it here.
 * After each hop everybody is waited for, in real time; nothing is judged before all rest. With a speed, time runs on a scaled clock between
 * the entries of the timeline instead: devices and core then do what is due when their own timers wake them, as in a living tenant.
 */
import type { DeviceNote } from '../../agent/device/effects.ts';
import { canEnroll } from '../../agent/device/enrollment.ts';
import type { DeviceState } from '../../agent/device/state.ts';
import { nextDeadline, nextNoteworthy } from '../../agent/device/step.ts';
import type { AgentRunner } from '../../agent/runner.ts';
import type { IdentityMaker } from '../../certs/identity.ts';
import { dayMs, formatInstant } from '../../runtime/duration.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { Stub } from '../../server-stub/stub.ts';
import type { Scenario, TimelineEvent } from '../scenarios/scenario.ts';
import { Happenings } from '../story/happenings.ts';
import { devicesToldMax, Tale } from '../story/tale.ts';
import { ScenarioTenant } from '../tenant/scenario-tenant.ts';
import { Faults } from '../world/faults/faults.ts';
import { member } from '../world/fleet.ts';
import type { Listener } from '../world/machines.ts';
import { onlineBehaviorOf } from '../world/online-behavior.ts';
import { Outages } from '../world/outages.ts';
import { askToLeave } from '../world/population/ask-to-leave.ts';
import type { Recorder } from '../world/recorder.ts';
import { Roster } from '../world/roster.ts';
import { Turns } from '../world/turns.ts';
import { Waits } from '../world/waits.ts';
import { Watch } from '../world/watch.ts';
import { createAgent, isBehind, rests, type Way } from './agents.ts';
import { LiveError } from './errors.ts';
import { LiveFaults } from './live-faults.ts';

/** More would be no story: agents of this process share it, and every hop waits for all of them. */
export const liveDevicesMax = 200;

/** Real time. */
const settleMsMax = 20_000;
const lookAgainMs = 2;
/** A scaled clock is stopped this long before the instant that matters: what is left is gone to the millisecond. */
const leadMs = 60;
/** How often somebody who waits for a scaled clock is told how far it is, and can stop it. */
const flowMsMax = 200;

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
  signal?: AbortSignal | undefined;
  /** After each hop. */
  onProgress?: ((at: number) => void) | undefined;
}

export class LiveWorld {
  readonly startAt: number;
  readonly until: number;
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
  readonly #enrollAt: number[] = [];
  readonly #outages = new Outages();
  readonly #turns = new Turns();
  readonly #waits: Waits;
  readonly #tenant: ScenarioTenant;
  /** Records of devices that were enrolled just now. */
  readonly #enrolled: string[] = [];
  readonly #troubles: string[] = [];
  readonly #letGo: (() => void)[] = [];
  #timelinePassed = 0;
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
    this.#nextSampleAt = startAt;
    this.watch = new Watch(scenario, (index) => this.#state(index));
    this.#tenant = new ScenarioTenant(scenario);
    this.#waits = new Waits(stub.inside);
    this.faults = this.#createFaults(scenario);
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

  /** Lives until that instant, its own happenings included. Rejects when it is stopped. */
  async live(until: number): Promise<void> {
    if (this.hops === 0) await this.#begin();
    for (;;) {
      const at = this.#nextAt();
      if (at > until || at >= this.until) break;
      if (this.#stepAt() > at || !(await this.#isShared(at))) {
        await this.#hopTo(at);
        await this.#doSteps(at);
        await this.#unfold(at);
      } else await this.#doSteps(at);
      this.#options.onProgress?.(at);
      if (this.#options.signal?.aborted === true) return;
    }
    // The world ends before its last instant.
    await this.#hopTo(Math.min(until, this.until - 1));
    this.#sampleUntil(Math.min(until, this.until));
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
    return this.#options.stub.clock.now();
  }

  #createFaults(scenario: Scenario): LiveFaults | null {
    if (scenario.faults.length === 0) return null;
    const listener: Pick<Listener, 'fault'> | undefined = this.#options.recorder;
    const told = new Faults(scenario, {
      turned: (index, fault, begins, now) => {
        listener?.fault?.(index, fault.name, begins ? 'begins' : 'ends', now);
        this.tale.fault(index, fault, begins, now);
      },
      atWork: (index, { name }, effect, now) => listener?.fault?.(index, name, effect, now),
    });
    const faults = new LiveFaults(told, { now: () => this.#now, agent: (index) => this.#agent(index) });
    this.#options.stub.inside.suffer(faults.troubles(this.roster));
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
    const { device, group, enrollAt, outages, hours, turns } = one;
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
    this.#enrollAt.push(enrollAt);
    this.watch.start(index, group, device, onlineBehaviorOf(one));
    this.#letGo.push(
      stub.attach({
        view: () => agent.view(),
        act: async (act) => agent.act(act),
        // While this driver moves the clock, it tells the time itself.
        clockMoved: (now, speed) => {
          if (this.#isReleased) agent.clockMoved(now, speed);
        },
      }),
    );
    this.roster.addDevice(device.inventory.serialNumber);
    this.#outages.addDevice(outages, hours, this.startAt);
    this.#turns.addDevice(turns);
    this.#waits.addDevice(device.signIns !== null);
  }

  async #begin(): Promise<void> {
    const { clock } = this.#options.stub;
    clock.setSpeed(0);
    if (clock.now() !== this.startAt) await clock.set(this.startAt);
    this.#tenant.begin(this.#options.stub.inside.tenant(), this.startAt);
    for (const agent of this.agents) {
      agent.setClock(this.startAt, 0);
      agent.start();
    }
  }

  /** The next instant at which anything can happen. */
  #nextAt(): number {
    const dueAt = this.#options.speed === undefined ? this.#dueAt() : Number.POSITIVE_INFINITY;
    const ofDevices = this.agents.map((_, index) =>
      Math.min(this.#outages.nextAt(index), this.#turns.nextAt(index), this.faults?.nextAt(index) ?? Number.POSITIVE_INFINITY),
    );
    return Math.min(this.#stepAt(), dueAt, ...this.#enrollAt, ...ofDevices);
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
    if (this.faults?.isDisturbed(index) === true) return Math.max(this.#now, nextDeadline(state) - this.#skewMs(index));
    return nextNoteworthy(state, this.#waits.work(index), this.#waits.access(index));
  }

  async #hopTo(at: number): Promise<void> {
    this.#sampleUntil(at);
    this.hops += 1;
    if (this.#options.speed !== undefined) await this.#flowTo(at, this.#options.speed);
    const { clock } = this.#options.stub;
    await clock.advanceTo(Math.max(at, clock.now()));
    this.#tellTime();
    await this.#settle();
  }

  /** Lets time run at this speed until shortly before that instant, and stops it there. */
  async #flowTo(at: number, speed: number): Promise<void> {
    const { stub, signal, onProgress } = this.#options;
    const stopAt = at - leadMs * speed;
    if (stopAt <= this.#now) return;
    // A process that sleeps through that instant (a busy machine) must not find itself behind it.
    stub.clock.setSpeed(speed, at);
    this.#tellTime(speed);
    while (this.#now < stopAt && signal?.aborted !== true) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(flowMsMax, Math.max(1, (stopAt - this.#now) / speed))));
      onProgress?.(this.#now);
    }
    stub.clock.setSpeed(0);
    this.#tellTime();
    await this.#settle();
  }

  /**
   * Whether anything is due in the very instant of a step. In virtual time administrators come before it, but the stub's clock runs what
   * is due when it gets there: then the step is done a millisecond before, in the order that counts.
   */
  async #isShared(at: number): Promise<boolean> {
    await this.#hopTo(at - 1);
    return (
      this.#options.stub.inside.nextDeadline() === at ||
      this.agents.some(({ state }, index) => nextDeadline(state) - this.#skewMs(index) === at)
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

  /** What becomes of devices by itself, by number; of one device first its network, then its enrollment, then what becomes of it: as in virtual time. */
  async #unfold(at: number): Promise<void> {
    const { token } = this.#options;
    let isChanged = false;
    for (let index = 0; index < this.agents.length; index++) {
      if (this.faults?.live(index) === true) isChanged = true;
      while (this.#outages.nextAt(index) <= at) {
        const available = this.#outages.pass(index);
        this.tale.network(index, available, this.#now);
        this.#options.recorder?.network(index, available, this.#now);
        this.#agent(index).tell({ type: 'network', available });
        isChanged = true;
      }
      if ((this.#enrollAt[index] as number) <= at) {
        this.#enrollAt[index] = Number.POSITIVE_INFINITY;
        // Somebody may have enrolled it before its time.
        if (canEnroll(this.#state(index))) this.#agent(index).tell({ type: 'enroll', token });
        isChanged = true;
      }
      while (this.#turns.nextAt(index) <= at) {
        const { facts, ask } = this.#turns.pass(index, this.#state(index), token);
        for (const fact of facts) this.#agent(index).tell(fact);
        const id = this.roster.idOf(index);
        if (ask !== null && id !== null) askToLeave(this.#options.stub.inside.tenant(), id, ask);
        isChanged = true;
      }
    }
    if (isChanged) await this.#settle();
  }

  /** Those without a link; the others follow the stub. */
  #tellTime(speed = 0): void {
    for (const [index, agent] of this.agents.entries()) {
      agent.setClock(this.#now + this.#skewMs(index), speed, this.#options.speed === undefined);
    }
  }

  /** How far the device's clock is ahead of the stub's. */
  #skewMs(index: number): number {
    return this.faults?.faults.skewMs(index) ?? 0;
  }

  /** Whether it has nothing to do before the clock moves. */
  #rests(agent: AgentRunner, index: number): boolean {
    if (rests(agent, nextDeadline)) return true;
    return this.faults?.isWaiting(index) === true && nextDeadline(agent.state) > agent.now;
  }

  /**
   * Waits until nothing is under way on either side. An advance to where the clock stands is a barrier: whoever has a link answers it
   * after all that was sent before, and all deadlines of this instant are over.
   */
  async #settle(): Promise<void> {
    const { clock, inside } = this.#options.stub;
    const giveUpAt = Date.now() + settleMsMax;
    for (let calm = 0; calm < 2; ) {
      await clock.advanceTo(clock.now());
      for (let one = this.#behind(); one !== undefined; one = this.#behind()) {
        if (Date.now() > giveUpAt) throw this.#stuck(one.state);
        await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
      }
      this.#tellTime();
      const busy = this.agents.find((agent, index) => !this.#rests(agent, index));
      calm = busy === undefined && inside.nextDeadline() > clock.now() ? calm + 1 : 0;
      if (calm > 0) continue;
      if (Date.now() > giveUpAt) throw this.#stuck(busy?.state);
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    }
    for (let index = 0; index < this.agents.length; index++) this.#count(index);
    if (this.#bringIntoGroups()) await this.#settle();
  }

  /** Devices that were enrolled just now, when all that came with it is done. Returns whether that sets anything off. */
  #bringIntoGroups(): boolean {
    const tenant = this.#options.stub.inside.tenant();
    return this.#enrolled.splice(0).filter((deviceId) => this.#tenant.enrolled(tenant, deviceId)).length > 0;
  }

  #behind(): AgentRunner | undefined {
    const { step } = this.#options.stub.clock;
    return this.agents.find((agent) => isBehind(agent, step));
  }

  #stuck(state: DeviceState | undefined): LiveError {
    const who = state === undefined ? 'the stub' : `${state.inventory.deviceName} (${state.phase}, link ${state.link}, ${state.exchange})`;
    const trouble = this.#troubles.at(-1);
    const sentence = `At ${formatInstant(this.#now)} ${who} did not come to rest within ${settleMsMax / 1000} s.`;
    return new LiveError('live-stuck', trouble === undefined ? sentence : `${sentence} Last trouble: ${trouble}`);
  }

  #count(index: number): void {
    const id = this.roster.idOf(index);
    if (id === null) return;
    const record = this.#options.stub.inside.tenant().device(id);
    this.watch.tally.setRecord(index, record);
  }

  #sampleUntil(at: number): void {
    for (; this.#nextSampleAt <= at && this.#nextSampleAt < this.until; this.#nextSampleAt += dayMs) this.watch.tally.sample();
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
