import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newUser } from './core/people.ts';
import { secretHash } from './core/secret.ts';
import { DoorBench, doorPassword, doorToken } from './door.fixture.ts';

const appId = 'f1000000-0000-4000-8000-000000000001';
const consoleId = 'f1000000-0000-4000-8000-000000000002';
const graphPowerShell = '14d82eec-204b-4c2f-b7e8-296a70dab67e';
const graph = 'https://graph.microsoft.com/.default';
const token = '/contoso.example/oauth2/v2.0/token';
const devices = '/v1.0/deviceManagement/managedDevices';
const read = 'DeviceManagementManagedDevices.Read.All';

/** A door whose tenant has two people and two programs. */
function door(): DoorBench {
  const door = new DoorBench();
  const { directory } = door.bench.tenant;
  const application = { permissions: [read], delegatedPermissions: [read, 'User.Read'], createdAt: 0 };
  directory.save('application', {
    ...application,
    id: 'f0000000-0000-4000-8000-000000000001',
    appId,
    displayName: 'Automation',
    secretHashes: [secretHash('old'), secretHash('s3cret:+ %')],
    isPublicClient: false,
  });
  directory.save('application', {
    ...application,
    id: 'f0000000-0000-4000-8000-000000000002',
    appId: consoleId,
    displayName: 'Console',
    secretHashes: [],
    isPublicClient: true,
  });
  directory.save('user', newUser('adele@contoso.example', 0));
  directory.save('user', newUser('lee@contoso.example', 0, { passwordHash: secretHash('own'), directoryRoles: ['Intune Administrator'] }));
  return door;
}

const program = { grant_type: 'client_credentials', client_id: appId, client_secret: 's3cret:+ %', scope: graph };
const person = {
  grant_type: 'password',
  client_id: consoleId,
  username: 'lee@contoso.example',
  password: 'own',
  scope: `openid ${read} offline_access`,
};

const claimsOf = (jwt: unknown) => JSON.parse(Buffer.from(String(jwt).split('.')[1] ?? '', 'base64url').toString());

describe('discovery', () => {
  it('describes the endpoints at the address that was asked, with and without v2.0, for each name of the tenant', async () => {
    const bench = door();
    const tid = bench.bench.tenant.directory.organization().id;
    for (const name of [tid, tid.toUpperCase(), 'contoso.example', 'common', 'organizations']) {
      const { status, body } = await bench.call('GET', `/${name}/v2.0/.well-known/openid-configuration`, undefined, { token: null });
      expect([status, body]).toMatchObject([
        200,
        {
          token_endpoint: `https://stub.example/${name}/oauth2/v2.0/token`,
          device_authorization_endpoint: `https://stub.example/${name}/oauth2/v2.0/devicecode`,
          issuer: `https://stub.example/${tid}/v2.0`,
          jwks_uri: `https://stub.example/${name}/discovery/v2.0/keys`,
        },
      ]);
    }
    const login = { token: null, origin: 'https://login.microsoftonline.com' };
    const { body: first } = await bench.call('GET', '/common/.well-known/openid-configuration', undefined, login);
    expect(first).toMatchObject({
      token_endpoint: 'https://login.microsoftonline.com/common/oauth2/token',
      issuer: `https://sts.windows.net/${tid}/`,
    });
    const { body: instance } = await bench.call('GET', '/common/discovery/instance?api-version=1.1', undefined, login);
    expect(instance).toMatchObject({ metadata: [{ preferred_network: 'login.microsoftonline.com' }] });
  });

  it('its keys check the signature of a token', async () => {
    const bench = door();
    const { body } = await bench.form(token, program);
    const { body: found } = await bench.call('GET', '/common/discovery/v2.0/keys', undefined, { token: null });
    const [jwk] = found.keys as [Record<string, string>];
    expect(jwk.d).toBeUndefined();
    const [header = '', payload = '', signature = ''] = String(body.access_token).split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ typ: 'JWT', alg: 'ES256', kid: jwk.kid });
    const curve = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('jwk', jwk, curve, false, ['verify']);
    const isSigned = (text: string) => crypto.subtle.verify(curve, key, Buffer.from(signature, 'base64url'), Buffer.from(text));
    expect([await isSigned(`${header}.${payload}`), await isSigned(`${header}.${payload}A`)]).toEqual([true, false]);
  });
});

