/** The ways to a token (`grant_type`): what each asks for, and the tokens that it gives (OAuth 2.0, RFC 6749 and RFC 8628). */
import { type Client, clientOf, hasSecret } from './clients.ts';
import type { UserRecord } from './core/directory-records.ts';
import type { DeviceCodes } from './device-codes.ts';
import type { GraphTenant } from './graph/tenant.ts';
import type { PasswordCheck } from './password.ts';
import { type AskedScopes, invalidScope, readResource, readScopes } from './scopes.ts';
import { SignInFault } from './sign-in-fault.ts';
import { graphResource } from './sign-in-origin.ts';
import { type Grant, refreshAudience, type TokenRequest, tokenAnswer } from './token-answer.ts';
import type { TokenSigner } from './tokens.ts';

export interface GrantsOptions {
  tenant: () => GraphTenant;
  signer: TokenSigner;
  codes: DeviceCodes;
  isPassword: PasswordCheck;
  /** Real time, ms. */
  realNow: () => number;
}

/** The answer of the token endpoint. @throws SignInFault */
export async function grantTokens(options: GrantsOptions, request: TokenRequest): Promise<Record<string, unknown>> {
  const { tenant, signer, realNow } = options;
  return tokenAnswer(await granted(options, request), request, { tenantId: tenant().directory.organization().id, signer, now: realNow() });
}

/** The client that a request names. @throws SignInFault 900144, 700016 */
export function namedClient(tenant: GraphTenant, fields: TokenRequest['fields']): Client {
  const appId = needed(fields, 'client_id');
  const client = clientOf(tenant.directory, appId);
  if (client !== undefined) return client;
  const { displayName } = tenant.directory.organization();
  throw new SignInFault(
    '700016',
    `Application with identifier '${appId.slice(0, 64)}' was not found in the directory '${displayName}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  );
}

/** A person by name and password. @throws SignInFault 50034, 50057, 50126 */
export function signedInPerson(tenant: GraphTenant, name: string, password: string, isPassword: PasswordCheck): UserRecord {
  const user = tenant.directory.user(name);
  if (user === undefined) {
    const { displayName } = tenant.directory.organization();
    throw new SignInFault(
      '50034',
      `The user account ${name.slice(0, 128)} does not exist in the ${displayName} directory. To sign into this application, the account must be added to the directory.`,
    );
  }
  if (!isPassword(user, password)) {
    throw new SignInFault('50126', 'Error validating credentials due to invalid username or password.');
  }
  return enabled(user);
}

async function granted(options: GrantsOptions, request: TokenRequest): Promise<Grant> {
  const { fields } = request;
  const type = needed(fields, 'grant_type');
  const client = namedClient(options.tenant(), fields);
  switch (type) {
    case 'client_credentials':
      return forProgram(client, request);
    case 'password': {
      mustBeItself(client, fields);
      const asked = askedScopes(request);
      const user = signedInPerson(options.tenant(), needed(fields, 'username'), needed(fields, 'password'), options.isPassword);
      return { client, user, asked, scope: fields.get('scope') ?? '' };
    }
    case 'device_code':
    case 'urn:ietf:params:oauth:grant-type:device_code':
      return byDeviceCode(options, client, request);
    case 'refresh_token':
      return byRefreshToken(options, client, request);
    default:
      throw new SignInFault('70003', `The app requested an unsupported grant type '${type.slice(0, 64)}'.`);
  }
}

function forProgram(client: Client, request: TokenRequest): Grant {
  if (client.id === null || request.fields.get('client_secret') === undefined) throw secretMissing(request.fields);
  mustBeItself(client, request.fields);
  const asked = askedScopes(request);
  if (!asked.isDefault || asked.permissions.length > 0) {
    throw new SignInFault(
      '1002012',
      `The provided value for scope ${(request.fields.get('scope') ?? '').slice(0, 128)} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  }
  return { client, user: null, asked, scope: '' };
}

