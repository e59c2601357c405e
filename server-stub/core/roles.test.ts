import { beforeEach, describe, expect, it } from 'vitest';
import { deviceObjectId } from '../graph/derived-guid.ts';
import { builtInRoles } from './built-in-roles.ts';
import { CoreBench, type Enrolled } from './core.fixture.ts';
import type { DirectoryRole, RoleAssignmentRecord } from './directory-records.ts';
import { newUser, userIdOf } from './people.ts';
import { resourceOperation, resourceOperations, whyNoOperation } from './resource-operations.ts';

const read = 'Microsoft.Intune_ManagedDevices_Read';
const remove = 'Microsoft.Intune_ManagedDevices_Delete';
const wipe = 'Microsoft.Intune_RemoteTasks_Wipe';
const retire = 'Microsoft.Intune_RemoteTasks_Retire';
const bypass = 'Microsoft.Intune_RemoteTasks_BypassActivationLock';
const reboot = 'Microsoft.Intune_RemoteTasks_RebootNow';

let bench: CoreBench;
let phone: Enrolled;
beforeEach(() => {
  bench = new CoreBench();
  phone = bench.enroll();
});

const pat = userIdOf('pat@contoso.example');

function person(...directoryRoles: DirectoryRole[]): void {
  bench.tenant.directory.save('user', newUser('pat@contoso.example', bench.now, { directoryRoles }));
}

function group(displayName: string, ...members: { id: string; kind: 'user' | 'group' | 'device' }[]): string {
  const { directory } = bench.tenant;
  const id = directory.newId(displayName);
  const rest = { description: null, mailNickname: displayName, mailEnabled: false, securityEnabled: true, createdAt: bench.now };
  directory.save('group', { id, displayName, ...rest });
  for (const member of members) directory.addMember(id, member);
  return id;
}

/** Pat has this role through a group within a group. */
function assign(roleName: string, scope: Partial<RoleAssignmentRecord> = { scopeType: 'allDevices' }): void {
  const { directory } = bench.tenant;
  const inner = group('Inner', { id: pat, kind: 'user' });
  const members = [group('Outer', { id: inner, kind: 'group' })];
  const role = [...directory.entriesAfter('roleDefinition', null)].find(({ displayName }) => displayName === roleName);
  if (role === undefined) throw new Error(`There is no role ${roleName}.`);
  const id = directory.newId(roleName);
  directory.save('roleAssignment', {
    id,
    displayName: roleName,
    description: '',
    roleDefinitionId: role.id,
    members,
    scopeType: 'resourceScope',
    scopeGroups: [],
    ...scope,
  });
}

const may = (action: string, on?: Enrolled) => bench.tenant.allows(pat, action, on && bench.record(on));

describe('roles of the directory', () => {
  it.each([
    ['Global Administrator', [read, remove, wipe, bypass]],
    ['Intune Administrator', [read, remove, wipe, bypass]],
    ['Global Reader', [read]],
    ['User Administrator', []],
    ['Groups Administrator', []],
  ] as const)('%s', (role, allowed) => {
    person(role);
    expect([read, remove, wipe, bypass].filter((action) => may(action, phone))).toEqual(allowed);
  });

  it('Global Reader reads no keys', () => {
    person('Global Reader');
    expect(may('Microsoft.Intune_RemoteTasks_GetFileVaultKey')).toBe(false);
    expect(may('Microsoft.Intune_DeviceCompliancePolices_ViewReports')).toBe(true);
  });

  it('end with the account: disabled, or deleted', () => {
    person('Global Administrator');
    const user = bench.tenant.directory.user(pat);
    if (user !== undefined) bench.tenant.directory.save('user', { ...user, accountEnabled: false });
    expect(may(read)).toBe(false);
    bench.tenant.directory.remove('user', pat);
    expect(may(read)).toBe(false);
  });
});

