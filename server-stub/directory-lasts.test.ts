import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { deviceObjectId } from './graph/derived-guid.ts';
import { DirectoryBench } from './graph/directory.fixture.ts';
import { openSqliteStore } from './store/sqlite-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mockfleet-directory-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const pages = [
  '/v1.0/users',
  '/v1.0/users?$select=id,city,usageLocation,accountEnabled',
  '/v1.0/users/grace@contoso.example/transitiveMemberOf',
  '/v1.0/groups?$expand=members,owners',
  '/v1.0/devices?$expand=memberOf',
  '/beta/deviceManagement/roleDefinitions?$expand=roleAssignments',
  '/beta/deviceManagement/roleAssignments',
];

it('people, groups, roles and mails are the same after the stub was started again', () => {
  const path = join(folder, 'stub.db');
  const store = openSqliteStore(path);
  const before = new DirectoryBench({}, store);
  const { id } = before.enroll();
  const grace = before.post('/v1.0/users', {
    accountEnabled: true,
    displayName: 'Grace \u{1F4F1} Hopper',
    mailNickname: 'grace',
    userPrincipalName: 'grace@contoso.example',
    passwordProfile: { password: 'Compile-1952' },
    city: 'Arlington',
    usageLocation: 'US',
  });
  const inner = before.group('Inner', grace.id as string, deviceObjectId(id));
  const outer = before.group('Outer', inner);
  before.post('/v1.0/groups/'.concat(outer, '/owners/$ref'), { '@odata.id': `users/${grace.id}` });
  const role = before.post('/v1.0/deviceManagement/roleDefinitions', { displayName: 'Auditors' });
  const assignment = { displayName: 'A', roleDefinition: { id: role.id }, members: [outer], scopeType: 'allDevices' };
  before.post('/beta/deviceManagement/roleAssignments', assignment);
  before.post('/v1.0/me/sendMail', {
    message: { subject: 's', toRecipients: [{ emailAddress: { address: 'a@contoso.example' } }] },
  });
  const answers = pages.map((page) => before.get(page));
  const mails = [...before.tenant.mails()];
  store.close();

  const again = openSqliteStore(path);
  const after = new DirectoryBench({}, again);
  after.now = before.now;
  expect(pages.map((page) => after.get(page))).toEqual(answers);
  expect([...after.tenant.mails()]).toEqual(mails);
  expect(answers[2]?.value.map((group) => group.id)).toEqual([inner, outer].sort());
  // Ids go on where they were.
  expect(after.group('Inner')).not.toBe(inner);
  again.close();
});
