/** Ids of a seed that cannot be given in a tenant: whoever is there keeps the id (and of a policy the type) that it has, and no two objects have the same. */
import type { GraphTenant } from '../../server-stub/graph/tenant.ts';
import { ScenarioError, type ScenarioIssue, show } from '../scenarios/errors.ts';
import { namedEntries } from './named-entries.ts';
import type { TenantSeed } from './seed.ts';

const kinds = { users: 'user', groups: 'group', applications: 'application' } as const;

/** @throws ScenarioError */
export function mustBeFree(tenant: GraphTenant, seed: Pick<TenantSeed, 'users' | 'groups' | 'applications' | 'compliancePolicies'>): void {
  const { directory } = tenant;
  const { users, groups, applications, compliancePolicies } = seed;
  const issues: ScenarioIssue[] = [];
  const wrong = (path: string, message: string) =>
    issues.push({ file: 'tenant', line: null, column: null, path, message: `${path}: ${message}`, code: 'scenario-value' });
  const mustKeep = (path: string, name: string, id: string | undefined, there: { id: string } | undefined) => {
    if (id === undefined || there === undefined || there.id === id) return;
    wrong(path, `${show(name)} is in the tenant already, with the id ${there.id}; allowed: that one, or none`);
  };
  users.forEach(({ userPrincipalName, id }, index) => {
    mustKeep(`users[${index}].id`, userPrincipalName, id, directory.user(userPrincipalName));
  });
  applications.forEach(({ displayName, clientId, id }, index) => {
    mustKeep(`applications[${index}].id`, displayName, id, clientId === undefined ? undefined : directory.application(clientId));
  });
  for (const [list, entries] of Object.entries({ users, groups, applications })) {
    entries.forEach(({ id }, index) => {
      if (id === undefined) return;
      for (const [other, kind] of Object.entries(kinds)) {
        if (other === list || directory.entry(kind, id) === undefined) continue;
        wrong(`${list}[${index}].id`, `${show(id)} is that of one of the ${other} of the tenant; allowed: one that no other has`);
      }
    });
  }
  const names = namedEntries(tenant);
  compliancePolicies.forEach(({ displayName, id, type }, index) => {
    const there = names.find('compliancePolicy', id ?? displayName);
    if (there === undefined || type === undefined || there.type === type) return;
    const sentence = `${show(displayName)} is an ${there.type} in the tenant, and that cannot change; allowed: ${there.type}, or another name`;
    wrong(`compliancePolicies[${index}].type`, sentence);
  });
  const [first, ...others] = issues;
  if (first !== undefined) throw new ScenarioError([first, ...others]);
}
