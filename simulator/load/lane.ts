/** A lane in this process: its devices over real sockets, carrying out the script (load-script.ts). */
import type { StoredIdentity } from '../../agent/agent-file.ts';
import type { ConnectError } from '../../agent/connect-error.ts';
import { askOverHttps } from '../../agent/outside.ts';
import { openKeyPool } from '../../certs/key-pool.ts';
import type { Link } from '../../runtime/link.ts';
import { hashString, hashUnit } from '../../runtime/random.ts';
import { member } from '../world/fleet.ts';
import { ActionTimes } from './action-times.ts';
import { handOut, instantsOf } from './arrivals.ts';
import { Counts } from './counts.ts';
import { Gate } from './gate.ts';
import { GeneratorMeter } from './generator.ts';
import { readKept, writeKept } from './kept-devices.ts';
import { LaneDevice } from './lane-device.ts';
import { LaneFile } from './lane-file.ts';
import type { LoadFigures } from './load-figures.ts';
import type { LoadJob } from './load-job.ts';
import type { AcceptedAction, LaneWatch, LoadLane } from './load-lane.ts';
import type { LoadAct } from './load-script.ts';
import { type Newcomer, Newcomers } from './newcomers.ts';
import { WheelClock } from './wheel-clock.ts';
import { Wire } from './wire/wire.ts';

type Act<Kind extends LoadAct['kind']> = Extract<LoadAct, { kind: Kind }>;

const figuresEveryMs = 1000;
/** What was begun before the script is over may end so much later. */
const drainMsMax = 10_000;
/** An answer that a fault holds up may never come. */
const disturbedDrainMsMax = 2_000;
/** Devices that do not come are waited for no longer than this, or this for each of the fleet: a third of what the slowest machine makes. */
const gatherMsMin = 30_000;
const gatherMsPerDevice = 50;
/** Figures of the moment are looked at so often while something is waited for. */
const lookEveryMs = 50;

export function createLane(): LoadLane {
  return new Lane();
}

class Lane implements LoadLane {
  readonly #counts = new Counts();
  readonly #clock = new WheelClock();
  readonly #meter = new GeneratorMeter();
  readonly #actions = new ActionTimes(this.#counts, () => performance.timeOrigin + performance.now());
  readonly #devices: LaneDevice[] = [];
  readonly #byRecord = new Map<string, LaneDevice>();
  /** Record of each device, by its place in the lane. */
  readonly #recordOf = new Map<LaneDevice, string>();
  #job!: LoadJob;
  #watch!: LaneWatch;
  #wire!: Wire;
  #gate = new Gate(1);
  #newcomers = new Newcomers(1);
  /** When the script began, on the clock of this process; what it stood still for is added. */
  #begunAt = 0;
  #asked = 0;
  #isGathered = false;
  #isStopped = false;
  #isDark = false;
  #ramp = { firstAt: 0, lastAt: 0, connections: 0, isOver: false };
  /** Next in turn for a check-in on demand. */
  #turn = 0;
  #changes: { index: number; deviceId: string | null }[] = [];
  /** Rates of check-ins whose instants have not all come. */
  #handedOut = 0;
  readonly #onStop: (() => void)[] = [];
  #goOn = () => {};
  #ticker: ReturnType<typeof setInterval> | undefined;

