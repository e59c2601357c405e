/**
 * Time as an argument. Cores are told the time; shells own a Clock.
 * Instants are milliseconds since 1970 (UTC), durations milliseconds.
 */
export interface Clock {
  now(): number;
  /** Runs `task` once, at `instant` or as soon after it as possible; at once (but never inside this call) if that has passed. Returns a cancel function. */
  at(instant: number, task: () => void): () => void;
}

/** setTimeout takes at most 2^31 - 1 ms; longer waits are made of several. */
const timeoutMsMax = 2_147_483_647;

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at: (instant, task) => waitUntil(() => instant - Date.now(), task),
};

/** Waits in steps until `remainingMs()` is zero or less, then runs the task. Infinity waits for ever without a timer. */
function waitUntil(remainingMs: () => number, task: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    const ms = remainingMs();
    if (ms === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(() => (remainingMs() > 0 ? wait() : task()), Math.min(Math.max(0, Math.ceil(ms)), timeoutMsMax));
  };
  wait();
  return () => clearTimeout(timer);
}

/**
 * Where a scaled clock stands: at real time `anchorReal` it showed `anchor`, and runs `speed` times as fast since (0: frozen), but not past
 * `end`: whoever runs a clock that fast cannot stop it in time.
 */
export interface ClockSetting {
  anchorReal: number;
  anchor: number;
  speed: number;
  end?: number;
}

/** A clock that runs at a multiple of another one, can be frozen, and can be set. Waiting tasks follow every change. */
export class ScaledClock implements Clock {
  readonly #real: Clock;
  #setting: ClockSetting;
  readonly #waiting = new Set<() => void>();

  constructor(setting?: ClockSetting, real: Clock = systemClock) {
    this.#real = real;
    const now = real.now();
    this.#setting = setting ?? { anchorReal: now, anchor: now, speed: 1 };
  }

  get setting(): ClockSetting {
    return { ...this.#setting };
  }

  get speed(): number {
    return this.#setting.speed;
  }

  now(): number {
    const { anchor, anchorReal, speed, end = Number.POSITIVE_INFINITY } = this.#setting;
    return Math.min(end, Math.floor(anchor + (this.#real.now() - anchorReal) * speed));
  }

  /** Shows `now` from here on and runs at `speed`; either can be left as it is. It stands at `end`, if one is given. */
  set(change: { now?: number; speed?: number; end?: number }): void {
    const { now = this.now(), speed = this.#setting.speed, end } = change;
    this.#setting = { anchorReal: this.#real.now(), anchor: now, speed, ...(end === undefined ? {} : { end }) };
    for (const restart of [...this.#waiting]) restart();
  }

  at(instant: number, task: () => void): () => void {
    let cancelReal = () => {};
    const start = () => {
      cancelReal();
      const { speed, end = Number.POSITIVE_INFINITY } = this.#setting;
      const ahead = instant - this.now();
      if (ahead > 0 && (speed === 0 || instant > end)) return;
      cancelReal = this.#real.at(ahead <= 0 ? this.#real.now() : this.#real.now() + Math.ceil(ahead / speed), fire);
    };
    const fire = () => {
      if (this.now() < instant) return start();
      this.#waiting.delete(start);
      task();
    };
    this.#waiting.add(start);
    start();
    return () => {
      this.#waiting.delete(start);
      cancelReal();
    };
  }
}
