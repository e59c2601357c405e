/** A device's link with what goes wrong on it: drawn as in virtual time (world/faults/faults.ts), lived in real time, on a real connection. */
import type { AgentRunner } from '../../../agent/runner.ts';
import type { Clock } from '../../../runtime/clock.ts';
import type { Link, LinkHandlers, PeerCertificate } from '../../../runtime/link.ts';
import type { Faults, Frame } from '../../world/faults/faults.ts';
import { powerOff, powerOn, unlockAfterStart, unreportedWipe } from '../../world/faults/mishaps.ts';
import { DelayLine } from './delay-line.ts';
import type { WireSocket } from './wire-socket.ts';

/** What its links have in common. */
export interface FaultsOnWires {
  faults: Faults;
  real: Clock;
  /** On the scenario's clock: its start, and the real time that has passed since the run began. */
  now(): number;
  /** In real time; not any more once the run is over. */
  later(ms: number, task: () => void): void;
}

/** Whose link it is. */
export interface WireDevice {
  /** As `faults` counts devices. */
  place: number;
  agent(): AgentRunner;
}

interface ClockFrame {
  type: 'clock';
  now: number;
  speed: number;
  lived: boolean;
}

const undisturbed = { delayMs: 0 };
/** What it is must be known later, when something is said of it. */
const isCommand = /^\{"type":"command"/;

export class WireLink implements Link {
  readonly peer: PeerCertificate | null;
  readonly remote: string;
  readonly #inner: Link;
  readonly #device: WireDevice;
  readonly #surroundings: FaultsOnWires;
  readonly #socket: WireSocket | undefined;
  readonly #terminate: () => void;
  readonly #up: DelayLine;
  readonly #down: DelayLine;
  #handlers: LinkHandlers | undefined;
  /** What the server said of its clock last, and when. */
  #clock: { frame: ClockFrame; at: number } | undefined;
  #isOver = false;
  /** The reason that the device is to hear, whatever the socket says of its end. */
  #endsWith: string | null = null;

  /** @param socket what its bytes go through; undefined: no fault of this run is about bytes */
  constructor(inner: Link, device: WireDevice, surroundings: FaultsOnWires, socket: WireSocket | undefined, terminate: () => void) {
    this.peer = inner.peer;
    this.remote = inner.remote;
    this.#inner = inner;
    this.#device = device;
    this.#surroundings = surroundings;
    this.#socket = socket;
    this.#terminate = terminate;
    this.#up = new DelayLine(surroundings.real);
    this.#down = new DelayLine(surroundings.real);
  }

  get isOpen(): boolean {
    return !this.#isOver;
  }

  attach(handlers: LinkHandlers): void {
    this.#handlers = handlers;
    this.followRates(true);
    this.#inner.attach({
      frame: (text) => this.#came(text),
      fault: (kind) => handlers.fault(kind),
      closed: (reason) => this.#down.push(0, () => this.#closed(reason)),
    });
  }

  send(text: string): void {
    if (this.#isOver || this.#endsWith !== null) return;
    const { faults, now } = this.#surroundings;
    const { place } = this.#device;
    const fate = faults.isOnLink(place) ? faults.up(place, JSON.parse(text) as Frame, now()) : undisturbed;
    if ('delayMs' in fate) this.#up.push(fate.delayMs, () => this.#inner.send(this.#inServersTime(text)));
    else if (fate.how === 'reset' && this.#socket !== undefined) {
      this.#socket.breakNext();
      this.#inner.send(text);
    } else this.breaks(fate.ends);
  }

  close(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#down.clear();
    this.#up.push(0, () => this.#inner.close(reason));
  }

  /** Both ends hear of it, and nothing that was on its way arrives. */
  breaks(reason: string): void {
    if (this.#isOver || this.#endsWith !== null) return;
    this.#endsWith = reason;
    this.#up.clear();
    this.#terminate();
    // Whoever sends is not called back from within.
    queueMicrotask(() => this.#closed(reason));
  }

  /** Neither end hears of it. */
  fallSilent(): void {
    this.#socket?.fallSilent();
  }

  /** @param isBeginning whether it begins to be as slow as they say */
  followRates(isBeginning: boolean): void {
    const { faults, now } = this.#surroundings;
    if (this.#socket !== undefined) this.#socket.rates = faults.rates(this.#device.place, isBeginning ? now() : null);
  }

  /** Tells the device what time it is, by its own clock: one that has been put right, or wrong, leaps. */
  tellTime(): void {
    if (this.#clock === undefined || this.#isOver) return;
    const { frame, at } = this.#clock;
    const now = Math.round(frame.now + (this.#surroundings.real.now() - at) * frame.speed);
    this.#handlers?.frame(JSON.stringify({ ...frame, now: now + this.#skewMs, lived: false }));
  }

  get #skewMs(): number {
    return this.#surroundings.faults.skewMs(this.#device.place);
  }

  #came(text: string): void {
    if (this.#isOver || this.#endsWith !== null) return;
    const { faults, now } = this.#surroundings;
    const { place } = this.#device;
    if (text.startsWith('{"type":"clock"')) return this.#clockCame(JSON.parse(text) as ClockFrame);
    if (!faults.isOnLink(place) && !isCommand.test(text)) return this.#down.push(0, () => this.#handlers?.frame(text));
    const frame = JSON.parse(text) as Frame;
    const fate = faults.isOnLink(place) ? faults.down(place, frame, now()) : undisturbed;
    if ('ends' in fate) return this.breaks(fate.ends);
    const isWipe = frame.command?.type === 'wipe' && frame.commandId !== undefined;
    const meets = isWipe ? faults.wipe(place, frame.commandId as string, now()) : null;
    const deliver = () => this.#handlers?.frame(text);
    const agent = this.#device.agent();
    if (meets === null) this.#down.push(fate.delayMs, deliver);
    else if (meets === 'unreported') this.#down.push(fate.delayMs, () => unreportedWipe(agent.state, deliver));
    else this.#down.push(fate.delayMs, () => this.#losePower(agent, meets.offForMs));
  }

  /** It has no link that could be waited for: the time without power is the run's. */
  #losePower(agent: AgentRunner, offForMs: number): void {
    agent.tell(powerOff);
    this.#surroundings.later(offForMs, () => {
      if (agent.state.power === 'on') return;
      agent.tell(powerOn);
      if (agent.state.locked) agent.tell(unlockAfterStart(agent.state));
    });
  }

  #clockCame(frame: ClockFrame): void {
    this.#clock = { frame, at: this.#surroundings.real.now() };
    const skewMs = this.#skewMs;
    const text = JSON.stringify(skewMs === 0 ? frame : { ...frame, now: frame.now + skewMs });
    this.#down.push(0, () => this.#handlers?.frame(text));
  }

  #closed(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#up.clear();
    this.#down.clear();
    this.#handlers?.closed(this.#endsWith ?? reason);
  }

  #inServersTime(text: string): string {
    const skewMs = this.#skewMs;
    if (skewMs === 0 || !text.startsWith('{"type":"clock-done"')) return text;
    const instants = ['lastCheckIn', 'nextCheckIn', 'nextNoteworthy', 'nextSignIn'];
    return JSON.stringify(JSON.parse(text), (key, value: unknown) =>
      instants.includes(key) && typeof value === 'number' ? value - skewMs : value,
    );
  }
}
