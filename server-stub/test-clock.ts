/**
 * The stub's clock as an object of its own: real, frozen, scaled, set, or advanced.
 *
 * An advance is lived, not skipped: time goes in hops, each to the next instant at which anything can happen: a deadline of the core,
 * or of a device that is connected (every device says when it acts next). At each hop all connected devices are told the time and
 * answer when everything due is done; mails that went out have their answer then, too. So a device that is there renews its certificate on the way, as it would have in real time,
 * and one that is away does not. The clock stands still within a hop.
 */
import type { ClockSetting, ScaledClock } from '../runtime/clock.ts';
import { dayMs } from '../runtime/duration.ts';
import { ClockError, type ClockView, clockView, type JumpEnd, mustBeInRange, type TenantClock } from './tenant-clock.ts';

/** Real time. */
export interface ClockLimits {
  /** A device that does not answer a hop within this time loses its link: one stuck agent must not stop the tenant's time. */
  answerMsMax: number;
  /** A device that said it comes right back with its new certificate is waited for this long. */
  returnMsMax: number;
}

const limitsDefault: ClockLimits = { answerMsMax: 10_000, returnMsMax: 5_000 };

/** Real time for which a jump goes on without a break: whoever else waits for this process is served then. */
const sliceMsMax = 10;
/** Everybody is told the time at least this often: what they did on schedule meanwhile is known then. */
const silentMsMax = 7 * dayMs;

export interface TestClockHost {
  clock: ScaledClock;
  save(setting: ClockSetting): void;
  nextDeadline(): number;
  /** Tells the core the time, also when nothing is due. */
  hearTime(): void;
  /** What is due, as much of it as is done in a moment. */
  runDeadlines(): void;
  /** Tells the devices that are connected the time: all of them, or those whom this instant concerns. */
  tell(whom: 'everyone' | 'concerned'): Promise<void>;
  /** Whether a device has not answered yet. */
  isAnyoneLate(): boolean;
  /** Ends the links of those. */
  giveUp(): void;
  isLinked(deviceId: string): boolean;
  /** When the next one of them does something that matters; Infinity for never. */
  nextOfDevices(): number;
  /** All that was due by now is done. @param isEnd of a jump, its beginning, or somewhere between */
  passed(isEnd: boolean): void;
  /** Until when answers of mail servers are waited for, in real ms; null: none is under way, or it takes too long. */
  mailsUntil(): number | null;
}

interface Jump {
  from: number;
  target: number;
  /** How fast time runs when it is over. */
  speed: number;
  isStopped: boolean;
  over: Promise<void>;
}

export class TestClock implements TenantClock {
  /** Counts what devices were told; they answer with it. */
  step = 0;
  readonly #host: TestClockHost;
  readonly #limits: ClockLimits;
  #jump: Jump | null = null;
  #hopping = false;
  #closed = false;
  /** Devices that closed their link to come right back → until when (real ms) they are waited for. */
  readonly #returning = new Map<string, number>();
  #wake = () => {};
  #breathedAt = 0;

  constructor(host: TestClockHost, limits: Partial<ClockLimits> = {}) {
    this.#host = host;
    this.#limits = { ...limitsDefault, ...limits };
  }

  get isAdvancing(): boolean {
    return this.#jump !== null;
  }

  /** Whether the time that devices are told now was lived in hops: no check-in at which something waited is in it. */
  get isHopping(): boolean {
    return this.#hopping;
  }

