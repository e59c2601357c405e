/** Plants Conditional Access policies of a seed. */
import type { AccessPolicyRecord } from '../../server-stub/core/policy-records.ts';
import { derivedGuid } from '../../server-stub/graph/derived-guid.ts';
import type { Planting } from './planting.ts';
import type { SeedAccessPolicy, SeedPrincipal } from './policy-seed.ts';
import { freeId, isSame } from './same-entry.ts';

export function plantAccessPolicy({ tenant, names, now, by }: Planting, seed: SeedAccessPolicy): void {
  const { displayName } = seed;
  const before = names.find('accessPolicy', seed.id ?? displayName);
  if (seed.remove) {
    if (before === undefined) return;
    tenant.removeAccessPolicy(before, by);
    names.removed('accessPolicy', before);
    return;
  }
  const kept: AccessPolicyRecord = before ?? {
    id: seed.id ?? freeId(tenant, 'accessPolicy', derivedGuid(`access policy ${displayName.toLowerCase()}`), displayName),
    displayName,
    state: 'enabled',
    createdAt: now,
    modifiedAt: null,
    users: { includeUsers: ['All'], excludeUsers: [], includeGroups: [], excludeGroups: [], includeRoles: [], excludeRoles: [] },
    applications: { includeApplications: ['All'], excludeApplications: [], includeUserActions: [] },
    platforms: null,
    clientAppTypes: ['all'],
    grant: { operator: 'AND', builtInControls: ['compliantDevice'] },
    signInFrequencyHours: null,
  };
  const idsOf = (all: readonly SeedPrincipal[], kind: SeedPrincipal['kind']) =>
    all.flatMap((one): string[] => {
      if (one.kind !== kind) return [];
      if (kind === 'user') return [tenant.directory.user(one.name)?.id].filter((id) => id !== undefined);
      return kind === 'group' ? [names.find('group', one.name)?.id].filter((id) => id !== undefined) : [one.name];
    });
  const { state = kept.state, users, exclude, apps, excludeApps, platforms, excludePlatforms, clientAppTypes, operator } = seed;
  const controls = seed.require ?? kept.grant?.builtInControls ?? [];
  const grant = controls.length === 0 ? null : { operator: operator ?? kept.grant?.operator ?? 'AND', builtInControls: controls };
  const policy: AccessPolicyRecord = {
    ...kept,
    displayName,
    state,
    users: {
      ...kept.users,
      ...(users === undefined
        ? {}
        : {
            includeUsers: [...idsOf(users, 'word'), ...idsOf(users, 'user')],
            includeGroups: idsOf(users, 'group'),
            includeRoles: idsOf(users, 'role'),
          }),
      ...(exclude === undefined
        ? {}
        : {
            excludeUsers: [...idsOf(exclude, 'word'), ...idsOf(exclude, 'user')],
            excludeGroups: idsOf(exclude, 'group'),
            excludeRoles: idsOf(exclude, 'role'),
          }),
    },
    applications: {
      ...kept.applications,
      includeApplications: apps ?? kept.applications.includeApplications,
      excludeApplications: excludeApps ?? kept.applications.excludeApplications,
    },
    platforms: platformsOf(kept.platforms, platforms, excludePlatforms),
    clientAppTypes: clientAppTypes ?? kept.clientAppTypes,
    grant,
    signInFrequencyHours: seed.signInFrequencyHours === undefined ? kept.signInFrequencyHours : seed.signInFrequencyHours,
  };
  if (before !== undefined && isSame(policy, before)) return;
  const saved = { ...policy, modifiedAt: before === undefined ? null : now };
  tenant.saveAccessPolicy(saved, before === undefined ? 'create' : 'patch', by);
  names.saved('accessPolicy', saved);
}

/** Named to be left out only: from any other platform. */
function platformsOf(
  kept: AccessPolicyRecord['platforms'],
  included: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
): AccessPolicyRecord['platforms'] {
  if (included === undefined && excluded === undefined) return kept;
  const includePlatforms = included ?? kept?.includePlatforms ?? ['all'];
  const excludePlatforms = excluded ?? kept?.excludePlatforms ?? [];
  return includePlatforms.length === 0 && excludePlatforms.length === 0 ? null : { includePlatforms, excludePlatforms };
}
