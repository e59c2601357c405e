/** Compliance policies through Graph: made, read, changed, deleted, and read to be made again (reference §4.1, §4.2). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyTypeTable } from '../core/compliance/policy-types.ts';
import { type Json, type PolicyType, policyTypes } from '../core/policy-records.ts';
import {
  block,
  ComplianceBench,
  notGroup,
  passcodePolicy,
  plantedTemplate,
  policiesUrl,
  refusalOf,
  ruleWith,
  toGroup,
} from './compliance.fixture.ts';
import { program } from './directory.fixture.ts';
import { bodyOf } from './fake-tenant.contract.ts';

const beta = '/beta/deviceManagement/deviceCompliancePolicies';
const whole = '$expand=assignments,scheduledActionsForRule($expand=scheduledActionConfigurations)';

describe('compliance policies', () => {
  it('are made with what the real service needs at least, and shown with all that their type has', () => {
    const bench = new ComplianceBench();
    const response = bench.call('POST', policiesUrl, passcodePolicy);
    const made = bodyOf(response);
    expect(response.status).toBe(201);
    expect(response.headers.location).toBe(`https://graph.microsoft.com${policiesUrl}/${made.id}`);
    expect(made).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#deviceManagement/deviceCompliancePolicies/$entity',
      '@odata.type': '#microsoft.graph.iosCompliancePolicy',
      displayName: 'Passcode',
      description: null,
      version: 1,
      passcodeRequired: true,
      passcodeBlockSimple: false,
      passcodeMinimumLength: null,
      passcodeRequiredType: 'deviceDefault',
      osMinimumVersion: null,
    });
    expect(made).not.toHaveProperty('scheduledActionsForRule');
    expect(made).not.toHaveProperty('roleScopeTagIds');
    expect(bench.get(`${policiesUrl}/${made.id}`)).toEqual(made);
    expect(bench.get(policiesUrl).value).toHaveLength(1);
    expect(bench.get(`${beta}/${made.id}`)).toMatchObject({ roleScopeTagIds: ['0'], restrictedApps: [] });
    expect(bench.audits()).toContain('create DeviceCompliancePolicy by admin@contoso.example');
  });

  it('are found by name, by type and by page', () => {
    const bench = new ComplianceBench();
    const of = (type: string, displayName: string) =>
      bench.policy({ ...passcodePolicy, '@odata.type': type, displayName, passcodeRequired: undefined });
    for (const name of ['A', 'B', 'C']) of('#microsoft.graph.iosCompliancePolicy', name);
    of('microsoft.graph.windows10CompliancePolicy', 'PCs');
    of('#microsoft.graph.androidDeviceOwnerCompliancePolicy', 'Kiosks');
    const names = (query: string) => bench.get(query).value.map(({ displayName }) => displayName);
    expect(names(`${policiesUrl}?$filter=displayName eq 'b'`)).toEqual(['B']);
    expect(names(`${policiesUrl}?$orderby=displayName desc&$select=displayName`)).toEqual(['PCs', 'C', 'B', 'A']);
    expect(names(`${policiesUrl}?$orderby=displayName&$top=2&$skip=1`)).toEqual(['B', 'C']);
    expect(names(`${policiesUrl}/microsoft.graph.iosCompliancePolicy?$orderby=displayName`)).toEqual(['A', 'B', 'C']);
    expect(names(`${policiesUrl}?$filter=isof('microsoft.graph.windows10CompliancePolicy')`)).toEqual(['PCs']);
    expect(
      names(`${policiesUrl}?$filter=not isof(microsoft.graph.iosCompliancePolicy) or displayName eq 'A'&$orderby=displayName`),
    ).toEqual(['A', 'PCs']);
    // v1.0 does not show what only beta has.
    expect(bench.call('GET', `${policiesUrl}/$count`).body).toBe('4');
    expect(bench.call('GET', `${beta}/$count`).body).toBe('5');
    expect(bench.call('GET', `${beta}/microsoft.graph.androidDeviceOwnerCompliancePolicy/$count`).body).toBe('1');
    expect(bench.call('GET', `${policiesUrl}/microsoft.graph.androidDeviceOwnerCompliancePolicy`).status).toBe(400);
    const kiosks = bench.get(`${beta}?$filter=displayName eq 'Kiosks'`).value[0]?.id;
    expect(bench.call('GET', `${policiesUrl}/${kiosks}`).status).toBe(404);
    expect(bench.call('PATCH', `${policiesUrl}/${kiosks}`, { displayName: 'x' }).status).toBe(404);
  });

  it.each<[string, RegExp]>([
    [
      "isof('microsoft.graph.user')",
      /'microsoft\.graph\.user' is no type of 'microsoft\.graph\.deviceCompliancePolicy', which has microsoft\.graph\./,
    ],
    ["isof('microsoft.graph.androidDeviceOwnerCompliancePolicy')", /is no type of/],
    ['isof()', /Syntax error at position 5/],
    ['isof(5)', /Syntax error at position 5/],
    ["isof('microsoft.graph.iosCompliancePolicy'", /'\)' expected/],
    ['passcodeMinimumLength eq 4', /passcodeMinimumLength/],
  ])('are not found by %s', (filter, why) => {
    expect(refusalOf(new ComplianceBench(), 'GET', `${policiesUrl}?$filter=${filter}`)).toMatch(why);
  });

  it('are changed property by property, each time with a new version, and deleted', () => {
    const bench = new ComplianceBench();
    const id = bench.policy({ ...passcodePolicy, passcodeMinimumLength: 6 });
    const url = `${policiesUrl}/${id}`;
    bench.now += 1000;
    const changed = bodyOf(
      bench.call('PATCH', url, {
        '@odata.type': '#microsoft.graph.iosCompliancePolicy',
        passcodeMinimumLength: null,
        osMinimumVersion: '18.0',
      }),
    );
    expect(changed).toMatchObject({
      version: 2,
      passcodeRequired: true,
      passcodeMinimumLength: null,
      osMinimumVersion: '18.0',
      displayName: 'Passcode',
    });
    expect(changed.lastModifiedDateTime).not.toBe(changed.createdDateTime);
    expect(bodyOf(bench.call('PATCH', url, { displayName: 'Renamed', description: 'why' }))).toMatchObject({
      displayName: 'Renamed',
      version: 3,
    });
    expect(bodyOf(bench.call('PATCH', url, { displayName: 'Renamed' }))).toMatchObject({ version: 3 });
    // A setting of beta stays, though v1.0 does not show it.
    bench.call('PATCH', `${beta}/${id}`, { '@odata.type': '#microsoft.graph.iosCompliancePolicy', osMinimumBuildVersion: '22A1' });
    bench.call('PATCH', url, { '@odata.type': '#microsoft.graph.iosCompliancePolicy', osMinimumVersion: '18.1' });
    expect(bench.get(`${beta}/${id}`)).toMatchObject({ osMinimumBuildVersion: '22A1', osMinimumVersion: '18.1' });
    expect(bench.call('DELETE', url).status).toBe(204);
    expect(bench.call('GET', url).status).toBe(404);
    expect(bench.audits().slice(-1)).toEqual(['delete DeviceCompliancePolicy by admin@contoso.example']);
  });

  it.each<[string, unknown, RegExp]>([
    ['no type', { ...passcodePolicy, '@odata.type': undefined }, /'@odata.type' is missing.*iosCompliancePolicy/],
    [
      'a type that there is none of',
      { ...passcodePolicy, '@odata.type': '#microsoft.graph.user' },
      /'@odata.type' is "#microsoft.graph.user"/,
    ],
    ['a type of beta', { ...passcodePolicy, '@odata.type': '#microsoft.graph.androidDeviceOwnerCompliancePolicy' }, /@odata.type.*v1\.0/],
    ['the service’s own', { ...passcodePolicy, '@odata.type': '#microsoft.graph.defaultDeviceCompliancePolicy' }, /@odata.type/],
    ['no name', { ...passcodePolicy, displayName: undefined }, /'displayName'/],
    ['an empty name', { ...passcodePolicy, displayName: '' }, /'displayName'/],
    ['a long name', { ...passcodePolicy, displayName: 'x'.repeat(257) }, /'displayName'/],
    [
      'a setting of another platform',
      { ...passcodePolicy, bitLockerEnabled: true },
      /'bitLockerEnabled' does not exist on type 'microsoft.graph.iosCompliancePolicy'/,
    ],
    ['a setting of beta', { ...passcodePolicy, osMinimumBuildVersion: '22A1' }, /'osMinimumBuildVersion'.*beta/],
    ['a length out of range', { ...passcodePolicy, passcodeMinimumLength: 3 }, /'passcodeMinimumLength'.*4 to 14/],
    ['a switch that is none', { ...passcodePolicy, passcodeRequired: 'yes' }, /'passcodeRequired'.*true or false/],
    ['no actions', { ...passcodePolicy, scheduledActionsForRule: undefined }, /'scheduledActionsForRule'.*block/],
    ['actions that are none', { ...passcodePolicy, scheduledActionsForRule: 'block' }, /'scheduledActionsForRule'/],
    ['no assignments of a list', { ...passcodePolicy, assignments: {} }, /'assignments'/],
  ])('are refused with %s', (_, body, why) => {
    const bench = new ComplianceBench();
    expect(refusalOf(bench, 'POST', policiesUrl, body)).toMatch(why);
    expect(bench.get(policiesUrl).value).toEqual([]);
  });

  it('stay of their type, and say where their actions and assignments are changed', () => {
    const bench = new ComplianceBench();
    const url = `${policiesUrl}/${bench.policy()}`;
    const patch = (body: object) => refusalOf(bench, 'PATCH', url, body);
    expect(patch({ '@odata.type': '#microsoft.graph.macOSCompliancePolicy' })).toMatch(/'@odata.type'.*iosCompliancePolicy/);
    expect(patch({ passcodeRequired: false })).toMatch(
      /'passcodeRequired' does not exist on type 'microsoft.graph.deviceCompliancePolicy'.*@odata.type/,
    );
    expect(patch({ scheduledActionsForRule: ruleWith(block) })).toMatch(/scheduledActionsForRule.*scheduleActionsForRules/);
    expect(patch({ assignments: [] })).toMatch(/assignments.*assign/);
    expect(patch({ displayName: null })).toMatch(/displayName/);
    expect(bench.get(url)).toMatchObject({ version: 1 });
  });
});

describe('what was read can be posted again', () => {
  const pool: Json[] = [
    true,
    false,
    1,
    3,
    4,
    8,
    15,
    24,
    365,
    'numeric',
    'secured',
    'low',
    'alphanumeric',
    'basic',
    'macAppStore',
    'high',
    '10.1',
    '12.4.1',
    '10.0.19045.1',
    '22A5',
    '2026-01-05',
    [],
  ];
  const hours = fc.integer({ min: 0, max: 365 }).map((days) => days * 24);

  it('and makes the same policy, of any type with any settings, actions and assignments', () => {
    const bench = new ComplianceBench();
    const groups = ['One', 'Two', 'Three'].map((name) => bench.group(name));
    const template = plantedTemplate(bench);
    const anyValue = (type: PolicyType, name: string) =>
      fc.constantFrom(...pool.filter((value) => policyTypeTable[type].settings[name]?.whyNot(value) === undefined), null);
    const policies = fc.constantFrom(...policyTypes).chain((type) =>
      fc.record({
        type: fc.constant(type),
        displayName: fc.string({ minLength: 1, maxLength: 40 }),
        description: fc.option(fc.string({ maxLength: 40 })),
        settings: fc.record(Object.fromEntries(Object.keys(policyTypeTable[type].settings).map((name) => [name, anyValue(type, name)])), {
          requiredKeys: [],
        }),
        actions: fc.array(
          fc.record({
            actionType: fc.constantFrom('notification', 'retire', 'pushNotification', 'remoteLock', 'noAction'),
            gracePeriodHours: hours,
            cc: fc.subarray(groups),
          }),
          { maxLength: 5 },
        ),
        blockHours: hours,
        included: fc.subarray(groups),
        excluded: fc.subarray(groups),
      }),
    );
    fc.assert(
      fc.property(policies, ({ type, displayName, description, settings, actions, blockHours, included, excluded }) => {
        const body = {
          '@odata.type': `#microsoft.graph.${type}`,
          displayName,
          description,
          ...settings,
          scheduledActionsForRule: ruleWith(
            { ...block, gracePeriodHours: blockHours },
            ...actions.map(({ cc, ...action }) =>
              action.actionType === 'notification'
                ? { ...action, notificationTemplateId: template, notificationMessageCCList: cc }
                : action,
            ),
          ),
          assignments: [...included.map(toGroup), ...excluded.filter((id) => !included.includes(id)).map(notGroup)],
        };
        const first = bench.post(beta, body);
        const read = bench.get(`${beta}/${first.id}?${whole}`);
        bench.now += 1000;
        const second = bench.post(beta, read);
        expect(second.id).not.toBe(first.id);
        const again = bench.get(`${beta}/${second.id}?${whole}`);
        expect(plain(again)).toEqual(plain(read));
        expect(plain(read)).toMatchObject(plain({ ...body, description, ...asShown(type, settings) } as Record<string, unknown>) as object);
        for (const id of [first.id, second.id]) bench.call('DELETE', `${beta}/${id}`);
      }),
      { numRuns: 60 },
    );
  });

  /** null is shown as what is not set. */
  const asShown = (type: PolicyType, settings: Readonly<Record<string, Json | undefined>>) =>
    Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name, value ?? policyTypeTable[type].settings[name]?.unset ?? null]),
    );

  /** Without what is another one's in a copy: ids, dates, annotations. */
  function plain(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    const own = Object.entries(value).filter(
      ([name]) => !/^(id|sourceId|createdDateTime|lastModifiedDateTime|.*@odata\.context)$/.test(name),
    );
    return Object.fromEntries(own.map(([name, one]) => [name, plain(one)]));
  }
});

