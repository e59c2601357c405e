import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../runtime/duration.ts';
import { pushAtOnce } from '../../server-stub/core/settings.ts';
import { createMemoryStore } from '../../server-stub/store/memory-store.ts';
import { openSqliteStore } from '../../server-stub/store/sqlite-store.ts';
import type { DeviceOutcome } from '../result.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { nothingPlanted } from '../tenant/seed.ts';
import { anyScenario, eventOf, groupOf, nothingMore, scenarioOf, scenarioStart, stepOf } from './scenario.fixture.ts';
import { World, type WorldOptions } from './world.ts';

function lived(scenario: Scenario, options: Partial<WorldOptions> = {}, slice = 1_000_000): World {
  const world = new World(scenario, { store: createMemoryStore(), everyCheckIn: false, codec: false, ...options });
  while (!world.advance(slice)) if (world.eventsExecuted > 5_000_000) throw new Error('this world does not end');
  return world;
}

/** All that a run is asked about, but for the number of events that it took. */
function findings(world: World) {
  const { actions, certificates, recordsRemoved, checkInsLived } = world.tally;
  return {
    digest: world.digest(),
    states: world.tally.states(),
    actions,
    certificates,
    recordsRemoved,
    checkInsLived,
    notifications: world.tally.notifications.figures(),
    messages: [...world.tally.notifications.messages()],
    series: world.series(),
    outcomes: [...world.outcomes()],
    failed: world.verdicts().filter(({ passed }) => !passed),
  };
}

const life = ({ record, ...own }: DeviceOutcome) => ({ ...own, record: record === null ? null : structuredClone(record) });

