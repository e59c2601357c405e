/** A tenant that has had everything: a device of every kind, every action on each with every end that it can have, and people of all sorts. */
import { actionTable, commandTypes, isPossible } from '../../protocol/commands.ts';
import type { DeviceMessage } from '../../protocol/messages.ts';
import { enrollmentTypesOf, platforms } from '../../protocol/platforms.ts';
import { dayMs, hourMs } from '../../runtime/duration.ts';
import { builtInRoles } from '../../server-stub/core/built-in-roles.ts';
import { CoreBench, commandIn, type Enrolled } from '../../server-stub/core/core.fixture.ts';
import { firstAdministrator, userIdOf } from '../../server-stub/core/people.ts';
import { type CompliancePolicyRecord, policyTypes } from '../../server-stub/core/policy-records.ts';
import type { CommandRecord } from '../../server-stub/core/records.ts';
import { deviceObjectId } from '../../server-stub/graph/derived-guid.ts';
import { mailsAndAccess } from './everything-of-access.ts';

/** What administrators send with an action that takes something. */
const parameters: Partial<Record<string, object>> = {
  enableLostMode: { message: 'Please bring me back', phoneNumber: '1', footer: 'Thanks' },
  cleanWindowsDevice: { keepUserData: true },
  setDeviceName: { deviceName: 'renamed' },
  deleteUserFromSharedAppleDevice: { userPrincipalName: 'adele@contoso.example' },
  windowsDefenderScan: { quickScan: false },
  wipe: { keepEnrollmentData: true, keepUserData: true },
  playLostModeSound: { durationInMinutes: '5' },
};

const location = {
  latitude: -33.86,
  longitude: 151.21,
  altitude: 4.5,
  horizontalAccuracy: 5,
  verticalAccuracy: 0.1,
  heading: 359.5,
  speed: 0,
};

type Status = Extract<DeviceMessage, { type: 'command-result' }>['status'];

export function everything(): CoreBench {
  const bench = new CoreBench({ tenant: { allowActivationLock: true, passcodeRequired: true } });
  policies(bench);
  let number = 0;
  for (const platform of platforms) {
    for (const enrollment of enrollmentTypesOf[platform]) {
      const models = platform === 'ios' ? ['iPhone 15', 'iPad Air'] : ['Model'];
      for (const model of models) {
        for (const status of ['acknowledged', 'failed', 'not-supported', null] as const) {
          number += 1;
          const serialNumber = `MF${number}`;
          const userPrincipalName = number % 5 === 0 ? '' : `person.${number}@contoso.example`;
          const shared = model.startsWith('iPad') ? { shared: true } : {};
          const inventory = { platform, enrollment, model, serialNumber, userPrincipalName, ...shared };
          live(bench, bench.enroll(`request-${number}`, inventory as object), status);
        }
      }
    }
  }
  // The administrator has one too.
  live(bench, bench.enroll('own', { serialNumber: 'OWN', userPrincipalName: firstAdministrator }), 'acknowledged');
  people(bench);
  mailsAndAccess(bench);
  bench.pass(hourMs);
  return bench;
}

/** @param status what the device answers to each action; null: it is away, and they wait */
function live(bench: CoreBench, device: Enrolled, status: Status | null): void {
  const link = bench.open(device.peer);
  const apps = [{ id: 'mail', name: 'Mail', source: 'required' }] as const;
  bench.tell(link, device, {
    resetToken: 'active',
    activationLock: true,
    activeUser: 'guest@contoso.example',
    jailBroken: true,
    apps: [...apps],
  });
  bench.checkIn(link, device);
  bench.checkIn(link, device);
  if (status === null) bench.close(link);
  // The ends of its management last; of these, one each is left waiting by another device.
  const ordinary = commandTypes.filter((type) => type !== 'wipe' && type !== 'retire');
  for (const type of ordinary) {
    if (bench.issue(device, type, parameters[type]) !== null || status === null) continue;
    let messages = bench.checkIn(link, device);
    while (messages.some((message) => message.type === 'command')) {
      const { commandId, command } = commandIn(messages);
      const located =
        command.type === 'locateDevice' && status === 'acknowledged' ? { location: { collectedAt: bench.now, ...location } } : {};
      const failed = status === 'failed' ? { errorCode: -2016281112 } : {};
      messages = bench.say(link, { type: 'command-result', deviceId: device.id, commandId, status, ...located, ...failed });
    }
  }
  if (status === 'failed' && bench.issue(device, 'wipe') !== null) bench.issue(device, 'retire');
  if (status === 'not-supported' && bench.issue(device, 'retire') === null) bench.cancel(device, 'retire');
}

