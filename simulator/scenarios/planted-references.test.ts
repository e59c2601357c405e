/** What the tenant of a scenario says of itself and of its fleet: what is refused, where, and what becomes of the rest. */
import { describe, expect, it } from 'vitest';
import { runScenario } from '../run.ts';
import { ScenarioError } from './errors.ts';
import { parseScenario } from './load.ts';

const fleet = 'fleet: [{ name: phones, count: 2, platform: ios, user: adele@contoso.example }, { name: mac, count: 1, platform: macos }]';
const body = (tenant: string, timeline = '[]') => `name: a\ntitle: A\ndays: 3\n${fleet}\ntenant: ${tenant}\ntimeline: ${timeline}\n`;
const policy = '{ displayName: P, type: iosCompliancePolicy, settings: { osMinimumVersion: "99" }, assignTo: [G] }';

function refusal(text: string): string {
  try {
    parseScenario(text, 's.yaml');
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  throw new Error('It was taken.');
}

describe('the tenant of a scenario', () => {
  it.each([
    [
      '{ compliancePolicies: [{ displayName: P, type: iosCompliancePolicy, assignTo: [G] }] }',
      '[]',
      /tenant\.compliancePolicies\[0\]\.assignTo\[0\]: .*no group "G"/,
    ],
    [
      '{ groups: [{ displayName: G, members: [{ usersOf: phone }] }] }',
      '[]',
      /members\[0\]: .*no group of the fleet "phone"; did you mean "phones"\?/,
    ],
    ['{ groups: [{ displayName: G, members: [nobody@contoso.example] }] }', '[]', /no user "nobody@contoso\.example"/],
    ['{ groups: [{ displayName: G, members: ["device: phones-3"] }] }', '[]', /no device "phones-3"; did you mean "phones-1"\?/],
    ['{ groups: [{ displayName: G }, { displayName: g }] }', '[]', /groups\[1\]\.displayName: "g" is already that of groups\[0\]/],
    ['{ compliancePolicies: [{ displayName: P, type: iosCompliancePolicy, remove: true }] }', '[]', /unknown key "remove"/],
    [
      '{}',
      '[{ at: 1d, tenant: { compliancePolicies: [{ displayName: P }] } }]',
      /timeline\[0\]\.tenant\.compliancePolicies\[0\]: "P" is new, and needs a "type"/,
    ],
    ['{}', '[{ at: 1d, tenant: { compliancePolicies: [{ displayName: P, remove: true }] } }]', /the file has no policy "P" before/],
    [
      '{ compliancePolicies: [{ displayName: P, type: iosCompliancePolicy }] }',
      '[{ at: 1d, tenant: { compliancePolicies: [{ displayName: p, type: macOSCompliancePolicy }] } }]',
      /compliancePolicies\[0\]\.type: "p" is an iosCompliancePolicy, and that cannot change/,
    ],
    [
      '{ compliancePolicies: [{ displayName: P, type: iosCompliancePolicy }] }',
      '[{ at: 1d, tenant: { compliancePolicies: [{ displayName: P, settings: { firewallEnabled: true } }] } }]',
      /settings\.firewallEnabled: "firewallEnabled" is no setting of iosCompliancePolicy/,
    ],
    [
      '{ compliancePolicies: [{ displayName: P, type: iosCompliancePolicy }] }',
      '[{ at: 1d, tenant: { compliancePolicies: [{ displayName: P, remove: true, settings: {} }] } }]',
      /settings: "settings" cannot be said of what is taken away/,
    ],
    [
      '{ groups: [{ displayName: Field Sales }, { displayName: Office }] }',
      '[{ at: 1d, notify: { title: A, body: B, groups: [Office, Field Sale] } }]',
      /timeline\[0\]\.notify\.groups\[1\]: the file has no group of the tenant "Field Sale"; did you mean "Field Sales"\? allowed: Field Sales, Office/,
    ],
    ['{ groups: [{ displayName: G, leave: [adele@contoso.example] }] }', '[]', /tenant\.groups\[0\]\.leave: unknown key "leave"/],
    [
      '{ groups: [{ displayName: G, members: [adele@contoso.example] }] }',
      '[{ at: 1d, tenant: { groups: [{ displayName: G, leave: [adela@contoso.example] }] } }]',
      /timeline\[0\]\.tenant\.groups\[0\]\.leave\[0\]: the file has no user "adela@contoso\.example"; did you mean "adele@contoso\.example"/,
    ],
    ['{}', '[{ at: 1d, tenant: {} }]', /it changes nothing; allowed: .*compliancePolicies/],
  ])('%s %s', (tenant, timeline, message) => {
    expect(refusal(body(tenant, timeline))).toMatch(message);
  });

  it('gives a change on the way the type of the policy that it changes', () => {
    const tenant = `{ groups: [{ displayName: G, members: [{ usersOf: phones }] }], compliancePolicies: [${policy}] }`;
    const { timeline } = parseScenario(
      body(tenant, '[{ at: 1d, tenant: { compliancePolicies: [{ displayName: p, exclude: [G] }] } }]'),
      's.yaml',
    );
    expect(timeline[0]?.step).toMatchObject({ change: {}, seed: { compliancePolicies: [{ type: 'iosCompliancePolicy' }] } });
  });
});

describe('a fleet in groups of its tenant', () => {
  const expected = (at: string, to: string, state: string) =>
    `{ at: ${at}, to: { groups: [${to}] }, expect: [{ name: ${to} ${at}, compliance: { P: ${state} } }] }`;

  it.each([
    ['users', '{ usersOf: phones }'],
    ['devices', '{ devicesOf: phones }'],
    ['devices by name', '"device: phones-1", "device: phones-2"'],
  ])('is reached through its %s, also when they come later, and no longer when the policy goes', async (_, members) => {
    const tenant = `{ push: { lost: 0%, latency: 1s }, compliancePolicies: [${policy}], groups: [{ displayName: G, members: [${members}] }] }`;
    const later = '{ displayName: Q, type: macOSCompliancePolicy, settings: { osMinimumVersion: "99" }, assignTo: [H] }';
    const steps = [
      expected('2h', 'phones', 'nonCompliant'),
      expected('2h', 'mac', 'none'),
      `{ at: 3h, tenant: { groups: [{ displayName: H, members: [{ devicesOf: mac }] }], compliancePolicies: [${later}, { displayName: P, remove: true }] } }`,
      expected('4h', 'phones', 'none'),
      '{ at: 4h, to: { groups: [mac] }, expect: [{ name: Q, compliance: { Q: nonCompliant }, graph: { complianceState: noncompliant } }] }',
      '{ at: 4h, to: { groups: [phones] }, expect: [{ name: free again, graph: { complianceState: compliant } }] }',
    ];
    const text = body(tenant, `[${steps.join(', ')}]`);
    const scenario = parseScenario(text, 's.yaml');
    const digests = new Set<string | null>();
    for (const options of [{}, { everyCheckIn: true }, { codec: true }]) {
      const run = await runScenario({ scenario, text }, options);
      expect(run.result.expectations.filter(({ passed }) => !passed)).toEqual([]);
      digests.add(run.result.digest);
      run.close();
    }
    expect(digests.size).toBe(1);
  });

  it.each([
    ['users', '{ usersOf: phones }'],
    ['devices', '{ devicesOf: phones }'],
    ['devices by name', '"device: phones-1", "device: phones-2"'],
  ])('CN-17 is left by its %s on the way, and a device that is enrolled again does not come back into it', async (_, members) => {
    const tenant = `{ push: { lost: 0%, latency: 1s }, compliancePolicies: [${policy}], groups: [{ displayName: G, members: [${members}] }] }`;
    const steps = [
      expected('2h', 'phones', 'nonCompliant'),
      `{ at: 3h, tenant: { groups: [{ displayName: g, leave: [${members}] }] } }`,
      expected('4h', 'phones', 'none'),
      '{ at: 5h, to: { groups: [phones] }, do: retire }',
      '{ at: 6h, to: { groups: [phones] }, device: { enroll: true } }',
      expected('7h', 'phones', 'none'),
      `{ at: 8h, tenant: { groups: [{ displayName: G, members: [${members}] }] } }`,
      expected('9h', 'phones', 'nonCompliant'),
    ];
    const text = body(tenant, `[${steps.join(', ')}]`);
    const run = await runScenario({ scenario: parseScenario(text, 's.yaml'), text }, {});
    expect(run.result.expectations.filter(({ passed }) => !passed)).toEqual([]);
    run.close();
  });
});
