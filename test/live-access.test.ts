/** Apps of real agents that sign in by themselves, against a stub whose clock is advanced. */
import { afterEach, expect, it } from 'vitest';
import { newDevice } from '../agent/device/state.ts';
import { hourMs } from '../runtime/duration.ts';
import { plantDirectory } from '../simulator/tenant/plant.ts';
import { nothingPlanted } from '../simulator/tenant/seed.ts';
import { accessPolicyOf, policyOf } from '../simulator/world/compliance.fixture.ts';
import { openTenant, type Tenant, tenantStart } from './support/tenant.ts';

let tenant: Tenant | undefined;
afterEach(() => tenant?.close());

const inventory = {
  platform: 'ios',
  enrollment: 'device',
  serialNumber: 'SN1',
  deviceName: 'phone',
  manufacturer: 'Apple',
  model: 'iPhone 15',
  osVersion: '17.5',
  userPrincipalName: 'adele@contoso.example',
} as const;

it('NC-08 NC-12 an advance stops at sign-ins that are answered otherwise than before, and passes over all others', async () => {
  tenant = await openTenant();
  const { stub, store, notes, advance, enrolledAgent } = tenant;
  const by = { name: 'admin@contoso.example', isUser: false };
  plantDirectory(
    stub.inside.tenant(),
    {
      ...nothingPlanted,
      compliancePolicies: [policyOf('P', 'iosCompliancePolicy', { settings: { passcodeRequired: true } })],
      conditionalAccess: [accessPolicyOf()],
    },
    tenantStart,
    by,
  );
  const signIns = { apps: ['outlook'], everyMs: 4 * hourMs } as const;
  const agent = await enrolledAgent({ fresh: newDevice(inventory, 7, undefined, { passcode: '246810' }, [], signIns) });
  const asked = () => notes.filter(({ kind }) => kind === 'outside-answered').length;
  const told = () => agent.runner.state.access.outlook;

  await advance('1d');
  expect(told()).toBe('allowed');
  const before = asked();
  await advance('300d');
  expect(told()).toBe('allowed');
  expect(asked() - before).toBeLessThan(20);

  agent.runner.act({ change: { passcode: null } });
  await advance('1d');
  expect(told()).toBe('device-not-compliant');
  agent.runner.act({ change: { passcode: '135790' } });
  await advance('1d');
  expect(told()).toBe('allowed');

  const log = [...store.signIns()].sort((a, b) => a.at - b.at);
  expect(log.map(({ outcome, isBackground }) => [outcome, isBackground])).toEqual([
    ['allowed', true],
    ['device-not-compliant', true],
    ['allowed', true],
  ]);
  // At the first attempt after the check-in that told of it, not at the end of the advance.
  const changes = notes.filter((note) => note.kind === 'compliance-changed').map(({ to }) => to);
  expect(changes).toEqual(['compliant', 'noncompliant', 'compliant']);
  const evaluatedAt = store.device(agent.id)?.compliance.evaluatedAt ?? 0;
  expect((log[2]?.at ?? 0) - evaluatedAt).toBeGreaterThan(0);
  expect((log[2]?.at ?? 0) - evaluatedAt).toBeLessThan(4.5 * hourMs);
  expect(log[2]?.at).toBeLessThan(stub.clock.now());
});
