/** `/mockfleet/tenant` of a stub that nobody gave a reader of tenant files: it exports, and says that it cannot plant. */
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { secretHash } from './core/secret.ts';
import { DoorBench } from './door.fixture.ts';

const path = '/mockfleet/tenant';

it('is exported as YAML, or as JSON where that is asked for, without anything secret', async () => {
  const door = new DoorBench();
  const { directory } = door.bench.tenant;
  const admin = directory.user('admin@contoso.example');
  if (admin === undefined) throw new Error('The tenant has no first administrator.');
  directory.save('user', { ...admin, passwordHash: secretHash('admin-secret') });
  directory.save('namedToken', { id: secretHash('admin-token'), principalId: admin.id, principalType: 'user', permissions: null });
  const [yaml, json, accepted] = await Promise.all([
    door.call('GET', path),
    door.call('GET', `${path}?format=json`),
    door.call('GET', path, undefined, { headers: { accept: 'application/json' } }),
  ]);
  expect(yaml.headers.get('content-type')).toBe('application/yaml; charset=utf-8');
  expect(parse(yaml.text)).toEqual(json.body);
  expect(accepted.body).toEqual(json.body);
  expect(json.body).toMatchObject({
    users: [{ userPrincipalName: 'admin@contoso.example', roles: ['Global Administrator'] }],
    cleanupDays: 'off',
  });
  for (const secret of ['admin-secret', 'admin-token']) {
    expect(yaml.text).not.toContain(secret);
    expect(yaml.text).not.toContain(secretHash(secret));
  }
});

it('needs the administrator, and a format that there is', async () => {
  const door = new DoorBench();
  expect(await door.call('GET', path, undefined, { token: null })).toMatchObject({ status: 401 });
  expect(await door.call('GET', `${path}?format=xml`)).toMatchObject({ status: 400, body: { error: { code: 'format-unknown' } } });
  expect(await door.call('POST', path, 'users: []')).toMatchObject({ status: 501, body: { error: { code: 'tenant-not-plantable' } } });
});
