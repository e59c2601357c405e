/** Groups of the tenant and who is in them (Graph: group-list, -get, -list-members, -list-memberof). How they are changed: group-changes.ts. */
import type { GroupRecord, Member } from '../core/directory-records.ts';
import { type Collection, countItems, entityBody, listPage, oneItem } from './collection.ts';
import { objectNotFound } from './directory-faults.ts';
import { directoryNeeds } from './directory-needs.ts';
import { directoryObjectOf, membersOf, objectListEndpoints, objectsOf } from './directory-object.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { groupOf } from './group.ts';
import { addOwner, createGroup, deleteGroup, removeOwner, updateGroup } from './group-changes.ts';
import { addReferencedMember, removeMember } from './group-members.ts';
import { relationship } from './query.ts';
import { noContent } from './response.ts';
import type { GraphResponse, GraphTenant } from './tenant.ts';
import { created } from './written.ts';

const { readGroups, writeGroups, createGroups, readMemberships, writeMembers } = directoryNeeds;

/** Graph's names of what belongs to a group, each with how it is found. */
const relations = {
  members: (tenant: GraphTenant, { id }: GroupRecord) => tenant.directory.members(id),
  transitiveMembers: (tenant: GraphTenant, { id }: GroupRecord) => tenant.directory.transitiveMembers(id),
  owners: (_: GraphTenant, { owners = [] }: GroupRecord) => [...owners].sort().map((id): Member => ({ id, kind: 'user' })),
  memberOf: (tenant: GraphTenant, { id }: GroupRecord) => membersOf(tenant.directory.memberOf(id)),
  transitiveMemberOf: (tenant: GraphTenant, { id }: GroupRecord) => membersOf(tenant.directory.transitiveMemberOf(id)),
} satisfies Record<string, (tenant: GraphTenant, group: GroupRecord) => Member[]>;
type Relation = keyof typeof relations;

/** Changes the group that the path names. */
const change = (work: (call: Call, group: GroupRecord) => void) => (call: Call) => {
  work(call, groupOfPath(call));
  return noContent(call.request);
};

export const groupEndpoints: readonly Endpoint[] = [
  {
    path: 'groups',
    methods: {
      GET: { needs: readGroups, answer: (call) => listPage(call, groups(call)) },
      POST: { needs: createGroups, answer: postGroup },
    },
  },
  { path: 'groups/$count', methods: { GET: { needs: readGroups, answer: (call) => countItems(call, groups(call)) } } },
  {
    path: 'groups/{id}',
    methods: {
      GET: { needs: readGroups, answer: (call) => oneItem(call, groups(call), () => groupOfPath(call)) },
      PATCH: { needs: writeGroups, answer: change(updateGroup) },
      DELETE: { needs: writeGroups, answer: change(deleteGroup) },
    },
  },
  ...Object.keys(relations).flatMap((relation) =>
    objectListEndpoints(`groups/{id}/${relation}`, relation.includes('emberOf') ? readMemberships : readGroups, (call) => {
      const group = groupOfPath(call);
      return { path: `groups/${group.id}/${relation}`, all: () => relations[relation as Relation](call.tenant, group) };
    }),
  ),
  { path: 'groups/{id}/members/$ref', methods: { POST: { needs: writeMembers, answer: change(addReferencedMember) } } },
  { path: 'groups/{id}/members/{memberId}/$ref', methods: { DELETE: { needs: writeMembers, answer: change(removeMember) } } },
  { path: 'groups/{id}/owners/$ref', methods: { POST: { needs: writeGroups, answer: change(addOwner) } } },
  { path: 'groups/{id}/owners/{ownerId}/$ref', methods: { DELETE: { needs: writeGroups, answer: change(removeOwner) } } },
];

/** @throws GraphFault 404 */
function groupOfPath({ tenant, params }: Call): GroupRecord {
  const id = params.id ?? '';
  const group = tenant.directory.entry('group', id);
  if (group === undefined) throw objectNotFound(id);
  return group;
}

function groups({ version, tenant }: Call): Collection<GroupRecord, GroupRecord> {
  const expansion = (relation: Relation) =>
    relationship({
      resource: directoryObjectOf[version],
      of: (group: GroupRecord) => objectsOf(tenant, relations[relation](tenant, group)),
      sourceOf: (object) => object,
      limit: 20,
    });
  return {
    path: 'groups',
    resource: groupOf[version],
    style: 'directory',
    items: (afterId) => tenant.directory.entriesAfter('group', afterId),
    idOf: ({ id }) => id,
    sourceOf: (group) => group,
    expansions: {
      members: expansion('members'),
      transitiveMembers: expansion('transitiveMembers'),
      owners: expansion('owners'),
      memberOf: expansion('memberOf'),
      transitiveMemberOf: expansion('transitiveMemberOf'),
    },
  };
}

function postGroup(call: Call): GraphResponse {
  const group = createGroup(call);
  return created(call.request, call.version, `groups/${group.id}`, entityBody(call, groups(call), group));
}
