/**
 * Who sends a request, by its bearer token: the token that the stub made at its first start (its first administrator), one that was given
 * out by name, or an access token of the tenant's own sign-in. Tokens are judged by real time: whoever holds one lives in it.
 */

import { clientOf } from './clients.ts';
import { firstAdministratorCaller } from './core/people.ts';
import { sameSecret, secretHash } from './core/secret.ts';
import { type Caller, personCaller } from './graph/caller.ts';
import { GraphFault } from './graph/errors.ts';
import type { GraphTenant } from './graph/tenant.ts';
import { graphResource, signInOrigin } from './sign-in-origin.ts';
import type { Claims, TokenSigner } from './tokens.ts';

export interface CallersOptions {
  tenant: () => GraphTenant;
  adminToken: string;
  signer: TokenSigner;
  /** Real time. */
  realNow: () => number;
}

export interface Callers {
  /** @throws GraphFault 401 InvalidAuthenticationToken; 400 for a token in the address */
  callerOf(request: Request): Promise<Caller>;
  /** Whether this is who made the stub, or an administrator of the tenant: for what no real tenant has. */
  mayControl(caller: Caller): boolean;
  /** Of those whether this one may give roles of the directory, to themselves too: a tenant file does. */
  mayPlant(caller: Caller): boolean;
}

/** What a token with limits needs for control requests: with it one may wipe every device as well. */
export const controlPermission = 'DeviceManagementManagedDevices.PrivilegedOperations.All';

/** Of clocks, between the two machines. */
const skewMs = 5 * 60_000;

export function createCallers({ tenant, adminToken, signer, realNow }: CallersOptions): Callers {
  const owner = firstAdministratorCaller();

  async function byToken(token: string): Promise<Caller> {
    if (sameSecret(token, adminToken)) return owner;
    const named = tenant().directory.entry('namedToken', secretHash(token));
    if (named !== undefined) {
      const { principalId, principalType, permissions } = named;
      const limit = permissions === null ? null : new Set(permissions);
      return principalType === 'user' ? person(principalId, null, limit ?? 'all') : program(principalId, limit);
    }
    return byClaims(token);
  }

  async function byClaims(token: string): Promise<Caller> {
    const said = signer.read(token);
    if (said === undefined) throw new Unauthorized(notWellFormed(token));
    const own = tenant().directory.organization().id;
    if (said.tid !== own && typeof said.tid === 'string') {
      throw new Unauthorized(`Access token validation failure. It is of the tenant '${said.tid.slice(0, 64)}', and this is '${own}'.`);
    }
    const claims = await signer.verify(token);
    if (claims === undefined) throw new Unauthorized('Access token validation failure. Invalid signature.');
    if (claims.aud !== graphResource) throw new Unauthorized('Access token validation failure. Invalid audience.');
    const now = realNow();
    if (!(now < Number(claims.exp) * 1000 + skewMs)) throw new Unauthorized('Lifetime validation failed, the token is expired.');
    if (!(now > Number(claims.nbf) * 1000 - skewMs)) throw new Unauthorized('Lifetime validation failed, the token is not yet valid.');
    return byRights(claims);
  }

  function byRights({ idtyp, oid, appid, scp, roles }: Claims): Caller {
    if (idtyp === 'app') return program(String(oid), new Set(Array.isArray(roles) ? roles.map(String) : []));
    if (clientOf(tenant().directory, String(appid)) === undefined) throw new Unauthorized(gone('application'));
    return person(String(oid), String(appid), new Set(String(scp).split(' ')));
  }

  function person(id: string, appId: string | null, permissions: Caller['permissions']): Caller {
    const user = tenant().directory.user(id);
    if (user === undefined) throw new Unauthorized(gone('account'));
    if (!user.accountEnabled) throw new Unauthorized('Access token validation failure. The account that it was issued to is disabled.');
    return { ...personCaller(user.id, user.userPrincipalName), appId, permissions };
  }

  function program(id: string, permissions: ReadonlySet<string> | null): Caller {
    const application = tenant().directory.application(id);
    if (application === undefined) throw new Unauthorized(gone('application'));
    const { appId, displayName } = application;
    return {
      type: 'application',
      id: application.id,
      name: displayName,
      appId,
      permissions: permissions ?? new Set(application.permissions),
    };
  }

  const rolesOf = (caller: Caller) => tenant().directory.user(caller.id)?.directoryRoles ?? [];

  return {
    async callerOf(request) {
      const token = bearerToken(request);
      try {
        if (token === '') throw new Unauthorized('Access token is empty.');
        return await byToken(token);
      } catch (error) {
        if (!(error instanceof Unauthorized)) throw error;
        const uri = `${signInOrigin(request.url)}/common/oauth2/authorize`;
        const challenge = `Bearer realm="", authorization_uri="${uri}", client_id="00000003-0000-0000-c000-000000000000"`;
        throw new GraphFault(401, 'InvalidAuthenticationToken', error.message, false, { 'www-authenticate': challenge });
      }
    },
    mayControl(caller) {
      if (caller === owner) return true;
      if (caller.type !== 'user' || !(caller.permissions === 'all' || caller.permissions.has(controlPermission))) return false;
      const roles = rolesOf(caller);
      return roles.includes('Global Administrator') || roles.includes('Intune Administrator');
    },
    mayPlant: (caller) => caller === owner || rolesOf(caller).includes('Global Administrator'),
  };
}

/** '' where there is none. */
function bearerToken(request: Request): string {
  return /^Bearer\s+(\S+)\s*$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
}

class Unauthorized extends Error {}

const gone = (what: string) => `Access token validation failure. The ${what} that it was issued to is not in this tenant.`;

/** Graph's own words (library: Microsoft.IdentityModel). */
function notWellFormed(token: string): string {
  if (token.includes('.')) return 'CompactToken parsing failed with error code: 80049217';
  return "IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact Serialization Format. (JWS): 'EncodedHeader.EncodedPayload.EncodedSignature'. (JWE): 'EncodedProtectedHeader.EncodedEncryptedKey.EncodedInitializationVector.EncodedCiphertext.EncodedAuthenticationTag'.";
}
