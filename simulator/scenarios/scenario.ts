/**
 * A scenario as the simulator lives it: compiled from the YAML by `schema.ts`, with every default filled in.
 * Durations are milliseconds (`…Ms`), instants are milliseconds since 1970 (`…At`, `at`), shares go from 0 to 1. Absent is `null`.
 */
import type { EnrollmentType, Platform } from '../../protocol/platforms.ts';
import type { ActionName } from '../../server-stub/core/records.ts';

export interface Scenario {
  name: string;
  title: string;
  question: string | null;
  description: string | null;
  requirements: string[];
  seed: string;
  startAt: number;
  days: number;
  devices: number;
  tenant: TenantSettings;
  /** At least one; names are unique, weights positive. */
  fleet: FleetGroup[];
  /** In the order of time; events of the same instant in the order of the file. */
  timeline: TimelineEvent[];
  expectations: Expectation[];
}

export interface TenantSettings {
  /** How long before its end a certificate is renewed. */
  renewalWindowMs: number;
  push: PushSettings;
}

export interface PushSettings {
  /** Share of pushes that never arrive. */
  lost: number;
  latency: Distribution;
  /** How long a push is kept for a device that is offline. */
  keptForMs: number;
}

export type Distribution =
  | { kind: 'constant'; ms: number }
  | { kind: 'uniform'; fromMs: number; untilMs: number }
  | { kind: 'exponential'; meanMs: number };

/** From ≤ until, both since the start of the scenario. */
export interface Span {
  fromMs: number;
  untilMs: number;
}

export interface FleetGroup {
  name: string;
  /** Relative to the other groups' weights. */
  weight: number;
  platform: Platform;
  enrollment: EnrollmentType;
  enrolledWithinMs: number;
  /** At least one. */
  models: DeviceModel[];
  wipesSilently: number;
  absences: Absences | null;
  lostForEver: { share: number; between: Span } | null;
}

export interface DeviceModel {
  model: string;
  manufacturer: string;
  osVersion: string;
  weight: number;
}

export interface Absences {
  share: number;
  /** Whole numbers, both included. */
  count: { from: number; until: number };
  between: Span;
  length: Distribution;
}

export interface TimelineEvent {
  at: number;
  /** Which entry of the file's timeline this came from, and which of its repetitions: labels for draws. */
  entry: number;
  repetition: number;
  do: ActionName;
  to: Selector;
  /** User principal name of the administrator; null: whoever runs the simulation. */
  by: string | null;
}

/** All conditions must hold; `null` asks nothing. */
export interface Selector {
  /** Of the devices that match, drawn per device. */
  share: number;
  platforms: Platform[] | null;
  enrollments: EnrollmentType[] | null;
  groups: string[] | null;
  network: 'online' | 'offline' | 'any';
}

export interface Expectation {
  name: string;
  /** Dotted path into the run's result, for example `actions.wipe.acknowledged`. */
  figure: string;
  equals: number | null;
  atLeast: number | null;
  atMost: number | null;
}
