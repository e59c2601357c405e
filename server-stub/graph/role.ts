/**
 * roleDefinition and roleAssignment of v1.0 and of beta (Graph: intune-rbac-roledefinition, -roleassignment; reference §6.2).
 * Microsoft's type packages check the tables. The service shows both as the types of device and app management.
 */
import type {
  DeviceAndAppManagementRoleAssignment as AssignmentV1,
  RoleDefinition as DefinitionV1,
} from '@microsoft/microsoft-graph-types';
import type {
  DeviceAndAppManagementRoleAssignment as AssignmentBeta,
  RoleDefinition as DefinitionBeta,
} from '@microsoft/microsoft-graph-types-beta';
import type { RoleAssignmentRecord, RoleDefinitionRecord } from '../core/directory-records.ts';
import { column, flag, type Properties, structure, text, texts } from './directory-columns.ts';
import type { GraphVersion } from './endpoint.ts';
import { baseResource, collectionOf, type Resource, resource, structureOf, subtype } from './property.ts';

const actionsShape = structureOf({
  allowedResourceActions: collectionOf('Edm.String'),
  notAllowedResourceActions: collectionOf('Edm.String'),
});
const permissionsShape = collectionOf(structureOf({ resourceActions: collectionOf(actionsShape) }));
const betaPermissionsShape = collectionOf(
  structureOf({ actions: collectionOf('Edm.String'), resourceActions: collectionOf(actionsShape) }),
);

/** All that is allowed, in one permission, as the service itself serves it. */
export function rolePermission(allowed: readonly string[]) {
  return { resourceActions: [{ allowedResourceActions: [...allowed], notAllowedResourceActions: [] }] };
}

const permissions = ({ allowedResourceActions }: RoleDefinitionRecord) => [rolePermission(allowedResourceActions)];

/** @param allowed also in the list that beta keeps for older programs */
export function betaRolePermission(allowed: readonly string[]) {
  return { actions: [...allowed], ...rolePermission(allowed) };
}

const betaPermissions = structure(
  ({ allowedResourceActions }: RoleDefinitionRecord) => [betaRolePermission(allowedResourceActions)],
  betaPermissionsShape,
);

const definitionV1 = {
  id: text(({ id }) => id),
  displayName: text(({ displayName }) => displayName),
  description: text(({ description }) => description),
  isBuiltIn: flag(({ isBuiltIn }) => isBuiltIn),
  rolePermissions: structure(permissions, permissionsShape),
} satisfies Properties<DefinitionV1, RoleDefinitionRecord>;

const definitionBeta = {
  ...definitionV1,
  isBuiltInRoleDefinition: flag(({ isBuiltIn }) => isBuiltIn),
  permissions: betaPermissions,
  rolePermissions: betaPermissions,
  roleScopeTagIds: texts(() => ['0']),
} satisfies Properties<DefinitionBeta, RoleDefinitionRecord>;

const assignmentV1 = {
  id: text(({ id }) => id),
  displayName: text(({ displayName }) => displayName),
  description: text(({ description }) => description),
  resourceScopes: texts(({ scopeGroups }) => scopeGroups),
  members: texts(({ members }) => members),
} satisfies Properties<AssignmentV1, RoleAssignmentRecord>;

const assignmentBeta = {
  ...assignmentV1,
  scopeMembers: texts(({ scopeGroups }) => scopeGroups),
  scopeType: column('enum', ({ scopeType }) => scopeType),
  roleScopeTagIds: texts(() => ['0']),
} satisfies Properties<AssignmentBeta, RoleAssignmentRecord>;

/** The base type's name, with the derived one as `@odata.type`. */
function derived<Source>(base: string, name: string, table: Parameters<typeof resource<Source>>[1]): Resource<Source> {
  return baseResource(base, [subtype(resource(name, table), (source: Source) => source)]);
}

const definition = ['microsoft.graph.roleDefinition', 'microsoft.graph.deviceAndAppManagementRoleDefinition'] as const;
const assignment = ['microsoft.graph.roleAssignment', 'microsoft.graph.deviceAndAppManagementRoleAssignment'] as const;

export const roleDefinitionOf: Readonly<Record<GraphVersion, Resource<RoleDefinitionRecord>>> = {
  'v1.0': derived(...definition, definitionV1),
  beta: derived(...definition, definitionBeta),
};

export const roleAssignmentOf: Readonly<Record<GraphVersion, Resource<RoleAssignmentRecord>>> = {
  'v1.0': derived(...assignment, assignmentV1),
  beta: derived(...assignment, assignmentBeta),
};
