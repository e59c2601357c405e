/**
 * Time in a live run: the stub's clock, which stands still but for this, and all who follow it. Devices without a link (off, restarting,
 * out of reach), which the stub cannot tell the time, are told it here. Everybody is waited for in real time.
 */
import type { DeviceState } from '../../agent/device/state.ts';
import { nextDeadline } from '../../agent/device/step.ts';
import type { AgentRunner } from '../../agent/runner.ts';
import { formatInstant } from '../../runtime/duration.ts';
import type { Stub } from '../../server-stub/stub.ts';
import type { Pause } from '../shards/pause.ts';
import { isBehind, rests } from './agents.ts';
import { LiveError } from './errors.ts';
import type { LiveFaults } from './live-faults.ts';

/** Real time. */
const settleMsMax = 20_000;
const lookAgainMs = 2;
/** A scaled clock is stopped this long before the instant that matters: what is left is gone to the millisecond. */
const leadMs = 60;
/** How often somebody who waits for a scaled clock is told how far it is, and can stop it. */
const flowMsMax = 200;

interface LiveTimeOptions {
  stub: Stub;
  agents: readonly AgentRunner[];
  faults: LiveFaults | null;
  /** How fast time runs between the entries of the timeline, on a scaled clock; absent: it hops. */
  speed?: number | undefined;
  signal?: AbortSignal | undefined;
  pause?: Pause | undefined;
  /** What goes wrong at devices, in their words; the newest last. */
  troubles: readonly string[];
  /** Some times a second, while time runs. */
  onFlow(): void;
}

export class LiveTime {
  readonly #options: LiveTimeOptions;

  constructor(options: LiveTimeOptions) {
    this.#options = options;
  }

  get now(): number {
    return this.#options.stub.clock.now();
  }

  /** Stops the clock, at that instant. */
  async begin(at: number): Promise<void> {
    const { clock } = this.#options.stub;
    await this.#stopped();
    if (this.now !== at) await clock.set(at);
  }

  /** Takes the clock back from those who had it meanwhile. Whoever went on without a link while it stood is back in its time. */
  async resume(): Promise<void> {
    await this.#stopped();
    for (const agent of this.#options.agents) agent.clockMoved(this.now, 0);
    this.#tell();
  }

  async hopTo(at: number): Promise<void> {
    await this.#advanceTo(at);
    this.#tell();
  }

  /** Lets time run at this speed until shortly before that instant, and stops it there. Returns false where the signal has stopped it. */
  async flowTo(at: number, speed: number): Promise<boolean> {
    const { stub, signal, pause } = this.#options;
    const stopAt = at - leadMs * speed;
    while (this.now < stopAt) {
      // A process that sleeps through that instant (a busy machine) must not find itself behind it.
      stub.clock.setSpeed(speed, at);
      this.#tell(speed);
      await this.#run(stopAt, speed);
      stub.clock.setSpeed(0);
      this.#tell();
      await pause?.passed(signal);
      if (this.#isStopped()) return false;
    }
    return true;
  }

  /**
   * Waits until nothing is under way on either side. An advance to where the clock stands is a barrier: whoever has a link answers it
   * after all that was sent before, and all deadlines of this instant are over.
   * @throws LiveError (rejects) `live-stuck`
   */
  async rest(): Promise<void> {
    const { agents, stub } = this.#options;
    const { clock, inside } = stub;
    const giveUpAt = Date.now() + settleMsMax;
    for (let calm = 0; calm < 2; ) {
      await this.#advanceTo(clock.now());
      for (let one = this.#behind(); one !== undefined; one = this.#behind()) {
        if (Date.now() > giveUpAt) throw this.#stuck(one.state);
        await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
      }
      this.#tell();
      const busy = agents.find((agent, index) => !this.#rests(agent, index));
      calm = busy === undefined && inside.nextDeadline() > clock.now() ? calm + 1 : 0;
      if (calm > 0) continue;
      if (Date.now() > giveUpAt) throw this.#stuck(busy?.state);
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    }
  }

  /** How far the device's clock is ahead of the stub's. */
  skewMs(index: number): number {
    return this.#options.faults?.faults.skewMs(index) ?? 0;
  }

  /** While time runs, and nobody holds or stops it. */
  async #run(stopAt: number, speed: number): Promise<void> {
    const { pause, onFlow } = this.#options;
    while (this.now < stopAt && pause?.isHeld !== true && !this.#isStopped()) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(flowMsMax, Math.max(1, (stopAt - this.now) / speed))));
      onFlow();
    }
  }

  /** Where the stub is used by others too: an advance of theirs is let to its end. */
  async #stopped(): Promise<void> {
    const { clock } = this.#options.stub;
    while (clock.isAdvancing) await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    if (clock.speed !== 0) clock.setSpeed(0);
  }

  async #advanceTo(at: number): Promise<void> {
    await this.#stopped();
    await this.#options.stub.clock.advanceTo(Math.max(at, this.now));
  }

  #isStopped(): boolean {
    return this.#options.signal?.aborted === true;
  }

  /** Those without a link; the others follow the stub. */
  #tell(speed = 0): void {
    for (const [index, agent] of this.#options.agents.entries()) {
      agent.setClock(this.now + this.skewMs(index), speed, this.#options.speed === undefined);
    }
  }

  /** Whether it has nothing to do before the clock moves. */
  #rests(agent: AgentRunner, index: number): boolean {
    if (rests(agent, nextDeadline)) return true;
    return this.#options.faults?.isWaiting(index) === true && nextDeadline(agent.state) > agent.now;
  }

  #behind(): AgentRunner | undefined {
    const { agents, stub } = this.#options;
    const { step } = stub.clock;
    return agents.find((agent) => isBehind(agent, step));
  }

  #stuck(state: DeviceState | undefined): LiveError {
    const who = state === undefined ? 'the stub' : `${state.inventory.deviceName} (${state.phase}, link ${state.link}, ${state.exchange})`;
    const trouble = this.#options.troubles.at(-1);
    const sentence = `At ${formatInstant(this.now)} ${who} did not come to rest within ${settleMsMax / 1000} s.`;
    return new LiveError('live-stuck', trouble === undefined ? sentence : `${sentence} Last trouble: ${trouble}`);
  }
}
