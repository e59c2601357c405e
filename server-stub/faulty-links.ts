/**
 * The links of devices to a running stub, on which things go wrong when somebody asks for it: a switch in a hand, so it is remembered
 * nowhere and off after every start. As with TCP nothing overtakes anything, and what is lost breaks the link. All of it is in real time.
 *
 * The stub's clock is no part of the network: its frames, and the answers to them, are neither lost nor held up. But they keep
 * their place behind what is, so that a device that says "done" has been heard with all that it said before.
 */
import type { Link, LinkHandlers, PeerCertificate } from '../runtime/link.ts';
import { hashString, hashUnit, Random } from '../runtime/random.ts';

interface LinkFaults {
  /** How long each frame takes, each way. */
  latencyMs: number;
  /** Up to so much longer, drawn for each frame. */
  jitterMs: number;
  /** Share of the frames that are lost, 0 to 1; each of them breaks its link. */
  loss: number;
  /** Links are cut, and new ones are turned away. */
  unreachable: boolean;
  /** Share of the devices that any of this happens to, 0 to 1: always the same ones, and a smaller share is part of a larger one. */
  share: number;
}

export type LinkFaultChange = Partial<LinkFaults> | { off: true };

export interface LinkFaultsView extends LinkFaults {
  /** Links of devices that are open now. */
  links: number;
  /** Those of them that the share is. */
  touched: number;
  /** Frames on their way now. */
  held: number;
  /** Links that lost a frame or were cut, since the stub was started. */
  broken: number;
  /** New links that were turned away, since then. */
  turnedAway: number;
}

const none: LinkFaults = { latencyMs: 0, jitterMs: 0, loss: 0, unreachable: false, share: 1 };
const undisturbed: Fate = { delayMs: 0, isLost: false };

interface Fate {
  delayMs: number;
  isLost: boolean;
}

export class FaultyLinks {
  readonly #chance: Random;
  readonly #links = new Set<FaultyLink>();
  /** How many links a device had since the faults were changed: what happens on one depends on the device and this alone. */
  #countOf = new Map<string, number>();
  #faults = none;
  #strangers = 0;
  #broken = 0;
  #turnedAway = 0;

  constructor(seed: string) {
    this.#chance = new Random(seed).fork('link-faults');
  }

