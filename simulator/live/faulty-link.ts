/**
 * The device's end of a link on which things go wrong: frames are held up, each way in their order, or end it. The stub's clock is told at
 * once, whatever else is held up: it is no part of the network. While a device waits for what is held, this end answers the clock for it.
 */
import type { AgentRunner } from '../../agent/runner.ts';
import type { Link, LinkHandlers, PeerCertificate } from '../../runtime/link.ts';
import type { Fate, Faults, Frame } from '../world/faults/faults.ts';
import { powerOff, powerOn, unlockAfterStart, unreportedWipe } from '../world/faults/mishaps.ts';
import type { HeldBack } from './held-back.ts';

export interface LinkHost {
  readonly faults: Faults;
  readonly held: HeldBack;
  now(): number;
  agent(index: number): AgentRunner;
}

interface ClockFrame extends Frame {
  step: number;
  now: number;
}

const undisturbed: Fate = { delayMs: 0 };

export class FaultyLink implements Link {
  readonly peer: PeerCertificate | null;
  readonly remote: string;
  readonly #inner: Link;
  readonly #index: number;
  readonly #host: LinkHost;
  #handlers: LinkHandlers | undefined;
  /** What came before the device was there. */
  readonly #early: string[] = [];
  /** With which reason the link breaks as soon as the device has it. */
  #lostEarly: string | null = null;
  readonly #openedAt: number;
  #clock: ClockFrame | undefined;
  #answeredStep = -1;
  #upAt: number;
  #downAt: number;
  /** Neither end is heard at the other one any more. */
  #isBroken = false;
  #isClosed = false;
  #closedWith: string | null = null;

  /** @param openedAt when the device hears that it is open */
  constructor(inner: Link, index: number, host: LinkHost, openedAt: number) {
    this.peer = inner.peer;
    this.remote = inner.remote;
    this.#inner = inner;
    this.#index = index;
    this.#host = host;
    this.#upAt = host.now();
    this.#downAt = openedAt;
    this.#openedAt = openedAt;
    inner.attach({
      frame: (text) => this.#down(text),
      fault: (kind) => this.#handlers?.fault(kind),
      closed: (reason) => this.#closedByPeer(reason),
    });
  }