  async open(job: LoadJob, watch: LaneWatch): Promise<void> {
    this.#job = job;
    this.#watch = watch;
    const atOnce = Math.ceil(job.pace.concurrency / job.processes);
    this.#gate = new Gate(atOnce);
    this.#newcomers = new Newcomers(atOnce);
    const { scenario, slice, target, folder, batch } = job;
    const identities = openKeyPool(job.keys, job.keyPool);
    // Made before anybody is timed.
    await Promise.all(Array.from({ length: job.keyPool }, (_, number) => identities.keyAt(number)));
    this.#wire = new Wire({
      target,
      scenario,
      resume: job.resume,
      real: this.#clock,
      agent: (index) => (this.#devices[index - slice.first] as LaneDevice).runner,
      inTurn: (handshake, index) => this.#inTurn(handshake, this.#devices[index - slice.first] as LaneDevice),
      onOpened: (_index, { tcpMs, tlsMs, upgradeMs }) => this.#connected(tcpMs + tlsMs + upgradeMs),
    });
    const shared = {
      counts: this.#counts,
      actions: this.#actions,
      identities,
      token: target.enrollmentToken,
      clock: this.#clock,
      now: () => performance.now(),
      open: (device: LaneDevice, identity: StoredIdentity | undefined) => this.#open(device, identity),
      ask: askerOf(job),
      onArrived: () => this.#newcomers.arrived(),
      onRecord: (device: LaneDevice) => this.#recordChanged(device),
      isDisturbed: (index: number) => this.#isDark || this.#wire.isDisturbed(index),
      onTrouble: (sentence: string) => watch.onTrouble(sentence),
    };
    for (const name of this.#wire.notApplied)
      watch.onTrouble(`The fault "${name}" is the service's own, and nothing comes of it in a load run.`);
    const kept = folder === null ? new Map() : readKept(folder, slice);
    for (let index = slice.first; index < slice.first + slice.count; index++) {
      const { device: fresh, group } = member(scenario, index);
      // Another run enrols others: a serial number is one record's.
      fresh.inventory = { ...fresh.inventory, serialNumber: `${fresh.inventory.serialNumber}-${batch}` };
      const device = new LaneDevice(index, fresh, new LaneFile(kept.get(index)), shared);
      this.#wire.add(index, device.runner.state, group);
      this.#devices.push(device);
      this.#recordChanged(device);
    }
  }

