import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newUser } from './core/people.ts';
import { secretHash } from './core/secret.ts';
import { DoorBench, doorToken } from './door.fixture.ts';
import { createTokenSigner, type TokenKeys } from './tokens.ts';

const devices = '/v1.0/deviceManagement/managedDevices';
const read = 'DeviceManagementManagedDevices.Read.All';
const appId = 'f1000000-0000-4000-8000-000000000001';
const applicationId = 'f0000000-0000-4000-8000-000000000001';

/** A door with tokens that were given out by name, and somebody who can sign with its key. */
async function door() {
  let kept: string | undefined;
  const keys: TokenKeys = {
    load: () => kept,
    save: (text) => {
      kept = text;
    },
  };
  const signer = createTokenSigner(keys);
  await signer.publicKeys();
  const bench = new DoorBench(keys);
  const { directory } = bench.bench.tenant;
  const lee = newUser('lee@contoso.example', 0, { directoryRoles: ['Intune Administrator'] });
  directory.save('user', lee);
  directory.save('user', newUser('adele@contoso.example', 0));
  directory.save('application', {
    id: applicationId,
    appId,
    displayName: 'Automation',
    secretHashes: [],
    permissions: [read],
    delegatedPermissions: [],
    isPublicClient: true,
    createdAt: 0,
  });
  const name = (token: string, principalId: string, principalType: 'user' | 'application', permissions: string[] | null) =>
    directory.save('namedToken', { id: secretHash(token), principalId, principalType, permissions });
  name('token-of-lee', lee.id, 'user', null);
  name('little-token-of-lee', lee.id, 'user', ['User.Read']);
  const control = ['DeviceManagementManagedDevices.PrivilegedOperations.All'];
  name('control-token-of-lee', lee.id, 'user', control);
  name('control-token-of-adele', directory.user('adele@contoso.example')?.id ?? '', 'user', control);
  name('token-of-the-program', applicationId, 'application', null);
  name('empty-token-of-the-program', applicationId, 'application', []);
  const tid = directory.organization().id;
  const seconds = bench.realNow / 1000;
  const claims = {
    aud: 'https://graph.microsoft.com',
    tid,
    oid: applicationId,
    appid: appId,
    idtyp: 'app',
    roles: [read],
    nbf: seconds,
    exp: seconds + 60,
  };
  const ask = async (token: string | null, path = devices) => {
    const { status, body, headers } = await bench.call('GET', path, undefined, { token });
    return { status, code: body.error?.code, message: body.error?.message ?? '', headers };
  };
  return { bench, signer, claims, ask, directory };
}

