import { beforeEach, describe, expect, it } from 'vitest';
import { commandTypes } from '../../protocol/commands.ts';
import { builtInRoles } from '../core/built-in-roles.ts';
import { resourceOperation } from '../core/resource-operations.ts';
import { deviceObjectId } from './derived-guid.ts';
import { resourceActionOf } from './device-actions.ts';
import { DirectoryBench, limited, program } from './directory.fixture.ts';

const definitions = '/v1.0/deviceManagement/roleDefinitions';
const assignments = '/v1.0/deviceManagement/roleAssignments';
const helpDesk = '9e0cc482-82df-4ab2-a24c-0c23a3f52e1e';
const wipe = 'Microsoft.Intune_RemoteTasks_Wipe';
const read = 'Microsoft.Intune_ManagedDevices_Read';
const rolePermissions = (...allowed: string[]) => [
  { resourceActions: [{ allowedResourceActions: allowed, notAllowedResourceActions: [] as string[] }] },
];
const bind = (id: string) => ({
  'roleDefinition@odata.bind': `https://graph.microsoft.com/beta/deviceManagement/roleDefinitions('${id}')`,
});

let bench: DirectoryBench;
beforeEach(() => {
  bench = new DirectoryBench();
});

/** The text inside the nested message. */
const told = (outcome: string) => /"Message": "(.*?) - Operation ID/.exec(outcome)?.[1] ?? outcome;

