/** NC-13: how many devices and users are in which state, per policy, per setting, per device and in all. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs, formatInstant, hourMs } from '../../runtime/duration.ts';
import {
  allDevices,
  allUsers,
  block,
  ComplianceBench,
  notGroup,
  passcodePolicy,
  policiesUrl,
  ruleWith,
  toGroup,
} from './compliance.fixture.ts';
import { deviceObjectId } from './derived-guid.ts';

const root = '/v1.0/deviceManagement';
const beta = '/beta/deviceManagement';
const summaryUrl = `${root}/deviceCompliancePolicyDeviceStateSummary`;
const settingsUrl = `${root}/deviceCompliancePolicySettingStateSummaries`;
const none = '9999-12-31T23:59:59Z';

/** The figures of an answer, without those that are nought. */
function figures(answer: Record<string, unknown>): Record<string, number> {
  const found = Object.entries(answer).filter(([name, value]) => name.endsWith('Count') && typeof value === 'number' && value > 0);
  return Object.fromEntries(found) as Record<string, number>;
}
const sum = (answer: Record<string, unknown>) => Object.values(figures(answer)).reduce((total, one) => total + one, 0);

describe('NC-13 monitoring', () => {
  const bench = new ComplianceBench();
  const grace = { ...passcodePolicy, displayName: 'Grace', scheduledActionsForRule: ruleWith({ ...block, gracePeriodHours: 72 }) };
  const adele = { userPrincipalName: 'adele@contoso.example' };
  // Before there is a policy: they are evaluated at their next check-in.
  const pending = bench.device({ passcode: true });
  const strict = bench.policy({ ...passcodePolicy, securityBlockJailbrokenDevices: true });
  const late = bench.policy(grace, [allUsers]);
  const good = bench.device({ passcode: true }, adele);
  const bad = bench.device({ passcode: false }, adele);
  const nobodys = bench.device({ passcode: false }, { userPrincipalName: '' });
  bench.device({}, { platform: 'windows', enrollment: 'joined' });
  const now = bench.now;

  it('counts the devices of a policy, in v1.0 and in beta', () => {
    const url = `${root}/deviceCompliancePolicies/${strict}/deviceStatusOverview`;
    expect(bench.get(url)).toMatchObject({
      id: strict,
      pendingCount: 1,
      successCount: 1,
      failedCount: 2,
      errorCount: 0,
      notApplicableCount: 0,
      configurationVersion: 1,
    });
    expect(bench.get(url.replace('v1.0', 'beta'))).toMatchObject({ failedCount: 2, conflictCount: 0, notApplicablePlatformCount: 0 });
    expect(figures(bench.get(`${root}/deviceCompliancePolicies/${late}/deviceStatusOverview`))).toEqual({
      pendingCount: 1,
      successCount: 1,
      failedCount: 1,
    });
    expect(bench.get(`${url}?$select=failedCount`)).toMatchObject({ failedCount: 2 });
    const [first] = bench.get(`${policiesUrl}?$filter=displayName eq 'Grace'&$expand=deviceStatusOverview,userStatusOverview`).value;
    expect(first).toMatchObject({
      deviceStatusOverview: { failedCount: 1 },
      userStatusOverview: { failedCount: 1, successCount: 0, pendingCount: 1 },
    });
  });

  it('says of each device how it stands, and until when a grace lasts', () => {
    const url = `${root}/deviceCompliancePolicies/${late}/deviceStatuses`;
    const { value } = bench.get(`${url}?$orderby=deviceDisplayName`);
    const shown = value.map(({ deviceDisplayName, status, complianceGracePeriodExpirationDateTime: until }) => [
      deviceDisplayName,
      status,
      until,
    ]);
    expect(shown.sort()).toEqual(
      [
        ['Phone', 'unknown', none],
        ['Phone', 'compliant', none],
        ['Phone', 'nonCompliant', formatInstant(now + 72 * hourMs)],
      ].sort(),
    );
    const inGrace = bench.get(
      `${url}?$filter=status eq 'nonCompliant' and complianceGracePeriodExpirationDateTime gt ${formatInstant(now)}`,
    ).value;
    expect(inGrace).toMatchObject([
      { userPrincipalName: adele.userPrincipalName, deviceModel: 'iPhone 15', lastReportedDateTime: formatInstant(now) },
    ]);
    expect(bench.get(`${url}/${inGrace[0]?.id}`)).toMatchObject(inGrace[0] ?? {});
    expect(bench.call('GET', `${url}/$count?$filter=status eq 'compliant'`).body).toBe('1');
    const paged = [bench.get(`${url}?$top=2`)];
    paged.push(bench.get(paged[0]?.['@odata.nextLink'] ?? ''));
    expect(paged.flatMap((page) => page.value)).toEqual(bench.get(url).value);
  });

  it('counts users by the worst of their devices; a device without a user is no one’s', () => {
    const url = `${root}/deviceCompliancePolicies/${strict}`;
    expect(bench.get(`${url}/userStatuses`).value).toMatchObject([
      { userPrincipalName: 'adele@contoso.example', status: 'nonCompliant', devicesCount: 2 },
      { userPrincipalName: 'person.1@contoso.example', status: 'unknown', devicesCount: 1, lastReportedDateTime: '0001-01-01T00:00:00Z' },
    ]);
    expect(figures(bench.get(`${url}/userStatusOverview`))).toEqual({ pendingCount: 1, failedCount: 1 });
  });

  it.each([
    [true, false],
    [false, true],
  ])('counts a user by the worst device, whichever is listed first', (...passcodes) => {
    const other = new ComplianceBench();
    const policy = other.policy();
    const two = [0, 1].map(() => other.device({ passcode: true }, adele)).sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const [index, device] of two.entries()) other.check(device, { passcode: passcodes[index] as boolean });
    const url = `${root}/deviceCompliancePolicies/${policy}`;
    expect(figures(other.get(`${url}/userStatusOverview`))).toEqual({ failedCount: 1 });
    expect(other.get(`${url}/userStatuses`).value).toMatchObject([{ status: 'nonCompliant', devicesCount: 2 }]);
  });

  it('counts conflicts, which v1.0 has no figure for, among the errors', () => {
    const other = new ComplianceBench();
    const least = other.policy({ ...passcodePolicy, osMinimumVersion: '18.0' });
    other.policy({ ...passcodePolicy, osMaximumVersion: '17.0' });
    other.device({ passcode: true });
    const url = `/deviceCompliancePolicies/${least}/deviceStatusOverview`;
    expect(figures(other.get(root + url))).toEqual({ errorCount: 1 });
    expect(figures(other.get(beta + url))).toEqual({ conflictCount: 1 });
  });

  it('counts setting by setting', () => {
    const { value } = bench.get(`${root}/deviceCompliancePolicies/${strict}/deviceSettingStateSummaries`);
    expect(value.map((one) => [one.settingName, figures(one)])).toEqual([
      ['passcodeRequired', { unknownDeviceCount: 1, compliantDeviceCount: 1, nonCompliantDeviceCount: 2 }],
      ['securityBlockJailbrokenDevices', { unknownDeviceCount: 1, compliantDeviceCount: 3 }],
    ]);
    const summary = bench.get(`${settingsUrl}/IosCompliancePolicy.PasscodeRequired`);
    expect(summary).toMatchObject({
      setting: 'IosCompliancePolicy.PasscodeRequired',
      settingName: 'passcodeRequired',
      platformType: 'iOS',
    });
    expect(figures(summary)).toEqual({ compliantDeviceCount: 1, nonCompliantDeviceCount: 2 });
    const broken = bench.get(
      `${settingsUrl}/IosCompliancePolicy.PasscodeRequired/deviceComplianceSettingStates?$filter=state eq 'nonCompliant'`,
    ).value;
    expect(broken.map(({ deviceId }) => deviceId).sort()).toEqual([bad.id, nobodys.id].sort());
    expect(bench.get(`${settingsUrl}?$filter=platformType eq 'all'`).value.map(({ setting }) => setting)).toContain(
      'DefaultDeviceCompliancePolicy.RequireRemainContact',
    );
  });

  it('says of one device what each policy made of it, the service’s own first', () => {
    const url = `${root}/managedDevices/${bad.id}/deviceCompliancePolicyStates`;
    const { value } = bench.get(url);
    expect(value.map(({ displayName, state, platformType }) => [displayName, state, platformType])).toEqual([
      ['Default Device Compliance Policy', 'compliant', 'all'],
      ...[
        [strict, 'Passcode'],
        [late, 'Grace'],
      ]
        .sort()
        .map(([, name]) => [name, 'nonCompliant', 'iOS']),
    ]);
    expect(bench.get(`${url}/${strict}`)).toMatchObject({
      settingCount: 2,
      version: 1,
      settingStates: [
        {
          setting: 'IosCompliancePolicy.PasscodeRequired',
          state: 'nonCompliant',
          errorCode: 0,
          sources: [{ id: strict, displayName: 'Passcode' }],
        },
        { settingName: 'securityBlockJailbrokenDevices', state: 'compliant' },
      ],
    });
    expect(bench.get(`${url}/${strict}/settingStates?$filter=state eq 'nonCompliant'`).value).toMatchObject([
      { setting: 'IosCompliancePolicy.PasscodeRequired', userPrincipalName: adele.userPrincipalName },
    ]);
    expect(bench.get(`${root}/managedDevices/${bad.id}?$expand=deviceCompliancePolicyStates($select=state)`)).toMatchObject({
      deviceCompliancePolicyStates: [{ state: 'compliant' }, { state: 'nonCompliant' }, { state: 'nonCompliant' }],
    });
    expect(bench.call('GET', `${root}/managedDevices/${nobodys.id}/deviceCompliancePolicyStates/${late}`).status).toBe(404);
  });

  it('counts the devices of the tenant by what they count as', () => {
    expect(figures(bench.get(summaryUrl))).toEqual({ compliantDeviceCount: 3, nonCompliantDeviceCount: 2 });
    expect(bench.get(`${root}/managedDevices?$filter=complianceState eq 'noncompliant'`).value).toHaveLength(2);
  });

  it('shows the grace with the device: its state, its end, and that it keeps access', () => {
    const graceBench = new ComplianceBench();
    graceBench.policy(grace);
    const { id } = graceBench.device({ passcode: false });
    const device = () => graceBench.get(`${root}/managedDevices/${id}`);
    const isCompliant = () => graceBench.get(`/v1.0/devices/${deviceObjectId(id)}`).isCompliant;
    const end = formatInstant(graceBench.now + 3 * dayMs);
    expect(device()).toMatchObject({ complianceState: 'inGracePeriod', complianceGracePeriodExpirationDateTime: end });
    expect(isCompliant()).toBe(true);
    expect(figures(graceBench.get(summaryUrl))).toEqual({ inGracePeriodCount: 1 });
    expect(graceBench.get(`${root}/managedDevices?$filter=complianceState eq 'inGracePeriod'`).value).toHaveLength(1);
    expect(graceBench.get(`${root}/managedDevices?$filter=complianceGracePeriodExpirationDateTime lt 2100-01-01`).value).toHaveLength(1);
    graceBench.pass(3 * dayMs);
    expect(device()).toMatchObject({ complianceState: 'noncompliant', complianceGracePeriodExpirationDateTime: end });
    expect(isCompliant()).toBe(false);
  });

  it('asks the device that waits to be evaluated, and then counts it', () => {
    bench.check(pending, { passcode: true });
    expect(figures(bench.get(`${root}/deviceCompliancePolicies/${strict}/deviceStatusOverview`))).toEqual({
      successCount: 2,
      failedCount: 2,
    });
    expect(good.id).not.toBe(pending.id);
  });
});

