import { dayMs } from '../../runtime/duration.ts';

/** What a tenant can choose. Each default is the decision taken where the sources are silent. */
export interface CoreSettings {
  /** Every id and every draw of the core comes from it: text, secret on a live stub. */
  seed: string;
  /** Who shows it may enrol a device. */
  enrollmentToken: string;
  /** A certificate is renewed from this long before its end. */
  renewalWindowMs: number;
  push: PushSettings;
}

export interface PushSettings {
  /** Share of nudges that never arrive, 0 to 1. */
  lost: number;
  /** From the wish to the arrival; `unit` is a draw in [0, 1). */
  latencyMs: (unit: number) => number;
  /** How long a nudge is kept for a device that is away; the newest one wins. */
  keptForMs: number;
}

export const renewalWindowMsDefault = 30 * dayMs;
export const nudgeKeptMsDefault = dayMs;

/** An expired record is removed this long after its certificate's end (TD-16). */
export const removalAfterExpiryMs = 180 * dayMs;
