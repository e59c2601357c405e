import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayMs, hourMs } from '../../runtime/duration.ts';
import { createMemoryStore } from '../../server-stub/store/memory-store.ts';
import type { Store } from '../../server-stub/store/store.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { anyScenario, groupOf, scenarioOf, scenarioStart } from './scenario.fixture.ts';
import { World } from './world.ts';

/** A world whose tenant has the rule from its beginning. */
function lived(scenario: Scenario, days: number, everyCheckIn: boolean): { world: World; store: Store } {
  const store = createMemoryStore();
  store.saveSetting('cleanup-days', String(days));
  const world = new World(scenario, { store, everyCheckIn, codec: false });
  while (!world.advance(1_000_000)) if (world.eventsExecuted > 5_000_000) throw new Error('this world does not end');
  return { world, store };
}

const hidden = (store: Store) => [...store.audits()].filter(({ activity }) => activity === 'cleanup ManagedDevice');

it('M-09 ends the same whether quiet check-ins are lived or computed, with a rule that hides inactive devices', () => {
  let hits = 0;
  fc.assert(
    fc.property(anyScenario(4), fc.constantFrom(30, 31, 90), (scenario, days) => {
      const [quiet, every] = [false, true].map((everyCheckIn) => {
        const { world, store } = lived(scenario, days, everyCheckIn);
        return {
          digest: world.digest(),
          failed: world.verdicts().filter(({ passed }) => !passed),
          records: [...world.outcomes()].map(({ record }) => record && structuredClone(record)),
          hidden: structuredClone(hidden(store)),
        };
      });
      expect(quiet).toEqual(every);
      expect(quiet?.failed).toEqual([]);
      hits += quiet?.hidden.length ?? 0;
    }),
    { numRuns: 100 },
  );
  expect(hits).toBeGreaterThan(20);
});

it('hides who was away for as long as the rule says, to the millisecond, nobody else, and shows who came back', () => {
  const away = { fromMs: 10 * dayMs, untilMs: 10 * dayMs };
  const scenario = scenarioOf({
    days: 60,
    devices: 3,
    fleet: [
      groupOf({ name: 'lost', count: 1, enrolledWithinMs: 0, lostForEver: { share: 1, between: away } }),
      groupOf({
        name: 'traveller',
        count: 1,
        enrolledWithinMs: 0,
        absences: { share: 1, count: { from: 1, until: 1 }, between: away, length: { kind: 'constant', ms: 40 * dayMs } },
      }),
      groupOf({ name: 'steady', count: 1, enrolledWithinMs: 0 }),
    ],
  });
  for (const everyCheckIn of [false, true]) {
    const { world, store } = lived(scenario, 30, everyCheckIn);
    const [lost, traveller, steady] = [...world.outcomes()].map(({ record }) => record);
    expect([lost?.hidden, traveller?.hidden, steady?.hidden]).toEqual([true, false, false]);
    const lastSync = lost?.lastSyncAt ?? 0;
    expect(scenarioStart + 10 * dayMs - lastSync).toBeLessThan(9 * hourMs);
    expect(hidden(store).find(({ deviceId }) => deviceId === lost?.id)).toMatchObject({ at: lastSync + 30 * dayMs, actorType: 'service' });
    expect(
      hidden(store)
        .map(({ deviceId }) => deviceId)
        .sort(),
    ).toEqual([lost?.id, traveller?.id].sort());
    expect([...store.devicesAfter(null)].map(({ id }) => id).sort()).toEqual([traveller?.id, steady?.id].sort());
  }
});
