/** Every page as it is first seen, with devices and without. */
import { describe, expect, it } from 'vitest';
import { hasChromium, openConsole, seriousProblems } from '../support/console.ts';

const pages = [
  'devices',
  'policies',
  'policies/new?type=windows10CompliancePolicy',
  'policies/settings',
  'policies/retire',
  'templates',
  'templates/branding',
  'groups',
  'notifications',
  'mail',
  'mail/outbox',
  'screens',
  'audit',
  'sign-ins',
  'time',
  'scenarios',
  'scenarios/wipe-pending-for-ever',
  'faults',
];

describe.skipIf(!hasChromium)('every page of the console', () => {
  it('has no serious accessibility problem, light or dark', { timeout: 120_000 }, async () => {
    const { page, go, call, troubles } = await openConsole({ words: ['--devices', '5'] });
    const first = async () => (await call<{ value: { id: string }[] }>('GET', '/beta/deviceManagement/managedDevices?$top=1')).value[0]?.id;
    await expect.poll(first).toBeDefined();
    const id = await first();
    const tabs = ['overview', 'actions', 'compliance', 'apps', 'audit', 'user'].map((tab) => `devices/${id}?tab=${tab}`);
    for (const hash of [...pages, ...tabs]) {
      await go(`#/${hash}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      expect({ hash, problems: await seriousProblems(page) }).toEqual({ hash, problems: [] });
    }
    expect(troubles).toEqual([]);
  });
});
