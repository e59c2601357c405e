/** What is done about devices that break a policy, and whom it is for: as Graph takes it (reference §4.1, §4.3). */
import { describe, expect, it } from 'vitest';
import {
  allDevices,
  allUsers,
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
import { bodyOf } from './fake-tenant.contract.ts';

const beta = '/beta/deviceManagement/deviceCompliancePolicies';
const whole = '$expand=assignments,scheduledActionsForRule($expand=scheduledActionConfigurations)';
const nobody = '00000000-0000-4000-8000-000000000000';

describe('NC-04 scheduled actions', () => {
  const bench = new ComplianceBench();
  const group = bench.group('Managers');
  const withActions = (...actions: object[]) => ({ ...passcodePolicy, scheduledActionsForRule: ruleWith(...(actions as never[])) });

  it.each<[string, object[], RegExp]>([
    ['no block', [{ actionType: 'retire', gracePeriodHours: 24 }], /one and only one block scheduled action/],
    ['two blocks', [block, { ...block, gracePeriodHours: 24 }], /one and only one block scheduled action/],
    ['a negative schedule', [{ ...block, gracePeriodHours: -24 }], /\[0\]\.gracePeriodHours' cannot be -24: .* 0 to 8760/],
    ['day 366', [block, { actionType: 'retire', gracePeriodHours: 366 * 24 }], /\[1\]\.gracePeriodHours' cannot be 8784/],
    ['a day and a half', [{ ...block, gracePeriodHours: 36 }], /\[0\]\.gracePeriodHours' cannot be 36: .* whole days/],
    ['half an hour', [{ ...block, gracePeriodHours: 0.5 }], /gracePeriodHours' cannot be 0.5/],
    ['a schedule that is a text', [{ ...block, gracePeriodHours: '24' }], /gracePeriodHours' cannot be "24"/],
    ['no number, as JSON writes what is none', [{ ...block, gracePeriodHours: Number.NaN }], /gracePeriodHours' cannot be null/],
    ['no type', [block, { gracePeriodHours: 24 }], /'actionType'/],
    ['a type that there is none of', [block, { actionType: 'explode' }], /actionType' cannot be "explode": there is none such/],
    ['a wipe', [block, { actionType: 'wipe' }], /actionType' cannot be "wipe": devices are wiped by an administrator alone/],
    ['profiles to remove', [block, { actionType: 'removeResourceAccessProfiles' }], /removeResourceAccessProfiles/],
    ['a remote lock on v1.0', [block, { actionType: 'remoteLock' }], /remoteLock.*beta alone/],
    ['a notification without a template', [block, { actionType: 'notification' }], /notificationTemplateId' is ''/],
    [
      'a template of nobody',
      [block, { actionType: 'notification', notificationTemplateId: nobody }],
      new RegExp(`notificationTemplateId' is '${nobody}'`),
    ],
    [
      'a template where none is sent',
      [{ ...block, notificationTemplateId: nobody }],
      /notificationTemplateId' is for an action of type notification/,
    ],
    [
      'copies where nothing is sent',
      [{ ...block, notificationMessageCCList: [group] }],
      /notificationMessageCCList' is for an action of type notification/,
    ],
    ['a property that there is none of', [{ ...block, colour: 'red' }], /'colour'/],
  ])('are refused with %s', (_, actions, why) => {
    expect(refusalOf(bench, 'POST', policiesUrl, withActions(...actions))).toMatch(why);
  });

  it('are refused with copies to a group that does not exist', () => {
    const template = plantedTemplate(bench);
    const mail = { actionType: 'notification', notificationTemplateId: template, notificationMessageCCList: [group, nobody] };
    expect(refusalOf(bench, 'POST', policiesUrl, withActions(block, mail))).toMatch(
      new RegExp(`notificationMessageCCList\\[1\\]' is '${nobody}'`),
    );
  });

  it.each([0, 24, 72, 8760])('take %d hours', (gracePeriodHours) => {
    expect(bench.call('POST', policiesUrl, withActions({ ...block, gracePeriodHours })).status).toBe(201);
  });

  it('are replaced as a whole; one that stays the same keeps its id, and what v1.0 does not show stays', () => {
    const template = plantedTemplate(bench);
    const mail = (days: number) => ({
      actionType: 'notification',
      gracePeriodHours: days * 24,
      notificationTemplateId: template,
      notificationMessageCCList: [group],
    });
    const id = bench.policy(withActions(block, mail(2), mail(5), { actionType: 'remoteLock', gracePeriodHours: 240 }));
    const shown = (url: string) => {
      const [rule] = bench.get(`${url}/${id}?${whole}`).scheduledActionsForRule as {
        id: string;
        scheduledActionConfigurations: Record<string, unknown>[];
      }[];
      return rule?.scheduledActionConfigurations.map((one) => [one.actionType, one.gracePeriodHours, one.id]) ?? [];
    };
    const before = shown(beta);
    expect(before.map(([type]) => type)).toEqual(['block', 'notification', 'notification', 'remoteLock']);
    expect(shown(policiesUrl).map(([type]) => type)).toEqual(['block', 'notification', 'notification']);
    const rules = ruleWith(mail(7), mail(2), { ...block, gracePeriodHours: 72 });
    expect(
      bench.call('POST', `${policiesUrl}/${id}/scheduleActionsForRules`, { deviceComplianceScheduledActionForRules: rules }).status,
    ).toBe(204);
    const after = shown(beta);
    expect(after.map(([type, hours]) => [type, hours])).toEqual([
      ['notification', 168],
      ['notification', 48],
      ['block', 72],
      ['remoteLock', 240],
    ]);
    expect(after[1]).toEqual(before[1]);
    expect(after[3]).toEqual(before[3]);
    expect(before.map(([, , actionId]) => actionId)).not.toContain(after[0]?.[2]);
    expect(bench.get(`${policiesUrl}/${id}`).version).toBe(1);
  });

  it('are only shown with $expand, or below their rule', () => {
    const id = bench.policy();
    const [rule] = bench.get(`${policiesUrl}/${id}?$expand=scheduledActionsForRule`).scheduledActionsForRule as { id: string }[];
    expect(rule).toEqual({ id: expect.any(String), ruleName: 'PasswordRequired' });
    const below = bench.get(`${policiesUrl}/${id}/scheduledActionsForRule/${rule?.id}/scheduledActionConfigurations`).value;
    expect(below).toMatchObject([{ actionType: 'block', gracePeriodHours: 0, notificationTemplateId: '', notificationMessageCCList: [] }]);
    const response = bench.call('GET', `${policiesUrl}/${id}/scheduledActionsForRule`);
    expect([response.status, bodyOf(response).error.code]).toEqual([400, 'No method match route template']);
  });
});

describe('assignments', () => {
  it('are replaced as a whole, with the ids that the real service has for them', () => {
    const bench = new ComplianceBench();
    const id = bench.policy(passcodePolicy, []);
    const [field, guests] = [bench.group('Field'), bench.group('Guests')];
    const url = `${policiesUrl}/${id}`;
    const assigned = bench.post(`${url}/assign`, { assignments: [toGroup(field.toUpperCase()), notGroup(guests)] }).value;
    expect(assigned).toEqual([
      { id: `${id}_${field}`, target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: field } },
      { id: `${id}_${guests}`, target: { '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupId: guests } },
    ]);
    expect(bench.get(`${url}/assignments`).value).toEqual(assigned);
    expect(bench.get(`${url}/assignments/${id}_${field}`)).toMatchObject(assigned[0] ?? {});
    bench.post(`${url}/assign`, { assignments: [allDevices, allUsers] });
    expect(bench.get(`${beta}/${id}/assignments`).value).toMatchObject([
      { id: `${id}_adadadad-808e-44e2-905a-0b7873a8a531`, source: 'direct', sourceId: id },
      { id: `${id}_acacacac-9df4-4c7d-9d50-4ef0226f57a9`, target: { deviceAndAppManagementAssignmentFilterType: 'none' } },
    ]);
    bench.post(`${url}/assign`, { assignments: [] });
    expect(bench.get(`${url}/assignments`).value).toEqual([]);
    expect(bench.audits()).toContain('assign DeviceCompliancePolicy by admin@contoso.example');
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', {}, /'assignments' is missing/],
    ['no list', { assignments: null }, /'assignments'/],
    ['no target', { assignments: [{}] }, /'assignments\[0\]\.target/],
    ['a target without a type', { assignments: [{ target: {} }] }, /assignments\[0\]\.target\/@odata.type' is missing/],
    [
      'a collection',
      {
        assignments: [{ target: { '@odata.type': '#microsoft.graph.configurationManagerCollectionAssignmentTarget', collectionId: '1' } }],
      },
      /configurationManagerCollectionAssignmentTarget/,
    ],
    ['no group', { assignments: [{ target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget' } }] }, /groupId' is missing/],
    [
      'a group that does not exist',
      { assignments: [allDevices, toGroup(nobody)] },
      new RegExp(`assignments\\[1\\]\\.target/groupId' is "${nobody}"`),
    ],
    [
      'a filter',
      {
        assignments: [
          {
            target: {
              ...allDevices.target,
              deviceAndAppManagementAssignmentFilterId: nobody,
              deviceAndAppManagementAssignmentFilterType: 'include',
            },
          },
        ],
      },
      /FilterId/,
    ],
    ['the same twice', { assignments: [allDevices, allDevices] }, /assignments\[1\]\.target' names a target for the second time/],
    ['another property', { assignments: [{ ...allDevices, colour: 'red' }] }, /'colour'/],
    ['another parameter', { assignments: [], colour: 'red' }, /'colour'/],
  ])('are refused with %s', (_, body, why) => {
    const bench = new ComplianceBench();
    const url = `${policiesUrl}/${bench.policy()}`;
    expect(refusalOf(bench, 'POST', `${url}/assign`, body)).toMatch(why);
    expect(bench.get(`${url}/assignments`).value).toHaveLength(1);
  });
});
