/**
 * The stub's clock as an object of its own: real, frozen, scaled, set, or advanced.
 *
 * An advance is lived, not skipped: time goes in hops, each to the next instant at which anything can happen: a deadline of the core,
 * or of a device that is connected (every device says when it acts next). At each hop all connected devices are told the time and
 * answer when everything due is done; mails that went out have their answer then, too. So a device that is there renews its certificate on the way, as it would have in real time,
 * and one that is away does not. The clock stands still within a hop.
 */
import type { ClockSetting, ScaledClock } from '../runtime/clock.ts';
import { formatInstant } from '../runtime/duration.ts';
import type { LinkId } from './core/effects.ts';
import { ClockError, clockMode, mustBeInRange, type TenantClock } from './tenant-clock.ts';

/** Real time. */
export interface ClockLimits {
  /** A device that does not answer a hop within this time loses its link: one stuck agent must not stop the tenant's time. */
  answerMsMax: number;
  /** A device that said it comes right back with its new certificate is waited for this long. */
  returnMsMax: number;
}

const limitsDefault: ClockLimits = { answerMsMax: 10_000, returnMsMax: 5_000 };

/** Real time for which deadlines of the core are run without a break. */
const sliceMsMax = 10;

export interface ClockPeer {
  id: LinkId;
  deviceId: string;
  doneStep: number;
  /** Its next deadline that matters; Infinity for none. */
  next: number;
}

export interface TestClockHost {
  clock: ScaledClock;
  save(setting: ClockSetting): void;
  nextDeadline(): number;
  /** Tells the core the time: it does what is due first, a piece of it. */
  runDeadline(): void;
  /** Tells every link the time. */
  broadcast(): void;
  peers(): ClockPeer[];
  giveUp(link: LinkId): void;
  /** Until when answers of mail servers are waited for, in real ms; null: none is under way, or it takes too long. */
  mailsUntil(): number | null;
}

export class TestClock implements TenantClock {
  /** Counts what devices were told; they answer with it. */
  step = 0;
  readonly #host: TestClockHost;
  readonly #limits: ClockLimits;
  #advancing = false;
  #hopping = false;
  #closed = false;
  /** Devices that closed their link to come right back → until when (real ms) they are waited for. */
  readonly #returning = new Map<string, number>();
  #wake = () => {};

  constructor(host: TestClockHost, limits: Partial<ClockLimits> = {}) {
    this.#host = host;
    this.#limits = { ...limitsDefault, ...limits };
  }

  get isAdvancing(): boolean {
    return this.#advancing;
  }

  /** Whether the time that devices are told now was lived in hops: no check-in at which something waited is in it. */
  get isHopping(): boolean {
    return this.#hopping;
  }

