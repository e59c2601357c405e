/** What a change of the directory means for devices: other policies may reach them now, and other people may be let in. */
import { recordOfDeviceObject } from '../graph/derived-guid.ts';
import { doesAccessNameGroups, peopleAreDecidedOnAnew } from './access-policies.ts';
import type { Member, UserRecord } from './directory-records.ts';
import type { ServerOut } from './effects.ts';
import { targetsChanged } from './policies.ts';
import { type DeviceRecord, isVisible } from './records.ts';
import type { Core } from './sessions.ts';

/** A member was added to a group, or taken out of it. */
export function membershipChanged(core: Core, member: Member, now: number, out: ServerOut): void {
  const arePoliciesForGroups = areGroupsTargets(core);
  const isAccessDecided = doesAccessNameGroups(core);
  // Most tenants in tests have neither: nothing has to be looked up for them.
  if (!arePoliciesForGroups && !isAccessDecided) return;
  const records = [...devicesBelow(core, member)];
  if (arePoliciesForGroups) targetsChanged(core, records, now, out);
  if (isAccessDecided) peopleAreDecidedOnAnew(records, core, out);
}

/** Somebody came (`before`: undefined), went (`after`: undefined), or has another name, or is let in otherwise than before. */
export function userChanged(core: Core, before: UserRecord | undefined, after: UserRecord | undefined, now: number, out: ServerOut): void {
  const isSameName = before?.userPrincipalName === after?.userPrincipalName;
  if (isSameName && isLetInAlike(before, after)) return;
  if (before !== undefined && after !== undefined && !isSameName) renameUserOfDevices(core, before, after);
  const user = after ?? before;
  const records = user === undefined ? [] : [...devicesOfUser(core, user)];
  // The service's own policy asks whether a device's user exists, and groups are known by the user.
  if (!isSameName && records.length > 0) targetsChanged(core, records, now, out);
  peopleAreDecidedOnAnew(records, core, out);
}

const peopleRemovedSetting = 'people-removed';

/** Somebody was removed. */
export function personRemoved(core: Core, user: UserRecord, now: number, out: ServerOut): void {
  core.store.saveSetting(peopleRemovedSetting, '1');
  userChanged(core, user, undefined, now, out);
}

/** Somebody has come by enrolling a device: other devices of theirs there can only be where people were removed. */
export function personEnrolled(core: Core, user: UserRecord, now: number, out: ServerOut): void {
  if (core.store.setting(peopleRemovedSetting) !== undefined) userChanged(core, undefined, user, now, out);
}

/** As far as it is of the person alone (access-decision.ts). */
function isLetInAlike(before: UserRecord | undefined, after: UserRecord | undefined): boolean {
  const rolesOf = (user: UserRecord | undefined) => [...(user?.directoryRoles ?? [])].sort().join();
  return (
    before?.accountEnabled === after?.accountEnabled &&
    before?.profile?.userType === after?.profile?.userType &&
    rolesOf(before) === rolesOf(after)
  );
}

/** A device belongs to the person, whatever the person is called. */
function renameUserOfDevices(core: Core, before: UserRecord, { userPrincipalName }: UserRecord): void {
  for (const record of [...devicesOfUser(core, before)]) {
    record.inventory = { ...record.inventory, userPrincipalName };
    core.store.saveDevice(record);
  }
}

function areGroupsTargets({ store }: Core): boolean {
  for (const { assignments } of store.allEntries('compliancePolicy')) {
    if (assignments.some(({ target }) => target.kind === 'group' || target.kind === 'exclusion')) return true;
  }
  return false;
}

function* devicesBelow(core: Core, member: Member): Iterable<DeviceRecord> {
  const { store } = core;
  const seen = new Set<string>();
  const open = [member];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    if (next.kind === 'group') open.push(...store.members(next.id));
    else if (next.kind === 'user') {
      const user = store.entry('user', next.id);
      if (user !== undefined) yield* devicesOfUser(core, user);
    } else {
      const record = store.device(recordOfDeviceObject(next.id) ?? '');
      if (record !== undefined && isVisible(record)) yield record;
    }
  }
}

function devicesOfUser({ store }: Core, { userPrincipalName }: UserRecord): Iterable<DeviceRecord> {
  return store.devicesAfter(null, { property: 'userPrincipalName', oneOf: [userPrincipalName] });
}
