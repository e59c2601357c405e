/** The people of the tenant (Graph: user-list, -get, -list-memberof). How they are changed: user-changes.ts. */
import type { UserRecord } from '../core/directory-records.ts';
import { type Collection, countItems, entityBody, listPage, oneItem } from './collection.ts';
import { objectNotFound } from './directory-faults.ts';
import { directoryNeeds } from './directory-needs.ts';
import { directoryObjectOf, membersOf, type ObjectList, objectListEndpoints, objectsOf } from './directory-object.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { equalTexts, foundAfter } from './equal-texts.ts';
import { relationship } from './query.ts';
import { noContent } from './response.ts';
import type { GraphResponse } from './tenant.ts';
import { userOf } from './user.ts';
import { createUser, deleteUser, updateUser } from './user-changes.ts';
import { created } from './written.ts';

const { readUsers, writeUsers, readMemberships } = directoryNeeds;
type Relation = 'memberOf' | 'transitiveMemberOf';
const relations: readonly Relation[] = ['memberOf', 'transitiveMemberOf'];

export const userEndpoints: readonly Endpoint[] = [
  {
    path: 'users',
    methods: {
      GET: { needs: readUsers, answer: (call) => listPage(call, users(call)) },
      POST: { needs: writeUsers, answer: postUser },
    },
  },
  { path: 'users/$count', methods: { GET: { needs: readUsers, answer: (call) => countItems(call, users(call)) } } },
  {
    path: 'users/{id}',
    methods: {
      GET: { needs: readUsers, answer: (call) => oneItem(call, users(call), () => personOf(call)) },
      PATCH: {
        needs: writeUsers,
        answer(call) {
          updateUser(call, personOf(call));
          return noContent(call.request);
        },
      },
      DELETE: {
        needs: writeUsers,
        answer(call) {
          deleteUser(call, personOf(call));
          return noContent(call.request);
        },
      },
    },
  },
  ...relations.flatMap((relation) =>
    objectListEndpoints(`users/{id}/${relation}`, readMemberships, (call) => groupsOfPerson(call, personOf(call), relation)),
  ),
];

/** The person that the path names by id or user principal name. @throws GraphFault 404 */
export function personOf({ tenant, params }: Call): UserRecord {
  const name = params.id ?? '';
  const user = tenant.directory.user(name);
  if (user === undefined) throw objectNotFound(name);
  return user;
}

export function users({ version, tenant }: Call): Collection<UserRecord, UserRecord> {
  const groups = (relation: Relation) =>
    relationship({
      resource: directoryObjectOf[version],
      of: (user: UserRecord) => objectsOf(tenant, membersOf(tenant.directory[relation](user.id))),
      sourceOf: (object) => object,
      limit: 20,
    });
  return {
    path: 'users',
    resource: userOf[version],
    style: 'directory',
    items(afterId, _, filter) {
      const ids = equalTexts(filter, 'id');
      if (ids !== undefined)
        return foundAfter(
          ids.map((id) => tenant.directory.entry('user', id)),
          afterId,
        );
      const names = equalTexts(filter, 'userPrincipalName');
      if (names !== undefined)
        return foundAfter(
          names.map((name) => tenant.directory.user(name)),
          afterId,
        );
      return tenant.directory.entriesAfter('user', afterId);
    },
    idOf: ({ id }) => id,
    sourceOf: (user) => user,
    expansions: { memberOf: groups('memberOf'), transitiveMemberOf: groups('transitiveMemberOf') },
  };
}

/** Of a person; without one in the path they are the caller's own. */
export function groupsOfPerson({ tenant, params }: Call, { id }: UserRecord, relation: Relation): ObjectList {
  const path = params.id === undefined ? `me/${relation}` : `users/${encodeURIComponent(params.id)}/${relation}`;
  return { path, all: () => membersOf(tenant.directory[relation](id)) };
}

function postUser(call: Call): GraphResponse {
  const user = createUser(call);
  return created(call.request, call.version, `users/${user.id}`, entityBody(call, users(call), user));
}
