/**
 * The sign-in host: OpenID discovery and the token endpoint, at the paths of login.microsoftonline.com, so that credential libraries find
 * them at the stub's own address as well as (in tests that take over the real hosts) at the real one.
 */
import { type Context, Hono } from 'hono';
import { createDeviceCodes } from './device-codes.ts';
import { deviceLoginRoutes } from './device-login.ts';
import { type GrantsOptions, grantTokens, namedClient } from './grants.ts';
import { readBody } from './request-body.ts';
import { invalidScope } from './scopes.ts';
import { SignInFault } from './sign-in-fault.ts';
import { originOf } from './sign-in-origin.ts';
import type { TokenRequest } from './token-answer.ts';

const bodyBytesMax = 64 * 1024;
const pollSeconds = 1;
/** Any tenant; here there is one. */
const anyTenant = ['common', 'organizations'];

export interface SignInOptions extends Omit<GrantsOptions, 'codes'> {
  /** Files of pages; absent: the page is its JSON alone. */
  pages: ((name: string) => string) | undefined;
}

export function signInRoutes(options: SignInOptions): Hono {
  const { tenant, signer, realNow } = options;
  const routes = new Hono();
  const codes = createDeviceCodes(realNow);
  const grants = { ...options, codes };

  /** @throws SignInFault 90002 */
  const mustBeTenant = (c: Context): void => {
    const name = c.req.param('tenant') ?? '';
    const { id, domain } = tenant().directory.organization();
    if ([...anyTenant, id, domain].some((one) => one.toLowerCase() === name.toLowerCase())) return;
    throw new SignInFault(
      '90002',
      `Tenant '${name.slice(0, 128)}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Here it is '${id}' or '${domain}'.`,
    );
  };
  const answered = (work: (c: Context) => Promise<object>) => async (c: Context) => {
    c.header('cache-control', 'no-store');
    try {
      return c.json(await work(c));
    } catch (error) {
      if (!(error instanceof SignInFault)) throw error;
      const traceId = crypto.randomUUID();
      const correlationId = guidOf(c.req.header('client-request-id')) ?? crypto.randomUUID();
      return c.json(error.body({ origin: originOf(c.req.url), now: realNow(), traceId, correlationId }), error.status);
    }
  };
  const tokenRequest = async (c: Context, version: 1 | 2): Promise<TokenRequest> => {
    mustBeTenant(c);
    return { fields: await readForm(c.req.raw), version, origin: originOf(c.req.url) };
  };

  const discovery = (version: 1 | 2) =>
    answered(async (c) => {
      mustBeTenant(c);
      return openIdConfiguration(originOf(c.req.url), c.req.param('tenant') ?? '', tenant().directory.organization().id, version);
    });
  routes.get('/:tenant/v2.0/.well-known/openid-configuration', discovery(2));
  routes.get('/:tenant/.well-known/openid-configuration', discovery(1));
  const keys = answered(async (c) => {
    mustBeTenant(c);
    return signer.publicKeys();
  });
  routes.get('/:tenant/discovery/v2.0/keys', keys);
  routes.get('/:tenant/discovery/keys', keys);
  routes.get('/common/discovery/instance', (c) => c.json(instances(originOf(c.req.url))));
  // .NET and PowerShell ask it before they send a password: whether another directory has to be asked.
  routes.get('/common/userrealm/:user', (c) => c.json(userRealm(c.req.param('user'))));
  routes.get('/common/UserRealm/:user', (c) => c.json(userRealm(c.req.param('user'))));

  routes.post(
    '/:tenant/oauth2/v2.0/token',
    answered(async (c) => grantTokens(grants, await tokenRequest(c, 2))),
  );
  routes.post(
    '/:tenant/oauth2/token',
    answered(async (c) => grantTokens(grants, await tokenRequest(c, 1))),
  );

  const deviceCode = (version: 1 | 2) =>
    answered(async (c) => {
      const { fields, origin } = await tokenRequest(c, version);
      const client = namedClient(tenant(), fields);
      const scope = fields.get(version === 2 ? 'scope' : 'resource') ?? '';
      if (scope.trim() === '') throw invalidScope('');
      const { userCode, deviceCode, expiresAt } = codes.begin(client.appId.toLowerCase(), scope);
      const uri = `${origin}/devicelogin`;
      return {
        user_code: userCode,
        device_code: deviceCode,
        [version === 2 ? 'verification_uri' : 'verification_url']: uri,
        expires_in: Math.round((expiresAt - realNow()) / 1000),
        interval: pollSeconds,
        message: `To sign in, use a web browser to open the page ${uri} and enter the code ${userCode} to authenticate.`,
      };
    });
  routes.post('/:tenant/oauth2/v2.0/devicecode', deviceCode(2));
  routes.post('/:tenant/oauth2/devicecode', deviceCode(1));

  const wrongMethod = answered(async () => {
    throw new SignInFault('900561', 'The endpoint only accepts POST requests. Received a request of another method.');
  });
  for (const path of ['token', 'devicecode']) {
    routes.all(`/:tenant/oauth2/v2.0/${path}`, wrongMethod);
    routes.all(`/:tenant/oauth2/${path}`, wrongMethod);
  }
  const noPage = (c: Context) =>
    c.text(
      'mockfleet has no interactive sign-in. Use client credentials, the device code flow, or a name and password, at the token endpoint.\n',
      501,
    );
  routes.get('/:tenant/oauth2/v2.0/authorize', noPage);
  routes.get('/:tenant/oauth2/authorize', noPage);
  routes.route('/', deviceLoginRoutes({ ...options, codes }));
  return routes;
}