describe('a program', () => {
  it('signs in with its secret, in the body or in a header, and reads what it was granted', async () => {
    const bench = door();
    const { client_id, client_secret, ...rest } = program;
    const basic = `Basic ${btoa(`${client_id}:${encodeURIComponent(client_secret)}`)}`;
    const tid = bench.bench.tenant.directory.organization().id;
    for (const answer of [await bench.form(token, program), await bench.form(token, rest, { authorization: basic })]) {
      expect([answer.status, answer.body]).toMatchObject([200, { token_type: 'Bearer', expires_in: 3599 }]);
      expect(answer.body.refresh_token).toBeUndefined();
      const access = answer.body.access_token as string;
      expect(claimsOf(access)).toMatchObject({
        aud: 'https://graph.microsoft.com',
        iss: `https://sts.windows.net/${tid}/`,
        tid,
        appid: appId,
        idtyp: 'app',
        roles: [read],
        iat: bench.realNow / 1000,
        exp: bench.realNow / 1000 + 3599,
      });
      expect((await bench.call('GET', devices, undefined, { token: access })).status).toBe(200);
      expect((await bench.call('GET', '/mockfleet/clock', undefined, { token: access })).status).toBe(403);
    }
  });

  it('names a resource in version 1, and gets numbers as texts', async () => {
    const bench = door();
    const { scope: _, ...rest } = program;
    const { status, body } = await bench.form('/common/oauth2/token', { ...rest, resource: 'https://graph.microsoft.com/' });
    expect([status, body]).toMatchObject([200, { expires_in: '3599', resource: 'https://graph.microsoft.com/' }]);
    expect((await bench.call('GET', devices, undefined, { token: body.access_token as string })).status).toBe(200);
  });

  it('may name the stub itself as the resource', async () => {
    expect((await door().form(token, { ...program, scope: 'https://stub.example/.default' })).status).toBe(200);
  });
});