describe('role definitions', () => {
  it('are the built-in ones, under their real ids', () => {
    const list = bench.get(definitions).value;
    expect(list.map(({ id }) => id)).toEqual(builtInRoles.map(({ id }) => id).sort());
    expect(list.every(({ isBuiltIn }) => isBuiltIn === true)).toBe(true);
    const role = bench.get(`${definitions}/${helpDesk.toUpperCase()}`);
    expect(role).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#deviceManagement/roleDefinitions/$entity',
      '@odata.type': '#microsoft.graph.deviceAndAppManagementRoleDefinition',
      displayName: 'Help Desk Operator',
      rolePermissions: [{ resourceActions: [{ notAllowedResourceActions: [] }] }],
    });
    expect(JSON.stringify(role)).toContain(wipe);
    expect(JSON.stringify(role)).not.toContain('ManagedDevices_Delete');
    expect(bench.call('GET', `${definitions}/$count`).body).toBe(String(builtInRoles.length));
  });

  it('are made, changed and deleted where they are custom ones, and each time it is in the audit log', () => {
    const made = bench.call('POST', definitions, {
      '@odata.type': '#microsoft.graph.deviceAndAppManagementRoleDefinition',
      displayName: 'Wipers',
      description: '',
      rolePermissions: rolePermissions(wipe, read),
      isBuiltIn: false,
    });
    expect(made.status).toBe(201);
    const { id } = JSON.parse(made.body) as { id: string };
    expect(made.headers.location).toBe(`https://graph.microsoft.com${definitions}/${id}`);
    bench.now += 1000;
    expect(bench.call('PATCH', `${definitions}('${id}')`, { description: 'They wipe.' })).toMatchObject({ status: 200 });
    const [permission] = rolePermissions(wipe, read);
    permission?.resourceActions[0]?.notAllowedResourceActions.push(read);
    expect(bench.outcome('PATCH', `${definitions}/${id}`, { rolePermissions: [permission] })).toBe('200');
    expect(bench.get(`/beta/deviceManagement/roleDefinitions/${id}`)).toMatchObject({
      displayName: 'Wipers',
      description: 'They wipe.',
      isBuiltIn: false,
      permissions: [{ actions: [wipe], resourceActions: [{ allowedResourceActions: [wipe] }] }],
      roleScopeTagIds: ['0'],
    });
    expect(bench.call('DELETE', `${definitions}/${id}`)).toMatchObject({ status: 204, body: '' });
    expect(bench.outcome('GET', `${definitions}/${id}`)).toMatch(/^404 ResourceNotFound/);
    expect(bench.audits()).toEqual([
      'create RoleDefinition by admin@contoso.example',
      'patch RoleDefinition by admin@contoso.example',
      'patch RoleDefinition by admin@contoso.example',
      'delete RoleDefinition by admin@contoso.example',
    ]);
    const [event] = bench.get('/v1.0/deviceManagement/auditEvents').value;
    expect(event).toMatchObject({ category: 'Role', resources: [{ displayName: 'Wipers', resourceId: id }] });
  });

  it.each<[string, unknown, string | RegExp]>([
    ['no name', {}, "A value is required for property 'displayName' of resource 'RoleDefinition'."],
    [
      'the name of another',
      { displayName: 'help desk operator' },
      "A role definition with the displayName 'help desk operator' exists already.",
    ],
    [
      'a misspelt action',
      { displayName: 'X', rolePermissions: rolePermissions('Microsoft.Intune_RemoteTasks_Wype') },
      "'Microsoft.Intune_RemoteTasks_Wype' is no resource action",
    ],
    [
      'an action of another service',
      { displayName: 'X', rolePermissions: rolePermissions('microsoft.directory/users/read') },
      "'microsoft.directory/users/read' is no resource action",
    ],
    [
      'permissions in another form',
      { displayName: 'X', rolePermissions: [wipe] },
      "Invalid value specified for property 'rolePermissions'",
    ],
    ['permissions that are null', { displayName: 'X', rolePermissions: [null] }, "Invalid value specified for property 'rolePermissions'"],
    [
      'numbers as actions',
      { displayName: 'X', rolePermissions: [{ resourceActions: [{ allowedResourceActions: [1] }] }] },
      "Invalid value specified for property 'rolePermissions'",
    ],
    ['a claim to be built in', { displayName: 'X', isBuiltIn: true }, "Invalid value specified for property 'isBuiltIn'"],
    ['a scope tag', { displayName: 'X', roleScopeTagIds: ['1'] }, "Invalid value specified for property 'roleScopeTagIds'"],
    [
      'an unknown property',
      { displayName: 'X', colour: 1 },
      "The property 'colour' does not exist on type 'microsoft.graph.roleDefinition'",
    ],
    ['an id', { displayName: 'X', id: 'x' }, "Property 'id' is read-only"],
  ])('refuse to be made with %s', (_, body, text) => {
    const outcome = bench.outcome('POST', definitions, body);
    expect(outcome).toMatch(/^400 BadRequest/);
    expect(told(outcome)).toContain(text);
    expect(bench.get(definitions).value).toHaveLength(builtInRoles.length);
    expect(bench.audits()).toEqual([]);
  });

  it('refuse to be changed where they are built in, or deleted where they are assigned', () => {
    expect(told(bench.outcome('PATCH', `${definitions}/${helpDesk}`, { description: '' }))).toContain(
      "'Help Desk Operator' is built in and cannot be changed",
    );
    expect(told(bench.outcome('DELETE', `${definitions}/${helpDesk}`))).toContain('cannot be deleted');
    const { id } = bench.post(definitions, { displayName: 'Wipers' });
    const assignment = bench.post(assignments, { displayName: 'All wipers', ...bind(id as string) }).id;
    expect(told(bench.outcome('DELETE', `${definitions}/${id}`))).toContain("is assigned by 'All wipers'");
    expect(bench.outcome('DELETE', `${assignments}/${assignment}`)).toBe('204');
    expect(bench.outcome('DELETE', `${definitions}/${id}`)).toBe('204');
  });
});

