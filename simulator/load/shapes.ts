/** The shapes of load that have a name: each is one question to a server, as a script for the devices and a timeline for the administrator. */
import type { ActionName } from '../../server-stub/core/records.ts';
import type { TimelineEvent } from '../scenarios/scenario.ts';
import type { Pace } from './load-job.ts';
import type { LoadAct, LoadScript } from './load-script.ts';

export const shapeNames = [
  'steady',
  'ramp',
  'enrolment-storm',
  'reconnect-storm',
  'check-in-herd',
  'push-fan-out',
  'blackout-and-recovery',
  'soak',
] as const;
export type ShapeName = (typeof shapeNames)[number];

export interface ShapeWishes {
  devices: number;
  /** How long it goes on once the devices are there; of `ramp` the time in which they come, too. */
  durationMs: number;
  checkInsPerSecond?: number | undefined;
  pace?: Partial<Pace> | undefined;
  /** Whether there is an administrator who can ask for actions. */
  isAdministered: boolean;
}

export interface LoadPlan {
  pace: Pace;
  script: LoadScript;
  /** What the administrator does; `at` in ms on the script's clock. */
  timeline: readonly TimelineEvent[];
}

interface Shape {
  /** What it asks of a server. */
  question: string;
  /** It means nothing without somebody who asks for actions. */
  needsAdministrator?: true;
  /** Devices that come in a second; absent: the usual number. */
  perSecond?: (wishes: ShapeWishes) => number;
  /** @param from when the devices are there, ms */
  acts: (wishes: ShapeWishes, from: number, rate: number) => LoadAct[];
  /** On the same clock: instants at which these shares of the devices are asked for these actions. */
  asks?: (wishes: ShapeWishes, from: number) => { at: number; action: ActionName; share: number }[];
}

/**
 * Enrolling takes two handshakes with RSA-2048, a request and a signature: about as many as one core makes in a second beside a server
 * that has the other core.
 */
const devicesPerSecond = 100;
const handshakesAtOnce = 100;
/** More than any machine begins: a number that stays one on its way to another machine. */
const atOncePerSecond = 1_000_000;
/** Check-ins a second for each device, where nobody says how many: far more than devices make by themselves, and no strain for a server. */
const ratePerDevice = 0.05;

function arriveAndGather(from: number): LoadAct[] {
  return [
    { kind: 'arrive', at: 0, share: 1 },
    { kind: 'gather', at: from },
  ];
}

function checkIns(at: number, until: number, rate: number): LoadAct[] {
  return rate > 0 && until > at ? [{ kind: 'check-ins', at, until, perSecondFrom: rate, perSecondTo: rate }] : [];
}

/** `count` instants, evenly within a while. */
function instants(from: number, durationMs: number, count: number): number[] {
  return Array.from({ length: count }, (_, number) => Math.round(from + (durationMs * (number + 0.5)) / count));
}

export const shapes: Readonly<Record<ShapeName, Shape>> = {
  steady: {
    question: 'Does the server keep up with a fleet that is there and checks in evenly?',
    acts: ({ durationMs }, from, rate) => [...arriveAndGather(from), ...checkIns(from, from + durationMs, rate)],
  },
  ramp: {
    question: 'How many devices and check-ins does it take until answers slow down?',
    perSecond: ({ devices, durationMs }) => Math.max(1, devices / Math.max(0.001, durationMs / 1000)),
    acts: ({ durationMs }, _from, rate) => [
      { kind: 'arrive', at: 0, share: 1 },
      // Not before there is anybody: as many of the check-ins as there are of the devices.
      ...(rate > 0
        ? [{ kind: 'check-ins', at: durationMs / 10, until: durationMs, perSecondFrom: rate / 10, perSecondTo: rate } as const]
        : []),
    ],
  },
  'enrolment-storm': {
    question: 'How long does it take until a whole fleet has enrolled that comes at once?',
    perSecond: () => atOncePerSecond,
    acts: (_wishes, from) => arriveAndGather(from),
  },
  'reconnect-storm': {
    question: 'How long is the fleet away when all links break at once, and is what was asked for meanwhile done exactly once?',
    acts: ({ durationMs }, from) => [
      ...arriveAndGather(from),
      { kind: 'drop', at: from + Math.round(durationMs * 0.2), share: 1, how: 'reset' },
    ],
    // Right after the links broke: the service has to keep it for devices that it cannot reach.
    asks: ({ durationMs }, from) => [{ at: from + Math.round(durationMs * 0.2) + 20, action: 'syncDevice', share: 0.2 }],
  },
  'check-in-herd': {
    question: 'What do devices wait for when all of them check in at one instant?',
    acts: ({ durationMs }, from) => [
      ...arriveAndGather(from),
      ...instants(from, durationMs, 5).map((at) => ({ kind: 'herd', at, share: 1 }) as const),
    ],
  },
  'push-fan-out': {
    question: 'How soon is an action that is asked of every device done on every device?',
    needsAdministrator: true,
    acts: (_wishes, from) => arriveAndGather(from),
    asks: ({ durationMs }, from) => instants(from, durationMs, 3).map((at) => ({ at, action: 'syncDevice', share: 1 })),
  },
  'blackout-and-recovery': {
    question:
      'How does everybody come back when no device had a network for a while, and is what was asked for meanwhile done exactly once?',
    acts: ({ durationMs }, from, rate) => [
      ...arriveAndGather(from),
      ...checkIns(from, from + durationMs * 0.2, rate),
      { kind: 'blackout', at: from + durationMs * 0.2, until: from + durationMs * 0.5 },
      ...checkIns(from + durationMs * 0.8, from + durationMs, rate),
    ],
    asks: ({ durationMs }, from) => [{ at: from + durationMs * 0.35, action: 'syncDevice', share: 0.2 }],
  },
  soak: {
    question: 'Does anything grow, get slower or get lost in the course of hours?',
    acts: ({ durationMs }, from, rate) => [...arriveAndGather(from), ...checkIns(from, from + durationMs, rate)],
    asks: ({ durationMs }, from) =>
      instants(from, durationMs * 0.9, Math.max(1, Math.min(200, Math.floor(durationMs / 15_000)))).map((at) => ({
        at,
        action: 'syncDevice',
        share: 0.1,
      })),
  },
};

/** What a shape comes to for so many devices and so long. */
export function planOf(name: ShapeName, wishes: ShapeWishes): LoadPlan {
  const { devices, durationMs, checkInsPerSecond, isAdministered } = wishes;
  const shape = shapes[name];
  const pace: Pace = {
    perSecond: shape.perSecond?.(wishes) ?? devicesPerSecond,
    concurrency: handshakesAtOnce,
    jitterMs: 0,
    ...wishes.pace,
  };
  const from = Math.round((devices / pace.perSecond) * 1000 + pace.jitterMs);
  const rate = checkInsPerSecond ?? Math.max(1, devices * ratePerDevice);
  const acts = shape.acts(wishes, from, rate).sort((a, b) => a.at - b.at);
  const isRamp = !acts.some(({ kind }) => kind === 'gather');
  return {
    pace,
    script: { name, durationMs: isRamp ? durationMs : from + durationMs, acts },
    timeline: isAdministered ? (shape.asks?.(wishes, from) ?? []).map(asEvent) : [],
  };
}

function asEvent({ at, action, share }: { at: number; action: ActionName; share: number }, entry: number): TimelineEvent {
  const to = { share, platforms: null, enrollments: null, groups: null, network: 'any' as const };
  return { at, entry, repetition: 0, step: { kind: 'action', do: action, parameters: {} }, to, by: null };
}
