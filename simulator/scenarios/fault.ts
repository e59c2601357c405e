/** Faults of a scenario as the simulator lives them: compiled by `faults-schema.ts`. Durations are milliseconds, instants are since 1970. */
import type { CommandType } from '../../protocol/commands.ts';
import type { EnrollmentType, Platform } from '../../protocol/platforms.ts';
import type { Distribution } from '../../runtime/distribution.ts';
import type { PushSettings } from '../../server-stub/core/settings.ts';

/** up: from the device to the service. */
export const faultDirections = ['up', 'down', 'both'] as const;

/** Which frames of a link. `on`: only those of a command of these types, from its delivery to its result's receipt; null: all. */
export interface FrameScope {
  direction: (typeof faultDirections)[number];
  on: readonly CommandType[] | null;
}

/** What is wrong while a fault is at work, for each device that it concerns. */
export type FaultWhat =
  /** Each frame, and the opening of a link, takes so long; frames stay in order. */
  | ({ kind: 'latency' | 'jitter'; delay: Distribution } & FrameScope)
  /** A frame that is lost breaks its link. */
  | ({ kind: 'loss'; share: number } & FrameScope)
  /** A frame of the device breaks off in its middle, and the connection is reset. Without sockets: it is lost, and breaks its link. */
  | { kind: 'reset'; share: number; on: readonly CommandType[] | null }
  /** The link that is there falls silent, and neither end hears of it (a half-open connection). Without sockets: it breaks. */
  | { kind: 'halfOpen' }
  /** The device takes, or sends, only so many bytes in a second. Without sockets, where nothing has a length: its link breaks once. */
  | { kind: 'slowReader' | 'slowWriter'; bytesPerSecond: number }
  /** The service cannot be reached, and nobody says so: links break, attempts are not answered. */
  | { kind: 'partition' }
  /** Links are closed, and attempts refused at once. */
  | { kind: 'unavailable' }
  /** A check-in beyond `perMinute` of one device within a minute, and a share of all others, end the link: try again after `retryAfterMs`. */
  | { kind: 'throttled'; perMinute: number | null; refused: number; retryAfterMs: number }
  /** The service gets to a message so long after it arrived, one after the other. */
  | { kind: 'slow'; delay: Distribution; on: readonly CommandType[] | null }
  /** Of pushes that are sent meanwhile, beside what the tenant's own weather does to them. null: none. */
  | { kind: 'push'; lost: number | null; late: PushSettings['late'] | null }
  /** The mail server takes nothing for now. */
  | { kind: 'mail' }
  /** The device's clock is ahead by so much, behind where it is negative: drawn per device. */
  | { kind: 'clockSkew'; fromMs: number; untilMs: number }
  /** The device loses its power in the middle of a wipe, once per wipe: so long, to come back as it was; or wiped, without having said so. */
  | { kind: 'interruptedWipe'; offFor: Distribution; unreported: number }
  /** Of the next certificates that are asked for, so many are not signed. */
  | { kind: 'failedRenewal'; share: number };

export type FaultKind = FaultWhat['kind'];

/** Of the devices that match all that is there, such a share. `null` asks nothing. */
export interface FaultSelector {
  share: number;
  platforms: readonly Platform[] | null;
  enrollments: readonly EnrollmentType[] | null;
  groups: readonly string[] | null;
}

export interface Fault {
  /** Unique. */
  name: string;
  to: FaultSelector;
  /** At least one; in the order of time, none overlaps the next. `until` is not in it any more. */
  windows: readonly { from: number; until: number }[];
  what: FaultWhat;
}
