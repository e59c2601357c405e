/** The clock in the hand of a test. It stands until it is moved; what happens on the way is lived, all of it, before the call returns. */
import { formatInstant, parseDuration, parseInstant } from '../../runtime/duration.ts';
import type { Engine } from './engine.ts';
import { TenantError } from './errors.ts';

export class Clock {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Milliseconds since 1970, on the tenant's clock. */
  now(): number {
    return this.#engine.now();
  }

  /**
   * Lives on for so long. @param duration `90s`, `15m`, `8h`, `366d`, `2w`, or milliseconds
   * @throws TenantError `clock-invalid`, ClockError
   */
  advance(duration: string | number): void {
    const ms = typeof duration === 'string' ? parseDuration(duration) : duration;
    if (ms === undefined || !Number.isSafeInteger(ms) || ms < 0) {
      throw wrong(`Advance by a duration such as '90s', '15m', '8h' or '366d', or by whole milliseconds; not by ${told(duration)}.`);
    }
    this.#engine.live(this.now() + ms);
  }

  /**
   * Lives on until then; it cannot go back. @param instant `2027-01-31T08:00:00Z`, a Date, or milliseconds since 1970
   * @throws TenantError `clock-invalid`, ClockError
   */
  set(instant: string | number | Date): void {
    this.#engine.live(instantOf(instant));
  }

  /** ISO 8601 in UTC. */
  toString(): string {
    return formatInstant(this.now());
  }
}

/** @throws TenantError `clock-invalid` */
export function instantOf(instant: string | number | Date): number {
  const ms = typeof instant === 'string' ? parseInstant(instant) : instant instanceof Date ? instant.getTime() : instant;
  if (ms !== undefined && Number.isSafeInteger(ms)) return ms;
  throw wrong(`Name an instant such as '2027-01-31T08:00:00Z', a Date, or whole milliseconds since 1970; not ${told(instant)}.`);
}

function told(value: unknown): string {
  return typeof value === 'string' ? `'${value.slice(0, 64)}'` : String(value);
}

function wrong(sentence: string): TenantError {
  return new TenantError('clock-invalid', sentence);
}