function byDeviceCode({ tenant, codes, realNow }: GrantsOptions, client: Client, { fields, origin, version }: TokenRequest): Grant {
  mustBeItself(client, fields);
  // Version 1 calls it `code`.
  const code = codes.ofProgram(fields.get('device_code') ?? fields.get('code') ?? needed(fields, 'device_code'));
  if (code === undefined || code.appId !== client.appId.toLowerCase())
    throw new SignInFault('70000', 'The provided device code is not valid.');
  if (code.userId === null) {
    if (realNow() > code.expiresAt)
      throw new SignInFault(
        '70020',
        "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
      );
    throw new SignInFault('70016', 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.');
  }
  codes.end(code);
  const user = personOf(tenant(), code.userId);
  const asked = version === 1 && !code.scope.includes(' ') ? readResource(code.scope, [origin]) : readScopes(code.scope, [origin]);
  return { client, user, asked, scope: code.scope };
}

async function byRefreshToken({ tenant, signer, realNow }: GrantsOptions, client: Client, request: TokenRequest): Promise<Grant> {
  mustBeItself(client, request.fields);
  const claims = await signer.verify(needed(request.fields, 'refresh_token'));
  if (claims?.aud !== refreshAudience || claims.appid !== client.appId) {
    throw new SignInFault('70000', 'The provided value for the input parameter refresh_token is not valid.');
  }
  if (realNow() >= Number(claims.exp) * 1000) {
    throw new SignInFault(
      '700082',
      `The refresh token has expired due to inactivity. The token was issued on ${new Date(Number(claims.iat) * 1000).toISOString()}.`,
    );
  }
  const scope = request.fields.get('scope') ?? String(claims.scope);
  const isResource = request.version === 1 && request.fields.get('scope') === undefined;
  const asked = isResource
    ? readResource(request.fields.get('resource') ?? graphResource, [request.origin])
    : readScopes(scope, [request.origin]);
  return { client, user: personOf(tenant(), String(claims.oid)), asked, scope };
}

/** A confidential program shows its secret; a public one has none. @throws SignInFault 7000215, 7000218 */
function mustBeItself(client: Client, fields: TokenRequest['fields']): void {
  const secret = fields.get('client_secret');
  if (secret === undefined) {
    if (!client.isPublicClient) throw secretMissing(fields);
    return;
  }
  if (hasSecret(client, secret)) return;
  throw new SignInFault(
    '7000215',
    `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${client.appId}'.`,
  );
}

function secretMissing(fields: TokenRequest['fields']): SignInFault {
  const hint = fields.has('client_assertion') ? ' mockfleet takes secrets, not certificates.' : '';
  return new SignInFault('7000218', `The request body must contain the following parameter: 'client_assertion' or 'client_secret'.${hint}`);
}

/** @throws SignInFault */
function askedScopes({ fields, version, origin }: TokenRequest): AskedScopes {
  const scope = fields.get('scope');
  const resource = fields.get('resource');
  if (version === 1 && resource !== undefined) return readResource(resource, [origin]);
  if (scope === undefined || scope.trim() === '') throw version === 1 ? missing('resource') : invalidScope('');
  return readScopes(scope, [origin]);
}

function personOf(tenant: GraphTenant, id: string): UserRecord {
  const user = tenant.directory.user(id);
  if (user === undefined) throw new SignInFault('50034', 'The user account does not exist in the directory any more.');
  return enabled(user);
}

function enabled(user: UserRecord): UserRecord {
  if (!user.accountEnabled) throw new SignInFault('50057', 'The user account is disabled.');
  return user;
}

/** @throws SignInFault 900144 */
function needed(fields: TokenRequest['fields'], name: string): string {
  const value = fields.get(name);
  if (value === undefined || value === '') throw missing(name);
  return value;
}

function missing(name: string): SignInFault {
  return new SignInFault('900144', `The request body must contain the following parameter: '${name}'.`);
}
