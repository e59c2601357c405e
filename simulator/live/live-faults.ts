/**
 * Faults in a live run: the same ones, drawn in the same way, as in virtual time. What is held up is an instant of the driver's own
 * (live-world.ts), which goes there as it goes to a deadline.
 */
import type { StoredIdentity } from '../../agent/agent-file.ts';
import type { AgentRunner } from '../../agent/runner.ts';
import type { IdentityMaker } from '../../certs/identity.ts';
import type { Link } from '../../runtime/link.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { type FaultListener, Faults } from '../world/faults/faults.ts';
import type { Way } from './agents.ts';
import { closedLink, FaultyLink, type LinkHost } from './faulty-link.ts';
import { HeldBack } from './held-back.ts';

export interface FaultsHost {
  now(): number;
  agent(index: number): AgentRunner;
}

interface Attempt {
  end: (reason: string) => void;
  /** The device waits for it no more. */
  isGivenUp: boolean;
  /** Once the service has it. */
  link: FaultyLink | null;
}

export class LiveFaults implements LinkHost {
  readonly faults: Faults;
  readonly held = new HeldBack();
  readonly #host: FaultsHost;
  /** Devices whose attempt to open a link is never answered. */
  readonly #unanswered = new Set<number>();
  /** Attempts that are on their way: how each would end at once. */
  readonly #opening = new Map<number, Attempt>();
  readonly #links = new Map<number, FaultyLink>();
  /** What happens in real time and is waited for: links that are opened, keys that are made. */
  readonly #underWay = new Map<number, number>();

  constructor(scenario: Scenario, listener: FaultListener, host: FaultsHost) {
    this.faults = new Faults(scenario, listener);
    this.#host = host;
  }

  now(): number {
    return this.#host.now();
  }

  agent(index: number): AgentRunner {
    return this.#host.agent(index);
  }

  /** The device's way to the stub, with all that can happen on it. */
  wayOf(index: number, way: Way): Way {
    return { openLink: (identity) => this.#open(index, way, identity), ask: (request) => way.ask(request) };
  }

  /** Keys are made in real time, whatever is held up meanwhile. */
  identitiesOf(index: number, identities: IdentityMaker): IdentityMaker {
    return { createRequest: (...request) => this.#during(index, identities.createRequest(...request)) };
  }

  /** The next instant at which a fault turns for this device, or something that was held up comes through. */
  nextAt(index: number): number {
    return Math.min(this.faults.nextAt(index), this.held.nextAt(index));
  }

  /** Whether each of its check-ins is lived. */
  isDisturbed(index: number): boolean {
    return this.faults.isDisturbed(index) || this.held.nextAt(index) !== Number.POSITIVE_INFINITY;
  }

  /** Whether the device waits for nothing but what is held up, or will never come. */
  isWaiting(index: number): boolean {
    if (this.#underWay.has(index)) return false;
    const isHeld = this.held.nextAt(index) !== Number.POSITIVE_INFINITY;
    if (this.agent(index).state.link !== 'opening') return isHeld;
    // Between two attempts an agent waits in real time.
    return this.#unanswered.has(index) || (isHeld && this.#opening.get(index)?.isGivenUp === false);
  }

  /** The device has given an attempt or a link up. */
  linkLost(index: number): void {
    this.#unanswered.delete(index);
    const attempt = this.#opening.get(index);
    if (attempt === undefined) return;
    attempt.isGivenUp = true;
    if (attempt.link === null) return;
    attempt.link.close('no-answer');
    this.held.forget(index, (held) => held.link === attempt);
  }

  /** What turns for the device now, and what comes through. Returns whether anything did. */
  live(index: number): boolean {
    const now = this.now();
    let any = false;
    while (this.faults.nextAt(index) <= now) {
      any = true;
      const before = this.faults.skewMs(index);
      const reason = this.faults.pass(index, now);
      if (this.faults.skewMs(index) !== before) this.#retime(index, this.faults.skewMs(index) < before);
      if (reason !== null) this.#cut(index, reason);
    }
    return this.held.release(index, now) || any;
  }

  /** Nothing is wrong any more, whatever was to be, and what was held up comes through. */
  end(devices: number): void {
    for (let index = 0; index < devices; index++) {
      const skewMs = this.faults.skewMs(index);
      this.faults.end(index);
      if (skewMs !== 0) this.#retime(index, skewMs > 0);
      this.held.release(index, Number.POSITIVE_INFINITY);
    }
  }

  async #open(index: number, way: Way, identity: StoredIdentity | undefined): Promise<Link> {
    this.#unanswered.delete(index);
    const now = this.now();
    if (!this.faults.isOnLink(index)) return this.#connect(index, way, identity, now);
    const opening = this.faults.open(index, now);
    if (opening === 'no-answer') {
      this.#unanswered.add(index);
      return new Promise<never>(() => {});
    }
    const attempt: Attempt = { end: () => {}, isGivenUp: false, link: null };
    const ended = new Promise<Link>((resolve) => {
      attempt.end = (reason) => resolve(closedLink(reason));
    });
    this.#opening.set(index, attempt);
    const isOver = () => {
      if (this.#opening.get(index) === attempt) this.#opening.delete(index);
    };
    const goOn = async (): Promise<Link> => {
      if ('refused' in opening) {
        await this.#until(index, now + opening.afterMs, attempt);
        return closedLink(opening.refused);
      }
      await this.#until(index, now + opening.upMs, attempt);
      const openedAt = now + opening.upMs + opening.downMs;
      const link = await this.#connect(index, way, identity, openedAt);
      attempt.link = link;
      if (attempt.isGivenUp) link.close('no-answer');
      else await this.#until(index, openedAt, attempt);
      return link;
    };
    return Promise.race([goOn(), ended]).finally(isOver);
  }

  async #connect(index: number, way: Way, identity: StoredIdentity | undefined, openedAt: number): Promise<FaultyLink> {
    const inner = await this.#during(index, way.openLink(identity));
    const link = new FaultyLink(inner, index, this, openedAt);
    this.#links.set(index, link);
    return link;
  }

  #until(index: number, at: number, attempt: Attempt): Promise<void> {
    if (at <= this.now()) return Promise.resolve();
    return new Promise((resolve) => this.held.add(index, { at, link: attempt, way: 'down', run: resolve }));
  }

  async #during<T>(index: number, work: Promise<T>): Promise<T> {
    this.#underWay.set(index, (this.#underWay.get(index) ?? 0) + 1);
    try {
      return await work;
    } finally {
      const left = (this.#underWay.get(index) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(index);
      else this.#underWay.set(index, left);
    }
  }

  #cut(index: number, reason: string): void {
    const opening = this.#opening.get(index);
    const link = this.#links.get(index);
    if (opening === undefined && link?.isOpen !== true) return;
    this.faults.cut(index, this.now());
    if (opening !== undefined) {
      this.held.forget(index, (held) => held.link === opening);
      opening.end(reason);
    }
    if (link?.isOpen === true) link.breaks(reason);
  }

  /** Its clock is another one from now on. */
  #retime(index: number, isBack: boolean): void {
    const link = this.#links.get(index);
    const agent = this.agent(index);
    if (link?.isOpen === true && agent.state.link !== 'opening') return link.tellTime();
    agent.setClock(this.now() + this.faults.skewMs(index), 0);
    if (isBack) agent.tell({ type: 'clock-set-back' });
  }
}