/** One of each type, for all devices; on the phones one that every device here breaks, so that some are on the retire list. */
function policies({ tenant, now }: CoreBench): void {
  const by = { name: firstAdministrator, isUser: false };
  for (const type of policyTypes) {
    const id = tenant.directory.newId(type);
    const isBroken = type === 'iosCompliancePolicy' || type === 'androidWorkProfileCompliancePolicy';
    const action = { templateId: '', ccGroups: [] };
    const actions = [
      { ...action, id: tenant.directory.newId('block'), type: 'block', hours: isBroken ? 48 : 0 },
      { ...action, id: tenant.directory.newId('retire'), type: 'retire', hours: 0 },
    ] as const;
    const policy: CompliancePolicyRecord = {
      id,
      type,
      displayName: `Rules of ${type}`,
      description: null,
      createdAt: now,
      modifiedAt: now,
      version: 1,
      settings: { osMinimumVersion: '1.0', ...(isBroken && { securityBlockJailbrokenDevices: true }) },
      roleScopeTagIds: ['0'],
      assignments: [
        { id: `${id}_all`, target: { kind: 'allDevices' } },
        { id: `${id}_users`, target: { kind: 'allUsers' } },
      ],
      rules: [{ id: tenant.directory.newId('rule'), ruleName: null, actions }],
    };
    tenant.savePolicy(policy, 'create', by);
  }
}

function people(bench: CoreBench): void {
  const { tenant } = bench;
  const { directory } = tenant;
  const by = { name: 'Automation', isUser: false, isApplication: true, id: '11111111-1111-4111-8111-111111111111' };
  const group = (displayName: string) => ({
    id: directory.newId(displayName),
    displayName,
    description: null,
    mailNickname: displayName.toLowerCase(),
    mailEnabled: false,
    securityEnabled: true,
    createdAt: bench.now,
  });
  const [field, leads] = [{ ...group('Field'), owners: [userIdOf(firstAdministrator)] }, group('Leads')];
  for (const one of [field, leads]) directory.save('group', one);
  const [first, second] = [...tenant.devicesAfter(null)];
  const person = directory.user('person.1@contoso.example');
  if (first === undefined || second === undefined || person === undefined) throw new Error('The tenant is empty.');
  directory.addMember(field.id, { id: person.id, kind: 'user' });
  directory.addMember(field.id, { id: userIdOf(firstAdministrator), kind: 'user' });
  directory.addMember(field.id, { id: leads.id, kind: 'group' });
  directory.addMember(field.id, { id: deviceObjectId(first.id), kind: 'device' });
  const application = {
    id: directory.newId('Automation'),
    appId: by.id,
    displayName: 'Automation',
    secretHashes: [],
    permissions: ['DeviceManagementManagedDevices.Read.All'],
    delegatedPermissions: ['User.Read'],
    isPublicClient: false,
    createdAt: bench.now,
  };
  directory.save('application', application);
  const role = {
    id: directory.newId('Wipers'),
    displayName: 'Wipers',
    description: '',
    isBuiltIn: false,
    allowedResourceActions: ['Microsoft.Intune_RemoteTasks_Wipe'],
  };
  directory.save('roleDefinition', role);
  const roles = [role.id, builtInRoles[0]?.id ?? ''];
  for (const [index, roleDefinitionId] of roles.entries()) {
    const id = directory.newId(`assignment ${index}`);
    const scope =
      index === 0
        ? ({ scopeType: 'allDevices', scopeGroups: [] } as const)
        : ({ scopeType: 'resourceScope', scopeGroups: [leads.id] } as const);
    directory.save('roleAssignment', {
      id,
      displayName: `Helpers ${index}`,
      description: '',
      roleDefinitionId,
      members: [field.id],
      ...scope,
    });
    tenant.note('create RoleAssignment', { type: 'RoleAssignment', id, name: `Helpers ${index}` }, by);
  }
  tenant.editDevice(second.id, { notes: 'lent', owner: 'company' }, by);
  tenant.setCleanupDays(90, by);
  bench.now += dayMs;
}

/** That the tenant has really seen all of it. */
export function actionsSeen(bench: CoreBench): Set<string> {
  const seen = (command: CommandRecord) => `${command.action} ${command.status}`;
  return new Set(Array.from(bench.store.allCommands(), seen));
}

export const actionsOfDevices = commandTypes.filter((type) => actionTable[type].serviceOnly !== true && isPossible(type));
