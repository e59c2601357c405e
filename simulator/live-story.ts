/**
 * A scenario that real agents live piece by piece, on a stub that others use too: up to an instant, to its next step, to its end. In between,
 * and from where somebody takes over, the clock and the devices are anybody's.
 */
import type { Authority } from '../certs/authority.ts';
import { openKeyPool } from '../certs/key-pool.ts';
import { formatInstant } from '../runtime/duration.ts';
import type { ScenarioStep, ScenarioView } from '../server-stub/scenario-player.ts';
import type { Stub } from '../server-stub/stub.ts';
import { ClockError } from '../server-stub/tenant-clock.ts';
import { inMemory } from './live/agents.ts';
import { LiveError } from './live/errors.ts';
import { LiveWorld } from './live/live-world.ts';
import type { TimelineEntry, Verdict } from './result.ts';
import { type Copied, copiedThings, type Scenario } from './scenarios/scenario.ts';
import { type OutlinedStep, outline } from './story/outline.ts';

/** Devices share a few keys: one of its own costs each a third of a second. */
const keysShared = 2;

export interface LiveStoryOptions {
  /** With settings of the scenario (world/settings.ts), without devices, its clock not after the scenario's start or settable back to it. */
  stub: Stub;
  authority: Authority;
  scenario: Scenario;
  /** Folder in which the devices' keys are kept. */
  keys: string;
  /** The stub's enrollment token. */
  token: string;
  /** Whenever the view may be another one: after each hop, too. */
  onChange?: (() => void) | undefined;
}

export class LiveStory {
  /** Why it could not go on. From there it goes on by hand. */
  trouble: Error | null = null;
  readonly #options: LiveStoryOptions;
  readonly #world: LiveWorld;
  readonly #stop = new AbortController();
  #state: ScenarioView['state'] = 'waiting';
  #isClosed = false;

  /** @throws LiveError `live-too-many` */
  constructor(options: LiveStoryOptions) {
    const { stub, authority, scenario, keys, token, onChange = () => {} } = options;
    this.#options = options;
    this.#world = new LiveWorld({
      scenario,
      stub,
      way: inMemory(stub, authority),
      identities: openKeyPool(`${keys}/keys`, keysShared),
      token,
      signal: this.#stop.signal,
      onProgress: onChange,
    });
  }

  get state(): ScenarioView['state'] {
    return this.#state;
  }

  /** When its next step is; its end where none is left. */
  get nextAt(): number {
    return this.#world.ahead[0]?.at ?? this.#world.until;
  }

  get until(): number {
    return this.#world.until;
  }

  get now(): number {
    return this.#options.stub.clock.now();
  }

  /** What happened up to here. */
  get timeline(): readonly TimelineEntry[] {
    return this.#world.tale.entries;
  }

  /** What the story expected up to here; what lies ahead is not among them. */
  get verdicts(): readonly Verdict[] {
    return this.#world.happenings.verdicts.soFar();
  }

  /** What the administrator has noted of the devices up to here: for whoever goes on by hand, and is told nothing otherwise. */
  get noted(): readonly { device: string; what: Copied; text: string }[] {
    const { happenings, agents } = this.#world;
    return [...happenings.notebooks].flatMap(([index, notebook]) =>
      copiedThings.flatMap((what) =>
        notebook[what] ? [{ device: agents[index]?.state.inventory.deviceName ?? '', what, text: notebook[what] }] : [],
      ),
    );
  }

  /** While it waits: lives until then, its steps of that instant included. Resolves when it is there, or could not go on (`trouble`), or was taken over. */
  async goOn(until: number): Promise<void> {
    this.#turn('playing');
    try {
      await this.#world.live(until);
    } catch (error) {
      // The stub was closed under it.
      if (this.#isClosed) return;
      if (!(error instanceof LiveError || error instanceof ClockError)) throw error;
      this.trouble = error;
    }
    if (this.#isClosed) return;
    if (this.trouble !== null || this.#stop.signal.aborted || until >= this.until) this.#release();
    else this.#turn('waiting');
  }

  /**
   * Lives until then, and leaves its agents running and its clock standing: somebody goes on from there by hand.
   * @throws LiveError (rejects) `live-after-end`, `live-stuck`
   */
  async handOverAt(at: number): Promise<void> {
    const { startAt } = this.#options.scenario;
    if (at < startAt || at >= this.until) {
      const sentence = `${formatInstant(at)} is not within the scenario: it goes from ${formatInstant(startAt)} to before ${formatInstant(this.until)}.`;
      throw new LiveError('live-after-end', sentence);
    }
    await this.goOn(at);
    if (this.trouble !== null) throw this.trouble;
    this.takeOver();
  }

  /** From here on it goes on by hand; while it is lived, as soon as that instant is over. */
  takeOver(): void {
    this.#stop.abort();
    if (this.#state === 'waiting') this.#release();
  }

  /** Switches the agents off. */
  close(): void {
    this.#isClosed = true;
    this.#stop.abort();
    this.#world.close();
  }

  view(): ScenarioView {
    const { scenario } = this.#options;
    return {
      name: scenario.name,
      title: scenario.title,
      question: scenario.question ?? '',
      startAt: formatInstant(scenario.startAt),
      endAt: formatInstant(this.until),
      at: formatInstant(this.now),
      state: this.#state,
      lived: [...this.timeline],
      remaining: stepsOf(scenario, this.#world.ahead),
      verdicts: this.verdicts.map(({ name, passed, detail }) => ({ name, passed, detail })),
      noted: [...this.noted],
      trouble: this.trouble?.message ?? null,
    };
  }

  #release(): void {
    this.#world.release();
    this.#turn('byHand');
  }

  #turn(state: ScenarioView['state']): void {
    this.#state = state;
    this.#options.onChange?.();
  }
}

/** Timelines of fleets have thousands: nobody reads on. */
const stepsMax = 500;

/** What is in store, for whoever follows it. */
export function stepsOf(scenario: Scenario, timeline: readonly Scenario['timeline'][number][] = scenario.timeline): ScenarioStep[] {
  const nameOfOnly = scenario.fleet.length === 1 ? (scenario.fleet[0]?.name ?? null) : null;
  const told = ({ at, who, to, what }: OutlinedStep): ScenarioStep => ({ at: formatInstant(at), who, device: to ?? nameOfOnly, what });
  return outline(scenario, timeline.slice(0, stepsMax)).slice(0, stepsMax).map(told);
}
