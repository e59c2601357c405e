/** The tenant's clock, as whoever tests holds it: of a live stub (test-clock.ts), or of a tenant in virtual time. */
import { formatInstant } from '../runtime/duration.ts';

/** As `/mockfleet/clock` shows it; instants in ISO 8601. */
export interface ClockView {
  now: string;
  /** 1 real, 0 frozen. */
  speed: number;
  mode: 'real' | 'frozen' | 'scaled';
  advancing: boolean;
  /** The jump that is under way. */
  advance: { from: string; target: string } | null;
}

/** `stopped`: somebody ended the jump before it was there. */
export type JumpEnd = 'arrived' | 'stopped';

export interface TenantClock {
  now(): number;
  /** 1 real, 0 frozen. */
  readonly speed: number;
  show(): ClockView;
  /** Lives until then. What stands against it is known within the same turn. @throws ClockError (rejects) */
  advanceTo(instant: number): Promise<JumpEnd>;
  /** Jumps; forward, it is lived like an advance. @throws ClockError (rejects) */
  set(instant: number): Promise<JumpEnd>;
  /** Ends a jump when all that is due where it stands is done. Returns false where none is under way. */
  stop(): Promise<boolean>;
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

/** @param jump the one that is under way, in ms */
export function clockView(now: number, speed: number, jump: { from: number; target: number } | null): ClockView {
  const mode = speed === 0 ? 'frozen' : speed === 1 ? 'real' : 'scaled';
  const advance = jump === null ? null : { from: formatInstant(jump.from), target: formatInstant(jump.target) };
  return { now: formatInstant(now), speed, mode, advancing: jump !== null, advance };
}
