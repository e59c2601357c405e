/** Who may do what with devices: Intune's roles (reference §6.2), their assignments, and the directory's own. */
import { deviceObjectId } from '../graph/derived-guid.ts';
import { builtInRole } from './built-in-roles.ts';
import type { RoleAssignmentRecord } from './directory-records.ts';
import { transitiveGroupIds } from './group-walk.ts';
import type { DeviceRecord } from './records.ts';
import type { Core } from './sessions.ts';

/** See GraphTenant.allows. */
export function allows(core: Core, userId: string, resourceAction: string, device?: DeviceRecord): boolean {
  const user = core.store.entry('user', userId);
  if (user === undefined || !user.accountEnabled) return false;
  if (user.directoryRoles.includes('Global Administrator') || user.directoryRoles.includes('Intune Administrator')) return true;
  if (user.directoryRoles.includes('Global Reader') && isReading(resourceAction)) return true;
  const groups = transitiveGroupIds(core, user.id);
  if (groups.size === 0) return false;
  // Looked up once, and only if an assignment asks.
  let reach: ReadonlySet<string> | undefined;
  for (const assignment of core.store.entriesAfter('roleAssignment', null)) {
    if (!assignment.members.some((id) => groups.has(id)) || !grants(core, assignment, resourceAction)) continue;
    if (device === undefined) return true;
    reach ??= groupsOfDevice(core, device);
    if (covers(assignment, device, reach)) return true;
  }
  return false;
}

/** Keys are no reading: who sees them can use them. */
function isReading(resourceAction: string): boolean {
  return /_(Read|ViewReports)$/i.test(resourceAction);
}

function grants({ store }: Core, { roleDefinitionId }: RoleAssignmentRecord, resourceAction: string): boolean {
  const definition = builtInRole(roleDefinitionId) ?? store.entry('roleDefinition', roleDefinitionId);
  const wanted = resourceAction.toLowerCase();
  return definition?.allowedResourceActions.some((one) => one.toLowerCase() === wanted) === true;
}

function covers({ scopeType, scopeGroups }: RoleAssignmentRecord, device: DeviceRecord, reach: ReadonlySet<string>): boolean {
  switch (scopeType) {
    case 'allDevices':
    case 'allDevicesAndLicensedUsers':
      return true;
    case 'allLicensedUsers':
      return device.inventory.userPrincipalName !== '';
    case 'resourceScope':
      return scopeGroups.some((id) => reach.has(id));
  }
}

/** All groups that contain the device, or its user. */
function groupsOfDevice(core: Core, { id, inventory }: DeviceRecord): Set<string> {
  const user = core.store.entryNamed('user', inventory.userPrincipalName.toLowerCase());
  const groups = transitiveGroupIds(core, deviceObjectId(id));
  return user === undefined ? groups : new Set([...groups, ...transitiveGroupIds(core, user.id)]);
}
