import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { firstAdministrator } from '../core/people.ts';
import { exportTenant } from '../tenant-export.ts';
import { DirectoryBench, limited, program } from './directory.fixture.ts';

const policies = '/v1.0/identity/conditionalAccess/policies';
const exchange = '00000002-0000-0ff1-ce00-000000000000';
const policy = {
  displayName: 'Compliant devices only',
  state: 'enabled',
  conditions: { users: { includeUsers: ['All'] }, applications: { includeApplications: ['All'] } },
  grantControls: { operator: 'OR', builtInControls: ['compliantDevice'] },
};

let bench: DirectoryBench;
beforeEach(() => {
  bench = new DirectoryBench();
});

describe('Conditional Access policies', () => {
  it('are made, read, changed and deleted, in the shape of Graph', () => {
    const answer = bench.call('POST', policies, policy);
    expect(answer.status).toBe(201);
    const made = JSON.parse(answer.body) as { id: string };
    expect(answer.headers.location).toBe(`https://graph.microsoft.com/v1.0/identity/conditionalAccess/policies/${made.id}`);
    expect(made).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies/$entity',
      id: made.id,
      templateId: null,
      displayName: 'Compliant devices only',
      createdDateTime: '2030-01-01T00:00:00Z',
      modifiedDateTime: null,
      state: 'enabled',
      conditions: {
        userRiskLevels: [],
        signInRiskLevels: [],
        servicePrincipalRiskLevels: [],
        clientAppTypes: ['all'],
        locations: null,
        devices: null,
        clientApplications: null,
        platforms: null,
        applications: {
          includeApplications: ['All'],
          excludeApplications: [],
          includeUserActions: [],
          includeAuthenticationContextClassReferences: [],
          applicationFilter: null,
        },
        users: {
          includeUsers: ['All'],
          excludeUsers: [],
          includeGroups: [],
          excludeGroups: [],
          includeRoles: [],
          excludeRoles: [],
          includeGuestsOrExternalUsers: null,
          excludeGuestsOrExternalUsers: null,
        },
      },
      grantControls: {
        operator: 'OR',
        builtInControls: ['compliantDevice'],
        customAuthenticationFactors: [],
        termsOfUse: [],
        authenticationStrength: null,
      },
      sessionControls: null,
    });
    bench.pass(60_000);
    const change = {
      state: 'disabled',
      conditions: { platforms: { includePlatforms: ['IOS'], excludePlatforms: [] } },
      sessionControls: { signInFrequency: { isEnabled: true, type: 'hours', value: 4 } },
    };
    expect(bench.outcome('PATCH', `${policies}/${made.id}`, change)).toBe('204');
    const now = bench.get(`${policies}/${made.id.toUpperCase()}`);
    expect(now).toMatchObject({
      state: 'disabled',
      modifiedDateTime: '2030-01-01T00:01:00Z',
      conditions: { platforms: { includePlatforms: ['iOS'] }, users: { includeUsers: ['All'] } },
      sessionControls: { signInFrequency: { value: 4, type: 'hours', isEnabled: true, frequencyInterval: 'timeBased' } },
    });
    expect(bench.get(`${policies}?$filter=state eq 'disabled'&$select=displayName`).value).toEqual([
      { displayName: 'Compliant devices only' },
    ]);
    expect(bench.call('GET', `${policies}/$count`).body).toBe('1');
    expect(bench.outcome('PATCH', `${policies}/${made.id}`, { conditions: { platforms: null }, sessionControls: null })).toBe('204');
    expect(bench.get(`${policies}/${made.id}`)).toMatchObject({ conditions: { platforms: null }, sessionControls: null });
    expect(bench.outcome('DELETE', `${policies}/${made.id}`)).toBe('204');
    expect(bench.outcome('GET', `${policies}/${made.id}`)).toMatch(/^404 ResourceNotFound/);
    expect(bench.audits()).toEqual(
      ['create', 'patch', 'patch', 'delete'].map((verb) => `${verb} ConditionalAccessPolicy by ${firstAdministrator}`),
    );
  });

  it('what an answer says can be posted again', () => {
    const group = bench.group('Field');
    const users = {
      includeGroups: [group],
      excludeUsers: ['GuestsOrExternalUsers'],
      includeRoles: ['62e90394-69f5-4237-9190-012177145e10'],
    };
    const subset = <T>(items: T[], minLength = 1) => fc.subarray(items, { minLength });
    const bodies = fc.record({
      displayName: fc.constant('x'),
      state: fc.constantFrom('enabled', 'disabled', 'enabledForReportingButNotEnforced'),
      conditions: fc.record({
        users: fc.constantFrom({ includeUsers: ['All'] }, users),
        applications: fc.record({ includeApplications: subset(['Office365', exchange]), excludeApplications: subset([exchange], 0) }),
        platforms: fc.constantFrom(null, { includePlatforms: ['all'], excludePlatforms: ['macOS'] }),
        clientAppTypes: subset(['browser', 'mobileAppsAndDesktopClients']),
      }),
      grantControls: fc.record({
        operator: fc.constantFrom('AND', 'OR'),
        builtInControls: subset(['mfa', 'compliantDevice', 'domainJoinedDevice']),
      }),
      sessionControls: fc.constantFrom(null, { signInFrequency: { isEnabled: true, type: 'days', value: 2 } }),
    });
    fc.assert(
      fc.property(bodies, fc.constantFrom('v1.0', 'beta'), (body, version) => {
        const path = policies.replace('v1.0', version);
        const first = bench.post(path, body);
        const second = bench.post(path, bench.get(`${path}/${first.id}`));
        expect({ ...second, id: 0 }).toEqual({ ...first, id: 0 });
        expect(first).toMatchObject({ conditions: { platforms: body.conditions.platforms }, grantControls: body.grantControls });
      }),
      { numRuns: 30 },
    );
  });

  const conditions = (change: object) => ({ ...policy, conditions: { ...policy.conditions, ...change } });
  const grant = (grantControls: object) => ({ ...policy, grantControls });
  const session = (sessionControls: object) => ({ ...policy, sessionControls });
  const stranger = '00000000-0000-4000-8000-00000000dead';
  it.each([
    [{ ...policy, displayName: undefined }, "A value is required for property 'displayName'"],
    [{ ...policy, state: undefined }, "A value is required for property 'state'"],
    [{ ...policy, conditions: undefined }, "A value is required for property 'conditions'"],
    [
      { ...policy, state: 'on' },
      "property 'state' of resource 'ConditionalAccessPolicy': it takes one of enabled, disabled, enabledForReporting",
    ],
    [{ ...policy, weather: 1 }, "The property 'weather' does not exist"],
    [{ ...policy, conditions: [] }, "The property 'conditions' takes an object"],
    [conditions({ users: {} }), "'conditions.users' includes nobody"],
    [conditions({ users: { includeUsers: ['everybody'] } }), "'conditions.users.includeUsers': it takes a list"],
    [
      conditions({ users: { includeUsers: [stranger] } }),
      `'conditions.users.includeUsers' names a user that does not exist: '${stranger}'`,
    ],
    [
      conditions({ users: { includeUsers: ['All'], excludeGroups: [stranger] } }),
      "'conditions.users.excludeGroups' names a group that does not",
    ],
    [conditions({ users: { includeUsers: ['All'], includeDevices: [] } }), "'conditions.users.includeDevices' does not exist"],
    [conditions({ applications: {} }), "'conditions.applications.includeApplications' is empty"],
    [conditions({ applications: { includeApplications: ['Outlook'] } }), "'conditions.applications.includeApplications': it takes a list"],
    [
      conditions({ applications: { includeUserActions: ['urn:user:registerdevice'] } }),
      "No sign-in here depends on 'conditions.applications.includeUserActions'",
    ],
    [conditions({ platforms: { includePlatforms: ['iPadOS'] } }), "'conditions.platforms.includePlatforms': it takes a list"],
    [conditions({ platforms: { excludePlatforms: ['iOS'] } }), "'conditions.platforms.includePlatforms': 'all', or names"],
    [conditions({ clientAppTypes: ['fax'] }), "'conditions.clientAppTypes'"],
    [conditions({ clientAppTypes: [] }), "'conditions.clientAppTypes': it takes 'all', or names"],
    [conditions({ signInRiskLevels: ['high'] }), "No sign-in here depends on 'conditions.signInRiskLevels'"],
    [
      conditions({ locations: { includeLocations: ['All'], excludeLocations: ['AllTrusted'] } }),
      "No sign-in here depends on 'conditions.locations'",
    ],
    [grant({ operator: 'XOR', builtInControls: ['compliantDevice'] }), "'grantControls.operator': it takes one of AND, OR"],
    [grant({ builtInControls: ['compliantDevice', 'mfa'] }), "A value is required for property 'grantControls.operator'"],
    [grant({ operator: 'OR', builtInControls: ['block', 'mfa'] }), "'block' of 'grantControls.builtInControls' stands alone"],
    [grant({ operator: 'OR', builtInControls: ['passwordChange'] }), "'grantControls.builtInControls': it takes a list"],
    [grant({ operator: 'OR', builtInControls: ['mfa'], termsOfUse: ['x'] }), "No sign-in here depends on 'grantControls.termsOfUse'"],
    [grant({ operator: 'OR', builtInControls: [] }), "A policy needs 'grantControls'"],
    [session({ persistentBrowser: { isEnabled: true, mode: 'always' } }), "No sign-in here depends on 'sessionControls.persistentBrowser'"],
    [
      session({ signInFrequency: { type: 'hours', value: 24 } }),
      "'sessionControls.signInFrequency.value': it takes a whole number of hours, 1 to 23",
    ],
    [session({ signInFrequency: { type: 'days', value: 1.5 } }), 'a whole number of days, 1 to 365'],
    [
      session({ signInFrequency: { type: 'hours', value: 1, frequencyInterval: 'everyTime' } }),
      "'sessionControls.signInFrequency.frequencyInterval'",
    ],
  ])('refuse %j', (body, sentence) => {
    const outcome = bench.outcome('POST', policies, body);
    expect(outcome).toMatch(/^400 BadRequest: /);
    expect(outcome).toContain(sentence);
    expect(bench.get(policies).value).toEqual([]);
  });

  it('with a sign-in frequency alone ask for nothing else', () => {
    const sessionControls = { signInFrequency: { isEnabled: true, type: 'hours', value: 4 } };
    const made = bench.post(policies, { ...policy, grantControls: { operator: 'OR', builtInControls: [] }, sessionControls });
    expect(made.grantControls).toBeNull();
    expect(exportTenant(bench.tenant).conditionalAccess).toMatchObject([{ require: [], signInFrequency: '4h' }]);
  });

  it('may name what says nothing, as exports of a real tenant do', () => {
    const exported = {
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies/$entity',
      ...policy,
      id: 'c0000000-0000-4000-8000-000000000001',
      templateId: null,
      createdDateTime: '2029-01-01T00:00:00Z',
      partialEnablementStrategy: null,
      conditions: {
        ...policy.conditions,
        userRiskLevels: [],
        locations: { includeLocations: ['All'], excludeLocations: [] },
        devices: null,
        authenticationFlows: { transferMethods: 'none' },
      },
      grantControls: {
        ...policy.grantControls,
        'authenticationStrength@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#x',
        authenticationStrength: null,
      },
      sessionControls: { disableResilienceDefaults: null, persistentBrowser: null, signInFrequency: null },
    };
    const made = bench.post(policies, exported);
    expect(made).toMatchObject({ displayName: 'Compliant devices only', sessionControls: null, conditions: { locations: null } });
    expect(made.id).not.toBe(exported.id);
  });

  it('keep whom they named when that one is gone', () => {
    const field = bench.group('Field');
    const { id } = bench.post(policies, conditions({ users: { includeGroups: [field] } }));
    bench.call('DELETE', `/v1.0/groups/${field}`);
    expect(bench.outcome('PATCH', `${policies}/${id}`, { state: 'disabled' })).toBe('204');
  });

  it('are read by global readers, and written by global administrators alone', () => {
    const { caller } = bench;
    const made = bench.post(policies, policy).id;
    for (const [who, reads, writes] of [
      [caller, '200', '204'],
      [bench.person('reader', 'Global Reader'), '200', '403'],
      [bench.person('intune', 'Intune Administrator'), '403', '403'],
      [limited(caller, 'Policy.Read.All'), '200', '403'],
      [limited(caller, 'User.Read'), '403', '403'],
      [program('Policy.ReadWrite.ConditionalAccess'), '200', '204'],
    ] as const) {
      bench.caller = who;
      expect(bench.outcome('GET', `${policies}/${made}`).slice(0, 3)).toBe(reads);
      expect(bench.outcome('PATCH', `${policies}/${made}`, { state: 'enabled' }).slice(0, 3)).toBe(writes);
    }
  });
});
