/** Who has a role, and over which devices (Graph: intune-rbac-deviceandappmanagementroleassignment-create, -update, -delete). */
import type { RoleAssignmentRecord } from '../core/directory-records.ts';
import { listOf, mustHave, nullable, oneOf, readFields, text, type Written } from './body-fields.ts';
import type { Need } from './caller.ts';
import { entityBody, listPage, oneItem } from './collection.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { badRequest, refusedByIntune } from './errors.ts';
import { initiatorOf } from './initiator.ts';
import { jsonResponse, noContent } from './response.ts';
import { roleAssignmentOf } from './role.ts';
import { assignmentOfPath, readRoles, roleAssignments } from './roles.ts';
import type { GraphResponse } from './tenant.ts';
import { created, requiredBody } from './written.ts';

/** Making, changing and ending an assignment is all one to roles. */
const assigning: Need = {
  permissions: ['DeviceManagementRBAC.ReadWrite.All'],
  resourceAction: 'Microsoft.Intune_Roles_Assign',
  of: 'intune',
};

export const roleAssignmentEndpoints: readonly Endpoint[] = [
  {
    path: 'deviceManagement/roleAssignments',
    methods: {
      GET: { needs: readRoles, answer: (call) => listPage(call, roleAssignments(call)) },
      POST: { needs: assigning, answer: createAssignment },
    },
  },
  {
    path: 'deviceManagement/roleAssignments/{id}',
    methods: {
      GET: { needs: readRoles, answer: (call) => oneItem(call, roleAssignments(call), () => assignmentOfPath(call)) },
      PATCH: { needs: assigning, answer: updateAssignment },
      DELETE: { needs: assigning, answer: deleteAssignment },
    },
  },
];

const groupsMax = 500;

const fields = {
  description: nullable(text(1024, 0)),
  displayName: text(256),
  members: listOf(text(64), groupsMax),
  resourceScopes: listOf(text(64), groupsMax),
  roleScopeTagIds: listOf(oneOf(['0']), 1),
  scopeMembers: listOf(text(64), groupsMax),
  scopeType: oneOf(['resourceScope', 'allDevices', 'allLicensedUsers', 'allDevicesAndLicensedUsers']),
};

const written: Written = { resource: roleAssignmentOf.beta, name: 'RoleAssignment', of: 'intune' };

/** @throws GraphFault 400 */
function createAssignment(call: Call): GraphResponse {
  const { request, version, tenant } = call;
  const { definitionId, rest } = takeDefinition(call);
  if (definitionId === undefined) mustHave({}, ['roleDefinition@odata.bind'], written);
  const values = readFields(rest, fields, written);
  mustHave(values, ['displayName'], written);
  const { displayName = '' } = values;
  const assignment = changed(call, values, {
    id: tenant.directory.newId(displayName),
    displayName,
    description: '',
    roleDefinitionId: definitionId ?? '',
    members: [],
    scopeType: 'resourceScope',
    scopeGroups: [],
  });
  tenant.directory.save('roleAssignment', assignment);
  note(call, 'create', assignment);
  return created(
    request,
    version,
    `deviceManagement/roleAssignments/${assignment.id}`,
    entityBody(call, roleAssignments(call), assignment),
  );
}

/** @throws GraphFault 400, 404 */
function updateAssignment(call: Call): GraphResponse {
  const assignment = assignmentOfPath(call);
  const { definitionId = assignment.roleDefinitionId, rest } = takeDefinition(call);
  if (definitionId !== assignment.roleDefinitionId) {
    throw refusedByIntune('The role definition of an assignment cannot be changed: delete the assignment and create another one.');
  }
  const next = changed(call, readFields(rest, fields, written), assignment);
  call.tenant.directory.save('roleAssignment', next);
  note(call, 'patch', next);
  return jsonResponse(call.request, entityBody(call, roleAssignments(call), next));
}

/** @throws GraphFault 404 */
function deleteAssignment(call: Call): GraphResponse {
  const assignment = assignmentOfPath(call);
  call.tenant.directory.remove('roleAssignment', assignment.id);
  note(call, 'delete', assignment);
  return noContent(call.request);
}

/** The role, bound by its address or named by its id in `roleDefinition`; and what else the body says. @throws GraphFault 400 */
function takeDefinition({ request, tenant }: Call): { definitionId: string | undefined; rest: Record<string, unknown> } {
  const { 'roleDefinition@odata.bind': bound, roleDefinition, ...rest } = requiredBody(request);
  if (bound === undefined && roleDefinition === undefined) return { definitionId: undefined, rest };
  const id = bound === undefined ? (roleDefinition as { id?: unknown } | null)?.id : keyOf(bound);
  const definition = typeof id === 'string' ? tenant.directory.entry('roleDefinition', id) : undefined;
  if (definition !== undefined) return { definitionId: definition.id, rest };
  const given = JSON.stringify(bound === undefined ? roleDefinition : bound).slice(0, 256);
  throw badRequest(
    `The role definition ${given} does not exist: 'roleDefinition@odata.bind' takes an address that ends with deviceManagement/roleDefinitions/{id}.`,
  );
}

function keyOf(address: unknown): string | undefined {
  const [, plain, quoted] =
    (typeof address === 'string' && /(?:^|\/)roleDefinitions(?:\/([^/?#()']+)|\('([^/?#()']+)'\))\/?$/i.exec(address)) || [];
  return plain ?? quoted;
}

function changed(call: Call, values: ReturnType<typeof readFields<typeof fields>>, assignment: RoleAssignmentRecord): RoleAssignmentRecord {
  const { displayName, description, members, resourceScopes, scopeMembers, scopeType } = values;
  return {
    ...assignment,
    ...(displayName !== undefined && { displayName }),
    ...(description !== undefined && { description: description ?? '' }),
    ...(members !== undefined && { members: groupIds(call, 'members', members) }),
    // Two names of one thing.
    ...(scopeMembers !== undefined && { scopeGroups: groupIds(call, 'scopeMembers', scopeMembers) }),
    ...(resourceScopes !== undefined && { scopeGroups: groupIds(call, 'resourceScopes', resourceScopes) }),
    ...(scopeType !== undefined && { scopeType }),
  };
}

/** @throws GraphFault 400 that names the first id that is no group's */
function groupIds({ tenant }: Call, property: string, ids: readonly string[]): string[] {
  const known = ids.map((id) => {
    const group = tenant.directory.entry('group', id);
    if (group === undefined) throw refusedByIntune(`'${property}' names '${id}', which is not the id of a group of this tenant.`);
    return group.id;
  });
  return [...new Set(known)];
}

function note({ tenant, request }: Call, verb: string, { id, displayName }: RoleAssignmentRecord): void {
  tenant.note(`${verb} RoleAssignment`, { type: 'RoleAssignment', id, name: displayName }, initiatorOf(request));
}