describe('a named token', () => {
  it('is its person or its program, with the permissions that were written down', async () => {
    const { ask, bench } = await door();
    expect((await ask('token-of-lee')).status).toBe(200);
    expect(await ask('little-token-of-lee')).toMatchObject({ status: 403, code: 'Forbidden', message: expect.stringContaining(read) });
    expect((await ask('token-of-the-program')).status).toBe(200);
    expect((await ask('empty-token-of-the-program')).status).toBe(403);
    expect((await ask('token-of-lee', '/mockfleet/clock')).status).toBe(200);
    expect((await ask('token-of-the-program', '/mockfleet/clock')).status).toBe(403);
    // Who gives a program little gives it no way round that.
    expect((await ask('little-token-of-lee', '/mockfleet/clock')).status).toBe(403);
    expect((await ask('control-token-of-lee', '/mockfleet/clock')).status).toBe(200);
    expect((await ask('control-token-of-adele', '/mockfleet/clock')).status).toBe(403);
    // The one that the stub made at its first start is the first administrator's.
    expect((await ask(doorToken)).status).toBe(200);
    expect(bench.log.join()).not.toContain('token-of');
  });

  it('plants no tenant file, with roles in it, unless its person may give them', async () => {
    const { bench, directory } = await door();
    const plant = async (token: string) => (await bench.call('POST', '/mockfleet/tenant', 'users: []', { token })).body.error.code;
    expect(await plant('token-of-lee')).toBe('forbidden');
    expect(await plant(doorToken)).toBe('tenant-not-plantable');
    const lee = directory.user('lee@contoso.example');
    if (lee === undefined) throw new Error('Lee is there.');
    directory.save('user', { ...lee, directoryRoles: ['Global Administrator'] });
    expect(await plant('token-of-lee')).toBe('tenant-not-plantable');
  });

  it('stands in the audit log by the name of who used it', async () => {
    const { bench } = await door();
    const device = bench.bench.enroll();
    const audits = async (token: string) => {
      expect((await bench.call('POST', `${devices}/${device.id}/syncDevice`, undefined, { token })).status).toBe(204);
      return bench.bench.audits().at(-1);
    };
    expect(await audits('token-of-lee')).toBe('syncDevice ManagedDevice by lee@contoso.example');
    expect(await audits(doorToken)).toBe('syncDevice ManagedDevice by admin@contoso.example');
    const cancel = `/mockfleet/devices/${device.id}/actions/syncDevice/cancel`;
    expect((await bench.call('POST', cancel, undefined, { token: 'token-of-lee' })).status).toBe(200);
    expect(bench.bench.audits().at(-1)).toMatch(/^cancel syncDevice .*by lee@contoso\.example$/);
  });

  it('ends with its principal', async () => {
    const { ask, directory } = await door();
    directory.remove('application', applicationId);
    expect(await ask('token-of-the-program')).toMatchObject({ status: 401, code: 'InvalidAuthenticationToken' });
    const lee = directory.user('lee@contoso.example');
    if (lee === undefined) throw new Error('Lee is there.');
    directory.save('user', { ...lee, accountEnabled: false });
    for (const path of [devices, '/mockfleet/clock']) expect((await ask('token-of-lee', path)).status).toBe(401);
    directory.remove('user', lee.id);
    expect((await ask('token-of-lee')).status).toBe(401);
  });
});

describe('401 InvalidAuthenticationToken, in Graph’s words, and where to sign in', () => {
  it.each([
    ['none', null, 'Access token is empty.'],
    ['no token at all', 'one', /^IDX14100: JWT is not well formed, there are no dots/],
    ['half of one', 'a.b', 'CompactToken parsing failed with error code: 80049217'],
    ['three parts of nothing', 'a.b.c', 'CompactToken parsing failed with error code: 80049217'],
    [
      'parts that are no objects',
      `${btoa('1')}.${btoa('[]')}.x`.replaceAll('=', ''),
      'CompactToken parsing failed with error code: 80049217',
    ],
  ])('%s', async (_, token, message) => {
    const { ask } = await door();
    const answer = await ask(token);
    expect([answer.status, answer.code, answer.message]).toEqual([401, 'InvalidAuthenticationToken', expect.stringMatching(message)]);
    expect(answer.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="", authorization_uri="https:\/\/stub\.example\/common\/oauth2\/authorize", client_id="[0-9a-f-]{36}"$/,
    );
  });

  it('another scheme is no token', async () => {
    const { bench } = await door();
    const basic = await bench.call('GET', devices, undefined, { token: null, headers: { authorization: `Basic ${doorToken}` } });
    expect([basic.status, basic.body.error.message]).toEqual([401, 'Access token is empty.']);
  });

  it('the scheme is written in any case', async () => {
    const { bench } = await door();
    expect((await bench.call('GET', devices, undefined, { token: null, headers: { authorization: `bearer ${doorToken}` } })).status).toBe(
      200,
    );
  });

  it('at the address of Graph itself it names the real sign-in host', async () => {
    const { bench } = await door();
    const { headers } = await bench.call('GET', devices, undefined, { token: null, origin: 'https://graph.microsoft.com' });
    expect(headers.get('www-authenticate')).toContain('authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"');
  });
});