/** The fields of a form; of several with one name the last. A client may name itself in a Basic header instead. */
async function readForm(request: Request): Promise<Map<string, string>> {
  const fields = new Map<string, string>(basicFields(request.headers.get('authorization')));
  const isForm = (request.headers.get('content-type') ?? '').toLowerCase().startsWith('application/x-www-form-urlencoded');
  const text = isForm ? await readBody(request, bodyBytesMax) : '';
  for (const [name, value] of new URLSearchParams(text ?? '')) fields.set(name, value);
  return fields;
}

function basicFields(header: string | null): [string, string][] {
  const encoded = /^Basic\s+([\w+/=-]+)\s*$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return [];
  try {
    const [id = '', ...secret] = atob(encoded).split(':').map(decodeURIComponent);
    return [
      ['client_id', id],
      ['client_secret', secret.join(':')],
    ];
  } catch {
    // Not Base64, or not percent-encoded: as if it were not there, and the answer says what is missing.
    return [];
  }
}

function openIdConfiguration(origin: string, name: string, tenantId: string, version: 1 | 2) {
  const base = `${origin}/${name}`;
  const oauth = version === 2 ? `${base}/oauth2/v2.0` : `${base}/oauth2`;
  return {
    token_endpoint: `${oauth}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/${version === 2 ? 'v2.0/' : ''}keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['ES256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    grant_types_supported: ['client_credentials', 'password', 'urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: version === 2 ? `${origin}/${tenantId}/v2.0` : `https://sts.windows.net/${tenantId}/`,
    authorization_endpoint: `${oauth}/authorize`,
    device_authorization_endpoint: `${oauth}/devicecode`,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'name', 'preferred_username', 'oid', 'tid', 'ver', 'email'],
    tenant_region_scope: 'EU',
    cloud_instance_name: new URL(origin).host,
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: 'graph.microsoft.com',
  };
}

function instances(origin: string) {
  const { host } = new URL(origin);
  return {
    tenant_discovery_endpoint: `${origin}/common/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}

function userRealm(name: string) {
  return {
    ver: '1.0',
    account_type: 'Managed',
    domain_name: name.split('@')[1] ?? '',
    cloud_instance_name: 'microsoftonline.com',
    cloud_audience_urn: 'urn:federation:MicrosoftOnline',
  };
}

function guidOf(text: string | undefined): string | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.exec(text ?? '')?.[0];
}
