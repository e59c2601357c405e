/** Microsoft's client sets up a compliance policy with all that belongs to it, and reads what comes of it. */
import type { Client } from '@microsoft/microsoft-graph-client';
import type {
  DeviceComplianceDeviceOverview,
  DeviceComplianceDeviceStatus,
  DeviceCompliancePolicy,
  DeviceCompliancePolicyAssignment,
  DeviceCompliancePolicyDeviceStateSummary,
  DeviceCompliancePolicyState,
  Group,
  ManagedDevice,
  NotificationMessageTemplate,
  RetireScheduledManagedDevice,
} from '@microsoft/microsoft-graph-types-beta';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilAnswered } from '../until.ts';
import { type ClientWorld, clientWith, type OpenWorld, refusal, type WorldDevice } from './world.ts';

const policies = '/deviceManagement/deviceCompliancePolicies';
const devices = '/deviceManagement/managedDevices';
const whole = 'assignments,scheduledActionsForRule($expand=scheduledActionConfigurations)';
const dayHours = 24;

export function describeCompliance(open: OpenWorld): void {
  describe('M-05 the client and compliance policies', () => {
    let world: ClientWorld;
    let client: Client;
    let policy: DeviceCompliancePolicy;
    let template: NotificationMessageTemplate;
    let field: Group;
    let phone: WorldDevice;
    beforeAll(async () => {
      world = await open({
        users: [{ userPrincipalName: 'bob@contoso.example', displayName: 'Bob Stone' }, { userPrincipalName: 'carol@contoso.example' }],
        groups: [{ displayName: 'Field', members: ['bob@contoso.example'] }],
      });
      client = clientWith(world);
    });
    afterAll(() => world.close());

    const value = async <T>(call: Promise<{ value: T[] }>): Promise<T[]> => (await call).value;
    const action = (actionType: string, days: number, notificationTemplateId = '', notificationMessageCCList: string[] = []) => ({
      actionType,
      gracePeriodHours: days * dayHours,
      notificationTemplateId,
      notificationMessageCCList,
    });
    const rules = (...actions: object[]) => [{ ruleName: 'PasswordRequired', scheduledActionConfigurations: actions }];
    const stateOf = async (id: string) => ((await client.api(`${devices}/${id}`).get()) as ManagedDevice).complianceState;
    const isIn = (device: WorldDevice, state: string) =>
      untilAnswered(`${device.name} is ${state}`, async () => (await stateOf(device.id)) === state);

    it('makes a template, a policy with its actions, and assigns it to a group', async () => {
      template = (await client
        .api('/deviceManagement/notificationMessageTemplates')
        .post({ displayName: 'Please update', defaultLocale: 'en-us' })) as NotificationMessageTemplate;
      await client
        .api(`/deviceManagement/notificationMessageTemplates/${template.id}/localizedNotificationMessages`)
        .post({ locale: 'en-us', subject: 'Update', messageTemplate: 'Please update your phone.', isDefault: true });
      [field] = (await value<Group>(client.api('/groups').filter("displayName eq 'Field'").get())) as [Group];
      policy = (await client.api(policies).post({
        '@odata.type': '#microsoft.graph.iosCompliancePolicy',
        displayName: 'Newest system',
        osMinimumVersion: '99.0',
        scheduledActionsForRule: rules(action('block', 3), action('notification', 2, template.id, [field.id ?? '']), action('retire', 4)),
      })) as DeviceCompliancePolicy;
      expect(policy).toMatchObject({ '@odata.type': '#microsoft.graph.iosCompliancePolicy', version: 1 });
      const target = { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: field.id };
      const assigned = await value<DeviceCompliancePolicyAssignment>(
        client.api(`${policies}/${policy.id}/assign`).post({ assignments: [{ target }] }),
      );
      expect(assigned).toMatchObject([{ id: `${policy.id}_${field.id}`, target }]);
    });

    it('reads it whole, and makes the same policy of what it has read', async () => {
      const read = (await client.api(`${policies}/${policy.id}`).expand(whole).get()) as DeviceCompliancePolicy;
      expect(
        read.scheduledActionsForRule?.[0]?.scheduledActionConfigurations?.map(({ actionType, gracePeriodHours }) => [
          actionType,
          gracePeriodHours,
        ]),
      ).toEqual([
        ['block', 72],
        ['notification', 48],
        ['retire', 96],
      ]);
      const copy = (await client.api(policies).post(read)) as DeviceCompliancePolicy;
      expect(copy.id).not.toBe(policy.id);
      const copied = (await client.api(`${policies}/${copy.id}`).expand(whole).get()) as DeviceCompliancePolicy;
      const plain = (one: DeviceCompliancePolicy) =>
        JSON.parse(
          JSON.stringify(one, (name, part) => (/^id$|DateTime$|@odata\.context$/.test(name) ? undefined : part)),
        ) as DeviceCompliancePolicy;
      expect(plain(copied)).toEqual(plain(read));
      await client.api(`${policies}/${copy.id}`).delete();
      expect(await refusal(client.api(`${policies}/${copy.id}`).get())).toMatchObject({ statusCode: 404, code: 'ResourceNotFound' });
    });

    it('changes its name and its schedule', async () => {
      const url = `${policies}/${policy.id}`;
      expect(await client.api(url).patch({ displayName: 'New system' })).toMatchObject({ displayName: 'New system', version: 2 });
      const later = rules(action('block', 3), action('notification', 2, template.id), action('retire', 5));
      await client.api(`${url}/scheduleActionsForRules`).post({ deviceComplianceScheduledActionForRules: later });
      const wrong = rules(action('retire', 5));
      expect(
        await refusal(client.api(`${url}/scheduleActionsForRules`).post({ deviceComplianceScheduledActionForRules: wrong })),
      ).toMatchObject({
        statusCode: 400,
        message: expect.stringContaining('one and only one block scheduled action'),
      });
    });

    it('NC-03 NC-13 sees a device that breaks it in its grace, and noncompliant when that is over', async () => {
      phone = await world.device({ name: 'bobs-phone', platform: 'ios', user: 'bob@contoso.example' });
      const other = await world.device({ name: 'carols-phone', platform: 'ios', user: 'carol@contoso.example' });
      await isIn(phone, 'inGracePeriod');
      await isIn(other, 'compliant');
      const url = `${policies}/${policy.id}`;
      const [status] = await value<DeviceComplianceDeviceStatus>(client.api(`${url}/deviceStatuses`).get());
      expect(status).toMatchObject({ deviceDisplayName: 'bobs-phone', userName: 'Bob Stone', status: 'nonCompliant' });
      const { complianceGracePeriodExpirationDateTime: end } = (await client.api(`${devices}/${phone.id}`).get()) as ManagedDevice;
      expect(status?.complianceGracePeriodExpirationDateTime).toBe(end);
      await world.advance('3d');
      await isIn(phone, 'noncompliant');
      expect((await client.api(`${url}/deviceStatusOverview`).get()) as DeviceComplianceDeviceOverview).toMatchObject({
        failedCount: 1,
        successCount: 0,
        pendingCount: 0,
      });
      expect(
        (await client.api('/deviceManagement/deviceCompliancePolicyDeviceStateSummary').get()) as DeviceCompliancePolicyDeviceStateSummary,
      ).toMatchObject({ nonCompliantDeviceCount: 1, compliantDeviceCount: 1, inGracePeriodCount: 0 });
      const states = await value<DeviceCompliancePolicyState>(client.api(`${devices}/${phone.id}/deviceCompliancePolicyStates`).get());
      expect(states.find(({ id }) => id === policy.id)).toMatchObject({
        displayName: 'New system',
        state: 'nonCompliant',
        settingStates: [{ setting: 'IosCompliancePolicy.OsMinimumVersion', state: 'nonCompliant' }],
      });
    });

    it('retires it when the day has come, after a confirmation', async () => {
      const listed = () =>
        value<RetireScheduledManagedDevice>(client.api(`${policies}/getDevicesScheduledToRetire()`).version('beta').get());
      const decide = (state: string) =>
        client
          .api(`${policies}/setScheduledRetireState`)
          .version('beta')
          .post({ state, managedDeviceIds: [phone.id], scopedToAllDevices: false });
      expect(await listed()).toEqual([]);
      await world.advance('2d');
      await untilAnswered('the phone is on the retire list', async () => (await listed()).length === 1);
      expect(await listed()).toMatchObject([
        { managedDeviceId: phone.id, deviceCompliancePolicyName: 'New system', complianceState: 'nonCompliant' },
      ]);
      const report = await client.api(`${policies}/getNoncompliantDevicesToRetire`).version('beta').post({ top: 10 });
      const text = await new Response(report as ReadableStream).text();
      expect(JSON.parse(text)).toMatchObject({ TotalRowCount: 1 });
      await client.api(`${policies}/refreshDeviceComplianceReportSummarization`).version('beta').post({});
      await decide('confirmRetire');
      expect(await listed()).toEqual([]);
      await untilAnswered('the phone is gone', async () => (await refusal(stateOf(phone.id)))?.statusCode === 404);
    });

    it('sets how long devices may be silent, and what those without a policy count as', async () => {
      const settings = { deviceComplianceCheckinThresholdDays: 45, secureByDefault: true };
      expect(await client.api('/deviceManagement').patch({ settings })).toMatchObject({ settings });
      expect(await client.api('/deviceManagement/settings').version('beta').get()).toMatchObject(settings);
      const wrong = { deviceComplianceCheckinThresholdDays: 121 };
      expect(await refusal(client.api('/deviceManagement').patch({ settings: wrong }))).toMatchObject({ statusCode: 400 });
    });
  });
}