describe('role assignments', () => {
  it('say who has which role over what, and let them do it', () => {
    const phone = bench.enroll();
    const other = bench.enroll('request-2', { serialNumber: 'MF2' });
    const pat = bench.person('pat');
    const administrator = bench.caller;
    const members = [bench.group('Help desk', pat.id)];
    const scope = [bench.group('Phones', deviceObjectId(phone.id))];
    const device = (id: string) => `/v1.0/deviceManagement/managedDevices/${id}`;
    bench.caller = pat;
    expect(bench.outcome('GET', device(phone.id))).toMatch(/^403 Forbidden/);
    expect(bench.outcome('GET', assignments)).toMatch(/^403 Forbidden/);
    bench.caller = administrator;
    const made = bench.post(assignments, {
      '@odata.type': '#microsoft.graph.deviceAndAppManagementRoleAssignment',
      displayName: 'Help desk for phones',
      description: '',
      members,
      resourceScopes: scope,
      ...bind(helpDesk),
    });
    expect(made).toMatchObject({ '@odata.type': '#microsoft.graph.deviceAndAppManagementRoleAssignment', members, resourceScopes: scope });
    bench.caller = pat;
    expect(bench.outcome('GET', device(phone.id))).toBe('200');
    expect(bench.outcome('POST', `${device(other.id)}/wipe`)).toMatch(/^403 Forbidden/);
    expect(bench.outcome('POST', `${device(phone.id)}/wipe`)).toBe('204');
    expect(bench.outcome('DELETE', device(phone.id))).toMatch(/^403 Forbidden/);
    expect(bench.outcome('POST', definitions, { displayName: 'X' })).toMatch(/^403 Forbidden/);
    bench.caller = administrator;
    expect(bench.outcome('DELETE', `${assignments}/${made.id}`)).toBe('204');
    bench.caller = pat;
    expect(bench.outcome('GET', device(phone.id))).toMatch(/^403 Forbidden/);
    expect(bench.audits()).toContain('create RoleAssignment by admin@contoso.example');
    expect(bench.audits()).toContain('delete RoleAssignment by admin@contoso.example');
  });

  it('are changed, but for their role', () => {
    const group = bench.group('Help desk');
    const { id } = bench.post('/beta/deviceManagement/roleAssignments', {
      displayName: 'A',
      roleDefinition: { id: helpDesk },
      scopeType: 'allDevices',
    });
    expect(bench.outcome('PATCH', `${assignments}/${id}`, { displayName: 'B', members: [group, group.toUpperCase()] })).toBe('200');
    expect(
      bench.outcome('PATCH', `/beta/deviceManagement/roleAssignments('${id}')`, { scopeType: 'resourceScope', scopeMembers: [group] }),
    ).toBe('200');
    expect(bench.get(`/beta/deviceManagement/roleAssignments/${id}`)).toMatchObject({
      displayName: 'B',
      members: [group],
      scopeMembers: [group],
      resourceScopes: [group],
      scopeType: 'resourceScope',
    });
    expect(bench.outcome('PATCH', `${assignments}/${id}`, bind(helpDesk))).toBe('200');
    expect(told(bench.outcome('PATCH', `${assignments}/${id}`, bind('fa1d7878-e8cb-41a1-8254-0142355c9f84')))).toContain(
      'cannot be changed',
    );
    expect(bench.outcome('PATCH', `${assignments}/${id}`)).toMatch(/^400 BadRequest: Empty Payload/);
  });

  it('and definitions show each other', () => {
    const { id } = bench.post(assignments, { displayName: 'A', ...bind(helpDesk) });
    expect(bench.get(`${assignments}/${id}/roleDefinition`).displayName).toBe('Help Desk Operator');
    expect(bench.get(`${definitions}/${helpDesk}/roleAssignments`).value).toMatchObject([{ id }]);
    expect(bench.call('GET', `${definitions}/${helpDesk}/roleAssignments/$count`).body).toBe('1');
    expect(bench.get(`${assignments}?$expand=roleDefinition($select=displayName)`).value[0]?.roleDefinition).toMatchObject({
      displayName: 'Help Desk Operator',
    });
    expect(
      bench.get(`${definitions}?$expand=roleAssignments&$filter=displayName eq 'Help Desk Operator'`).value[0]?.roleAssignments,
    ).toMatchObject([{ id }]);
    expect(bench.get(`${definitions}/fa1d7878-e8cb-41a1-8254-0142355c9f84/roleAssignments`).value).toEqual([]);
  });

  it.each<[string, unknown, string | RegExp]>([
    ['no role', { displayName: 'A' }, "A value is required for property 'roleDefinition@odata.bind'"],
    [
      'an unknown role',
      { displayName: 'A', ...bind('00000000-0000-4000-8000-000000000009') },
      'The role definition "https://graph.microsoft.com/beta/deviceManagement/roleDefinitions(\'00000000-0000-4000-8000-000000000009\')" does not exist',
    ],
    ['a role that is null', { displayName: 'A', roleDefinition: null }, 'The role definition null does not exist'],
    ['an address that is null', { displayName: 'A', 'roleDefinition@odata.bind': null }, 'The role definition null does not exist'],
    ['no name', bind(helpDesk), "A value is required for property 'displayName'"],
    [
      'an unknown group',
      { displayName: 'A', ...bind(helpDesk), members: ['00000000-0000-4000-8000-000000000009'] },
      "'members' names '00000000-0000-4000-8000-000000000009', which is not the id of a group",
    ],
    ['an unknown scope', { displayName: 'A', ...bind(helpDesk), resourceScopes: ['x'] }, "'resourceScopes' names 'x'"],
    [
      'an unknown type of scope',
      { displayName: 'A', ...bind(helpDesk), scopeType: 'everything' },
      "Invalid value specified for property 'scopeType'",
    ],
    ['members that are no list', { displayName: 'A', ...bind(helpDesk), members: 'x' }, "Invalid value specified for property 'members'"],
  ])('refuse to be made with %s', (_, body, text) => {
    const outcome = bench.outcome('POST', assignments, body);
    expect(outcome).toMatch(/^400 BadRequest/);
    expect(outcome.replaceAll('\\"', '"')).toContain(text);
    expect(bench.get(assignments).value).toEqual([]);
  });

  it('are refused by other methods, wrong ids, and tokens that do not allow it', () => {
    const administrator = bench.caller;
    expect(bench.outcome('PUT', `${assignments}/x`, {})).toMatch(/^405/);
    expect(bench.outcome('GET', `${assignments}/x`)).toMatch(/^404 ResourceNotFound/);
    expect(bench.outcome('PATCH', `${assignments}/x`, {})).toMatch(/^404 ResourceNotFound/);
    expect(bench.outcome('DELETE', `${assignments}/x`)).toMatch(/^404 ResourceNotFound/);
    bench.caller = limited(administrator, 'DeviceManagementRBAC.Read.All');
    expect(bench.outcome('GET', assignments)).toBe('200');
    expect(bench.outcome('POST', assignments, {})).toMatch(/^403 Forbidden.*DeviceManagementRBAC.ReadWrite.All/s);
    bench.caller = program('DeviceManagementRBAC.ReadWrite.All');
    expect(bench.outcome('POST', definitions, { displayName: 'By a program' })).toBe('201');
    bench.caller = program('DeviceManagementManagedDevices.Read.All');
    expect(bench.outcome('GET', definitions)).toMatch(/^403 Forbidden/);
  });
});