describe('a person', () => {
  it('signs in with name and password, and gets what the program may do for them', async () => {
    const bench = door();
    const { status, body } = await bench.form(token, { ...person, client_info: '1' });
    expect(status).toBe(200);
    const tid = bench.bench.tenant.directory.organization().id;
    const lee = bench.bench.tenant.directory.user('lee@contoso.example')?.id;
    expect(claimsOf(body.access_token)).toMatchObject({
      idtyp: 'user',
      oid: lee,
      upn: 'lee@contoso.example',
      scp: `${read} User.Read`,
      appid: consoleId,
    });
    expect(claimsOf(body.id_token)).toMatchObject({
      aud: consoleId,
      preferred_username: 'lee@contoso.example',
      iss: `https://stub.example/${tid}/v2.0`,
    });
    expect(claimsOf(`.${body.client_info}`)).toEqual({ uid: lee, utid: tid });
    // What was asked for stands there as it was asked for: libraries find their tokens again by it.
    expect(String(body.scope).split(' ')).toEqual(expect.arrayContaining([read, `https://graph.microsoft.com/${read}`, 'openid']));
    expect((await bench.call('GET', devices, undefined, { token: body.access_token as string })).status).toBe(200);
  });

  it('goes on with a refresh token, which is no access token, nor is the one that tells who they are', async () => {
    const bench = door();
    const { body } = await bench.form(token, person);
    const refresh = { grant_type: 'refresh_token', client_id: consoleId, refresh_token: body.refresh_token as string };
    bench.realNow += 2 * 3_600_000;
    expect((await bench.call('GET', devices, undefined, { token: body.access_token as string })).body.error.message).toBe(
      'Lifetime validation failed, the token is expired.',
    );
    const again = await bench.form(token, refresh);
    expect(again.status).toBe(200);
    expect((await bench.call('GET', devices, undefined, { token: again.body.access_token as string })).status).toBe(200);
    for (const other of [body.refresh_token, body.id_token]) {
      const { status, body: refused } = await bench.call('GET', devices, undefined, { token: other as string });
      expect([status, refused.error.message]).toEqual([401, 'Access token validation failure. Invalid audience.']);
    }
    expect((await bench.form(token, { ...refresh, refresh_token: body.access_token as string })).body.error_codes).toEqual([70000]);
    expect((await bench.form(token, { ...refresh, client_id: graphPowerShell })).body.error_codes).toEqual([70000]);
    bench.realNow += 91 * 24 * 3_600_000;
    expect((await bench.form(token, refresh)).body.error_codes).toEqual([700082]);
  });

  it('without a password has the enrollment token, but who administers the tenant has the administrator’s', async () => {
    const bench = door();
    const trySignIn = async (username: string, password: string) => (await bench.form(token, { ...person, username, password })).status;
    expect(await trySignIn('adele@contoso.example', doorPassword)).toBe(200);
    expect(await trySignIn('ADELE@contoso.example', doorPassword)).toBe(200);
    expect(await trySignIn('admin@contoso.example', doorPassword)).toBe(400);
    expect(await trySignIn('admin@contoso.example', doorToken)).toBe(200);
    expect(await trySignIn('lee@contoso.example', doorPassword)).toBe(400);
    expect(await trySignIn('lee@contoso.example', doorToken)).toBe(400);
  });

  it('with a role of Intune has the administrator’s token as well, however the role comes to them', async () => {
    const bench = door();
    const { directory } = bench.bench.tenant;
    const trySignIn = async (password: string) =>
      (await bench.form(token, { ...person, username: 'adele@contoso.example', password })).status;
    const group = { description: null, mailEnabled: false, securityEnabled: true, createdAt: 0 };
    for (const [id, displayName] of [
      ['f2000000-0000-4000-8000-000000000001', 'inner'],
      ['f2000000-0000-4000-8000-000000000002', 'outer'],
    ] as const)
      directory.save('group', { ...group, id, displayName, mailNickname: displayName });
    directory.addMember('f2000000-0000-4000-8000-000000000002', { id: 'f2000000-0000-4000-8000-000000000001', kind: 'group' });
    directory.addMember('f2000000-0000-4000-8000-000000000001', { id: directory.user('adele@contoso.example')?.id ?? '', kind: 'user' });
    expect(await trySignIn(doorPassword)).toBe(200);
    directory.save('roleAssignment', {
      id: 'f3000000-0000-4000-8000-000000000001',
      displayName: 'desk',
      description: '',
      roleDefinitionId: 'f4000000-0000-4000-8000-000000000001',
      members: ['f2000000-0000-4000-8000-000000000002'],
      scopeType: 'allDevices',
      scopeGroups: [],
    });
    expect([await trySignIn(doorPassword), await trySignIn(doorToken)]).toEqual([400, 200]);
  });

  it('signs in through a well-known program of Microsoft’s to whatever they ask for', async () => {
    const bench = door();
    const ask = async (scope: string) =>
      claimsOf((await bench.form(token, { ...person, client_id: graphPowerShell, scope })).body.access_token).scp;
    expect(await ask('DeviceManagementConfiguration.ReadWrite.All')).toBe('DeviceManagementConfiguration.ReadWrite.All');
    // In any case, as samples write them; the token has them as Graph spells them.
    expect(await ask('user.read devicemanagementmanageddevices.read.all')).toBe(`User.Read ${read}`);
    expect((await ask(graph)).split(' ')).toEqual(
      expect.arrayContaining([read, 'DeviceManagementManagedDevices.PrivilegedOperations.All']),
    );
  });
});