  /** Of a jump: the speed that it goes on with. */
  show(): ClockView {
    const { clock } = this.#host;
    return clockView(clock.now(), this.#jump?.speed ?? clock.speed, this.#jump);
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
  async set(instant: number): Promise<JumpEnd> {
    if (instant >= this.now()) return this.advanceTo(instant);
    this.#mustBeFree();
    mustBeInRange(instant);
    this.#host.clock.set({ now: instant });
    // The core has to know, also when nothing is due.
    this.#host.hearTime();
    this.#changed();
    return 'arrived';
  }

  async advanceTo(target: number): Promise<JumpEnd> {
    this.#mustBeFree();
    mustBeInRange(target);
    const { clock } = this.#host;
    if (target < clock.now()) throw new ClockError('clock-backwards', 'An advance goes forward. Use `set` to go back.');
    const { speed } = clock;
    let over = () => {};
    const jump: Jump = { from: clock.now(), target, speed, isStopped: false, over: new Promise((resolve) => (over = resolve)) };
    this.#jump = jump;
    clock.set({ speed: 0 });
    try {
      // Where everyone stands, before the first hop.
      await this.#settle(speed, 'everyone');
      this.#hopping = true;
      let toldAt = clock.now();
      while (clock.now() < target && !jump.isStopped && !this.#closed) {
        const next = Math.min(target, this.#host.nextDeadline(), this.#host.nextOfDevices());
        clock.set({ now: Math.max(clock.now(), next) });
        const isForAll = clock.now() >= Math.min(target, toldAt + silentMsMax);
        await this.#settle(speed, isForAll ? 'everyone' : 'concerned');
        if (isForAll) toldAt = clock.now();
      }
    } finally {
      this.#jump = null;
      this.#hopping = false;
      clock.set({ speed });
      if (!this.#closed) this.#changed();
      over();
    }
    if (this.#closed) throw new ClockError('clock-closed', 'The stub was stopped while its clock was being advanced.');
    return clock.now() < target && jump.isStopped ? 'stopped' : 'arrived';
  }

  async stop(): Promise<boolean> {
    const jump = this.#jump;
    if (jump === null) return false;
    jump.isStopped = true;
    await jump.over;
    return true;
  }

  /** A device or a mail server answered; the waiting hop looks again, when nobody else is missing. */
  answered(): void {
    if (this.#jump !== null && !this.#host.isAnyoneLate()) this.#wake();
  }

  linkClosed(deviceId: string | null, reason: string): void {
    if (this.#jump !== null && deviceId !== null && reason === 'renewed')
      this.#returning.set(deviceId, Date.now() + this.#limits.returnMsMax);
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  #mustBeFree(): void {
    if (this.#jump !== null)
      throw new ClockError(
        'clock-busy',
        'The clock is being advanced; wait until that is done, or stop it with {"stop":true} (`mockfleet clock stop`).',
      );
  }

  #changed(): void {
    this.#host.save(this.#host.clock.setting);
    this.step += 1;
    void this.#host.tell('everyone');
  }

  /** Does all that is due at this instant, on both sides, until nothing is left to do. */
  async #settle(speedAfterwards: number, whom: 'everyone' | 'concerned'): Promise<void> {
    const { clock } = this.#host;
    // It stands still within a hop only: a stub that is killed here must not come back with its clock frozen.
    this.#host.save({ ...clock.setting, speed: speedAfterwards });
    do {
      this.step += 1;
      await this.#host.tell(whom);
      await this.#runDeadlines();
      // What the deadlines sent (a nudge) came after the first telling: tell again, so that an answer covers it.
      this.step += 1;
      await this.#host.tell(whom);
      await this.#everyoneDone();
      await this.#breathe();
    } while (!this.#closed && this.#host.nextDeadline() <= clock.now());
    this.#host.passed(whom === 'everyone');
  }

  async #runDeadlines(): Promise<void> {
    while (!this.#closed && this.#host.nextDeadline() <= this.#host.clock.now()) {
      this.#host.runDeadlines();
      await this.#breathe();
    }
  }

  /** Lets whoever else waits for this process have their turn, where it has been long. */
  async #breathe(): Promise<void> {
    if (performance.now() - this.#breathedAt < sliceMsMax) return;
    await new Promise<void>((resolve) => void setTimeout(resolve, 0));
    this.#breathedAt = performance.now();
  }

  async #everyoneDone(): Promise<void> {
    const giveUpAt = Date.now() + this.#limits.answerMsMax;
    while (!this.#closed) {
      const now = Date.now();
      for (const [deviceId, until] of this.#returning) {
        if (until <= now || this.#host.isLinked(deviceId)) this.#returning.delete(deviceId);
      }
      const mailsUntil = this.#host.mailsUntil();
      const areAllThere = !this.#host.isAnyoneLate() && this.#returning.size === 0;
      if (areAllThere && mailsUntil === null) return;
      if (!areAllThere && now >= giveUpAt) return this.#host.giveUp();
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
