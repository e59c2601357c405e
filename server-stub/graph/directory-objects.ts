/** Objects of the directory by their id alone, whatever they are (Graph: directoryobject-get, directoryobject-getbyids). */
import type { Collection } from './collection.ts';
import { oneItem } from './collection.ts';
import { directoryRefusal, objectNotFound } from './directory-faults.ts';
import { directoryNeeds } from './directory-needs.ts';
import { type DirectoryObject, directoryObjectOf, findObject } from './directory-object.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { render } from './property.ts';
import { queryOptions } from './query-options.ts';
import { jsonResponse } from './response.ts';
import type { GraphResponse } from './tenant.ts';
import { requiredBody } from './written.ts';

/** Ids in one request (Graph: directoryobject-getbyids). */
const idsMax = 1000;

export const directoryObjectEndpoints: readonly Endpoint[] = [
  {
    path: 'directoryObjects/{id}',
    methods: { GET: { needs: directoryNeeds.readObjects, answer: (call) => oneItem(call, objects(call), () => objectOfPath(call)) } },
  },
  { path: 'directoryObjects/getByIds', methods: { POST: { needs: directoryNeeds.readObjects, answer: getByIds } } },
];

/** Nobody lists all objects of a directory: only one is asked for at a time. */
function objects({ version }: Call): Collection<DirectoryObject, DirectoryObject> {
  return {
    path: 'directoryObjects',
    resource: directoryObjectOf[version],
    style: 'directory',
    items: () => [],
    idOf: ({ id }) => id,
    sourceOf: (object) => object,
  };
}

/** @throws GraphFault 404 */
function objectOfPath({ tenant, params }: Call): DirectoryObject {
  const object = findObject(tenant, params.id ?? '');
  if (object === undefined) throw objectNotFound(params.id ?? '');
  return object;
}

/** `{ids, types?}`: those that exist; others are left out. @throws GraphFault 400 */
function getByIds({ request, version, tenant }: Call): GraphResponse {
  queryOptions(request.query, version, []);
  const { ids, types = null } = requiredBody(request);
  if (!isTexts(ids) || ids.length > idsMax) {
    throw directoryRefusal(`Invalid value specified for property 'ids': it takes a list of at most ${idsMax} ids.`);
  }
  if (types !== null && !isTexts(types))
    throw directoryRefusal("Invalid value specified for property 'types': it takes a list of names of types.");
  const wanted = types?.map((type) => type.toLowerCase());
  const found = ids.flatMap((id) => findObject(tenant, id) ?? []).filter(({ kind }) => wanted?.includes(kind) ?? true);
  const resource = directoryObjectOf[version];
  return jsonResponse(request, {
    '@odata.context': `${request.origin}/${version}/$metadata#directoryObjects`,
    value: found.map((object) => render(resource, null, 'list', object)),
  });
}

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');