  show(): LinkFaultsView {
    const links = [...this.#links];
    return {
      ...this.#faults,
      links: links.length,
      touched: links.filter(({ device }) => this.#isTouched(device)).length,
      held: links.reduce((sum, link) => sum + link.held, 0),
      broken: this.#broken,
      turnedAway: this.#turnedAway,
    };
  }

  set(change: LinkFaultChange): void {
    this.#faults = 'off' in change ? none : { ...this.#faults, ...change };
    this.#countOf = new Map();
    for (const link of [...this.#links]) {
      link.chance = undefined;
      if ('off' in change) link.letThrough();
      else if (this.#faults.unreachable && this.#isTouched(link.device)) link.breaks();
    }
  }

  /** A new link, as it is from now on; null: it does not come through. */
  enter(link: Link): Link | null {
    // Who is not enrolled yet is nobody in particular.
    const device = link.peer?.subject ?? `stranger ${++this.#strangers}`;
    if (this.#faults.unreachable && this.#isTouched(device)) {
      this.#turnedAway += 1;
      return null;
    }
    const entered: FaultyLink = new FaultyLink(link, device, {
      fateOf: (text) => this.#fateOf(entered, text),
      broke: () => {
        this.#broken += 1;
      },
      ended: () => this.#links.delete(entered),
    });
    this.#links.add(entered);
    return entered;
  }

  /** The stub ends: whatever is held ends with it, and every link with what its stub said last. */
  close(): void {
    for (const link of [...this.#links]) link.end();
  }

  #isTouched(device: string): boolean {
    return hashUnit(this.#chance.key, hashString(device)) < this.#faults.share;
  }

  #fateOf(link: FaultyLink, text: string): Fate {
    const { latencyMs, jitterMs, loss } = this.#faults;
    if ((latencyMs === 0 && jitterMs === 0 && loss === 0) || isOfClock.test(text) || !this.#isTouched(link.device)) return undisturbed;
    link.chance ??= this.#chanceOf(link.device);
    return {
      isLost: loss > 0 && link.chance.chance(loss),
      delayMs: latencyMs + (jitterMs === 0 ? 0 : link.chance.integer(0, jitterMs)),
    };
  }

  #chanceOf(device: string): Random {
    const count = (this.#countOf.get(device) ?? 0) + 1;
    this.#countOf.set(device, count);
    return this.#chance.fork(`${device}/${count}`);
  }
}

/** `clock` and `clock-done`: quotes within texts are escaped, so this is a member's name and its value. */
const isOfClock = /"type"\s*:\s*"clock(?:-done)?"/;

interface FaultyLinkHost {
  fateOf(text: string): Fate;
  broke(): void;
  ended(): void;
}

/** The stub's end of one link. */
class FaultyLink implements Link {
  readonly peer: PeerCertificate | null;
  readonly remote: string;
  /** Its id, or a name for a stranger. */
  readonly device: string;
  /** Where its fates are drawn from; undefined: none was yet. */
  chance: Random | undefined;
  readonly #inner: Link;
  readonly #host: FaultyLinkHost;
  readonly #up = new Way();
  readonly #down = new Way();
  #handlers: LinkHandlers | undefined;
  /** With which reason the stub closed it; it is told so behind what is held. */
  #closing: string | undefined;
  #isOver = false;

  constructor(inner: Link, device: string, host: FaultyLinkHost) {
    this.peer = inner.peer;
    this.remote = inner.remote;
    this.device = device;
    this.#inner = inner;
    this.#host = host;
  }

  get held(): number {
    return this.#up.held + this.#down.held;
  }

  attach(handlers: LinkHandlers): void {
    this.#handlers = handlers;
    this.#inner.attach({
      frame: (text) => this.#pass(this.#up, text, () => handlers.frame(text)),
      fault: (kind) => {
        if (!this.#isOver) handlers.fault(kind);
      },
      closed: (reason) => {
        if (!this.#isOver) this.#up.pass(0, () => this.#over(reason));
      },
    });
  }

  send(text: string): void {
    if (this.#closing === undefined) this.#pass(this.#down, text, () => this.#inner.send(text));
  }

  close(reason: string): void {
    if (this.#isOver || this.#closing !== undefined) return;
    this.#closing = reason;
    this.#up.forget();
    this.#down.pass(0, () => this.#inner.close(reason));
  }

  /** Both ends hear that the link is lost, and nothing that was on its way arrives. */
  breaks(): void {
    if (this.#isOver) return;
    this.#host.broke();
    this.#inner.close(lost);
    this.#forget();
    // Whoever sends is not called back from within.
    queueMicrotask(() => this.#handlers?.closed(lost));
  }

  /** What is held arrives now. */
  letThrough(): void {
    this.#up.letThrough();
    this.#down.letThrough();
  }

  end(): void {
    if (this.#isOver) return;
    this.#forget();
    if (this.#closing !== undefined) this.#inner.close(this.#closing);
  }

  #pass(way: Way, text: string, arrive: () => void): void {
    if (this.#isOver) return;
    const { isLost, delayMs } = this.#host.fateOf(text);
    if (isLost) this.breaks();
    else way.pass(delayMs, arrive);
  }

  #over(reason: string): void {
    this.#forget();
    this.#handlers?.closed(reason);
  }

  #forget(): void {
    this.#isOver = true;
    this.#up.forget();
    this.#down.forget();
    this.#host.ended();
  }
}

/** The reason of links that nobody closed. */
const lost = 'lost';

/** What is on its way in one direction, in order. */
class Way {
  #held: { at: number; arrive: () => void }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  get held(): number {
    return this.#held.length;
  }

  pass(delayMs: number, arrive: () => void): void {
    if (delayMs === 0 && this.#held.length === 0) return arrive();
    this.#held.push({ at: Math.max(performance.now() + delayMs, this.#held.at(-1)?.at ?? 0), arrive });
    this.#wait();
  }

  letThrough(): void {
    this.#release(Number.POSITIVE_INFINITY);
  }

  forget(): void {
    this.#held = [];
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(): void {
    const [first] = this.#held;
    if (first === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#release(performance.now());
      },
      Math.max(1, first.at - performance.now()),
    );
  }

  /** What arrives may end the link, and with it the rest. */
  #release(until: number): void {
    for (let first = this.#held[0]; first !== undefined && first.at <= until; first = this.#held[0]) {
      this.#held.shift();
      first.arrive();
    }
    this.#wait();
  }
}
