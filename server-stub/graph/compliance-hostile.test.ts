/** Whatever is sent to a path of compliance policies is answered, and what is refused changes nothing. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { block, ComplianceBench, passcodePolicy, plantedTemplate, ruleWith } from './compliance.fixture.ts';
import { bodyOf } from './fake-tenant.contract.ts';

const root = '/beta/deviceManagement';
const policies = `${root}/deviceCompliancePolicies`;

/** Bodies that are nearly right: good ones of which one part, however deep, is something else. */
const parts = fc.oneof(
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  fc.constantFrom('__proto__', 'constructor', -1, 1e308, 8761, 0.5, '', ' ', 'null', null, [], {}, [null], [[]], [{}], { target: null }),
);

function changedAt(value: unknown, path: readonly number[], part: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== 'object' || value === null) return part;
  if (Array.isArray(value)) {
    const index = value.length === 0 ? 0 : first % value.length;
    const copy = [...(value as unknown[])];
    copy[index] = changedAt(copy[index], rest, part);
    return copy;
  }
  const names = Object.keys(value);
  const name = names[first % Math.max(names.length, 1)] ?? 'x';
  return { ...value, [name]: changedAt((value as Record<string, unknown>)[name], rest, part) };
}

it('NC-04 bodies of all sorts are taken or refused with 400, and never break anything', () => {
  const bench = new ComplianceBench();
  const template = plantedTemplate(bench);
  const group = bench.group('Group');
  const id = bench.policy();
  bench.device({ passcode: false });
  const rules = ruleWith(block, {
    actionType: 'notification',
    gracePeriodHours: 24,
    notificationTemplateId: template,
    notificationMessageCCList: [group],
  });
  const assignments = [{ id: 'x', target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: group } }];
  const good: readonly (readonly [method: string, url: string, body: object])[] = [
    [
      'POST',
      policies,
      {
        ...passcodePolicy,
        passcodeMinimumLength: 6,
        restrictedApps: [{ name: 'x', appId: 'y' }],
        scheduledActionsForRule: rules,
        assignments,
      },
    ],
    ['PATCH', `${policies}/${id}`, { '@odata.type': '#microsoft.graph.iosCompliancePolicy', osMinimumVersion: '17.0', description: 'x' }],
    ['POST', `${policies}/${id}/assign`, { assignments }],
    ['POST', `${policies}/${id}/scheduleActionsForRules`, { deviceComplianceScheduledActionForRules: rules }],
    ['POST', `${policies}/setScheduledRetireState`, { state: 'cancelRetire', managedDeviceIds: [], scopedToAllDevices: true }],
    ['POST', `${policies}/getNoncompliantDevicesToRetire`, { select: ['managedDeviceId'], search: 'x', skip: 0, top: 1 }],
    ['PATCH', root, { settings: { secureByDefault: false, deviceComplianceCheckinThresholdDays: 30 } }],
  ];
  for (const [method, url, body] of good)
    expect([url, bench.call(method, url, body).status]).toEqual([url, expect.toSatisfy((status) => status < 300)]);
  const before = () => JSON.stringify([...bench.tenant.directory.entriesAfter('compliancePolicy', null)]);
  fc.assert(
    fc.property(fc.constantFrom(...good), fc.array(fc.nat(7), { minLength: 1, maxLength: 6 }), parts, ([method, url, body], path, part) => {
      const was = before();
      const response = bench.call(method, url, changedAt(body, path, part));
      if (response.status < 300) return;
      expect([response.status, method, url, JSON.stringify(part)]).toEqual([
        expect.toSatisfy((status) => status === 400 || status === 404),
        method,
        url,
        JSON.stringify(part),
      ]);
      expect(bodyOf(response).error.code).toMatch(/^(BadRequest|ResourceNotFound)$/);
      expect(before()).toBe(was);
    }),
    { numRuns: 1500 },
  );
  // What was taken can be read, and judges the device.
  bench.device({ passcode: true });
  for (const policy of bench.get(policies).value) expect(bench.get(`${policies}/${policy.id}/deviceStatuses`).value).toBeDefined();
});
