/** What a sign-in ends with: an access token for Graph, and for people one that tells who they are and one for the next sign-in. */

import type { Client } from './clients.ts';
import { textBase64Url } from './core/base64url.ts';
import type { UserRecord } from './core/directory-records.ts';
import { type AskedScopes, delegated, grantedScopes } from './scopes.ts';
import { graphResource } from './sign-in-origin.ts';
import type { TokenSigner } from './tokens.ts';

/** As long as the real ones: an hour, and 90 days. */
const accessLifeSeconds = 3599;
const refreshLifeSeconds = 90 * 24 * 3600;

/** What a refresh token is for: this door alone. */
export const refreshAudience = 'mockfleet:refresh';

export interface TokenRequest {
  /** Of the request's body, with the client id and the secret of a Basic header among them. */
  fields: ReadonlyMap<string, string>;
  /** 1: `resource` in place of `scope`, and numbers as texts. */
  version: 1 | 2;
  /** Of the sign-in host. */
  origin: string;
}

/** A sign-in that has come to its end. */
export interface Grant {
  client: Client;
  /** null: the program itself. */
  user: UserRecord | null;
  asked: AskedScopes;
  /** As asked for. */
  scope: string;
}

export interface Issuer {
  tenantId: string;
  signer: TokenSigner;
  /** Real time, ms. */
  now: number;
}

/** @throws SignInFault 65001: the program may not do what it asked for */
export async function tokenAnswer(
  { client, user, asked, scope }: Grant,
  { fields, version, origin }: TokenRequest,
  { tenantId: tid, signer, now: nowMs }: Issuer,
): Promise<Record<string, unknown>> {
  const now = Math.floor(nowMs / 1000);
  const times = { iat: now, nbf: now, exp: now + accessLifeSeconds };
  const permissions = user === null ? client.permissions : delegated(client, asked);
  const subject =
    user === null
      ? { oid: client.id, sub: client.id, idtyp: 'app', roles: permissions }
      : { ...personClaims(user), idtyp: 'user', scp: permissions.join(' ') };
  const access = {
    aud: graphResource,
    iss: `https://sts.windows.net/${tid}/`,
    ...times,
    app_displayname: client.displayName,
    appid: client.appId,
    appidacr: fields.has('client_secret') ? '1' : '0',
    ...subject,
    tid,
    uti: crypto.randomUUID(),
    ver: '1.0',
  };
  const lifetime =
    version === 2
      ? { expires_in: accessLifeSeconds, ext_expires_in: accessLifeSeconds }
      : {
          expires_in: String(accessLifeSeconds),
          ext_expires_in: String(accessLifeSeconds),
          expires_on: String(times.exp),
          not_before: String(times.nbf),
          resource: fields.get('resource') ?? graphResource,
        };
  const basic = { token_type: 'Bearer', ...lifetime, access_token: await signer.sign(access) };
  if (user === null) return basic;
  const wants = (name: string) => asked.identity.includes(name);
  const identity = { aud: client.appId, iss: `${origin}/${tid}/v2.0`, ...times, ...identityClaims(user), tid, ver: '2.0' };
  const refresh = {
    aud: refreshAudience,
    appid: client.appId,
    oid: user.id,
    tid,
    scope,
    iat: now,
    exp: now + refreshLifeSeconds,
    jti: crypto.randomUUID(),
  };
  return {
    ...basic,
    scope: grantedScopes(scope, permissions),
    ...(wants('offline_access') && { refresh_token: await signer.sign(refresh) }),
    ...(wants('openid') && { id_token: await signer.sign(identity) }),
    ...(fields.has('client_info') && { client_info: textBase64Url(JSON.stringify({ uid: user.id, utid: tid })) }),
  };
}

function personClaims({ id, userPrincipalName, displayName, givenName, surname }: UserRecord) {
  return {
    oid: id,
    sub: id,
    name: displayName,
    ...(givenName !== null && { given_name: givenName }),
    ...(surname !== null && { family_name: surname }),
    upn: userPrincipalName,
    unique_name: userPrincipalName,
  };
}

function identityClaims({ id, userPrincipalName, displayName, mail }: UserRecord) {
  return { oid: id, sub: id, name: displayName, preferred_username: userPrincipalName, ...(mail !== null && { email: mail }) };
}