describe('a world', () => {
  it('M-09 ends the same whether quiet check-ins are lived or computed, through the codec, and on SQLite', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(anyScenario(5), (scenario) => {
        const quiet = findings(lived(scenario));
        expect(quiet.failed).toEqual([]);
        expect(findings(lived(scenario, { everyCheckIn: true }))).toEqual(quiet);
        expect(findings(lived(scenario, { codec: true }))).toEqual(quiet);
        expect(findings(lived(scenario, {}, 7))).toEqual(quiet);
        for (const [action, outcomes] of Object.entries(quiet.actions))
          for (const end of Object.keys(outcomes)) kinds.add(`${action} ${end}`);
        for (const state of Object.keys(quiet.states)) kinds.add(state);
        for (const { outcomes } of quiet.messages) {
          for (const [outcome, count] of Object.entries(outcomes)) if (count > 0) kinds.add(outcome);
        }
        if (quiet.notifications.refused.groups > 0) kinds.add('refused to groups');
        if (quiet.notifications.refused.device > 0) kinds.add('refused to devices');
      }),
      { numRuns: 120 },
    );
    // The scenarios drawn reach what the property is about.
    for (const kind of [
      'banner',
      'notification-centre',
      'not-allowed',
      'no-app',
      'lost',
      'expired',
      'refused to groups',
      'refused to devices',
    ]) {
      expect([...kinds]).toContain(kind);
    }
    for (const kind of ['wipe acknowledged', 'wipe expired', 'retire acknowledged', 'delete acknowledged', 'removed', 'unhealthy']) {
      expect([...kinds]).toContain(kind);
    }
  });

  it('M-09 ends the same on SQLite', () => {
    fc.assert(
      fc.property(anyScenario(4), (scenario) => {
        const store = openSqliteStore(':memory:');
        try {
          expect(findings(lived(scenario, { store }))).toEqual(findings(lived(scenario)));
        } finally {
          store.close();
        }
      }),
      { numRuns: 15 },
    );
  });

  it('CN-04 M-09 lives the check-in at which a nudge is over that a device without Google Play services did not hear', () => {
    const has = { ...nothingMore, security: { googlePlayServices: false } };
    const scenario = scenarioOf({
      fleet: [groupOf({ platform: 'android', enrollment: 'fully-managed', enrolledWithinMs: 0, has })],
      timeline: [
        eventOf(scenarioStart + 5 * dayMs + minuteMs, 'remoteLock', 0),
        stepOf(scenarioStart + 5 * dayMs + 2 * minuteMs, { kind: 'cancel', action: 'remoteLock' }, 1),
      ],
    });
    const quiet = findings(lived(scenario));
    expect(quiet.actions.remoteLock).toEqual({ canceled: 4 });
    expect(findings(lived(scenario, { everyCheckIn: true }))).toEqual(quiet);
  });

  it('M-09 gives a device the same life in a larger fleet', () => {
    fc.assert(
      fc.property(anyScenario(4), (scenario) => {
        const small = [...lived(scenario).outcomes()].map(life);
        const large = [...lived({ ...scenario, devices: 11 }).outcomes()].map(life);
        expect(large.slice(0, 4)).toEqual(small);
      }),
      { numRuns: 60 },
    );
  });

  it('M-09 has another outcome for another seed, and for another life of a single device', () => {
    const scenario = scenarioOf();
    const digest = lived(scenario).digest();
    expect(lived(scenario).digest()).toBe(digest);
    expect(lived({ ...scenario, seed: 'tset' }).digest()).not.toBe(digest);
    expect(lived({ ...scenario, devices: 5 }).digest()).not.toBe(digest);
    expect(lived({ ...scenario, timeline: [eventOf(scenarioStart + 5 * dayMs, 'syncDevice', 0, { share: 0.3 })] }).digest()).not.toBe(
      digest,
    );
  });

  it('M-03 lives the check-ins of every platform’s cadence, also those that it skips', () => {
    const scenario = scenarioOf({ days: 100, devices: 50, fleet: [groupOf({ enrolledWithinMs: 0 })] });
    const quiet = lived(scenario);
    // The first one, four in the first hour, and three a day from then on.
    expect(quiet.tally.checkInsLived / 50).toBeGreaterThan(1 + 4 + 3 * 99);
    expect(quiet.tally.checkInsLived / 50).toBeLessThan(1 + 4 + 3 * 100 + 1);
    expect(quiet.eventsExecuted).toBeLessThan(50 * 40);
    for (const { record } of quiet.outcomes()) expect((record?.lastSyncAt ?? 0) + 9 * hourMs).toBeGreaterThan(quiet.until);
  });

  it('M-09 does in the instant of a scheduled check-in what was asked in that same instant', () => {
    const scenario = scenarioOf({
      fleet: [groupOf({ enrolledWithinMs: 0 })],
      tenant: {
        renewalWindowMs: 30 * dayMs,
        push: { ...pushAtOnce, lost: 1 },
        configuration: {},
        planted: nothingPlanted,
      },
      timeline: [eventOf(scenarioStart + 15 * minuteMs, 'wipe', 0)],
    });
    for (const everyCheckIn of [false, true]) {
      const world = lived(scenario, { everyCheckIn });
      for (const { removedAt, removedWhy } of world.outcomes()) {
        expect({ removedAt, removedWhy }).toEqual({ removedAt: scenarioStart + 15 * minuteMs, removedWhy: 'wiped' });
      }
    }
  });

  it('TD-16 removes the records of lost devices 180 days after their end, and keeps all others', () => {
    const lostAt = { fromMs: 40 * dayMs, untilMs: 40 * dayMs };
    const fleet = [groupOf({ enrolledWithinMs: 0, lostForEver: { share: 1, between: lostAt } })];
    const end = lived(scenarioOf({ days: 546, fleet }));
    const before = lived(scenarioOf({ days: 545, fleet }));
    expect(before.tally.states()).toEqual({ unhealthy: 4 });
    expect(end.tally.states()).toEqual({ removed: 4 });
    for (const { removedAt } of end.outcomes()) expect(removedAt).toBe(scenarioStart + 545 * dayMs);
    expect(lived(scenarioOf({ days: 546, fleet: [groupOf()] })).tally.states()).toEqual({ managed: 4 });
  });

  it('picks the devices that a timeline entry names, and counts what is refused', () => {
    const fleet = [
      groupOf({ name: 'phones' }),
      groupOf({
        name: 'laptops',
        platform: 'windows',
        enrollment: 'joined',
        lostForEver: { share: 0.5, between: { fromMs: dayMs, untilMs: dayMs } },
      }),
    ];
    const at = scenarioStart + 2 * dayMs;
    const timeline = [
      eventOf(at, 'remoteLock', 0),
      eventOf(at, 'syncDevice', 1, { groups: ['laptops'], network: 'offline' }),
      eventOf(at, 'retire', 2, { platforms: ['windows'], network: 'online' }),
      eventOf(at + dayMs, 'delete', 3, { enrollments: ['device'], share: 0.5 }),
    ];
    const world = lived(scenarioOf({ devices: 200, fleet, timeline, days: 4 }));
    const groups = { phones: 0, laptops: 0 };
    for (const { group } of world.outcomes()) groups[group as keyof typeof groups] += 1;
    const { remoteLock, syncDevice, retire } = world.tally.actions;
    expect(remoteLock).toEqual({ acknowledged: groups.phones, refused: groups.laptops });
    expect((syncDevice?.open ?? 0) + (retire?.acknowledged ?? 0)).toBe(groups.laptops);
    expect(Object.keys({ ...syncDevice, ...retire })).toEqual(['open', 'acknowledged']);
    const deleted = world.tally.actions.delete?.acknowledged ?? 0;
    expect(deleted).toBeGreaterThan(groups.phones * 0.3);
    expect(deleted).toBeLessThan(groups.phones * 0.7);
    expect(world.tally.states()).toEqual({
      managed: groups.phones - deleted + (syncDevice?.open ?? 0),
      removed: deleted + (retire?.acknowledged ?? 0),
    });
  });

  it('samples the states once a day, every device in one of them', () => {
    const { startAt, stepMs, states } = lived(scenarioOf({ days: 5 })).series();
    expect({ startAt, stepMs }).toEqual({ startAt: scenarioStart, stepMs: dayMs });
    expect(states.every(({ counts }) => counts.length === 5)).toBe(true);
    for (let day = 0; day < 5; day++) expect(states.reduce((sum, { counts }) => sum + (counts[day] ?? 0), 0)).toBe(4);
    expect(states.find(({ name }) => name === 'not-enrolled')?.counts).toEqual([4, 0, 0, 0, 0]);
  });
});
