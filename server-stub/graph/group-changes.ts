/** Changing groups (Graph: group-post-groups, -update, -delete, -post-owners, -delete-owners). */
import { type GroupRecord, groupVisibilities } from '../core/directory-records.ts';
import { type Field, flag, listOf, matching, mustHave, nullable, oneOf, readFields, text, type Written } from './body-fields.ts';
import { directoryRefusal, objectNotFound } from './directory-faults.ts';
import { mustAdminister } from './directory-needs.ts';
import type { DirectoryObject } from './directory-object.ts';
import type { Call } from './endpoint.ts';
import { groupOf } from './group.ts';
import { addMembers, groupAdministrators, mustBeNew, mustBeOwnerOrAdministrator, referenceOf, takeBound } from './group-members.ts';
import { requiredBody } from './written.ts';

const fields = {
  description: nullable(text(1024, 0)),
  displayName: text(256),
  // Groups with a rule (DynamicMembership) would have to be filled by it.
  groupTypes: listOf(oneOf(['Unified']), 1),
  // Scripts that make groups say so.
  isAssignableToRole: {
    read: (value: unknown) => (value === false || value === null ? false : undefined),
    takes: 'false: roles of the directory are given to people alone here',
  },
  mailEnabled: flag,
  mailNickname: matching(/^[^\s@()\\[\]";:<>,]{1,64}$/, 'a text of 1 to 64 characters without spaces and @ ( ) \\ [ ] " ; : < > ,'),
  securityEnabled: flag,
  visibility: nullable(oneOf(groupVisibilities)),
} satisfies { [Name in keyof GroupRecord | 'isAssignableToRole']?: Field<Name extends keyof GroupRecord ? GroupRecord[Name] : false> };

const written: Written = { resource: groupOf.beta, name: 'Group', of: 'directory' };

const required = ['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled'];

/** @throws GraphFault 400, 403, 404 */
export function createGroup(call: Call): GroupRecord {
  mustAdminister(call, groupAdministrators);
  const { tenant, request } = call;
  const body = { ...requiredBody(request) };
  const members = takeBound(call, body, 'members');
  const owners = takeBound(call, body, 'owners');
  mustBeNew(members, new Set(), 'members');
  const values = readFields(body, fields, written);
  mustHave(values, required, written);
  const { displayName = '', mailNickname = '', mailEnabled = false, securityEnabled = true } = values;
  const group: GroupRecord = {
    id: tenant.directory.newId(displayName),
    displayName,
    description: values.description ?? null,
    mailNickname,
    mailEnabled,
    securityEnabled,
    createdAt: request.now,
    ...(values.groupTypes !== undefined && { groupTypes: values.groupTypes }),
    ...(values.visibility !== undefined && { visibility: values.visibility }),
    ...(mailEnabled && { mail: `${mailNickname}@${tenant.directory.organization().domain}` }),
    owners: withOwners([], owners),
  };
  mustBeOfAKind(group);
  tenant.directory.save('group', group);
  addMembers(call, group, members);
  return group;
}

/** @throws GraphFault 400, 403, 404 */
export function updateGroup(call: Call, group: GroupRecord): void {
  mustBeOwnerOrAdministrator(call, group);
  const body = { ...requiredBody(call.request) };
  const members = takeBound(call, body, 'members');
  const owners = takeBound(call, body, 'owners');
  const { isAssignableToRole: _, ...values } = readFields(body, fields, written);
  const next = { ...group, ...values, owners: withOwners(group.owners ?? [], owners) };
  mustBeOfAKind(next);
  addMembers(call, group, members);
  call.tenant.directory.save('group', next);
}

/** @throws GraphFault 403 */
export function deleteGroup(call: Call, group: GroupRecord): void {
  mustBeOwnerOrAdministrator(call, group);
  call.tenant.directory.remove('group', group.id);
}

/** @throws GraphFault 400, 403, 404 */
export function addOwner(call: Call, group: GroupRecord): void {
  mustBeOwnerOrAdministrator(call, group);
  call.tenant.directory.save('group', { ...group, owners: withOwners(group.owners ?? [], [referenceOf(call)]) });
}

/** @throws GraphFault 403, 404 */
export function removeOwner(call: Call, group: GroupRecord): void {
  mustBeOwnerOrAdministrator(call, group);
  const id = (call.params.ownerId ?? '').toLowerCase();
  const { owners = [] } = group;
  if (!owners.includes(id)) throw objectNotFound(id);
  call.tenant.directory.save('group', { ...group, owners: owners.filter((owner) => owner !== id) });
}

/** @throws GraphFault 400 */
function withOwners(owners: readonly string[], added: readonly DirectoryObject[]): string[] {
  const wrong = added.find(({ kind }) => kind !== 'user');
  if (wrong !== undefined) throw directoryRefusal(`A ${wrong.kind} cannot own a group; only people can.`);
  mustBeNew(added, new Set(owners), 'owners');
  return [...owners, ...added.map(({ id }) => id)];
}

/** What neither mail reaches nor permissions are given to is no group. @throws GraphFault 400 */
function mustBeOfAKind({ mailEnabled, securityEnabled, groupTypes = [] }: GroupRecord): void {
  if (groupTypes.includes('Unified') && !mailEnabled) throw directoryRefusal("A group of type 'Unified' must have mailEnabled true.");
  if (mailEnabled && !groupTypes.includes('Unified')) {
    throw directoryRefusal(
      'The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.',
    );
  }
  if (!mailEnabled && !securityEnabled) throw directoryRefusal('A group must have mailEnabled or securityEnabled true.');
}
