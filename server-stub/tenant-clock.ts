/** The tenant's clock, as whoever tests holds it: of a live stub (test-clock.ts), or of a tenant in virtual time. */
import { formatInstant } from '../runtime/duration.ts';

export interface TenantClock {
  now(): number;
  /** 1 real, 0 frozen. */
  readonly speed: number;
  show(): { now: string; speed: number; mode: 'real' | 'frozen' | 'scaled'; advancing: boolean };
  /** Lives until then. @throws ClockError */
  advanceTo(instant: number): Promise<void>;
  /** Jumps; forward, it is lived like an advance. @throws ClockError */
  set(instant: number): Promise<void>;
  /** @throws ClockError */
  setSpeed(speed: number): void;
}

export class ClockError extends Error {
  readonly code: 'clock-busy' | 'clock-closed' | 'clock-backwards' | 'clock-out-of-range' | 'clock-not-scaled';
  constructor(code: ClockError['code'], message: string) {
    super(message);
    this.name = 'ClockError';
    this.code = code;
  }
}

/** Certificates and date-times have four digits of year, and a certificate ends a year after its beginning. */
const instantMin = Date.UTC(1970, 0, 1);
const instantMax = Date.UTC(9998, 0, 1);

/** @throws ClockError */
export function mustBeInRange(instant: number): void {
  if (instant >= instantMin && instant <= instantMax) return;
  throw new ClockError('clock-out-of-range', `The clock goes from ${formatInstant(instantMin)} to ${formatInstant(instantMax)}.`);
}

export function clockMode(speed: number): 'real' | 'frozen' | 'scaled' {
  return speed === 0 ? 'frozen' : speed === 1 ? 'real' : 'scaled';
}