describe('an access token', () => {
  it('is good for its time, with five minutes for clocks that differ, whatever the tenant’s clock says', async () => {
    const { bench, signer, claims, ask } = await door();
    const token = await signer.sign(claims);
    expect((await ask(token)).status).toBe(200);
    bench.bench.now += 400 * 24 * 3_600_000;
    expect((await ask(token)).status).toBe(200);
    bench.realNow += 360_000 - 1;
    expect((await ask(token)).status).toBe(200);
    bench.realNow += 1;
    expect((await ask(token)).message).toBe('Lifetime validation failed, the token is expired.');
    expect((await ask(await signer.sign({ ...claims, exp: undefined }))).message).toBe('Lifetime validation failed, the token is expired.');
    const later = await signer.sign({ ...claims, nbf: claims.nbf + 3600, exp: claims.exp + 7200 });
    expect((await ask(later)).message).toBe('Lifetime validation failed, the token is not yet valid.');
  });

  it('is refused when another key signed it, when it is of another tenant, when it is changed, and for another audience', async () => {
    const { signer, claims, ask } = await door();
    const stranger = createTokenSigner(undefined);
    expect((await ask(await stranger.sign(claims))).message).toBe('Access token validation failure. Invalid signature.');
    const tid = 'f9000000-0000-4000-8000-000000000009';
    expect((await ask(await stranger.sign({ ...claims, tid }))).message).toContain(`the tenant '${tid}'`);
    expect((await ask(await signer.sign({ ...claims, aud: 'https://vault.azure.net' }))).message).toBe(
      'Access token validation failure. Invalid audience.',
    );
    const [header, payload = '', signature] = (await signer.sign(claims)).split('.');
    const more = Buffer.from(JSON.stringify({ ...claims, roles: ['DeviceManagementManagedDevices.ReadWrite.All'] })).toString('base64url');
    expect((await ask(`${header}.${more}.${signature}`)).status).toBe(401);
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    expect((await ask(`${none}.${payload}.`)).status).toBe(401);
    expect((await ask(`${none}.${payload}.${signature}`)).status).toBe(401);
    expect((await ask(`${header}.${payload}.${signature}`)).status).toBe(200);
  });

  it('ends with the program that it was issued to', async () => {
    const { signer, claims, ask, directory } = await door();
    const lee = directory.user('lee@contoso.example')?.id;
    const app = await signer.sign(claims);
    const person = await signer.sign({ ...claims, idtyp: 'user', oid: lee, scp: read, roles: undefined });
    expect([(await ask(app)).status, (await ask(person)).status]).toEqual([200, 200]);
    directory.remove('application', applicationId);
    expect([(await ask(app)).status, (await ask(person)).status]).toEqual([401, 401]);
  });
});

it('a token in the address is refused, wherever it is sent, and no log has it', async () => {
  const { bench } = await door();
  for (const path of [
    `${devices}?access_token=${doorToken}`,
    `${devices}?$top=1&Token=${doorToken}`,
    `/mockfleet/clock?access_token=${doorToken}`,
    `/nowhere?token=${doorToken}`,
  ]) {
    const { status, body } = await bench.call('GET', path);
    expect([status, body.error.code]).toEqual([400, 'InvalidRequest']);
  }
  expect(bench.log.join()).not.toContain(doorToken);
});

it('property: whatever stands in the header Authorization is answered with 401, and never by a fault of ours', async () => {
  const { bench, signer, claims } = await door();
  const [header = '', payload = '', signature = ''] = (await signer.sign(claims)).split('.');
  const part = fc.oneof(
    fc.constantFrom(header, payload, signature, ''),
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
    fc.string(),
  );
  const token = fc.oneof(
    fc.string(),
    fc.array(part, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('.')),
  );
  const printable = (text: string) => text.replace(/[^ -~]/g, '');
  await fc.assert(
    fc.asyncProperty(token, async (text) => {
      fc.pre(text !== `${header}.${payload}.${signature}`);
      const { status } = await bench.call('GET', devices, undefined, { token: printable(text) });
      expect(status).toBe(401);
    }),
    { numRuns: 500 },
  );
});
