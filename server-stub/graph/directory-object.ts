/** Objects of the directory of any type: what groups contain, and what contains them (Graph: directoryObject). */
import type { GroupRecord, Member, UserRecord } from '../core/directory-records.ts';
import type { DeviceRecord } from '../core/records.ts';
import type { Need } from './caller.ts';
import { type Collection, countItems, listPage } from './collection.ts';
import { deviceObjectId, recordOfDeviceObject } from './derived-guid.ts';
import { directoryDeviceOf } from './directory-device.ts';
import { directoryRefusal, objectNotFound } from './directory-faults.ts';
import type { Call, Endpoint, GraphVersion } from './endpoint.ts';
import { groupOf } from './group.ts';
import { baseResource, type Resource, subtype } from './property.ts';
import type { GraphTenant } from './tenant.ts';
import { userOf } from './user.ts';

export type DirectoryObject =
  | { kind: 'user'; id: string; user: UserRecord }
  | { kind: 'group'; id: string; group: GroupRecord }
  | { kind: 'device'; id: string; device: DeviceRecord };

const objectOf = (version: GraphVersion): Resource<DirectoryObject> =>
  baseResource<DirectoryObject>('microsoft.graph.directoryObject', [
    subtype(userOf[version], (object) => (object.kind === 'user' ? object.user : undefined)),
    subtype(groupOf[version], (object) => (object.kind === 'group' ? object.group : undefined)),
    subtype(directoryDeviceOf[version], (object) => (object.kind === 'device' ? object.device : undefined)),
  ]);

export const directoryObjectOf: Readonly<Record<GraphVersion, Resource<DirectoryObject>>> = {
  'v1.0': objectOf('v1.0'),
  beta: objectOf('beta'),
};

const asUser = (user: UserRecord): DirectoryObject => ({ kind: 'user', id: user.id, user });

/** Groups as members of something else, or as what contains it. */
export const membersOf = (groups: readonly GroupRecord[]): Member[] => groups.map(({ id }) => ({ id, kind: 'group' }));

export function findObject({ directory, device }: GraphTenant, id: string, kind?: Member['kind']): DirectoryObject | undefined {
  const user = kind === undefined || kind === 'user' ? directory.entry('user', id) : undefined;
  if (user !== undefined) return asUser(user);
  const group = kind === undefined || kind === 'group' ? directory.entry('group', id) : undefined;
  if (group !== undefined) return { kind: 'group', id: group.id, group };
  const recordId = kind === undefined || kind === 'device' ? recordOfDeviceObject(id) : undefined;
  const record = recordId === undefined ? undefined : device(recordId);
  return record && { kind: 'device', id: deviceObjectId(record.id), device: record };
}

/**
 * What these members are, read one by one as they are asked for. A device whose record is gone is nobody's member, though it may come
 * back (hidden by a cleanup rule).
 */
export function* objectsOf(tenant: GraphTenant, members: Iterable<Member>): Generator<DirectoryObject, void, void> {
  for (const { id, kind } of members) {
    const object = findObject(tenant, id, kind);
    if (object !== undefined) yield object;
  }
}

export interface ObjectList {
  path: string;
  /** In the order of their ids. */
  all(): readonly Member[];
}

type ObjectCollection = Collection<DirectoryObject, DirectoryObject>;

/** Which objects these are is known at once; what they are is read page by page. */
function objectCollection({ version, tenant }: Call, { path, all }: ObjectList): ObjectCollection {
  return {
    path,
    context: 'directoryObjects',
    resource: directoryObjectOf[version],
    style: 'directory',
    items: (afterId) => objectsOf(tenant, afterId === null ? all() : all().filter(({ id }) => id > afterId)),
    idOf: ({ id }) => id,
    sourceOf: (object) => object,
  };
}

/** Types that a path may name after a collection of objects: `members/microsoft.graph.user`. */
const kinds = ['user', 'group', 'device'] as const;

/** The same, those of one type only. */
function castCollection(call: Call, { path, all }: ObjectList, kind: Member['kind']): ObjectCollection {
  const only = { path: `${path}/microsoft.graph.${kind}`, all: () => all().filter((object) => object.kind === kind) };
  return { ...objectCollection(call, only), context: `${kind}s` };
}

/**
 * What a reference points at: a whole address on any host, or what of it comes after the version. Users are named by either name.
 * @throws GraphFault 404
 */
export function referencedObject(tenant: GraphTenant, reference: unknown, property: string): DirectoryObject {
  const pattern = /(?:^|\/)(directoryObjects|users|groups|devices)(?:\/([^/?#()']+)|\('([^/?#()']+)'\))\/?$/i;
  const [, collection, plain, quoted] = (typeof reference === 'string' && pattern.exec(reference)) || [];
  if (collection === undefined) {
    const allowed = 'it takes an address that ends with directoryObjects/{id}, users/{id}, groups/{id} or devices/{id}';
    throw directoryRefusal(`Invalid value specified for property '${property}': ${allowed}.`);
  }
  const id = decoded(plain ?? quoted ?? '');
  const kind = kinds.find((one) => `${one}s` === collection.toLowerCase());
  const user = kind === 'user' ? tenant.directory.user(id) : undefined;
  const found = user === undefined ? findObject(tenant, id, kind) : asUser(user);
  if (found === undefined) throw objectNotFound(id);
  return found;
}

/** An id that is not percent-encoded correctly is an id of nobody. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** The list, how many there are, and the same of each type. */
export function objectListEndpoints(path: string, needs: Need, list: (call: Call) => ObjectList): Endpoint[] {
  const endpoints = (below: string, collection: (call: Call) => ObjectCollection): Endpoint[] => [
    { path: path + below, methods: { GET: { needs, answer: (call) => listPage(call, collection(call)) } } },
    { path: `${path}${below}/$count`, methods: { GET: { needs, answer: (call) => countItems(call, collection(call)) } } },
  ];
  return [
    ...endpoints('', (call) => objectCollection(call, list(call))),
    ...kinds.flatMap((kind) => endpoints(`/${kind}`, (call) => castCollection(call, list(call), kind))),
  ];
}