it('shows what a device has told about threats and patches', () => {
  const bench = new ComplianceBench();
  const shown = ({ id }: { id: string }) => {
    const { partnerReportedThreatState, androidSecurityPatchLevel } = bench.get(`${root}/managedDevices/${id}`);
    return [partnerReportedThreatState, androidSecurityPatchLevel];
  };
  expect(shown(bench.device())).toEqual(['unknown', '']);
  expect(shown(bench.device({ security: { threatLevel: 'high' } }))).toEqual(['highSeverity', '']);
  const phone = bench.device(
    { security: { threatLevel: 'secured', securityPatch: '2026-08-05' } },
    { platform: 'android', enrollment: 'fully-managed' },
  );
  expect(shown(phone)).toEqual(['secured', '2026-08-05']);
  expect(bench.get(`${beta}/managedDevices/${phone.id}`).securityPatchLevel).toBe('2026-08-05');
});

it('NC-13 all figures add up, whatever the devices are and whoever is reached', () => {
  const kinds = [
    { platform: 'ios', enrollment: 'device' },
    { platform: 'windows', enrollment: 'joined' },
    { platform: 'macos', enrollment: 'device' },
    { platform: 'android', enrollment: 'personal-work-profile' },
  ] as const;
  const device = fc.record({
    kind: fc.constantFrom(...kinds),
    user: fc.constantFrom('', 'adele@contoso.example', 'bob@contoso.example', 'carol@contoso.example'),
    change: fc.record({ passcode: fc.boolean(), jailBroken: fc.boolean(), encrypted: fc.boolean() }),
    unreadable: fc.constantFrom(null, 'passcodeRequired', 'passwordRequired'),
    isEvaluated: fc.boolean(),
  });
  const policy = fc.record({
    body: fc.constantFrom(
      passcodePolicy,
      { ...passcodePolicy, securityBlockJailbrokenDevices: true, scheduledActionsForRule: ruleWith({ ...block, gracePeriodHours: 240 }) },
      {
        ...passcodePolicy,
        '@odata.type': '#microsoft.graph.windows10CompliancePolicy',
        passcodeRequired: undefined,
        passwordRequired: true,
      },
      {
        ...passcodePolicy,
        '@odata.type': '#microsoft.graph.androidWorkProfileCompliancePolicy',
        passcodeRequired: undefined,
        passwordRequired: true,
      },
    ),
    target: fc.constantFrom('devices', 'users', 'group', 'not group'),
  });
  fc.assert(
    fc.property(fc.array(device, { maxLength: 8 }), fc.array(policy, { maxLength: 3 }), (devices, policies) => {
      const bench = new ComplianceBench();
      const bob = bench.person('bob');
      const group = bench.group('Group', bob.id);
      const targets = { devices: [allDevices], users: [allUsers], group: [toGroup(group)], 'not group': [allUsers, notGroup(group)] };
      for (const [index, { kind, user, change, unreadable, isEvaluated }] of devices.entries()) {
        const made = bench.enroll(`r${index}`, { ...kind, serialNumber: `S${index}`, userPrincipalName: user });
        if (isEvaluated) bench.check(made, { ...change, ...(unreadable !== null && { unreadable: [unreadable] }) });
      }
      const ids = policies.map(({ body, target }) => bench.policy(body, targets[target]));
      expect(sum(bench.get(summaryUrl))).toBe(devices.length);
      for (const version of [root, beta]) {
        for (const id of ids) {
          const url = `${version}/deviceCompliancePolicies/${id}`;
          const statuses = bench.get(`${url}/deviceStatuses`).value;
          expect(sum(bench.get(`${url}/deviceStatusOverview`))).toBe(statuses.length);
          const users = bench.get(`${url}/userStatuses`).value;
          expect(sum(bench.get(`${url}/userStatusOverview`))).toBe(users.length);
          const owned = statuses.filter(({ userPrincipalName }) => userPrincipalName !== '');
          expect(users.reduce((total, { devicesCount }) => total + Number(devicesCount), 0)).toBe(owned.length);
          for (const one of bench.get(`${url}/deviceSettingStateSummaries`).value) expect(sum(one)).toBe(statuses.length);
        }
      }
      for (const one of bench.get(settingsUrl).value) {
        expect(bench.get(`${settingsUrl}/${one.id}/deviceComplianceSettingStates`).value).toHaveLength(sum(one));
      }
    }),
    { numRuns: 40 },
  );
});
