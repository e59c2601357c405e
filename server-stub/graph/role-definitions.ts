/** Custom roles: made, changed, deleted (Graph: intune-rbac-roledefinition-create, -update, -delete). Built-in ones are as they are. */
import type { RoleDefinitionRecord } from '../core/directory-records.ts';
import { whyNoOperation } from '../core/resource-operations.ts';
import { type Field, listOf, mustHave, nullable, oneOf, readFields, text, type Written } from './body-fields.ts';
import type { Need } from './caller.ts';
import { entityBody, listPage, oneItem } from './collection.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { refusedByIntune } from './errors.ts';
import { initiatorOf } from './initiator.ts';
import { jsonResponse, noContent } from './response.ts';
import { roleDefinitionOf } from './role.ts';
import { definitionOfPath, readRoles, roleDefinitions } from './roles.ts';
import type { GraphResponse } from './tenant.ts';
import { created, requiredBody } from './written.ts';

const writing = (operation: string): Need => ({
  permissions: ['DeviceManagementRBAC.ReadWrite.All'],
  resourceAction: `Microsoft.Intune_Roles_${operation}`,
  of: 'intune',
});

export const roleDefinitionEndpoints: readonly Endpoint[] = [
  {
    path: 'deviceManagement/roleDefinitions',
    methods: {
      GET: { needs: readRoles, answer: (call) => listPage(call, roleDefinitions(call)) },
      POST: { needs: writing('Create'), answer: createDefinition },
    },
  },
  {
    path: 'deviceManagement/roleDefinitions/{id}',
    methods: {
      GET: { needs: readRoles, answer: (call) => oneItem(call, roleDefinitions(call), () => definitionOfPath(call)) },
      PATCH: { needs: writing('Update'), answer: updateDefinition },
      DELETE: { needs: writing('Delete'), answer: deleteDefinition },
    },
  },
];

/** `[{resourceActions: [{allowedResourceActions: […], notAllowedResourceActions: […]}]}]`, as the actions that it comes to. */
const permissions: Field<string[]> = {
  read(value) {
    if (!Array.isArray(value)) return undefined;
    const allowed = new Set<string>();
    const denied = new Set<string>();
    for (const permission of value) {
      // `actions` is beta's older name of the allowed ones, which answers repeat.
      const { actions = [], resourceActions = [] } = isObject(permission) ? permission : { resourceActions: undefined as unknown };
      if (!isObject(permission) || !Array.isArray(resourceActions)) return undefined;
      const sets = [{ allowedResourceActions: actions }, ...resourceActions];
      for (const set of sets) {
        if (!isObject(set)) return undefined;
        const { allowedResourceActions = [], notAllowedResourceActions = [] } = set;
        if (!isTexts(allowedResourceActions) || !isTexts(notAllowedResourceActions)) return undefined;
        for (const action of allowedResourceActions) allowed.add(action);
        for (const action of notAllowedResourceActions) denied.add(action);
      }
    }
    return [...allowed].filter((action) => !denied.has(action));
  },
  takes: 'a list of {resourceActions: [{allowedResourceActions: [], notAllowedResourceActions: []}]}',
};

const fields = {
  description: nullable(text(1024, 0)),
  displayName: text(256),
  isBuiltIn: {
    read: (value: unknown) => (value === false ? false : undefined),
    takes: 'false: a role that is made is none of the built-in ones',
  },
  permissions,
  rolePermissions: permissions,
  // Scope tags are not emulated: there is the default one.
  roleScopeTagIds: listOf(oneOf(['0']), 1),
};

const written: Written = { resource: roleDefinitionOf.beta, name: 'RoleDefinition', of: 'intune' };

/** @throws GraphFault 400 */
function createDefinition(call: Call): GraphResponse {
  const { request, version, tenant } = call;
  const values = readFields(requiredBody(request), fields, written);
  mustHave(values, ['displayName'], written);
  const { displayName = '' } = values;
  mustBeNewName(call, displayName, undefined);
  const definition: RoleDefinitionRecord = {
    id: tenant.directory.newId(displayName),
    displayName,
    description: values.description ?? '',
    isBuiltIn: false,
    allowedResourceActions: known(values.rolePermissions ?? values.permissions ?? []),
  };
  tenant.directory.save('roleDefinition', definition);
  note(call, 'create', definition);
  return created(
    request,
    version,
    `deviceManagement/roleDefinitions/${definition.id}`,
    entityBody(call, roleDefinitions(call), definition),
  );
}

/** @throws GraphFault 400, 404 */
function updateDefinition(call: Call): GraphResponse {
  const definition = customDefinition(call, 'changed');
  const values = readFields(requiredBody(call.request), fields, written);
  const allowed = values.rolePermissions ?? values.permissions;
  if (values.displayName !== undefined) mustBeNewName(call, values.displayName, definition.id);
  const next: RoleDefinitionRecord = {
    ...definition,
    displayName: values.displayName ?? definition.displayName,
    description: values.description === undefined ? definition.description : (values.description ?? ''),
    allowedResourceActions: allowed === undefined ? definition.allowedResourceActions : known(allowed),
  };
  call.tenant.directory.save('roleDefinition', next);
  note(call, 'patch', next);
  return jsonResponse(call.request, entityBody(call, roleDefinitions(call), next));
}

/** @throws GraphFault 400: a built-in one, or one that is assigned; 404 */
function deleteDefinition(call: Call): GraphResponse {
  const { directory } = call.tenant;
  const definition = customDefinition(call, 'deleted');
  for (const { roleDefinitionId, displayName } of directory.entriesAfter('roleAssignment', null)) {
    if (roleDefinitionId === definition.id) {
      throw refusedByIntune(
        `The role definition '${definition.displayName}' is assigned by '${displayName}'; delete its assignments first.`,
      );
    }
  }
  directory.remove('roleDefinition', definition.id);
  note(call, 'delete', definition);
  return noContent(call.request);
}

function customDefinition(call: Call, done: string): RoleDefinitionRecord {
  const definition = definitionOfPath(call);
  if (definition.isBuiltIn) throw refusedByIntune(`The role definition '${definition.displayName}' is built in and cannot be ${done}.`);
  return definition;
}

/** @throws GraphFault 400 that names the first action that there is none of */
function known(actions: readonly string[]): readonly string[] {
  for (const action of actions) {
    const why = whyNoOperation(action);
    if (why !== undefined) throw refusedByIntune(`'${action.slice(0, 128)}' is no resource action: ${why}.`);
  }
  return actions;
}

function mustBeNewName({ tenant }: Call, displayName: string, ownId: string | undefined): void {
  for (const other of tenant.directory.entriesAfter('roleDefinition', null)) {
    if (other.id !== ownId && other.displayName.toLowerCase() === displayName.toLowerCase()) {
      throw refusedByIntune(`A role definition with the displayName '${displayName}' exists already.`);
    }
  }
}

function note({ tenant, request }: Call, verb: string, { id, displayName }: RoleDefinitionRecord): void {
  tenant.note(`${verb} RoleDefinition`, { type: 'RoleDefinition', id, name: displayName }, initiatorOf(request));
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');
