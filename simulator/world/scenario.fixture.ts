import fc from 'fast-check';
import { isEnrollmentTypeOf, platforms } from '../../protocol/platforms.ts';
import { dayMs, hourMs, minuteMs } from '../../runtime/duration.ts';
import { defaultModels } from '../scenarios/default-models.ts';
import type { FleetGroup, Scenario, TimelineEvent } from '../scenarios/scenario.ts';

export const scenarioStart = Date.UTC(2030, 0, 1);

export function groupOf(change: Partial<FleetGroup> = {}): FleetGroup {
  return {
    name: 'phones',
    weight: 1,
    platform: 'ios',
    enrollment: 'device',
    enrolledWithinMs: dayMs,
    models: [...defaultModels.ios],
    wipesSilently: 0,
    absences: null,
    lostForEver: null,
    ...change,
  };
}

export function eventOf(at: number, action: TimelineEvent['do'], entry: number, to: Partial<TimelineEvent['to']> = {}): TimelineEvent {
  const everyone: TimelineEvent['to'] = { share: 1, platforms: null, enrollments: null, groups: null, network: 'any' };
  return { at, entry, repetition: 0, do: action, to: { ...everyone, ...to }, by: null };
}

export function scenarioOf(change: Partial<Scenario> = {}): Scenario {
  return {
    name: 'test',
    title: 'A test',
    question: null,
    description: null,
    requirements: [],
    seed: 'test',
    startAt: scenarioStart,
    days: 30,
    devices: 4,
    tenant: { renewalWindowMs: 30 * dayMs, push: { lost: 0, latency: { kind: 'constant', ms: 5_000 }, keptForMs: dayMs } },
    fleet: [groupOf()],
    timeline: [],
    expectations: [],
    ...change,
  };
}

const kinds = fc.constantFrom(
  ...platforms.flatMap((platform) =>
    ['device', 'user', 'automated', 'joined', 'personal-work-profile', 'fully-managed']
      .filter((enrollment) => isEnrollmentTypeOf(platform, enrollment))
      .map((enrollment) => ({ platform, enrollment }) as Pick<FleetGroup, 'platform' | 'enrollment'>),
  ),
);

/** On the grid of the first check-ins after an enrollment at the very start, so that instants coincide; or anywhere. */
function instantWithin(days: number): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: 0, max: 48 }).map((n) => n * 3 * minuteMs),
    fc.integer({ min: 0, max: days * 3 }).map((n) => n * 8 * hourMs),
    fc.integer({ min: 0, max: days * dayMs }),
  );
}

const lengths = fc.oneof(
  fc.integer({ min: 1, max: 40 * dayMs }).map((ms) => ({ kind: 'constant', ms }) as const),
  fc.constantFrom(3 * minuteMs, 15 * minuteMs).map((ms) => ({ kind: 'constant', ms }) as const),
  fc.constant({ kind: 'exponential', meanMs: 2 * dayMs } as const),
);

/** Small fleets that meet what is hard: absences, losses, actions on everybody at the instants of check-ins, pushes without latency. */
export function anyScenario(devices: number): fc.Arbitrary<Scenario> {
  return fc.constantFrom(3, 60, 420, 600).chain((days) => {
    const span = fc.tuple(instantWithin(days), instantWithin(days)).map(([a, b]) => ({ fromMs: Math.min(a, b), untilMs: Math.max(a, b) }));
    const group = fc.record({
      kind: kinds,
      enrolledWithinMs: fc.constantFrom(0, 3 * minuteMs, dayMs),
      wipesSilently: fc.constantFrom(0, 0.5),
      absences: fc.option(
        fc.record({
          share: fc.constantFrom(0.5, 1),
          count: fc.constant({ from: 1, until: 3 }),
          between: span,
          length: lengths,
        }),
      ),
      lostForEver: fc.option(fc.record({ share: fc.constantFrom(0.3, 1), between: span })),
    });
    const action = fc.record({
      at: instantWithin(days),
      do: fc.constantFrom('syncDevice', 'remoteLock', 'remoteLock', 'retire', 'wipe', 'delete'),
      share: fc.constantFrom(0.3, 1),
      network: fc.constantFrom('any', 'any', 'online', 'offline'),
    });
    return fc
      .record({
        seed: fc.string({ minLength: 1, maxLength: 6 }),
        groups: fc.array(group, { minLength: 1, maxLength: 3 }),
        actions: fc.array(action, { maxLength: 8 }),
        lost: fc.constantFrom(0, 0, 0.5),
        latencyMs: fc.constantFrom(0, 0, 5_000, 3 * minuteMs),
        renewalWindowMs: fc.constantFrom(30 * dayMs, 0, 300 * dayMs),
      })
      .map(({ seed, groups, actions, lost, latencyMs, renewalWindowMs }) =>
        scenarioOf({
          seed,
          days,
          devices,
          tenant: { renewalWindowMs, push: { lost, latency: { kind: 'constant', ms: latencyMs }, keptForMs: dayMs } },
          fleet: groups.map(({ kind, ...rest }, n) =>
            groupOf({ ...rest, ...kind, name: `group-${n}`, models: [...defaultModels[kind.platform]] }),
          ),
          timeline: actions
            .map((one, n) => eventOf(scenarioStart + one.at, one.do, n, { share: one.share, network: one.network }))
            .sort((a, b) => a.at - b.at),
        }),
      );
  });
}
