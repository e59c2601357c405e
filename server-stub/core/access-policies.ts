/** Changes of Conditional Access: whoever would be told something else now is told so at the next sign-in. */
import type { Initiator } from '../graph/tenant.ts';
import { accessMayHaveChanged } from './access-waits.ts';
import { audit } from './audit.ts';
import type { ServerOut } from './effects.ts';
import type { AccessPolicyRecord } from './policy-records.ts';
import type { DeviceRecord } from './records.ts';
import type { Core } from './sessions.ts';

export function saveAccessPolicy(
  core: Core,
  policy: AccessPolicyRecord,
  activity: 'create' | 'patch',
  by: Initiator,
  now: number,
  out: ServerOut,
): void {
  core.store.saveEntry('accessPolicy', policy);
  audit(
    core,
    { type: 'ConditionalAccessPolicy', id: policy.id, name: policy.displayName },
    `${activity} ConditionalAccessPolicy`,
    by,
    '',
    now,
  );
  everyoneIsDecidedOnAnew(core, out);
}

export function removeAccessPolicy(core: Core, policy: AccessPolicyRecord, by: Initiator, now: number, out: ServerOut): void {
  core.store.removeEntry('accessPolicy', policy.id);
  audit(core, { type: 'ConditionalAccessPolicy', id: policy.id, name: policy.displayName }, 'delete ConditionalAccessPolicy', by, '', now);
  everyoneIsDecidedOnAnew(core, out);
}

/** A policy has changed, or the switch that stands for one. */
export function everyoneIsDecidedOnAnew(core: Core, out: ServerOut): void {
  peopleAreDecidedOnAnew(core.store.devicesAfter(null), core, out);
}

/**
 * Somebody's account or memberships have changed: these are the devices of theirs.
 * Of devices that have no record nobody knows whose apps still sign in on them: all of those are told of.
 */
export function peopleAreDecidedOnAnew(records: Iterable<DeviceRecord>, core: Core, out: ServerOut): void {
  for (const record of records) accessMayHaveChanged(core, record, out);
  out.note({ kind: 'access-waits', deviceId: null, waits: true });
}

/** Most tenants in tests have no such policy: then nothing has to be looked up where memberships change. */
export function doesAccessNameGroups({ store }: Core): boolean {
  for (const { users } of store.allEntries('accessPolicy')) {
    if (users.includeGroups.length + users.excludeGroups.length > 0) return true;
  }
  return false;
}