describe('resource operations', () => {
  it('are what roles can allow, each action among them', () => {
    expect(bench.get(`/v1.0/deviceManagement/resourceOperations/${wipe}`)).toMatchObject({
      id: wipe,
      resourceName: 'Remote tasks',
      actionName: 'Wipe',
    });
    expect(bench.get("/beta/deviceManagement/resourceOperations?$filter=resourceName eq 'Audit data'").value).toMatchObject([
      { id: 'Microsoft.Intune_Audit_Read' },
    ]);
    expect(bench.outcome('GET', '/v1.0/deviceManagement/resourceOperations/x')).toMatch(/^404 ResourceNotFound/);
    for (const type of commandTypes) expect(resourceOperation(resourceActionOf(type))?.id, type).toBe(resourceActionOf(type));
  });

  it('that the caller has are told to everybody', () => {
    const effective = (version: string) => bench.get(`/${version}/deviceManagement/getEffectivePermissions(scope='*')`).value;
    const allowed = () =>
      (effective('v1.0')[0] as { resourceActions: { allowedResourceActions: string[] }[] }).resourceActions[0]?.allowedResourceActions ??
      [];
    expect(allowed()).toContain('Microsoft.Intune_RemoteTasks_BypassActivationLock');
    const administrator = bench.caller;
    const pat = bench.person('pat');
    const members = [bench.group('Help desk', pat.id)];
    bench.caller = pat;
    expect(allowed()).toEqual([]);
    bench.caller = administrator;
    bench.post(assignments, { displayName: 'A', members, ...bind(helpDesk) });
    bench.caller = pat;
    expect(allowed()).toEqual([...(builtInRoles.find(({ id }) => id === helpDesk)?.allowedResourceActions ?? [])].sort());
    expect(effective('beta')).toMatchObject([{ actions: allowed() }]);
  });
});
