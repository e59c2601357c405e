/** Reading Intune's roles and who has them (Graph: intune-rbac-roledefinition-list, -roleassignment-list; reference §6.2). */
import type { RoleAssignmentRecord, RoleDefinitionRecord } from '../core/directory-records.ts';
import { type Collection, countItems, listPage, oneItem } from './collection.ts';
import { type Call, type Endpoint, intuneRead } from './endpoint.ts';
import { GraphFault } from './errors.ts';
import { relationship } from './query.ts';
import { roleAssignmentOf, roleDefinitionOf } from './role.ts';
import type { GraphTenant } from './tenant.ts';

export const readRoles = intuneRead('DeviceManagementRBAC', 'Microsoft.Intune_Roles_Read');

const definitionsPath = 'deviceManagement/roleDefinitions';
const assignmentsPath = 'deviceManagement/roleAssignments';

export const roleEndpoints: readonly Endpoint[] = [
  { path: `${definitionsPath}/$count`, methods: { GET: { needs: readRoles, answer: (call) => countItems(call, roleDefinitions(call)) } } },
  {
    path: `${definitionsPath}/{id}/roleAssignments`,
    methods: { GET: { needs: readRoles, answer: (call) => listPage(call, assignmentsOf(call, definitionOfPath(call))) } },
  },
  {
    path: `${definitionsPath}/{id}/roleAssignments/$count`,
    methods: { GET: { needs: readRoles, answer: (call) => countItems(call, assignmentsOf(call, definitionOfPath(call))) } },
  },
  { path: `${assignmentsPath}/$count`, methods: { GET: { needs: readRoles, answer: (call) => countItems(call, roleAssignments(call)) } } },
  {
    path: `${assignmentsPath}/{id}/roleDefinition`,
    methods: { GET: { needs: readRoles, answer: (call) => oneItem(call, roleDefinitions(call), () => definitionOfAssignment(call)) } },
  },
];

/** @throws GraphFault 404 */
export function definitionOfPath({ tenant, params }: Call): RoleDefinitionRecord {
  return found(tenant, 'roleDefinition', params.id ?? '');
}

/** @throws GraphFault 404 */
export function assignmentOfPath({ tenant, params }: Call): RoleAssignmentRecord {
  return found(tenant, 'roleAssignment', params.id ?? '');
}

/** @throws GraphFault 404 */
function definitionOfAssignment(call: Call): RoleDefinitionRecord {
  return found(call.tenant, 'roleDefinition', assignmentOfPath(call).roleDefinitionId);
}

function found<Kind extends 'roleDefinition' | 'roleAssignment'>({ directory }: GraphTenant, kind: Kind, id: string) {
  const entry = directory.entry(kind, id);
  if (entry !== undefined) return entry;
  const name = kind === 'roleDefinition' ? 'role definition' : 'role assignment';
  throw new GraphFault(404, 'ResourceNotFound', `No ${name} has the id '${id.slice(0, 64)}'`, true);
}

export function roleDefinitions(call: Call): Collection<RoleDefinitionRecord, RoleDefinitionRecord> {
  const { version, tenant } = call;
  return {
    path: definitionsPath,
    resource: roleDefinitionOf[version],
    items: (afterId) => tenant.directory.entriesAfter('roleDefinition', afterId),
    idOf: ({ id }) => id,
    sourceOf: (definition) => definition,
    expansions: {
      roleAssignments: relationship({
        resource: roleAssignmentOf[version],
        of: (definition: RoleDefinitionRecord) => assignmentsOf(call, definition).items(null, false, null),
        sourceOf: (assignment) => assignment,
      }),
    },
  };
}

export function roleAssignments({ version, tenant }: Call): Collection<RoleAssignmentRecord, RoleAssignmentRecord> {
  return {
    path: assignmentsPath,
    resource: roleAssignmentOf[version],
    items: (afterId) => tenant.directory.entriesAfter('roleAssignment', afterId),
    idOf: ({ id }) => id,
    sourceOf: (assignment) => assignment,
    expansions: {
      roleDefinition: relationship({
        resource: roleDefinitionOf[version],
        of({ roleDefinitionId }: RoleAssignmentRecord) {
          const definition = tenant.directory.entry('roleDefinition', roleDefinitionId);
          return definition === undefined ? [] : [definition];
        },
        sourceOf: (definition) => definition,
        single: true,
      }),
    },
  };
}

function assignmentsOf(call: Call, { id }: RoleDefinitionRecord): Collection<RoleAssignmentRecord, RoleAssignmentRecord> {
  const all = roleAssignments(call);
  return {
    ...all,
    path: `${definitionsPath}/${id}/roleAssignments`,
    context: `${definitionsPath}('${id}')/roleAssignments`,
    *items(afterId) {
      for (const one of all.items(afterId, false, null)) if (one.roleDefinitionId === id) yield one;
    },
  };
}
