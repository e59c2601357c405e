import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../protocol/commands.ts';
import { userIdOf } from '../core/people.ts';
import { ask, bodyOf, deviceId, type FakeTenant, fakeTenant, testAudit, testCommand, testDevice, testNow } from './fake-tenant.contract.ts';

const events = '/v1.0/deviceManagement/auditEvents';

/** The property names of an interface in a type package. */
function declared(typesPackage: string, name: string): string[] {
  const path = new URL(`../../node_modules/@microsoft/${typesPackage}/microsoft-graph.d.ts`, import.meta.url);
  const source = readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  const body = new RegExp(`\\nexport interface ${name} (?:extends Entity )?\\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? '';
  return [...body.matchAll(/^ {4}(\w+)\?:/gm)].map((match) => match[1] ?? '').sort();
}

function log(): FakeTenant {
  const tenant = fakeTenant([testDevice(1)]);
  // Newest first, as a tenant gives them.
  tenant.auditRecords.push(
    testAudit(4, { activity: 'patch TenantConfiguration', deviceId: '', deviceName: '' }),
    testAudit(3, { activity: 'delete ManagedDevice', actor: 'Microsoft Intune', actorType: 'service' }),
    testAudit(2, { activity: 'cancel wipe ManagedDevice', actor: 'erin@contoso.com' }),
    testAudit(1),
  );
  return tenant;
}

const activities = (query: string) => bodyOf(ask(log(), 'GET', `${events}?${query}`)).value.map((event) => event.activityType);

describe('auditEvents', () => {
  it.each([
    ['v1.0', 'microsoft-graph-types'],
    ['beta', 'microsoft-graph-types-beta'],
  ])('%s has every property of Microsoft’s declaration, and no other', (version, typesPackage) => {
    const event = bodyOf(ask(log(), 'GET', `/${version}/deviceManagement/auditEvents`)).value[3] ?? {};
    expect(Object.keys(event).sort()).toEqual([...declared(typesPackage, 'AuditEvent'), 'id'].sort());
    expect(Object.keys(event.actor as object).sort()).toEqual(declared(typesPackage, 'AuditActor'));
    const [about] = event.resources as object[];
    expect(Object.keys(about ?? {}).sort()).toEqual(declared(typesPackage, 'AuditResource'));
  });

  it('TD-07 TD-11 say who did what to which device, when', () => {
    const [, , , event] = bodyOf(ask(log(), 'GET', events)).value;
    expect(event).toMatchObject({
      activityType: 'wipe ManagedDevice',
      activityDateTime: '2026-01-15T10:30:01Z',
      activityOperationType: 'Action',
      activityResult: 'Success',
      category: 'Device',
      actor: { auditActorType: 'ItPro', userPrincipalName: 'admin@contoso.com' },
      resources: [
        {
          displayName: 'device-1',
          resourceId: deviceId(1),
          modifiedProperties: [{ displayName: 'DeviceId', oldValue: null, newValue: deviceId(1) }],
        },
      ],
    });
  });

  it('show the service as an application, and a change of the configuration without a device', () => {
    const [configured, deleted] = bodyOf(ask(log(), 'GET', events)).value;
    expect(deleted).toMatchObject({
      activityOperationType: 'Delete',
      actor: { auditActorType: 'Application', applicationDisplayName: 'Microsoft Intune', userPrincipalName: null, userId: null },
    });
    expect(configured).toMatchObject({ category: 'DeviceConfiguration', activityOperationType: 'Patch', resources: [] });
  });

  it.each([
    ['', ['patch TenantConfiguration', 'delete ManagedDevice', 'cancel wipe ManagedDevice', 'wipe ManagedDevice']],
    ['$orderby=activityDateTime desc&$top=1', ['patch TenantConfiguration']],
    ['$orderby=activityDateTime&$top=1', ['wipe ManagedDevice']],
    ['$orderby=ACTIVITYDATETIME%20asc&$top=2', ['wipe ManagedDevice', 'cancel wipe ManagedDevice']],
    ["$filter=activityType eq 'Wipe ManagedDevice'", ['wipe ManagedDevice']],
    ["$filter=category eq 'Device' and activityDateTime gt 2026-01-15T10:30:01Z", ['delete ManagedDevice', 'cancel wipe ManagedDevice']],
  ])('are read with %s', (query, expected) => {
    expect(activities(query)).toEqual(expected);
  });

  it.each(['', '&$orderby=activityDateTime asc'])('are paged without missing or doubling one while others come%s', (order) => {
    const tenant = fakeTenant([testDevice(1)]);
    tenant.auditRecords = Array.from({ length: 25 }, (_, index) => testAudit(24 - index));
    const seen: unknown[] = [];
    let link: string | undefined = `${events}?$top=10&$select=id${order}`;
    for (let added = 25; link !== undefined; added++) {
      const page = bodyOf(ask(tenant, 'GET', link));
      seen.push(...page.value.map(({ id }) => id));
      tenant.auditRecords.unshift(testAudit(added));
      link = page['@odata.nextLink'];
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(Array.from({ length: 25 }, (_, index) => testAudit(index).id)));
  });

  it('are counted, and found by id', () => {
    const { id } = testAudit(2);
    expect(ask(log(), 'GET', `${events}/$count?$filter=category eq 'Device'`).body).toBe('3');
    for (const path of [`${events}/${id}`, `${events}('${id}')`, `${events}/${id.toUpperCase()}?$select=id,activityType`]) {
      expect(bodyOf(ask(log(), 'GET', path)).activityType).toBe('cancel wipe ManagedDevice');
    }
  });

  it.each(['getAuditCategories()', 'getAuditCategories', 'microsoft.graph.getAuditCategories()', 'GETAUDITCATEGORIES()'])(
    'have categories: %s',
    (name) => {
      expect(bodyOf(ask(log(), 'GET', `${events}/${name}`))).toEqual({
        '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#Collection(Edm.String)',
        value: ['Compliance', 'Device', 'DeviceConfiguration', 'Role'],
      });
    },
  );

  it('have activity types', () => {
    const { value } = bodyOf(ask(log(), 'GET', `${events}/getAuditActivityTypes(category='device')`));
    expect(value).toEqual(
      expect.arrayContaining(['wipe ManagedDevice', 'retire ManagedDevice', 'delete ManagedDevice', 'cancel wipe ManagedDevice']),
    );
  });

  it('name no activity that cannot happen', () => {
    const types = bodyOf(ask(log(), 'GET', `${events}/getAuditActivityTypes(category='Device')`)).value as unknown as string[];
    expect(types).toEqual(expect.arrayContaining(['patch ManagedDevice', 'cleanup ManagedDevice', 'bypassActivationLock ManagedDevice']));
    expect(types).not.toContain('cancel delete ManagedDevice');
    expect(types).not.toContain('cancel bypassActivationLock ManagedDevice');
    expect(types.filter((type) => /recoverPasscode|updateWindowsDeviceAccount|requestRemoteAssistance/.test(type))).toEqual([]);
    const ofRoles = bodyOf(ask(log(), 'GET', `${events}/getAuditActivityTypes(category='Role')`)).value;
    expect(ofRoles).toEqual(expect.arrayContaining(['create RoleAssignment', 'patch RoleDefinition', 'delete RoleAssignment']));
  });

  it('tell policies and their mails from the rest of the configuration', () => {
    const tenant = fakeTenant();
    const activities = ['assign DeviceCompliancePolicy', 'create NotificationMessageTemplate', 'patch ConditionalAccessPolicy'];
    tenant.auditRecords = activities.map((activity, number) =>
      testAudit(number, { activity, deviceId: '', deviceName: '', resource: { type: activity.split(' ')[1] ?? '', id: 'x', name: 'x' } }),
    );
    const found = bodyOf(ask(tenant, 'GET', `${events}?$select=activityType,category`)).value;
    expect(found.map(({ category }) => category)).toEqual(['Compliance', 'Compliance', 'DeviceConfiguration']);
    for (const { activityType, category } of found) {
      const types = bodyOf(ask(tenant, 'GET', `${events}/getAuditActivityTypes(category='${category}')`)).value;
      expect(types).toContain(activityType);
    }
  });

  it('name the person by the id in the directory, or the program that signed in', () => {
    const tenant = fakeTenant();
    const appId = '11111111-2222-4333-8444-555555555555';
    tenant.auditRecords = [
      testAudit(3, { actor: 'Automation', actorType: 'application', actorId: appId }),
      testAudit(2, { actorId: 'aaaaaaaa-0000-4000-8000-00000000beef' }),
      testAudit(1, { actor: 'Old@contoso.com', actorId: null }),
    ];
    const [program, person, old] = bodyOf(ask(tenant, 'GET', events)).value.map(({ actor }) => actor);
    expect(program).toMatchObject({
      auditActorType: 'Application',
      applicationId: appId,
      applicationDisplayName: 'Automation',
      servicePrincipalName: 'Automation',
      userPrincipalName: null,
      userId: null,
    });
    expect(person).toMatchObject({ auditActorType: 'ItPro', userId: 'aaaaaaaa-0000-4000-8000-00000000beef', servicePrincipalName: null });
    expect(old).toMatchObject({ userPrincipalName: 'Old@contoso.com', userId: userIdOf('old@contoso.com') });
    const mine = ask(tenant, 'GET', `${events}?$filter=actor/applicationId eq '${appId}'`);
    expect(bodyOf(mine).value).toHaveLength(1);
  });

  it('show what an entry is about that is no device', () => {
    const tenant = fakeTenant();
    const resource = { type: 'RoleAssignment', id: deviceId(5), name: 'Helpers' };
    tenant.auditRecords = [testAudit(1, { activity: 'create RoleAssignment', deviceId: '', deviceName: '', resource })];
    expect(bodyOf(ask(tenant, 'GET', `${events}?$filter=category eq 'Role'`)).value).toMatchObject([
      {
        category: 'Role',
        componentName: 'RBAC',
        activityOperationType: 'Create',
        resources: [{ displayName: 'Helpers', auditResourceType: 'RoleAssignment', resourceId: deviceId(5), modifiedProperties: [] }],
      },
    ]);
    const byResource = `${events}?$filter=resources/any(r: r/resourceId eq '${deviceId(5)}')`;
    expect(bodyOf(ask(tenant, 'GET', byResource)).value).toHaveLength(1);
  });

  it.each([
    ['GET', `${events}/${deviceId(9)}`, 404, 'No audit event has the id'],
    ['GET', `${events}/getAuditActivityTypes(category='Weather')`, 400, "'Weather' is no audit category"],
    ['GET', `${events}/getAuditActivityTypes()`, 400, "Resource not found for the segment 'getAuditActivityTypes()'"],
    ['GET', `${events}/${deviceId(1)}/actor`, 400, "Resource not found for the segment 'actor'"],
    ['GET', `${events}?$orderby=actor`, 400, "'actor' is a collection or a structure, and has no order"],
    ['GET', `${events}?$skiptoken=LastDeviceId%3D%27${deviceId(1)}%27`, 400, 'follow @odata.nextLink'],
    ['GET', `${events}?$skiptoken=LastAuditEventId%3D%27nobody%27`, 400, 'follow @odata.nextLink'],
    ['GET', `${events}?$filter=actor eq 'x'`, 400, 'cannot be compared'],
    ['GET', `${events}/getAuditCategories()?$top=1`, 400, "'$top' is not supported on this request"],
    ['DELETE', `${events}/${deviceId(1)}`, 405, 'not allowed'],
    ['POST', events, 405, 'not allowed'],
  ])('refuse %s %s', (method, url, status, text) => {
    const response = ask(log(), method, url);
    expect(response.status).toBe(status);
    expect(bodyOf(response).error.message).toContain(text);
  });
});

describe('remoteActionAudits', () => {
  const audits = '/beta/deviceManagement/remoteActionAudits';
  const wipe = (parameters: object = {}) => ({ type: 'wipe', parameters }) as Command;

  function tenant(): FakeTenant {
    const made = fakeTenant([testDevice(1)]);
    const at = (minutes: number, id: string) => ({ id, requestedAt: testNow + minutes * 60_000 });
    made.commands.push(
      testCommand(1, { type: 'retire', parameters: {} }, { ...at(0, 'c0'), status: 'canceled' }),
      testCommand(1, wipe(), { ...at(1, 'c1'), status: 'delivered', initiatedBy: 'adele.vance@contoso.com', byUser: true }),
      testCommand(1, wipe({ keepEnrollmentData: true }), at(2, 'c2')),
      testCommand(2, { type: 'retire', parameters: {} }, { ...at(3, 'c3'), action: 'delete', status: 'acknowledged' }),
    );
    return made;
  }

  it('has every property of Microsoft’s declaration, and no other', () => {
    const [audit = {}] = bodyOf(ask(tenant(), 'GET', audits)).value;
    expect(Object.keys(audit).sort()).toEqual([...declared('microsoft-graph-types-beta', 'RemoteActionAudit'), 'id'].sort());
  });

  it('TD-11 are the actions in their older names, newest first, those of records that are gone too', () => {
    const { value } = bodyOf(ask(tenant(), 'GET', `${audits}?$select=action,actionState,managedDeviceId,deviceDisplayName`));
    expect(value).toEqual([
      { action: 'delete', actionState: 'done', managedDeviceId: deviceId(2), deviceDisplayName: 'device-2' },
      { action: 'factoryResetKeepEnrollmentData', actionState: 'pending', managedDeviceId: deviceId(1), deviceDisplayName: 'device-1' },
      { action: 'factoryReset', actionState: 'pending', managedDeviceId: deviceId(1), deviceDisplayName: 'device-1' },
      { action: 'removeCompanyData', actionState: 'canceled', managedDeviceId: deviceId(1), deviceDisplayName: 'device-1' },
    ]);
  });

  it('TD-07 show what the device’s own user started, with the user as initiator', () => {
    const { value } = bodyOf(ask(tenant(), 'GET', `${audits}?$filter=action eq 'factoryReset'`));
    expect(value).toMatchObject([
      {
        initiatedByUserPrincipalName: 'adele.vance@contoso.com',
        userName: 'adele.vance@contoso.com',
        deviceOwnerUserPrincipalName: 'adele.vance@contoso.com',
        requestDateTime: '2026-01-15T10:31:00Z',
      },
    ]);
  });

  it('are paged, and not there on v1.0', () => {
    const page = bodyOf(ask(tenant(), 'GET', `${audits}?$top=3&$select=id`));
    const rest = bodyOf(ask(tenant(), 'GET', page['@odata.nextLink'] ?? ''));
    expect([...page.value, ...rest.value].map(({ id }) => id)).toEqual(['c3', 'c2', 'c1', 'c0']);
    expect(bodyOf(ask(tenant(), 'GET', audits.replace('beta', 'v1.0'))).error.message).toContain('remoteActionAudits');
    expect(bodyOf(ask(tenant(), 'GET', `${audits}('c1')?$select=action`))).toMatchObject({ action: 'factoryReset' });
    expect(ask(tenant(), 'GET', `${audits}/c9`).status).toBe(404);
    expect(ask(tenant(), 'GET', `${audits}/$count?$filter=action eq 'factoryReset'`).body).toBe('1');
  });
});
