/** What the parts of a tenant file say of each other: whoever is named is there, and nobody is there twice. */

import { builtInRoles } from '../../server-stub/core/built-in-roles.ts';
import { directoryRoles } from '../../server-stub/core/directory-records.ts';
import { show } from '../scenarios/errors.ts';
import { type Context, checkMembers, folded, namesChecker, nameUnlessId, once, taken, wrong } from './known-names.ts';
import { checkPolicies } from './policy-references.ts';
import type { TenantSeed } from './seed.ts';
import { namesOf, serialNumberOf } from './seed-devices.ts';

/** Reports each of them at its place. */
export function checkReferences(seed: TenantSeed, context: Context): void {
  const { users, groups, applications, roles, roleAssignments } = seed;
  once(context, ['users'], 'userPrincipalName', users, ({ userPrincipalName }) => userPrincipalName.toLowerCase());
  once(context, ['groups'], 'displayName', groups, nameUnlessId);
  once(context, ['applications'], 'displayName', applications, ({ clientId, displayName }) =>
    clientId === undefined ? displayName : undefined,
  );
  once(context, ['applications'], 'clientId', applications, ({ clientId }) => clientId);
  once(context, ['roles'], 'displayName', roles, nameUnlessId);
  once(context, ['roleAssignments'], 'displayName', roleAssignments, nameUnlessId);
  const lists: Record<string, readonly { id: string | undefined }[]> = { users, groups, applications, roles, roleAssignments };
  for (const [key, all] of Object.entries(lists)) once(context, [key], 'id', all, ({ id }) => id);
  // Whatever is in the directory is one object there, of whichever kind.
  const objects = new Map<string, string>();
  for (const [key, all] of Object.entries({ users, groups, applications })) {
    all.forEach(({ id }, index) => {
      if (id === undefined) return;
      const first = objects.get(id) ?? `${key}[${index}]`;
      objects.set(id, first);
      if (!first.startsWith(`${key}[`)) wrong(context, [key, index, 'id'], taken(id, first));
    });
  }
  roles.forEach(({ displayName, id }, index) => {
    const built = builtInRoles.find((one) => one.id === id || one.displayName.toLowerCase() === displayName.toLowerCase());
    if (built !== undefined)
      wrong(context, ['roles', index], `it is the built-in role ${show(built.displayName)}; allowed: a role of its own`);
  });
  const tokens = [
    ...users.map(({ token }, index) => ({ token, at: ['users', index] })),
    ...applications.map(({ token }, index) => ({ token, at: ['applications', index] })),
  ];
  const given = new Set<string>();
  for (const { token, at } of tokens) {
    if (token === undefined) continue;
    if (given.has(token.token)) wrong(context, [...at, 'token'], 'it is the token of somebody else already; allowed: one of its own');
    given.add(token.token);
  }

  const known = namesOfAll(seed);
  const mustBe = namesChecker(known, context);
  users.forEach(({ intuneRoles }, index) => {
    for (const name of intuneRoles) mustBe('role', name, ['users', index, 'roles']);
  });
  checkMembers(groups, ['groups'], mustBe);
  roleAssignments.forEach(({ role, members, scopeGroups }, index) => {
    mustBe('role of Intune', role, ['roleAssignments', index, 'role']);
    members.forEach((name, position) => {
      mustBe('group', name, ['roleAssignments', index, 'members', position]);
    });
    scopeGroups.forEach((name, position) => {
      mustBe('group', name, ['roleAssignments', index, 'scope', position]);
    });
  });
  checkPolicies(seed, [], mustBe, context);
}

/** Folded name or id → the name as it is written, by kind. */
function namesOfAll({ users, groups, roles, devices, notificationTemplates }: TenantSeed) {
  const deviceNames = devices.flatMap(({ name, group, serialNumber }) => [...namesOf(name, group.count ?? 1), serialNumber]);
  const named = devices.flatMap(({ name, group }) => namesOf(name, group.count ?? 1));
  const intune = [...builtInRoles, ...roles].flatMap(({ displayName, id }) => [displayName, id]);
  return {
    user: folded([...users.map(({ userPrincipalName }) => userPrincipalName), ...devices.map(({ group }) => group.user ?? undefined)]),
    group: folded(groups.flatMap(({ displayName, id }) => [displayName, id])),
    device: folded([...deviceNames, ...named.map(serialNumberOf)]),
    role: folded([...directoryRoles, ...intune]),
    'role of Intune': folded(intune),
    template: folded(notificationTemplates.flatMap(({ displayName, id }) => [displayName, id])),
  };
}
