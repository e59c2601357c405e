/** The list of devices that wait for an administrator to retire them (reference §4.3). */
import { describe, expect, it } from 'vitest';
import { dayMs, formatInstant } from '../../runtime/duration.ts';
import { block, ComplianceBench, passcodePolicy, ruleWith } from './compliance.fixture.ts';
import { bodyOf } from './fake-tenant.contract.ts';

const root = '/v1.0/deviceManagement';
const beta = '/beta/deviceManagement';

describe('the retire list', () => {
  const url = `${beta}/deviceCompliancePolicies`;
  const listUrl = `${url}/getDevicesScheduledToRetire()`;
  const retireAt = (days: number) => ({
    ...passcodePolicy,
    scheduledActionsForRule: ruleWith(block, { actionType: 'retire', gracePeriodHours: days * 24 }),
  });

  function listed() {
    const bench = new ComplianceBench();
    const policy = bench.policy(retireAt(1));
    const [one, two] = [bench.device({ passcode: false }), bench.device({ passcode: false })];
    const start = bench.now;
    bench.pass(dayMs);
    return { bench, policy, one, two, start };
  }
  const ids = (bench: ComplianceBench) =>
    bench
      .get(listUrl)
      .value.map(({ managedDeviceId }) => managedDeviceId)
      .sort();

  it('shows who waits for an administrator, since when and by which policy', () => {
    const { bench, policy, one, two, start } = listed();
    expect(ids(bench)).toEqual([one.id, two.id].sort());
    const [first] = bench.get(listUrl).value;
    expect(first).toMatchObject({
      complianceState: 'nonCompliant',
      deviceCompliancePolicyId: policy,
      deviceCompliancePolicyName: 'Passcode',
      deviceType: 'iPhone',
      managementAgent: 'mdm',
      ownerType: 'personal',
      retireAfterDateTime: formatInstant(start + dayMs),
      roleScopeTagIds: ['0'],
    });
    expect(bench.get(`${beta}/managedDevices/${one.id}`).retireAfterDateTime).toBe(formatInstant(start + dayMs));
    const report = bench.call('POST', `${url}/getNoncompliantDevicesToRetire`, { top: 1, select: ['managedDeviceId'] });
    expect(JSON.parse(report.body)).toMatchObject({
      TotalRowCount: 2,
      Schema: [{ Column: 'managedDeviceId' }],
      Values: [[expect.any(String)]],
    });
    expect(bench.call('GET', `/v1.0/deviceManagement/deviceCompliancePolicies/getDevicesScheduledToRetire()`).status).toBe(400);
  });

  it('is left by a confirmation, which retires, and by a cancellation, which does not', () => {
    const { bench, one, two } = listed();
    const decide = (body: object) => bench.call('POST', `${url}/setScheduledRetireState`, body).status;
    expect(decide({ state: 'cancelRetire', managedDeviceIds: [one.id] })).toBe(204);
    expect(ids(bench)).toEqual([two.id]);
    expect(decide({ state: 'confirmRetire', scopedToAllDevices: true, managedDeviceIds: [] })).toBe(204);
    expect(ids(bench)).toEqual([]);
    expect(bench.statuses(one)).toEqual([]);
    expect(bench.statuses(two)).toEqual(['retire queued']);
    expect(bench.get(`${root}/managedDevices/${two.id}`).managementState).toBe('retirePending');
  });

  it.each<[unknown, number]>([
    [{ managedDeviceIds: [] }, 400],
    [{ state: 'maybe', scopedToAllDevices: true }, 400],
    [{ state: 'confirmRetire' }, 400],
    [{ state: 'confirmRetire', managedDeviceIds: ['00000000-0000-4000-8000-000000000000'] }, 404],
    [{ state: 'confirmRetire', scopedToAllDevices: true, colour: 'red' }, 400],
  ])('refuses %j, and changes nothing', (body, status) => {
    const { bench } = listed();
    expect(bench.call('POST', `${url}/setScheduledRetireState`, body).status).toBe(status);
    expect(ids(bench)).toHaveLength(2);
  });

  it('knows no device that is not on it', () => {
    const { bench, one } = listed();
    const compliant = bench.device({ passcode: true });
    const response = bench.call('POST', `${url}/setScheduledRetireState`, {
      state: 'confirmRetire',
      managedDeviceIds: [one.id, compliant.id],
    });
    expect([response.status, bodyOf(response).error.message]).toEqual([400, expect.stringContaining(compliant.id)]);
    expect(bench.statuses(one)).toEqual([]);
    expect(bench.call('POST', `${url}/refreshDeviceComplianceReportSummarization`).status).toBe(204);
  });
});
