/**
 * Devices that break policies now and then, and apps that sign in by themselves, once in virtual time and once by real agents against a stub
 * whose clock hops: the same states on the same days, the same actions and mails, the same sign-in log, to the millisecond.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { dayMs, hourMs } from '../runtime/duration.ts';
import { liveScenario } from '../simulator/live-run.ts';
import { type Run, runScenario } from '../simulator/run.ts';
import type { Scenario } from '../simulator/scenarios/scenario.ts';
import { nothingPlanted } from '../simulator/tenant/seed.ts';
import { accessPolicyOf, actionOf, policyOf, warning } from '../simulator/world/compliance.fixture.ts';
import { eventOf, groupOf, scenarioOf, scenarioStart, stepOf } from '../simulator/world/scenario.fixture.ts';

const keys = join(fileURLToPath(new URL('..', import.meta.url)), 'node_modules/.cache/mockfleet/live-keys');
/** Somewhere within a day, so that nothing else falls on it by chance. */
const oddMs = 12_345_678;
const at = (day: number) => scenarioStart + day * dayMs + oddMs;

const actions = [actionOf('block', 2), actionOf('notification', 1), actionOf('remoteLock', 4), actionOf('pushNotification', 0)];
const lapses = { perMonth: 1, lasts: { kind: 'uniform', fromMs: 2 * dayMs, untilMs: 9 * dayMs } as const };
const passcode = { passcode: { text: '246810' } };
const base = scenarioOf();

const story: Scenario = scenarioOf({
  name: 'parity-compliance',
  seed: 'parity',
  days: 70,
  devices: 5,
  tenant: {
    ...base.tenant,
    planted: {
      ...nothingPlanted,
      notificationTemplates: [warning],
      compliancePolicies: [
        policyOf('iPhones', 'iosCompliancePolicy', { settings: { passcodeRequired: true, osMinimumVersion: '15.0' }, actions }),
        policyOf('PCs', 'windows10CompliancePolicy', { settings: { storageRequireEncryption: true }, actions }),
      ],
      conditionalAccess: [accessPolicyOf()],
    },
  },
  fleet: [
    groupOf({
      name: 'phones',
      count: 3,
      weight: 3,
      enrolledWithinMs: hourMs,
      has: { ...groupOf().has, ...passcode },
      signIns: { apps: ['outlook', 'teams'], everyMs: 4 * hourMs },
      lapses: { ...lapses, of: ['passcode', 'osVersion'] },
      absences: {
        share: 0.5,
        count: { from: 1, until: 1 },
        between: { fromMs: 20 * dayMs, untilMs: 30 * dayMs },
        length: { kind: 'constant', ms: 5 * dayMs },
      },
    }),
    groupOf({
      name: 'pcs',
      count: 2,
      weight: 2,
      platform: 'windows',
      enrollment: 'joined',
      models: [{ model: 'One', manufacturer: 'Contoso', osVersion: '10.0.22631.3737', weight: 1 }],
      has: { ...groupOf().has, encrypted: 1 },
      signIns: { apps: ['sharepoint'], everyMs: 9 * hourMs },
      lapses: { ...lapses, of: ['encryption'] },
    }),
  ],
  timeline: [
    // From here on it has nothing but its token (TD-10): kept out, and let in again when nobody asks for a managed device any more.
    eventOf(at(40), 'retire', 0, { groups: ['pcs'], share: 0.5 }),
    stepOf(
      at(50),
      { kind: 'tenant', change: {}, seed: { ...nothingPlanted, conditionalAccess: [accessPolicyOf({ state: 'disabled' })] } },
      1,
    ),
    stepOf(at(60), { kind: 'tenant', change: {}, seed: { ...nothingPlanted, conditionalAccess: [accessPolicyOf()] } }, 2),
  ],
});

function found(run: Run) {
  const { compliance, noncomplianceActions, mails, notices, access, actions, checkInsLived, checkers } = run.result;
  // Days are counted along the way; a story that is lived live looks at them when anything happens.
  return {
    ...{ compliance, noncomplianceActions, mails, notices, access, actions, checkInsLived },
    failed: checkers.filter(({ passed }) => !passed),
    signIns: [...(run.rows?.signIns() ?? [])].map(({ id: _, ...signIn }) => signIn),
    mailed: [...(run.rows?.mails() ?? [])].map(({ at, to, about }) => ({ at, to, about })).sort((a, b) => a.at - b.at),
    devices: [...(run.rows?.devices() ?? [])].map(({ phase, checkIns, record }) => ({
      phase,
      checkIns,
      compliance: record?.compliance ?? null,
    })),
  };
}

it('NC-06 NC-08 NC-12 TD-10 lapses, their mails and locks, and who is let in, are the same in virtual time and live', async () => {
  const virtual = await runScenario({ scenario: story, text: '' });
  const live = await liveScenario({ scenario: story, text: '' }, { links: 'memory', keys });
  try {
    const expected = found(virtual);
    expect(found(live)).toEqual(expected);
    expect(expected.failed).toEqual([]);
    // It is not the silence that is the same.
    expect(expected.access.outlook).toMatchObject({ lost: expect.any(Number), regained: expect.any(Number) });
    expect(expected.access.sharepoint).toMatchObject({ lost: expect.any(Number), regained: expect.any(Number) });
    expect(expected.noncomplianceActions.remoteLock?.done).toBeGreaterThan(0);
    expect(expected.mails.sent).toBeGreaterThan(3);
  } finally {
    virtual.close();
    live.close();
  }
});