describe('the device code', () => {
  const start = async (bench: DoorBench, scope = `${read} openid`) =>
    (await bench.form('/organizations/oauth2/v2.0/devicecode', { client_id: consoleId, scope })).body as unknown as Record<string, string>;
  const poll = (bench: DoorBench, device_code = '') =>
    bench.form(token, { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: consoleId, device_code });

  it('is pending until a person has signed in with it, and works once', async () => {
    const bench = door();
    const code = await start(bench);
    expect(code).toMatchObject({ verification_uri: 'https://stub.example/devicelogin', expires_in: 900, interval: 1 });
    expect(code.message).toContain(code.user_code);
    expect((await poll(bench, code.device_code)).body).toMatchObject({ error: 'authorization_pending', error_codes: [70016] });
    const typed = { userCode: ` ${code.user_code?.toLowerCase()} `, userPrincipalName: 'lee@contoso.example', password: 'own' };
    expect((await bench.call('POST', '/devicelogin', typed, { token: null })).status).toBe(204);
    const { status, body } = await poll(bench, code.device_code);
    expect(status).toBe(200);
    expect(claimsOf(body.access_token).upn).toBe('lee@contoso.example');
    expect((await poll(bench, code.device_code)).body.error).toBe('invalid_grant');
    expect((await bench.call('POST', '/devicelogin', typed, { token: null })).status).toBe(400);
  });

  it('expires after a quarter of an hour of real time, and is nobody else’s', async () => {
    const bench = door();
    const code = await start(bench);
    const other = { grant_type: 'device_code', client_id: graphPowerShell, device_code: code.device_code ?? '' };
    expect((await bench.form(token, other)).body.error_codes).toEqual([70000]);
    bench.realNow += 15 * 60_000 + 1;
    expect((await poll(bench, code.device_code)).body).toMatchObject({ error: 'expired_token', error_codes: [70020] });
    const typed = { userCode: code.user_code, userPrincipalName: 'lee@contoso.example', password: 'own' };
    expect((await bench.call('POST', '/devicelogin', typed, { token: null })).body.error.message).toMatch(/expired/);
  });

  it('is typed on a page that has no script and echoes nothing', async () => {
    const bench = door();
    const page = await bench.call('GET', '/devicelogin', undefined, { token: null });
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([200, expect.stringContaining("default-src 'none'")]);
    expect(page.text).toMatch(/<form[^>]+action="\/devicelogin"/);
    const code = await start(bench);
    const wrong = await bench.form('/devicelogin', { userCode: '<b>', userPrincipalName: '<i>', password: 'x' });
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('No program waits for this code')]);
    expect(wrong.text).not.toContain('<b>');
    const fields = { userCode: code.user_code ?? '', userPrincipalName: 'lee@contoso.example' };
    const refused = await bench.form('/devicelogin', { ...fields, password: 'x' });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('do not go together')]);
    const right = await bench.form('/devicelogin', { ...fields, password: 'own' });
    expect([right.status, right.text]).toEqual([200, expect.stringContaining('You are signed in')]);
    expect(right.text).not.toContain('<form');
    expect((await poll(bench, code.device_code)).status).toBe(200);
  });

  it('tells a script what to send', async () => {
    const { status, body } = await door().call('POST', '/devicelogin', { code: 'X' }, { token: null });
    expect([status, body.error.message]).toEqual([400, expect.stringContaining('{"userCode","userPrincipalName","password"}')]);
  });
});

