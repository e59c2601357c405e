/** What the parts of a tenant file say of each other: whoever is named is there, and nobody is there twice. */

import { builtInRoles } from '../../server-stub/core/built-in-roles.ts';
import { directoryRoles } from '../../server-stub/core/directory-records.ts';
import { show } from '../scenarios/errors.ts';
import { nearest } from '../scenarios/nearest.ts';
import { refuse } from '../scenarios/values.ts';
import type { SeedMember, TenantSeed } from './seed.ts';
import { namesOf, serialNumberOf } from './seed-devices.ts';

type Context = Parameters<typeof refuse>[0];
type Path = (string | number)[];

/** More names than these are not compared with all that are known: nobody reads so many issues. */
const comparedMax = 20;

/** Reports each of them at its place. */
export function checkReferences(seed: TenantSeed, context: Context): void {
  const { users, groups, applications, roles, roleAssignments } = seed;
  once(context, 'users', 'userPrincipalName', users, ({ userPrincipalName }) => userPrincipalName.toLowerCase());
  once(context, 'groups', 'displayName', groups, nameUnlessId);
  once(context, 'applications', 'displayName', applications, ({ clientId, displayName }) =>
    clientId === undefined ? displayName : undefined,
  );
  once(context, 'applications', 'clientId', applications, ({ clientId }) => clientId);
  once(context, 'roles', 'displayName', roles, nameUnlessId);
  once(context, 'roleAssignments', 'displayName', roleAssignments, nameUnlessId);
  const lists: Record<string, readonly { id: string | undefined }[]> = { users, groups, applications, roles, roleAssignments };
  for (const [key, all] of Object.entries(lists)) once(context, key, 'id', all, ({ id }) => id);
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
  let unknown = 0;
  const mustBe = (kind: keyof typeof known, name: string, path: Path) => {
    if (known[kind].has(name.toLowerCase())) return;
    unknown += 1;
    const near = unknown > comparedMax ? undefined : nearest(name, [...known[kind].values()]);
    // Whoever names a device has forgotten to say that it is one.
    const isDevice = kind === 'group' && known.device.has(name.toLowerCase());
    const meant = isDevice ? ` did you mean ${show(`device: ${name}`)}?` : near === undefined ? '' : ` did you mean ${show(near)}?`;
    wrong(context, path, `the file has no ${kind} ${show(name)};${meant} allowed: ${allowedOf(kind, [...known[kind].values()])}`);
  };
  users.forEach(({ intuneRoles }, index) => {
    for (const name of intuneRoles) mustBe('role', name, ['users', index, 'roles']);
  });
  groups.forEach(({ members }, index) => {
    members.forEach(({ kind, name }: SeedMember, position) => {
      mustBe(kind, name, ['groups', index, 'members', position]);
    });
  });
  roleAssignments.forEach(({ role, members, scopeGroups }, index) => {
    mustBe('role of Intune', role, ['roleAssignments', index, 'role']);
    members.forEach((name, position) => {
      mustBe('group', name, ['roleAssignments', index, 'members', position]);
    });
    scopeGroups.forEach((name, position) => {
      mustBe('group', name, ['roleAssignments', index, 'scope', position]);
    });
  });
}

function nameUnlessId({ id, displayName }: { id: string | undefined; displayName: string }): string {
  return id ?? displayName.toLowerCase();
}

function once<T>(context: Context, list: string, key: string, all: readonly T[], nameOf: (entry: T) => string | undefined): void {
  const seen = new Map<string, number>();
  all.forEach((entry, index) => {
    const name = nameOf(entry);
    if (name === undefined) return;
    const first = seen.get(name);
    if (first === undefined) seen.set(name, index);
    else wrong(context, [list, index, key], taken(name, `${list}[${first}]`));
  });
}

function taken(name: string, holder: string): string {
  return `${show(name)} is already that of ${holder}; allowed: one that no other has`;
}

/** Folded name or id → the name as it is written, by kind. */
function namesOfAll({ users, groups, roles, devices }: TenantSeed) {
  const folded = (names: Iterable<string | undefined>) =>
    new Map([...names].flatMap((name): [string, string][] => (name === undefined ? [] : [[name.toLowerCase(), name]])));
  const deviceNames = devices.flatMap(({ name, group, serialNumber }) => [...namesOf(name, group.count ?? 1), serialNumber]);
  const named = devices.flatMap(({ name, group }) => namesOf(name, group.count ?? 1));
  const intune = [...builtInRoles, ...roles].flatMap(({ displayName, id }) => [displayName, id]);
  return {
    user: folded([...users.map(({ userPrincipalName }) => userPrincipalName), ...devices.map(({ group }) => group.user ?? undefined)]),
    group: folded(groups.flatMap(({ displayName, id }) => [displayName, id])),
    device: folded([...deviceNames, ...named.map(serialNumberOf)]),
    role: folded([...directoryRoles, ...intune]),
    'role of Intune': folded(intune),
  };
}

/** The first few: a list of thousands helps nobody. */
function allowedOf(kind: string, names: readonly string[]): string {
  if (names.length === 0) return `a ${kind} that the file names`;
  const shown = names.filter((name) => !/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(name)).slice(0, 10);
  return `${shown.join(', ')}${names.length > shown.length ? ' …' : ''}`;
}

function wrong(context: Context, path: Path, message: string): void {
  refuse(context, { code: 'scenario-value', message, input: undefined, path });
}