  show(): { now: string; speed: number; mode: 'real' | 'frozen' | 'scaled'; advancing: boolean } {
    const { clock } = this.#host;
    return { now: formatInstant(clock.now()), speed: clock.speed, mode: clockMode(clock.speed), advancing: this.#advancing };
  }

  get speed(): number {
    return this.#host.clock.speed;
  }

  now(): number {
    return this.#host.clock.now();
  }

  /** 0 freezes, 1 is real time. @param end where it stands until it is changed again */
  setSpeed(speed: number, end?: number): void {
    this.#mustBeFree();
    this.#host.clock.set({ speed, ...(end === undefined ? {} : { end }) });
    this.#changed();
  }

  /** Jumps; forward, it is lived like an advance. */
  async set(instant: number): Promise<void> {
    if (instant >= this.now()) return this.advanceTo(instant);
    this.#mustBeFree();
    mustBeInRange(instant);
    this.#host.clock.set({ now: instant });
    // The core has to know, also when nothing is due.
    this.#host.runDeadline();
    this.#changed();
  }

  async advanceTo(target: number): Promise<void> {
    this.#mustBeFree();
    mustBeInRange(target);
    const { clock } = this.#host;
    if (target < clock.now()) throw new ClockError('clock-backwards', 'An advance goes forward. Use `set` to go back.');
    const { speed } = clock;
    this.#advancing = true;
    clock.set({ speed: 0 });
    try {
      // Where everyone stands, before the first hop.
      await this.#settle(speed);
      this.#hopping = true;
      while (clock.now() < target && !this.#closed) {
        clock.set({ now: Math.max(clock.now(), Math.min(target, this.#host.nextDeadline(), this.#nextOfPeers())) });
        await this.#settle(speed);
      }
    } finally {
      this.#advancing = false;
      this.#hopping = false;
      clock.set({ speed });
      if (!this.#closed) this.#changed();
    }
    if (this.#closed) throw new ClockError('clock-closed', 'The stub was stopped while its clock was being advanced.');
  }

  /** A device or a mail server answered; the waiting hop looks again. */
  answered(): void {
    this.#wake();
  }

  linkClosed(deviceId: string | null, reason: string): void {
    if (this.#advancing && deviceId !== null && reason === 'renewed') this.#returning.set(deviceId, Date.now() + this.#limits.returnMsMax);
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  #mustBeFree(): void {
    if (this.#advancing) throw new ClockError('clock-busy', 'The clock is being advanced; wait until that is done.');
  }

  #changed(): void {
    this.#host.save(this.#host.clock.setting);
    this.step += 1;
    this.#host.broadcast();
  }

  /** A device that names an instant which has passed has nothing to do there: it must not hold the tenant's time. */
  #nextOfPeers(): number {
    const now = this.now();
    return this.#host.peers().reduce((next, peer) => (peer.next > now ? Math.min(next, peer.next) : next), Number.POSITIVE_INFINITY);
  }

  /** Does all that is due at this instant, on both sides, until nothing is left to do. */
  async #settle(speedAfterwards: number): Promise<void> {
    const { clock } = this.#host;
    // It stands still within a hop only: a stub that is killed here must not come back with its clock frozen.
    this.#host.save({ ...clock.setting, speed: speedAfterwards });
    do {
      this.step += 1;
      this.#host.broadcast();
      await this.#runDeadlines();
      // What the deadlines sent (a nudge) came after the first telling: tell again, so that an answer covers it.
      this.step += 1;
      this.#host.broadcast();
      await this.#everyoneDone();
    } while (!this.#closed && this.#host.nextDeadline() <= clock.now());
  }

  /** All that are due now, in slices: whoever else waits for this process is served between them. */
  async #runDeadlines(): Promise<void> {
    let begunAt = Date.now();
    while (!this.#closed && this.#host.nextDeadline() <= this.#host.clock.now()) {
      this.#host.runDeadline();
      if (Date.now() - begunAt < sliceMsMax) continue;
      await new Promise<void>((resolve) => void setTimeout(resolve, 0));
      begunAt = Date.now();
    }
  }

  async #everyoneDone(): Promise<void> {
    const giveUpAt = Date.now() + this.#limits.answerMsMax;
    while (!this.#closed) {
      const peers = this.#host.peers();
      for (const peer of peers) this.#returning.delete(peer.deviceId);
      const late = peers.filter((peer) => peer.doneStep < this.step);
      const now = Date.now();
      for (const [deviceId, until] of this.#returning) if (until <= now) this.#returning.delete(deviceId);
      const mailsUntil = this.#host.mailsUntil();
      const areAllThere = late.length === 0 && this.#returning.size === 0;
      if (areAllThere && mailsUntil === null) return;
      if (!areAllThere && now >= giveUpAt) {
        for (const peer of late) this.#host.giveUp(peer.id);
        return;
      }
      const waitMs = Math.max(
        1,
        Math.min(mailsUntil ?? giveUpAt, areAllThere ? Number.POSITIVE_INFINITY : giveUpAt, ...this.#returning.values()) - now,
      );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