describe('refusals have OAuth’s word, Microsoft’s number and both ids', () => {
  const cases: [string, string, Record<string, string>, number, string, number][] = [
    ['an unknown tenant', '/fabrikam.example/oauth2/v2.0/token', program, 400, 'invalid_request', 90002],
    ['an unknown program', token, { ...program, client_id: 'nobody' }, 400, 'unauthorized_client', 700016],
    [
      'its object id in place of its client id',
      token,
      { ...program, client_id: 'f0000000-0000-4000-8000-000000000001' },
      400,
      'unauthorized_client',
      700016,
    ],
    ['a wrong secret', token, { ...program, client_secret: 'no' }, 401, 'invalid_client', 7000215],
    ['no secret', token, { ...program, client_secret: '' }, 401, 'invalid_client', 7000215],
    ['a person through a program that has to show its secret', token, { ...person, client_id: appId }, 401, 'invalid_client', 7000218],
    ['a public program as itself', token, { ...program, client_id: graphPowerShell }, 401, 'invalid_client', 7000218],
    [
      'a permission by name for a program',
      token,
      { ...program, scope: `https://graph.microsoft.com/${read}` },
      400,
      'invalid_scope',
      1002012,
    ],
    ['another resource', token, { ...program, scope: 'https://vault.azure.net/.default' }, 400, 'invalid_resource', 500011],
    ['no scope', token, { ...person, scope: '' }, 400, 'invalid_scope', 70011],
    ['a scope that is none', token, { ...person, scope: 'a,b' }, 400, 'invalid_scope', 70011],
    ['a permission that the program was not granted', token, { ...person, scope: 'Group.ReadWrite.All' }, 400, 'invalid_grant', 65001],
    ['a wrong password', token, { ...person, password: 'no' }, 400, 'invalid_grant', 50126],
    ['an unknown person', token, { ...person, username: 'nobody@contoso.example' }, 400, 'invalid_grant', 50034],
    ['no grant type', token, { client_id: appId }, 400, 'invalid_request', 900144],
    ['another grant type', token, { ...program, grant_type: 'authorization_code' }, 400, 'unsupported_grant_type', 70003],
    [
      'a refresh token that is none',
      token,
      { grant_type: 'refresh_token', client_id: consoleId, refresh_token: 'x.y.z' },
      400,
      'invalid_grant',
      70000,
    ],
    [
      'a device code that is none',
      token,
      { grant_type: 'device_code', client_id: consoleId, device_code: 'x' },
      400,
      'invalid_grant',
      70000,
    ],
    ['a device code for nothing', '/common/oauth2/v2.0/devicecode', { client_id: consoleId }, 400, 'invalid_scope', 70011],
    ['no resource in version 1', '/common/oauth2/token', { ...person, scope: '' }, 400, 'invalid_request', 900144],
  ];
  it.each(cases)('%s', async (_, path, fields, status, error, code) => {
    const bench = door();
    const correlation = 'c0000000-0000-4000-8000-000000000001';
    const answer = await bench.form(path, fields, { 'client-request-id': correlation });
    expect([answer.status, answer.body]).toEqual([
      status,
      expect.objectContaining({
        error,
        error_codes: [code],
        error_description: expect.stringMatching(
          new RegExp(`^AADSTS${code}: .+ Trace ID: [0-9a-f-]{36} Correlation ID: ${correlation} Timestamp: 2026-01-01 00:00:00Z$`),
        ),
        timestamp: '2026-01-01 00:00:00Z',
        trace_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        correlation_id: correlation,
      }),
    ]);
    // Nobody's secret comes back, or gets into a log.
    expect(answer.text + bench.log.join()).not.toMatch(/s3cret|"own"/);
  });

  it('a person who was disabled, or is gone, neither signs in nor goes on', async () => {
    const bench = door();
    const { directory } = bench.bench.tenant;
    const { body } = await bench.form(token, person);
    const refresh = { grant_type: 'refresh_token', client_id: consoleId, refresh_token: body.refresh_token as string };
    const lee = directory.user('lee@contoso.example');
    if (lee === undefined) throw new Error('Lee is there.');
    directory.save('user', { ...lee, accountEnabled: false });
    expect((await bench.form(token, person)).body.error_codes).toEqual([50057]);
    expect((await bench.form(token, refresh)).body.error_codes).toEqual([50057]);
    const disabled = await bench.call('GET', devices, undefined, { token: body.access_token as string });
    expect([disabled.status, disabled.body.error]).toMatchObject([
      401,
      { code: 'InvalidAuthenticationToken', message: expect.stringContaining('disabled') },
    ]);
    directory.remove('user', lee.id);
    expect((await bench.form(token, refresh)).body.error_codes).toEqual([50034]);
    const gone = await bench.call('GET', devices, undefined, { token: body.access_token as string });
    expect([gone.status, gone.body.error.message]).toEqual([401, expect.stringContaining('not in this tenant')]);
  });

  it('takes POST alone, and says so', async () => {
    const bench = door();
    expect((await bench.call('GET', token, undefined, { token: null })).body).toMatchObject({ error_codes: [900561] });
    expect((await bench.call('GET', '/common/oauth2/v2.0/authorize', undefined, { token: null })).status).toBe(501);
  });

  it('a body that is no form, or far too large, lacks everything', async () => {
    const bench = door();
    expect((await bench.call('POST', token, program, { token: null })).body.error_codes).toEqual([900144]);
    expect((await bench.form(token, { ...program, more: 'x'.repeat(100_000) })).body.error_codes).toEqual([900144]);
    expect((await bench.form(token, program, { authorization: 'Basic %%%' })).status).toBe(200);
  });
});

it('property: whatever is sent to the token endpoint is answered in OAuth’s way, and never by a fault of ours', async () => {
  const bench = door();
  const words = fc.constantFrom(
    ...Object.values({ ...program, ...person }),
    'refresh_token',
    'device_code',
    'x.y.z',
    `https://x/${read}`,
    '',
  );
  const value = fc.oneof(words, fc.string({ unit: 'binary' }), fc.string());
  const names = ['grant_type', 'client_id', 'client_secret', 'scope', 'resource', 'username', 'password', 'device_code', 'refresh_token'];
  const fields = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 9 });
  const path = fc.constantFrom(token, '/common/oauth2/token', '/common/oauth2/v2.0/devicecode', '/common/oauth2/devicecode');
  await fc.assert(
    fc.asyncProperty(path, fields, async (where, form) => {
      const { status, body } = await bench.form(where, form);
      expect([200, 400, 401]).toContain(status);
      if (status !== 200) expect(body).toHaveProperty('error_codes');
    }),
    { numRuns: 200 },
  );
});