it('M-04 programs and people need the permission, and people the role', () => {
  const bench = new ComplianceBench();
  const id = bench.policy();
  const statuses = () => [
    bench.call('GET', policiesUrl).status,
    bench.call('POST', policiesUrl, passcodePolicy).status,
    bench.call('PATCH', `${policiesUrl}/${id}`, { displayName: 'x' }).status,
    bench.call('POST', `${policiesUrl}/${id}/assign`, { assignments: [] }).status,
  ];
  bench.caller = program('DeviceManagementConfiguration.Read.All');
  expect(statuses()).toEqual([200, 403, 403, 403]);
  bench.caller = program('DeviceManagementManagedDevices.ReadWrite.All');
  expect(statuses()).toEqual([403, 403, 403, 403]);
  bench.caller = program('DeviceManagementConfiguration.ReadWrite.All');
  expect(statuses()).toEqual([200, 201, 200, 200]);
  const administrator = new ComplianceBench();
  const people = administrator.person('bob');
  const group = administrator.group('Helpers', people.id);
  const role = administrator.get("/beta/deviceManagement/roleDefinitions?$filter=displayName eq 'Help Desk Operator'").value[0];
  administrator.post('/beta/deviceManagement/roleAssignments', {
    displayName: 'Help',
    members: [group],
    scopeType: 'allDevicesAndLicensedUsers',
    'roleDefinition@odata.bind': `https://graph.microsoft.com/beta/deviceManagement/roleDefinitions('${role?.id}')`,
  });
  administrator.caller = people;
  expect(administrator.call('GET', policiesUrl).status).toBe(200);
  expect(administrator.call('POST', policiesUrl, passcodePolicy).status).toBe(403);
});