describe('roles of Intune', () => {
  it.each([
    ['Help Desk Operator', [read, wipe, retire, reboot]],
    ['Endpoint Security Manager', [read, remove, reboot]],
    ['School Administrator', [read, remove, wipe, retire, reboot]],
    ['Read Only Operator', [read]],
    ['Application Manager', [read]],
    ['Policy and Profile manager', []],
    ['Intune Role Administrator', []],
  ])('%s', (role, allowed) => {
    person();
    expect(may(read)).toBe(false);
    assign(role);
    expect([read, remove, wipe, retire, bypass, reboot].filter((action) => may(action, phone))).toEqual(allowed);
  });

  it('only a custom role can bypass an Activation Lock', () => {
    person();
    const role = { id: bench.tenant.directory.newId('x'), displayName: 'Unlockers', description: '', isBuiltIn: false };
    bench.tenant.directory.save('roleDefinition', { ...role, allowedResourceActions: [bypass.toUpperCase()] });
    assign('Unlockers');
    expect([bypass, wipe].filter((action) => may(action, phone))).toEqual([bypass]);
  });

  it('built-in ones allow what the catalogue knows, and none of them more', () => {
    for (const { allowedResourceActions } of builtInRoles) {
      for (const action of allowedResourceActions) expect(resourceOperation(action)?.id).toBe(action);
      expect(allowedResourceActions).not.toContain(bypass);
    }
  });
});

describe('the scope of an assignment', () => {
  beforeEach(() => person());

  it('says where: without a device anywhere counts', () => {
    assign('Help Desk Operator', { scopeType: 'resourceScope', scopeGroups: [] });
    expect([may(wipe), may(wipe, phone)]).toEqual([true, false]);
  });

  it('of all licensed users are the devices that have a user', () => {
    assign('Help Desk Operator', { scopeType: 'allLicensedUsers' });
    const kiosk = bench.enroll('request-2', { enrollment: 'automated', userPrincipalName: '', serialNumber: 'MF2' });
    expect([may(wipe, phone), may(wipe, kiosk)]).toEqual([true, false]);
  });

  it('of a group are the devices in it, or in a group within it', () => {
    const inner = group('Phones', { id: deviceObjectId(phone.id), kind: 'device' });
    assign('Help Desk Operator', { scopeGroups: [group('Devices', { id: inner, kind: 'group' })] });
    const other = bench.enroll('request-2', { serialNumber: 'MF2' });
    expect([may(wipe, phone), may(wipe, other)]).toEqual([true, false]);
  });

  it('of a group are the devices of the people in it', () => {
    assign('Help Desk Operator', { scopeGroups: [group('Staff', { id: userIdOf('adele@contoso.example'), kind: 'user' })] });
    const other = bench.enroll('request-2', { serialNumber: 'MF2', userPrincipalName: 'bob@contoso.example' });
    expect([may(wipe, phone), may(wipe, other)]).toEqual([true, false]);
  });

  it('of several assignments adds up, each with its own role', () => {
    assign('Read Only Operator', { scopeType: 'allDevices' });
    assign('Help Desk Operator', { scopeGroups: [group('Phones', { id: deviceObjectId(phone.id), kind: 'device' })] });
    const other = bench.enroll('request-2', { serialNumber: 'MF2' });
    expect([may(read, other), may(wipe, other), may(wipe, phone)]).toEqual([true, false, true]);
  });
});

describe('the catalogue of resource operations', () => {
  it('is in the order of its ids, and says what is wrong with others', () => {
    const ids = resourceOperations.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    expect(whyNoOperation('microsoft.intune_remotetasks_wipe')).toBeUndefined();
    expect(whyNoOperation('Microsoft.Intune_Filters_Read')).toBeUndefined();
    expect(whyNoOperation('Microsoft.Intune_RemoteTasks_Wype')).toContain('Wipe');
    expect(whyNoOperation('wipe')).toContain('Microsoft.Intune_<Resource>_<Operation>');
  });
});
