import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs } from '../../runtime/duration.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import { createMemoryStore } from '../../server-stub/store/memory-store.ts';
import { openSqliteStore } from '../../server-stub/store/sqlite-store.ts';
import type { Store } from '../../server-stub/store/store.ts';
import type { FleetGroup, Scenario } from '../scenarios/scenario.ts';
import { nothingPlanted } from '../tenant/seed.ts';
import { accessPolicyOf, actionOf, anyComplianceScenario, policyOf, warning } from './compliance.fixture.ts';
import { eventOf, groupOf, nothingMore, scenarioOf, scenarioStart, stepOf } from './scenario.fixture.ts';
import { World, type WorldOptions } from './world.ts';

/** An hour into that day. */
const at = (day: number) => scenarioStart + day * dayMs + hourMs;

/** Phones that lose their passcode each month, and with it their access. */
const forgetful = scenarioOf({
  days: 90,
  tenant: {
    ...scenarioOf().tenant,
    planted: {
      ...nothingPlanted,
      notificationTemplates: [warning],
      compliancePolicies: [
        policyOf('P', 'iosCompliancePolicy', {
          settings: { passcodeRequired: true },
          actions: [actionOf('block', 2), actionOf('notification', 1), actionOf('remoteLock', 4)],
        }),
      ],
      conditionalAccess: [accessPolicyOf()],
    },
  },
  fleet: [
    groupOf({
      has: { ...nothingMore, passcode: { text: '246810' } },
      signIns: { apps: ['outlook'], everyMs: 4 * hourMs },
      lapses: { perMonth: 1, lasts: { kind: 'constant', ms: 6 * dayMs }, of: ['passcode'] },
    }),
  ],
});

function lived(scenario: Scenario, options: Partial<WorldOptions> = {}, slice = 1_000_000): { world: World; store: Store } {
  const store = options.store ?? createMemoryStore();
  const world = new World(scenario, { everyCheckIn: false, codec: false, ...options, store });
  while (!world.advance(slice)) if (world.eventsExecuted > 5_000_000) throw new Error('this world does not end');
  return { world, store };
}

function findings({ world, store }: ReturnType<typeof lived>) {
  const { actions, checkInsLived, noncomplianceActions, mails, access, notices } = world.tally;
  return {
    digest: world.digest(),
    states: world.tally.states(),
    compliance: world.tally.compliance(),
    series: world.complianceSeries(),
    ...{ actions, checkInsLived, noncomplianceActions, mails, access, notices },
    outcomes: [...world.outcomes()].map(({ record, ...own }) => ({ ...own, record: structuredClone(record) })),
    signIns: [...store.signIns()],
    failed: world.verdicts().filter(({ passed }) => !passed),
  };
}