  attach(handlers: LinkHandlers): void {
    this.#handlers = handlers;
    this.tellTime();
    for (const text of this.#early.splice(0)) this.#deliver(text);
    if (this.#lostEarly !== null) this.breaks(this.#lostEarly);
    this.#tellClosed();
  }

  send(text: string): void {
    if (this.#isBroken || this.#isClosed) return;
    const frame = JSON.parse(text) as Frame & { step?: number };
    if (frame.type === 'clock-done') {
      this.#answeredStep = Math.max(this.#answeredStep, frame.step ?? -1);
      return this.#inner.send(this.#inTheStubsTime(frame));
    }
    const { faults } = this.#host;
    const now = this.#host.now();
    const fate = faults.isOnLink(this.#index) ? faults.up(this.#index, frame, now) : undisturbed;
    if ('ends' in fate) return this.breaks(fate.ends);
    this.#upAt = Math.max(this.#upAt, now + fate.delayMs);
    this.#hold(this.#upAt, 'up', () => this.#inner.send(text));
    this.#answerForDevice();
  }

  close(reason: string): void {
    if (this.#isBroken || this.#isClosed) return;
    this.#isClosed = true;
    this.#host.held.forget(this.#index, (held) => held.link === this && held.way === 'down');
    this.#hold(this.#upAt, 'up', () => this.#inner.close(reason));
    this.#answerForDevice();
  }

  /** Both ends hear of it, and nothing that was on its way arrives. */
  breaks(reason: string): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#host.held.forget(this.#index, ({ link }) => link === this);
    this.#inner.close(reason);
    if (this.#isClosed) return;
    this.#closedWith = reason;
    // Whoever sends is not called back from within.
    queueMicrotask(() => this.#tellClosed());
  }

  get isOpen(): boolean {
    return !this.#isBroken && !this.#isClosed && this.#closedWith === null;
  }

  /** Tells the device what time it is, by its own clock: one that has been put right, or wrong, leaps. */
  tellTime(): void {
    if (this.#clock === undefined || this.#isBroken || this.#isClosed) return;
    this.#handlers?.frame(JSON.stringify({ ...this.#clock, now: this.#clock.now + this.#host.faults.skewMs(this.#index), lived: false }));
  }

  #down(text: string): void {
    const frame = JSON.parse(text) as Frame;
    if (frame.type === 'clock') return this.#clockCame(frame as ClockFrame);
    if (this.#isBroken || this.#isClosed || this.#lostEarly !== null) return;
    const { faults } = this.#host;
    const index = this.#index;
    const agent = () => this.#host.agent(index);
    const now = this.#host.now();
    const fate = faults.isOnLink(index) ? faults.down(index, frame, now) : undisturbed;
    if ('ends' in fate) return this.#lostDownward(fate.ends, now);
    this.#downAt = Math.max(this.#downAt, now + fate.delayMs);
    const isWipe = frame.type === 'command' && frame.command?.type === 'wipe';
    const meets = isWipe ? faults.wipe(index, frame.commandId as string, now) : null;
    if (meets === null) this.#hold(this.#downAt, 'down', () => this.#deliver(text));
    else if (meets === 'unreported') this.#hold(this.#downAt, 'down', () => unreportedWipe(agent().state, () => this.#deliver(text)));
    else {
      this.#hold(this.#downAt, 'down', () => agent().tell(powerOff));
      this.#host.held.add(index, { at: this.#downAt + meets.offForMs, link: null, way: 'down', run: () => switchOn(agent()) });
    }
    this.#answerForDevice();
  }

  /** A frame is lost on its way to the device. One that opens its link in this very instant says its first words before it hears of it. */
  #lostDownward(reason: string, now: number): void {
    if (this.#handlers === undefined && now >= this.#openedAt) this.#lostEarly = reason;
    else this.breaks(reason);
  }

  #clockCame(frame: ClockFrame): void {
    this.#clock = frame;
    if (this.isOpen) {
      const now = frame.now + this.#host.faults.skewMs(this.#index);
      this.#handlers?.frame(JSON.stringify({ ...frame, now }));
    }
    this.#answerForDevice();
  }

  #closedByPeer(reason: string): void {
    if (this.#isBroken || this.#isClosed) return;
    this.#hold(Math.max(this.#downAt, this.#host.now()), 'down', () => {
      this.#closedWith = reason;
      this.#tellClosed();
    });
  }

  #deliver(text: string): void {
    if (this.#handlers === undefined) this.#early.push(text);
    else if (!this.#isBroken) this.#handlers.frame(text);
  }

  /** Once. */
  #tellClosed(): void {
    if (this.#closedWith === null || this.#handlers === undefined || this.#isClosed) return;
    this.#isClosed = true;
    this.#handlers.closed(this.#closedWith);
  }

  #hold(at: number, way: 'up' | 'down', run: () => void): void {
    const { held } = this.#host;
    if (at <= this.#host.now() && !held.some(this.#index, (one) => one.link === this && one.way === way)) run();
    else held.add(this.#index, { at, link: this, way, run });
  }

  /** A device that waits for what is held up has nothing to do until then. */
  #answerForDevice(): void {
    if (this.#clock === undefined || this.#answeredStep >= this.#clock.step) return;
    const isWaiting = this.#isClosed || this.#isBroken || this.#handlers === undefined || this.#host.held.some(this.#index, () => true);
    if (!isWaiting) return;
    this.#answeredStep = this.#clock.step;
    const done = { type: 'clock-done', step: this.#clock.step, lastCheckIn: null, nextCheckIn: null, nextNoteworthy: null };
    this.#inner.send(JSON.stringify(done));
  }

  #inTheStubsTime(frame: object): string {
    const skew = this.#host.faults.skewMs(this.#index);
    if (skew === 0) return JSON.stringify(frame);
    const instants = ['lastCheckIn', 'nextCheckIn', 'nextNoteworthy', 'nextSignIn'];
    return JSON.stringify(frame, (key, value: unknown) => (instants.includes(key) && typeof value === 'number' ? value - skew : value));
  }
}

function switchOn(agent: AgentRunner): void {
  agent.tell(powerOn);
  if (agent.state.locked) agent.tell(unlockAfterStart(agent.state));
}

/** One that ended before it was there. */
export function closedLink(reason: string): Link {
  return { peer: null, remote: 'nowhere', attach: ({ closed }) => closed(reason), send: () => {}, close: () => {} };
}
