/** The scopes that a sign-in asks for, as permissions of Microsoft Graph. */
import type { Client } from './clients.ts';
import { endpoints } from './graph/graph.ts';
import { SignInFault } from './sign-in-fault.ts';
import { graphResource } from './sign-in-origin.ts';

const identityScopes = ['openid', 'profile', 'email', 'offline_access'];
const graphAppId = '00000003-0000-0000-c000-000000000000';
/** `DeviceManagementManagedDevices.PrivilegedOperations.All`. */
const permissionShape = /^[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)+$/;

export interface AskedScopes {
  /** `openid`, `offline_access`, …: about the tokens themselves. */
  identity: readonly string[];
  /** Permissions by name, without the resource before them. */
  permissions: readonly string[];
  /** All that the program was granted. */
  isDefault: boolean;
}

/**
 * @param resources what may stand before a permission, besides Graph's own names: the address at which this stub is
 * @throws SignInFault 70011, 500011
 */
export function readScopes(text: string, resources: readonly string[]): AskedScopes {
  const asked = { identity: [] as string[], permissions: [] as string[], isDefault: false };
  for (const scope of text.split(/\s+/).filter((one) => one !== '')) {
    if (identityScopes.includes(scope.toLowerCase())) {
      asked.identity.push(scope.toLowerCase());
      continue;
    }
    const name = withoutResource(scope, resources);
    if (name.toLowerCase() === '.default') asked.isDefault = true;
    else if (permissionShape.test(name)) asked.permissions.push(name);
    else throw invalidScope(scope);
  }
  return asked;
}

/** Version 1 of the endpoint names a resource in place of scopes. @throws SignInFault 500011 */
export function readResource(resource: string, resources: readonly string[]): AskedScopes {
  withoutResource(`${resource.replace(/\/$/, '')}/.default`, resources);
  return { identity: ['openid', 'profile', 'offline_access'], permissions: [], isDefault: true };
}

function withoutResource(scope: string, resources: readonly string[]): string {
  const known = [graphResource, graphAppId, `api://${graphAppId}`, ...resources];
  for (const resource of known) {
    if (scope.toLowerCase().startsWith(`${resource.toLowerCase()}/`)) return scope.slice(resource.length + 1).replace(/^\//, '');
  }
  const [, other] = /^([a-z][\w+.-]*:\/\/[^/]+|[0-9a-f-]{36})\/\S+$/i.exec(scope) ?? [];
  if (other === undefined) return scope;
  throw new SignInFault(
    '500011',
    `The resource principal named ${other.slice(0, 128)} was not found in the tenant. The only resource here is ${graphResource}.`,
  );
}

/**
 * What a person who signs in through this program lets it do. A program of the tenant gets all that it was granted, as with the real
 * service, whichever of it was asked for.
 * @throws SignInFault 65001 for what it was not granted, 70011 for nothing at all
 */
export function delegated({ appId, displayName, delegatedPermissions }: Client, asked: AskedScopes): readonly string[] {
  if (asked.permissions.length === 0 && !asked.isDefault && asked.identity.length === 0) throw invalidScope('');
  if (delegatedPermissions === 'any') return asked.isDefault ? everyPermission : [...new Set(asked.permissions.map(asSpelled))];
  const granted = new Set(delegatedPermissions.map((one) => one.toLowerCase()));
  const missing = asked.permissions.filter((one) => !granted.has(one.toLowerCase()));
  if (missing.length > 0 || (granted.size === 0 && asked.isDefault)) {
    const which = missing.length > 0 ? missing.join(', ') : 'anything';
    throw new SignInFault(
      '65001',
      `The user or administrator has not consented to use the application with ID '${appId}' named '${displayName}' for ${which.slice(0, 256)}. Send an interactive authorization request for this user and resource.`,
    );
  }
  return delegatedPermissions;
}

/** All permissions that decide about anything here. */
const everyPermission: readonly string[] = [
  ...new Set(['User.Read', ...endpoints.flatMap(({ methods }) => Object.values(methods).flatMap(({ needs }) => needs.permissions))]),
].sort();

/** Scopes are asked for in any case (`user.read`); a token has them as Graph spells them. */
function asSpelled(permission: string): string {
  return everyPermission.find((one) => one.toLowerCase() === permission.toLowerCase()) ?? permission;
}

/** The `scope` member of an answer. What was asked for stands in it as it was asked for: libraries look their tokens up by it. */
export function grantedScopes(text: string, permissions: readonly string[]): string {
  return [...new Set([...text.split(/\s+/).filter((one) => one !== ''), ...permissions.map((one) => `${graphResource}/${one}`)])].join(' ');
}

export function invalidScope(scope: string): SignInFault {
  return new SignInFault(
    '70011',
    `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope '${scope.slice(0, 128)}' is not valid.`,
  );
}