describe('a world whose devices are judged and whose apps sign in', () => {
  it('M-09 ends the same whether quiet check-ins and sign-ins are lived or skipped, through the codec, and in slices', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyComplianceScenario(4), (scenario) => {
        const quiet = findings(lived(scenario));
        expect(quiet.failed).toEqual([]);
        expect(findings(lived(scenario, { everyCheckIn: true }))).toEqual(quiet);
        expect(findings(lived(scenario, { codec: true }))).toEqual(quiet);
        expect(findings(lived(scenario, {}, 7))).toEqual(quiet);
        for (const [name, outcomes] of [...Object.entries(quiet.noncomplianceActions), ...Object.entries(quiet.access)]) {
          for (const outcome of Object.keys(outcomes)) seen.add(`${name} ${outcome}`);
        }
        for (const { name, counts } of quiet.series.states) if (counts.some((count) => count > 0)) seen.add(name);
      }),
      // One that has everything, so that what is asked for below is always met.
      { numRuns: 45, examples: [[forgetful]] },
    );
    // The scenarios drawn reach what the property is about.
    for (const what of [
      'block done',
      'notification done',
      'remoteLock done',
      'outlook lost',
      'outlook regained',
      'inGracePeriod',
      'noncompliant',
    ]) {
      expect([...seen]).toContain(what);
    }
  });

  it('M-09 ends the same on SQLite', () => {
    fc.assert(
      fc.property(anyComplianceScenario(3), (scenario) => {
        const store = openSqliteStore(':memory:');
        try {
          expect(findings(lived(scenario, { store }))).toEqual(findings(lived(scenario)));
        } finally {
          store.close();
        }
      }),
      { numRuns: 10 },
    );
  });

  it.each([false, true])(
    'NC-12 TD-10 an app that its device was retired from goes on with its token, and hears of new rules (every check-in: %s)',
    (everyCheckIn) => {
      const change = (day: number, state: 'enabled' | 'disabled', entry: number) =>
        stepOf(at(day), { kind: 'tenant', change: {}, seed: { ...nothingPlanted, conditionalAccess: [accessPolicyOf({ state })] } }, entry);
      const { store, world } = lived(
        scenarioOf({
          days: 50,
          devices: 1,
          fleet: [groupOf({ signIns: { apps: ['outlook'], everyMs: 4 * hourMs } })],
          timeline: [eventOf(at(10), 'retire', 0), change(20, 'enabled', 1), change(30, 'disabled', 2)],
        }),
        { everyCheckIn },
      );
      const log = [...store.signIns()].sort((a, b) => a.at - b.at);
      expect(log.map(({ at: instant, outcome }) => [Math.floor((instant - scenarioStart) / dayMs), outcome])).toEqual([
        [expect.any(Number), 'allowed'],
        [20, 'device-not-managed'],
        [30, 'allowed'],
      ]);
      // Within a pause and its jitter after the change.
      for (const { at: instant } of log.slice(1)) expect((instant - scenarioStart - hourMs) % dayMs).toBeLessThan(4.5 * hourMs);
      expect(log.every(({ isBackground }) => isBackground)).toBe(true);
      expect(world.tally.access).toEqual({ outlook: { granted: 1, lost: 1, regained: 1 } });
    },
  );

  it('NC-08 NC-12 an app loses access when the grace is over, and has it back after the next attempt that finds the device compliant', () => {
    const passcode = (value: string | null) => ({ kind: 'device', acts: [{ change: { passcode: value } }] }) as const;
    const { store, world } = lived(
      scenarioOf({
        days: 20,
        devices: 1,
        tenant: {
          ...scenarioOf().tenant,
          planted: {
            ...nothingPlanted,
            compliancePolicies: [
              policyOf('P', 'iosCompliancePolicy', { settings: { passcodeRequired: true }, actions: [actionOf('block', 3)] }),
            ],
            conditionalAccess: [accessPolicyOf()],
          },
        },
        fleet: [
          groupOf({ has: { ...nothingMore, passcode: { text: '246810' } }, signIns: { apps: ['outlook', 'teams'], everyMs: 4 * hourMs } }),
        ],
        timeline: [stepOf(at(5), passcode(null), 0), stepOf(at(12), passcode('135790'), 1)],
      }),
    );
    const days = [...store.signIns()]
      .reverse()
      .filter(({ app }) => app === 'teams')
      .map(({ at: instant, outcome }) => [(instant - scenarioStart) / dayMs, outcome]);
    expect(days.map(([, outcome]) => outcome)).toEqual(['allowed', 'device-not-compliant', 'allowed']);
    const [, lost, back] = days.map(([day]) => day as number) as [number, number, number];
    expect(lost).toBeGreaterThan(8);
    expect(lost).toBeLessThan(8.7);
    expect(back).toBeGreaterThan(12);
    expect(back).toBeLessThan(12.7);
    expect(world.tally.access.teams).toEqual({ granted: 1, lost: 1, regained: 1 });
  });

  it('M-03 apps sign in about as often as they are asked to, and only with somebody’s account and a network', () => {
    const away = { share: 1, between: { fromMs: 10 * dayMs, untilMs: 10 * dayMs } };
    const signIns = { apps: ['outlook'], everyMs: 4 * hourMs } as const;
    const asked = (fleet: FleetGroup) => {
      let count = 0;
      const store = createMemoryStore();
      const listener = {
        deviceSaid() {},
        serverSaid: (_index: number, note: ServerNote) => {
          if (note.kind === 'outside-answered' && note.service === 'sign-in') count += 1;
        },
        network() {},
        recordChanged() {},
      };
      lived(scenarioOf({ days: 20, devices: 1, fleet: [fleet] }), { store, everyCheckIn: true, listener });
      return count;
    };
    // The first day is the one on which it is enrolled.
    expect(asked(groupOf({ signIns, enrolledWithinMs: 0 }))).toBeGreaterThanOrEqual(119);
    expect(asked(groupOf({ signIns, enrolledWithinMs: 0 }))).toBeLessThanOrEqual(121);
    expect(asked(groupOf({ signIns, enrolledWithinMs: 0, lostForEver: away }))).toBeGreaterThanOrEqual(59);
    expect(asked(groupOf({ signIns, enrolledWithinMs: 0, lostForEver: away }))).toBeLessThanOrEqual(61);
    expect(asked(groupOf({ signIns, user: '' }))).toBe(0);
    expect(asked(groupOf())).toBe(0);
  });
});
