/** What roles can allow, and what the caller may do (Graph: intune-rbac-resourceoperation-list, -getEffectivePermissions). */
import type { ResourceOperation as OperationV1 } from '@microsoft/microsoft-graph-types';
import type { ResourceOperation as OperationBeta } from '@microsoft/microsoft-graph-types-beta';
import { type ResourceOperation, resourceOperation, resourceOperations } from '../core/resource-operations.ts';
import { type Collection, countItems, listPage, oneItem } from './collection.ts';
import { flag, type Properties, text } from './directory-columns.ts';
import type { Call, Endpoint, GraphVersion } from './endpoint.ts';
import { GraphFault } from './errors.ts';
import { type Resource, resource } from './property.ts';
import { queryOptions } from './query-options.ts';
import { jsonResponse } from './response.ts';
import { betaRolePermission, rolePermission } from './role.ts';
import { readRoles } from './roles.ts';
import type { GraphResponse } from './tenant.ts';

const path = 'deviceManagement/resourceOperations';

export const resourceOperationEndpoints: readonly Endpoint[] = [
  { path, methods: { GET: { needs: readRoles, answer: (call) => listPage(call, operations(call)) } } },
  { path: `${path}/$count`, methods: { GET: { needs: readRoles, answer: (call) => countItems(call, operations(call)) } } },
  {
    path: `${path}/{id}`,
    methods: { GET: { needs: readRoles, answer: (call) => oneItem(call, operations(call), () => operationOfPath(call)) } },
  },
  {
    // Everybody may ask what they may do.
    path: 'deviceManagement/getEffectivePermissions(scope)',
    methods: { GET: { needs: { permissions: readRoles.permissions, of: 'intune' }, answer: getEffectivePermissions } },
  },
];

const v1Table = {
  id: text(({ id }) => id),
  resourceName: text(({ resourceName }) => resourceName),
  actionName: text(({ actionName }) => actionName),
  description: text(({ description }) => description),
} satisfies Properties<OperationV1, ResourceOperation>;

const betaTable = {
  ...v1Table,
  enabledForScopeValidation: flag(() => true),
  resource: text(({ resourceName }) => resourceName),
} satisfies Properties<OperationBeta, ResourceOperation>;

const operationOf: Readonly<Record<GraphVersion, Resource<ResourceOperation>>> = {
  'v1.0': resource('microsoft.graph.resourceOperation', v1Table),
  beta: resource('microsoft.graph.resourceOperation', betaTable),
};

function operations({ version }: Call): Collection<ResourceOperation, ResourceOperation> {
  return {
    path,
    resource: operationOf[version],
    items: (afterId) => resourceOperations.filter(({ id }) => afterId === null || id > afterId),
    idOf: ({ id }) => id,
    sourceOf: (operation) => operation,
  };
}

/** @throws GraphFault 404 */
function operationOfPath({ params }: Call): ResourceOperation {
  const operation = resourceOperation(params.id ?? '');
  if (operation !== undefined) return operation;
  throw new GraphFault(404, 'ResourceNotFound', `No resource operation has the id '${(params.id ?? '').slice(0, 64)}'`, true);
}

/** Of all roles of the caller together. Scope tags are not emulated: whatever the scope is, the answer is that for all. */
function getEffectivePermissions({ request, version, tenant }: Call): GraphResponse {
  queryOptions(request.query, version, []);
  const named = [...tenant.directory.entriesAfter('roleDefinition', null)].flatMap((role) => role.allowedResourceActions);
  const all = new Set([...resourceOperations.map(({ id }) => id), ...named]);
  const { caller } = request;
  const allowed = [...all].filter((action) => caller.type === 'application' || tenant.allows(caller.id, action)).sort();
  return jsonResponse(request, {
    '@odata.context': `${request.origin}/${version}/$metadata#Collection(microsoft.graph.rolePermission)`,
    value: [version === 'beta' ? betaRolePermission(allowed) : rolePermission(allowed)],
  });
}