  async run(): Promise<void> {
    const { script } = this.#job;
    this.#meter.begin();
    this.#wire.begin();
    this.#begunAt = performance.now();
    this.#tell();
    this.#ticker = setInterval(() => this.#tell(), figuresEveryMs);
    for (const act of script.acts) {
      await this.#until(act.at);
      if (this.#isStopped) break;
      await this.#begin(act);
    }
    await this.#until(script.durationMs);
    await this.#waitFor(() => this.#handedOut === 0, drainMsMax);
    this.#endOfScript();
    await this.#waitFor(() => this.#isQuiet(() => true), disturbedDrainMsMax);
    await this.#waitFor(() => this.#isQuiet((device) => !this.#wire.isDisturbed(device.index)), drainMsMax);
    this.#countUnanswered();
    this.#tell();
  }

  accepted(actions: readonly AcceptedAction[]): void {
    for (const { deviceId, action, at } of actions) {
      const device = this.#byRecord.get(deviceId);
      if (device !== undefined) this.#actions.accepted(device.index, action, at);
    }
  }

  goOn(): void {
    this.#goOn();
  }

  stop(): void {
    this.#isStopped = true;
    this.#newcomers.end();
    for (const wake of this.#onStop.splice(0)) wake();
  }

  async close(): Promise<void> {
    this.stop();
    clearInterval(this.#ticker);
    if (this.#job !== undefined) {
      const { folder, slice } = this.#job;
      if (folder !== null) writeKept(folder, slice, this.#devices);
      for (const { runner } of this.#devices) runner.close();
      this.#wire?.close();
    }
    this.#clock.close();
    this.#meter.close();
  }

  /** ms since the script began, on its own clock. */
  get #now(): number {
    return performance.now() - this.#begunAt;
  }

  async #begin(act: LoadAct): Promise<void> {
    switch (act.kind) {
      case 'arrive':
        return this.#arrive(act);
      case 'gather':
        return this.#gather();
      case 'check-ins':
        return this.#checkIns(act);
      case 'herd': {
        const at = performance.now();
        for (const device of this.#share(act)) device.checkIn(at);
        return;
      }
      case 'drop':
        for (const device of this.#share(act)) {
          device.isDropped = true;
          this.#wire.drop(device.index, act.how);
        }
        return;
      case 'blackout':
        this.#dark(true);
        void this.#until(act.until).then(() => this.#dark(false));
        return;
    }
  }

  /** Each at its instant; no sooner than a handshake can begin, but its enrolment counts from the instant. */
  #arrive({ share }: Act<'arrive'>): void {
    const { pace, processes, slice, scenario } = this.#job;
    const seed = hashString(`${scenario.seed}/arrivals`);
    const absent = this.#devices.slice(this.#asked, this.#asked + Math.round(this.#devices.length * share));
    this.#asked += absent.length;
    const from = performance.now();
    const spaceMs = 1000 / pace.perSecond;
    const coming = absent
      .map((device, place) => ({
        device,
        at: from + (place * processes + slice.number) * spaceMs + hashUnit(seed, device.index) * pace.jitterMs,
      }))
      .sort((a, b) => a.at - b.at);
    const due = () => {
      if (this.#ramp.firstAt === 0) this.#ramp.firstAt = performance.now();
      this.#newcomers.add(coming.shift() as Newcomer);
    };
    const instants = coming.map(({ at }) => at).values();
    const now = () => performance.now();
    this.#onStop.push(handOut(instants, now, due, () => {}));
  }

  /** Its time stands still until all are there. */
  async #gather(): Promise<void> {
    const standsAt = this.#now;
    const lastsMs = Math.max(gatherMsMin, this.#devices.length * this.#job.processes * gatherMsPerDevice);
    await this.#waitFor(() => this.#devices.slice(0, this.#asked).every(({ hasSettled }) => hasSettled), lastsMs);
    if (!this.#isStopped) {
      const all = new Promise<void>((resolve) => {
        this.#goOn = resolve;
        this.#onStop.push(resolve);
      });
      this.#isGathered = true;
      this.#tell();
      await all;
      this.#isGathered = false;
    }
    this.#ramp.isOver = true;
    this.#begunAt += this.#now - standsAt;
  }

  #checkIns({ at, until, perSecondFrom, perSecondTo }: Act<'check-ins'>): void {
    const { processes, slice, scenario } = this.#job;
    // From the act's own instant: what this process is late for is as late as that.
    const rate = { from: at, until, perSecondFrom, perSecondTo, number: slice.number, of: processes, seed: hashString(scenario.seed) };
    // On the clock of the process: its instants stand, whatever becomes of the script's.
    const begunAt = this.#begunAt;
    this.#handedOut += 1;
    this.#onStop.push(
      handOut(
        instantsOf(rate),
        () => performance.now() - begunAt,
        (instant) => this.#checkInNext(begunAt + instant),
        () => {
          this.#handedOut -= 1;
        },
      ),
    );
  }

  #checkInNext(at: number): void {
    let isOnPurpose = true;
    for (let tried = 0; tried < this.#asked; tried++) {
      const device = this.#devices[this.#turn] as LaneDevice;
      this.#turn = (this.#turn + 1) % this.#asked;
      if (device.isConnected) return device.checkIn(at);
      isOnPurpose &&= this.#isCutOff(device);
    }
    this.#counts.count('checkInsMissed');
    if (!isOnPurpose) this.#counts.error('check-in-missed');
  }

  /** Of the connected devices, evenly over the fleet. */
  #share({ share }: { share: number }): LaneDevice[] {
    const seed = hashString(`${this.#job.scenario.seed}/share`);
    return this.#devices.filter((device) => device.isConnected && hashUnit(seed, device.index) < share);
  }

  #dark(isDark: boolean): void {
    if (this.#isDark === isDark) return;
    this.#isDark = isDark;
    if (isDark) for (const device of this.#devices) device.isDropped ||= device.isConnected;
    this.#wire.blackout(isDark);
  }

  async #open(device: LaneDevice, identity: StoredIdentity | undefined): Promise<Link> {
    try {
      return await this.#wire.open(device.index, identity);
    } catch (error) {
      // What the run does to its own network is no error of the server's.
      const { reason } = error as Partial<ConnectError>;
      if (reason !== undefined && reason !== 'no-network' && !this.#wire.isDisturbed(device.index)) this.#counts.error(reason);
      throw error;
    }
  }

  async #inTurn<T>(handshake: () => Promise<T>, device: LaneDevice): Promise<T> {
    await this.#gate.enter();
    try {
      // It has given up while it stood in line: what comes of this is not heard any more.
      if (device.runner.state.link !== 'opening') throw new Error('The device does not wait for this link any more.');
      return await handshake();
    } finally {
      this.#gate.leave();
    }
  }

