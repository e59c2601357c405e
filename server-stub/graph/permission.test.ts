/** Who may ask what: every endpoint that there is, asked by everybody who could. One that is added without a need of its own fails here. */
import { beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../core/people.ts';
import { secretHash } from '../core/secret.ts';
import { DoorBench, doorToken } from '../door.fixture.ts';
import type { Need } from './caller.ts';
import type { Verb } from './endpoint.ts';
import { endpoints } from './graph.ts';

const bench = new DoorBench();
const applicationId = 'f0000000-0000-4000-8000-000000000001';

/** A token of that name. */
function token(name: string, principalId: string, permissions: readonly string[] | null): string {
  const principalType = principalId === applicationId ? 'application' : 'user';
  bench.bench.tenant.directory.save('namedToken', { id: secretHash(name), principalId, principalType, permissions });
  return name;
}

const people = {
  plain: newUser('plain@contoso.example', 0),
  global: newUser('global@contoso.example', 0, { directoryRoles: ['Global Administrator'] }),
};

beforeAll(() => {
  const { directory } = bench.bench.tenant;
  for (const user of Object.values(people)) directory.save('user', user);
  const id = applicationId;
  const rest = { displayName: 'Automation', secretHashes: [], delegatedPermissions: [], isPublicClient: false, createdAt: 0 };
  directory.save('application', { id, appId: id, permissions: [], ...rest });
});

interface Row {
  method: Verb;
  path: string;
  needs: Need;
  isUnlisted: boolean;
}

/** Each with an id that nobody has. */
const rows: Row[] = endpoints.flatMap(({ path, only, methods }) =>
  Object.entries(methods).map(([verb, { needs, unlisted }]) => {
    const filled = path
      .replace(/\((\w+)\)/g, "($1='x')")
      .split('/')
      .map((segment) => (/^\{\w+\}$/.test(segment) ? 'f9000000-0000-4000-8000-000000000009' : segment));
    return { method: verb as Verb, path: `/${only ?? 'v1.0'}/${filled.join('/')}`, needs, isUnlisted: unlisted === true };
  }),
);

async function ask({ method, path }: Row, as: string | null) {
  const { status, body } = await bench.call(method, path, method === 'GET' || method === 'DELETE' ? undefined : {}, { token: as });
  return { status, code: body?.error?.code, message: body?.error?.message ?? '' };
}

describe.each(rows)('$method $path', (row) => {
  const { needs, path } = row;
  const isMe = /^\/[^/]+\/me(\/|$)/.test(path);
  const isForPrograms = !row.isUnlisted && !isMe;

  it('has a need, unless it is only there to say no', () => {
    expect(row.isUnlisted || needs.permissions.length > 0).toBe(true);
  });

  it('without a token: 401', async () => {
    expect(await ask(row, null)).toMatchObject({ status: 401, code: 'InvalidAuthenticationToken' });
  });

  if (isForPrograms)
    it('a program without permissions, or with another: 403 that names the permission, where Graph does', async () => {
      for (const permissions of [[], ['Calendars.Read', 'DeviceManagementManagedDevices']]) {
        const { status, code, message } = await ask(row, token('another', applicationId, permissions));
        if (needs.of === 'directory') expect([status, code]).toEqual([403, 'Authorization_RequestDenied']);
        else expect([status, code, message]).toEqual([403, 'Forbidden', expect.stringContaining(needs.permissions.join(', '))]);
      }
    });

  if (isForPrograms)
    it('a program with any one of the permissions passes, the least of them included', async () => {
      for (const permission of needs.permissions) {
        expect([200, 201, 204, 400, 404]).toContain((await ask(row, token('least', applicationId, [permission]))).status);
      }
    });

  if (isMe)
    it('a program is nobody: 400, whatever it was granted', async () => {
      for (const permissions of [[], needs.permissions]) {
        expect((await ask(row, token('nobody', applicationId, permissions))).message).toContain('delegated authentication flow');
      }
    });

  it('a Global Administrator passes, with a token that says so', async () => {
    expect([200, 201, 202, 204, 400, 404]).toContain((await ask(row, token('global', people.global.id, null))).status);
    expect([200, 201, 202, 204, 400, 404]).toContain((await ask(row, doorToken)).status);
    if (row.isUnlisted) return;
    expect((await ask(row, token('limited', people.global.id, ['Calendars.Read']))).status).toBe(403);
  });

  if (needs.resourceAction !== undefined)
    it('a person without a role: 403 that names what Intune’s role would have to allow', async () => {
      const { status, code, message } = await ask(row, token('plain', people.plain.id, null));
      expect([status, code, message]).toEqual([403, 'Forbidden', expect.stringContaining(needs.resourceAction ?? '')]);
    });
});

it('whoever may write may read: nothing is readable with less than with its own permission to write', () => {
  for (const { needs, method, path } of rows) {
    if (method !== 'GET') continue;
    for (const permission of needs.permissions) {
      const write = permission.replace(/\.Read\.All$/, '.ReadWrite.All');
      const isOwn = write !== permission && rows.some((row) => row.path === path && row.needs.permissions.includes(write));
      if (isOwn) expect(needs.permissions, `${path} ${permission}`).toContain(write);
    }
  }
});