  #connected(ms: number): void {
    this.#counts.time('connect', ms);
    if (this.#ramp.isOver) return;
    this.#ramp.connections += 1;
    this.#ramp.lastAt = performance.now();
  }

  #recordChanged(device: LaneDevice): void {
    const { phase, deviceId } = device.runner.state;
    const record = phase === 'enrolled' || phase === 'leaving' ? deviceId : null;
    const before = this.#recordOf.get(device) ?? null;
    if (record === before) return;
    if (record === null) this.#recordOf.delete(device);
    else {
      this.#recordOf.set(device, record);
      this.#byRecord.set(record, device);
    }
    this.#changes.push({ index: device.index, deviceId: record });
  }

  #tell(): void {
    const { onFigures, onRecords } = this.#watch;
    if (this.#changes.length > 0) onRecords(this.#changes.splice(0));
    onFigures(this.#figures());
  }

  #figures(): LoadFigures {
    const wire = this.#wire.counts();
    let [enrolled, connected, alive] = [0, 0, 0];
    for (const device of this.#devices) {
      if (device.runner.state.phase === 'enrolled') enrolled += 1;
      if (device.isConnected) connected += 1;
      if (device.isAlive) alive += 1;
    }
    return {
      ...this.#counts.found(),
      asked: this.#asked,
      enrolled,
      connected,
      alive,
      connectionsTried: wire.tried,
      connectionsOpened: wire.opened,
      connectionsResumed: wire.resumed,
      bytesSent: wire.bytesSent,
      bytesReceived: wire.bytesReceived,
      rampMs: this.#ramp.lastAt === 0 ? 0 : this.#ramp.lastAt - this.#ramp.firstAt,
      rampConnections: this.#ramp.connections,
      isGathered: this.#isGathered,
      generator: this.#meter.found(),
    };
  }

  /** Nothing that was begun can still end. @param counts which devices are looked at */
  #isQuiet(counts: (device: LaneDevice) => boolean): boolean {
    return this.#newcomers.isEmpty && this.#devices.every((device) => device.unanswered === 0 || !device.isConnected || !counts(device));
  }

  #endOfScript(): void {
    for (const end of this.#onStop.splice(0)) end();
    this.#dark(false);
  }

  /** On purpose: its check-in is missed, and no server owes an answer. */
  #isCutOff(device: LaneDevice): boolean {
    return this.#isDark || this.#wire.isDisturbed(device.index) || (device.isDropped && !device.isConnected);
  }

  #countUnanswered(): void {
    for (const device of this.#devices) {
      for (let left = device.unanswered; left > 0; left--) {
        if (this.#isCutOff(device)) this.#counts.count('checkInsMissed');
        else this.#counts.error('check-in-unanswered');
      }
    }
  }

  /** Until that instant of the script; sooner where it was stopped. */
  #until(at: number): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, at - this.#now));
      this.#onStop.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #waitFor(isSo: () => boolean, msMax: number): Promise<void> {
    const until = performance.now() + msMax;
    while (!isSo() && performance.now() < until && !this.#isStopped) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }
}

/** Services outside of the management are asked at the address that the device connects to. */
function askerOf({ target }: LoadJob) {
  const asks = target.urls.map((url) =>
    askOverHttps({ url: url.replace(/^ws/, 'http').replace(/\/devices$/, ''), ca: target.ca ?? undefined }),
  );
  return (index: number, request: Parameters<ReturnType<typeof askOverHttps>>[0]) =>
    (asks[index % asks.length] as ReturnType<typeof askOverHttps>)(request);
}
